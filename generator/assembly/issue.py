"""One report as files: the article, its charts and tables, what the site is told of it, its e-mail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Literal

from markupsafe import Markup

from generator.article.article import Article, write_article
from generator.assembly.tables import table_html
from generator.charts.render import Draw, drawer
from generator.charts.studio import Task
from generator.core.files import OutputFile
from generator.core.json_values import write_json
from generator.core.names import free_name, slug
from generator.edition.card import CARD, Card, Drawing, PictureView
from generator.edition.figures import Figure
from generator.edition.values import Edition, Picture, ShareCard, Table
from generator.mail.email import email_files
from generator.output.study import json_object
from generator.site.downloads import table_csv
from generator.site.meta import CARD_IMAGE
from generator.site.pictures import packed_spots, svg_size
from generator.spec.letter import Letter

PAGE = "index.md"
SPOTS = ".spots.json"
"""What ends the name of the file with a chart's hot spots."""


def drawings(edition: Edition, article: Article, letter: Letter) -> Iterator[Task]:
    """What ``report_files`` will have drawn for an edition and its article, in its order."""
    if edition.lead is not None:
        yield edition.lead.figure, "email", edition.simulated
        yield edition.lead.figure, "email-dark", edition.simulated
    yield share_card(edition, letter), "card", edition.simulated
    for picture in article.pictures.values():
        yield from forms(picture, edition.simulated)


def share_card(edition: Edition, letter: Letter) -> ShareCard:
    """What stands for the issue where a link to it is shared."""
    figure = None if edition.lead is None else edition.lead.figure
    return ShareCard(letter.name, edition.kicker, edition.title, edition.strip, figure)


def forms(picture: Picture, simulated: bool) -> Iterator[Task]:
    """What ``Maker.picture`` will have drawn: the figure for page and phone, and its hot spots."""
    yield picture.figure, "page", simulated
    yield picture.figure, "phone", simulated
    yield picture.figure, "spots", simulated


def report_files(
    edition: Edition, letter: Letter, artist: Draw | None = None, article: Article | None = None
) -> tuple[OutputFile, ...]:
    """All files of a report, with paths relative to its folder.

    ``index.md`` is the article; beside it the charts (page and phone), a CSV for every table and chart that
    offers one, ``edition.json``, the card for shared links, and the e-mail as ``email.html``, ``email.txt``
    and ``email.eml``. ``article`` : that of the edition, where it is written already.

    Raises
    ------
    BuildError : a template of the article is wrong.
    """
    article = article or write_article(edition, letter.disclaimer)
    artist = artist or drawer(letter.looks)
    maker = Maker(edition.simulated, artist)
    views = {name: maker.placed(picture, name) for name, picture in article.pictures.items()}
    for name, table in article.tables.items():
        if table.download:
            maker.files[f"{name}.csv"] = table_csv(table, edition.simulated)
    lead = next((views[name] for name, picture in article.pictures.items() if picture is edition.lead), None)
    return (
        OutputFile(PAGE, f"{front_matter(edition)}\n{article.text}".encode()),
        edition_file(edition, article, lead),
        OutputFile(CARD_IMAGE, artist(share_card(edition, letter), "card", edition.simulated)),
        *(OutputFile(name, content) for name, content in edition.pictures.items()),
        *(OutputFile(path, content) for path, content in maker.files.items()),
        *email_files(edition, letter, artist),
    )


def front_matter(edition: Edition) -> str:
    """What the article's file says of it before it begins. JSON is YAML too, whatever a text holds."""
    told = {
        "title": edition.title,
        "deck": edition.deck,
        "kicker": edition.kicker,
        "date": edition.date,
        "as_of": edition.as_of,
        "author": edition.author,
        "source": edition.source,
        "simulated": edition.simulated,
        "tags": list(edition.tags),
        "finding": edition.finding,
        "verdict": edition.verdict,
        "slug": edition.slug,
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    return "\n".join(["---", *lines, "---", ""])


def edition_file(edition: Edition, article: Article, lead: PictureView | None) -> OutputFile:
    """What the page says of itself, and its studies' answers; figures of tables are in their CSVs."""
    card = Card(
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
        fingerprint=edition.fingerprint,
        strip=edition.strip,
        lead=lead,
        key_points=edition.key_points,
        tables=tuple(article.tables),
        charts=tuple(article.pictures),
        corrections=edition.corrections,
        notices=edition.notices,
    )
    studies = {name: json_object(result) for name, result in edition.studies.items()}
    return OutputFile(CARD, write_json({**asdict(card), "studies": studies}))


def markdown_page(
    title: str,
    description: str,
    body: str,
    simulated: bool,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """A page of the site's own for MkDocs: front matter, then the page's HTML, which is left alone."""
    meta: dict[str, object] = {
        "title": title,
        "description": description,
        "tags": [],
        "simulated": simulated,
        "issue": False,
        **(more or {}),
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in meta.items()]
    return "\n".join(["---", *lines, "---", "", body]).encode()


def spots_of(view: PictureView) -> str:
    """The file with a chart's hot spots, beside it."""
    return f"{view.page.path.removesuffix('.svg')}{SPOTS}"


class Maker:
    """Turns tables and charts into what templates set, and collects the files that they need on the way."""

    def __init__(self, simulated: bool, artist: Draw) -> None:
        self.files: dict[str, bytes] = {}
        self._simulated = simulated
        self._draw = artist
        self._anchors: set[str] = set()

    def picture(self, picture: Picture) -> PictureView:
        """A chart, drawn for page and phone, with its data, under a name that is free."""
        return self.placed(picture, free_name(slug(picture.key), lambda stem: f"{stem}.svg" in self.files))

    def placed(self, picture: Picture, stem: str) -> PictureView:
        """A chart, drawn for page and phone, with its data, under this name."""
        csv = None if picture.data is None else f"{stem}.csv"
        if csv is not None and picture.data is not None:
            self.files[csv] = table_csv(picture.data, self._simulated)
        view = PictureView(
            page=self._drawing(stem, picture.figure, "page"),
            phone=self._drawing(f"{stem}-phone", picture.figure, "phone"),
            caption=picture.caption,
            alt=picture.alt,
            source=picture.source,
            csv=csv,
        )
        self.files[spots_of(view)] = self._draw(picture.figure, "spots", self._simulated)
        return view

    def spots(self, view: PictureView) -> str:
        """The hot spots of a chart that was drawn, as the page's attribute."""
        return packed_spots(self.files[spots_of(view)].decode())

    def table(self, table: Table, places: Mapping[str, str] | None = None) -> Markup:
        """A table as the page sets it, with its CSV where it offers one; ``places`` are where the headings of
        its rows lead, by what they say."""
        anchor = free_name(slug(table.key), self._anchors.__contains__)
        self._anchors.add(anchor)
        if table.download:
            self.files[f"{anchor}.csv"] = table_csv(table, self._simulated)
        return table_html(table, anchor, places or {})

    def _drawing(self, stem: str, figure: Figure, form: Literal["page", "phone"]) -> Drawing:
        image = self._draw(figure, form, self._simulated)
        width, height = svg_size(image)
        self.files[f"{stem}.svg"] = image
        return Drawing(f"{stem}.svg", width, height)
