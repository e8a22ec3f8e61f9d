"""What must be true of the market before anything is published: it is all there, and up to date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from generator.core.errors import DataError, PrecedentError
from generator.market.bars import period_number
from generator.market.history import as_date
from generator.market.sources import Source
from generator.run.draft import behind
from generator.run.week import NoWeekError, newest_week

if TYPE_CHECKING:
    from generator.spec.watchlist import Watchlist

MOST_FAILED = 0.2
"""When more of the watchlist than this cannot be had or trusted, nothing is published."""


def refuse_a_bad_market(watchlist: Watchlist, source: Source) -> None:
    """Raise when the benchmark or too much of the watchlist cannot be had or trusted: then something is wrong
    with the source, and with the rest of it in ways that no check has found.

    Of files that a person chose, only assets that are there are looked at.

    Raises
    ------
    DataError : says which.
    """
    there = {*source.assets()} & {*watchlist.assets} if source.lists_all else set(watchlist.assets)
    bad: dict[str, str] = {}
    lasts: dict[str, date] = {}
    for asset, found in source.histories([asset for asset in watchlist.assets if asset in there]):
        if isinstance(found, PrecedentError):
            bad[asset] = str(found)
        else:
            lasts[asset] = as_date(found.last)
    if watchlist.benchmark in lasts:
        bad.update(_a_week_behind(watchlist, source, lasts))
    bad.update({asset: why for asset, why in source.held.items() if asset in there})
    bad.update({asset: f"no newer prices of {asset} can be had" for asset in source.stale if asset in there})
    if watchlist.benchmark in bad:
        raise DataError(
            f"nothing is published: the benchmark {watchlist.benchmark} cannot be trusted. "
            f"{bad[watchlist.benchmark]}"
        )
    if len(bad) > MOST_FAILED * len(there):
        raise DataError(
            f"nothing is published: {len(bad)} of {len(there)} assets of the watchlist cannot be had or "
            f"trusted, more than a fifth. The first: {next(iter(bad.values()))}"
        )


def _a_week_behind(watchlist: Watchlist, source: Source, lasts: Mapping[str, date]) -> dict[str, str]:
    """Assets whose prices end before the newest completed week, the benchmark's or that of the core."""
    try:
        day = newest_week(source, watchlist.benchmark, None)
    except NoWeekError:
        return {}
    week = period_number(day, "weekly")
    late = {asset: last for asset, last in lasts.items() if period_number(last, "weekly") < week}
    return {
        **{asset: f"The prices of {asset} end on {last}." for asset, last in late.items()},
        **behind(source, watchlist, None, day),
    }
