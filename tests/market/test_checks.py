"""What a series must be, what a row of it is, and what of it was known when; places and words by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from generator.core.errors import BadDataError, RequestError
from generator.market.asof import as_of_date, common_sessions, told_holding_back
from generator.market.bars import BarKind, Bars, make_bars, make_shifted_months, period_number
from generator.market.cadence import with_cadence
from generator.market.checks import Places, checked_history, completed_only, oddities
from generator.market.clock import first_at_or_after, newest_known, newest_session_known
from generator.market.history import PriceHistory
from tests.market.test_exchanges import days

NAN = np.nan
WEEK = ("2026-04-16", "2026-04-17", "2026-04-20", "2026-04-21", "2026-04-22")
Written = Mapping[tuple[int, str], str]


def checked(
    dates: tuple[str, ...], written: Written | None = None, **columns: Sequence[float]
) -> tuple[PriceHistory, list[str]]:
    """A history of these columns, and what is said of it; the file has its first row on line 2."""
    notes: list[str] = []
    places = Places(
        "X.csv", lambda row: f"line {row + 2}", lambda row, name: (written or {}).get((row, name))
    )
    given = {name.replace("_", " "): np.array(values) for name, values in columns.items()}
    return checked_history("X", days(*dates), given, places, "files", notes=notes), notes


def refused(dates: tuple[str, ...], written: Written | None = None, **columns: Sequence[float]) -> str:
    with pytest.raises(BadDataError) as caught:
        checked(dates, written, **columns)
    return str(caught.value)


def test_a_series_has_two_sessions() -> None:
    assert len(checked(WEEK[:2], Close=[1, 2])[0]) == 2
    assert refused(WEEK[:1], Close=[1]) == "X.csv: one session of X; a study needs at least 2."
    assert refused((), Close=[]) == "X.csv: no session of X; a study needs at least 2."
    assert refused(WEEK[:2], Close=[1, NAN]) == "X.csv: one session of X; a study needs at least 2."


def test_rows_may_come_newest_first() -> None:
    history, notes = checked(WEEK[:3][::-1], Close=[3, 2, 1], Open=[6, 5, 4], Volume=[9, 8, 7])
    assert history.sessions.tolist() == days(*WEEK[:3]).tolist()
    assert (history.close.tolist(), history.field("open").tolist()) == ([1, 2, 3], [4, 5, 6])
    assert (history.field("volume").tolist(), notes) == ([7, 8, 9], [])
    message = refused(WEEK[:3][::-1], {(0, "Close"): " x "}, Close=[NAN, 2, 1])
    assert message.startswith("X.csv, line 2, column Close: 'x' is not a number. Closes are finite")


def test_rows_of_no_price_are_no_bars() -> None:
    for dates in (WEEK[:4], WEEK[:4][::-1]):
        step = 1 if dates[0] == WEEK[0] else -1
        history, notes = checked(
            dates, Close=[1, NAN, 3, 4][::step], Open=[1, NAN, 3, 4][::step], Volume=[1, 5, 6, 7][::step]
        )
        assert (history.close.tolist(), history.field("volume").tolist()) == ([1, 3, 4], [1, 6, 7])
        assert notes == ["X: 2026-04-17 has no price at all, and so no bar."]
        _, notes = checked(dates, Close=[1, NAN, NAN, 4][::step])
        assert notes == ["X: 2 days, first 2026-04-17, have no price at all, and so no bar."]
    # A row with any price, or with a word in any cell, is a mistake.
    told = "X.csv, line 3, column Close: the cell is empty or not a number. Closes are finite"
    assert refused(WEEK[:3], Close=[1, NAN, 3], Open=[1, 2, 3]).startswith(told)
    assert refused(WEEK[:3], {(1, "Volume"): "x"}, Close=[1, NAN, 3], Volume=[1, NAN, 3]).startswith(told)
    assert refused(WEEK[:3], {(1, "Close"): "inf"}, Close=[1, np.inf, 3]).startswith(
        "X.csv, line 3, column Close: the value is inf. Closes are finite"
    )
    assert len(checked(WEEK[:3], {(1, "Close"): "n/a"}, Close=[1, NAN, 3])[0]) == 2


def test_dates_that_do_not_rise() -> None:
    place = "X.csv, line 4, column Date"
    assert refused((WEEK[0], WEEK[1], WEEK[1]), Close=[1, 2, 3]) == (
        f"{place}: 2026-04-17 is there twice. A session has one row: remove one of them."
    )
    assert refused((WEEK[0], WEEK[2], WEEK[1]), Close=[1, 2, 3]) == (
        f"{place}: 2026-04-17 comes after 2026-04-20. Sort the rows by date, oldest or newest first."
    )


def test_optional_cells_that_are_not_used_are_told() -> None:
    history, notes = checked(WEEK[:3], Close=[1, 2, 3], Open=[1, NAN, 3], High=[NAN] * 3, Adj_Close=[1, 2, 3])
    np.testing.assert_array_equal(history.field("open"), [1, NAN, 3])
    assert (history.high, history.field("adjusted_close").tolist()) == (None, [1, 2, 3])
    assert notes == ["X: Open is unknown on 1 session on 2026-04-17 (empty or no number); the close is used."]
    single = [float(np.float32(value)) for value in (63.64, 0.1, 7)]
    history, _ = checked(WEEK[:3], Close=single, Open=single, Volume=single)
    assert history.close.tolist() == history.field("open").tolist() == [63.64, 0.1, 7]
    assert history.field("volume").tolist() == single


# --- What has closed ---------------------------------------------------------------------------------------


def completed(history: PriceHistory, *now: int) -> tuple[PriceHistory, list[str]]:
    notes: list[str] = []
    return completed_only(history, datetime(*now, tzinfo=UTC), notes), notes  # type: ignore[arg-type, misc]


def series(*dates: str, asset: str = "X") -> PriceHistory:
    return PriceHistory(asset, days(*dates), np.arange(1.0, len(dates) + 1))


def test_the_bar_of_a_session_that_goes_on_is_left_out() -> None:
    history = series(*WEEK)
    assert completed(history, 2026, 4, 23, 0, 0) == (history, [])
    whole, notes = completed(history, 2026, 4, 22, 20, 0)
    assert (len(whole), notes) == (5, [])
    cut, notes = completed(history, 2026, 4, 22, 19, 59)
    assert (len(cut), notes) == (4, ["X: the session of 2026-04-22 has not closed; its bar is not used."])
    # East of Greenwich it is tomorrow already.
    assert len(completed(history, 2026, 4, 21, 23, 0)[0]) == 4
    with pytest.raises(BadDataError) as caught:
        completed(history, 2026, 4, 20, 23, 0)
    assert str(caught.value) == (
        "X: 2026-04-22 is in the future (it is 2026-04-20). Correct the date, or remove the row."
    )
    with pytest.raises(BadDataError) as caught:
        completed(series(*WEEK[:2]), 2026, 4, 17, 12, 0)
    assert str(caught.value) == "X: fewer than 2 sessions have closed so far."
    assert len(completed(series(*WEEK[:3]), 2026, 4, 20, 12, 0)[0]) == 2


@pytest.mark.parametrize(
    ("dates", "rows", "now", "left", "said"),
    [
        (("2026-04-10", "2026-04-17", "2026-04-24"), "weekly", (2026, 4, 22, 12), 2, "week to 2026-04-24"),
        (("2026-02-27", "2026-03-31", "2026-04-30"), "monthly", (2026, 4, 22, 12), 2, "month to 2026-04-30"),
        (("2026-02-27", "2026-03-31", "2026-04-30"), "monthly", (2026, 4, 30, 20), 3, ""),
    ],
)
def test_the_row_of_a_week_or_month_that_goes_on_is_left_out(
    dates: tuple[str, ...], rows: str, now: tuple[int, ...], left: int, said: str
) -> None:
    history = replace(series(*dates), rows=rows)  # type: ignore[arg-type]
    cut, notes = completed(history, *now)
    assert len(cut) == left
    assert notes == ([f"X: the {said} is not over; its row is not used."] if said else [])
    early = (*dates, "2026-05-29") if rows == "monthly" else (*dates, "2026-05-01")
    for some in (early, dates[1:]) if said else ():
        with pytest.raises(BadDataError) as caught:
            completed(replace(series(*some), rows=rows), *now)  # type: ignore[arg-type]
        assert str(caught.value) == (
            f"X: its {rows} prices reach {some[-1]}, which is in the future. Correct the dates, or remove "
            "the rows."
        )


def test_what_is_strange_is_said() -> None:
    close = np.array([100.0, 100, 100])
    plain = PriceHistory("X", days(*WEEK[:3]), close)
    assert oddities(plain) == []
    for high, low, said in (
        (99.9901, 100.0099, []),
        (99.9899, 100.0, ["X: the high is below the open or the close on 1 session, first on 2026-04-17."]),
        (100.0, 100.0101, ["X: the low is above the open or the close on 1 session, first on 2026-04-17."]),
    ):
        for field, value in (("high", high), ("low", low)):
            column = close.copy()
            column[1] = value
            found = oddities(replace(plain, **{field: column}))  # type: ignore[arg-type]
            assert found == [each for each in said if f"the {field} is" in each]
    opened = replace(plain, open=close + 1, high=close, low=close)
    assert oddities(opened) == [
        "X: the high is below the open or the close on 3 sessions, first on 2026-04-16."
    ]
    weekend = series("2026-04-17", "2026-04-18", "2026-04-19")
    assert oddities(weekend) == ["X: the date is a Saturday or Sunday on 2 sessions, first on 2026-04-18."]
    assert oddities(replace(weekend, asset="BTC-USD")) == []
    assert oddities(replace(series("2026-04-19", "2026-04-20"), asset="2222.SR")) == []


@pytest.mark.parametrize(
    ("count", "weekends", "told"), [(28, 6, True), (27, 6, False), (30, 6, False), (30, 7, True)]
)
def test_what_trades_on_every_weekend(count: int, weekends: int, told: bool) -> None:
    every = np.arange("2026-01-03", "2026-04-30", dtype="datetime64[D]")
    some = np.sort(
        np.concatenate(
            (every[~np.is_busday(every)][:weekends], every[np.is_busday(every)][: count - weekends])
        )
    )
    (note,) = oddities(PriceHistory("COIN", some, np.ones(count)))
    assert note.endswith("If it trades every day, say so in watchlist.yml: calendar: 24/7.") is told


# --- What a row is -----------------------------------------------------------------------------------------


def stepped(*steps: int, first: str = "2026-01-02") -> PriceHistory:
    dates = np.datetime64(first, "D") + np.concatenate(([0], np.cumsum(steps)))
    return PriceHistory("X", dates, np.arange(1.0, len(dates) + 1))


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ((31, 28), "daily"),  # three rows tell no habit
        ((31, 28, 31), "monthly"),
        ((7, 7, 7), "weekly"),
        ((1, 7, 1, 7), "daily"),  # half of the steps are of days
        ((4,) * 8, "daily"),
        ((9,) * 8, "weekly"),
        ((33,) * 8, "monthly"),
        ((7, 7, 7, 28, 28, 28), "weekly"),  # of an even count the shorter one is usual
    ],
)
def test_what_a_row_is_by_the_usual_step(steps: tuple[int, ...], rows: str) -> None:
    assert with_cadence(stepped(*steps), "X.csv").rows == rows


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (5, "are usually a week apart, and 2026-01-12 and 2026-01-17 lie in the same one. Give one row"),
        (10, "are usually 10 days apart. Rows may be sessions, weeks or months"),
        (25, "are usually 25 days apart."),
        (26, "are usually a month apart, and 2026-01-02 and 2026-01-28 lie"),
        (34, "are usually 34 days apart."),
    ],
)
def test_steps_that_are_none(step: int, said: str) -> None:
    with pytest.raises(BadDataError) as caught:
        with_cadence(stepped(*[step] * 8), "X.csv")
    message = str(caught.value)
    assert message.startswith("X.csv: the rows of X are usually ")
    assert said in message


@pytest.mark.parametrize(("weeks", "refused"), [(26, True), (25, False)])
def test_half_a_year_of_weeks_among_days_is_refused(weeks: int, refused: bool) -> None:
    history = stepped(*[1] * 60, *[7] * weeks, *[1] * 3)
    if refused:
        with pytest.raises(
            BadDataError, match="one row for a week from 2026-03-03 to 2026-09-01, and one for"
        ):
            with_cadence(history, "X.csv")
    else:
        assert with_cadence(history, "X.csv").rows == "daily"


def test_weeks_that_are_dated_on_their_edges() -> None:
    for asset, first, said in (
        (
            "X",
            "2026-01-04",
            "dated on Sundays: that can be the week which ends on 2026-03-29 or the one which",
        ),
        (
            "TEVA.TA",
            "2026-01-05",
            "dated on Mondays: that can be the week from Monday to Sunday around 2026-03-30",
        ),
        ("TEVA.TA", "2026-01-04", "dated on Sundays: that can be the week which ends on 2026-03-29"),
    ):
        history = replace(stepped(*[7] * 12, first=first), asset=asset)
        with pytest.raises(BadDataError) as caught:
            with_cadence(history, "X.csv")
        assert said in str(caught.value)
    assert with_cadence(stepped(*[7] * 12, first="2026-01-05"), "X.csv").rows == "weekly"


# --- What was known when -----------------------------------------------------------------------------------


def daily(asset: str, *dates: str) -> Bars:
    return make_bars(series(*dates, asset=asset), "daily", in_progress=False)


def test_what_was_known_when_another_bar_closed() -> None:
    theirs, ours = daily("SPY", WEEK[0], WEEK[2], WEEK[4]), daily("IWM", WEEK[1], WEEK[2], WEEK[4])
    assert newest_known(theirs, ours).tolist() == [0, 1, 2]
    assert newest_known(ours, theirs).tolist() == [-1, 1, 2]
    assert first_at_or_after(theirs, ours, np.array([0, 1, 2])).tolist() == [1, 1, 2]
    assert first_at_or_after(theirs, daily("IWM", *WEEK, "2026-04-23"), np.array([3, 5])).tolist() == [2, 3]
    assert str(newest_session_known(theirs, ours, np.datetime64(WEEK[3]))) == WEEK[2]
    assert str(newest_session_known(theirs, ours, np.datetime64("2026-04-01"))) == "2026-04-15"
    # Tokyo closes before New York, a coin after it.
    tokyo, coin = daily("^N225", *WEEK), daily("BTC-USD", *WEEK)
    assert newest_known(tokyo, daily("SPY", *WEEK)).tolist() == [0, 1, 2, 3, 4]
    assert newest_known(coin, daily("SPY", *WEEK)).tolist() == [-1, 0, 1, 2, 3]
    assert newest_known(daily("SPY", *WEEK), tokyo).tolist() == [-1, 0, 1, 2, 3]


def test_sessions_in_common() -> None:
    span = np.datetime64("2026-04-17"), np.datetime64("2026-04-20")
    assert common_sessions(["SPY", "BTC-USD"], *span).astype(str).tolist() == ["2026-04-17", "2026-04-20"]
    assert len(common_sessions(["BTC-USD"], span[1], span[0])) == 0
    assert len(common_sessions(["BTC-USD"], span[0], span[0])) == 1
    one, other = series(*WEEK), series(*WEEK[1:3], asset="Y")
    assert str(as_of_date([one, other], date(2026, 4, 17))) == "2026-04-17"
    with pytest.raises(RequestError) as caught:
        as_of_date([one, other], date(2026, 4, 16))
    assert str(caught.value) == (
        "as-of date 2026-04-16: the first session of X, Y is 2026-04-17. Ask for a date from 2026-04-17 to "
        "2026-04-20."
    )
    late = [
        series("2026-03-02", day, asset=asset) for day, asset in (("2026-03-05", "B"), ("2026-03-04", "A"))
    ]
    assert told_holding_back([one, *late], None, "this page") == (
        "the prices of A end on 2026-03-04 and hold this page there; those of B end on 2026-03-05; those of "
        "X reach 2026-04-22"
    )
    assert told_holding_back([one], None, "this page") == ""


# --- Months on other days ----------------------------------------------------------------------------------

QUARTER = ("2026-01-29", "2026-01-30", "2026-02-02", "2026-02-26", "2026-02-27", "2026-03-02", "2026-03-03")
JANUARY = 56 * 12


@pytest.mark.parametrize(
    ("shift", "ends", "months", "tail"),
    [
        (1, [2, 5, 6], [JANUARY, JANUARY + 1, JANUARY + 2], True),
        (2, [3, 6], [JANUARY, JANUARY + 1], False),
        (3, [4, 6], [JANUARY, JANUARY + 1], True),
        (-1, [0, 3, 6], [JANUARY, JANUARY + 1, JANUARY + 2], True),
        (-2, [2, 6], [JANUARY + 1, JANUARY + 2], True),
        (7, [6], [JANUARY + 2], True),
    ],
)
def test_months_that_close_some_sessions_later_or_sooner(
    shift: int, ends: list[int], months: list[int], tail: bool
) -> None:
    found = make_shifted_months(series(*QUARTER), shift)
    assert (found.last_session.tolist(), found.periods.tolist()) == (ends, months)
    assert (found.kind, found.in_progress, found.completed) == ("monthly", tail, len(ends) - tail)
    assert found.dates.astype(str).tolist() == [QUARTER[at] for at in ends]
    with pytest.raises(RequestError, match="X has weekly prices in the source 'files': a row is a week"):
        make_shifted_months(replace(series(*QUARTER), rows="weekly"), shift)


@pytest.mark.parametrize(
    ("day", "kind", "begins", "number"),
    [
        (date(1970, 1, 1), "daily", 0, 0),
        (date(1970, 1, 4), "weekly", 0, 0),
        (date(1970, 1, 5), "weekly", 0, 1),
        (date(1970, 1, 4), "weekly", 1, 1),
        (date(1970, 1, 3), "weekly", 2, 1),
        (date(1969, 12, 28), "weekly", 0, -1),
        (date(2026, 1, 31), "monthly", 0, JANUARY),
    ],
)
def test_the_running_number_of_a_day(day: date, kind: BarKind, begins: int, number: int) -> None:
    assert period_number(day, kind, begins) == number
