"""Yahoo, played by a server on the loopback: what is stored, and every way it can fail."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from generator.core.errors import HeldError, RequestError, SourceError, UnknownAssetError
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.market.providers import yahoo as asking
from generator.market.providers.yahoo import URL_VARIABLE
from generator.market.providers.yahoo_source import YahooSource
from tests.market.yahoo_server import Answer, YahooServer, chart, empty, in_yahoos_place, not_found

WEEK = ["2026-04-15", "2026-04-16", "2026-04-17", "2026-04-20", "2026-04-21"]
LEAD = [str(day) for day in sessions("IWM", np.datetime64("2026-01-20"), np.datetime64("2026-04-14"))]
"""Sixty sessions before WEEK, without which nothing can be said of an asset's habits."""
BEFORE: list[float | None] = [10 + 5 * i % 8 / 10 for i in range(len(LEAD))]
DURING_TUESDAY = datetime(2026, 4, 21, 15, 0, tzinfo=UTC)
"""11:00 in New York on the last day of WEEK."""
TUESDAY_EVENING = datetime(2026, 4, 21, 22, 0, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[YahooServer]:
    with in_yahoos_place(monkeypatch) as server:
        yield server


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, server: YahooServer) -> None:
    """Yahoo is asked by the command itself."""
    monkeypatch.setattr(asking, "subprocess", subprocess)


def source(root: Path, now: datetime = DURING_TUESDAY, limit: float = 30.0) -> YahooSource:
    return YahooSource(root, clock=lambda: now, limit=limit, pause=0, backoff=(0.01,))


def days(history: PriceHistory) -> list[str]:
    """The sessions of a history, but for LEAD."""
    found = [str(day) for day in history.sessions]
    return found[len(LEAD) :] if found[: len(LEAD)] == LEAD else found


def closes(history: PriceHistory) -> list[float]:
    return history.close.tolist()[len(LEAD) :]


def bars(
    symbol: str, week: list[str], closes: list[float | None], opens: list[float | None] | None = None
) -> Answer:
    """Yahoo's answer with these sessions after LEAD."""
    return chart(symbol, LEAD + week, BEFORE + closes, opens=None if opens is None else BEFORE + opens)


@pytest.mark.usefixtures("command")
def test_completed_sessions_are_fetched_stored_and_used(server: YahooServer, tmp_path: Path) -> None:
    server.answers["BRK-B"] = bars("BRK-B", WEEK, [10, 11, 12, 13, 14])
    yahoo = source(tmp_path)
    assert not yahoo.assets()
    history = yahoo.history("BRK-B")
    assert days(history) == WEEK[:4]  # Tuesday's session is still running
    assert closes(history) == [10, 11, 12, 13]
    assert history.field("adjusted_close").tolist()[-4:] == [5, 5.5, 6, 6.5]
    assert set(history.field("volume").tolist()) == {1000}
    assert (history.source, history.retrieved) == ("yahoo", date(2026, 4, 21))
    assert (yahoo.assets(), yahoo.notes) == (("BRK-B",), [])
    stored = pq.read_table(tmp_path / "prices" / "BRK-B.parquet")
    assert {"Date", "Open", "Close", "Adj Close", "Dividends", "Stock Splits"} <= set(stored.column_names)
    assert stored.num_rows == len(LEAD) + 4

    asked = len(server.asked)
    again = source(tmp_path)
    assert days(again.history("BRK-B")) == WEEK[:4]
    assert again.identity("BRK-B") == yahoo.identity("BRK-B")
    assert len(server.asked) == asked  # the store has the last completed session

    later = source(tmp_path, TUESDAY_EVENING)
    assert days(later.history("BRK-B")) == WEEK
    assert later.identity("BRK-B") != yahoo.identity("BRK-B")
    assert later.notes == []


def test_a_session_counts_an_hour_after_the_close(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    after_the_bell = datetime(2026, 4, 21, 20, 30, tzinfo=UTC)
    assert days(source(tmp_path, after_the_bell).history("IWM")) == WEEK[:4]


def test_the_bar_of_what_was_last_traded_before_the_bell_is_complete(
    server: YahooServer, tmp_path: Path
) -> None:
    traded = int(datetime(2026, 4, 21, 19, 42, tzinfo=UTC).timestamp())  # 15:42 in New York
    server.answers["IWM"] = chart("IWM", LEAD + WEEK, [*BEFORE, 10, 11, 12, 13, 14], traded=traded)
    assert days(source(tmp_path, TUESDAY_EVENING).history("IWM")) == WEEK


def test_a_last_bar_without_a_close_is_not_complete(server: YahooServer, tmp_path: Path) -> None:
    answer = bars("IWM", WEEK, [10, 11, 12, 13, None], opens=[10, 11, 12, 13, 14])
    server.answers["IWM"] = answer
    assert days(source(tmp_path, TUESDAY_EVENING).history("IWM")) == WEEK[:4]


def test_crypto_has_sessions_on_weekends_and_dates_of_its_own_clock(
    server: YahooServer, tmp_path: Path
) -> None:
    weeks = [str(day) for day in np.arange("2026-03-01", "2026-04-21", dtype="datetime64[D]")]
    prices: list[float | None] = [10 + 5 * i % 8 for i in range(len(weeks))]
    server.answers["BTC-USD"] = chart("BTC-USD", weeks, prices, zone="UTC", opening=(0, 0))
    yahoo = source(tmp_path)
    assert days(yahoo.history("BTC-USD")) == weeks
    assert yahoo.notes == []


def test_an_exchange_east_of_greenwich_keeps_its_dates(server: YahooServer, tmp_path: Path) -> None:
    # 09:00 in Tokyo is midnight UTC; an hour later the clock in New York still says the day before.
    server.answers["7203.T"] = chart(
        "7203.T", LEAD + WEEK[:4], [*BEFORE, 11, 12, 11, 12], zone="Asia/Tokyo", opening=(9, 0)
    )
    assert days(source(tmp_path).history("7203.T")) == WEEK[:4]


def test_opens_of_zero_at_the_beginning_are_unknown_and_told(server: YahooServer, tmp_path: Path) -> None:
    early: list[float | None] = [0.0] * 30
    opens = early + BEFORE[30:] + [10, 11, 12, 13, 14]
    server.answers["^GSPC"] = chart("^GSPC", LEAD + WEEK, [*BEFORE, 10, 11, 12, 13, 14], opens=opens)
    yahoo = source(tmp_path)
    history = yahoo.history("^GSPC")
    assert history.open is not None
    assert np.isnan(history.open[:30]).all()
    assert history.open[-4:].tolist() == [10, 11, 12, 13]
    assert closes(history) == [10, 11, 12, 13]
    (note,) = yahoo.notes
    assert note.startswith("^GSPC: Open is unknown on 30 sessions, first on ")


def test_one_open_of_zero_is_a_fault(server: YahooServer, tmp_path: Path) -> None:
    server.answers["^GSPC"] = bars("^GSPC", WEEK, [10, 11, 12, 13, 14], opens=[10, 11, 0, 13, 14])
    with pytest.raises(HeldError, match="On 2026-04-17 there is no possible value of Open"):
        source(tmp_path).history("^GSPC")


def test_a_close_that_is_missing_inside_is_refused_and_the_store_kept(
    server: YahooServer, tmp_path: Path
) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    source(tmp_path).history("IWM")
    before = (tmp_path / "prices" / "IWM.parquet").read_bytes()
    server.answers["IWM"] = bars("IWM", WEEK, [10, None, 12, 13, 14], opens=[10, 11, 12, 13, 14])
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert days(yahoo.history("IWM")) == WEEK[:4]
    assert set(yahoo.held) == {"IWM"}
    assert "fetched prices of IWM, 2026-04-16, column Close" in yahoo.held["IWM"]
    assert yahoo.held["IWM"].endswith("The prices of 2026-04-21 are used; they end on 2026-04-20.")
    assert (tmp_path / "prices" / "IWM.parquet").read_bytes() == before


def test_a_changed_past_is_held(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK[:4], [10, 11, 12, 13])
    source(tmp_path).history("IWM")
    server.answers["IWM"] = bars("IWM", WEEK[1:], [10.5, 12, 13, 14])
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert closes(yahoo.history("IWM")) == [10, 11, 12, 13]
    assert yahoo.held == {
        "IWM": "IWM is held: Of the accepted past 1 session (2026-04-15) is gone. The close of 2026-04-16 is "
        "another than before, by up to 4.55%. And 4 more. The prices of 2026-04-21 are used; they end on "
        "2026-04-20."
    }
    assert yahoo.notes == list(yahoo.held.values())


def test_an_unknown_ticker(server: YahooServer, tmp_path: Path) -> None:
    with pytest.raises(UnknownAssetError, match="Yahoo has no prices for 'NOPE'"):
        source(tmp_path).history("NOPE")
    assert not source(tmp_path).assets()


def test_a_ticker_without_bars(server: YahooServer, tmp_path: Path) -> None:
    server.answers["EMPTY"] = empty("EMPTY")
    with pytest.raises(UnknownAssetError, match="Yahoo has no prices for 'EMPTY'"):
        source(tmp_path).history("EMPTY")


@pytest.mark.parametrize("text", ["", "../IWM", "A B", "IWM/..", ".hidden", "X" * 30, "A\nB", "--help"])
def test_what_is_no_ticker_is_never_asked_for(server: YahooServer, tmp_path: Path, text: str) -> None:
    with pytest.raises(RequestError, match="is not a ticker"):
        source(tmp_path).history(text)
    assert server.asked == []


def test_too_many_requests_are_tried_again_and_then_end(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    source(tmp_path).history("IWM")
    server.answers["IWM"] = (429, "Too Many Requests")
    with pytest.raises(SourceError, match=r"HTTP 429.*--source files:PATH"):
        source(tmp_path, TUESDAY_EVENING).history("IWM")


def test_one_refusal_is_forgiven(server: YahooServer, tmp_path: Path) -> None:
    good = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    # yfinance asks twice before it gives up: once with each kind of cookie.
    refusals = iter([(429, "Too Many Requests")] * 2)
    server.answers["IWM"] = lambda: next(refusals, good)
    assert len(source(tmp_path).history("IWM")) == len(LEAD) + 4


@pytest.mark.parametrize("answer", [(200, '{"chart": {}}'), (200, "[]")])
def test_an_answer_that_cannot_be_read(server: YahooServer, tmp_path: Path, answer: tuple[int, str]) -> None:
    server.answers["IWM"] = answer
    with pytest.raises(SourceError, match="Yahoo's answer for IWM cannot be read") as caught:
        source(tmp_path).history("IWM")
    assert "\n" not in str(caught.value)


INTERNAL = '{"chart": {"result": null, "error": {"code": "Internal", "description": "x"}}}'


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, INTERNAL), "(HTTP 500)"),
        ((502, "<html>Bad gateway</html>"), "(HTTP 502)"),
        ((503, "Service Unavailable"), "(HTTP 503)"),
        (
            (200, "<html><form>Before you continue</form></html>"),
            "(HTTP 200 with something other than prices)",
        ),
        ((200, "{nonsense"), "(HTTP 200 with something other than prices)"),
        ((403, "<html>Access denied</html>"), "(HTTP 403 with something other than prices)"),
    ],
)
def test_what_is_no_answer_leaves_the_stored_prices_in_use(
    server: YahooServer, tmp_path: Path, answer: Answer, why: str
) -> None:
    server.answers["IWM"] = answer
    with pytest.raises(SourceError, match="no prices of IWM are stored") as caught:
        source(tmp_path).history("IWM")
    assert f"Yahoo cannot be reached {why}" in str(caught.value)
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    source(tmp_path).history("IWM")
    server.answers["IWM"] = answer
    other = [20 + 7 * i % 9 / 10 for i in range(len(LEAD + WEEK))]
    server.answers["SPY"] = chart("SPY", LEAD + WEEK, [*other])
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert days(yahoo.history("IWM")) == WEEK[:4]
    assert yahoo.stale == ["IWM"]
    assert yahoo.notes == [
        f"IWM: Yahoo cannot be reached {why}; the stored prices are used. They end on 2026-04-20 and were "
        "retrieved on 2026-04-21."
    ]
    assert yahoo.history("SPY").close.tolist() == other  # it may be so for one asset alone


@pytest.mark.parametrize("answer", [not_found(), empty("IWM")])
def test_an_asset_that_yahoo_knows_no_more_keeps_its_prices(
    server: YahooServer, tmp_path: Path, answer: Answer
) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    source(tmp_path).history("IWM")
    server.answers["IWM"] = answer
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert days(yahoo.history("IWM")) == WEEK[:4]
    assert yahoo.stale == ["IWM"]
    assert yahoo.notes == [
        "IWM: Yahoo has no prices of it now; the stored prices are used. They end on 2026-04-20 and were "
        "retrieved on 2026-04-21."
    ]


def test_an_answer_in_drips_ends_at_the_limit(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    server.dripping.add("IWM")
    begin = time.monotonic()
    with pytest.raises(SourceError, match="did not answer within 6 seconds, and no prices of IWM are stored"):
        source(tmp_path, limit=6).history("IWM")
    assert time.monotonic() - begin < 11
    assert server.asked
    assert not source(tmp_path).assets()


def test_an_answer_that_breaks_off(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    server.torn.add("IWM")
    with pytest.raises(SourceError, match=r"Yahoo cannot be reached .*no prices of IWM are stored") as caught:
        source(tmp_path).history("IWM")
    assert "\n" not in str(caught.value)
    assert not source(tmp_path).assets()


def test_a_page_that_asks_for_consent_is_no_answer(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = (200, "<!DOCTYPE html><html><body><form>Before you continue</form></body></html>")
    with pytest.raises(SourceError, match="Yahoo cannot be reached") as caught:
        source(tmp_path).history("IWM")
    assert "\n" not in str(caught.value)
    assert "<" not in str(caught.value)
    assert not source(tmp_path).assets()


def test_another_tickers_answer_is_held(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("SPY", WEEK, [10, 11, 12, 13, 14])
    with pytest.raises(HeldError, match="The answer is about SPY, not IWM"):
        source(tmp_path).history("IWM")
    assert not source(tmp_path).assets()


def test_a_ticker_given_to_another_security_is_held(server: YahooServer, tmp_path: Path) -> None:
    prices: list[float | None] = [*BEFORE, 10, 11, 12, 13, 14]
    server.answers["FB"] = chart("FB", LEAD + WEEK, prices, longName="Facebook, Inc.")
    source(tmp_path).history("FB")
    server.answers["FB"] = chart("FB", LEAD + WEEK, prices, longName="ProShares S&P 500 Dynamic Buffer ETF")
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert days(yahoo.history("FB")) == WEEK[:4]
    assert "The name is ProShares S&P 500 Dynamic Buffer ETF now and was Facebook" in yahoo.held["FB"]


@pytest.mark.usefixtures("command")
def test_silence_ends_at_the_limit_and_is_waited_for_once(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = server.answers["SPY"] = server.say_nothing
    yahoo = source(tmp_path, limit=6)
    begin = time.monotonic()
    with pytest.raises(SourceError, match="did not answer within 6 seconds, and no prices of IWM are stored"):
        yahoo.history("IWM")
    with pytest.raises(SourceError, match="no prices of SPY are stored"):
        yahoo.history("SPY")
    assert time.monotonic() - begin < 11
    assert "SPY" not in server.asked


def test_without_a_network_the_store_is_used_and_its_date_shown(
    server: YahooServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, 11, 12, 13, 14])
    source(tmp_path).history("IWM")
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:1")
    yahoo = source(tmp_path, TUESDAY_EVENING)
    assert days(yahoo.history("IWM")) == WEEK[:4]
    assert yahoo.stale == ["IWM"]
    assert len(yahoo.notes) == 1
    assert "Yahoo cannot be reached" in yahoo.notes[0]
    assert yahoo.notes[0].endswith("They end on 2026-04-20 and were retrieved on 2026-04-21.")
    with pytest.raises(SourceError, match=r"no prices of SPY are stored\. Check the network"):
        yahoo.history("SPY")


def test_a_fault_without_an_accepted_snapshot_is_an_error(server: YahooServer, tmp_path: Path) -> None:
    server.answers["IWM"] = bars("IWM", WEEK, [10, None, 12, 13, 14], opens=[10, 11, 12, 13, 14])
    yahoo = source(tmp_path)
    with pytest.raises(HeldError, match="No prices of it were accepted before"):
        yahoo.history("IWM")
    assert (yahoo.held, yahoo.assets()) == ({}, ())
