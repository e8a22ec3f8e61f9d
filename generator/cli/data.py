"""``precedent data``: the state of prices, new ones, what is wrong with them, and what was real after all."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import SOURCE, Day, absolute, console, format_option, open_prices
from generator.core.errors import DataError, HeldError, RequestError

if TYPE_CHECKING:
    from generator.market.snapshot import Fault
    from generator.market.sources import Fetching, Source

FORMAT = format_option("table", "json")
SUSPICIOUS = HeldError.exit_code


@click.group()
def data() -> None:
    """Prices: what is stored, what is new, what is wrong with them."""


@data.command(epilog="Example: precedent data status")
@FORMAT
@click.pass_obj
def status(root: Path, form: str) -> None:
    """Where the stored prices of each asset stand: accepted, behind, or held and why."""
    from dataclasses import asdict

    from generator.market.calendar import utc_now
    from generator.market.providers.upkeep import states
    from generator.output.terminal import print_rows

    found = states(root, _fetching(root).key(root), utc_now())
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    elif not found:
        click.echo("No prices are stored yet. 'precedent data update' fetches those of the watchlist.")
    else:
        rows = [
            [each.asset, each.state, f"{each.sessions:,}", each.first, each.last, each.retrieved, each.reason]
            for each in found
        ]
        print_rows(
            ["Asset", "State", "Sessions", "First", "Last", "Retrieved", "What to know"], rows, console()
        )


@data.command(epilog="Example: precedent data update SPY IWM")
@click.argument("tickers", nargs=-1)
@click.pass_context
def update(ctx: click.Context, /, tickers: tuple[str, ...]) -> None:
    """Fetch what is missing of TICKERS, or of all that are watched or stored.

    One after another, with pauses; after any end it can be run again and goes on with what is left. The exit
    code is 3 when prices are held or cannot be had.
    """
    from generator.market.providers.upkeep import update as bring_up_to_date

    root: Path = ctx.obj
    source = _fetching(root)
    assets = _upper(tickers) or _followed(root, source.assets())
    if not assets:
        raise RequestError(
            f"nothing is watched or stored in {root.absolute()}. Name tickers, such as "
            "'precedent data update SPY', or go to the letter's folder."
        )
    begun = time.monotonic()

    def told(number: int, asset: str, what: str) -> None:
        each = (time.monotonic() - begun) / number
        left = each * (len(assets) - number)
        end = f" ({left / 60:.0f} min left)" if left >= 60 else f" ({left:.0f} s left)" if left >= 1 else ""
        click.echo(f"{number}/{len(assets)} {what if what.startswith(asset) else f'{asset}: {what}'}{end}")

    troubled, left = bring_up_to_date(source, assets, told)
    if left:
        click.echo(
            f"Stopped: {len(assets) - len(left):,} done, {len(left):,} left. Run it again later; it goes on "
            "there.",
            err=True,
        )
    if troubled or left:
        ctx.exit(SUSPICIOUS)


@data.command(epilog="Example: precedent data check --source files:prices")
@click.argument("tickers", nargs=-1)
@SOURCE
@FORMAT
@click.pass_context
def check(ctx: click.Context, /, tickers: tuple[str, ...], source: str | None, form: str) -> None:
    """Put every rule to the prices of TICKERS, or of all that there are; nothing is fetched.

    The exit code is 3 when anything is suspicious.
    """
    from generator.market.providers.upkeep import check_source, check_store
    from generator.output.terminal import print_rows

    root: Path = ctx.obj
    prices = open_prices(root, absolute(source))
    asked = list(dict.fromkeys(map(prices.spelled, tickers)))
    if prices.vetted:
        key = prices.key(root)
        assets = asked or _stored(root, key)
        found = list(check_store(root, key, assets))
    else:
        assets = asked or list(prices.assets())
        found = list(check_source(root, prices, assets))
    rows = sorted([asset, fault.kind, _day(fault), fault.sentence] for asset, fault in found)
    if form == "json":
        keys = ("asset", "kind", "session", "what")
        told = [dict(zip(keys, (cell or None for cell in row), strict=True)) for row in rows]
        click.echo(json.dumps(told, indent=2))
    elif rows:
        print_rows(["Asset", "Kind", "Session", "What was found"], rows, console())
    suspicious = len({row[0] for row in rows})
    click.echo(
        f"{len(assets):,} asset{'s' if len(assets) != 1 else ''} checked, {suspicious:,} suspicious.",
        err=form == "json",
    )
    if rows:
        ctx.exit(SUSPICIOUS)


@data.command(epilog="Example: precedent data ack SPY 2026-04-09 --reason 'A day of 10%, on the news.'")
@click.argument("ticker")
@click.argument("day", metavar="DATE", type=Day())
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only faults of this kind; repeatable.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is real, for who reads it later.")
@click.option("--as-of", type=Day(), help="What was strange as prices stood on this day, of an older issue.")
@SOURCE
@click.pass_context
def ack(
    ctx: click.Context,
    /,
    ticker: str,
    day: date,
    kinds: tuple[str, ...],
    reason: str,
    as_of: date | None,
    source: str | None,
) -> None:
    """Say that what is suspicious about TICKER on DATE is what the market did.

    When the faults of the day are of several kinds, each that is real must be named with --kind.

    It is written to acknowledged.yml. Fetched prices that were held for it are accepted when nothing else is
    wrong with them; those of files bring no warning any more and may be published.
    """
    from generator.core.files import project_lock
    from generator.market.calendar import utc_now
    from generator.market.providers.upkeep import acknowledge_read
    from generator.market.providers.vetting import Vetting

    root: Path = ctx.obj
    prices = _having(root, open_prices(root, absolute(source)), ticker)
    with project_lock(root):
        if prices.vetted:
            if as_of is not None:
                raise RequestError("fetched prices are looked at as they come in: leave --as-of out.")
            asset = ticker.upper()
            done = Vetting(root, prices.key(root)).acknowledge(asset, day, reason, utc_now(), kinds)
        else:
            today = utc_now().date()
            asset, done = acknowledge_read(root, prices, ticker, day, reason, today, kinds, as_of)
    click.echo(f"{asset}: acknowledged:")
    _tell(done.excused)
    if not done.left:
        click.echo("Its prices are accepted.")
        return
    click.echo("It is still held for:" if prices.vetted else "It still looks wrong:")
    _tell(done.left)
    ctx.exit(SUSPICIOUS)


def _day(fault: Fault) -> str:
    """The session of a fault; nothing for one that is of no session, such as a file that cannot be read."""
    session = str(fault.session)
    return "" if session == "NaT" else session


def _tell(faults: Sequence[Fault]) -> None:
    for fault in faults:
        others = f" The others: {', '.join(map(str, fault.others))}." if fault.others else ""
        click.echo(f"  {_day(fault)} ({fault.kind}): {fault.sentence}{others}")


def _upper(tickers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ticker.upper() for ticker in tickers))


def _fetching(root: Path) -> Fetching:
    """The first of the letter's sources that is asked over the network; the usual one where none is."""
    from generator.market.sources import USUAL, Fetching, parts_of

    own, usual = open_prices(root, None), open_prices(root, USUAL)
    return next(source for source in (*parts_of(own), usual) if isinstance(source, Fetching))


def _having(root: Path, prices: Source, ticker: str) -> Source:
    """Of several sources the first that has prices of an asset here, or holds them."""
    from generator.market.providers.store import PriceStore
    from generator.market.sources import parts_of

    for source in parts_of(prices):
        held = PriceStore.of(root, source.key(root)).held.assets() if source.vetted else ()
        if source.spelled(ticker) in (*source.assets(), *held):
            return source
    return prices


def _stored(root: Path, source: str) -> list[str]:
    from generator.market.providers.store import PriceStore

    store = PriceStore.of(root, source)
    found = sorted({*store.assets(), *store.held.assets()})
    if not found:
        raise DataError("no prices are stored. Run 'precedent data update' first, or name a --source.")
    return found


def _followed(root: Path, stored: Sequence[str]) -> list[str]:
    from generator.spec.watchlist import has_watchlist, load_watchlist

    watched = load_watchlist(root).assets if has_watchlist(root) else {}
    return list(dict.fromkeys([*watched, *stored]))
