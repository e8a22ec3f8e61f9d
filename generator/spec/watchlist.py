"""The assets that a letter follows: ``watchlist.yml`` at the top of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from generator.core.errors import Problem, SpecError
from generator.core.suggest import suggest
from generator.core.yaml_files import KeyPath, Value, YamlDocument, read_yaml
from generator.core.yaml_models import Written
from generator.market.exchanges import CALENDARS, told_by_ticker
from generator.spec.models import TICKER, Line, Ticker
from generator.spec.problems import validate_part

WATCHLIST_FILE = "watchlist.yml"
MISNAMED = "watchlist.yaml"


def _known_calendar(code: str) -> str:
    if code not in CALENDARS:
        raise ValueError(f"found '{code[:40]}'. {suggest(code, CALENDARS)}".rstrip("."))
    return code


Calendar = Annotated[str, AfterValidator(_known_calendar), Field(json_schema_extra={"enum": list(CALENDARS)})]
"""The code of a calendar: XNYS for New York, XTKS for Tokyo, 24/7 for what trades every day."""


class WatchlistHeader(Written):
    """What is written at the top of the watchlist: what returns are put beside, what is looked at most."""

    benchmark: Ticker
    core: Annotated[
        tuple[Ticker, ...] | None, Field(description="The assets of the first group when left out.")
    ] = None


class AssetEntry(Written):
    """An asset as it is written in its group; a name alone stands for an entry with that name."""

    name: Line
    benchmark: Annotated[Ticker | None, Field(description="The watchlist's own when left out.")] = None
    calendar: Annotated[
        Calendar | None, Field(description="Where it trades, when the ticker does not tell: XTKS for Tokyo.")
    ] = None


@dataclass(frozen=True)
class WatchedAsset:
    """An asset of the watchlist, the name of its group and what its returns are put beside.

    ``calendar`` is None where the ticker tells.
    """

    ticker: str
    name: str
    group: str
    benchmark: str
    calendar: str | None = None


@dataclass(frozen=True)
class Watchlist:
    """The assets by ticker, in the order in which they are written; ``core`` are those of most interest."""

    benchmark: str
    assets: Mapping[str, WatchedAsset]
    core: tuple[str, ...]

    @property
    def names(self) -> dict[str, str]:
        """The name of every asset."""
        return {asset.ticker: asset.name for asset in self.assets.values()}


def load_calendars(root: Path) -> dict[str, str]:
    """The calendars that the watchlist says, by ticker.

    Raises
    ------
    SpecError : every mistake in the watchlist.
    """
    watched = load_watchlist(root).assets.values()
    return {asset.ticker: asset.calendar for asset in watched if asset.calendar is not None}


def has_watchlist(root: Path) -> bool:
    """Whether the project has a watchlist."""
    return (root / WATCHLIST_FILE).exists()


def load_watchlist(root: Path) -> Watchlist:
    """Read ``watchlist.yml`` of the project at ``root``.

    Raises
    ------
    SpecError : every mistake in it, with line and key.
    """
    if not has_watchlist(root):
        raise SpecError([_missing(root)])
    document = read_yaml(root / WATCHLIST_FILE, WATCHLIST_FILE)
    header, problems = validate_part(WatchlistHeader, document.value, document, (), ("groups",))
    benchmark = "" if header is None else header.benchmark
    assets: dict[str, WatchedAsset] = {}
    problems += list(_read_groups(document, benchmark, assets))
    problems += _unknown_benchmarks(document, benchmark, assets)
    core = None if header is None else header.core
    for ticker in core or ():
        if ticker not in assets:
            problems.append(document.problem(("core",), f"names {ticker}, which stands in no group."))
    if problems:
        raise SpecError(sorted(problems, key=lambda problem: problem.line or 0))
    return Watchlist(benchmark, assets, _first_group(assets) if core is None else core)


def _first_group(assets: Mapping[str, WatchedAsset]) -> tuple[str, ...]:
    first = next(iter(assets.values())).group
    return tuple(asset.ticker for asset in assets.values() if asset.group == first)


def check_watchlist(root: Path) -> tuple[Problem, ...]:
    """Every mistake in ``watchlist.yml``, or in its name; none where a letter goes without one."""
    if not has_watchlist(root):
        return (_missing(root),) if (root / MISNAMED).exists() else ()
    try:
        load_watchlist(root)
    except SpecError as error:
        return error.problems
    return ()


def _missing(root: Path) -> Problem:
    todo = (
        f"Rename {MISNAMED}, which is there."
        if (root / MISNAMED).exists()
        else "Write one that names the assets to follow: 'benchmark: SPY', and under 'groups:' the name of a "
        "group with its assets, such as 'IWM: Russell 2000'."
    )
    return Problem(WATCHLIST_FILE, None, "", f"there is none in {root.absolute()}. {todo}")


def _read_groups(
    document: YamlDocument, benchmark: str, assets: dict[str, WatchedAsset]
) -> Iterator[Problem]:
    groups = document.value.get("groups")
    if not isinstance(groups, dict) or not groups:
        yield document.problem(("groups",), "needs at least one group: a name, and its assets under it.")
        return
    for group, members in groups.items():
        if not isinstance(members, dict) or not members:
            yield document.problem(
                ("groups", group), "needs at least one asset, such as 'IWM: Russell 2000'."
            )
            continue
        for ticker, written in members.items():
            path: KeyPath = ("groups", group, ticker)
            if not re.fullmatch(TICKER, ticker):
                yield document.problem(path, "is not a ticker, such as IWM, ^GSPC, BTC-USD or SPX Index.")
            if ticker in assets:
                yield document.problem(path, f"is in the group '{assets[ticker].group}' too. Keep one.")
                continue
            value: Value = {"name": written} if isinstance(written, str) else written
            entry, problems = validate_part(AssetEntry, value, document, path)
            yield from problems
            if entry is not None:
                yield from _wrong_calendar(document, path, ticker, entry.calendar)
                assets[ticker] = WatchedAsset(
                    ticker, entry.name, group, entry.benchmark or benchmark, entry.calendar
                )


def _unknown_benchmarks(
    document: YamlDocument, benchmark: str, assets: Mapping[str, WatchedAsset]
) -> Iterator[Problem]:
    """A benchmark is one of the assets: else it has no name, and nobody looks whether it has prices."""
    named: dict[KeyPath, str] = {("benchmark",): benchmark} if benchmark else {}
    for ticker, asset in assets.items():
        if asset.benchmark != benchmark:
            named |= {("groups", asset.group, ticker, "benchmark"): asset.benchmark}
    for path, name in named.items():
        if assets and name not in assets:
            yield document.problem(
                path,
                f"names {name}, which stands in no group. {suggest(name, assets)} Or give it a line in a "
                "group, spelled as where the prices come from: Yahoo's indices begin with ^, such as ^GSPC.",
            )


def _wrong_calendar(
    document: YamlDocument, path: KeyPath, ticker: str, said: str | None
) -> Iterator[Problem]:
    """A calendar is said of a ticker that tells none; another than the ticker tells is a mistake."""
    told = told_by_ticker(ticker)
    # An index is known by its name, which may stand for another index in a letter's own files.
    if None not in (said, told) and told != said and not ticker.startswith("^"):
        yield document.problem(
            (*path, "calendar"),
            f"is {said}, but the ticker {ticker} says {told}. Remove the line, or correct the ticker.",
        )
