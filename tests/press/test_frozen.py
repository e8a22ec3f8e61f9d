"""Issues of years ago can be read: ``frozen/`` holds one of made-up numbers, with an object of every kind.

What stands there is never changed. A kind that is new goes in beside it, with the fields it was born with.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from generator.editorial.scorecard import EXPECTATION_KINDS, Expectations
from generator.press.codec import KINDS, edition_json, read_edition, write_json
from generator.press.freeze import damages, read_manifest
from generator.press.page import CARD_KINDS, Card
from generator.press.site import read_card, read_expectations

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
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [line for n, (was, is_) in pairs for line in lost(was, is_, f"{place}[{n}]")]
    return [] if before == after else [f"{place}: {before!r} became {after!r}"]


def test_an_issue_of_years_ago_is_read_whole() -> None:
    assert damages(FOLDER) == [], "what is frozen does not change"
    edition = (FOLDER / "edition.json").read_bytes()
    card, expected = read_card(FOLDER), read_expectations(FOLDER)
    assert isinstance(card, Card)
    assert isinstance(expected, Expectations)
    # It was written before the horizon of the finding was kept.
    assert [study.headline for study in expected.studies] == [None]
    for name, again in (
        ("edition.json", edition_json(read_edition(edition))),
        ("card.json", write_json(card)),
        ("expectations.json", write_json(expected)),
    ):
        assert lost(json.loads((FOLDER / name).read_bytes()), json.loads(again)) == [], name


def test_every_kind_that_an_issue_can_hold_is_in_it() -> None:
    there = {
        kind for path in FOLDER.glob("*.json") for kind in re.findall(r'"type":"(\w+)"', path.read_text())
    }
    assert there == {*KINDS, *CARD_KINDS, *EXPECTATION_KINDS}


def test_a_manifest_of_years_ago_is_read() -> None:
    manifest = read_manifest(FOLDER)
    written = json.loads((FOLDER / "manifest.json").read_bytes())
    assert lost(written, vars(manifest)) == []
