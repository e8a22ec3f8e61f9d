"""Who is written to: addresses from the command line, from a file, and those to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.errors import RequestError

SUPPRESSED = "suppressed.txt"
"""In the project's folder: who left, or whose server refused for good; one address a line."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_LONGEST = 254
_SHOWN = 20


def key_of(address: str) -> str:
    """What two spellings of one mailbox have in common: no provider tells capitals apart."""
    return address.lower()


def read_recipients(wanted: Sequence[str]) -> tuple[str, ...]:
    """The addresses meant by the values of ``--to``: each an address, or a file with one a line.

    Each mailbox comes once, as written first, in the order given.

    Raises
    ------
    RequestError : every address that cannot be written to, with file and line; a file that cannot be read.
    """
    named: list[tuple[str, str]] = []
    for text in wanted:
        if "@" in text and not Path(text).is_file():
            named.append(("--to", text))
        else:
            named += _lines(Path(text))
    return _checked(named)


def read_suppressed(root: Path) -> frozenset[str]:
    """The keys of the mailboxes that get nothing; none when the project has no such file.

    Raises
    ------
    RequestError : an address in it cannot be read: sending on could reach who asked not to be written to.
    """
    path = root / SUPPRESSED
    return frozenset(map(key_of, _checked(_lines(path)))) if path.exists() else frozenset()


def _lines(path: Path) -> list[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise RequestError(
            f"cannot read {path}: {error.strerror or error}. Give an address, or a file with one a line."
        ) from error
    lines = ((f"{path}:{number}", line.split("#")[0].strip()) for number, line in _numbered(text))
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
