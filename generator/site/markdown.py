"""The Python-Markdown extension of the letter: ``generator.site.markdown`` in ``mkdocs.yml``.

It reads the Markdown of an issue (tables, pictures, folds, footnotes, fenced code) and makes the page that
the theme dresses. MkDocs runs it, its successor Zensical runs it, and so do e-mail, feed and exports
(``to_html``).

Nothing that stands in the Markdown becomes markup by itself: HTML is shown as text, links lead where links
may lead, pictures come from beside the page, and an attribute list gives a name or a class of ``CLASSES`` and
nothing else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import EscapeInlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString

from generator.site import frame, tables
from generator.site.inline import register_inline

CLASSES = frozenset(("kicker", "deck", "byline", "lead", "finding", "note", "notice", "disclaimer"))
"""What an attribute list may say beside a name (``id``)."""
_SYNTAX = (
    *("tables", "sane_lists", "footnotes", "attr_list"),
    *("pymdownx.blocks.caption", "pymdownx.blocks.details"),
)
_CAPTIONS = ("table-caption", "figure-caption", "code-caption")
_SETTINGS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TITLE": "Back to the text"},
    "pymdownx.blocks.caption": {"types": list(_CAPTIONS), "auto": False},
}
_OWN_HTML = "<article "
"""A page that begins so was set by the generator's own templates."""
_ID = re.compile(r"(?:fn|fnref)[0-9]*:[\w-]+|[a-z][a-z0-9-]*")
_FOOTNOTES = frozenset(("footnote", "footnote-ref", "footnote-backref"))
_SCHEMES = ("http", "https", "mailto")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f]")
_FENCED = re.compile(r'<pre[^>]*><code(?: class="language-([\w+-]*)")?[^>]*>')
_PRE = '<pre tabindex="0" role="group" aria-label="To copy">'
_ATTRIBUTE = r'(id|class|data-[a-z]+): "([^"\\\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\uffff]*)"'
"""Nothing in it that YAML would read as another text: escapes, line breaks, marks of no width."""
_ATTRIBUTES = re.compile(rf" {{4}}attrs: \{{({_ATTRIBUTE}(?:, {_ATTRIBUTE})*)\}}\n(?! {{4}})")
_SplitHeader = Callable[[str, int], tuple[dict[str, Any] | None, str]]
_KEPT = {"ol": ("start",), "details": ("open",), "figure": ("data-csv",)}
"""Attributes that the parser itself, or a caption, gives an element."""


def allowed_link(target: str) -> str | None:
    """The target of a link as it may be used, or None: http, https, mailto and relative ones only.

    Browsers decode entities and drop control characters before they look for a scheme; so does this.
    """
    target = _INVISIBLE.sub("", html.unescape(target))
    if target.startswith(("//", "\\", "/\\")):
        return None
    scheme = _SCHEME.match(target)
    if scheme is not None:
        return target if scheme[1].lower() in _SCHEMES else None
    return None if ":" in re.split(r"[/?#]", target, maxsplit=1)[0] else target


def allowed_picture(target: str) -> str | None:
    """The address of a picture as it may be used, or None: a file beside the page or below it.

    Any other would be a request to someone else, or a file that is not the issue's.
    """
    place = allowed_link(target)
    if place is None or _SCHEME.match(place) or place.startswith(("/", "?", "#")):
        return None
    return None if ".." in unquote(place).replace("\\", "/").split("/") else place


def to_html(source: str, folder: Path | None = None) -> str:
    """The article of a page's Markdown (without front matter), as MkDocs makes it.

    Parameters
    ----------
    folder : where the page's pictures lie; None leaves out what only they tell (their sizes, the phone's
        drawing, hot spots).

    Raises
    ------
    ValueError : a table's attributes do not go with the table.
    """
    text: str = (_without_folder().reset() if folder is None else _parser(folder)).convert(source)
    return text


@cache
def _without_folder() -> Markdown:
    """The parser where there is no folder; to begin one takes longer than to read a table."""
    return _parser(None)


def _parser(folder: Path | None) -> Markdown:
    return Markdown(extensions=[IssueExtension(folder)], output_format="html")


class IssueExtension(Extension):
    """See the module; ``folder`` is that of ``to_html``."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Take up the syntax and register what makes the page of it."""
        md.registerExtensions(_SYNTAX, _SETTINGS)
        blocks = md.parser.blockprocessors["blocks"]
        blocks.split_header = partial(_split_header, blocks.split_header)
        md.preprocessors.deregister("html_block")
        for pattern in ("html", "automail"):
            md.inlinePatterns.deregister(pattern)
        md.inlinePatterns.register(_Escape(md), "escape", 180)
        register_inline(md)
        trusted = _Trusted()
        # Once marks that no text may have are gone (30), and before others look for fenced code (25): MkDocs
        # brings one reader of fences and Zensical another, which would colour it.
        md.preprocessors.register(_OwnHtml(md, trusted), "own_html", 29)
        md.preprocessors.register(FencedBlockPreprocessor(md, {}), "letter_fences", 28)
        made, later = _Made(), _Later(md)
        md.parser.blockprocessors.register(later, "table", 75)
        # Before a cell is read as Markdown, what it says of its row can be seen.
        md.treeprocessors.register(_Tables(md, made, later), "letter_tables", 25)
        # After the attribute lists (8), and before the contents are listed (5).
        md.treeprocessors.register(_Safe(md, made), "letter_safe", 7)
        md.treeprocessors.register(_Frame(md, self._folder, trusted), "letter_frame", 6)
        md.postprocessors.register(_Code(md), "letter_code", 35)


def makeExtension(**settings: Any) -> IssueExtension:  # noqa: N802 (the library's name)
    """What MkDocs, and whoever knows the extension by name, calls."""
    return IssueExtension(**settings)


def _split_header(otherwise: _SplitHeader, block: str, length: int) -> tuple[dict[str, Any] | None, str]:
    """What a block says of itself, and the rest of it. The line that our templates write is read here: YAML
    takes a fifth of an issue's time for it."""
    found = _ATTRIBUTES.match(block)
    if found is None:
        return otherwise(block, length)
    return {"attrs": dict(re.findall(_ATTRIBUTE, found[1]))}, block[found.end() :]


class _Trusted:
    """Whether the page at hand is the generator's own HTML."""

    now = False


class _Made(dict[Element, dict[str, str]]):
    """The elements of tables, with the attributes that they were given: no attribute list adds to them."""


class _OwnHtml(Preprocessor):
    """Keeps a page of the generator's own HTML whole, unread."""

    def __init__(self, md: Markdown, trusted: _Trusted) -> None:
        super().__init__(md)
        self._stash, self._trusted = md.htmlStash, trusted

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines).strip()
        self._trusted.now = text.startswith(_OWN_HTML)
        return [self._stash.store(text)] if self._trusted.now else lines


class _Escape(EscapeInlineProcessor):
    """A backslash makes any mark plain, as in CommonMark."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(r"\\([!-/:-@\[-`{-~])", md)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # noqa: N802
        plain = "&amp;" if m[1] == "&" else f"{STX}{ord(m[1])}{ETX}"
        return plain, m.start(0), m.end(0)


class _Later(TableProcessor):
    """Takes a table as one piece of text, to be set when its caption is known."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser, {"use_align_attribute": False})

    def run(self, parent: Element, blocks: list[str]) -> None:
        SubElement(parent, "table").text = AtomicString(blocks.pop(0))

    def grid(self, text: str) -> tables.Grid:
        """The cells of a table."""
        head, aligned, *rows = (self._row(line) for line in text.split("\n"))
        holds = [
            "" if mark.endswith(":") else "words" if mark.startswith(":") else "when" for mark in aligned
        ]
        # As the parser has it: a row has as many cells as the head.
        whole = [(*row, *("" for _ in head))[: len(head)] for row in rows]
        return tables.Grid(tuple(head), tuple(holds), tuple(whole))

    def set_plainly(self, table: Element) -> None:
        """Set a table without a caption as the parser does."""
        whole = Element("div")
        self.test(whole, table.text or "")
        super().run(whole, [table.text or ""])
        table.text = None
        table[:] = whole[0]

    def _row(self, line: str) -> list[str]:
        line = line.strip(" ")
        if "\\" in line or "`" in line:
            self.border = line.startswith("|")
            cells = self._split_row(line)
        else:
            cells = line.removeprefix("|").removesuffix("|").split("|")
        return [cell.strip(" ") for cell in cells]


class _Tables(Treeprocessor):
    """Sets tables: with a caption as figures of the page, others as they are."""

    def __init__(self, md: Markdown, made: _Made, later: _Later) -> None:
        super().__init__(md)
        self._made, self._later, self._stash = made, later, md.htmlStash

    def run(self, root: Element) -> None:
        self._made.clear()
        for figure in [f for f in root.iter("figure") if len(f) == 2 and f[0].tag == "table"]:
            grid = self._later.grid(figure[0].text or "")
            if "strip" in figure.get("class", "").split():
                tables.strip_of(figure, grid)
            else:
                tables.figure_of(figure, grid, self._stash.store)
            self._made.update((element, dict(element.attrib)) for element in figure.iter())
        for table in list(root.iter("table")):
            if table not in self._made:
                self._later.set_plainly(table)


class _Safe(Treeprocessor):
    """Leaves nothing in the tree that a reader of the Markdown would not expect: see the module."""

    def __init__(self, md: Markdown, made: _Made) -> None:
        super().__init__(md)
        self._made = made

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element in self._made:
                element.attrib = dict(self._made[element])
                if element.tag == "a":
                    continue
            else:
                self._clean(element)

    def _clean(self, element: Element) -> None:
        given = dict(element.attrib)
        element.attrib = {name: given[name] for name in _KEPT.get(element.tag, ()) if name in given}
        name, classes = given.get("id"), (given.get("class") or "").split()
        if name and _ID.fullmatch(name):
            element.set("id", name)
        kept = [css for css in classes if css in CLASSES or css in _FOOTNOTES]
        if kept:
            element.set("class", " ".join(kept))
        if element.tag == "a":
            self._link(element, given)
        elif element.tag == "img":
            self._picture(element, given)

    def _link(self, element: Element, given: dict[str, str]) -> None:
        target = allowed_link(given.get("href") or "")
        if target is None:
            element.tag = "span"
            element.attrib.clear()
        else:
            element.set("href", target)

    def _picture(self, element: Element, given: dict[str, str]) -> None:
        target, words = allowed_picture(given.get("src") or ""), given.get("alt") or ""
        if target is None:
            element.tag, element.text = "span", words
            element.attrib.clear()
        else:
            element.attrib.update({"src": target, "alt": words})
            if given.get("title"):
                element.set("title", given["title"])


class _Frame(Treeprocessor):
    """Puts the article into its frame."""

    def __init__(self, md: Markdown, folder: Path | None, trusted: _Trusted) -> None:
        super().__init__(md)
        self._host, self._folder, self._trusted = md, folder, trusted

    def run(self, root: Element) -> None:
        if not self._trusted.now:
            frame.frame(root, self._folder or _folder(self._host))


class _Code(Postprocessor):
    """Dresses fenced code, which the parser has put aside: it scrolls, so it can be reached and is named."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._stash = md.htmlStash

    def run(self, text: str) -> str:
        for number, block in enumerate(self._stash.rawHtmlBlocks):
            opening = _FENCED.match(block) if isinstance(block, str) else None
            if opening:
                language = f' class="language-{opening[1]}"' if opening[1] else ""
                self._stash.rawHtmlBlocks[number] = f"{_PRE}<code{language}>{block[opening.end() :]}"
        return text


def _folder(md: Markdown) -> Path | None:
    """The folder of the page that MkDocs or Zensical is making; None elsewhere.

    Neither tells an extension; both leave what they know with a processor of their own.
    """
    if "relpath" in md.treeprocessors:
        source = getattr(getattr(md.treeprocessors["relpath"], "file", None), "abs_src_path", None)
        return None if source is None else Path(source).parent
    if "rendering_context" in md.preprocessors:
        context: Any = md.preprocessors["rendering_context"]
        return (Path(context.config["docs_dir"]) / str(context.page.path)).parent
    return None
