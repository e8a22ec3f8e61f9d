"""What can go wrong, as one tree. The library raises these; only the command line turns them into text.

    PrecedentError
    ├── RequestError       a mistake in what was asked                          exit code 2
    │   ├── ConditionError     an expression, with a caret under the place
    │   ├── HorizonError       a horizon that the bars cannot express
    │   ├── UnreadError        a signal of the letter's own with a mistake, told elsewhere
    │   ├── FieldError         open/high/low/volume/adjusted close of a series without it
    │   └── SpecError          every problem of a set of YAML files at once
    ├── DataError          data that cannot be had or trusted                   exit code 3
    │   ├── UnknownAssetError  the source has no such asset
    │   ├── SourceError        the source cannot be reached or read
    │   ├── BadDataError       a series that fails the checks: file, line, column
    │   ├── HeldError          a suspicious series, and no accepted one before it to use instead
    │   ├── NothingError       all that was asked failed; the code is that of the first failure
    │   └── StrangeError       an issue whose prices look wrong, unread             exit code 5
    ├── DeliveryError      an issue that did not reach everybody                exit code 3
    ├── OutputError        a file that cannot be written                        exit code 4
    ├── BuildError         the site builder failed, or another run holds the lock  exit code 4
    ├── EndedError         a process of the run was ended from outside          exit code 4
    ├── PartialError       what passed is done, and something did not pass      exit code 5

Every message says where, what was found, what is allowed, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")


class PrecedentError(Exception):
    """Base of all errors that are told to a person in one message, without a traceback.

    A name and password in an address, such as a proxy's, are not told.
    """

    exit_code = 1

    def __str__(self) -> str:
        return _LOGIN.sub("…@", super().__str__())


class RequestError(PrecedentError):
    """A mistake in what was asked: an argument, an expression, a spec."""

    exit_code = 2


class ConditionError(RequestError):
    """An expression of the condition language that cannot be used.

    Parameters
    ----------
    message : what was found, what is allowed there, the nearest known name.
    text : the whole expression, or None when it is too long to show.
    position : index into ``text`` of the offending part; a caret is drawn under it.
    """

    def __init__(self, message: str, text: str | None = None, position: int | None = None) -> None:
        self.message, self.text, self.position = message, text, position
        super().__init__(self._render())

    def _render(self) -> str:
        if self.text is None or self.position is None:
            return self.message
        line = self.text.replace("\n", " ").replace("\t", " ")
        return f"{self.message}\n  {line}\n  {' ' * self.position}^"


class HorizonError(RequestError):
    """A horizon that is not known, or that these bars cannot express."""


class FieldError(RequestError):
    """A price field was asked of a series that does not carry it."""


class UnreadError(RequestError):
    """A signal of the letter's own that has a mistake, which is told where the signal is written."""


@dataclass(frozen=True)
class Problem:
    """One mistake in a YAML file: where it is, what it is, what to do."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


SHOWN_PROBLEMS = 100
"""Mistakes that one message tells of; a file with more is mended in more than one go."""


class SpecError(RequestError):
    """Mistakes in the files a person writes: all of them, each with file, line and key."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 mistake" if count == 1 else f"{count} mistakes"
        lines = [f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS]]
        if count > SHOWN_PROBLEMS:
            lines.append(f"  and {count - SHOWN_PROBLEMS:,} more.")
        super().__init__("\n".join([f"{head} found:", *lines]))


class DataError(PrecedentError):
    """Data that cannot be had or trusted."""

    exit_code = 3


class UnknownAssetError(DataError):
    """The source has no prices for this asset."""


class SourceError(DataError):
    """The source cannot be reached or read at all: no network, no such folder, rate limited."""


class UnreachableError(SourceError):
    """No answer from a provider: no network, a connection refused, or silence beyond the limit."""


class BadDataError(DataError):
    """A price series that fails the checks; nothing of it is used."""


class HeldError(DataError):
    """A series is suspicious, so it is held, and none was accepted before that could be used instead."""


class DeliveryError(PrecedentError):
    """An issue that did not reach everybody it was sent to; the record says whom."""

    exit_code = 3


class PartialError(PrecedentError):
    """What passed is done; this says what did not, and why."""

    exit_code = 5

    def __init__(self, message: str, failed: Mapping[str, PrecedentError]) -> None:
        self.failed = failed
        super().__init__(
            "\n".join([f"{message}:", *(f"  {name}: {error}" for name, error in failed.items())])
        )


class NothingError(DataError):
    """Everything that was asked failed, each for its own reason."""

    def __init__(self, failed: Mapping[str, PrecedentError]) -> None:
        self.failed = failed
        lines = (f"  {name}: {error}" for name, error in failed.items())
        super().__init__("\n".join(["nothing passed, so nothing is changed:", *lines]))
        self.exit_code = next(iter(failed.values())).exit_code


class StrangeError(DataError):
    """An issue whose prices look wrong, and nobody has looked at them yet; the others are not concerned.

    Attributes
    ----------
    asset : whose prices the message tells of.
    """

    exit_code = 5

    def __init__(self, message: str, asset: str) -> None:
        super().__init__(message)
        self.asset = asset


class OutputError(PrecedentError):
    """A file that cannot be written; what was there before is left as it was."""

    exit_code = 4


class EndedError(PrecedentError):
    """A process that shares the work was ended from outside; what it was at is left as it was."""

    exit_code = 4


class BuildError(OutputError):
    """The site could not be built, or another run holds the project's lock; the old site stays."""


@contextmanager
def disk_faults(what: str, then: str = "", kind: type[PrecedentError] = OutputError) -> Iterator[None]:
    """Whatever the disk refuses in here, as one of our errors: ``cannot read x: Permission denied.``

    Parameters
    ----------
    what : what cannot be done.
    then : what follows from it, or what to do; a sentence.
    """
    try:
        yield
    except OSError as error:
        raise kind(f"{what}: {error.strerror or error}.{then and f' {then}'}") from error
