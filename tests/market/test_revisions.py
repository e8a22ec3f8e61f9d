"""A past that changed: every rule on both sides of its edge, and its words; figures by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.core.errors import BadDataError
from generator.market.history import FloatArray, PriceHistory
from generator.market.quality import identity
from generator.market.quality.accepted import (
    Record,
    load_accepted,
    record_faults,
    record_of,
    save_accepted,
    twin_faults,
)
from generator.market.quality.revisions import _alike, difference, revisions
from generator.market.snapshot import Fault, Snapshot

DAYS = np.arange("2019-01-01", "2024-12-31", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)]
OLD, NEW = 100, 105
"""Sessions that were accepted, and those of the answer after it."""


def bars(count: int = NEW, scale: float = 1.0) -> PriceHistory:
    """Closes near 100 (times a scale) of which no two and no two moves are alike, and columns around them."""
    k = np.arange(count)
    close = scale * (100 + 5 * np.sin(1.7 * k) + 0.01 * k)
    return PriceHistory(
        "X", DAYS[:count], close, close * 0.999, close * 1.01, close * 0.98, close.copy(), np.full(count, 1e4)
    )


def told(
    now: PriceHistory, before: PriceHistory | None = None, **beside: FloatArray
) -> list[tuple[str, int, str]]:
    """Kind, place and words of what a new answer changed in the first hundred sessions."""
    accepted = Snapshot(bars(OLD) if before is None else before)
    faults = revisions(accepted, Snapshot(now, **beside))  # type: ignore[arg-type]
    return [(fault.kind, int(np.searchsorted(DAYS, fault.session)), fault.sentence) for fault in faults]


def kinds(now: PriceHistory, before: PriceHistory | None = None, **beside: FloatArray) -> list[str]:
    return [kind for kind, _, _ in told(now, before, **beside)]


def changed(name: str, at: dict[int, float], history: PriceHistory | None = None) -> PriceHistory:
    """The bars with some cells of a column multiplied."""
    history = bars() if history is None else history
    column = history.field(name).copy()  # type: ignore[arg-type]
    for place, factor in at.items():
        column[place] *= factor
    return replace(history, **{name: column})  # type: ignore[arg-type]


def kept(history: PriceHistory, *gone: int) -> PriceHistory:
    rows = np.delete(np.arange(len(history)), gone)
    columns = {name: history.field(name)[rows] for name in COLUMNS}  # type: ignore[arg-type]
    return replace(history, sessions=history.sessions[rows], **columns)  # type: ignore[arg-type]


COLUMNS = ("close", "open", "high", "low", "adjusted_close", "volume")


def test_an_answer_with_more_sessions_is_no_revision() -> None:
    assert told(bars()) == told(bars(OLD)) == []


def test_sessions_that_are_gone_or_new_are_counted() -> None:
    assert told(kept(bars(), 50)) == [
        ("vanished", 50, f"Of the accepted past 1 session ({DAYS[50]}) is gone.")
    ]
    assert told(kept(bars(), 50, 60)) == [
        ("vanished", 60, f"Of the accepted past 2 sessions ({DAYS[50]} to {DAYS[60]}) are gone.")
    ]
    assert told(kept(bars(), 99)) == [
        ("vanished", 99, f"Of the accepted past 1 session ({DAYS[99]}) is gone.")
    ]
    assert told(bars(), kept(bars(OLD), 50)) == [
        ("invented", 50, f"Of the accepted past 1 session ({DAYS[50]}) was not there before.")
    ]
    assert told(bars(), kept(bars(OLD), 50, 60)) == [
        ("invented", 60, f"Of the accepted past 2 sessions ({DAYS[50]} to {DAYS[60]}) were not there before.")
    ]
    later = bars(300)
    none = replace(kept(later, *range(OLD)), asset="X")
    assert told(none) == [
        ("vanished", 100, f"No session of the prices accepted before, which end on {DAYS[99]}, is left.")
    ]
    assert [kind for kind, *_ in told(kept(later, *range(OLD - 1)))] == ["vanished"]
    assert "No session" not in told(kept(later, *range(OLD - 2)))[0][2]


# At a price of 100 the slack is 0.00002002: rounding, and two units of the sixth decimal.


@pytest.mark.parametrize(
    ("size", "scale", "said"),
    [(2.001e-5, 1, False), (2.05e-5, 1, True), (3.7e-5, 0.001, False), (4.3e-5, 0.001, True)],
)
def test_a_past_close_moves_by_its_rounding(size: float, scale: float, said: bool) -> None:
    for side in (1, -1):
        now = changed("close", {51: 1 + side * size}, bars(scale=scale))
        assert kinds(now, bars(OLD, scale)) == (["rewritten"] if said else [])


@pytest.mark.parametrize(("size", "said"), [(0.99e-3, False), (1.01e-3, True)])
def test_the_last_accepted_close_may_settle(size: float, said: bool) -> None:
    before = replace(bars(OLD), adjusted_close=None)
    now = changed("close", {99: 1 + size})
    was, given = before.close[99], now.close[99]
    sentence = (
        f"The last accepted close, of {DAYS[99]}, was {was:,.4f} and is now {given:,.4f}: it was not final "
        "then, or is wrong now."
    )
    assert told(now, before) == ([("rewritten", 99, sentence)] if said else [])
    # The one before is final; where the last is gone, no other may settle.
    assert kinds(changed("close", {98: 1 + size}), before) == ["rewritten"]
    assert kinds(kept(changed("close", {98: 1 + 0.5e-3}), 99), before) == ["vanished", "rewritten"]


def test_how_closes_moved_is_said() -> None:
    assert told(changed("close", {50: 1.01})) == [
        ("rewritten", 50, f"The close of {DAYS[50]} is another than before, by up to 1.00%.")
    ]
    two = f"The close of 2 sessions from {DAYS[50]} to {DAYS[52]} is another than before, by up to 2.00%."
    assert told(changed("close", {50: 1.01, 52: 0.98})) == [("rewritten", 52, two)]
    # Of three that moved alike it is said.
    three = f"The close of 3 sessions from {DAYS[50]} to {DAYS[52]} is another than before"
    assert told(changed("close", {50: 1.01, 51: 1.01, 52: 1.01})) == [
        ("rewritten", 52, f"{three}, all multiplied by 1.01 without a split that is told.")
    ]
    assert told(changed("close", {50: 1.01, 51: 1.01, 52: 1.0101})) == [
        ("rewritten", 52, f"{three}, by up to 1.01%.")
    ]
    assert told(changed("close", {50: 1.01, 51: 1.01}))[0][2].endswith(", by up to 1.00%.")
    zero = changed("close", {50: 0.0}, bars(OLD))
    assert told(bars(), zero)[0][2] == f"The close of {DAYS[50]} is another than before, from zero."
    # Nothing is told of a sixth decimal of nothing.
    assert told(changed("close", {50: 0.0}), zero) == []


def test_closes_that_are_the_adjusted_ones_of_before() -> None:
    for count, kind in ((6, "columns"), (5, "rewritten")):
        lower = dict.fromkeys(range(count), 0.9)
        before = changed("adjusted_close", lower, bars(OLD))
        now = changed("close", lower, changed("adjusted_close", lower))
        faults = told(now, before)
        assert [(kind, count - 1)] == [fault[:2] for fault in faults]
        if kind == "columns":
            assert faults[0][2] == (
                "The close of 6 sessions is now what the adjusted close was: the column has changed its "
                "meaning."
            )
    without = replace(bars(OLD), adjusted_close=None)
    assert kinds(changed("close", dict.fromkeys(range(6), 0.9)), without) == ["rewritten"]
    # But for payments since, which lower all of it.
    lower = dict.fromkeys(range(6), 0.9)
    before = changed("adjusted_close", lower, bars(OLD))
    now = changed("close", dict.fromkeys(range(6), 0.89), changed("adjusted_close", lower))
    assert kinds(now, before) == ["columns"]


def test_another_security_moves_otherwise_on_most_days() -> None:
    k = np.arange(NEW)
    other = 100 + 5 * np.cos(2.9 * k)
    for first, kind in ((49, "other-security"), (50, "rewritten")):
        close = np.where((k >= first) & (k < OLD), other, bars().close)
        now = replace(bars(), close=close)
        faults = [fault for fault in told(now) if fault[2].startswith("The daily moves")]
        assert bool(faults) is (kind == "other-security")
        if faults:
            alike = _alike(bars(OLD).close, close[:OLD])
            assert faults[0] == (
                "other-security",
                99,
                f"The daily moves of 51 sessions are others than before (correlation {alike:.2f}): another "
                "security under the same ticker?",
            )
    # What moves alike is the same security, whatever its level.
    close = bars().close * (1.001 + 0.001 * (k % 3))
    assert kinds(replace(bars(), close=close), replace(bars(OLD), adjusted_close=None)) == ["rewritten"]


def test_how_alike_two_series_move() -> None:
    one, other = np.array([1.0, 2, 1, 3, 5]), np.array([2.0, 4, 2, 6, 10])
    assert _alike(one, other) == pytest.approx(1)
    assert _alike(one, 1 / other) == pytest.approx(-1)
    assert _alike(one, np.full(5, 7.0)) == _alike(np.full(5, 7.0), one) == 0
    # With a value of zero or below, the differences count.
    below = np.array([0.0, 1, 3, 6, 8])
    assert _alike(below, 2 * below) == pytest.approx(1)
    assert (
        _alike(below - 3, one)
        == _alike(one, below - 3)
        == pytest.approx(np.corrcoef(np.diff(below), np.diff(one))[0, 1])
    )
    assert _alike(one, other**2) == pytest.approx(1)


def test_what_an_answer_says_of_its_security_is_kept_to_sixty_letters() -> None:
    named = Snapshot(bars(), name="N" * 70, currency="USD", first_trade=date(2019, 1, 1))
    assert identity.said(named) == {"name": "N" * 60, "currency": "USD", "first_trade": "2019-01-01"}
    for later, other in ((date(2019, 1, 8), False), (date(2019, 1, 9), True), (date(2018, 12, 24), True)):
        faults = revisions(named, replace(named, first_trade=later))
        assert [fault.kind for fault in faults] == (["other-security"] if other else [])


# --- Splits ----------------------------------------------------------------------------------------------


def divided(factor: float, told_as: float | None, volumes: float = 1.0) -> list[str]:
    """What is said when the past is multiplied by a factor, and a split of this size is told or none is."""
    now = bars()
    columns = {name: now.field(name) * factor for name in COLUMNS if name != "volume"}  # type: ignore[arg-type]
    now = replace(now, **columns, volume=now.field("volume") * volumes)  # type: ignore[arg-type]
    if told_as is None:
        return kinds(now)
    splits = np.zeros(NEW)
    splits[102] = told_as
    return kinds(now, splits=splits)


@pytest.mark.parametrize(
    ("factor", "told_as", "whole"),
    [
        (0.5, 2, True),
        (0.5, 2.0035, True),  # two in a thousand
        (0.5, 2.0045, False),
        (0.5, 3, False),
        (0.5, 0, False),
        (2, 0.5, True),
        # Without a word, the usual ratios up to thirty, to two in a hundred thousand.
        (0.5, None, True),
        (2, None, True),
        (2 / 3, None, True),
        (1 / 30, None, True),
        (0.5 * (1 + 1.9e-5), None, True),
        (0.5 * (1 + 2.1e-5), None, False),
        (1 / 50, None, False),
        (0.01, None, False),
        (1 / 7, None, False),
    ],
)
def test_a_split_multiplies_the_whole_past(factor: float, told_as: float | None, whole: bool) -> None:
    for volumes in (1.0, 1 / factor):
        found = divided(factor, told_as, volumes)
        assert (found == []) is whole
        assert whole or "rewritten" in found


def test_a_split_divides_all_closes_or_none() -> None:
    splits = np.zeros(NEW)
    splits[102] = 2
    for count, untouched in ((40, True), (60, False)):
        half = dict.fromkeys(range(count), 0.5)
        assert ("action" in kinds(changed("close", half), splits=splits)) is untouched
    assert kinds(bars(), splits=splits) == ["action"]
    # One of long ago has divided what was accepted.
    assert kinds(bars(), splits=np.roll(splits, -50)) == []
    # Of volumes it is not known whether a split multiplies them: a twentieth more is no other one.
    assert divided(0.5, 2, 1.05) == divided(0.5, 2, 2.1) == []
    assert kinds(changed("volume", dict.fromkeys(range(60), 2.0))) == ["rewritten"]


# --- Columns ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COLUMNS[1:])
def test_a_column_that_is_gone_or_new(name: str) -> None:
    gone = [("columns", 99, f"The column '{name.replace('_', ' ')}' is gone.")]
    assert told(replace(bars(), **{name: None})) == gone  # type: ignore[arg-type]
    assert told(bars(), replace(bars(OLD), **{name: None})) == []  # type: ignore[arg-type]
    assert told(replace(bars(), **{name: None}), replace(bars(OLD), **{name: None})) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["open", "high", "low"])
def test_an_open_high_or_low_may_be_corrected_for_five_sessions(name: str) -> None:
    for at, factor, said in (
        (95, 1.0199, False),
        (95, 1.0201, True),
        (94, 1.0199, True),
        (94, 1 + 1.9e-5, False),
        (94, 1 - 2.2e-5, True),
        (102, 2.0, False),
    ):
        sentence = f"The {name} of {DAYS[at]} is another than before."
        assert told(changed(name, {at: factor})) == ([("rewritten", at, sentence)] if said else [])


def test_some_volumes_may_be_others() -> None:
    for at, factor, said in (
        ((10, 20), 2.0, False),  # two of a hundred
        ((10, 20, 30), 1.11, True),
        ((10, 20, 30), 0.89, True),
        ((10, 20, 30), 1.09, False),
        ((10, 20, 95, 96, 99), 2.0, False),
        ((10, 20, 94), 2.0, True),
    ):
        sentence = f"The volume of 3 sessions from {DAYS[at[0]]} to {DAYS[at[-1]]} is another than before."
        found = told(changed("volume", dict.fromkeys(at, factor)))
        assert found == ([("rewritten", at[-1], sentence)] if said else [])
    none = changed("volume", dict.fromkeys((10, 20, 30), 0.0), bars(OLD))
    for shares, said in ((0.09, False), (0.11, True)):
        now = bars()
        now.field("volume")[[10, 20, 30]] = shares
        assert (kinds(now, none) != []) is said


# --- Adjusted closes -------------------------------------------------------------------------------------


def lowered(factor: float, others: dict[int, float] | None = None) -> PriceHistory:
    """Adjusted closes of the first 102 sessions times a factor, and some of them times another."""
    return changed("adjusted_close", dict.fromkeys(range(102), factor) | (others or {}))


def paying(share: float) -> FloatArray:
    dividends = np.zeros(NEW)
    dividends[102] = share * bars().close[101]
    return dividends


@pytest.mark.parametrize(
    ("factor", "share", "said"),
    [
        (0.99, 0.01, False),
        (0.99, 0.0088, False),  # within fifteen percent of it
        (0.99, 0.0086, True),
        (0.99, 0.0117, False),
        (0.99, 0.0120, True),
        (0.99, 0.0, True),
        (1.01, 0.01, True),
        (0.1, 0.95, False),  # of nearly everything nine tenths count
    ],
)
def test_a_payment_lowers_the_adjusted_past_by_its_share(factor: float, share: float, said: bool) -> None:
    found = [fault for fault in told(lowered(factor), dividends=paying(share)) if fault[0] == "readjusted"]
    sentence = (
        f"All adjusted closes up to {DAYS[99]} moved by {factor - 1:+.2%}, which no payment since explains."
    )
    assert found == ([("readjusted", 99, sentence)] if said else [])


@pytest.mark.parametrize(
    ("factor", "said"), [(0.9911, False), (0.9909, True), (1.0001, True), (1 + 1.9e-5, False)]
)
def test_a_payment_that_nothing_tells_takes_up_to_nine_in_a_thousand(factor: float, said: bool) -> None:
    assert ("readjusted" in kinds(lowered(factor))) is said


def test_a_longer_time_may_bring_several_payments() -> None:
    for count, factor, said in ((152, 0.9821, True), (153, 0.9821, False), (153, 0.9819, True)):
        now = bars(count)
        assert now.adjusted_close is not None
        now.adjusted_close[:OLD] *= factor  # ten sessions and those since are 63, or one less
        assert (kinds(now) != []) is said


def test_adjusted_closes_that_moved_by_another_factor() -> None:
    for others, last, count in (({50: 0.98}, 50, 1), ({50: 0.98, 89: 1.0}, 89, 2), ({50: 0.99003}, 50, 1)):
        assert told(lowered(0.99, others), dividends=paying(0.01)) == [
            (
                "readjusted",
                last,
                f"The adjusted closes of {count} sessions up to {DAYS[last]} moved otherwise than by one "
                "factor.",
            )
        ]
    assert told(lowered(0.99, {50: 0.99001}), dividends=paying(0.01)) == []


def test_a_payment_may_come_late_into_the_last_ten_adjusted_closes() -> None:
    # It was paid on session 95, and comes into the adjusted closes before it only now.
    dividends = np.zeros(NEW)
    dividends[95] = 0.01 * bars().close[94]
    now = changed("adjusted_close", dict.fromkeys(range(95), 0.99))
    assert told(now, dividends=dividends) == []
    for others in ({93: 0.97}, {97: 1.01}):
        faults = told(changed("adjusted_close", dict.fromkeys(range(95), 0.99) | others), dividends=dividends)
        (at,) = others
        assert faults[0][:2] == ("readjusted", at)
    # What came late must be right: a payment of session 95 is not one of session 97.
    wrong = changed("adjusted_close", dict.fromkeys(range(97), 0.99))
    assert "adjusted" in kinds(wrong, dividends=dividends)


# --- What is another, in words -----------------------------------------------------------------------------


def test_the_difference_of_two_pasts_in_words() -> None:
    plain = bars(OLD)
    assert difference(plain, plain) == []
    assert difference(plain, kept(plain, 5)) == ["1 session is gone"]
    assert difference(kept(plain, 5, 6), plain) == ["2 sessions are new"]
    assert difference(kept(plain, 3), kept(plain, 5, 6)) == ["2 sessions are gone", "1 session is new"]
    assert difference(plain, replace(plain, open=None)) == ["open is gone"]
    assert difference(replace(plain, adjusted_close=None), plain) == ["adjusted close is new"]
    assert difference(plain, changed("close", {5: 1.05}, plain)) == [f"close of {DAYS[5]}, by up to 5.00%"]
    both = changed("close", {5: 1.05, 7: 0.9}, changed("volume", {9: 2.0}, plain))
    assert difference(plain, both) == [
        f"close of 2 sessions from {DAYS[5]} to {DAYS[7]}, by up to 10.00%",
        f"volume of {DAYS[9]}, by up to 100.00%",
    ]
    unknown = changed("open", {5: np.nan, 6: np.nan}, plain)
    assert difference(unknown, unknown) == []
    assert difference(unknown, changed("open", {5: np.nan, 8: 1.5}, plain))[0].startswith(
        f"open of 2 sessions from {DAYS[6]} to {DAYS[8]}, by up to 50.00%"
    )


# --- The record in git -------------------------------------------------------------------------------------

LONG = len(DAYS[np.datetime64("2024-07-01") > DAYS])
"""Five years and a half."""
ACCEPTED = date(2024, 7, 1)


def recorded(history: PriceHistory | None = None) -> Record:
    return record_of(Snapshot(bars(LONG) if history is None else history), ACCEPTED)


def told_by(record: Record, now: PriceHistory, **beside: FloatArray) -> list[tuple[str, str, str]]:
    faults = record_faults(record, Snapshot(now, **beside))  # type: ignore[arg-type]
    return [(fault.kind, str(fault.session), fault.sentence) for fault in faults]


def year(number: int) -> np.ndarray:
    """The places of a year's sessions."""
    return np.flatnonzero(DAYS.astype("datetime64[Y]").astype(int) + 1970 == number)


def test_what_a_record_keeps() -> None:
    history = bars(LONG)
    found = recorded()
    assert (found.retrieved, found.first, found.last) == ("2024-07-01", str(DAYS[0]), str(DAYS[LONG - 1]))
    assert found.recent == {str(DAYS[k]): round(float(history.close[k]), 6) for k in range(LONG - 10, LONG)}
    assert found.volumes == {str(DAYS[k]): 10000.0 for k in range(LONG - 10, LONG)}
    assert list(found.years) == [str(n) for n in range(2019, 2025)]
    for number in range(2019, 2025):
        rows = [k for k in year(number) if k < LONG]
        base = history.close[rows[0] - 1] if rows[0] else history.close[0]
        assert found.years[str(number)] == (len(rows), round(float(history.close[rows[-1]] / base), 7))
    assert recorded(replace(history, volume=None)).volumes == {}
    assert found.beside == {}
    zero = changed("close", {int(year(2019)[-1]): 0.0}, history)
    assert recorded(zero).years["2020"][1] == 1.0


def test_years_with_other_sessions() -> None:
    record, whole = recorded(), bars(LONG + 5)
    assert told_by(record, whole) == []
    middle, other = int(year(2021)[50]), int(year(2022)[50])
    count = len(year(2021))
    assert told_by(record, kept(whole, middle)) == [
        (
            "vanished",
            "2021-12-31",
            f"2021 has {count - 1} sessions and had {count} when it was accepted on 2024-07-01.",
        )
    ]
    assert told_by(recorded(kept(bars(LONG), middle)), whole)[0] == (
        "invented",
        "2021-12-31",
        f"2021 has {count} sessions and had {count - 1} when it was accepted on 2024-07-01.",
    )
    # Of several the newest is told.
    assert told_by(record, kept(whole, middle, other))[0][1] == "2022-12-31"
    # The year in progress ends with the record.
    assert told_by(record, kept(whole, LONG - 50))[0][:2] == ("vanished", str(DAYS[LONG - 1]))
    # A year that was not there at all.
    later = recorded(kept(bars(LONG), *year(2019)))
    count = len(year(2019))
    assert told_by(later, whole)[0] == (
        "invented",
        "2019-12-31",
        f"2019 has {count} sessions and had 0 when it was accepted on 2024-07-01.",
    )


def test_years_that_grew_otherwise() -> None:
    record, whole = recorded(), bars(LONG)
    first = int(year(2022)[0])
    for size, said in ((1.9e-4, False), (2.1e-4, True)):
        for side in (1, -1):
            now = changed("close", dict.fromkeys(range(first), 1 + side * size), whole)
            now.close[0] = whole.close[0] * (1 + side * size)
            faults = told_by(record, now)
            assert [fault[:2] for fault in faults] == ([("rewritten", "2022-12-31")] if said else [])
    growth = whole.close[year(2022)[-1]] / whole.close[first - 1]
    now = changed("close", dict.fromkeys(range(first), 1.01), whole)
    assert told_by(record, now)[0][2] == (
        f"The close changed by {growth / 1.01 - 1:+.2%} in 2022, by {growth - 1:+.2%} when it was accepted."
    )
    for size, said in ((0.99e-3, False), (1.01e-3, True)):
        now = changed("close", {LONG - 1: 1 + size}, whole)
        assert [fault[1] for fault in told_by(record, now)] == ([str(DAYS[LONG - 1])] * 2 if said else [])


def test_most_years_otherwise_are_another_security() -> None:
    record, whole = recorded(), bars(LONG)
    for years, kind, more in (
        ((2020, 2021, 2022), "rewritten", 2),
        ((2020, 2021, 2022, 2023), "other-security", 3),
    ):
        # Another close at the end of a year is another growth of it and of the next.
        ends = {int(year(number)[-1]): 1.01 for number in years[:-1:2]}
        if len(years) == 3:
            ends = {int(year(2020)[-1]): 1.01, int(year(2021)[-1]): 1.02}
        else:
            ends = {int(year(2020)[-1]): 1.01, int(year(2022)[-1]): 1.01}
        (fault,) = told_by(record, changed("close", ends, whole))
        assert (fault[0], fault[1]) == (kind, f"{years[-1]}-12-31")
        assert fault[2].endswith(f" when it was accepted ({more} more such years).")


def test_the_last_closes_of_a_record() -> None:
    record, whole = recorded(), bars(LONG + 5)
    at = LONG - 4
    gone = kept(whole, at)
    assert (
        "vanished",
        str(DAYS[at]),
        f"The session of {DAYS[at]} is gone; it was accepted on 2024-07-01.",
    ) in (told_by(record, gone))
    for size, said in ((1.9e-5, False), (2.1e-5, True)):
        now = changed("close", {at: 1 + size}, whole)
        sentence = (
            f"The close of {DAYS[at]} is {now.close[at]:,.4f} now and was {round(whole.close[at], 6):,.4f} "
            "when it was accepted on 2024-07-01."
        )
        assert told_by(record, now) == ([("rewritten", str(DAYS[at]), sentence)] if said else [])
    # Eleven sessions ago is the year's business alone.
    assert told_by(record, changed("close", {LONG - 11: 1.01}, whole)) == []
    none = replace(record, recent={})
    assert told_by(none, changed("close", {at: 1.01}, whole)) == []


@pytest.mark.parametrize(
    ("factor", "split", "said"),
    [
        (0.5, 2.0, None),
        (0.5, 2.0035, None),
        (0.5, 2.0045, "multiplied by 0.5, without a split"),
        (0.5, 0.0, "multiplied by 0.5, without a split"),
        (1.0015, 0.0, "multiplied by 1.0015, without a split"),
        (1 + 1.9e-5, 0.0, None),
        (1 + 2.1e-5, 0.0, "without a split"),
        (1.0, 2.0, "has not divided the prices accepted before"),
        (1.0, 1.001, None),
    ],
)
def test_a_record_and_a_split_since(factor: float, split: float, said: str | None) -> None:
    whole = bars(LONG + 5)
    now = replace(whole, close=whole.close * factor)
    splits = np.zeros(LONG + 5)
    splits[LONG + 2] = split
    faults = told_by(recorded(), now, splits=splits)
    assert len(faults) == (said is not None)
    assert said is None or said in faults[0][2]
    if said is not None and factor != 1:
        assert faults[0][:2] == ("rewritten", str(DAYS[LONG - 1]))


def test_a_record_of_closes_of_zero() -> None:
    whole = changed("close", {LONG - 3: 0.0}, bars(LONG + 5))
    record = recorded(whole.until(DAYS[LONG - 1]))
    assert told_by(record, whole) == []
    whole.close[LONG - 3] = 0.01
    assert told_by(record, whole)[0][:2] == ("rewritten", str(DAYS[LONG - 3]))


# --- Twins -----------------------------------------------------------------------------------------------


def twins(equal: Iterable[int], shares: float | None = None) -> list[str]:
    """What is said of an answer with some of the closes of SPY, and with its volume of these sessions."""
    theirs = bars(OLD)
    theirs.field("volume")[:] = 5000.0 + np.arange(OLD)
    ours = bars(OLD, 0.5)
    for place in equal:
        ours.close[place] = theirs.close[place]
        if shares is not None:
            theirs.field("volume")[place] = ours.field("volume")[place] = shares
    record = record_of(Snapshot(replace(theirs, asset="SPY")), ACCEPTED)
    return [fault.sentence for fault in twin_faults({"SPY": record}, Snapshot(ours))]


def test_equal_closes_that_are_no_chance() -> None:
    assert twins([]) == twins([95]) == twins([89]) == []
    assert twins([95, 97]) == ["2 of the last closes are exactly those of SPY: one has the other's prices."]
    assert twins([89, 95]) == []  # eleven sessions ago nobody looks
    assert len(twins([90, 95])) == 1
    assert twins([95], 1001.0) == [
        f"The close and volume of {DAYS[95]} are exactly those of SPY: one has the other's prices."
    ]
    assert twins([95], 1000.0) == []
    records = {name: record_of(Snapshot(bars(OLD)), ACCEPTED) for name in ("X", "Y", "Z")}
    found: tuple[Fault, ...] = twin_faults(records, Snapshot(replace(bars(OLD), volume=None)))
    assert [(fault.kind, str(fault.session)) for fault in found] == [("identity", str(DAYS[99]))] * 2


# --- The file --------------------------------------------------------------------------------------------


def test_records_are_one_line_an_asset_and_those_of_others_stay(tmp_path: Path) -> None:
    path, record = tmp_path / "accepted.json", recorded(bars(20))
    assert load_accepted(tmp_path, "yahoo") == {}
    save_accepted(tmp_path, "yahoo", {"SPY": record, "IWM": record})
    save_accepted(tmp_path, "files:mine", {"B": record})
    save_accepted(tmp_path, "files:mine", {"A": record})
    lines = path.read_text().splitlines()
    assert [line.split(":")[0] + line[-1] for line in lines] == [
        *("{{", '"files{', '"A",', '"B"}', "},,", '"yahoo"{', '"IWM",', '"SPY"}', "}}", "}}"),
    ]
    assert load_accepted(tmp_path, "yahoo") == {"IWM": record, "SPY": record}
    assert load_accepted(tmp_path, "files:mine") == {"A": record, "B": record}
    assert load_accepted(tmp_path, "files:other") == {}
    before = path.stat().st_mtime_ns
    save_accepted(tmp_path, "yahoo", {"SPY": record})
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"first": "2019-01-01"', '"first": "2019-01-41"'),
        ('"last": "2019-01-28"', '"last": "2019-01-48"'),
        ('"2024-07-01"', '"2024-07-32"'),
        ('"2019": [', '"year": ['),
        ("{", "["),
        ("20, ", '"x", '),
    ],
)
def test_a_damaged_record_is_told(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "accepted.json"
    save_accepted(tmp_path, "yahoo", {"SPY": recorded(bars(20))})
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    with pytest.raises(BadDataError, match=r"accepted\.json is damaged .*Take it from git again"):
        load_accepted(tmp_path, "yahoo")
    assert json.loads(content)["yahoo"]["SPY"]["retrieved"] == "2024-07-01"
