"""An article that was written elsewhere, as an edition: its words and pictures, and no figures of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from generator.edition.values import Edition, Section
from generator.language import numbers
from generator.language.author_markdown import prose
from generator.market.history import fingerprint

KEY = "words"
_SPARE = re.compile(r"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]*\]|[*_`]|<[^>]*>")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LONGEST = 200


def edition_of_article(
    slug: str,
    title: str,
    day: date,
    text: str,
    pictures: Mapping[str, bytes],
    author: str,
    deck: str | None = None,
    kicker: str | None = None,
    tags: tuple[str, ...] = (),
) -> Edition:
    """The article as it is published; lists tell its deck, or the beginning of its text."""
    on = numbers.long_day(day)
    words = prose(text, KEY, pictures, whole=True)
    return Edition(
        slug=slug,
        title=title,
        deck=deck or "",
        kicker=f"{kicker} · {on}" if kicker else on,
        date=day.isoformat(),
        as_of=day.isoformat(),
        author=author,
        source="",
        simulated=False,
        finding=deck or _beginning(text),
        verdict="",
        tags=tags,
        strip=None,
        key_points=(),
        lead=None,
        short=None,
        sections=(Section(KEY, "prose", None, {"words": words}),),
        studies={},
        fingerprint=fingerprint([]),
        pictures=pictures,
    )


def _beginning(text: str) -> str:
    """The first sentence of the first paragraph, or as much of it as a list shows."""
    paragraphs = (block.strip() for block in re.split(r"\n\s*\n", text))
    first = next((block for block in paragraphs if block and block[0] not in "#>|!-*`~"), "")
    plain = " ".join(_SPARE.sub("", _LINK.sub(r"\1", first)).split())
    sentence = re.split(r"(?<=[.!?])\s", plain, maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST].rsplit(' ', 1)[0]} …"
