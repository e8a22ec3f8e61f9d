"""An author's lines as CommonMark reads them, written so that Python-Markdown reads them alike.

The two differ where people notice: how far a list inside a list is moved in, whether a list may follow a
paragraph at once, code between fences inside a list, a line broken by two spaces or a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

STEP = 4
"""Spaces by which what belongs to an item, or to a footnote, is moved in."""
DEEPEST = 10
"""Quotations in quotations."""
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([-*+]|\d{1,9}[.)])(?:( +)(?=\S)|\s*$)")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_QUOTED = re.compile(r" {0,3}> ?")
_APART = re.compile(r"[|>#]|`{3}|~{3}")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")


@dataclass(frozen=True)
class Line:
    """A line as it is written, whether it is code, and whether it goes on the paragraph of the line above."""

    text: str
    is_code: bool = False
    goes_on: bool = False


def author_lines(source: str, quoted: int = 0) -> list[Line]:
    """The lines of a text: lists moved in by four spaces a level, underlined headings as marked ones.

    ``quoted`` : how many quotations it stands in; one too many is read as words.
    """
    return list(_Lines(source, quoted).read())


class _Lines:
    """Reads line by line. ``inside`` are the columns at which the text of the open items begins, ``words``
    whether the line before was of a paragraph, ``listed`` whether it stood in an item."""

    def __init__(self, source: str, quoted: int) -> None:
        self._quoted = quoted
        self._lines = [line.expandtabs(STEP) for line in source.splitlines()]
        self._inside: list[int] = []
        self._words = False
        self._code = False
        self._listed = False

    def read(self) -> Iterator[Line]:
        place = 0
        while place < len(self._lines):
            line = self._lines[place]
            if not line.strip():
                self._words = False
                yield Line("", self._code)
                place += 1
                continue
            self._listed = bool(self._inside)
            rest = self._leave(line)
            if _QUOTED.match(rest) and self._quoted < DEEPEST:
                place = yield from self._quote(place)
                continue
            if mark := FENCE.match(rest):
                size = self._fenced(place, mark[1])
                yield from self._fence(place, size)
                place += size
                continue
            below = self._lines[place + 1] if place + 1 < len(self._lines) else ""
            if self._is_heading(rest, below):
                rank = "#" if below.strip()[0] == "=" else "##"
                yield from self._set(f"{rank} {rest.strip()}", apart=True)
                place += 1
            elif not self._words and rest.startswith(" " * STEP):
                self._code = True
                yield Line(self._moved(rest), is_code=True)
            else:
                yield from self._set(rest)
            place += 1

    def _leave(self, line: str) -> str:
        """Leave the items that a line is not in; the line without the room before their text."""
        indent = len(line) - len(line.lstrip(" "))
        goes_on = self._words and not _begins(line.lstrip(" "))
        while self._inside and indent < self._inside[-1] and not goes_on:
            self._inside.pop()
        within = self._inside[-1] if self._inside else 0
        return line[min(indent, within) :]

    def _set(self, rest: str, *, apart: bool = False) -> Iterator[Line]:
        """A line of words, of a heading, or the first of an item."""
        self._code = False
        text = rest.lstrip(" ")
        item = None if _RULE.match(text) else _ITEM.match(text)
        note = None if self._inside else _NOTE.match(text)
        after_words = self._words and not self._listed
        if item and not (after_words and item[1][0].isdigit() and item[1][:-1] != "1"):
            if after_words:
                yield Line("")
            yield from self._item(rest, text, item)
            return
        goes_on = self._words and not apart and not _begins(text)
        yield Line(self._moved(_broken(text if self._inside or goes_on else rest)), goes_on=goes_on)
        if note:
            self._inside.append(STEP)
        self._words = not apart and not _RULE.match(text) and not text.startswith("#")

    def _item(self, rest: str, text: str, item: re.Match[str]) -> Iterator[Line]:
        mark, room = item[1], len(item[2] or " ")
        begins = (self._inside[-1] if self._inside else 0) + len(rest) - len(text)
        words = text[item.end() :]
        if room > STEP:  # code that begins with the item
            room, words = 1, " " * (room - 1) + words
        mark = f"{mark[:-1]}." if mark.endswith(")") else mark
        yield Line(self._moved(f"{mark} {_broken(words)}".rstrip(" ")))
        self._inside.append(begins + len(item[1]) + room)
        self._words = bool(words.strip()) and not words.startswith("#")

    def _moved(self, text: str) -> str:
        return " " * (STEP * len(self._inside)) + text if text else ""

    def _is_heading(self, rest: str, below: str) -> bool:
        text, under = rest.lstrip(" "), below.lstrip(" ")
        plain = len(rest) - len(text) < STEP and not _begins(text) and not text.startswith("|")
        return plain and len(below) - len(under) < STEP and _UNDERLINE.match(under) is not None

    def _quote(self, place: int) -> Generator[Line, None, int]:
        """What is quoted, read as a text of its own; the place of the line after it."""
        within = self._inside[-1] if self._inside else 0
        quoted = []
        while place < len(self._lines) and (mark := _QUOTED.match(self._lines[place][within:])):
            quoted.append(self._lines[place][within:][mark.end() :])
            place += 1
        if self._words:
            yield Line("")
        for line in author_lines("\n".join(quoted), self._quoted + 1):
            yield Line(self._moved(f"> {line.text}".rstrip(" ")), line.is_code, line.goes_on)
        self._words, self._code = True, False
        return place

    def _fenced(self, place: int, fence: str) -> int:
        """How many lines a block of code between fences has."""
        within = self._inside[-1] if self._inside else 0
        for number, line in enumerate(self._lines[place + 1 :], start=2):
            if within and line.strip() and not line.startswith(" " * within):
                return number - 1
            mark = FENCE.match(line[within:])
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                return number
        return len(self._lines) - place

    def _fence(self, place: int, size: int) -> Iterator[Line]:
        """Code between fences; inside an item it is set as code that is moved in."""
        within = self._inside[-1] if self._inside else 0
        block = [line[within:] for line in self._lines[place : place + size]]
        if not self._inside:
            if self._words:
                yield Line("")
            yield from (Line(line, is_code=True) for line in block)
        else:
            closed = len(block) > 1 and not block[-1].strip(" `~")
            yield Line("")
            for line in block[1 : -1 if closed else None]:
                yield Line(self._moved(" " * STEP + line if line.strip() else ""), is_code=True)
            yield Line("")
        self._words = self._code = False


def _begins(text: str) -> bool:
    """Whether a line begins something, and cannot go on a paragraph."""
    return bool(_ITEM.match(text) or _APART.match(text) or _NOTE.match(text) or _RULE.match(text))


def _broken(text: str) -> str:
    """A line that ends with two spaces ends with a backslash, which nobody strips."""
    return f"{text.rstrip(' ')}\\" if text.endswith("  ") and text.strip() else text
