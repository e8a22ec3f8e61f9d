"""``precedent scan``: which assets, the scan itself, its output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from generator.cli.options import console, open_prices, tickers_of, warn
from generator.core.errors import DataError, RequestError
from generator.market.quality.suspicions import Inspected
from generator.market.sources import Source
from generator.output import scan as scan_output
from generator.scan.ranking import Collection, ScanResult
from generator.scan.run import scan_assets
from generator.scan.values import MOST_NEAR, MOST_SESSIONS, ScanQuestion, ScanSignal
from generator.spec.watchlist import Watchlist, has_watchlist, load_watchlist

SHOWN = 6
"""Assets that look wrong and are named."""
SESSIONS = re.compile(r"([1-9][0-9]{0,2})( sessions?)?")


def run_scan(
    root: Path,
    signals: tuple[ScanSignal, ...],
    assets: str | None,
    since: str,
    as_of: date | None,
    source_text: str | None,
    form: str,
) -> bool:
    """Scan and print; False when it was interrupted.

    Raises
    ------
    PrecedentError : a mistake in what was asked or in the watchlist; a source that cannot be read.
    """
    source = open_prices(root, source_text)
    watchlist = load_watchlist(root) if has_watchlist(root) else None
    wanted = _assets(assets, watchlist, source, root, named=source_text is not None)
    if not wanted:
        there = ", ".join(source.assets()) or "no asset"
        raise DataError(f"nothing to scan: the source {source.name!r} has {there}. Name some with --assets.")
    near = len(wanted) <= MOST_NEAR
    question = ScanQuestion(signals, _sessions(since), as_of, near)
    result = _scan(root, question, wanted, Inspected(source, root))
    if result.complete and not result.scanned:
        raise DataError(_none_read(result))
    names = {} if watchlist is None else watchlist.names
    if form == "table":
        scan_output.print_scan(result, console())
    else:
        click.echo({"json": scan_output.as_json, "csv": scan_output.as_csv}[form](result, names), nl=False)
        if not result.complete:
            told = f"{result.scanned:,} of {result.asked:,} assets were looked at"
            click.echo(f"precedent: interrupted: {told}.", err=True)
    return result.complete


def _scan(root: Path, question: ScanQuestion, assets: Sequence[str], source: Inspected) -> ScanResult:
    found = Collection(question)
    complete = True
    answers = scan_assets(question, assets, source)
    try:
        for answer in scan_output.watched(answers, len(assets), Console(stderr=True)):
            found.add(answer)
    except KeyboardInterrupt:
        complete = False
    finally:
        answers.close()
    for note in source.notes:
        click.echo(f"precedent: note: {note}", err=True)
    if strange := source.suspicions.found():
        from generator.run.strange import project_option, source_option

        shown = ", ".join(list(strange)[:SHOWN])
        more = f" and {len(strange) - SHOWN:,} more" if len(strange) > SHOWN else ""
        verb = "asset looks" if len(strange) == 1 else "assets look"
        check = f"precedent{project_option(root)} data check{source_option(root, source)}"
        warn(f"{len(strange):,} {verb} wrong: {shown}{more}. What is strange: {check}")
    return found.result(source.name, len(assets), complete=complete)


def _assets(
    text: str | None, watchlist: Watchlist | None, source: Source, root: Path, *, named: bool
) -> list[str]:
    """The assets asked for; else all of the files that were named; else the watchlist."""
    if text is not None:
        found = tickers_of(text, source)
        if not found:
            raise RequestError("--assets names no asset. Write it as --assets SPY,IWM.")
        return found
    if named and source.lists_all and not source.simulated:
        return list(source.assets())
    if watchlist is None:
        place = root.absolute()
        raise RequestError(f"there is no watchlist.yml in {place}. Name assets with --assets, or write one.")
    followed = list(watchlist.assets)
    # Of a simulated market nobody expects the assets that it does not have.
    return [asset for asset in followed if asset in source.assets()] if source.simulated else followed


def _none_read(result: ScanResult) -> str:
    """Why a scan has no answer at all; a dozen assets whose names are wrong make no dozen messages."""
    first = result.skipped[0]
    if result.asked == 1:
        return first.reason
    return f"none of the {result.asked:,} assets can be read. The first, {first.asset}: {first.reason}"


def _sessions(text: str) -> int:
    match = SESSIONS.fullmatch(text.strip())
    if match is None or int(match[1]) > MOST_SESSIONS:
        raise RequestError(
            f"--since {text[:40]!r} is not a number of sessions. Write it as '5 sessions', from 1 to "
            f"{MOST_SESSIONS}."
        )
    return int(match[1])
