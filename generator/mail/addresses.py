"""Who is written to: addresses from the command line, from a file, and those to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.core.errors import RequestError
from generator.mail.exports import read_export

SUPPRESSED = "suppressed.txt"
"""In the project's folder: who left, or whose server refused for good; one address a line."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_LONGEST = 254
_SHOWN = 20
_REMARK = re.compile(r"(?:^|\s)#.*")
"""From a line's start or after white space: an address may have the sign in it."""


@dataclass(frozen=True)
class Recipients:
    """Who is meant; the keys of those whom an export says not to write to; a line about each export."""

    addresses: tuple[str, ...]
    left: frozenset[str]
    understood: tuple[str, ...]


def key_of(address: str) -> str:
    """What two spellings of one mailbox have in common: no provider tells capitals apart."""
    return address.lower()


def read_recipients(wanted: Sequence[str]) -> Recipients:
    """The addresses meant by the values of ``--to``: each an address, a file with one a line, or the export
    of a mailing service.

    Each mailbox comes once, as written first, in the order given. Whom one export leaves out, no other file
    brings back.

    Raises
    ------
    RequestError : every address that cannot be written to, with file and line; a file that cannot be read.
    """
    named: list[tuple[str, str]] = []
    left: set[str] = set()
    understood: list[str] = []
    for text in wanted:
        if "@" in text and not Path(text).is_file():
            named.append(("--to", text))
            continue
        content = _text_of(Path(text))
        export = read_export(content, text)
        if export is None:
            named += _lines(content, text)
        else:
            named += [(f"{text}:{line}", address) for line, address in export.addresses]
            left |= set(map(key_of, export.left))
            understood.append(export.understood)
    found = tuple(address for address in _checked(named) if key_of(address) not in left)
    return Recipients(found, frozenset(left), tuple(understood))


def read_suppressed(root: Path) -> frozenset[str]:
    """The keys of the mailboxes that get nothing; none when the project has no such file.

    Raises
    ------
    RequestError : an address in it cannot be read: sending on could reach who asked not to be written to.
    """
    path = root / SUPPRESSED
    return (
        frozenset(map(key_of, _checked(_lines(_text_of(path), str(path))))) if path.exists() else frozenset()
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise RequestError(
            f"cannot read {path}: {error.strerror or error}. Give an address, or a file with one a line."
        ) from error


def _lines(text: str, name: str) -> list[tuple[str, str]]:
    lines = ((f"{name}:{number}", _REMARK.sub("", line).strip()) for number, line in _numbered(text))
    return [(place, line) for place, line in lines if line]


def _numbered(text: str) -> Iterable[tuple[int, str]]:
    # Not splitlines(), which also breaks at characters that belong to a line here, and are then refused.
    return enumerate(text.replace("\r\n", "\n").split("\n"), start=1)


def _checked(named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    problems: list[str] = []
    for place, address in named:
        problem = _problem(address)
        if problem is None:
            found.setdefault(key_of(address), address)
        else:
            problems.append(f"{place}: {address[:80]!a} {problem}")
    if problems:
        more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise RequestError("\n  ".join(["these addresses cannot be used:", *problems[:_SHOWN], *more]))
    return tuple(found.values())


def _problem(address: str) -> str | None:
    if not address.isprintable():
        return "has a control character or a line break in it."
    if not address.isascii():
        return (
            "has letters that not every mail server takes. Write the part after @ in its xn-- form; "
            "before it only ASCII can be used."
        )
    local = address.partition("@")[0]
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if len(address) > _LONGEST or dots or not _ADDRESS.fullmatch(address):
        return "is no address. Write it alone, such as reader@example.org."
    return None
