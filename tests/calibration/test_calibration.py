"""A small version of ``make calibrate``: the rule raises few false alarms, and still hears a real signal."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.study.question import make_study
from generator.study.run import run_study
from tests.calibration.simulate import Case, cases, simulated_history, verdicts

HISTORIES = 40


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_nothing_is_rarely_called_hard_to_explain(case: Case) -> None:
    tally: Counter[str] = Counter()
    for seed in range(HISTORIES):
        tally.update(verdicts(case.study, simulated_history(case.study.bars, seed)).values())
    alarms = tally["better-hard"] + tally["worse-hard"]
    # 6% of 160 verdicts is 9.6.
    assert alarms <= 9
    assert tally["better-luck"] + tally["worse-luck"] > 0


def test_a_strong_effect_is_heard() -> None:
    history = simulated_history("daily", 3)
    close = history.close.copy()
    # At irregular distances: a rhythm would look the same when all dates move by one beat.
    starts = np.cumsum(np.random.default_rng(0).integers(80, 450, 20))
    returns = np.diff(np.log(close), prepend=np.log(close[0]))
    for start in starts:
        returns[start] = 0.09  # the signal: a day up 9%
        returns[start + 1 : start + 64] += 0.003  # the effect: a fifth more in the quarter after it
    planted = PriceHistory("IWM", history.sessions, close[0] * np.exp(np.cumsum(returns)))
    study = make_study("IWM", when="roc(close, 1) > 8.5", horizons=["3M"])
    assert run_study(study, {"IWM": planted}).summary("3M").verdict.key == "better-hard"
