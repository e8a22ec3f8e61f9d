"""``make golden``: the editions of the sample market, written so that a change can be read in the diff."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from generator.editorial.letter import load_letter
from generator.editorial.specs import load_specs
from generator.market.sources import open_source
from generator.pipeline import make_edition
from generator.press.codec import edition_json
from tests.projects import ROOT

HERE = Path(__file__).parent
SLUGS = ("2025-12-01-small-caps-reverse-up", "2026-04-21-small-caps-ten-percent-month")
"""The reports that come with the program; a reader may have written others beside them."""
LONG = 40
"""Series longer than this are chart data: their hash is kept in their place."""


def golden_texts() -> dict[str, str]:
    """The edition of each of these reports on the sample market, by slug."""
    letter, source = load_letter(ROOT), open_source("sample", ROOT)
    return {
        spec.slug: readable(edition_json(make_edition(spec, letter, source)))
        for spec in load_specs(ROOT, SLUGS)
    }


def readable(content: bytes) -> str:
    """An edition's JSON with its chart series shortened to their hashes and without its fingerprint."""
    return json.dumps(_shorten(json.loads(content)), indent=1, ensure_ascii=False) + "\n"


def _shorten(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shorten(part) for key, part in value.items()}
    if isinstance(value, list) and len(value) > LONG:
        return f"{len(value)} values, sha256:{hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]}"
    return [_shorten(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    """Write them."""
    for slug, text in golden_texts().items():
        (HERE / f"{slug}.json").write_text(text)
        print(f"wrote tests/golden/{slug}.json")


if __name__ == "__main__":
    main()
