"""What the commands share: options and kinds of arguments, prices to read, where to print."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

import click

from generator.core.errors import OutputError, PrecedentError

if TYPE_CHECKING:
    from rich.console import Console

    from generator.market.history import PriceHistory
    from generator.market.quality.suspicions import Inspected, Suspicious
    from generator.market.sources import Source
    from generator.signals.language import Condition

Function = TypeVar("Function", bound=Callable[..., Any])


class _SourceOption(click.Option):
    """Its help names the sources that there are, and loads them for nothing else."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from generator.market.providers.registry import words

        self.help = f"Where prices come from: {', '.join(words())}. Default: the one of letter.yml."
        return super().get_help_record(ctx)


SOURCE = click.option("--source", metavar="SOURCE", cls=_SourceOption)

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Why standard output cannot be written to: full, too long, gone with its terminal, open for reading only."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells know it."""
MOST_OTHERS = 50
"""Assets whose returns a published table is compared with, besides its own."""
NOBODY_READS = 141
"""Exit code when who read the output has left, such as ``head``, as shells know it."""


class Commands(click.Group):
    """The commands; every error meant for a person becomes one message on stderr and its exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Read the command line and run it; a stream that is closed is one that nobody wants to read."""
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (for good)
        return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; ``--help`` writes here."""
        with _errors_told():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _errors_told():
            return super().invoke(ctx)


@contextmanager
def _errors_told() -> Iterator[None]:
    """One message and the exit code for whatever goes wrong in here, the writing of the output included."""
    try:
        yield
        sys.stdout.flush()
    except PrecedentError as error:
        _end(f"precedent: {error}", error.exit_code)
    except KeyboardInterrupt:
        _end("precedent: interrupted.", INTERRUPTED)
    except click.ClickException as error:
        with _streams_may_fail():
            error.show()
        raise click.exceptions.Exit(error.exit_code) from error
    except UnicodeEncodeError as error:
        _end(
            f"precedent: the encoding {error.encoding} cannot show {error.object[error.start]!a}. "
            "Set PYTHONIOENCODING=utf-8.",
            OutputError.exit_code,
        )
    except BrokenPipeError as error:
        _let_go()
        raise click.exceptions.Exit(NOBODY_READS) from error
    except OSError as error:
        # The library's own files have their own errors: a full disk here is that of standard output.
        if error.filename is None and error.errno not in UNWRITABLE:
            raise
        what = f"read or write {error.filename}"
        if error.filename is None:
            what = "write the output"
            _let_go()
        _end(f"precedent: cannot {what}: {error.strerror or error}.", OutputError.exit_code)


def _end(message: str, code: int) -> NoReturn:
    with _streams_may_fail():
        click.echo(message, err=True)
    raise click.exceptions.Exit(code)


@contextmanager
def _streams_may_fail() -> Iterator[None]:
    """Where a message cannot be written either, the exit code has to say it all."""
    try:
        yield
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO | None = None) -> None:
    """Lead a stream that cannot be written to (standard output) to nowhere.

    It still holds what it could not write; Python would try again at its end, complain, and exit with 120.
    """
    stream = sys.stdout if stream is None else stream
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Day(click.ParamType[date]):
    """A date written 2026-04-20."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or fail with what was found."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a date has no zone)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a date; write it as 2026-04-20.", param, ctx)


def format_option(*forms: str) -> Callable[[Function], Function]:
    """``--format``, one of these; a table unless asked."""
    return click.option("--format", "form", type=click.Choice(forms), default="table", show_default=True)


def hand_over(root: Path, command: str | None) -> None:
    """Let the process know what the project says: its own signals, where assets trade whose tickers do not
    tell, and the days on which New York was closed unexpectedly.

    Raises
    ------
    SpecError : mistakes in ``signals.yml`` or ``acknowledged.yml``, or in a ``watchlist.yml`` that names
        calendars.
    """
    from generator.signals.library import say_signals

    say_signals(())
    if command != "check" and has_signals(root):
        from generator.spec.signals import load_signals

        say_signals(load_signals(root))
    # Most projects say neither, and what they ask for may need no calendar.
    if (root / "acknowledged.yml").exists():
        from generator.market.calendar import close_on
        from generator.market.quality.acknowledged import load_closures

        close_on(load_closures(root))
    # To read the watchlist takes long. Check tells of every mistake in every file itself.
    if command != "check" and _names_calendars(root / "watchlist.yml"):
        from generator.market.exchanges import say_calendars
        from generator.spec.watchlist import load_calendars

        say_calendars(load_calendars(root))


def has_signals(root: Path) -> bool:
    """Whether the project has signals of its own."""
    return (root / "signals.yml").exists()


def _names_calendars(watchlist: Path) -> bool:
    if not watchlist.is_file():
        return False
    lines = watchlist.read_text(encoding="utf-8", errors="replace").splitlines()
    return any("calendar" in line for line in lines if not line.lstrip().startswith("#"))


def labels_of(horizons: str) -> list[str]:
    """The horizons of a list with commas or spaces."""
    return horizons.replace(",", " ").split()


def dates_in(path: Path) -> Condition:
    """The list of dates in a file."""
    from generator.audit.grid import read_published
    from generator.signals.dates import read_dates

    return read_dates(read_published(path, str(path)), path.name)


def open_prices(root: Path, text: str | None) -> Source:
    """The source of this name, or the letter's own."""
    from generator.market.providers.registry import is_bundled, open_source
    from generator.market.sources import USUAL

    if text is not None and is_bundled(text):
        return open_source(text, root)
    if not (root / "letter.yml").is_file():
        return open_source(USUAL if text is None else text, root)
    from generator.spec.letter import load_letter, source_of

    return source_of(root, load_letter(root), text)


def absolute(source: str | None) -> str | None:
    """A source named on the command line: a folder is meant from where the command is given."""
    from generator.market.providers.registry import absolute as with_absolute_path

    return None if source is None else with_absolute_path(source)


def tickers_of(text: str, source: Source) -> list[str]:
    """The tickers of a list with commas or spaces, as the source spells them; each once.

    A name with spaces stands between commas, or alone; it is taken for one where the source has it.
    """
    found: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        whole = " " not in part or part.casefold() in {name.casefold() for name in source.assets()}
        found += [part] if whole else part.split()
    return list(dict.fromkeys(source.spelled(ticker) for ticker in found))


def histories_of(root: Path, source: Source, assets: Sequence[str]) -> dict[str, PriceHistory]:
    """Prices of these assets; the source's remarks, and what is strange about them, go to stderr."""
    from generator.market.quality.suspicions import suspicious

    histories = {asset: source.history(asset) for asset in dict.fromkeys(assets)}
    for note in source.notes:
        click.echo(f"precedent: note: {note}", err=True)
    tell_strange(root, source, suspicious(root, source, list(histories.values())))
    return histories


def inspected(root: Path, text: str | None) -> Inspected:
    """``open_prices``, whose prices are looked at as they are read."""
    from generator.market.quality.suspicions import Inspected

    return Inspected(open_prices(root, text), root)


def tell_strange(root: Path, source: Source, found: Suspicious) -> None:
    """One line on stderr for each asset that looks wrong."""
    if not found:
        return
    from generator.run.strange import lines

    for line in lines(root, source, found):
        warn(line)


def warn(line: str) -> None:
    """A line about strange prices, on stderr."""
    click.echo(f"precedent: warning: {line}", err=True)


def other_histories(source: Source) -> dict[str, PriceHistory]:
    """Prices of what else the source has at hand, for a table that may be another asset's."""
    histories = source.histories(source.assets()[:MOST_OTHERS])
    return {asset: found for asset, found in histories if not isinstance(found, PrecedentError)}


def console() -> Console:
    """Standard output as a console."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would end the program itself, with an exit code of other meaning

    # Piped output is not cut at 80 columns: who reads it there has no terminal to fit.
    return Output(highlight=False, width=None if sys.stdout.isatty() else 200)
