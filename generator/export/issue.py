"""One issue for another platform: from its Markdown and the files beside it, and nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from generator.charts.raster import SHARPNESS, chart_png, is_chart, png
from generator.core.errors import BadDataError
from generator.core.files import OutputFile
from generator.core.names import free_name, slug
from generator.export.blocks import Block, Paragraph, Picture, Quote, Table, changed
from generator.export.commonmark import commonmark
from generator.export.markup import html
from generator.export.read import Article, read_article
from generator.export.words import plain, relinked, words_of
from generator.language.own_words import words
from generator.site.markdown import allowed_link
from generator.spec.looks import HOUSE, Looks

Form = Literal["markdown", "html", "images"]
Read = Callable[[str], bytes]
"""The content of a file beside the article; raises FileNotFoundError where there is none."""

ARTICLE = "index.md"
_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 46em; margin: 2em auto; padding: 0 1em; font: 18px/1.5 {fonts[text]}; }}
figure {{ margin: 1.5em 0; }}
img {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; font: 14px/1.4 {fonts[labels]}; }}
th, td {{ padding: 4px 8px; border-bottom: 1px solid {rule}; text-align: left; vertical-align: top; }}
</style>
<body>
{body}
</body>
</html>
"""


def export_files(
    text: str,
    read: Read,
    form: Form,
    tables: bool = True,
    address: str | None = None,
    looks: Looks = HOUSE,
) -> tuple[OutputFile, ...]:
    """The files of an issue for another platform.

    Parameters
    ----------
    text : the article's Markdown, with its front matter.
    read : gives the content of a file beside it, such as ``lead.svg``.
    form : ``markdown`` (``issue.md``: CommonMark with tables, and the pictures beside it), ``html``
        (``issue.html``, pictures inside) or ``images`` (every chart and table as a PNG).
    tables : tables stay tables; False: they are pictures.
    address : of the article on the web; without one its relative links lead nowhere, and their words stay.
    looks : what tables and charts lie on, and what tables are set in.

    Raises
    ------
    BadDataError : a picture is not there, or cannot be drawn.
    """
    pictures = _Pictures(read, looks)
    article = _marked(read_article(text, ARTICLE))

    def change(block: Block) -> Block:
        if isinstance(block, Table) and (form == "images" or not tables):
            return pictures.of_table(block)
        return pictures.of(block) if isinstance(block, Picture) else block

    def words(given: Element) -> Element:
        return pictures.in_words(relinked(given, lambda target: elsewhere(target, address)))

    blocks = changed(article.blocks, change, words)
    if form == "markdown":
        return (OutputFile("issue.md", commonmark(blocks).encode()), *pictures.files())
    if form == "images":
        return tuple(pictures.files())
    page = html(changed(blocks, pictures.inside, pictures.inside_words))
    look = {"fonts": looks.mail_fonts, "rule": looks.shades["rule"].light}
    return (OutputFile("issue.html", _PAGE.format(title=escape(article.title), body=page, **look).encode()),)


def _marked(article: Article) -> Article:
    """The article, which says first that its prices are made up, where they are."""
    if article.front.get("simulated") != "true":
        return article
    first = Element("strong")
    first.text, first.tail = words("simulated.title"), f" {words('simulated.made_up')}"
    return replace(article, blocks=(Quote((Paragraph(words_of("", [first])),)), *article.blocks))


def elsewhere(target: str, address: str | None) -> str | None:
    """Where a link leads from another site: an address, or None without one to begin with, or where no link
    may lead."""
    target = allowed_link(target) or ""
    if urlsplit(target).scheme or not target:
        return target or None
    if address is None:
        return None
    # A page of the site is written as its Markdown.
    parts = urlsplit(urljoin(address, target))
    return parts._replace(path=re.sub(r"(?:(?<=/)index)?\.md$", "", parts.path)).geturl()


class _Pictures:
    """The pictures of an issue, each made once, under a name that no other has."""

    def __init__(self, read: Read, looks: Looks) -> None:
        self._read, self._looks = read, looks
        self._made: dict[str, bytes] = {}
        self._names: dict[str, str] = {}

    def files(self) -> Iterator[OutputFile]:
        """All that were asked for."""
        return (OutputFile(name, content) for name, content in self._made.items())

    def of(self, picture: Picture) -> Picture:
        """A chart or an author's picture as a file that every platform shows."""
        name = self._file(picture.source)
        width = _width(self._made[name]) if picture.source.endswith(".svg") else 0
        return replace(picture, source=name, width=width)

    def of_table(self, table: Table) -> Picture:
        """A table as a picture; what it is about is its caption and says what is seen."""
        title = "Table" if not table.caption else plain(table.caption[0])
        # It measures words with matplotlib, which a page, an e-mail or the feed do without.
        from generator.charts.table import Grid, GridRow, table_png

        rows = [GridRow(row.kind, [plain(cell) for cell in row.cells]) for row in table.rows]
        groups, headings = zip(*table.headings, strict=True)
        try:
            content = table_png(Grid(groups, headings, table.right, rows), self._looks)
        except ValueError as error:
            raise BadDataError(
                f"the table {title!r} cannot be drawn: {error}. Export it as a table."
            ) from error
        name = free_name(
            slug(table.key or ("strip" if "strip" in table.classes else "table")),
            self._made.__contains__,
            ".png",
        )
        self._made[name] = content
        return Picture(name, title, table.caption, width=_width(content))

    def in_words(self, words: Element) -> Element:
        """Words whose pictures are such files."""
        for image in words.iter("img"):
            image.set("src", self._file(image.get("src", "")))
        return words

    def inside(self, block: Block) -> Block:
        """A picture that carries its content in its address."""
        return replace(block, source=self._address(block.source)) if isinstance(block, Picture) else block

    def inside_words(self, words: Element) -> Element:
        """Words whose pictures do so."""
        for image in words.iter("img"):
            image.set("src", self._address(image.get("src", "")))
        return words

    def _address(self, name: str) -> str:
        kind = _TYPES[PurePosixPath(name).suffix.lower()]
        return f"data:{kind};base64,{b64encode(self._made[name]).decode()}"

    def _file(self, source: str) -> str:
        """The name of the file for a picture of the article."""
        if source not in self._names:
            place = PurePosixPath(unquote(source))
            name, content = self._shown(place)
            stem, kind = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
            self._names[source] = free_name(slug(stem), self._made.__contains__, kind)
            self._made[self._names[source]] = content
        return self._names[source]

    def _shown(self, place: PurePosixPath) -> tuple[str, bytes]:
        try:
            content = self._read(str(place))
        except FileNotFoundError as error:
            raise BadDataError(f"{ARTICLE} shows {place}, which is not beside it. Make it again.") from error
        if place.suffix.lower() in _TYPES:
            return place.name, content
        if place.suffix.lower() != ".svg":
            kinds = ", ".join((*_TYPES, ".svg"))
            raise BadDataError(f"{place} is no picture that other platforms show. Use one of: {kinds}.")
        try:
            drawn = chart_png(content, looks=self._looks) if is_chart(content) else _drawing(content)
            return f"{place.stem}.png", drawn
        except ValueError as error:
            raise BadDataError(f"{place} cannot be drawn: {error}. Use a PNG.") from error


def _drawing(svg: bytes) -> bytes:
    """An author's own drawing; one that shows other files is not followed to them."""
    if re.search(rb"<(?:\w+:)?image\b", svg):
        raise ValueError("it shows other pictures")
    return png(svg.decode())


def _width(content: bytes) -> int:
    """The width in CSS pixels of a PNG of ours."""
    return int.from_bytes(content[16:20], "big") // SHARPNESS
