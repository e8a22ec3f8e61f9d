"""Each rule on a small series made by hand, and that it is silent where nothing is wrong."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.market.quality.accepted import (
    load_accepted,
    record_faults,
    record_of,
    save_accepted,
    twin_faults,
)
from generator.market.quality.faults import ends_early, faults_of, finished
from generator.market.quality.revisions import revisions
from generator.market.snapshot import Fault, Snapshot

DAYS = sessions("IWM", np.datetime64("2024-01-02"), np.datetime64("2025-12-31"))


def history(seed: int = 0) -> PriceHistory:
    """Two years of an ordinary fund: one percent a day, 100 at the beginning."""
    random = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.01, len(DAYS)))), 2)
    open_ = np.round(close * np.exp(random.normal(0, 0.004, len(DAYS))), 2)
    high, low = np.maximum(open_, close) + 0.1, np.minimum(open_, close) - 0.1
    volume = np.round(random.uniform(8e5, 1.2e6, len(DAYS)))
    return PriceHistory("IWM", DAYS, close, open_, high, low, close.copy(), volume)


def snapshot(**changes: object) -> Snapshot:
    return Snapshot(replace(history(), **changes))  # type: ignore[arg-type]


def found(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.kind, str(fault.session)) for fault in faults]


def test_an_ordinary_fund_is_silent() -> None:
    for seed in range(20):
        assert found(faults_of(Snapshot(history(seed)), DAYS[-1])) == []


def test_missing_sessions_and_days_that_are_none() -> None:
    whole = history()
    kept = np.delete(np.arange(len(DAYS)), 100)
    cut = PriceHistory("IWM", DAYS[kept], whole.close[kept])
    assert found(faults_of(Snapshot(cut))) == [("missing-session", str(DAYS[100]))]
    shifted = PriceHistory("IWM", DAYS - 1, whole.close)
    kinds = dict(found(faults_of(Snapshot(shifted))))
    assert kinds["not-a-session"] == "2024-01-01"  # New Year, and a Sunday each week
    assert "look shifted by a day" in faults_of(Snapshot(shifted))[0].sentence
    # Another exchange has holidays that nobody here knows.
    abroad = replace(cut, asset="7203.T")
    assert faults_of(Snapshot(abroad)) == ()


def test_a_bar_outside_its_own_high_and_low() -> None:
    high = history().high
    assert high is not None
    high[50] = history().close[50] * 0.99
    assert ("impossible-bar", str(DAYS[50])) in found(faults_of(snapshot(high=high)))


@pytest.mark.parametrize(("factor", "like"), [(2, "2:1"), (1.5, "3:2"), (0.1, "1:10")])
def test_a_split_that_was_not_applied(factor: float, like: str) -> None:
    close = history().close.copy()
    close[:300] *= factor
    (fault,) = faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))
    assert (fault.kind, fault.session) == ("split", DAYS[300])
    assert f"as if a split of {like} were not applied" in fault.sentence


def test_a_hundredfold_price_for_two_days() -> None:
    close = history().close.copy()
    close[200:202] *= 100
    kinds = {fault.kind for fault in faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))}
    assert "spike" in kinds


def test_a_split_that_is_told_and_not_applied() -> None:
    plain = history()
    close, splits = plain.close.copy(), np.zeros(len(DAYS))
    splits[300] = 2.0
    assert found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close), splits=splits))) == []
    close[:300] *= 2
    faults = faults_of(Snapshot(PriceHistory("IWM", DAYS, close), splits=splits))
    assert ("action", str(DAYS[300])) in found(faults)


def test_repeats_and_drawn_lines() -> None:
    close = history().close.copy()
    close[100:105] = close[99]
    assert found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))) == [("stale", str(DAYS[104]))]
    close = history().close.copy()
    close[100:130] = np.linspace(close[100], close[100] * 1.1, 30)
    assert ("drawn", str(DAYS[129])) in found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close))))


def test_adjusted_closes() -> None:
    plain = history()
    adjusted, dividends = plain.close.copy(), np.zeros(len(DAYS))
    dividends[250] = 1.0
    share = 1.0 / plain.close[249]
    adjusted[:250] *= 1 - share
    right = Snapshot(replace(plain, adjusted_close=adjusted), dividends=dividends)
    assert found(faults_of(right)) == []
    missed = Snapshot(plain, dividends=dividends)
    assert found(faults_of(missed)) == [("adjusted", str(DAYS[250]))]
    above = snapshot(adjusted_close=plain.close * 1.01)
    assert found(faults_of(above)) == [("adjusted", str(DAYS[0]))]


def test_what_the_answer_says_of_itself() -> None:
    plain = Snapshot(history())
    assert found(faults_of(replace(plain, symbol="SPY"))) == [("identity", str(DAYS[-1]))]
    assert found(faults_of(replace(plain, first_trade=date(2000, 5, 26)))) == [("identity", str(DAYS[0]))]


def test_the_end_of_a_series() -> None:
    assert list(ends_early("IWM", None, DAYS[-6], DAYS[-1])) == []
    (fault,) = ends_early("IWM", "America/New_York", DAYS[-7], DAYS[-1])
    assert "6 sessions before 2025-12-31" in fault.sentence


@pytest.mark.parametrize(
    ("asset", "zone", "last", "expected"),
    [
        ("600519.SS", "Asia/Shanghai", "2023-09-28", "2023-10-06"),  # the golden week
        ("600519.SS", "Asia/Shanghai", "2024-02-08", "2024-02-16"),  # the new year
        ("2330.TW", "Asia/Taipei", "2025-01-22", "2025-01-31"),
        ("^TWII", "Asia/Taipei", "2025-01-22", "2025-01-31"),
        ("7203.T", None, "2019-04-26", "2019-05-06"),  # a new emperor
    ],
)
def test_the_end_of_a_series_before_a_long_holiday(
    asset: str, zone: str | None, last: str, expected: str
) -> None:
    day, until = np.datetime64(last, "D"), np.datetime64(expected, "D")
    assert list(ends_early(asset, zone, day, until)) == []
    (fault,) = ends_early(asset, zone, day, day + 30)
    assert fault.kind == "ends-early"


@pytest.mark.parametrize(
    ("asset", "zone", "holiday", "kept"),
    [
        # The bar of a day on which New York was closed, and none on the country's own holiday.
        ("^GSPTSE", "America/Toronto", "2025-07-01", "2025-06-19"),
        ("^MXX", "America/Mexico_City", "2025-05-01", "2025-07-04"),
        ("^BVSP", "America/Sao_Paulo", "2025-04-21", "2025-09-01"),
    ],
)
def test_other_countries_of_america_have_holidays_of_their_own(
    asset: str, zone: str, holiday: str, kept: str
) -> None:
    days = np.union1d(DAYS[np.datetime64(holiday, "D") != DAYS], np.datetime64(kept, "D"))
    close = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, len(days))))
    index = Snapshot(PriceHistory(asset, days, close), zone=zone)
    assert faults_of(index, DAYS[-1]) == ()
    other = replace(index, history=replace(index.history, asset="^ANY"), zone="America/Chicago")
    assert {kind for kind, _ in found(faults_of(other))} == {
        "missing-session",
        "not-a-session",
    }


@pytest.mark.parametrize(
    ("traded", "last"),
    [
        (datetime(2025, 12, 31, 21, 0, 4, tzinfo=UTC), DAYS[-1]),
        (datetime(2025, 12, 31, 20, 30, tzinfo=UTC), DAYS[-2]),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), DAYS[-2]),
        (datetime(2025, 12, 30, 21, 0, tzinfo=UTC), DAYS[-2]),
        (None, DAYS[-1]),
    ],
)
def test_the_session_that_the_providers_clock_has_finished(
    traded: datetime | None, last: np.datetime64
) -> None:
    assert finished(replace(Snapshot(history()), traded=traded)) == last
    # Nothing is finished that is not there.
    early = Snapshot(history().until(DAYS[-3]), traded=traded)
    assert finished(early, datetime(2025, 12, 31, 21, 0, tzinfo=UTC)) == finished(early) == DAYS[-3]
    thin = replace(early, history=replace(early.history, volume=None))
    assert finished(thin, datetime(2025, 12, 31, 21, 0, tzinfo=UTC)) == DAYS[-3]


@pytest.mark.parametrize(
    ("volume", "settled", "last"),
    [
        (1_000, datetime(2025, 12, 31, 21, 0, tzinfo=UTC), DAYS[-1]),
        (0, datetime(2025, 12, 31, 21, 0, tzinfo=UTC), DAYS[-1]),  # an index
        (None, datetime(2025, 12, 31, 21, 0, tzinfo=UTC), DAYS[-1]),
        (1_000, datetime(2025, 12, 31, 20, 59, tzinfo=UTC), DAYS[-2]),  # the bell has not settled
        (1_000_000, datetime(2025, 12, 31, 21, 0, tzinfo=UTC), DAYS[-2]),  # an old answer
    ],
)
def test_the_last_trade_of_what_trades_seldom_is_long_before_the_bell(
    volume: float | None, settled: datetime, last: np.datetime64
) -> None:
    column = None if volume is None else np.full(len(DAYS), float(volume))
    traded = datetime(2025, 12, 31, 20, 42, tzinfo=UTC)  # 15:42 in New York
    thin = Snapshot(replace(history(), volume=column), traded=traded)
    assert finished(thin, settled) == last


def test_the_bell_of_a_short_day() -> None:
    cut = history().until(np.datetime64("2025-12-24"))
    traded = datetime(2025, 12, 24, 18, 0, 1, tzinfo=UTC)  # one in the afternoon, New York
    assert str(finished(Snapshot(cut, traded=traded))) == "2025-12-24"


# --- Beside the snapshot before ---------------------------------------------------------------------------

BEFORE = Snapshot(history().until(DAYS[-6]))


def test_an_ordinary_week_is_silent() -> None:
    assert revisions(BEFORE, Snapshot(history())) == ()


def test_a_split_divides_the_whole_past() -> None:
    plain, splits = history(), np.zeros(len(DAYS))
    splits[-3] = 2.0
    prices = {name: getattr(plain, name) / 2 for name in ("close", "open", "high", "low", "adjusted_close")}
    assert plain.volume is not None
    halved = replace(plain, volume=plain.volume * 2, **prices)
    assert revisions(BEFORE, Snapshot(halved, splits=splits)) == ()
    untold = Snapshot(halved, splits=np.zeros(len(DAYS)))
    assert ("rewritten", str(DAYS[-6])) in found(revisions(BEFORE, untold))


@pytest.mark.parametrize("ratio", [1.02, 1.1, 2, 0.1])
def test_a_split_that_is_told_and_has_not_divided_the_past(ratio: float) -> None:
    plain, splits = history(), np.zeros(len(DAYS))
    splits[-3] = ratio
    record = record_of(BEFORE, date(2025, 12, 24))
    # It was not applied to the prices before it, or there was none.
    columns = {name: plain.field(name).copy() for name in ("close", "open", "high", "low", "adjusted_close")}
    for column in columns.values():
        column[-3:] /= ratio
    for given in (replace(plain, **columns), plain):  # type: ignore[arg-type]
        now = Snapshot(given, splits=splits)
        for faults in (revisions(BEFORE, now), record_faults(record, now)):
            assert ("action", str(DAYS[-3])) in found(faults)


def test_a_past_that_is_multiplied_by_next_to_nothing() -> None:
    before = Snapshot(PriceHistory("IWM", DAYS, history().close).until(DAYS[-6]))
    now = Snapshot(PriceHistory("IWM", DAYS, history().close * 1.0015), splits=np.zeros(len(DAYS)))
    for faults in (revisions(before, now), record_faults(record_of(before, date(2025, 12, 24)), now)):
        assert found(faults) == [("rewritten", str(DAYS[-6]))]
        assert "multiplied by 1.0015 without a split" in faults[0].sentence.replace(",", "")


def test_a_dividend_lowers_all_adjusted_closes_alike() -> None:
    plain, dividends = history(), np.zeros(len(DAYS))
    dividends[-3] = 0.5
    factor = 1 - 0.5 / plain.close[-4]
    adjusted = plain.close.copy()
    adjusted[:-3] *= factor
    paid = Snapshot(replace(plain, adjusted_close=adjusted), dividends=dividends)
    assert revisions(BEFORE, paid) == ()
    adjusted = adjusted.copy()
    adjusted[:100] *= factor
    twice = Snapshot(replace(plain, adjusted_close=adjusted), dividends=dividends)
    assert [kind for kind, _ in found(revisions(BEFORE, twice))] == ["readjusted"]


def test_a_close_that_was_rewritten() -> None:
    close = history().close.copy()
    close[100] += 0.01
    assert found(revisions(BEFORE, snapshot(close=close))) == [("rewritten", str(DAYS[100]))]


def test_sessions_that_are_gone_or_new() -> None:
    kept = np.delete(np.arange(len(DAYS)), 100)
    shorter = PriceHistory("IWM", DAYS[kept], history().close[kept])
    closes = Snapshot(PriceHistory("IWM", DAYS[:-5], history().close[:-5]))
    assert found(revisions(closes, Snapshot(shorter))) == [("vanished", str(DAYS[100]))]
    accepted = Snapshot(shorter.until(DAYS[-6]))
    longer = Snapshot(PriceHistory("IWM", DAYS, history().close))
    assert found(revisions(accepted, longer)) == [("invented", str(DAYS[100]))]


def test_another_security() -> None:
    other = replace(history(1), asset="IWM")
    assert ("other-security", str(DAYS[-6])) in found(revisions(BEFORE, Snapshot(other)))


@pytest.mark.parametrize(
    ("was", "given", "sentence"),
    [
        (
            {"name": "Facebook, Inc."},
            {"name": "Meta Platforms, Inc."},
            "The name is Meta Platforms, Inc. now",
        ),
        ({"instrument": "ETF"}, {"instrument": "EQUITY"}, "The kind of security is EQUITY now and was ETF"),
        ({"currency": "USD"}, {"currency": "GBp"}, "The currency is GBp now and was USD before"),
        ({"first_trade": date(1990, 1, 2)}, {"first_trade": DAYS[0].item()}, "The day of the first trade is"),
        ({"name": "META PLATFORMS INC"}, {"name": "Meta Platforms, Inc."}, None),
        ({"first_trade": DAYS[0].item()}, {"first_trade": date(2024, 1, 3)}, None),
        ({"name": "Facebook, Inc."}, {}, None),
    ],
)
def test_what_is_said_of_the_security_has_changed(
    was: dict[str, object], given: dict[str, object], sentence: str | None
) -> None:
    before, now = replace(BEFORE, **was), replace(Snapshot(history()), **given)  # type: ignore[arg-type]
    for faults in (revisions(before, now), record_faults(record_of(before, date(2025, 12, 24)), now)):
        assert found(faults) == ([] if sentence is None else [("other-security", str(DAYS[-6]))])
        assert sentence is None or faults[0].sentence.startswith(sentence)


def test_a_column_that_is_gone() -> None:
    assert found(revisions(BEFORE, snapshot(volume=None))) == [("columns", str(DAYS[-6]))]


# --- Beside the record in git ------------------------------------------------------------------------------


def test_the_record_knows_the_years_and_the_last_closes() -> None:
    record = record_of(BEFORE, date(2025, 12, 24))
    plain = Snapshot(history())
    assert record_faults(record, plain) == ()
    close = history().close.copy()
    close[:252] *= 1.02  # all of 2024
    (fault,) = record_faults(record, snapshot(close=close))
    assert (fault.kind, str(fault.session)) == ("rewritten", str(DAYS[-6]))
    close = history().close.copy()
    close[-8] += 0.05
    (fault,) = record_faults(record, snapshot(close=close))
    assert (fault.kind, fault.session) == ("rewritten", DAYS[-8])


def test_two_assets_with_the_same_closes() -> None:
    record = record_of(BEFORE, date(2025, 12, 24))
    assert twin_faults({"SPY": record}, Snapshot(history(1))) == ()
    (fault,) = twin_faults({"SPY": record}, Snapshot(history()))
    assert "exactly those of SPY" in fault.sentence
    assert twin_faults({"IWM": record}, Snapshot(history())) == ()


def test_one_whole_bar_of_another_asset() -> None:
    record = record_of(BEFORE, date(2025, 12, 24))
    mixed = history(1)
    assert mixed.volume is not None
    mixed.close[-6] = BEFORE.history.close[-1]
    assert twin_faults({"SPY": record}, Snapshot(mixed)) == ()
    mixed.volume[-6] = history().volume[-6]  # type: ignore[index]
    (fault,) = twin_faults({"SPY": record}, Snapshot(mixed))
    assert fault.sentence.startswith(f"The close and volume of {DAYS[-6]} are exactly those of SPY")


def test_an_old_year_that_grew_by_a_little_more_is_another_past() -> None:
    """The last accepted close may settle by a thousandth; the year before may not move by half of that."""
    record = record_of(BEFORE, date(2025, 12, 24))
    close = history().close.copy()
    first = int(np.searchsorted(DAYS, np.datetime64("2025-01-01")))
    close[: first - 1] *= 1 - 5e-4  # 2024 ends as it did, and began lower: it grew by 5e-4 more
    close[0] = history().close[0] * (1 - 5e-4)
    (fault,) = record_faults(record, snapshot(close=close))
    assert fault.kind == "rewritten"
    assert "in 2024" in fault.sentence
    # The last year is in progress: its end may settle, by so much and no more.
    close = history().close.copy()
    close[len(BEFORE.history) - 1] *= 1 + 5e-4
    assert record_faults(record, snapshot(close=close)) == ()


def test_closes_of_zero_that_stand_for_none() -> None:
    close = history().close.copy()
    close[100:102], close[200] = 0, -99.99
    (fault,) = faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))
    assert (fault.kind, fault.sessions) == ("placeholder", (DAYS[100], DAYS[101], DAYS[200]))
    close = history().close.copy()
    close[50] *= -1
    assert found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))) == [("placeholder", str(DAYS[50]))]


def test_a_spread_may_fall_below_zero() -> None:
    steps = np.random.default_rng(4).normal(0, 0.03, len(DAYS))
    spread = np.round(0.1 + np.cumsum(steps), 2)
    assert spread.min() < 0 < spread.max()
    assert faults_of(Snapshot(PriceHistory("T10Y2Y", DAYS, spread))) == ()


def test_unknown_cells_contradict_nothing() -> None:
    plain = history()
    columns = {name: plain.field(name).copy() for name in ("open", "high", "low", "volume", "adjusted_close")}
    for column in columns.values():
        column[100:130] = np.nan
        column[-3] = np.nan
    assert faults_of(snapshot(**columns)) == ()


def test_rows_that_are_months_have_no_sessions_to_miss() -> None:
    months = DAYS.astype("datetime64[M]")
    ends = np.flatnonzero(np.append(months[1:] != months[:-1], True))
    close = history().close[ends]
    monthly = PriceHistory("IWM", DAYS[ends], close, rows="monthly")
    assert faults_of(Snapshot(monthly), DAYS[-1]) == ()
    kept = np.delete(np.arange(len(ends)), [8, 9, 10])
    (fault,) = faults_of(Snapshot(PriceHistory("IWM", DAYS[ends][kept], close[kept], rows="monthly")))
    assert (fault.kind, fault.session) == ("missing-session", DAYS[ends[11]])


def test_bad_news_is_no_split() -> None:
    noisy = history()
    noisy.close[150:] *= 0.85  # another bad day, so that the fall is not beyond all that was seen
    noisy.close[80:] *= 1.15
    noisy.close[300:] *= 0.5
    quiet = PriceHistory("IWM", DAYS, noisy.close, volume=noisy.volume)
    assert [kind for kind, _ in found(faults_of(Snapshot(quiet)))] == ["split"]
    assert noisy.volume is not None
    noisy.volume[300] *= 8
    assert faults_of(Snapshot(quiet)) == ()
    assert noisy.volume is quiet.volume


@pytest.mark.parametrize("places", [(100,), (100, 300), (60, 200, 400)])
@pytest.mark.parametrize("factor", [0.1, 10, 0.01, 100])
def test_one_slip_does_not_vouch_for_the_next(factor: float, places: tuple[int, ...]) -> None:
    close = history().close.copy()
    for place in places:
        close[place] *= factor
    days = {str(fault.session) for fault in faults_of(Snapshot(PriceHistory("IWM", DAYS, close)))}
    assert days == {str(DAYS[place + 1]) for place in places}


def test_a_crash_that_the_market_is_known_for() -> None:
    days = sessions("IWM", np.datetime64("2018-06-01"), np.datetime64("2021-06-01"))
    close = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.004, len(days))))
    row = int(np.searchsorted(days, np.datetime64("2020-03-18")))
    fund = PriceHistory("PFXF", days, close.copy())
    fund.close[row] *= 0.75
    assert faults_of(Snapshot(fund)) == ()
    fund.close[row] *= 4 / 30  # a tenth is no market's
    assert [kind for kind, _ in found(faults_of(Snapshot(fund)))] == ["spike"]


def test_the_first_year_of_a_coin() -> None:
    days = np.arange(np.datetime64("2010-07-17"), np.datetime64("2014-07-17"))
    close = np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.03, len(days))))
    for name, kinds in (("BTC-USD", []), ("COIN-OLD", ["spike"])):
        coin = PriceHistory(name, days, close.copy())
        coin.close[60] *= 2.2
        kinds_found = [fault.kind for fault in faults_of(Snapshot(coin)) if fault.kind == "spike"]
        assert kinds_found == kinds


def test_a_record_of_the_first_version_is_read_as_yahoos(tmp_path: Path) -> None:
    record = record_of(BEFORE, date(2025, 12, 24))
    (tmp_path / "accepted.json").write_text(json.dumps({"IWM": asdict(record)}))
    assert load_accepted(tmp_path, "yahoo") == {"IWM": record}
    assert load_accepted(tmp_path, "files:mine") == {}
    save_accepted(tmp_path, "files:mine", {"SPY": record})
    assert json.loads((tmp_path / "accepted.json").read_text()).keys() == {"yahoo", "files:mine"}
    assert load_accepted(tmp_path, "yahoo") == {"IWM": record}


def naive_runs(values: list[float]) -> bool:
    """Whether eight steps in a row are the same, step by step."""
    for begin in range(len(values) - 8):
        window = values[begin : begin + 9]
        steps = [b - a for a, b in itertools.pairwise(window)]
        equal = all(
            abs(later - sooner) <= 2e-6 * abs(end) and abs(later) > 3e-4 * abs(end)
            for (sooner, later), end in zip(itertools.pairwise(steps), window[2:], strict=True)
        )
        if equal:
            return True
    return False


@pytest.mark.parametrize("length", range(6, 12))
@pytest.mark.parametrize("logarithms", [False, True])
def test_a_drawn_line_is_found_wherever_it_begins(length: int, logarithms: bool) -> None:
    for begin in range(0, 30):
        close = np.exp(np.random.default_rng(begin).normal(0, 0.01, 60).cumsum()) * 50
        steps = np.arange(length + 1)
        drawn = close[begin] * 1.004**steps if logarithms else close[begin] + 0.3 * steps
        close[begin : begin + length + 1] = drawn
        values = np.log(close) if logarithms else close
        history = PriceHistory("IWM", DAYS[:60], close)
        told = any(fault.kind == "drawn" for fault in faults_of(Snapshot(history)))
        if logarithms:  # the tolerance is of the logarithm, and that of the price may find it too
            assert told == (naive_runs(values.tolist()) or naive_runs(close.tolist()))
        else:
            assert told == (naive_runs(close.tolist()) or naive_runs(np.log(close).tolist()))


@pytest.mark.parametrize("length", [5, 10])
@pytest.mark.parametrize("where", [37, 60, 290])
def test_a_week_that_is_there_twice(length: int, where: int) -> None:
    close = np.exp(np.random.default_rng(where).normal(0, 0.01, 300).cumsum()) * 50
    history = PriceHistory("IWM", DAYS[:300], close.copy())
    assert not [fault for fault in faults_of(Snapshot(history)) if fault.kind == "stale"]
    close[where : where + length] = close[where - length : where]
    (fault,) = [f for f in faults_of(Snapshot(PriceHistory("IWM", DAYS[:300], close))) if f.kind == "stale"]
    last = min(where + length, 300) - 1
    assert (fault.since[0], fault.session) == (DAYS[where], DAYS[last])


def test_a_zero_among_the_small_prices_of_a_company_that_became_large() -> None:
    noise = np.random.default_rng(5).normal(0, 0.01, 500)
    close = np.exp(noise.cumsum()) * np.geomspace(2, 800, 500)
    close[60] = 0.0
    assert ("placeholder", str(DAYS[60])) in found(
        faults_of(Snapshot(PriceHistory("IWM", DAYS[:500], close)))
    )
    bill = np.tile([0.02, 0.01, 0.03, 0.01, 0.0, 0.01, 0.02], 40)  # a yield that does fall to nothing
    assert "placeholder" not in {f.kind for f in faults_of(Snapshot(PriceHistory("^IRX", DAYS[:280], bill)))}


def test_a_past_of_zero_and_below_that_is_as_it_was_is_no_revision() -> None:
    yields = history().close / 100 - 1
    yields[100], yields[200:203] = 0, -0.37
    before = snapshot(close=yields, open=yields, high=yields, low=yields, adjusted_close=yields)
    assert revisions(before, before) == ()
    other = yields.copy()
    other[100], other[201] = 0.02, 0.37
    now = snapshot(close=other, open=yields, high=yields, low=yields, adjusted_close=yields)
    assert found(revisions(before, now)) == [("rewritten", str(DAYS[201]))]
    assert "of 2 sessions" in revisions(before, now)[0].sentence


def test_a_new_bar_is_excused_for_less_in_turmoil() -> None:
    """2025-04-07 lies in a known stretch: what a company could lose in it no fund gains on its newest bar."""
    last = int(np.searchsorted(DAYS, np.datetime64("2025-04-07")))
    now, earlier = history().until(DAYS[last]), DAYS[last - 5]
    for factor, told in ((1.43, [("jump", "2025-04-07")]), (1.18, [])):
        close = now.close.copy()
        close[-1] = close[-2] * factor
        series = PriceHistory("IWM", now.sessions, close)
        assert found(faults_of(Snapshot(series), fresh=earlier)) == told
        assert found(faults_of(Snapshot(series))) == []


def test_a_fall_from_far_below_the_years_high_is_no_split() -> None:
    # A company splits its shares after they rose.
    random = np.random.default_rng(3)
    for seed_drift, kinds in ((0.0, ["split"]), (-0.015, [])):
        moves = random.normal(0, 0.035, len(DAYS))
        moves[[100, 150]] = 0.5, -0.5
        moves[200:300] += seed_drift
        moves[300] = -np.log(5)
        close = np.round(400 * np.exp(np.cumsum(moves)), 3)
        assert [kind for kind, _ in found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close))))] == kinds


def test_a_large_move_after_which_it_stays_stormy_is_news() -> None:
    for aftershock, kinds in ((0.0, ["jump"]), (-0.12, [])):
        close = history().close.copy()
        for row, move in ((100, 0.15), (150, -0.15), (300, -0.4), (303, aftershock)):
            close[row:] *= np.exp(move)
        assert [kind for kind, _ in found(faults_of(Snapshot(PriceHistory("IWM", DAYS, close))))] == kinds
