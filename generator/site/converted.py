"""Pages that were converted before: for one new issue, ten years of them are not read as Markdown again.

A page's HTML is kept under the hash of all that it was made from: its Markdown, the pictures beside it, the
program. Its links are not: MkDocs looks at each in every build, says how it is written, and warns of one that
leads nowhere. So what is kept has gaps for them, and when a page is taken up again MkDocs is shown its links,
its headings and its names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from generator.core.files import replace_file

FOLDER = "converted"
"""Beside the folder of the pages."""
_MARK, _INTO = ".made-here", "~"
"""``issues~a~index.json`` stands for ``issues/a/index.md``: without folders, no link leads away."""
_LINKS = {"a": "href", "img": "src"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_GAP = re.compile(f"{STX}link([0-9]+){ETX}")
_PLAIN = re.compile(rf"[^&<>\"\s{STX}{ETX}]*")
_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("site", "language")
"""Those that have a say in how a page is converted."""


@dataclass(frozen=True)
class Converted:
    """A page's HTML, and what it was made from as a hash; its links by tag and target as they are written,
    its headings by tag, name and text, its other names."""

    key: str
    html: str
    links: list[list[str]]
    headings: list[list[str]]
    names: list[str]


class Conversions:
    """What a parser knows of the page that it goes through."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self.found: Converted | None = None
        self.made: Converted | None = None
        self.links: list[Element] = []
        self.targets: list[str] | None = None
        """As MkDocs has them; None before it has looked at them."""

    def begin(self, md: Markdown, text: str) -> None:
        """Look for a page."""
        self._file, self.found, self.made, self.targets = None, None, None, None
        steps = md.treeprocessors  # no mapping, although it looks like one
        relative = steps["relpath"] if "relpath" in steps else None  # noqa: SIM401
        source = getattr(getattr(relative, "file", None), "abs_src_path", None)
        # A page of the generator's own HTML was put aside whole, and costs nothing.
        if relative is None or source is None or text.startswith(STX):
            return
        docs, page = Path(relative.config["docs_dir"]), Path(source)
        folder = docs.with_name(FOLDER)
        self._file = folder / f"{page.relative_to(docs).with_suffix('').as_posix().replace('/', _INTO)}.json"
        key = _key(text, page.parent, folder)
        self.found = _kept(self._file, key)
        self.made = None if self.found else Converted(key, "", [], [], [])

    def keep(self, html: str) -> None:
        """Keep the page that was just made in place of what was made from something else."""
        assert self._file is not None
        assert self.made is not None
        content = json.dumps({**asdict(self.made), "html": html}).encode()
        replace_file(self._file, lambda part: part.write_bytes(content))


def forget_conversions(docs: Path) -> None:
    """Remove what is kept of pages that are no longer there."""
    folder = docs.with_name(FOLDER)
    for file in folder.glob("*.json"):
        if not (docs / f"{file.stem.replace(_INTO, '/')}.md").exists():
            file.unlink()


def register_conversions(md: Markdown) -> None:
    """Have a parser keep pages and take them up again. It does where MkDocs runs it and nowhere else."""
    known = Conversions()
    # Once pages of the generator's own HTML are put aside (29).
    md.preprocessors.register(_Look(md, known), "letter_look", 28.5)
    # Before the contents and the names are listed (5).
    md.treeprocessors.register(_Show(md, known), "letter_show", 5.5)
    # Around MkDocs' look at the links (0) and at the title (-1).
    md.treeprocessors.register(_Note(md, known), "letter_note", 0.5)
    md.treeprocessors.register(_Part(md, known), "letter_part", -1.5)
    md.postprocessors.register(_Fill(md, known), "letter_fill", -1)


class _Look(Preprocessor):
    """Reads no line of a page that is kept."""

    def __init__(self, md: Markdown, known: Conversions) -> None:
        super().__init__(md)
        self._host, self._known = md, known

    def run(self, lines: list[str]) -> list[str]:
        self._known.begin(self._host, "\n".join(lines))
        return [] if self._known.found else lines


class _Step(Treeprocessor):
    def __init__(self, md: Markdown, known: Conversions) -> None:
        super().__init__(md)
        self._known = known


class _Show(_Step):
    """Shows of a page that is kept what others look at."""

    def run(self, root: Element) -> None:
        if self._known.found:
            root[:] = [_shown(self._known.found)]


class _Note(_Step):
    """Notes the links as they were written, and the headings and names."""

    def run(self, root: Element) -> None:
        known = self._known
        known.links = [*_within(root)]
        if known.made:
            tags = [(element, element.get("id", "")) for element in root.iter()]
            known.made = Converted(
                known.made.key,
                "",
                [[link.tag, link.get(_LINKS[link.tag], "")] for link in known.links],
                [[e.tag, name, "".join(e.itertext())] for e, name in tags if e.tag in _HEADINGS],
                [name for e, name in tags if name and e.tag not in _HEADINGS],
            )


class _Part(_Step):
    """Parts the links from the page, when they have been looked at."""

    def run(self, root: Element) -> None:
        known = self._known
        known.targets = [link.get(_LINKS[link.tag], "") for link in known.links]
        if not all(map(_PLAIN.fullmatch, known.targets)):
            known.made = None  # how they are written in HTML is the serialiser's business
        elif known.made:
            for number, link in enumerate(known.links):
                link.set(_LINKS[link.tag], f"{STX}link{number}{ETX}")


class _Fill(Postprocessor):
    """Keeps the page, and puts the links where they belong."""

    def __init__(self, md: Markdown, known: Conversions) -> None:
        super().__init__(md)
        self._known = known

    def run(self, text: str) -> str:
        known, targets = self._known, self._known.targets
        if targets is None:
            return text  # a heading, for the list of contents
        if known.made:
            known.keep(text)
        html = known.found.html if known.found else text
        return _GAP.sub(lambda gap: targets[int(gap[1])], html)


def _within(root: Element) -> Iterator[Element]:
    """The links and pictures of a page that do not say where they lead by themselves."""
    for element in root.iter():
        target = element.get(_LINKS.get(element.tag, ""))
        if target and not urlsplit(target).scheme and not urlsplit(target).netloc:
            yield element


def _shown(page: Converted) -> Element:
    shown = Element("article")
    for tag, name, text in page.headings:
        SubElement(shown, tag, {"id": name}).text = text
    for name in page.names:
        SubElement(shown, "span", {"id": name})
    for tag, target in page.links:
        SubElement(shown, tag, {_LINKS[tag]: target})
    return shown


def _key(text: str, beside: Path, folder: Path) -> str:
    """The hash of all that a page is made from; of a picture its size and time count for what it holds."""
    with os.scandir(beside) as entries:
        pictures = sorted((e.name, e.stat()) for e in entries if e.name.endswith((".svg", ".json")))
    seen = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in pictures]
    return hashlib.sha256(repr((_program(), _made_here(folder), seen, text)).encode()).hexdigest()


@cache
def _program() -> str:
    files = (path for room in _ROOMS for path in sorted((_PACKAGE / room).iterdir()) if path.is_file())
    parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return repr((parts, version("markdown"), version("pymdown-extensions")))


@cache
def _made_here(folder: Path) -> tuple[int, int]:
    """What no other place has: pages that came with somebody's letter are not taken for ours."""
    mark = folder / _MARK
    folder.mkdir(parents=True, exist_ok=True)
    if not mark.exists():
        mark.touch()
    stat = mark.stat()
    return stat.st_ino, stat.st_ctime_ns


def _kept(file: Path, key: str) -> Converted | None:
    try:
        page = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):  # not there, or torn by a power cut
        return None
    return Converted(**page) if isinstance(page, dict) and page.get("key") == key else None
