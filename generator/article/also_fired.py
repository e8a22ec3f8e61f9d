"""What else came in the week: a scan as of the report's date, without what the report studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generator.article.report import Report
from generator.article.why import is_of
from generator.edition.values import Cell, Column, Row, Table, Values
from generator.findings.tables import count_cell, percent_cell, plain_cell
from generator.findings.view import MIN_CASES
from generator.language import numbers
from generator.language.asset_names import called
from generator.language.words import listed, paragraph, sentence
from generator.scan.ranking import Finding, ScanResult
from generator.signals.library import find_signal, load_library
from generator.spec.models import AlsoFiredSection

SHOWN = 12
"""Rows; the rest is counted."""
NAMED = 3
"""Assets named in a row; the rest is counted."""
UNUSUAL_Q = 0.10
"""The false-discovery rate below which a finding is told apart in the sentence on top."""


def also_fired(report: Report, spec: AlsoFiredSection, key: str) -> Values:
    """A sentence on what such a list is worth, and the list."""
    scan = report.scan
    assert scan is not None, "the pipeline scans for a report with this section"
    groups = _others(report, scan)
    rest = len(groups) - SHOWN
    return {
        "studies": bool(report.views),
        "standing_out": _standing_out([finding for group in groups for finding in group], spec.assets),
        "on_top": _on_top(groups, scan, spec, bool(report.views)),
        "events": _table(groups, f"{key}-events") if groups else None,
        "any_open": any(group[0].firing.provisional for group in groups[:SHOWN]),
        "not_shown": numbers.plural(rest, "more event").capitalize() if rest > 0 else "",
        "missing": _missing(scan, spec.assets),
    }


def _others(report: Report, scan: ScanResult) -> list[tuple[Finding, ...]]:
    """The events by interest, without those that the report's own studies are about."""
    views = report.views.values()
    groups = [
        event.findings for event in scan.events if not any(is_of(f, v) for f in event.findings for v in views)
    ]
    return sorted(groups, key=lambda group: -group[0].interest)


def _on_top(
    groups: Sequence[Sequence[Finding]], scan: ScanResult, spec: AlsoFiredSection, studies: bool
) -> str:
    watched = numbers.plural(scan.scanned, "asset")
    signals = len(spec.signals) or len(load_library())
    else_ = " other" if studies else ""
    if not groups:
        return f"Of {signals} signals none{else_} came on the {watched} watched."
    came = numbers.plural(len(groups), "other signal" if studies else "signal")
    asked = f"{signals} signals on {watched} make {signals * scan.scanned:,} tests a week"
    return paragraph(
        _how_many_unusual([f for group in groups for f in group], spec.assets),
        f"{came.capitalize()} fired: {asked}, so something always fires.",
    )


def _how_many_unusual(findings: Sequence[Finding], names: Mapping[str, str]) -> str:
    known = [f.q_value for f in findings if f.q_value is not None]
    if known and min(known) >= UNUSUAL_Q:
        return (
            "After allowing for the number of signals that came, no record stands out (lowest q: "
            f"{numbers.p_value(min(known))})."
        )
    return _standing_out(findings, names)


def _standing_out(findings: Sequence[Finding], names: Mapping[str, str]) -> str:
    """The first of the records that stand out, with its figures; empty where none does."""
    looked = sum(f.q_value is not None for f in findings)
    unusual = sorted((f for f in findings if _q(f) < UNUSUAL_Q), key=_q)
    if not unusual:
        return ""
    stand = (
        "one record stands out" if len(unusual) == 1 else f"{numbers.count(len(unusual))} records stand out"
    )
    first = unusual[0].firing
    middle = (
        "" if first.average is None else f", {numbers.percent_sign(first.average)} on average a quarter later"
    )
    usual = (
        ""
        if not middle or first.baseline.average is None
        else f", against {numbers.percent_sign(first.baseline.average)} from any start"
    )
    named = f"“{find_signal(first.signal).title}” on {called(first.asset, names)}{middle}{usual}"
    return (
        f"After allowing for the {numbers.count(looked)} records looked at, {stand}"
        f"{'' if len(unusual) == 1 else ', first of them'}: {named} (q "
        f"{numbers.p_value(unusual[0].q_value)})."
    )


def _q(finding: Finding) -> float:
    return 1.0 if finding.q_value is None else finding.q_value


def _table(groups: Sequence[Sequence[Finding]], key: str) -> Table:
    columns = (
        Column("signal", "Signal", "text"),
        Column("assets", "On", "text"),
        Column("day", "Came on", "date"),
        Column("n", "Cases", "number"),
        Column("average", "Average, %", "percent", "The quarter after"),
        Column("usual", "Any start, %", "percent", "The quarter after"),
        Column("q", "q", "number"),
    )
    return Table(key, "", columns, tuple(_row(group) for group in groups[:SHOWN]), download=True)


def _row(group: Sequence[Finding]) -> Row:
    first = group[0].firing
    told = first.n >= MIN_CASES
    day = numbers.day(first.day) + (" (open)" if first.provisional else "")
    return Row(
        (
            Cell(find_signal(first.signal).title, first.signal),
            Cell(_assets([f.firing.asset for f in group]), " ".join(f.firing.asset for f in group)),
            Cell(day, first.day.isoformat()),
            count_cell(first.n),
            percent_cell(first.average if told else None),
            percent_cell(first.baseline.average),
            plain_cell(group[0].q_value if told else None, numbers.p_value(group[0].q_value)),
        )
    )


def _assets(assets: Sequence[str]) -> str:
    rest = len(assets) - NAMED
    return listed(assets) if rest <= 0 else f"{', '.join(assets[:NAMED])} and {numbers.count(rest)} more"


def _missing(scan: ScanResult, names: Mapping[str, str]) -> str:
    """Assets and signals that could not be looked at."""
    whole = sorted({s.asset for s in scan.skipped if s.signal is None})
    parts: Mapping[str, int] = {
        asset: sum(s.asset == asset and s.signal is not None for s in scan.skipped)
        for asset in sorted({s.asset for s in scan.skipped if s.signal is not None})
    }
    return paragraph(
        sentence(f"No prices could be read of {_called(whole, names)}") if whole else "",
        sentence(f"The prices of {_called(scan.stale, names)} end before this week") if scan.stale else "",
        _partly(parts, names),
    )


def _called(assets: Iterable[str], names: Mapping[str, str]) -> str:
    return listed([called(asset, names) for asset in assets])


def _partly(parts: Mapping[str, int], names: Mapping[str, str]) -> str:
    if not parts:
        return ""
    told = [f"{numbers.plural(count, 'signal')} on {called(asset, names)}" for asset, count in parts.items()]
    if len(told) > NAMED:
        return (
            f"On {numbers.count(len(told))} assets some signals could not be computed: prices that they need "
            "are missing."
        )
    return sentence(f"{listed(told)} could not be computed: prices that they need are missing")
