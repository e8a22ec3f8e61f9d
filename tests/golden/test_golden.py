"""The articles of the sample market, whole, as last read and accepted by a person."""

from __future__ import annotations

from tests.golden.refresh import HERE, golden_texts


def test_the_articles_are_those_that_were_accepted() -> None:
    accepted = {path.stem: path.read_text() for path in HERE.glob("*.md")}
    made = golden_texts()
    assert made.keys() == accepted.keys()
    for slug, text in made.items():
        assert text == accepted[slug], f"{slug} has changed: run `make golden` and read the diff"
