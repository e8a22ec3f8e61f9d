"""How often does the verdict rule call nothing something? Histories in which no signal can mean anything.

Daily histories are drawn session by session from the sample market's IWM, with replacement; monthly ones
month by month, each month's sessions kept together. What came before then tells nothing about what comes
after, so every "hard to explain by luck" is a false alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from generator.market.history import FloatArray, PriceHistory
from generator.market.providers.sample import SampleSource
from generator.study.prepare import complete_returns, find_episodes, prepare
from generator.study.question import make_study
from generator.study.robustness import robustness_of
from generator.study.significance import edge_interval
from generator.study.statistics import independent_count
from generator.study.values import Study
from generator.study.verdict import Evidence, judge

ASSET = "IWM"
MONTHS = 311
SESSIONS = 6512


@dataclass(frozen=True)
class Case:
    """A kind of history and a kind of signal."""

    name: str
    study: Study


def cases() -> tuple[Case, ...]:
    """Monthly and daily histories; signals that come alone and signals that come in clusters."""
    months, days = ["1M", "3M", "6M", "12M"], ["1M", "3M", "6M", "1Y"]
    fall = "drawdown(close) <= -10"
    return (
        Case("monthly, isolated", make_study(ASSET, signal="ten-percent-month", horizons=months)),
        Case(
            "monthly, clustered",
            make_study(ASSET, when=f"{fall} and roc(close, 1) >= 3", bars="monthly", horizons=months),
        ),
        Case("daily, isolated", make_study(ASSET, signal="reverse-up", horizons=days)),
        Case(
            "daily, clustered",
            make_study(ASSET, when=f"{fall} and roc(close, 5) >= 5", cooldown=5, horizons=days),
        ),
    )


def simulated_history(kind: str, seed: int) -> PriceHistory:
    """A history of about 26 years without memory."""
    random = np.random.default_rng(seed)
    real = SampleSource().history(ASSET)
    returns = np.diff(np.log(real.close))
    if kind == "daily":
        drawn = random.choice(returns, SESSIONS)
        days = np.busday_offset(np.datetime64("2000-01-03"), np.arange(SESSIONS + 1))
        return _history(days, drawn)
    months = np.split(
        returns, np.flatnonzero(np.diff(real.sessions[1:].astype("datetime64[M]").astype(int))) + 1
    )
    chosen = [months[i] for i in random.integers(1, len(months) - 1, MONTHS)]
    first = np.datetime64("2000-06")
    # The sessions of a month stand on its first days; only their order and their month matter.
    days = [(first + i).astype("datetime64[D]") + np.arange(len(month)) for i, month in enumerate(chosen)]
    return _history(np.concatenate([[np.datetime64("2000-05-31")], *days]), np.concatenate(chosen))


def _history(days: np.ndarray, returns: FloatArray) -> PriceHistory:
    close = 50 * np.exp(np.concatenate(([0.0], np.cumsum(returns))))
    return PriceHistory(ASSET, days.astype("datetime64[D]"), close)


def verdicts(study: Study, history: PriceHistory) -> dict[str, str]:
    """The rule's verdict a horizon. The interval is drawn only where everything else calls it hard."""
    histories: Mapping[str, PriceHistory] = {ASSET: history}
    prepared = prepare(study, histories)
    episodes = find_episodes(prepared)
    robustness = robustness_of(prepared, episodes, histories)
    found = {}
    for number, horizon in enumerate(study.horizons):
        every, positions = complete_returns(prepared, episodes, horizon.bars)
        evidence = Evidence(
            n=len(positions),
            independent_n=independent_count(positions, horizon.bars),
            edge=robustness.published[number].edge,
            edge_interval=(1.0, 1.0),
            own_p=robustness.published[number].p_value,
            typical_p=robustness.typical_p(number),
            same_side=robustness.same_side(number),
            halves=(robustness.halves[0].edges[number].edge, robustness.halves[1].edges[number].edge),
            without_two=robustness.trimmed[1][number].edge,
        )
        verdict = judge(evidence, study.bars)
        if verdict.key.endswith("hard"):
            interval = edge_interval(every, positions, horizon.bars)
            verdict = judge(replace(evidence, edge_interval=interval), study.bars)
        found[horizon.label] = verdict.key
    return found
