"""What is wrong with text that is not YAML, in plain words, with what to do and the line itself.

The reader of YAML says what it expected where it gave up. A person wants to know what was written, and where:
for a quote that is never closed that is the line on which it opens, and not the end of the file.
"""

from __future__ import annotations

import re

LONGEST = 100
"""Characters of a line that are shown."""

Place = tuple[int, int]
"""A line and a column, both counted from 0."""

LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""Where libyaml counts a new line."""
_INDENTED = (
    "is not indented as the lines above it. Keys of one place begin in the same column, and what belongs to "
    "a key stands under it, two spaces further in"
)
_NO_COLON = "has no colon with a space after it. Write a key and its value, such as 'cooldown: 21'"
_WRONG_INDENTATION = (
    "did not find expected key",
    "did not find expected '-' indicator",
    "did not find expected <document start>",
)
_WRONG_BEGINNING = (
    "found character that cannot start any token",
    "did not find expected alphabetic or numeric character",
    "did not find expected comment or line break",
    "block sequence entries are not allowed in this context",
    "mapping keys are not allowed in this context",
)


def fault(text: str, problem: str, at: Place, opened: Place) -> tuple[int, str]:
    """The line, counted from 1, and the message of a fault that libyaml reports.

    Parameters
    ----------
    text : the whole file.
    problem : libyaml's own words.
    at : where it gave up.
    opened : where what it was reading begins.
    """
    # A place may be just behind the last line.
    lines = [*LINE_END.split(text), ""]
    row, told = _row_and_message(lines, problem, at, opened)
    written = _shown(lines[row])
    return row + 1, f"{told}." + (f"\n      {written}" if written.strip() else "")


def _row_and_message(lines: list[str], problem: str, at: Place, opened: Place) -> tuple[int, str]:
    row, column = at
    line, before = lines[row], lines[row][:column]
    first = lines[opened[0]][opened[1] : opened[1] + 1]
    if "\t" in line[: _indentation(line)]:
        return row, "begins with a tab. Indent with spaces"
    if problem == "mapping values are not allowed in this context":
        if ": " in before:
            return row, _second_colon(line)
        if row and _indentation(line) <= _indentation(lines[row - 1]):
            return row - 1, _NO_COLON
        return row, _INDENTED
    if problem == "could not find expected ':'":
        return opened[0], _NO_COLON
    if problem == "found unexpected end of stream":
        return opened[0], f"a quote is opened with {first} and not closed. Put {first} at the end of the text"
    if problem.startswith("did not find expected ',' or"):
        if " #" in lines[opened[0]][opened[1] :]:
            return opened[0], (
                f"a # after a space begins a remark, so the bracket {first} before it is not closed. Put "
                "quotes around a text that begins with #, such as a colour"
            )
        return opened[0], (
            f"the bracket {first} is not closed, or a comma is missing in it. Put {problem[-2]} at its end, "
            "and quotes around a text that has a comma, a colon or a bracket of its own"
        )
    if problem == "did not find expected key" and before.strip():
        return row, (
            "more text follows where a quote or bracket is closed. Put the whole text in double quotes, or "
            "close what was opened above"
        )
    if problem == "found unknown escape character":
        return row, "a backslash in double quotes begins a special character. Write two, or use single quotes"
    if problem in _WRONG_INDENTATION:
        return row, _INDENTED
    if problem in _WRONG_BEGINNING:
        return opened[0], f"a text that begins with {first} needs quotes: put it in double quotes"
    return row, f"is not valid YAML: {problem}. If it is meant as text, put it in double quotes"


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _second_colon(line: str) -> str:
    """What to do with ``title: Down: and now``."""
    key, _, value = line.partition(": ")
    value = value.strip()
    quoted = "'" + value.replace("'", "''") + "'" if {'"', "\\"} & set(value) else f'"{value}"'
    return f"a text with a colon and a space in it needs quotes: {_shown(f'{key.strip()}: {quoted}')}"


def _shown(line: str) -> str:
    """A line as it can be shown: not too long, its tabs to be seen, nothing that moves the cursor."""
    seen = "".join(c if c.isprintable() else "→" if c == "\t" else "·" for c in line)
    return seen if len(seen) <= LONGEST else f"{seen[:LONGEST]}…"
