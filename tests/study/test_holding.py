"""Will it hold: months checked by eye, the real pipeline day by day, and a plain loop over real prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from generator.core.errors import RequestError
from generator.market.history import PriceHistory, as_date
from generator.market.providers.files import FilesSource
from generator.signals.evaluate import truth
from generator.study.holding import Holding, holding
from generator.study.prepare import prepare
from generator.study.question import make_study
from generator.study.standing import standing_of
from generator.study.values import Study
from tests.real_prices import market_data, real_prices
from tests.signals import expressions
from tests.study.markets import history_of, random_history

UP_TEN = make_study("X", when="roc(close, 1) >= 10", bars="monthly", horizons=["1M"])

# Four sessions a month. A month is up ten percent against the last close of the one before.
MONTHS = {
    "2020-01": (90, 95, 98, 100),
    "2020-02": (105, 111, 104, 112),  # stood on its second session, fell back, closed there
    "2020-03": (124, 120, 118, 119),  # stood on its first, did not hold
    "2020-04": (120, 121, 122, 131),  # closed there, but only its last session stood: no warning, no count
    "2020-05": (130, 145, 146, 150),  # stood on its second and held, one month right after another
    "2020-06": (151, 166),  # under way: +10.67% on its second session
}


def written(months: Mapping[str, tuple[float, ...]], asset: str = "X") -> PriceHistory:
    """Prices on the 2nd, 9th, 16th and 23rd of each month."""
    rows = {
        f"{month}-{2 + 7 * week:02}": close
        for month, closes in months.items()
        for week, close in enumerate(closes)
    }
    return history_of(asset, rows)


def test_months_written_by_hand() -> None:
    assert holding(UP_TEN, {"X": written(MONTHS)}) == Holding(
        bars="monthly",
        session=2,
        stood=3,
        closed=2,
        stood_at_session=2,
        closed_at_session=2,
        first=date(2020, 2, 23),
    )


def test_another_session_has_its_own_count() -> None:
    earlier = holding(UP_TEN, {"X": written({**MONTHS, "2020-06": (166,)})})
    assert earlier is not None
    assert (earlier.session, earlier.stood, earlier.stood_at_session, earlier.closed_at_session) == (
        1,
        3,
        1,
        0,
    )


def test_a_session_that_no_month_had_before_its_end() -> None:
    found = holding(UP_TEN, {"X": written({**MONTHS, "2020-06": (151, 150, 150, 166)})})
    assert found is not None
    assert (found.session, found.stood, found.stood_at_session, found.closed_at_session) == (4, 3, 0, 0)


def test_since_leaves_out_the_months_before() -> None:
    found = holding(replace(UP_TEN, since=date(2020, 3, 1)), {"X": written(MONTHS)})
    assert found is not None
    assert (found.stood, found.closed, found.first) == (2, 1, date(2020, 3, 23))


@pytest.mark.parametrize(
    "months",
    [
        {**MONTHS, "2020-06": (151, 152)},
        {"2020-01": (90, 95, 98, 100)},
        {"2020-01": (90, 95)},
    ],
    ids=["not true now", "one month, unknown", "nothing completed"],
)
def test_nothing_to_hold(months: Mapping[str, tuple[float, ...]]) -> None:
    assert holding(UP_TEN, {"X": written(months)}) is None


def test_a_month_that_is_over_is_not_provisional() -> None:
    rows = {"2020-04-30": 100.0, "2020-05-29": 100.0, "2020-06-15": 120.0, "2020-06-30": 120.0}
    assert holding(UP_TEN, {"X": history_of("X", rows)}) is None


def test_daily_bars_have_nothing_to_hold() -> None:
    history = random_history("X", "2019-01-02", "2020-06-10", seed=1)
    assert holding(make_study("X", when="close > 0", horizons=["1D"]), {"X": history}) is None


def test_a_day_before_the_first_price_is_refused() -> None:
    with pytest.raises(RequestError):
        holding(UP_TEN, {"X": written(MONTHS)}, date(2019, 1, 1))


def test_what_comes_after_the_as_of_date_does_not_matter() -> None:
    whole = written({**MONTHS, "2020-06": (151, 166, 40, 900), "2020-07": (1, 1000, 1, 5)})
    assert holding(UP_TEN, {"X": whole}, date(2020, 6, 9)) == holding(UP_TEN, {"X": written(MONTHS)})


# --- Against the real pipeline, asked as of every day ----------------------------------------------------

OURS = random_history("X", "2017-03-15", "2019-06-12", seed=5)
OTHER = random_history("BBB", "2016-09-07", "2019-06-12", seed=6)
# The other one skips some days: then it has no price, and the study no as-of date.
HISTORIES = {
    "X": OURS,
    "BBB": replace(
        OTHER,
        **{
            name: getattr(OTHER, name)[np.arange(len(OTHER)) % 17 != 3]
            for name in ("sessions", "open", "high", "low", "close", "adjusted_close", "volume")
        },
    ),
}
QUESTIONS = [
    *expressions.TRUTHS,
    'on("BBB", on("X", close > lag(close, 2)))',
    'lag(on("BBB", sma(close, 3)), 4) > on("BBB", lowest(low, 2))',
    "weekday() == 2 and week_of_year() > 9 or day_of_month() > 20",
    "volume > lag(volume, 1) and open < high",
    "close > 0",
]


def day_by_day(study: Study, first: int) -> list[tuple[date, int, bool]]:
    """(bar's date, session of the bar, true) as the pipeline says it with each day as its as-of date."""
    whole = prepare(study, HISTORIES)
    bars, found = whole.bars, []
    for bar in range(first, bars.completed):
        sessions = range(bars.last_session[bar - 1] + 1, bars.last_session[bar])
        for number, session in enumerate(sessions):
            day = bars.history.sessions[session]
            if any(day not in HISTORIES[asset].sessions for asset in study.condition.assets):
                continue
            then = prepare(study, HISTORIES, as_date(day))
            fires = truth(study.condition, then.bars, then.others)[-1] == 1
            found.append((as_date(bars.dates[bar]), number, bool(fires)))
    return found


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("bars", ["weekly", "monthly"])
def test_every_session_is_what_the_study_said_that_day(text: str, bars: str) -> None:
    study = make_study("X", when=text, bars=bars, horizons=["1Y"])  # type: ignore[arg-type]
    standing = standing_of(prepare(study, HISTORIES))
    # All months, those included in which long windows are not full yet; of the weeks the last twenty.
    first = 0 if bars == "monthly" else len(standing.dates) - 20
    expected = np.zeros_like(standing.within)
    dates = [as_date(day) for day in standing.dates]
    for day, number, fires in day_by_day(study, first + 1):
        expected[dates.index(day), number] = fires
    np.testing.assert_array_equal(standing.within[first:], expected[first:])


# --- Real prices -----------------------------------------------------------------------------------------


def counted(closes: Any, session: int) -> tuple[int, int, int, int]:
    """Months that stood ten percent up before their end, of which closed there; the same at a session."""
    import pandas as pd

    stood = closed = stood_then = closed_then = 0
    months = [month for _, month in closes.groupby(pd.PeriodIndex(closes.index, freq="M"))]
    for before, month in pairwise(months):
        moves = [(close / before.iloc[-1] - 1) * 100 for close in month]
        ended = moves[-1] >= 10
        if any(move >= 10 for move in moves[:-1]):
            stood, closed = stood + 1, closed + ended
        if session < len(moves) and moves[session - 1] >= 10:
            stood_then, closed_then = stood_then + 1, closed_then + ended
    return stood, closed, stood_then, closed_then


@real_prices
def test_ten_percent_months_of_small_caps() -> None:
    import pandas as pd

    prices = {"IWM": FilesSource(market_data()).history("IWM")}
    study = make_study("IWM", signal="ten-percent-month")
    closes = pd.read_csv(market_data() / "IWM.csv", index_col="Date", parse_dates=True)["Close"]

    # As of Apr 20, 2026 April is not among them: nobody knew how it would end.
    found = holding(study, prices, date(2026, 4, 20))
    assert found is not None
    numbers = (found.stood, found.closed, found.stood_at_session, found.closed_at_session)
    assert (found.session, numbers) == (13, counted(closes[:"2026-03-31"], 13))
    assert numbers == (18, 11, 4, 4)

    # April closed at +12.08%. Counting it, the figures are those that a later reader would find.
    standing = standing_of(prepare(study, prices, date(2026, 7, 31)))
    stood, then = standing.within.any(axis=1), standing.within[:, 12]
    later = (stood.sum(), (stood & standing.closed).sum(), then.sum(), (then & standing.closed).sum())
    assert later == counted(closes[:"2026-07-31"], 13) == (19, 12, 5, 5)
