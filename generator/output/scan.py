"""The answer of a scan as JSON, CSV and tables for a terminal; the progress of one that runs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

from generator.language import numbers
from generator.language.price_words import NOT_MARKET_DATA
from generator.market.history import SAMPLE
from generator.output.calibration import survivorship_sentence
from generator.output.terminal import print_rows
from generator.scan.ranking import Event, Finding, ScanResult
from generator.scan.values import NEAR, Firing, Skipped
from generator.signals.library import find_signal
from generator.site.downloads import csv_text
from generator.study.statistic import in_percent

JsonObject = dict[str, Any]
SHOWN = 25
"""Rows of a table in the terminal; JSON and CSV have them all."""
EXAMPLES = 3
T = TypeVar("T")


def as_json(result: ScanResult, names: Mapping[str, str]) -> str:
    """One object; percent unrounded, null for what cannot be formed. ``names`` of assets by ticker."""
    answer = {
        "as_of": None if result.as_of is None else result.as_of.isoformat(),
        "sessions": result.sessions,
        "source": result.source,
        "complete": result.complete,
        "assets": {"asked": result.asked, "scanned": result.scanned, "stale": list(result.stale)},
        "tests": result.tests,
        "events": [_json_event(event, names) for event in result.events],
        "near": [
            {"asset": n.asset, "signal": n.signal, "move": n.move * 100, "last_close": n.last_close}
            for n in result.near
        ],
        "skipped": [{"asset": s.asset, "signal": s.signal, "reason": s.reason} for s in result.skipped],
    }
    return json.dumps(answer, indent=1, allow_nan=False) + "\n"


def _json_event(event: Event, names: Mapping[str, str]) -> JsonObject:
    return {
        "signal": event.lead.firing.signal,
        "date": event.lead.firing.day.isoformat(),
        "also_on": [finding.firing.asset for finding in event.also],
        "findings": [_json_finding(finding, names) for finding in event.findings],
    }


def _json_finding(finding: Finding, names: Mapping[str, str]) -> JsonObject:
    firing = finding.firing
    return {
        "asset": firing.asset,
        "name": names.get(firing.asset),
        "provisional": firing.provisional,
        "sessions_ago": finding.sessions_ago,
        "trigger": firing.trigger,
        "episodes": firing.episodes,
        "years": firing.years,
        "horizon": firing.horizon,
        "n": firing.n,
        "independent_n": firing.independent_n,
        "average": in_percent("average", firing.average),
        "median": in_percent("median", firing.median),
        "win_rate": in_percent("win_rate", firing.win_rate),
        "baseline": {
            "n": firing.baseline.n,
            "average": in_percent("baseline_average", firing.baseline.average),
            "median": in_percent("baseline_median", firing.baseline.median),
            "win_rate": in_percent("baseline_win_rate", firing.baseline.win_rate),
        },
        "edge": in_percent("edge", firing.edge),
        "p_value": firing.p_value,
        "q_value": finding.q_value,
        "interest": finding.interest,
        "unusual": finding.unusual,
        "consequential": finding.consequential,
        "fresh": finding.fresh,
    }


def as_csv(result: ScanResult, names: Mapping[str, str]) -> str:
    """What fired, one row a signal and asset, by interest of its event; the baseline in two columns."""
    stream = io.StringIO()
    rows = []
    for event in result.events:
        for finding in event.findings:
            row = _json_finding(finding, names)
            baseline = row.pop("baseline")
            row |= {"baseline_average": baseline["average"], "baseline_win_rate": baseline["win_rate"]}
            row["provisional"] = str(row["provisional"]).lower()
            row["name"] = csv_text(row["name"] or "")
            rows.append({"signal": finding.firing.signal, "date": finding.firing.day.isoformat(), **row})
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


COLUMNS = (
    *("signal", "date", "asset", "name", "provisional", "sessions_ago", "trigger", "episodes", "years"),
    *("horizon", "n", "independent_n", "average", "median", "win_rate", "baseline_average"),
    *("baseline_win_rate", "edge", "p_value", "q_value", "interest", "unusual", "consequential", "fresh"),
)


def print_scan(result: ScanResult, console: Console) -> None:
    """What fired, what is near, what could not be looked at."""
    if result.source == SAMPLE:
        console.print(Text(NOT_MARKET_DATA, style="bold yellow"))
    console.print(Text(_summary(result), style="bold"))
    if result.events:
        console.print()
        print_rows(HEADINGS, [_row(event) for event in result.events[:SHOWN]], console)
        _print_more(len(result.events), console)
        console.print(Text(_legend(result), style="dim"))
    if result.near:
        console.print(
            Text(f"\nOne step from firing, if the next close moves by up to {NEAR:.0%}", style="bold")
        )
        rows = [[n.asset, n.signal, f"{numbers.percent(n.move)}%"] for n in result.near]
        print_rows(["Asset", "Signal", "Move"], rows[:SHOWN], console)
        _print_more(len(rows), console)
    for line in _remarks(result):
        console.print(Text(line, style="dim"))


HEADINGS = [
    *("Interest", "Signal", "Asset", "Day", "Move", "Horizon", "n", "Apart", "Average", "Any day"),
    *("Edge", "Win rate", "Any day", "p", "q", "Also on"),
]


def _summary(result: ScanResult) -> str:
    if result.as_of is None:
        return (
            "No asset could be looked at."
            if result.complete
            else "Interrupted before an asset was looked at."
        )
    until = "" if result.complete else "Interrupted: "
    return (
        f"{until}{result.scanned:,} of {result.asked:,} assets, "
        f"{numbers.plural(result.sessions, 'session')} to {numbers.day(result.as_of)}: "
        f"{numbers.plural(len(result.events), 'event')}."
    )


def _trigger(firing: Firing) -> str:
    """The move in the unit of its signal: a percentage with its sign, an RSI without."""
    percent = find_signal(firing.signal).measure_unit == "percent"
    return (numbers.signed if percent else numbers.plain)(firing.trigger)


def _row(event: Event) -> list[str]:
    finding, firing = event.lead, event.lead.firing
    day = ("through " if firing.provisional else "") + numbers.day(firing.day)
    return [
        f"{finding.interest:.0f}",
        firing.signal,
        firing.asset,
        day,
        _trigger(firing),
        firing.horizon,
        str(firing.n),
        str(firing.independent_n),
        numbers.percent(firing.average),
        numbers.percent(firing.baseline.average),
        numbers.percent(firing.edge),
        numbers.rate(firing.win_rate),
        numbers.rate(firing.baseline.win_rate),
        numbers.p_value(firing.p_value),
        numbers.p_value(finding.q_value),
        _listed([other.firing.asset for other in event.also]),
    ]


def _listed(assets: list[str]) -> str:
    more = len(assets) - 2 * EXAMPLES
    return " ".join(assets[: 2 * EXAMPLES]) + (f" and {more} more" if more > 0 else "")


def _legend(result: ScanResult) -> str:
    return (
        "Returns in percent. q: p adjusted for the "
        f"{numbers.plural(result.tests, 'test')} of this scan (false discovery). "
        "Interest: 40% unusual, 40% consequential, 20% fresh. "
        f"{survivorship_sentence()}"
    )


def _print_more(count: int, console: Console) -> None:
    if count > SHOWN:
        console.print(Text(f"… and {count - SHOWN:,} more (--format json or csv has them all)", style="dim"))


def _remarks(result: ScanResult) -> Iterator[str]:
    if result.stale:
        yield f"\nPrices end before these sessions: {_listed(list(result.stale))}."
    yield from (f"Not read: {s.asset}: {s.reason}" for s in result.skipped if s.signal is None)
    partly = [skipped for skipped in result.skipped if skipped.signal is not None]
    by_signal = Counter(skipped.signal for skipped in partly)
    by_reason = Counter((skipped.asset, skipped.reason) for skipped in partly)
    # Told by asset or by signal, whichever takes fewer lines.
    if len(by_reason) <= len(by_signal):
        for (asset, reason), count in by_reason.items():
            yield f"{numbers.plural(count, 'signal').capitalize()} not read on {asset}: {reason}"
        return
    first: dict[str | None, Skipped] = {}
    for skipped in partly:
        first.setdefault(skipped.signal, skipped)
    for signal, count in by_signal.items():
        example = first[signal]
        where = f"on {numbers.plural(count, 'asset')}, such as {example.asset}"
        yield f"Signal {signal} not read {where}: {example.reason}"


class _Rate(ProgressColumn):
    """Assets a second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        return Text("" if not task.speed else f"{task.speed:,.0f} assets/s", style="dim")


def watched(steps: Iterable[T], total: int, console: Console) -> Iterator[T]:
    """The same steps, with a bar, their rate and the time left; nothing where there is no terminal."""
    columns = (TextColumn("Scanning"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeLeft())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(steps, total=total)
