"""A server on the loopback that answers as Yahoo's chart API does, and fails as it does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from generator.market.providers import yahoo
from tests.market import forked

Answer = tuple[int, str]
SESSION = 6 * 3600 + 1800
"""Seconds from New York's opening to its closing bell."""


def chart(
    symbol: str,
    days: list[str],
    closes: list[float | None],
    *,
    opens: list[float | None] | None = None,
    zone: str = "America/New_York",
    opening: tuple[int, int] = (9, 30),
    traded: int | None = None,
    **meta_of_its_own: object,
) -> Answer:
    """The chart API's answer for daily bars of these closes; last traded at the close of the last of them."""
    stamps = [_opening(day, zone, opening) for day in days]
    quote = {
        "open": opens or closes,
        "high": closes,
        "low": closes,
        "close": closes,
        "volume": [None if close is None else 1000 for close in closes],
    }
    meta: dict[str, Any] = {
        "symbol": symbol,
        "currency": "USD",
        "instrumentType": "EQUITY",
        "exchangeTimezoneName": zone,
        "exchangeName": "PCX",
        "timezone": "EST",
        "gmtoffset": -18000,
        "firstTradeDate": stamps[0],
        "regularMarketTime": stamps[-1] + SESSION if traded is None else traded,
        "regularMarketPrice": 1.0,
        "priceHint": 2,
        "dataGranularity": "1d",
        "range": "max",
        "validRanges": ["1d", "5d", "1mo", "max"],
        **meta_of_its_own,
    }
    indicators = {
        "quote": [quote],
        "adjclose": [{"adjclose": [None if c is None else c / 2 for c in closes]}],
    }
    result = {"meta": meta, "timestamp": stamps, "events": {}, "indicators": indicators}
    return 200, json.dumps({"chart": {"result": [result], "error": None}})


def not_found() -> Answer:
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    return 404, json.dumps({"chart": {"result": None, "error": error}})


def empty(symbol: str) -> Answer:
    """A ticker that Yahoo knows and has no bars of."""
    status, text = chart(symbol, ["2026-04-20"], [1.0])
    answer = json.loads(text)
    result = answer["chart"]["result"][0]
    del result["timestamp"]
    result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return status, json.dumps(answer)


def _opening(day: str, zone: str, opening: tuple[int, int]) -> int:
    moment = datetime(*date.fromisoformat(day).timetuple()[:3], *opening, tzinfo=ZoneInfo(zone))
    return int(moment.astimezone(UTC).timestamp())


class YahooServer:
    """``answers`` maps a symbol to its answer, or to a function that gives it; others are not found.

    Of the answers in ``dripping`` a byte comes every half second, of those in ``torn`` only the first half.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.asked: list[str] = []
        self.dripping: set[str] = set()
        self.torn: set[str] = set()
        self._closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        symbol = ""
        if path.startswith("/v8/finance/chart/"):
            symbol = path.rsplit("/", 1)[1].replace("%5E", "^").replace("%3D", "=")
            self.asked.append(symbol)
            given = self.answers.get(symbol, not_found())
            status, text = given() if callable(given) else given
        else:
            status, text = 200, "crumb" if path == "/v1/test/getcrumb" else "<html></html>"
        body = text.encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if symbol in self.dripping:
                for byte in body:
                    handler.wfile.write(bytes([byte]))
                    if self._closing.wait(0.5):
                        return
            handler.wfile.write(body[: len(body) // 2] if symbol in self.torn else body)
        except ConnectionError:
            pass  # the child was killed while it waited

    def say_nothing(self) -> Answer:
        """Leave a request without an answer until the server closes."""
        self._closing.wait(60)
        return 200, ""

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def in_yahoos_place(patch: pytest.MonkeyPatch) -> Iterator[YahooServer]:
    """A server that is asked in Yahoo's place, by a fork that has yfinance imported."""
    forked.begin()
    server = YahooServer()
    patch.setenv(yahoo.URL_VARIABLE, server.url)
    patch.setattr(yahoo, "subprocess", forked)
    yield server
    server.close()
