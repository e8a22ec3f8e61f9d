"""The HTML of an e-mail: tables for layout, every style in its element, dark colours for who has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, tostring

from css_inline import CSSInliner
from markupsafe import Markup

from generator.edition.values import Edition
from generator.export.blocks import Block, Code, Picture, Table
from generator.export.words import plain
from generator.language.numbers import tone_of
from generator.language.own_words import words
from generator.site.templating import environment
from generator.spec.letter import Letter

WIDTH = 600
"""No e-mail is wider, in CSS pixels."""
MARGIN = 20
"""Pixels of paper on either side of the words."""
CHART_WIDTH = 440
"""The chart is a phone's, so it is not stretched over the whole column: its words would be twice the text."""
ON_A_PHONE = 4
"""So many columns beside the first fit a phone; the others are hidden there."""
QUARTER = ("3M", "13W")
"""Where a phone begins to show horizons, as the page does."""
CONTEXT = "Context"
"""The heading of the column whose words stand below the date, since a phone has no room beside it; of other
wide tables it is the first column of words."""
_TAGS = {"strong": "strong", "em": "em", "a": "a", "br": "br"}


@dataclass(frozen=True)
class Image:
    """A chart in an e-mail: where its PNG is, its size in pixels of the file, and where the one for dark
    paper is, if anywhere."""

    source: str
    width: int
    height: int
    dark: str | None = None


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG in its own pixels."""
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


def email_html(
    blocks: Sequence[Block], edition: Edition, letter: Letter, chart: Image | None, logo: Image | None = None
) -> str:
    """The blocks of an e-mail in its frame; ``chart`` stands for the picture that leads, ``logo`` for the
    letter's name."""
    text = (
        _templates(environment())
        .get_template("email/frame.html")
        .render(
            blocks=blocks,
            edition=edition,
            letter=letter,
            chart=chart,
            chart_size=None
            if chart is None
            else (CHART_WIDTH, round(chart.height * CHART_WIDTH / chart.width)),
            width=WIDTH,
            margin=MARGIN,
            light=letter.looks.scheme("light"),
            dark=letter.looks.scheme("dark"),
            fonts=letter.looks.mail_fonts,
            logo=logo,
            warning=words("simulated.title"),
            made_up=words("simulated.made_up"),
        )
    )
    # Nothing is fetched while styles are moved: the template has no links to style sheets.
    html: str = CSSInliner(load_remote_stylesheets=False, minify_css=True).inline(text)
    return html


@dataclass(frozen=True)
class Head:
    """A heading over several columns; ``wide`` when a phone shows none of them."""

    text: str
    columns: int
    wide: bool


@dataclass(frozen=True)
class Shown:
    """A column as it is shown: its place in the table, its heading; a phone does without a wide one."""

    place: int
    group: str
    heading: str
    right: bool
    wide: bool


@dataclass(frozen=True)
class View:
    """A table as an e-mail shows it; ``context`` is the place of the column that stands below the first."""

    columns: tuple[Shown, ...]
    groups: tuple[Head, ...]
    context: int | None


def _view(table: Table) -> View:
    headings = [heading for _, heading in table.headings]
    words = [n for n, right in enumerate(table.right) if n and not right]
    context = next((n for n in words if headings[n] == CONTEXT), None)
    if context is None and len(headings) > ON_A_PHONE:
        context = next(iter(words), None)
    places = [n for n in range(len(headings)) if n != context]
    others = places[1:]
    phone = _on_a_phone(others, headings)
    columns = tuple(
        Shown(n, *table.headings[n], right=table.right[n], wide=n in others and n not in phone)
        for n in places
    )
    groups: tuple[Head, ...] = ()
    if any(column.group for column in columns):
        # Columns without a group stand alone: a phone hides each by itself.
        runs = groupby(columns, key=lambda column: column.group or str(column.place))
        groups = tuple(_head(list(run)) for _, run in runs)
    return View(columns, groups, context)


def _on_a_phone(others: Sequence[int], headings: Sequence[str]) -> set[int]:
    """Of the columns beside the first those that a phone shows: horizons from three months on, or some from
    the first to the last."""
    spare = len(others) - ON_A_PHONE
    if spare <= 0:
        return set(others)
    quarter = next((at for at, n in enumerate(others) if headings[n] in QUARTER), None)
    if quarter is None:
        return {others[round(n * (len(others) - 1) / (ON_A_PHONE - 1))] for n in range(ON_A_PHONE)}
    begin = min(quarter, spare)
    return set(others[begin : begin + ON_A_PHONE])


def _head(run: list[Shown]) -> Head:
    return Head(run[0].group, len(run), all(column.wide for column in run))


def _words(words: Element) -> Markup:
    """Words as HTML that every client knows: code and footnotes' numbers are text."""
    parts = [str(escape(words.text or "", quote=False))]
    for element in words:
        inner = _words(element)
        if element.tag == "img":
            inner = Markup.escape(element.get("alt", ""))
        tag = _TAGS.get(element.tag)
        if tag == "a":
            parts.append(f'<a class="link" href="{escape(element.get("href", ""))}">{inner}</a>')
        elif tag == "br":
            parts.append("<br>")
        elif element.tag == "sup":
            parts.append(f" ({inner})")
        elif element.tag == "del":  # not every client strikes words out
            parts.append(f"~~{inner}~~")
        else:
            parts.append(f"<{tag}>{inner}</{tag}>" if tag else str(inner))
        parts.append(escape(element.tail or "", quote=False))
    return Markup("".join(parts))


def _inline(block: Block) -> Markup:
    """A block among other words."""
    if isinstance(block, Code):
        lines = (Markup.escape(line).replace(" ", Markup("&nbsp;")) for line in block.text.split("\n"))
        return Markup("<br>").join(lines)
    if isinstance(block, Picture):
        return Markup.escape(block.alt)
    return _words(block.words) if hasattr(block, "words") else Markup(tostring(Element("br"), "unicode"))


def _tone(words: Element) -> str:
    """The class of a gain or a loss, which says so by its sign; the colour repeats it."""
    tone = tone_of(plain(words))
    return f" {tone}" if tone else ""


def _alone(picture: Picture) -> str:
    """What a picture's alt text says beside its caption, which stands below it."""
    return picture.alt.replace(plain(picture.caption[0]), "").strip() if picture.caption else picture.alt


@cache
def _templates(pages: Any) -> Any:
    """The Jinja environment of pages with the filters of e-mails beside its own; one, which keeps what it
    compiled."""
    templates = pages.overlay()
    templates.filters = {**pages.filters, **_FILTERS}
    return templates


_FILTERS: dict[str, Callable[..., Any]] = {
    "words": _words,
    "inline": _inline,
    "tone": _tone,
    "alone": _alone,
    "plain": plain,
    "view": _view,
    "kind": lambda block: type(block).__name__,
}
"""What the frame sets blocks with."""
