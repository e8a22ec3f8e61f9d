"""What search finds: title, deck, key points, headings and first paragraphs of every page, as one script.

It is a script, for a browser that shows a page from disk lets it run what lies beside it, and read nothing.
What several pages say (headings, the words of a method) is kept once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from generator.core.shelf import Shelf, program

INDEX = "search-index.js"
PARAGRAPH = 160
"""Characters of a paragraph that are kept: with 520 issues the index stays below 2 MB."""
_CAPTION = re.compile(r"^(/{3,}) [\w-]*caption\n.*?^\1 *$", re.MULTILINE | re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xE000
_SHOWN = {_PRIVATE + code: code for code in range(128)}
_NOT_TEXT = re.compile(r"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]*\]|\{:[^}]*\}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*+|`+|(?<!\w)_|_(?!\w)")
_HEADING = re.compile(r"(##+) (.*?)(?: *\{:? *#([\w-]+)[^}]*\})? *$")
_OTHER = re.compile(r"[|!#>`~]|///|[-*+] |\d+\. |\[\^| {4}")
_FRONT = re.compile(r"---\n(.*?\n)---\n+", re.DOTALL)
_ENTRY = re.compile(r'^(title|description|superseded): (".*")$', re.MULTILINE)
_LEFT_OUT = re.compile(r"<article [^>]*\bdata-search-exclude\b")
_EMPTY_TAGS = frozenset(("img", "br", "hr", "input", "source", "wbr"))


@dataclass(frozen=True)
class Part:
    """A part of a page: its anchor, its heading, and its first paragraph or list, as plain text."""

    anchor: str
    heading: str
    text: str


def search_index(docs: Path, shelf: Shelf | None = None) -> bytes:
    """The script with the index of all pages of a folder that MkDocs reads.

    Versions that a correction has replaced are left out, and so is what ``data-search-exclude`` marks. What
    is found of a page lies on the shelf until the page is another.
    """
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(text, len(texts))

    by, pages = program(("site",), ()), []
    for path in sorted(docs.rglob("index.md")):
        page = path.read_bytes()
        read = partial(_entry, page)
        found = read() if shelf is None else shelf.of((by, page), read)
        if entry := json.loads(found):
            title, description, parts = entry
            place = path.relative_to(docs).with_suffix(".html").as_posix()
            told = [[number(text) for text in part] for part in parts]
            pages.append([place, number(title), number(description), told])
    if shelf is not None:
        shelf.forget()
    written = json.dumps({"texts": list(texts), "pages": pages}, ensure_ascii=False, separators=(",", ":"))
    for mark in "<\u2028\u2029":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    return f"letterIndex={written}\n".encode()


def _entry(content: bytes) -> bytes:
    """A page's title, its description and its parts as JSON; ``null`` of one that is not to be found."""
    page = content.decode()
    front = _FRONT.match(page)
    said = {name: json.loads(value) for name, value in _ENTRY.findall(front[1] if front else "")}
    if "superseded" in said:
        return b"null"
    body = page[front.end() :].lstrip() if front else page
    parts = _parts_of_html(body) if body.startswith("<article ") else _parts_of_markdown(body)
    told = [(part.anchor, part.heading, part.text) for part in parts]
    return json.dumps((said.get("title", ""), said.get("description", ""), told)).encode()


def _short(text: str) -> str:
    return text if len(text) <= PARAGRAPH else f"{text[:PARAGRAPH].rpartition(' ')[0]} …"


def _parts_of_markdown(body: str) -> Iterator[Part]:
    """Headings with the first paragraph after each; of a list that comes first, as of key points, all."""
    listed = False
    anchor = heading = ""
    texts: list[str] = []
    for block in re.split(r"\n\s*\n", _CAPTION.sub("", body)):
        lines = block.strip().splitlines()
        found = _HEADING.match(lines[0]) if lines else None
        if found:
            if heading:
                yield Part(anchor, heading, " ".join(texts))
            anchor, heading, texts, listed = found[3] or "", plain(found[2]), [], False
        elif heading and lines and (listed or not texts) and lines[0].startswith("- "):
            points = re.split(r"^- +", block.strip(), flags=re.MULTILINE)[1:]
            texts += map(plain, points)
            listed = True
        elif heading and lines and not texts and _is_paragraph(lines):
            texts.append(_short(plain(block)))
    if heading:
        yield Part(anchor, heading, " ".join(texts))


def _is_paragraph(lines: list[str]) -> bool:
    """Words, and no table, picture, list, block, heading, code or note."""
    return not lines[-1].startswith("{: .disclaimer") and _OTHER.match(lines[0]) is None


def plain(text: str) -> str:
    """Markdown as the words that a reader sees."""
    text = _ESCAPE.sub(lambda found: chr(_PRIVATE + ord(found[1])), text)
    text = _MARKS.sub("", _LINK.sub(r"\1", _NOT_TEXT.sub("", text)))
    shown = unescape(text).translate(_SHOWN)
    return " ".join(shown.split())


def _parts_of_html(body: str) -> Iterable[Part]:
    if _LEFT_OUT.match(body):
        return []  # lists of all issues, say: the longest pages, and none of it would be found
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return [
        Part(anchor, heading.strip(), _short(" ".join(text.split())))
        for anchor, heading, text in reader.parts
    ]


class _Reader(HTMLParser):
    """Reads the headings with an anchor of a page, and the first paragraph after each."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[list[str]] = []
        self._into: int | None = None
        self._closes = ""
        self._excluded = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._excluded or "data-search-exclude" in given:
            self._excluded += tag not in _EMPTY_TAGS
        elif re.fullmatch("h[23]", tag) and given.get("id"):
            self.parts.append([given["id"] or "", "", ""])
            self._into, self._closes = 1, tag
        elif tag == "p" and self._into is None and self.parts and not self.parts[-1][2]:
            self._into, self._closes = 2, tag

    def handle_endtag(self, tag: str) -> None:
        if self._excluded:
            self._excluded -= 1
        elif tag == self._closes and self._into is not None:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None and not self._excluded:
            self.parts[-1][self._into] += data
