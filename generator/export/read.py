"""An article's Markdown, read into blocks: every word of it, and of the markup what means something anywhere.

The page is made from the same Markdown by the same converter, with classes and frames around; here nothing
depends on how the page is dressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from string import punctuation
from xml.etree.ElementTree import Element, TreeBuilder

from markdown import Markdown

from generator.core.errors import BadDataError
from generator.core.yaml_files import Value, parse_yaml
from generator.export.blocks import (
    ROLES,
    Block,
    Code,
    Fold,
    Footnotes,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rule,
    Table,
)
from generator.export.words import INLINE, words_of
from generator.site.inline import register_inline

EXTENSIONS = (
    "tables",
    "attr_list",
    "sane_lists",
    "footnotes",
    "fenced_code",
    "pymdownx.blocks.caption",
    "pymdownx.blocks.details",
)
_CAPTIONS = {"types": ["table-caption", "figure-caption", "code-caption"], "auto": False}
_VOID = frozenset({"br", "hr", "img"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FENCE = "---\n"


@dataclass(frozen=True)
class Article:
    """An article: what its front matter says of it, and its blocks."""

    front: Mapping[str, Value]
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Its title, as its front matter has it."""
        return str(self.front.get("title") or "")


def read_article(text: str, name: str) -> Article:
    """Read an article; ``name`` is its file's name in messages.

    Raises
    ------
    BadDataError : it has no front matter.
    SpecError : its front matter is no YAML of the plain kind.
    """
    before, _, rest = text.partition(_FENCE)
    front, fence, body = rest.partition(f"\n{_FENCE}")
    if before or not fence:
        raise BadDataError(
            f"{name} does not begin with front matter between two lines of '---'. Make it again."
        )
    return Article(parse_yaml(front, name).value, read_blocks(body))


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of Markdown without front matter. Raw HTML in it is text."""
    parser = Markdown(
        extensions=EXTENSIONS, extension_configs={"pymdownx.blocks.caption": _CAPTIONS}, output_format="html"
    )
    parser.ESCAPED_CHARS = list(punctuation)
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    register_inline(parser)
    reader = _Reader()
    reader.feed(parser.convert(markdown))
    return tuple(_blocks(reader.root()))


class _Reader(HTMLParser):
    """What the converter writes, as elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = TreeBuilder()
        self._builder.start("body", {})

    def root(self) -> Element:
        self.close()
        self._builder.end("body")
        return self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        self._builder.data(data)


def _blocks(parent: Element) -> Iterator[Block]:
    """The blocks in an element; words beside blocks are paragraphs of their own."""
    text, run = parent.text, list[Element]()
    for element in parent:
        if element.tag in INLINE:
            run.append(element)
            continue
        yield from _loose(text, run)
        text, run = element.tail, []
        yield from _block(element)
    yield from _loose(text, run)


def _loose(text: str | None, run: Sequence[Element]) -> Iterator[Block]:
    if run or (text or "").strip():
        yield Paragraph(words_of(text, run))


def _block(element: Element) -> Iterator[Block]:
    made = _MAKERS.get(element.tag)
    classes = _classes(element)
    if element.tag in _HEADINGS:
        yield Heading(words_of(element.text, element), _HEADINGS[element.tag])
    elif "footnote" in classes:
        notes = element.findall("ol/li")
        yield Footnotes(tuple(tuple(_blocks(_without_way_back(note))) for note in notes))
    elif made is not None:
        block = made(element)
        if not isinstance(block, Paragraph) or len(block.words) or block.words.text:
            yield block
    else:
        yield from _blocks(element)


def _paragraph(element: Element) -> Block:
    classes, images = _classes(element), element.findall("img")
    words = words_of(element.text, element)
    if len(images) == len(element) == 1 and not (words.text or words[0].tail):
        return Picture(images[0].get("src", ""), images[0].get("alt", ""), classes=_classes(images[0]))
    role = next((name for name in ROLES if name in classes), "")
    return Paragraph(words, role)


def _figure(element: Element) -> Block:
    """A table, a picture or code with its caption."""
    caption, key = element.find("figcaption"), element.get("id", "")
    said = () if caption is None else tuple(words_of(p.text, p) for p in caption.iter("p"))
    table, image, code = element.find("table"), element.find("p/img"), element.find("pre")
    if table is not None:
        return _table(table, said, key, _classes(element))
    if code is not None:
        return replace(_code(code), caption=said)
    if image is None:
        return Quote(tuple(_blocks(element)))
    classes = _classes(element) | _classes(image)
    return Picture(image.get("src", ""), image.get("alt", ""), said, key=key, classes=classes)


def _table(
    element: Element, caption: tuple[Element, ...] = (), key: str = "", classes: frozenset[str] = frozenset()
) -> Table:
    head, *rows = element.iter("tr")
    right = tuple("right" in cell.get("style", "") for cell in head)
    return Table(_row(head), tuple(map(_row, rows)), right, caption, key, classes | _classes(element))


def _row(element: Element) -> Row:
    return Row(tuple(words_of(cell.text, cell) for cell in element))


def _listing(element: Element) -> Block:
    start = int(element.get("start", "1")) if element.tag == "ol" else None
    return Listing(tuple(tuple(_blocks(item)) for item in element.findall("li")), start)


def _code(element: Element) -> Code:
    code = element.find("code")
    inner = element if code is None else code
    language = next((c.removeprefix("language-") for c in _classes(inner) if c.startswith("language-")), "")
    return Code("".join(inner.itertext()).rstrip("\n"), language)


def _fold(element: Element) -> Block:
    summary = element.find("summary")
    assert summary is not None  # the extension writes one always
    element.remove(summary)
    return Fold(words_of(summary.text, summary), tuple(_blocks(element)))


_MAKERS: Mapping[str, Callable[[Element], Block]] = {
    "p": _paragraph,
    "figure": _figure,
    "table": _table,
    "ul": _listing,
    "ol": _listing,
    "blockquote": lambda element: Quote(tuple(_blocks(element))),
    "pre": _code,
    "hr": lambda _: Rule(),
    "details": _fold,
}


def _without_way_back(note: Element) -> Element:
    """A footnote without the link to where it was called: elsewhere it would lead nowhere."""
    for parent in list(note.iter()):
        for link in parent.findall("a"):
            if "footnote-backref" in _classes(link):
                parent.remove(link)
    return note


def _classes(element: Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())
