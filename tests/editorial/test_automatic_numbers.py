"""Every number in an automatic sentence is a value of the answer, of the prices or of the spec.

The allowed texts are collected and formatted here, from results and prices, without the sentences' own code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from generator.check.reading import load_spec
from generator.edition.values import Edition, Picture, Table
from generator.findings import sentences
from generator.findings.view import MIN_CASES, StudyView
from generator.language.escape import Markdown
from generator.market.history import PriceHistory
from generator.market.providers.sample import SampleSource
from generator.spec.models import ReportSpec
from generator.spec.studies import assets_read, build_studies
from generator.study.run import run_study
from tests.editorial.test_build import ALL_SECTIONS, ODD, edition, market, spec

PROJECT = Path(__file__).parents[2]
REPORTS = ["2025-12-01-small-caps-reverse-up", "2026-04-21-small-caps-ten-percent-month"]
MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
TO_COPY = ("study_lines", "command", "fingerprint")
"""Values of sections that are no sentences."""
DATE = re.compile(rf"\b(?:{MONTH})[a-z]* (?:\d{{1,2}}, )?\d{{4}}\b")
PERCENT = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?%|[+−]\d+\.\d+(?= points?)")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass
class Allowed:
    """The texts that may stand in a report."""

    percents: set[str] = field(default_factory=lambda: {"95%", "10%"})  # Of intervals; of a correction.
    dates: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=lambda: {"100", "30"})  # "in 100 tries"; a footnote's limit.

    def value(self, value: float) -> None:
        if np.isfinite(value):
            for decimals in (0, 1, 2):
                text = f"{abs(value) * 100:,.{decimals}f}"
                self.percents |= {f"{text}%", f"+{text}%", f"−{text}%", f"+{text}", f"−{text}"}
                self.numbers.add(text)  # Percentage points, without a sign.
            self.numbers |= {f"{abs(value):,.{d}f}" for d in (2, 3)}

    def count(self, value: int) -> None:
        self.numbers.add(f"{value:,}")

    def day(self, value: date) -> None:
        month = f"{value:%b} {value.year}"
        self.numbers.add(str(value.year))  # "since 2013", of a part of the history.
        self.dates |= {
            month,
            f"{value:%b} {value.day}, {value.year}",
            f"{value:%B} {value.day}, {value.year}",
        }


def collect(value: object, allowed: Allowed) -> None:
    """Every number and date inside an answer, however deep."""
    if isinstance(value, bool | str) or value is None:
        return
    if isinstance(value, date):
        allowed.day(value)
    elif isinstance(value, int | np.integer):
        allowed.count(int(value))
    elif isinstance(value, float | np.floating):
        allowed.value(float(value))
    elif isinstance(value, np.ndarray):
        if value.dtype.kind in "fi":
            for item in value.ravel():
                collect(item, allowed)
    elif isinstance(value, Mapping):
        collect(tuple(value.values()), allowed)
    elif isinstance(value, Iterable):
        for item in value:
            collect(item, allowed)
    elif is_dataclass(value):
        for part in fields(value):
            collect(getattr(value, part.name), allowed)


def of_prices(history: PriceHistory, days: Iterable[date], allowed: Allowed) -> None:
    """What may be said of prices on the days of the episodes and on the last day."""
    sessions, closes = history.sessions, history.close
    allowed.count(len(history))
    allowed.day(sessions[0].item())
    for day in {*days, sessions[-1].item()}:
        at = int(np.searchsorted(sessions, np.datetime64(day), side="right")) - 1
        if at < 0:
            continue
        allowed.day(sessions[at].item())
        # With a third decimal where the price has one.
        allowed.numbers |= {f"{closes[at]:,.2f}", f"{closes[at]:,.3f}"}
        top = closes[: at + 1]
        peak = at - int(np.argmax(top[::-1]))
        allowed.day(sessions[peak].item())
        allowed.value(closes[at] / top.max() - 1)
        if at >= 5:
            allowed.value(closes[at] / closes[at - 5] - 1)
        start = max(0, at - 125)
        window = closes[start : at + 1]
        falls = window[None, :] / window[:, None] - 1  # From row to column.
        falls[np.tril_indices(len(window), -1)] = 0
        i, j = np.unravel_index(np.argmin(falls), falls.shape)
        allowed.value(falls[i, j])
        allowed.day(sessions[start + i].item())
        allowed.day(sessions[start + j].item())
        for unit in ("M", "W"):
            period = sessions[: at + 1].astype(f"datetime64[{unit}]")
            before = np.flatnonzero(period < period[-1])
            if len(before):
                month = closes[before[-1] : at + 1]
                allowed.value(month[-1] / month[0] - 1)
                allowed.count(len(month) - 1)
                allowed.count(int((np.diff(month) > 0).sum()))


def of_months(history: PriceHistory, allowed: Allowed) -> None:
    """Month-ends that moved as far as the newest month."""
    months = history.sessions.astype("datetime64[M]")
    ends = np.append(np.flatnonzero(months[1:] != months[:-1]), len(months) - 1)
    moves = history.close[ends[1:]] / history.close[ends[:-1]] - 1
    for end, move in zip(ends[1:-1], moves[:-1], strict=True):
        if abs(move) >= abs(moves[-1]):
            allowed.day(history.sessions[end].item())


def of_years(history: PriceHistory, allowed: Allowed) -> None:
    """Calendar years: this one so far, and what the others did to this point and after it."""
    years = history.sessions.astype("datetime64[Y]")
    ends = np.append(np.flatnonzero(years[1:] != years[:-1]), len(years) - 1)
    if len(ends) < 3:
        return
    allowed.count(len(ends) - 2)
    so_far = int(ends[-1] - ends[-2])
    allowed.count(so_far)
    allowed.value(history.close[-1] / history.close[ends[-2]] - 1)
    whole = list(pairwise(ends[:-1]))
    reach = [history.close[min(a + so_far, b)] / history.close[a] - 1 for a, b in whole]
    rest = [history.close[b] / history.close[min(a + so_far, b)] - 1 for a, b in whole]
    for a, b in whole:
        allowed.value(history.close[b] / history.close[a] - 1)
    for values in (reach, rest):
        allowed.value(float(np.mean(values)))
        allowed.value(float(np.median(values)))
        allowed.count(sum(v > 0 for v in values))
    for _, b in whole:
        allowed.numbers.add(str(history.sessions[b].item().year))
    allowed.numbers.add(str(history.sessions[-1].item().year))


def of_features(view: StudyView, allowed: Allowed) -> None:
    """Averages of the cases that came after a correction, or near a record, and of the others."""
    fell, near = [], []
    for episode in view.result.episodes:
        closes = view.history.until(np.datetime64(episode.date)).close
        window = closes[-126:]
        fell.append(bool((window / np.maximum.accumulate(window)).min() - 1 <= -0.10))
        near.append(bool(closes[-1] / closes.max() - 1 >= -0.02))
    for mask in (np.array(fell, dtype=bool), np.array(near, dtype=bool)):
        for k in range(len(view.study.horizons)):
            done = np.isfinite(view.result.returns[:, k])
            for part in (mask & done, ~mask & done):
                if part.any():
                    allowed.value(float(view.result.returns[part, k].mean()))


def allowed_in(report: ReportSpec, made: Edition, prices: Mapping[str, PriceHistory]) -> Allowed:
    allowed = Allowed()
    last = date.fromisoformat(made.as_of)
    cut = {a: h.until(np.datetime64(last)) for a, h in prices.items()}
    allowed.day(last)
    allowed.day(report.date)
    tested: list[float] = []
    for name, study in build_studies(report).items():
        result = run_study(study, prices, report.as_of)
        view = StudyView(name, report.studies[name], result, cut, report.assets)
        collect(result, allowed)
        collect((view.holding, view.path, view.superior_p), allowed)
        tested += [s.p_value for s in result.summaries if s.n >= MIN_CASES and s.p_value is not None]
        of_features(view, allowed)
        days = [e.date for e in result.episodes]
        for total in range(len(days) + 1):
            allowed.count(total)
        for history in cut.values():
            of_prices(history, days, allowed)
        texts = f"{study.condition.text} {study.measure.text if study.measure else ''} {view.title}"
        allowed.numbers |= set(NUMBER.findall(texts))
        allowed.percents |= {f"{n}%" for n in NUMBER.findall(texts)}
        for horizon in study.horizons:
            allowed.numbers |= {*NUMBER.findall(horizon.label), str(horizon.bars)}
    allowed.count(len(tested))
    for q_value in false_discovery_control(tested) if tested else ():
        allowed.value(float(q_value))
    for history in cut.values():
        of_months(history, allowed)
        of_years(history, allowed)
    for section in report.sections:
        since = getattr(section, "since", None)
        if since is not None:
            allowed.day(since)
            for history in cut.values():
                at = int(np.searchsorted(history.sessions, np.datetime64(since), side="right")) - 1
                if at >= 0:
                    allowed.value(history.close[-1] / history.close[at] - 1)
    return allowed


def automatic(report: ReportSpec, made: Edition) -> Iterator[str]:
    """Every automatic text of an edition: not the author's words, not what is to be copied."""
    if report.deck is None:
        yield made.deck
    yield from (made.finding, made.verdict, *made.key_points)
    if made.strip is not None:
        yield made.strip.caption
        for cell in made.strip.cells:
            yield from (cell.average, cell.win_rate, cell.verdict)
    if made.lead is not None:
        yield from (made.lead.caption, made.lead.alt, made.lead.source)
    for section in made.sections:
        if section.kind != "prose":
            yield from in_values(tuple(v for name, v in section.values.items() if name not in TO_COPY))


def in_values(value: object) -> Iterator[str]:
    if isinstance(value, Markdown):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Table):
        yield from (value.caption, *value.notes)
    elif isinstance(value, Picture):
        yield from (value.caption, value.alt, value.source)
    elif is_dataclass(value):
        for part in fields(value):
            yield from in_values(getattr(value, part.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from in_values(part)


def strangers(report: ReportSpec, made: Edition, prices: Mapping[str, PriceHistory]) -> list[str]:
    """Numbers in automatic sentences that are no value, each with its sentence."""
    allowed, found = allowed_in(report, made, prices), []
    names = [*report.assets, *report.assets.values()]
    names += [text for study in report.studies.values() for text in study.contexts.values()]
    names += [study.title for study in report.studies.values() if study.title]
    for text in automatic(report, made):
        if "ingerprint" in text:
            continue
        rest = text
        for name in sorted(names, key=len, reverse=True):
            rest = rest.replace(name, "")
        for pattern, known in ((DATE, allowed.dates), (PERCENT, allowed.percents), (NUMBER, allowed.numbers)):
            found += [f"{token}: {text}" for token in pattern.findall(rest) if token not in known]
            rest = pattern.sub(" ", rest)
    return found


def odd(name: str) -> ReportSpec:
    sections = [{**s, "horizon": "13W"} if "horizon" in s and name == "weekly" else s for s in ALL_SECTIONS]
    sections[9] = {"kind": "prose", "text": "Words."}
    return spec(ODD[name], sections)


@pytest.mark.parametrize("name", ODD)
def test_odd_reports(name: str) -> None:
    report, prices = odd(name), market()
    assert strangers(report, edition(report, prices), prices) == []


@pytest.mark.parametrize("slug", REPORTS)
def test_the_reports_of_the_project(slug: str) -> None:
    """All but the audit, whose words are held to the published cells in tests of its own."""
    report = load_spec(PROJECT / "reports" / slug / "report.yml")
    kept = tuple(section for section in report.sections if section.kind != "audit")
    report = report.model_copy(update={"sections": kept})
    source = SampleSource()
    prices = {asset: source.history(asset) for asset in assets_read(report)}
    assert strangers(report, edition(report, prices), prices) == []


@pytest.mark.parametrize(
    ("planted", "token"),
    [
        ("It rose 87.7% of the time.", "87.7%"),
        ("It was the best since Dec 1987.", "Dec 1987"),
        ("It came 4,321 times.", "4,321"),
        ("It gained +77.7 points.", "+77.7"),
    ],
)
def test_a_wrong_sentence_is_found(planted: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = sentences.shortest
    monkeypatch.setattr(sentences, "shortest", lambda view, family: f"{written(view, family)} {planted}")
    report, prices = odd("few"), market()
    found = strangers(report, edition(report, prices), prices)
    assert found
    assert {line.split(": ")[0] for line in found} == {token}
