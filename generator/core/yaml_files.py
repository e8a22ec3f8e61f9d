"""Reading the YAML files a person writes, strictly.

Every scalar stays the text that was written, so ``ON`` and ``NO`` are tickers, ``1e5`` is a name and
``2003-04`` a month; the models that receive the text decide what it means. Aliases, anchors, tags, repeated
keys, deep nesting and large files are refused, so no file can grow in memory beyond its own size. So are
characters that cannot be seen and change what is: controls, other ends of line, turned directions of writing.
The line of every key is kept, for messages.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from generator.core.errors import Problem, SpecError
from generator.core.yaml_faults import LINE_END, fault
from generator.core.yaml_remarks import lost

MAX_BYTES = 200_000
MAX_DEPTH = 12
MAX_VALUES = 20_000

KeyPath = tuple[str | int, ...]
Value = str | None | list["Value"] | dict[str, "Value"]
"""Text, nothing, a list, or a mapping with text keys."""

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff]"
)
"""Controls other than tab and line feed, line separators, embedded directions, halves of characters."""
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, eq=False)
class YamlDocument:
    """A parsed file: its name as shown in messages, its text, its value, and where everything stands.

    ``spans`` maps a key path such as ``("studies", "surge", "horizons", 2)`` to its first and last line,
    counted from 1.
    """

    file: str
    text: str
    value: dict[str, Value]
    spans: dict[KeyPath, tuple[int, int]]

    def line(self, path: KeyPath) -> int | None:
        """The line of a key, or of the nearest key above it that was written; None for the file itself."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans[path][0] if path else None

    def excerpt(self, path: KeyPath) -> str:
        """The lines on which a key and its value are written, without their common indentation."""
        first, last = self.spans[path]
        lines = self.text.splitlines()[first - 1 : last]
        indent = len(lines[0]) - len(lines[0].lstrip(" "))
        return "\n".join(line[indent:] if not line[:indent].strip() else line for line in lines).rstrip()

    def problem(self, path: KeyPath, message: str) -> Problem:
        """A problem of this file at a key; at the value itself where it is written without its keys."""
        return Problem(self.file, self.line(path), key_text(self._written(path)), message)

    def _written(self, path: KeyPath) -> KeyPath:
        """The path as far as it leads through keys and lists: in ``- study: x`` there is no key for the x."""
        value: Value = self.value
        for depth, part in enumerate(path):
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int):
                value = value[part]
            elif value is not None:
                return path[:depth]
        return path


def key_text(path: KeyPath) -> str:
    """A key path as it is shown: ``studies.surge.horizons[3]``; places in a list are counted from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def read_yaml(path: Path, file: str, items: str | None = None) -> YamlDocument:
    """Read a file whose top level is a mapping.

    Parameters
    ----------
    path : the file.
    file : its name in messages, usually relative to the project.
    items : of a file whose top level is a list, the one key under which the list is given back.

    Raises
    ------
    SpecError : the file cannot be read, is not UTF-8, is too large or too deep, is not YAML, or uses what is
        refused here; names the line.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _error(file, None, "is no plain file. Put a text file in its place.")
        if status.st_size > MAX_BYTES:
            raise _error(
                file, None, f"is {status.st_size:,} bytes long; at most {MAX_BYTES:,} are read. Shorten it."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _error(file, None, f"cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise _error(file, None, "is not UTF-8 text. Save it as UTF-8.") from error
    return parse_yaml(text, file, items)


def parse_yaml(text: str, file: str, items: str | None = None) -> YamlDocument:
    """Parse YAML text; as ``read_yaml`` with the text in hand."""
    parser = _Parser(text, file)
    value = parser.document(() if items is None else (items,))
    if items is not None:
        if not isinstance(value, list | None):
            raise _error(file, 1, "must be a list, each item beginning with '- '.")
        value = {items: value}
    if not isinstance(value, dict):
        raise _error(file, 1, "must hold keys and values, such as 'title: …'.")
    if parser.lost:
        raise SpecError(parser.lost)
    return YamlDocument(file, text, value, parser.spans)


class _Parser:
    """Builds plain values from YAML events, one pass, refusing as it goes."""

    def __init__(self, text: str, file: str) -> None:
        self.file, self.text = file, text
        self.spans: dict[KeyPath, tuple[int, int]] = {}
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.lines = LINE_END.split(text)
        self.lost: list[Problem] = []
        self.values = 0
        self.reached = 0

    def document(self, path: KeyPath) -> Value:
        value: Value = None
        event = self.next()
        while not isinstance(event, yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                if self.values:
                    raise self.error(event, "holds a second document (after '---'). Write one file for each.")
                value = self.value(self.next(), path)
            event = self.next()
        return value

    def next(self) -> yaml.Event:
        try:
            return next(self.events)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark or error.context_mark
            begin = error.context_mark or at
            assert at is not None  # libyaml always says where
            assert begin is not None
            line, message = fault(
                self.text, str(error.problem), (at.line, at.column), (begin.line, begin.column)
            )
            raise _error(self.file, line, message) from error
        except yaml.YAMLError as error:
            reason = str(error).splitlines()[0]
            raise _error(self.file, None, f"is not valid YAML: {reason}.") from error

    def error(self, event: yaml.Event, message: str) -> SpecError:
        return _error(self.file, _line(event), message)

    def value(self, event: yaml.Event, path: KeyPath) -> Value:
        self.values += 1
        if self.values > MAX_VALUES:
            raise self.error(event, f"holds more than {MAX_VALUES:,} values. Shorten it.")
        if len(path) > MAX_DEPTH:
            raise self.error(event, f"is nested more than {MAX_DEPTH} levels deep. Nothing here needs that.")
        if isinstance(event, yaml.AliasEvent):
            raise self.error(event, f"uses the alias '*{event.anchor}'. Write the value out instead.")
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise self.error(event, "is not valid YAML: a value is missing.")
        if event.anchor is not None:
            raise self.error(
                event, f"uses the anchor '&{event.anchor}'. Write the value out where it is needed."
            )
        if event.tag is not None:
            raise self.error(
                event, f"uses the tag '{event.tag}'. Write the plain value; put quotes around text."
            )
        if isinstance(event, yaml.ScalarEvent):
            if (unseen := _UNSEEN.search(event.value)) is not None:
                found = f"U+{ord(unseen[0]):04X}"
                raise self.error(event, f"holds the invisible character {found}. Take it out.")
            self.reach(event)
            self.notice(event, path)
            return None if event.implicit[0] and event.value in _NOTHING else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def notice(self, event: yaml.ScalarEvent, path: KeyPath) -> None:
        """Note text that is lost behind a value without quotes."""
        end = event.end_mark
        if end is not None and event.implicit[0] and event.value:
            message = lost(self.lines[end.line], end.column, path) if end.line < len(self.lines) else None
            if message is not None:
                self.lost.append(Problem(self.file, end.line + 1, key_text(path), message))

    def sequence(self, path: KeyPath) -> Value:
        items: list[Value] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            item = (*path, len(items))
            self.begin(item, event)
            items.append(self.value(event, item))
            self.end(item)
        self.reach(event)
        return items

    def mapping(self, path: KeyPath) -> Value:
        entries: dict[str, Value] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.value(event, path) if isinstance(event, yaml.ScalarEvent) else None
            if not isinstance(key, str):
                raise self.error(
                    event, "has a key that is not text. Put a word or a quoted text before the colon."
                )
            entry = (*path, key)
            if key in entries:
                first = self.spans[entry][0]
                raise self.error(event, f"has the key '{key}' twice; the first is on line {first}. Keep one.")
            self.begin(entry, event)
            entries[key] = self.value(self.next(), entry)
            self.end(entry)
        self.reach(event)
        return entries

    def begin(self, path: KeyPath, event: yaml.Event) -> None:
        line = _line(event)
        self.spans[path] = (line, line)
        self.reached = max(self.reached, line)

    def reach(self, event: yaml.Event) -> None:
        """Note the last line on which something is written; the end of an indented block writes nothing."""
        start, end = event.start_mark, event.end_mark
        if start is not None and end is not None and start.index != end.index:
            self.reached = max(self.reached, end.line + 1 if end.column else end.line)

    def end(self, path: KeyPath) -> None:
        """Close a span at the last line that a value inside it reached."""
        self.spans[path] = (self.spans[path][0], self.reached)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    assert mark is not None  # Only events made by hand have none.
    return mark.line + 1


def _error(file: str, line: int | None, message: str) -> SpecError:
    return SpecError([Problem(file, line, "", message)])
