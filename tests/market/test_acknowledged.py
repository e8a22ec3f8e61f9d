"""One word of a person excuses what that person was shown, and nothing that comes later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from generator.core.errors import RequestError, SpecError
from generator.market.history import PriceHistory
from generator.market.providers.store import PriceStore, Stored
from generator.market.providers.vetting import Vetting, unusable
from generator.market.quality.acknowledged import (
    Acknowledgement,
    acknowledge,
    entries_of,
    load_acknowledged,
    load_closures,
    not_excused,
)
from generator.market.quality.faults import faults_of
from generator.market.snapshot import Fault, Kind, Snapshot
from tests.market.test_faults import DAYS, history

TODAY = date(2026, 1, 2)


def excused(kind: Kind, *days: np.datetime64, asset: str = "IWM") -> Acknowledgement:
    return Acknowledgement(
        "yahoo", asset, tuple(date.fromisoformat(str(day)) for day in days), kind, TODAY, "real"
    )


def left(snapshot: Snapshot, *entries: Acknowledgement) -> list[tuple[str, str]]:
    faults = not_excused(entries, "yahoo", snapshot.asset, faults_of(snapshot), TODAY)
    return [(fault.kind, str(fault.session)) for fault in faults]


def with_high(*rows: int) -> Snapshot:
    """The ordinary fund with a high below the close on these bars."""
    plain = history()
    high = plain.field("high").copy()
    high[list(rows)] = plain.close[list(rows)] * 0.9
    return Snapshot(replace(plain, high=high))


def without(*rows: int) -> Snapshot:
    kept = np.delete(np.arange(len(DAYS)), rows)
    return Snapshot(PriceHistory("IWM", DAYS[kept], history().close[kept]))


def test_a_later_bar_is_not_excused_with_an_earlier_one() -> None:
    first = excused("impossible-bar", DAYS[495])
    assert left(with_high(495), first) == []
    both = with_high(495, 499)
    assert left(both, first) == [("impossible-bar", str(DAYS[499]))]
    (fault,) = not_excused([first], "yahoo", "IWM", faults_of(both), TODAY)
    assert fault.sentence.endswith(f"(1 more such bar). Not acknowledged yet: {DAYS[499]}.")
    assert left(both, first, excused("impossible-bar", DAYS[499])) == []
    assert left(both, excused("impossible-bar", DAYS[495], DAYS[499])) == []
    assert left(both, excused("impossible-bar", DAYS[495], DAYS[499], asset="SPY")) != []


def test_a_session_that_is_missing_now_is_not_excused_with_one_of_long_ago() -> None:
    old = excused("missing-session", DAYS[100])
    assert left(without(100), old) == []
    assert left(without(100, 499), old) == [("missing-session", str(DAYS[499]))]


def test_many_new_sessions_are_counted() -> None:
    faults = faults_of(without(100, 200, 210, 220, 230, 240))
    (fault,) = not_excused([excused("missing-session", DAYS[210])], "yahoo", "IWM", faults, TODAY)
    assert fault.sessions == tuple(DAYS[[100, 200, 220, 230, 240]])
    assert fault.sentence.endswith(
        f"(5 more such sessions). Not acknowledged yet: {DAYS[100]}, {DAYS[200]}, {DAYS[220]} and 2 more."
    )


def same_bars(plain: PriceHistory, *rows: int) -> PriceHistory:
    columns = {name: plain.field(name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[list(rows)] = column[[row - 1 for row in rows]]
    return replace(plain, adjusted_close=None, **columns)


def same_closes(plain: PriceHistory, *rows: int) -> PriceHistory:
    close = plain.close.copy()
    for row in rows:
        close[row - 4 : row + 1] = close[row - 5]
    return PriceHistory("IWM", DAYS, close)


def drawn(plain: PriceHistory, *rows: int) -> PriceHistory:
    """The first line is drawn in dollars, the others in percent."""
    close = plain.close.copy()
    for row, between in zip(rows, (np.linspace, np.geomspace), strict=False):
        close[row - 19 : row + 1] = between(close[row - 19], close[row - 19] * 1.6, 20)
    return PriceHistory("IWM", DAYS, close)


def odd_days(plain: PriceHistory, *rows: int) -> PriceHistory:
    """Each of these bars is on the Saturday after its Friday."""
    days = DAYS.copy()
    for row in rows:
        days[row] = DAYS[row] + 1
    return PriceHistory("IWM", days, plain.close)


def above(plain: PriceHistory, *rows: int) -> PriceHistory:
    adjusted = plain.close.copy()
    adjusted[list(rows)] *= 1.001
    return replace(plain, adjusted_close=adjusted)


FRIDAYS = [row for row in range(len(DAYS)) if np.is_busday(DAYS[row], "0000100")]


@pytest.mark.parametrize(
    ("made", "kind"),
    [(same_bars, "stale"), (same_closes, "stale"), (drawn, "drawn"), (above, "adjusted")],
)
def test_every_rule_tells_of_all_its_sessions(made: object, kind: Kind) -> None:
    first, second = 150, 350
    once = faults_of(Snapshot(made(history(), first)))  # type: ignore[operator]
    entries = [excused(fault.kind, *fault.sessions) for fault in once]
    assert kind in {fault.kind for fault in once}
    assert not_excused(entries, "yahoo", "IWM", once, TODAY) == ()
    twice = faults_of(Snapshot(made(history(), first, second)))  # type: ignore[operator]
    rest = not_excused(entries, "yahoo", "IWM", twice, TODAY)
    assert str(DAYS[second]) in {str(day) for fault in rest if fault.kind == kind for day in fault.sessions}
    assert str(DAYS[first]) not in {str(day) for fault in rest for day in fault.sessions}


def test_a_bar_of_a_saturday_and_a_dividend_that_is_missed() -> None:
    entry = excused("not-a-session", DAYS[FRIDAYS[20]] + 1)
    rest = left(Snapshot(odd_days(history(), FRIDAYS[20], FRIDAYS[60])), entry)
    assert ("not-a-session", str(DAYS[FRIDAYS[60]] + 1)) in rest
    dividends = np.zeros(len(DAYS))
    dividends[[200, 400]] = 1.0
    assert left(Snapshot(history(), dividends=dividends), excused("adjusted", DAYS[200])) == [
        ("adjusted", str(DAYS[400]))
    ]


def test_a_gap_of_an_exchange_whose_holidays_are_not_known() -> None:
    kept = np.r_[0:100, 120:300, 320 : len(DAYS)]
    gaps = Snapshot(PriceHistory("SAP.DE", DAYS[kept], history().close[kept]))
    entry = excused("missing-session", DAYS[120], asset="SAP.DE")
    assert left(gaps, entry) == [("missing-session", str(DAYS[320]))]


def test_a_value_that_is_impossible_later() -> None:
    volume = np.full(100, 1000.0)
    volume[[20, 80]] = np.nan
    days = pa.array(DAYS[:100].astype("datetime64[D]"))
    (fault,) = unusable(pa.table({"Date": days, "Volume": volume}))
    assert fault.sessions == (DAYS[80], DAYS[20])
    (rest,) = not_excused([excused("column", DAYS[20])], "yahoo", "IWM", [fault], TODAY)
    assert rest.sessions == (DAYS[80],)


def test_entries_are_read_as_they_were_written(tmp_path: Path) -> None:
    entries = (excused("stale", DAYS[1], DAYS[5]), excused("jump", DAYS[7], asset="SLV"))
    acknowledge(tmp_path, entries[:1])
    acknowledge(tmp_path, entries[1:])
    assert load_acknowledged(tmp_path) == entries
    assert f'session: "{DAYS[1]} {DAYS[5]}"' in (tmp_path / "acknowledged.yml").read_text()


def test_a_reason_is_one_line_that_says_something() -> None:
    fault = Fault("jump", DAYS[7], "It fell.")
    for reason in ("", "  ", "R" * 301, "one\ntwo"):
        with pytest.raises(RequestError, match="--reason must be one line of up to 300 characters"):
            entries_of("yahoo", "IWM", [fault], TODAY, reason)
    (entry,) = entries_of("yahoo", "IWM", [fault], TODAY, f" {'R' * 300} ")
    assert entry == replace(excused("jump", DAYS[7]), reason="R" * 300)


def test_a_file_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    acknowledge(tmp_path, [excused("jump", DAYS[7])])
    before = (tmp_path / "acknowledged.yml").read_bytes()
    with pytest.raises(RequestError, match="bytes long; at most 200,000 are read"):
        acknowledge(tmp_path, [excused("stale", *np.tile(DAYS, 40))])
    assert (tmp_path / "acknowledged.yml").read_bytes() == before


def test_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    acknowledge(tmp_path, [excused("stale", DAYS[1], DAYS[5])])
    path = tmp_path / "acknowledged.yml"
    path.write_text(path.read_text().replace(f"{DAYS[1]} ", f"{DAYS[1]}, "))
    with pytest.raises(SpecError, match="is not a date"):
        load_acknowledged(tmp_path)


CLOSED = "closures: [2026-07-24]  # a day of mourning\n"


def test_closures_stand_before_the_entries_and_stay_there(tmp_path: Path) -> None:
    assert load_closures(tmp_path) == ()
    path = tmp_path / "acknowledged.yml"
    path.write_text(CLOSED)
    entry = excused("jump", DAYS[7])
    acknowledge(tmp_path, [entry])
    acknowledge(tmp_path, [entry])
    assert path.read_text().startswith(f'{CLOSED}acknowledged:\n  - source: "yahoo"\n    asset: "IWM"\n')
    assert load_closures(tmp_path) == (date(2026, 7, 24),)
    assert load_acknowledged(tmp_path) == (entry, entry)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("acknowledged: []\nclosures: []\n", "before it 'closures'"),
        ("closed: []\n", "and nothing else"),
        ("closures: 2026-07-24\n", "closures: must be a list"),
        ("closures: [2026-07-24, July]\n", "is not a date"),
    ],
)
def test_mistakes_in_closures(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "acknowledged.yml").write_text(text)
    with pytest.raises(SpecError, match=what):
        load_closures(tmp_path)


def hold(root: Path, *faults: Fault) -> Vetting:
    """An asset that is held for these faults; its prices themselves are good."""
    plain = history()
    table = pa.table({"Date": pa.array(DAYS.astype("datetime64[D]")), "Close": plain.close})
    stored = Stored(table, datetime(2026, 1, 1, tzinfo=UTC), {}, faults)
    PriceStore(root / "prices").held.save("IWM", stored)
    return Vetting(root, "yahoo")


RENAMED = Fault("other-security", DAYS[-1], "The name is another.")
REWRITTEN = Fault("rewritten", DAYS[-1], "The close is another.")


def test_several_kinds_of_one_day_must_be_named(tmp_path: Path) -> None:
    vetting = hold(tmp_path, RENAMED, REWRITTEN, replace(REWRITTEN, sentence="The open is another."))
    day, now = date.fromisoformat(str(DAYS[-1])), datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(RequestError, match=r"of 2 kinds. Name each that is real with --kind") as caught:
        vetting.acknowledge("IWM", day, "renamed", now)
    for fault in ("other-security: The name", "rewritten: The close", "rewritten: The open"):
        assert fault in str(caught.value)
    with pytest.raises(RequestError, match="no fault of 2025-12-31 of the kind 'jump'"):
        vetting.acknowledge("IWM", day, "renamed", now, ["jump"])
    assert not (tmp_path / "acknowledged.yml").exists()
    done = vetting.acknowledge("IWM", day, "renamed", now, ["other-security"])
    assert done.excused == (RENAMED,)
    assert [entry.kind for entry in load_acknowledged(tmp_path)] == ["other-security"]


def test_the_other_sessions_of_a_fault_are_kept_with_held_prices(tmp_path: Path) -> None:
    fault = Fault(
        "stale", DAYS[9], "The bar repeats the one before (2 more such bars).", (DAYS[20], DAYS[30])
    )
    vetting = hold(tmp_path, fault)
    held = vetting.store.held.load("IWM")
    assert held is not None
    assert held.faults == (fault,)
    day = date.fromisoformat(str(DAYS[9]))
    vetting.acknowledge("IWM", day, "so it was", datetime(2026, 1, 2, tzinfo=UTC))
    (entry,) = load_acknowledged(tmp_path)
    assert [str(each) for each in entry.sessions] == [str(DAYS[9]), str(DAYS[20]), str(DAYS[30])]


def test_a_row_of_no_price_does_not_shift_payments_and_splits(tmp_path: Path) -> None:
    close, paid = history().close.copy(), np.zeros(len(DAYS))
    close[100], paid[400] = np.nan, 0.5
    days = pa.array(DAYS.astype("datetime64[D]"))
    table = pa.table({"Date": days, "Close": close, "Dividends": paid, "Stock Splits": np.zeros(len(DAYS))})
    stored = Stored(table, datetime(2026, 1, 1, tzinfo=UTC), {}, ())
    judged = Vetting(tmp_path, "yahoo").judge("IWM", stored, DAYS[-1])
    assert [(fault.kind, fault.session) for fault in judged.faults] == [("missing-session", DAYS[100])]
    PriceStore(tmp_path / "prices").save("IWM", stored)
    accepted = Vetting(tmp_path, "yahoo").accepted("IWM", [])
    assert accepted is not None
    assert accepted.dividends is not None
    assert accepted.sessions[accepted.dividends > 0].tolist() == [DAYS[400].item()]
