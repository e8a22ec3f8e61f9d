"""Verdicts on real prices as months go by: they rarely change, and never because one p crossed 0.05."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from generator.market.providers.files import FilesSource
from generator.study.run import run_study
from generator.study.values import HorizonSummary, StudyResult
from generator.study.verdict import (
    FEWEST_CASES,
    FEWEST_SEPARATE,
    HARD_AT_HEADLINE,
    HARD_ELSEWHERE,
    HARD_TYPICAL,
    MOST_NEIGHBOURS,
    UNUSUAL,
)
from tests.calibration.alarms import library_studies
from tests.calibration.steady import changes, month_ends, prices, studies
from tests.real_prices import market_data, real_prices

pytestmark = real_prices

MOST_FLIPS = 0.02
"""Share of the month-to-month steps at which a verdict may change."""
REPORT_FLIPS = 17
"""Of 750 steps of the reports' own studies, those that change a verdict."""
FUNDS = ("SPY", "IWM")


def conditions(result: StudyResult, k: int) -> dict[str, object]:
    """Every condition of the rule, as its description states it, at one horizon."""
    s, robust = result.summaries[k], result.robustness
    halves = [half.edges[k].edge or 0.0 for half in robust.halves]
    rest, same, typical = robust.trimmed[1][k].edge, robust.same_side(k), robust.typical_p(k)
    edge, own = s.edge or 0.0, s.p_value or 1.0
    median = (s.median or 0.0) - (s.baseline.median or 0.0)
    wins = (s.win_rate or 0.0) - (s.baseline.win_rate or 0.0)
    line = HARD_AT_HEADLINE if s.horizon == result.study.headline else HARD_ELSEWHERE
    return {
        "enough cases": s.n >= FEWEST_CASES,
        "enough separate periods": s.independent_n >= FEWEST_SEPARATE,
        "side": edge > 0,
        "on one side": edge * median > 0 and edge * wins > 0,
        "unusual": typical is not None and max(own, typical) <= UNUSUAL,
        "typical p is hard": typical is not None and typical <= HARD_TYPICAL,
        "its own p is hard": own <= line,
        "neighbours": same is not None and same >= MOST_NEIGHBOURS,
        "halves": all(half * edge > 0 for half in halves),
        "without two": (rest or 0.0) * edge > 0,
    }


def crossed(before: HorizonSummary, after: HorizonSummary) -> bool:
    """Whether the study's own p went over the usual line."""
    assert before.p_value is not None
    assert after.p_value is not None
    return (before.p_value <= 0.05) != (after.p_value <= 0.05)


def test_the_headlines_of_the_library_are_steady_from_month_to_month() -> None:
    """All signals on two funds. Of a few studies alone the share is not known: 2% is one step in fifty."""
    source = FilesSource(market_data())
    histories = {asset: source.history(asset) for asset in FUNDS}
    asked = [
        replace(study, horizons=(study.headline,))
        for asset in FUNDS
        for study in library_studies(asset, frozenset(FUNDS))
    ]
    found = changes(asked, histories)
    assert found["steps"] > 1700
    assert 0 < found["changed"] <= MOST_FLIPS * found["steps"], found


def test_no_verdict_of_the_reports_changes_without_a_reason() -> None:
    histories = prices(market_data())
    ends = month_ends(histories["IWM"])
    steps = flips = crossings = 0
    for study in studies():
        results = [run_study(study, histories, day) for day in ends]
        for before, after in pairwise(results):
            for k, (old, new) in enumerate(zip(before.summaries, after.summaries, strict=True)):
                steps += 1
                crossings += crossed(old, new)
                if old.verdict == new.verdict:
                    continue
                flips += 1
                where = f"{study.signal} on {study.target}, {old.horizon.label}, {after.as_of}"
                assert conditions(before, k) != conditions(after, k), (
                    f"{where}: {old.verdict} → {new.verdict}"
                )
    assert steps == (4 + 7 + 7 + 7) * 30
    assert crossings, "the study's own p never went over 0.05, so this proves nothing about it"
    # 2.3%: these studies alone miss the aim of the library, IWM's 10% months being near p = 0.05 for years.
    assert flips <= REPORT_FLIPS, f"{flips} of {steps}"
