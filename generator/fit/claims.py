"""Claims about a study, in one line each: ``3M.longest_winning_streak == 14``, ``episodes >= 30``."""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from generator.core.errors import RequestError
from generator.market.bars import BarKind
from generator.market.exchanges import NEW_YORK
from generator.market.history import FloatArray
from generator.study.evidence.significance import shift_p_value
from generator.study.evidence.statistics import baseline_of, independent_count, known, one_sample
from generator.study.horizons import parse_horizon
from generator.study.prepare import Prepared, complete_positions
from generator.study.returns import forward_returns, max_drawdowns, max_runups, worst_daily_closes
from generator.study.statistic import in_percent
from generator.study.values import Baseline, Episode, Horizon

EPISODES = "episodes"
"""The one subject that has no horizon: the number of episodes, the provisional one included."""

_CLAIM = re.compile(r"\s*([A-Za-z0-9_.]+)\s*(==|!=|<=|>=|<|>)\s*([-+−]?\d{1,12}(?:\.(\d{1,8}))?)\s*%?\s*")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Claim:
    """A claim: its text, its subject (``horizon`` None for the number of episodes), operator and number.

    ``==`` and ``!=`` compare at the decimals that are written: ``3M.average == 7.2`` holds for 7.247.
    """

    text: str
    horizon: Horizon | None
    field: str
    operator: str
    number: float
    decimals: int

    def holds(self, value: float | None) -> bool:
        """Whether the claim is true of this value; what cannot be formed fulfils no claim."""
        if value is None:
            return False
        if self.operator in ("==", "!="):
            same = abs(value - self.number) <= 0.5 * 10.0**-self.decimals + 1e-9
            return same == (self.operator == "==")
        return _OPERATORS[self.operator](value, self.number)


def parse_claim(text: str, kind: BarKind, calendar: str = NEW_YORK) -> Claim:
    """Read ``<horizon>.<field> <operator> <number>`` or ``episodes <operator> <number>``.

    Fields are those of the summary in ``precedent study --format json``, percent where it has percent;
    ``baseline.average`` for those of the baseline. Intervals and dates are no single number and no field.

    Raises
    ------
    RequestError : it is no claim, or has an unknown field.
    HorizonError : a horizon that these bars cannot express.
    """
    match = _CLAIM.fullmatch(text[:200])
    if match is None:
        raise RequestError(
            f"'{text[:60]}' is not a claim. Write <horizon>.<field> <operator> <number>, such as "
            "'3M.longest_winning_streak == 14' or '1Y.best > 60', or 'episodes == 36'; the operators are "
            "== != < <= > >=."
        )
    subject, sign, number = match[1], match[2], float(match[3].replace("−", "-"))
    decimals = len(match[4] or "")
    if subject == EPISODES:
        return Claim(text.strip(), None, EPISODES, sign, number, decimals)
    label, dot, field = subject.partition(".")
    if not dot or field not in FIELDS:
        near = difflib.get_close_matches(field or label, FIELDS, n=1, cutoff=0.5)
        advice = f"Did you mean {near[0]}? " if near else ""
        raise RequestError(
            f"'{text[:60]}': '{(field or label)[:40]}' is nothing that can be claimed. {advice}"
            f"Claims are made of {EPISODES}, or of a horizon's {', '.join(FIELDS)}."
        )
    return Claim(text.strip(), parse_horizon(label, kind, calendar), field, sign, number, decimals)


class HorizonFigures:
    """What claims may be about at one horizon of one reading; each figure is computed when it is asked for.

    Parameters
    ----------
    every : forward returns from every bar of the target, shape (B,), decimals.
    """

    def __init__(
        self, prepared: Prepared, episodes: tuple[Episode, ...], horizon: Horizon, every: FloatArray
    ) -> None:
        self.prices, self.horizon = prepared.prices, horizon
        self.positions = complete_positions(prepared, episodes, horizon.bars)
        self.samples = one_sample(every[self.positions])
        self.first = prepared.first
        self.every = every[prepared.first : prepared.prices.complete(horizon.bars)]
        self.pending = sum(e.target_bar is not None and not e.provisional for e in episodes) - len(
            self.positions
        )

    def figure(self, field: str) -> float | None:
        """The value of a field, in percent where the JSON has percent; None where it cannot be formed."""
        return in_percent(field.replace(".", "_"), FIELDS[field](self))

    @property
    def baseline(self) -> Baseline:
        """The same return from every bar."""
        return baseline_of(self.every)

    def streak(self) -> float:
        """Longest run of consecutive gains; 0 without a gain."""
        return float(self.samples.longest_winning_streak[0][0])

    def edge(self) -> float | None:
        """Average less baseline average."""
        mean, usual = known(self.samples.average[0]), self.baseline.average
        return None if mean is None or usual is None else mean - usual

    def deepest(
        self, path: Callable[..., FloatArray], extreme: Callable[[FloatArray], float]
    ) -> float | None:
        """The extreme of a measure of the way there, over the episodes."""
        if not len(self.positions):
            return None
        return float(extreme(path(self.prices, self.positions, self.horizon.bars)))


FIELDS: Mapping[str, Callable[[HorizonFigures], float | None]] = {
    "n": lambda f: float(f.samples.n[0]),
    "pending": lambda f: float(f.pending),
    "independent_n": lambda f: float(independent_count(f.positions, f.horizon.bars)),
    "average": lambda f: known(f.samples.average[0]),
    "median": lambda f: known(f.samples.median[0]),
    "win_rate": lambda f: known(f.samples.win_rate[0]),
    "best": lambda f: known(f.samples.best[0]),
    "worst": lambda f: known(f.samples.worst[0]),
    "stdev": lambda f: known(f.samples.stdev[0]),
    "sharpe": lambda f: known(f.samples.sharpe[0]),
    "max_drawdown": lambda f: f.deepest(max_drawdowns, np.min),
    "worst_daily_close": lambda f: f.deepest(worst_daily_closes, np.min),
    "max_runup": lambda f: f.deepest(max_runups, np.max),
    "profit_factor": lambda f: known(f.samples.profit_factor[0]),
    "longest_winning_streak": HorizonFigures.streak,
    "edge": HorizonFigures.edge,
    "p_value": lambda f: shift_p_value(f.every, f.positions - f.first, f.horizon.bars),
    "baseline.n": lambda f: float(len(f.every)),
    "baseline.average": lambda f: f.baseline.average,
    "baseline.median": lambda f: f.baseline.median,
    "baseline.win_rate": lambda f: f.baseline.win_rate,
}
"""What a claim may be about, by its name in the JSON of a study: decimals, as the statistics are."""


def every_return(prepared: Prepared, horizon: Horizon) -> FloatArray:
    """Forward returns from every bar of the target, shape (B,), decimals, NaN where not complete."""
    return forward_returns(prepared.prices, horizon.bars)
