"""What the commands share: kinds of arguments, prices to read, where to print."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import OutputError, PrecedentError

if TYPE_CHECKING:
    from rich.console import Console

    from generator.market.history import PriceHistory
    from generator.market.sources import Source
    from generator.market.suspicions import Inspected, Suspicious

BARS = click.Choice(["daily", "weekly", "monthly"])
SOURCE_HELP = "Where prices come from: yahoo, files:PATH or sample. Default: the one of letter.yml."


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells know it."""


class Commands(click.Group):
    """The commands; every error meant for a person becomes one message on stderr and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PrecedentError as error:
            click.echo(f"precedent: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("precedent: interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except UnicodeEncodeError as error:
            click.echo(
                f"precedent: the encoding {error.encoding} cannot show {error.object[error.start]!a}. "
                "Set PYTHONIOENCODING=utf-8.",
                err=True,
            )
            ctx.exit(OutputError.exit_code)
        except OSError as error:
            # The library's own files have their own errors: a full disk here is that of standard output.
            if error.filename is None and error.errno not in FULL:
                raise
            what = "write the output" if error.filename is None else f"read or write {error.filename}"
            click.echo(f"precedent: cannot {what}: {error.strerror or error}.", err=True)
            ctx.exit(OutputError.exit_code)


class Day(click.ParamType[date]):
    """A date written 2026-04-20."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or fail with what was found."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a date has no zone)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a date; write it as 2026-04-20.", param, ctx)


def hand_over_closures(root: Path) -> None:
    """Let the calendar know the days on which New York was closed unexpectedly, as the project says.

    Raises
    ------
    SpecError : mistakes in ``acknowledged.yml``.
    """
    if not (root / "acknowledged.yml").exists():
        return  # most projects: what they ask for needs no calendar yet
    from generator.market.acknowledged import load_closures
    from generator.market.calendar import close_on

    close_on(load_closures(root))


def labels_of(horizons: str) -> list[str]:
    """The horizons of a list with commas or spaces."""
    return horizons.replace(",", " ").split()


def open_prices(root: Path, text: str | None) -> Source:
    """The source of this name, or the letter's own."""
    from generator.market.sources import open_source

    if text is None:
        text = "yahoo"
        if (root / "letter.yml").is_file():
            from generator.editorial.letter import load_letter

            text = load_letter(root).source
    return open_source(text, root)


def absolute(source: str | None) -> str | None:
    """A source named on the command line: a folder is meant from where the command is given."""
    if source is None or not source.startswith("files:") or source == "files:":
        return source
    return f"files:{Path(source.removeprefix('files:')).expanduser().absolute()}"


def histories_of(root: Path, source: Source, assets: Sequence[str]) -> dict[str, PriceHistory]:
    """Prices of these assets; the source's remarks, and what is strange about them, go to stderr."""
    from generator.market.suspicions import suspicious

    histories = {asset: source.history(asset) for asset in dict.fromkeys(assets)}
    for note in source.notes:
        click.echo(f"precedent: note: {note}", err=True)
    tell_strange(suspicious(root, source, list(histories.values())))
    return histories


def inspected(root: Path, text: str | None) -> Inspected:
    """``open_prices``, whose prices are looked at as they are read."""
    from generator.market.suspicions import Inspected

    return Inspected(open_prices(root, text), root)


def tell_strange(found: Suspicious) -> None:
    """One line on stderr for each asset that looks wrong."""
    from generator.market.suspicions import lines

    for line in lines(found):
        warn(line)


def warn(line: str) -> None:
    """A line about strange prices, on stderr."""
    click.echo(f"precedent: warning: {line}", err=True)


def console() -> Console:
    """Standard output as a console."""
    from rich.console import Console

    # Piped output is not cut at 80 columns: who reads it there has no terminal to fit.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)
