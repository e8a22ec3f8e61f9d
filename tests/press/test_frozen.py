"""Issues of years ago can be read: ``frozen/`` holds one of made-up numbers.

What stands there is never changed. Another form goes in beside it, under a name of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator.assembly.issues import article
from generator.assembly.pages import read_expectations
from generator.edition.card import read_card
from generator.publish.freeze import damages, read_manifest
from generator.site.markdown import to_html

(FOLDER,) = (Path(__file__).parent / "frozen").glob("*/v1")


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """What stood in a file and is not in what was read from it; what has come since is no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        gone = [f"{place}.{name}" for name in before if name not in after]
        kept = [name for name in before if name in after]
        return [
            *gone,
            *(line for name in kept for line in lost(before[name], after[name], f"{place}.{name}")),
        ]
    if isinstance(before, list) and isinstance(after, list | tuple) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [line for n, (was, is_) in pairs for line in lost(was, is_, f"{place}[{n}]")]
    return [] if before == after else [f"{place}: {before!r} became {after!r}"]


def test_an_issue_of_years_ago_is_read_whole() -> None:
    assert damages(FOLDER) == [], "what is frozen does not change"
    written = json.loads((FOLDER / "edition.json").read_bytes())
    del written["studies"]  # for whoever takes the figures; nothing here reads them back
    assert lost(written, asdict(read_card(FOLDER))) == []
    expected = json.loads((FOLDER / "expectations.json").read_bytes())
    assert lost(expected, asdict(read_expectations(FOLDER))) == []
    assert lost(json.loads((FOLDER / "manifest.json").read_bytes()), asdict(read_manifest(FOLDER))) == []


def test_every_part_of_a_card_is_in_it() -> None:
    """A field that was empty then would tell nothing."""
    card = asdict(read_card(FOLDER))
    assert [name for name, value in card.items() if not value and name != "simulated"] == []


def test_its_article_is_a_page_today() -> None:
    page = to_html(article(FOLDER))
    assert page.count('<figure class="table') == 2
    assert "Small caps just had a 10% month" in page
