"""One report as files: page, charts, downloads, e-mail, and the edition they were all made from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from generator.charts.render import Draw, draw, draw_card
from generator.charts.studio import Order
from generator.editorial.edition import (
    Block,
    Correction,
    Edition,
    Fold,
    Markdown,
    Picture,
    Section,
    Strip,
    Table,
)
from generator.editorial.figures import Figure
from generator.editorial.letter import Letter
from generator.files import OutputFile
from generator.press.addresses import issue_address
from generator.press.codec import edition_json, write_json
from generator.press.downloads import table_csv
from generator.press.email import CHART, email_files
from generator.press.meta import CARD_IMAGE, issue_meta
from generator.press.names import free_name, slug
from generator.press.prose import markdown_html
from generator.press.tables import TableView, table_view
from generator.press.templating import render

PAGE = "index.md"
CARD = "card.json"
ENTRY = "entry.html"
"""The issue's content in the feed, kept in the report's folder and not published by itself."""
_VIEWBOX = re.compile(rb'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Drawing:
    """An image file and the size it is drawn at, in CSS pixels: the page keeps its place free."""

    path: str
    width: int
    height: int


@dataclass(frozen=True)
class PictureView:
    """A chart as the templates set it. Paths are relative to the report's folder."""

    page: Drawing
    phone: Drawing
    caption: str
    alt: str
    source: str
    csv: str | None


@dataclass(frozen=True)
class MarkdownView:
    """The author's words as HTML that is safe to print."""

    html: Markup


@dataclass(frozen=True)
class FoldView:
    """A fold with its blocks ready to be set."""

    summary: str
    blocks: tuple[object, ...]


@dataclass(frozen=True)
class SectionView:
    """A section with an anchor of its own and its blocks ready to be set."""

    anchor: str
    heading: str | None
    blocks: tuple[object, ...]


@dataclass(frozen=True)
class Card:
    """What the site needs to know about a report: its entry in lists, its front page, and what search finds:
    ``key_points``, and ``contents``, the anchor and heading of each section."""

    slug: str
    title: str
    deck: str
    kicker: str
    date: str
    as_of: str
    author: str
    source: str
    simulated: bool
    finding: str
    verdict: str
    tags: tuple[str, ...]
    strip: Strip | None
    lead: PictureView | None
    key_points: tuple[str, ...]
    contents: tuple[tuple[str, str], ...]
    corrections: tuple[Correction, ...] = ()


CARD_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in (Card, PictureView, Drawing, Correction)}


def drawings(edition: Edition) -> Iterator[Order]:
    """What ``report_files`` will have drawn for an edition, in its order."""
    simulated = edition.simulated
    if edition.lead is not None:
        yield edition.lead.figure, "email", simulated
        yield edition.lead.figure, "email-dark", simulated
    lead = () if edition.lead is None else (edition.lead,)
    for block in (*lead, *_all_blocks(block for section in edition.sections for block in section.blocks)):
        if isinstance(block, Picture):
            yield from forms(block, simulated)


def forms(picture: Picture, simulated: bool) -> tuple[Order, Order]:
    """What ``Maker.picture`` will have drawn: the figure for page and phone."""
    return (picture.figure, "page", simulated), (picture.figure, "phone", simulated)


def _all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """These blocks and those folded away in them."""
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from _all_blocks(block.blocks)


def report_files(edition: Edition, letter: Letter, artist: Draw | None = None) -> tuple[OutputFile, ...]:
    """All files of a report, with paths relative to its folder.

    ``index.md`` is the page for MkDocs; beside it the charts (page and phone), a CSV for every table and
    chart that offers one, ``edition.json``, the card for shared links, the e-mail as ``email.html``,
    ``email.txt`` and ``email.eml``, and for the site's own pages ``card.json`` and ``entry.html``.
    """
    maker = Maker(edition.simulated, artist)
    lead = None if edition.lead is None else maker.picture(edition.lead)
    sections = tuple(maker.section(section) for section in edition.sections)
    said = {"edition": edition, "lead": lead, "sections": sections, "disclaimer": letter.disclaimer}
    downloads = [path for path in maker.files if path.endswith(".csv")]
    page = markdown_page(
        edition.title,
        edition.deck,
        render("report/issue.html", **said),
        edition.simulated,
        edition.tags,
        more=issue_meta(edition, letter, downloads),
    )
    figure = None if edition.lead is None else edition.lead.figure
    social = draw_card(letter.name, edition.kicker, edition.title, edition.strip, figure, edition.simulated)
    base = issue_address(letter, edition.slug) or ""
    return (
        OutputFile(PAGE, page),
        OutputFile("edition.json", edition_json(edition)),
        OutputFile(CARD, write_json(_card(edition, lead, sections))),
        OutputFile(ENTRY, render("feed/entry.html", base=base, lead_image=CHART, **said).encode()),
        OutputFile(CARD_IMAGE, social),
        *(OutputFile(path, content) for path, content in maker.files.items()),
        *email_files(edition, letter, artist),
    )


def markdown_page(
    title: str,
    description: str,
    body: str,
    simulated: bool,
    tags: tuple[str, ...] = (),
    issue: bool = True,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """A page for MkDocs: front matter, then the page's HTML as one block that Markdown leaves alone.

    MkDocs' templates print front matter as it is, so it carries escaped text; ``more`` is front matter that
    can be printed as it is.
    """
    meta: dict[str, object] = {
        "title": str(Markup.escape(title)),
        "description": str(Markup.escape(description)),
        "tags": [str(Markup.escape(tag)) for tag in tags],
        "simulated": simulated,
        "issue": issue,
        **(more or {}),
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in meta.items()]
    return "\n".join(["---", *lines, "---", "", ""]).encode() + as_markdown(body)


def as_markdown(body: str) -> bytes:
    """HTML as the body of a Markdown page. Fences of code are the one thing that Markdown looks for inside
    HTML, so backticks and tildes are written as entities."""
    return body.replace("`", "&#96;").replace("~", "&#126;").encode()


def _card(edition: Edition, lead: PictureView | None, sections: tuple[SectionView, ...]) -> Card:
    return Card(
        slug=edition.slug,
        title=edition.title,
        deck=edition.deck,
        kicker=edition.kicker,
        date=edition.date,
        as_of=edition.as_of,
        author=edition.author,
        source=edition.source,
        simulated=edition.simulated,
        finding=edition.finding,
        verdict=edition.verdict,
        tags=edition.tags,
        strip=edition.strip,
        lead=lead,
        key_points=edition.key_points,
        contents=tuple((part.anchor, part.heading) for part in sections if part.heading),
        corrections=edition.corrections,
    )


class Maker:
    """Turns blocks into what templates set, and collects the files that they need on the way."""

    def __init__(self, simulated: bool, artist: Draw | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self._simulated = simulated
        self._draw = artist or draw
        self._anchors: set[str] = set()
        self._captions = Counter[str]()

    def section(self, section: Section) -> SectionView:
        """A section of the page."""
        return SectionView(self._anchor(section.key), section.heading, self._blocks(section.blocks))

    def picture(self, picture: Picture) -> PictureView:
        """A chart, drawn for page and phone, with its data."""
        csv = None if picture.data is None else self._csv(picture.key, picture.data)
        return PictureView(
            page=self._drawing(picture.key, picture.figure, "page"),
            phone=self._drawing(f"{picture.key}-phone", picture.figure, "phone"),
            caption=picture.caption,
            alt=picture.alt,
            source=picture.source,
            csv=csv,
        )

    def _blocks(self, blocks: tuple[Block, ...]) -> tuple[object, ...]:
        return tuple(self._block(block) for block in blocks)

    def _block(self, block: Block) -> object:
        match block:
            case Table():
                return self.table(block)
            case Picture():
                return self.picture(block)
            case Fold():
                return FoldView(block.summary, self._blocks(block.blocks))
            case Markdown():
                return MarkdownView(Markup(markdown_html(block.source)))
            case _:
                return block

    def table(self, table: Table) -> TableView:
        """A table, with its CSV where it offers one."""
        csv = self._csv(table.key, table) if table.download else None
        self._captions[table.caption] += 1
        again = self._captions[table.caption]
        label = table.caption if again == 1 else f"{table.caption} ({again})"
        return table_view(table, self._anchor(table.key), csv, label)

    def _csv(self, stem: str, table: Table) -> str:
        return self._file(stem, "csv", table_csv(table, self._simulated))

    def _drawing(self, stem: str, figure: Figure, form: Literal["page", "phone"]) -> Drawing:
        image = self._draw(figure, form, self._simulated)
        width, height = svg_size(image)
        return Drawing(self._file(stem, "svg", image), width, height)

    def _file(self, stem: str, extension: str, content: bytes) -> str:
        """Keep a file under its name; a second one of that name that differs gets a number."""

        def taken(path: str) -> bool:
            return self.files.get(path, content) != content

        path = free_name(slug(stem), taken, f".{extension}")
        self.files[path] = content
        return path

    def _anchor(self, key: str) -> str:
        anchor = free_name(slug(key), self._anchors.__contains__)
        self._anchors.add(anchor)
        return anchor


def svg_size(image: bytes) -> tuple[int, int]:
    """Width and height of an SVG's view box, rounded to whole pixels.

    Raises
    ------
    ValueError : it has none.
    """
    found = _VIEWBOX.search(image[:2000])
    if found is None:
        raise ValueError("the chart has no viewBox")
    return round(float(found[1])), round(float(found[2]))
