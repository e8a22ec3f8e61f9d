"""``make golden``: the articles of the sample market, written so that a change can be read in the diff."""

from __future__ import annotations

import re
from pathlib import Path

from generator.article.article import write_article
from generator.assembly.issue import front_matter
from generator.check.reading import load_specs
from generator.market.providers.registry import open_source
from generator.run.report import make_edition
from generator.spec.letter import load_letter
from tests.projects import ROOT

HERE = Path(__file__).parent
SLUGS = ("2025-12-01-small-caps-reverse-up", "2026-04-21-small-caps-ten-percent-month")
"""The reports that come with the program; a reader may have written others beside them."""
_FINGERPRINT = re.compile("sha256:[0-9a-f]{64}")


def golden_texts() -> dict[str, str]:
    """The article of each of these reports on the sample market, by slug, without its fingerprint."""
    letter, source = load_letter(ROOT), open_source("sample", ROOT)
    made = {}
    for spec in load_specs(ROOT, SLUGS):
        edition = make_edition(spec, letter, source)
        article = write_article(edition, letter.disclaimer)
        made[spec.slug] = _FINGERPRINT.sub("sha256:…", f"{front_matter(edition)}\n{article.text}")
    return made


def main() -> None:
    """Write them."""
    for slug, text in golden_texts().items():
        (HERE / f"{slug}.md").write_text(text)
        print(f"wrote tests/golden/{slug}.md")


if __name__ == "__main__":
    main()
