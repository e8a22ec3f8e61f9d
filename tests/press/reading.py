"""Reading pages the way a browser does: tags with their attributes, and the text that is shown."""

from __future__ import annotations

from html.parser import HTMLParser

# fmt: off
OF_PROSE = frozenset({
    "p", "h3", "h4", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "a", "span", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "del",
})
"""The tags that an author's Markdown may become."""

OF_A_REPORT = frozenset({
    "article", "header", "section", "footer", "p", "h1", "h2", "ul", "ol", "li", "span", "figure", "picture",
    "source", "img", "figcaption", "time", "details", "summary",
})
"""The tags of a report of plain text and charts."""
# fmt: on

Tag = tuple[str, dict[str, str | None]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def tags(page: str) -> list[Tag]:
    """Every opening tag with its attributes, entities decoded."""
    reader = _Reader()
    reader.feed(page)
    return reader.tags


def text(page: str) -> str:
    """The text of a page, entities decoded, spaces as they are."""
    reader = _Reader()
    reader.feed(page)
    return "".join(reader.texts)


def table_rows(page: str) -> list[list[str]]:
    """The body cells of all tables in a fragment, row by row."""
    rows: list[list[str]] = []
    for row in page.split("<tr>")[1:]:
        cells = [text(cell) for cell in row.split("</tr>")[0].replace("</td>", "</th>").split("</th>")[:-1]]
        rows.append(cells)
    return rows
