"""What else came in the week: a scan as of the report's date, without what the report studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generator.article.report import Report
from generator.article.why import is_of
from generator.desk.words import deed_of_signal
from generator.edition.values import Cell, Column, Row, Table, Values
from generator.findings.sentences import is_large, later, waited
from generator.findings.tables import count_cell, percent_cell, plain_cell
from generator.findings.together import opposed
from generator.findings.view import MIN_CASES
from generator.language import numbers
from generator.language.asset_names import called, capital, it, was
from generator.language.middle import Typical, typical
from generator.language.words import listed, of_times, paragraph, sentence
from generator.scan.ranking import Finding, ScanResult
from generator.scan.values import Firing
from generator.signals.library import find_signal, load_library
from generator.spec.models import AlsoFiredSection
from generator.study.verdict import FEWEST_CASES, FEWEST_SEPARATE

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
    recorded = [group for group in groups if _is_tested(group[0])]
    shown = recorded[:SHOWN]
    findings = [finding for group in groups for finding in group]
    # What the key points have told is not told again.
    told = report.points_tell_records and bool(best_record(report, spec))
    stands = _standing_out(findings, spec.assets), _opposed(report, _unusual(findings))
    standing_out = "" if told else paragraph(*stands)
    return {
        "studies": bool(report.views),
        "standing_out": standing_out,
        "on_top": paragraph(
            standing_out, _on_top(groups, scan, spec, bool(report.views)), _none_unusual(findings)
        ),
        "events": _table(shown, f"{key}-events") if shown else None,
        "any_open": any(group[0].firing.provisional for group in shown),
        "not_shown": _events(len(recorded) - len(shown), "more event"),
        "untested": _events(len(groups) - len(recorded), "event"),
        "missing": _missing(scan, spec.assets),
    }


def best_record(report: Report, spec: AlsoFiredSection) -> str:
    """Of the signals that came and have no study, the record that stands out most, for the key points; empty
    where none does."""
    if report.scan is None:
        return ""
    findings = [finding for group in _others(report, report.scan) for finding in group]
    unusual = [f for f in _unusual(findings) if is_large(f.firing.win_rate, f.firing.baseline.win_rate)]
    if not unusual:
        return ""
    first = unusual[0].firing
    middle, wins = _middle(first), round((first.win_rate or 0) * first.n)
    name, signal = called(first.asset, spec.assets), find_signal(first.signal)
    usual = "" if middle is None or middle.usual is None else f" against {numbers.percent_sign(middle.usual)}"
    average = "" if middle is None else f", {middle.told}{usual}"
    looked = numbers.plural(_looked_at(findings), "history", "histories")
    more = len(unusual) - 1
    others = f"; {numbers.plural(more, 'other')} {'stands' if more == 1 else 'stand'} out too" if more else ""
    rate = first.baseline.win_rate
    often = of_times(wins, first.n) + ("" if rate is None else f" (any start: {numbers.rate(rate)})")
    done = deed_of_signal(signal)
    came = f"{capital(name)} {done}" if done else f"“{signal.title}”, {name}"
    text = (
        f"{came}; {waited(first.horizon)} after earlier cases "
        f"{it(name)} {was(name)} higher {often}{average} (q "
        f"{numbers.p_value(unusual[0].q_value)} among {looked}{others})."
    )
    return paragraph(text, _opposed(report, unusual))


def _events(count: int, what: str) -> str:
    return numbers.plural(count, what).capitalize() if count else ""


def _is_tested(finding: Finding) -> bool:
    """Whether there is a record to show beside what any start brought: enough cases, and their q."""
    return finding.firing.n >= MIN_CASES and finding.q_value is not None


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
    return f"{came.capitalize()} fired: {asked}, so something always fires."


def _none_unusual(findings: Sequence[Finding]) -> str:
    """That none of the signals without a study has a record that stands out."""
    known = [f.q_value for f in findings if f.q_value is not None and _is_judged(f)]
    if not known or min(known) < UNUSUAL_Q:
        return ""
    return f"{'Its history does not stand' if len(findings) == 1 else 'None of their histories stands'} out."


def _standing_out(findings: Sequence[Finding], names: Mapping[str, str]) -> str:
    """The first of the records that stand out, with its figures; empty where none does."""
    unusual = _unusual(findings)
    if not unusual:
        return ""
    stand = (
        "one history stands out"
        if len(unusual) == 1
        else f"{numbers.count(len(unusual))} histories stand out"
    )
    first = unusual[0].firing
    middle = _middle(first)
    told = "" if middle is None else f", {middle.told} {later(first.horizon)}"
    if middle is not None and middle.usual is not None:
        told += f", against {numbers.percent_sign(middle.usual)} from any start"
    named = f"“{find_signal(first.signal).title}” on {called(first.asset, names)}{told}"
    return (
        f"After allowing for the {numbers.count(_looked_at(findings))} histories with enough cases, {stand}"
        f"{'' if len(unusual) == 1 else ', first of them'}: {named} (q "
        f"{numbers.p_value(unusual[0].q_value)})."
    )


def _opposed(report: Report, unusual: Sequence[Finding]) -> str:
    """That the first of the records that stand out points to the other side than the lead's, on one asset."""
    if not unusual or report.lead is None:
        return ""
    return opposed(report.lead, unusual[0].firing.asset, _middle(unusual[0].firing))


def _unusual(findings: Sequence[Finding]) -> list[Finding]:
    """The records that stand out, the most unusual first."""
    return sorted((f for f in findings if _is_judged(f) and _q(f) < UNUSUAL_Q), key=_q)


def _is_judged(finding: Finding) -> bool:
    """Whether a record has enough cases for a verdict."""
    return finding.firing.n >= FEWEST_CASES and finding.firing.independent_n >= FEWEST_SEPARATE


def _middle(firing: Firing) -> Typical | None:
    """The median, as in the table below, so that one thing has one figure."""
    return typical(firing, by_median=True)


def _looked_at(findings: Sequence[Finding]) -> int:
    return sum(f.q_value is not None for f in findings)


def _q(finding: Finding) -> float:
    return 1.0 if finding.q_value is None else finding.q_value


def _table(groups: Sequence[Sequence[Finding]], key: str) -> Table:
    columns = (
        Column("signal", "Signal", "text"),
        Column("assets", "On", "text"),
        Column("day", "Came on", "date"),
        Column("n", "Cases", "number"),
        Column("median", "Median, %", "percent", "The quarter after"),
        Column("usual", "Any start, %", "percent", "The quarter after"),
        Column("q", "q", "number"),
    )
    return Table(key, "", columns, tuple(_row(group) for group in groups), download=True)


def _row(group: Sequence[Finding]) -> Row:
    first = group[0].firing
    day = numbers.day(first.day) + (" (open)" if first.provisional else "")
    return Row(
        (
            Cell(find_signal(first.signal).title, first.signal),
            Cell(_assets([f.firing.asset for f in group]), " ".join(f.firing.asset for f in group)),
            Cell(day, first.day.isoformat()),
            count_cell(first.n),
            percent_cell(first.median),
            percent_cell(first.baseline.median),
            _q_cell(group[0]),
        )
    )


def _q_cell(finding: Finding) -> Cell:
    """Its q; none of one with too few cases for a verdict, of which no sentence speaks."""
    q = finding.q_value if _is_judged(finding) else None
    return plain_cell(q, numbers.p_value(q))


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
