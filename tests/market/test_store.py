"""The price store, what it takes to come into it, and the state of what is in it, without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generator.core.errors import (
    BadDataError,
    DataError,
    PrecedentError,
    RequestError,
    SourceError,
    UnknownAssetError,
)
from generator.market.history import PriceHistory
from generator.market.providers.snapshots import KeptSource, SnapshotStore
from generator.market.providers.stand_in import StandIn
from generator.market.providers.store import PriceStore, Stored, read_frame, save_frame
from generator.market.providers.upkeep import (
    acknowledge_read,
    check_source,
    check_store,
    states,
    update,
)
from generator.market.providers.vetting import Vetting, finished_rows, impossible, unusable
from generator.market.quality.accepted import load_accepted, record_of, save_accepted
from generator.market.quality.suspicions import Inspected, Suspicions, accept, suspicious, vanished
from generator.market.snapshot import Fault, Snapshot, and_more, described
from generator.market.sources import PlainSource, Source
from tests.market.test_faults import DAYS, history

EVENING = datetime(2025, 12, 31, 22, 0, tzinfo=UTC)
"""An hour after the last session of DAYS closed."""
FALL = 400


def table(prices: PriceHistory, **others: object) -> pa.Table:
    days = pa.array(prices.sessions.astype("datetime64[D]"))
    return pa.table({"Date": days, "Close": prices.close, **others})


def fallen(count: int = len(DAYS)) -> PriceHistory:
    """The ordinary fund, but that it lost more than a quarter on one day and kept to it."""
    close = history().close.copy()
    close[FALL:] *= 0.72
    return PriceHistory("IWM", DAYS[:count], close[:count])


def stored(prices: PriceHistory, *faults: Fault, day: int = 31, **beside: str) -> Stored:
    return Stored(table(prices), datetime(2025, 12, day, 22, 0, tzinfo=UTC), beside, faults)


JUMP = Fault("jump", DAYS[FALL], "It fell.", (DAYS[FALL + 1],))


# --- Files of the store ----------------------------------------------------------------------------------


def test_a_file_of_the_store_is_read_as_it_was_written(tmp_path: Path) -> None:
    store = PriceStore(tmp_path / "prices")
    assert (store.assets(), store.load("IWM")) == ((), None)
    east = timezone(timedelta(hours=3))
    written = Stored(table(history()), datetime(2026, 1, 1, 1, 30, 5, tzinfo=east), {"zone": "UTC"}, (JUMP,))
    store.save("IWM", written)
    store.save("^GSPC", replace(written, faults=(), beside={}))
    assert store.assets() == ("IWM", "^GSPC")
    found = store.load("IWM")
    assert found is not None
    assert (found.retrieved, found.day) == (datetime(2025, 12, 31, 22, 30, 5, tzinfo=UTC), date(2025, 12, 31))
    assert (found.beside, found.faults) == ({"zone": "UTC"}, (JUMP,))
    assert found.table.equals(written.table)
    plain = store.load("^GSPC")
    assert plain is not None
    assert (plain.beside, plain.faults) == ({}, ())
    store.remove("IWM")
    store.remove("IWM")
    assert store.assets() == ("^GSPC",)


def test_a_provider_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert PriceStore.of(tmp_path, "yahoo").folder == tmp_path / "prices"
    other = PriceStore.of(tmp_path, "other")
    assert (other.folder, other.source) == (tmp_path / "prices" / "other", "other")
    assert (other.held.folder, other.held.source) == (tmp_path / "prices" / "other" / "held", "other")
    other.save("IWM", stored(history()))
    path = other.path("IWM")
    with pytest.raises(BadDataError) as caught:
        PriceStore(other.folder).load("IWM")
    assert str(caught.value) == (
        f"{path} holds prices from other, not from yahoo. Move it to where it belongs, or remove it."
    )
    # The first files had no name of a provider, no words beside them and no faults.
    moment = {b"retrieved": b"2025-12-31T22:00:00+00:00"}
    pq.write_table(table(history()).replace_schema_metadata(moment), path)
    old = PriceStore(other.folder).load("IWM")
    assert old is not None
    assert (old.beside, old.faults) == ({}, ())


@pytest.mark.parametrize("ticker", ["A" * 21, "iwm", "A/B", ""])
def test_a_text_that_is_no_ticker_names_no_file(tmp_path: Path, ticker: str) -> None:
    with pytest.raises(RequestError) as caught:
        PriceStore(tmp_path).path(ticker)
    assert str(caught.value).startswith(f"'{ticker}' is not a ticker. It has up to 20 capital letters")
    assert PriceStore(tmp_path).path("A" * 20).name == "A" * 20 + ".parquet"


def test_a_frame_of_a_provider_and_its_words(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"Date": [date(2026, 4, 16)], "Close": [1.5]}, index=[7])
    save_frame(frame, {"symbol": "IWM"}, tmp_path / "answer")
    found, beside = read_frame((tmp_path / "answer").read_bytes())
    assert (found.column_names, beside) == (["Date", "Close"], {"symbol": "IWM"})


# --- Vetting ---------------------------------------------------------------------------------------------


def test_rows_are_finished_up_to_a_session_and_a_close() -> None:
    days = [date(2026, 4, day) for day in (15, 16, 17, 20)]
    for close, wanted, rows in (
        ([1.0, 2.0, 3.0, 4.0], "2026-04-20", 4),
        ([1.0, 2.0, 3.0, 4.0], "2026-04-19", 3),
        ([1.0, 2.0, 3.0, 4.0], "2026-04-14", 0),
        ([1.0, None, 3.0, None], "2026-04-20", 3),
        ([1.0, 2.0, float("nan"), None], "2026-04-20", 2),
        ([1.0, 2.0, float("inf"), 4.0], "2026-04-17", 2),
        ([0.0, None, None, None], "2026-04-20", 0),  # a close of zero is none either
        ([None, None, None, None], "2026-04-20", 0),
    ):
        found = finished_rows(pa.table({"Date": days, "Close": close}), np.datetime64(wanted, "D"))
        assert found.num_rows == rows


def test_cells_that_no_price_or_volume_can_have() -> None:
    column = pa.chunked_array([[1.0, 0.0, -1.0, None, float("nan"), float("inf")]])
    assert impossible(column, "Open").tolist() == [False, True, True, True, True, True]
    assert impossible(column, "Volume").tolist() == [False, False, True, True, True, True]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ((), []),
        ((50,), [50]),
        ((10, 20, 30, 40, 50), [50, 10, 20, 30, 40]),  # five of a hundred
        ((10, 20, 30, 40, 50, 60), []),  # six: it was never any good
        ((10, 20, 30, 40, 50, 99), [99, 10, 20, 30, 40, 50]),  # but for the newest, beside a good one
        ((10, 20, 30, 40, 98, 99), []),
    ],
)
def test_a_column_that_is_good_but_for_some_bars(wrong: tuple[int, ...], told: list[int]) -> None:
    prices = history().until(DAYS[99])
    opens = prices.field("open").copy()
    opens[list(wrong)] = 0
    faults = unusable(table(prices, Open=opens, Close2=opens))
    assert [[int(np.searchsorted(DAYS, day)) for day in fault.sessions] for fault in faults] == (
        [told] if told else []
    )
    if told:
        more = and_more(len(told))
        assert faults[0].sentence == f"On {DAYS[told[0]]} there is no possible value of Open{more}."
        assert faults[0].kind == "column"


def test_a_column_of_one_bar_has_no_newer_one() -> None:
    one = history().until(DAYS[0])
    assert unusable(table(one, Open=np.zeros(1))) == []
    assert unusable(pa.table({"Date": table(one)["Date"], "Close": [0.0]})) == []


def test_prices_are_accepted_or_held(tmp_path: Path) -> None:
    vetting = Vetting(tmp_path, "yahoo")
    assert vetting.accepted("IWM", []) is None
    first = vetting.judge("IWM", stored(history().until(DAYS[-6]), JUMP), DAYS[-6])
    assert (first.faults, vetting.accept_or_hold("IWM", first)) == ((), True)
    assert load_accepted(tmp_path, "yahoo")["IWM"].last == str(DAYS[-6])
    accepted = vetting.accepted("IWM", [])
    assert accepted is not None
    assert (accepted.history.last, accepted.history.retrieved) == (DAYS[-6], date(2025, 12, 31))
    # The bars after the wanted session are not kept.
    second = vetting.judge("IWM", stored(history()), DAYS[-2])
    assert second.table.num_rows == len(DAYS) - 1
    wrong = replace(history(), close=np.where(np.arange(len(DAYS)) == 100, 50.0, history().close))
    held = vetting.judge("IWM", stored(wrong), DAYS[-1])
    assert [fault.kind for fault in held.faults] == ["rewritten"]
    assert not vetting.accept_or_hold("IWM", held)
    assert vetting.store.held.assets() == ("IWM",)
    kept = vetting.accepted("IWM", [])
    assert kept is not None
    assert kept.history.last == DAYS[-6]
    assert vetting.accept_or_hold("IWM", second)
    assert vetting.store.held.assets() == ()


def test_an_answer_without_a_newer_session_is_accepted(tmp_path: Path) -> None:
    """A provider is late, or its newest bar is not finished: nothing has changed."""
    vetting = Vetting(tmp_path, "yahoo")
    for prices in (history(), history(), history().until(DAYS[-2])):
        judged = vetting.judge("IWM", stored(prices), DAYS[-1])
        vetting.accept_or_hold("IWM", judged)
        assert [fault.kind for fault in judged.faults] == (["vanished"] if len(prices) < len(DAYS) else [])


def test_what_was_accepted_elsewhere_is_compared_with(tmp_path: Path) -> None:
    before = Snapshot(PriceHistory("IWM", DAYS[:-5], history().close[:-5]))
    save_accepted(tmp_path, "yahoo", {"IWM": record_of(before, date(2025, 12, 24))})
    vetting = Vetting(tmp_path, "yahoo")
    assert vetting.judge("IWM", stored(history()), DAYS[-1]).faults == ()
    close = history().close.copy()
    close[-6] *= 1.01
    other = PriceHistory("IWM", DAYS, close)
    assert [f.kind for f in vetting.judge("IWM", stored(other), DAYS[-1]).faults] == [
        "rewritten",
        "rewritten",
    ]
    # And with what was accepted of other assets.
    twin = vetting.judge("SPY", stored(history()), DAYS[-6])
    assert [fault.kind for fault in twin.faults] == ["identity"]
    assert "those of IWM" in twin.faults[0].sentence


def test_what_a_provider_says_beside_its_prices(tmp_path: Path) -> None:
    beside = {"symbol": "IWM", "zone": "America/New_York", "first_trade": "2024-01-02", "name": "A fund"}
    vetting = Vetting(tmp_path, "yahoo")
    paid = np.zeros(len(DAYS))
    paid[250] = 0.5
    whole = table(history(), **{"Dividends": paid, "Stock Splits": np.zeros(len(DAYS))})
    vetting.store.save("IWM", Stored(whole, EVENING, {**beside, "traded": "2025-12-31T21:00:00+00:00"}))
    found = vetting.accepted("IWM", [])
    assert found is not None
    assert (found.symbol, found.name, found.zone) == ("IWM", "A fund", "America/New_York")
    assert (found.first_trade, found.traded) == (date(2024, 1, 2), datetime(2025, 12, 31, 21, tzinfo=UTC))
    assert found.history.zone == "America/New_York"
    assert found.dividends is not None
    assert found.dividends[250] == 0.5
    assert found.splits is not None
    assert not found.splits.any()
    unknown = table(history(), Dividends=pa.array([None, *paid[1:]], pa.float64()))
    vetting.store.save("IWM", Stored(unknown, EVENING, {}))
    found = vetting.accepted("IWM", [])
    assert found is not None
    assert (found.dividends, found.splits, found.first_trade, found.traded) == (None, None, None, None)


def test_an_answer_of_an_hour_ago_ends_where_it_was_last_traded(tmp_path: Path) -> None:
    # At 15:30 in New York the last session was going on.
    vetting = Vetting(tmp_path, "yahoo")
    traded = table(history(), Volume=history().volume)
    answer = Stored(traded, EVENING, {"traded": "2025-12-31T20:30:00+00:00"})
    judged = vetting.judge("IWM", answer, DAYS[-1])
    assert (judged.table.num_rows, judged.faults) == (len(DAYS) - 1, ())


def test_who_is_not_held_is_told_who_is(tmp_path: Path) -> None:
    vetting = Vetting(tmp_path, "yahoo")
    for others in ("no asset is", "SLV"):
        with pytest.raises(RequestError) as caught:
            vetting.acknowledge("IWM", date(2025, 12, 31), "real", EVENING)
        assert str(caught.value) == (f"IWM is not held, so there is nothing to acknowledge. Held: {others}.")
        vetting.store.held.save("SLV", stored(fallen(), JUMP))


def test_held_prices_that_cannot_be_read_are_excused_by_nobody(tmp_path: Path) -> None:
    vetting = Vetting(tmp_path, "yahoo")
    close = history().close.copy()
    close[50] = 1e30
    judged = vetting.judge("IWM", stored(PriceHistory("IWM", DAYS, close)), DAYS[-1])
    (fault,) = judged.faults
    assert (fault.kind, fault.session) == ("malformed", DAYS[-1])
    vetting.accept_or_hold("IWM", judged)
    with pytest.raises(RequestError, match=r"cannot be acknowledged: .*Run 'precedent data update' later\."):
        vetting.acknowledge("IWM", DAYS[-1].item(), "real", EVENING)


# --- The state of the store --------------------------------------------------------------------------------


def test_where_every_asset_stands(tmp_path: Path) -> None:
    store = PriceStore(tmp_path / "prices")
    store.save("AAA", stored(history()))
    store.save("BBB", stored(history().until(DAYS[-2])))
    store.save("CCC", stored(history().until(DAYS[-3])))
    store.held.save("CCC", stored(fallen(), JUMP, JUMP, JUMP, day=30))
    store.held.save("DDD", stored(fallen(), JUMP))
    save_accepted(tmp_path, "yahoo", {"EEE": record_of(Snapshot(history()), date(2025, 12, 31))})
    first, count = str(DAYS[0]), len(DAYS)
    found = [
        (each.asset, each.state, each.first, each.last, each.retrieved, each.sessions, each.reason)
        for each in states(tmp_path, "yahoo", EVENING)
    ]
    assert found == [
        ("AAA", "accepted", first, str(DAYS[-1]), "2025-12-31", count, ""),
        (
            "BBB", "behind", first, str(DAYS[-2]), "2025-12-31", count - 1,
            "A session that has closed is missing.",
        ),
        (
            "CCC", "held", first, str(DAYS[-3]), "2025-12-31", count - 2,
            "Since 2025-12-30: It fell. It fell. And 1 more.",
        ),
        ("DDD", "held", "", "", "", 0, "Since 2025-12-31: It fell."),
        ("EEE", "not here", "", "", "", 0, "Accepted elsewhere (accepted.json)."),
    ]  # fmt: skip
    # A minute earlier the last close had not settled.
    earlier = states(tmp_path, "yahoo", EVENING - timedelta(minutes=1))
    assert [each.state for each in earlier[:2]] == ["accepted", "accepted"]
    assert states(tmp_path, "other", EVENING) == []


def test_the_store_is_checked_by_every_rule(tmp_path: Path) -> None:
    vetting = Vetting(tmp_path, "yahoo")
    with pytest.raises(DataError) as caught:
        list(check_store(tmp_path, "yahoo", ["IWM"]))
    assert str(caught.value) == "no prices of IWM are stored. Run 'precedent data update IWM' first."
    vetting.store.save("IWM", stored(fallen()))
    vetting.store.save("SPY", stored(history()))
    (found,) = check_store(tmp_path, "yahoo", ["SPY", "IWM"])
    assert (found[0], found[1].kind, found[1].session) == ("IWM", "jump", DAYS[FALL])
    vetting.store.held.save("SPY", stored(fallen(), JUMP))
    vetting.store.held.save("DIA", stored(fallen(), JUMP))
    told = [(asset, fault.kind) for asset, fault in check_store(tmp_path, "yahoo", ["SPY", "IWM", "DIA"])]
    assert told == [("SPY", "jump"), ("IWM", "jump"), ("DIA", "jump")]
    vetting.store.held.save("IWM", stored(fallen(), JUMP))
    done = vetting.acknowledge("IWM", DAYS[FALL].item(), "real", EVENING)
    assert (done.excused, done.left) == ((JUMP,), ())
    assert [asset for asset, _ in check_store(tmp_path, "yahoo", ["IWM", "SPY"])] == ["SPY"]


class Given(PlainSource):
    """A source of these histories and failures."""

    name = "given"

    def __init__(self, **found: PriceHistory | PrecedentError) -> None:
        super().__init__()
        self.found = found
        self.asked: list[str] = []
        self.stopped = False

    def history(self, asset: str) -> PriceHistory:
        self.asked.append(asset)
        self.notes.append(f"{self.name} was asked for {asset}")
        found = self.found.get(asset, UnknownAssetError(f"{self.name} has no {asset}."))
        if isinstance(found, PrecedentError):
            raise found
        return replace(found, asset=asset)

    def spelled(self, asset: str) -> str:
        return asset.upper()

    def assets(self) -> tuple[str, ...]:
        return tuple(sorted(self.found))


def months(count: int) -> PriceHistory:
    every = DAYS.astype("datetime64[M]")
    ends = np.flatnonzero(np.append(every[1:] != every[:-1], True))[:count]
    return PriceHistory("M", DAYS[ends], history().close[ends], rows="monthly")


def test_a_source_is_checked_by_every_rule_and_by_its_ends(tmp_path: Path) -> None:
    early = history().until(DAYS[-30])
    source = Given(AAA=history(), BBB=fallen(), CCC=early, DDD=BadDataError("It is damaged."), EEE=months(20))
    found = list(check_source(tmp_path, source, ["AAA", "BBB", "CCC", "DDD", "EEE"]))
    assert [(asset, fault.kind) for asset, fault in found] == [
        ("DDD", "malformed"),
        ("BBB", "jump"),
        ("CCC", "ends-early"),
    ]
    assert found[0][1].sentence == "It is damaged."
    assert np.isnat(found[0][1].session)
    assert found[2][1].session == DAYS[-30]
    with pytest.raises(UnknownAssetError):
        list(check_source(tmp_path, source, ["AAA", "ZZZ"]))
    assert list(check_source(tmp_path, source, [])) == []
    day = DAYS[FALL].item()
    asset, done = acknowledge_read(tmp_path, source, "BBB", day, "real", date(2026, 1, 2))
    assert (asset, [fault.kind for fault in done.excused], done.left) == ("BBB", ["jump"], ())
    assert load_accepted(tmp_path, "given")["BBB"].retrieved == "2026-01-02"
    told = [each for each, _ in check_source(tmp_path, source, ["BBB", "CCC", "AAA"])]
    assert told == ["CCC"]


def test_what_is_strange_only_for_a_time_is_looked_at_as_of_a_day(tmp_path: Path) -> None:
    source = Given(BBB=fallen())
    day, before = DAYS[FALL].item(), DAYS[FALL - 1].item()
    with pytest.raises(RequestError, match=f"BBB has no fault of {day} to acknowledge. Suspicious: nothing"):
        acknowledge_read(tmp_path, source, "BBB", day, "real", day, as_of=before)
    with pytest.raises(RequestError, match="of the kind 'spike'"):
        acknowledge_read(tmp_path, source, "BBB", day, "real", day, kinds=["spike"])
    _, done = acknowledge_read(
        tmp_path, source, "BBB", day, "real", day, kinds=["jump"], as_of=DAYS[-1].item()
    )
    assert done.left == ()


class Fetched(Given):
    """A provider that is asked over the network."""

    vetted = True

    def __init__(self, stops_at: str = "", **found: PriceHistory | PrecedentError) -> None:
        super().__init__(**found)
        self.stops_at = stops_at
        self.stale: list[str] = []
        self.held: dict[str, str] = {}

    def history(self, asset: str) -> PriceHistory:
        self.stopped = asset == self.stops_at
        return super().history(asset)


def updated(source: Fetched, assets: str) -> tuple[list[str], list[str], list[tuple[int, str, str]]]:
    told: list[tuple[int, str, str]] = []
    troubled, left = update(source, assets.split(), lambda *each: told.append(each))
    return troubled, left, told


def test_an_update_tells_of_each_asset_what_became_of_it() -> None:
    source = Fetched(A=history(), B=SourceError("No."), C=BadDataError("Bad."), D=history(), E=history())
    source.stale, source.held = ["D"], {"E": "E is held."}
    last = f"{len(DAYS)} sessions to {DAYS[-1]}"
    assert updated(source, "A B C D E") == (
        ["B", "C", "D", "E"],
        [],
        [
            (1, "A", last),
            (2, "B", "No."),
            (3, "C", "Bad."),
            (4, "D", f"{last}; newer ones cannot be had"),
            (5, "E", "E is held."),
        ],
    )


def test_an_update_ends_where_the_source_does() -> None:
    refusing = Fetched("B", A=BadDataError("Bad."), B=SourceError("No more."), C=history())
    assert updated(refusing, "A B C")[:2] == (["A", "B"], ["B", "C"])
    assert refusing.asked == ["A", "B"]
    # What was stored was used, and no more is asked for.
    silent = Fetched("B", A=history(), B=history(), C=history())
    silent.stale = ["B"]
    assert updated(silent, "A B C")[:2] == (["B"], ["C"])
    assert updated(Fetched("B", A=history(), B=history()), "A B")[:2] == ([], [])


# --- Sources in a row --------------------------------------------------------------------------------------


def named(name: str, **found: PriceHistory | PrecedentError) -> Given:
    source = Given(**found)
    source.name = name
    return source


def in_a_row(*sources: Source | SourceError) -> StandIn:
    def opener(source: Source | SourceError) -> Source:
        if isinstance(source, SourceError):
            raise source
        return source

    words = [(f"word{n}", lambda each=each: opener(each)) for n, each in enumerate(sources)]
    return StandIn(words, lambda name: f"title of {name}")


def test_the_first_source_that_has_an_asset_keeps_it() -> None:
    broken = SourceError("It is down.")
    one = named("one", A=history(), B=broken, D=BadDataError("Bad."))
    two = named("two", A=history(1), B=history(2), C=history(3))
    row = in_a_row(SourceError("Gone."), one, two)
    assert row.notes == ["source word0 cannot be opened, and the others stand in: Gone."]
    assert (row.name, row.parts, row.key(Path())) == ("one, two", [one, two], "one, two")
    assert row.history("A").close[0] == history().close[0]
    assert row.history("B").close[0] == history(2).close[0]
    assert row.notes[1:] == [
        "one was asked for A",
        "one was asked for B",
        "two was asked for B",
        "B: word2 stands in for word1: It is down.",
    ]
    assert one.notes == two.notes == []
    row.history("B")
    assert one.asked == ["A", "B"]
    assert two.asked == ["B", "B"]
    assert row.identity("C").startswith("two sha256:")
    with pytest.raises(BadDataError, match=r"^Bad\.$"):
        row.history("D")
    with pytest.raises(UnknownAssetError) as caught:
        row.history("E")
    assert str(caught.value) == "one has no E. Nor word2: two has no E."
    assert row.assets() == ("A", "B", "C", "D")
    with pytest.raises(SourceError, match=r"^Gone\.$"):
        in_a_row(SourceError("Gone."), SourceError("Gone too."))


def test_many_assets_of_sources_in_a_row() -> None:
    one = named("one", A=history(), B=UnknownAssetError("None."), D=BadDataError("Bad."))
    two = named("two", A=history(1), B=history(2))
    row = in_a_row(one, two)
    found = dict(row.histories(["A", "B", "D", "E"]))
    assert isinstance(found["A"], PriceHistory)
    assert isinstance(found["B"], PriceHistory)
    assert found["A"].close[0] == history().close[0]
    assert found["B"].close[0] == history(2).close[0]
    assert str(found["D"]) == "Bad."
    assert str(found["E"]) == "one has no E. Nor word1: two has no E."
    assert "B: word1 stands in for word0: None." in row.notes
    assert two.asked == ["B", "E"]
    # What one source gave once it gives again.
    two.found["A"] = history(5)
    again = dict(row.histories(["B", "A"]))
    assert one.asked == ["A", "B", "D", "E", "A"]
    assert isinstance(again["A"], PriceHistory)


class Silent(Given):
    def histories(self, assets: Sequence[str]):  # type: ignore[no-untyped-def]
        raise SourceError("It is down.")
        yield


def test_a_source_that_fails_as_a_whole_is_stood_in_for() -> None:
    row = in_a_row(Silent(), named("two", A=history()))
    found = dict(row.histories(["A", "B"]))
    assert isinstance(found["A"], PriceHistory)
    assert str(found["B"]) == "It is down. Nor word1: two has no B."
    assert "A: word1 stands in for word0: It is down." in row.notes


def test_what_sources_in_a_row_are_together() -> None:
    one, two = Fetched(A=history()), Fetched(B=history())
    row = in_a_row(one, two)
    assert (row.name, row.vetted, row.lists_all, row.simulated) == ("given", True, True, False)
    one.stale, two.stale, two.held = ["A"], ["C"], {"B": "B is held."}
    assert (row.stale, row.held) == (["A", "C"], {"B": "B is held."})
    two.vetted = two.lists_all = False
    assert (row.vetted, row.lists_all) == (False, False)
    # A ticker is spelled as the first spells it that has it, or that may have it.
    assert in_a_row(named("one", A=history()), named("two", B=history())).spelled("b") == "B"
    assert in_a_row(named("one", A=history())).spelled("c") == "c"
    assert row.spelled("c") == "C"


def test_whose_prices_they_are() -> None:
    one = named("one", A=history(), B=history(), F=history())
    two, three = named("two", C=history(), D=history()), named("three", E=history())
    row = in_a_row(one, two, three)
    for asset in "ABCDEF":
        row.history(asset)
    assert row.credit([]) is row.credit(["Z"]) is None
    assert row.credit(["A", "B", "Z"]) == "title of one"
    assert row.credit(["C", "A", "B", "A"]) == "title of one; title of two for C"
    assert row.credit(["E", "C", "D"]) == "title of two; title of three for E"
    assert row.credit(["A", "C", "D", "B", "F", "E"]) == (
        "title of one; title of two for C, D; title of three for E"
    )
    two.credit = lambda assets: f"credit of {assets[0]}"  # type: ignore[method-assign]
    assert row.credit(["C"]) == "credit of C"


# --- Prices that were kept ---------------------------------------------------------------------------------


def test_prices_that_issues_were_made_from_are_kept_under_their_fingerprint(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    whole = replace(history(), zone="America/New_York", basis="total")
    key = store.save(whole)
    assert store.path(key) == tmp_path / "prices" / "snapshots" / f"{key.removeprefix('sha256:')}.parquet"
    written = store.path(key).stat().st_mtime_ns
    assert store.save(whole) == key
    assert store.path(key).stat().st_mtime_ns == written
    found = store.load(key, "files")
    assert found is not None
    assert (found.asset, found.source, found.basis, found.rows) == ("IWM", "files", "total", "daily")
    assert found.zone == "America/New_York"
    assert found.sessions.dtype == np.dtype("datetime64[D]")
    for name in ("close", "open", "high", "low", "adjusted_close", "volume"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    bare = store.load(store.save(months(12)), "yahoo")
    assert bare is not None
    assert (bare.zone, bare.rows, bare.open) == (None, "monthly", None)
    assert store.load("sha256:none", "files") is None


def test_kept_prices_that_are_not_what_their_name_says(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    key, other = store.save(history()), store.save(fallen())
    advice = "Remove it, or bring it back from where it is kept."
    store.path(key).write_bytes(store.path(other).read_bytes())
    with pytest.raises(BadDataError) as caught:
        store.load(key, "files")
    assert str(caught.value) == f"{store.path(key)} holds other prices than its name says. {advice}"
    store.path(key).write_bytes(b"PAR1")
    with pytest.raises(BadDataError) as caught:
        store.load(key, "files")
    assert str(caught.value).startswith(f"{store.path(key)} cannot be read: ")
    assert str(caught.value).endswith(f". {advice}")
    assert ".. " not in str(caught.value)
    pq.write_table(table(history()), store.path(key))
    with pytest.raises(BadDataError, match="cannot be read"):
        store.load(key, "files")


def test_a_source_of_what_was_kept() -> None:
    kept = KeptSource("files", {"B": history(), "A": fallen()}, {"C": "It was not there."}, "a vendor")
    assert (kept.name, kept.vetted, kept.assets(), kept.credit(["A"])) == (
        "files",
        True,
        ("A", "B"),
        "a vendor",
    )
    assert kept.history("A").close[-1] == fallen().close[-1]
    assert kept.spelled("a") == "a"
    for asset, why in (("C", "It was not there."), ("D", "no prices of 'D' were kept.")):
        with pytest.raises(UnknownAssetError, match=f"^{why}$"):
            kept.history(asset)
    assert KeptSource("files", {}, {}).credit([]) is None


# --- What is strange about what is read --------------------------------------------------------------------


def test_prices_are_looked_at_once_and_up_to_a_day(tmp_path: Path) -> None:
    source = Given(A=history(), B=fallen())
    suspicions = Suspicions(tmp_path, source)
    suspicions.look(replace(history(), asset="A"))
    suspicions.look(replace(fallen(), asset="B"))
    suspicions.look(replace(fallen(), asset="A"))
    assert {asset: [f.kind for f in faults] for asset, faults in suspicions.found().items()} == {
        "B": ["jump"]
    }
    assert suspicious(tmp_path, source, [fallen()], DAYS[FALL - 1]) == {}
    assert list(suspicious(tmp_path, source, [fallen()], DAYS[-1])) == ["IWM"]
    assert suspicious(tmp_path, source, [fallen()], DAYS[0] - 1) == {}
    source.simulated = True
    assert suspicious(tmp_path, source, [fallen()]) == {}


def test_a_source_whose_prices_are_looked_at_as_they_are_read(tmp_path: Path) -> None:
    inner = Fetched(A=history(), B=fallen(), C=BadDataError("Bad."))
    inner.vetted, inner.stale, inner.held = False, ["A"], {"B": "held"}
    source = Inspected(inner, tmp_path)
    assert source.history("B").close[-1] == fallen().close[-1]
    assert list(source.suspicions.found()) == ["B"]
    assert [asset for asset, _ in source.histories(["A", "C", "B"])] == ["A", "C", "B"]
    assert list(source.suspicions.found()) == ["B"]
    for name in ("name", "simulated", "vetted", "lists_all", "notes", "stale", "held"):
        assert getattr(source, name) == getattr(inner, name)
    assert (source.credit([]), source.spelled("a"), source.assets()) == (None, "A", ("A", "B", "C"))
    assert (source.key(tmp_path), source.identity("A")) == ("given", inner.identity("A"))


def test_what_is_read_is_compared_with_what_was_used_last(tmp_path: Path) -> None:
    source, today = Given(A=history(), B=fallen()), date(2026, 1, 2)
    past = [replace(history().until(DAYS[-6]), asset=asset) for asset in "AB"]
    accept(tmp_path, source, past, today)
    assert list(load_accepted(tmp_path, "given")) == ["A", "B"]
    assert suspicious(tmp_path, source, [source.history("A")]) == {}
    found = suspicious(tmp_path, source, [source.history("B")])
    assert {fault.kind for fault in found["B"]} == {"rewritten", "jump"}
    # A past that has changed is not taken for what it was; what is new is.
    before = load_accepted(tmp_path, "given")
    accept(tmp_path, source, [source.history("A"), source.history("B")], date(2026, 1, 5))
    after = load_accepted(tmp_path, "given")
    assert (after["A"].last, after["A"].retrieved, after["B"]) == (str(DAYS[-1]), "2026-01-05", before["B"])
    # What is as it was keeps its day.
    accept(tmp_path, source, [source.history("A")], date(2026, 1, 9))
    assert load_accepted(tmp_path, "given")["A"].retrieved == "2026-01-05"
    del source.found["B"]
    assert vanished(tmp_path, source) == [
        f"B is gone: its prices from {DAYS[0]} to {DAYS[-6]} were accepted on 2026-01-02, and the source has "
        "none now. Bring them back; or, where that is meant, delete its line under 'given' in accepted.json."
    ]
    source.vetted = True
    assert vanished(tmp_path, source) == []
    accept(tmp_path, source, [replace(fallen(), asset="C")], today)
    assert "C" not in json.loads((tmp_path / "accepted.json").read_text())["given"]
    source.vetted, source.simulated = False, True
    accept(tmp_path, source, [replace(fallen(), asset="C")], today)
    assert "C" not in load_accepted(tmp_path, "given")


def test_how_faults_are_counted_in_a_sentence() -> None:
    assert [and_more(count) for count in (0, 1, 2, 3, 1001)] == [
        *("", "", " (1 more such bar)", " (2 more such bars)", " (1,000 more such bars)")
    ]
    assert (and_more(2, "stretch"), and_more(3, "stretch")) == (
        *(" (1 more such stretch)", " (2 more such stretches)"),
    )
    assert [described([JUMP] * count) for count in (1, 2, 3, 5)] == [
        *("It fell.", "It fell. It fell.", "It fell. It fell. And 1 more.", "It fell. It fell. And 3 more.")
    ]
