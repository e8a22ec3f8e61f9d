"""Asking Yahoo for the daily bars of one ticker: the only module that imports yfinance.

yfinance runs in a child process with a limit on the wall clock: its own time-outs count one connection at a
time, and on a network that swallows packets they add up to minutes. The child leaves a Parquet file of
Yahoo's columns, or one sentence and an exit code that says what kind of failure it was.

``PRECEDENT_YAHOO_URL`` sends every request of the child to another server, such as a test's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from generator.core.errors import SourceError, UnknownAssetError, UnreachableError
from generator.market.providers.store import save_frame

URL_VARIABLE = "PRECEDENT_YAHOO_URL"
CHART = "/v8/finance/chart/"
"""Where the bars are; what is asked elsewhere, cookies and the like, may be pages."""
CURL_WORDS = re.compile(r"Failed to perform, curl: \(\d+\) |\.? ?See https?://\S+ first for more details\.?")
"""What curl says around every reason."""
TOO_MANY, SERVER_ERROR = 429, 500
"""HTTP's words for a refusal, and for this or more: the fault is the server's."""


class RateLimitedError(SourceError):
    """Yahoo answers HTTP 429: too many requests."""


class OutOfOrderError(UnreachableError):
    """Something answers in Yahoo's place: an error of its servers (HTTP 5xx), or a page."""


class Outcome(IntEnum):
    """Exit codes of the child; the interpreter itself uses 0 to 2."""

    PRICES = 0
    UNKNOWN = 10
    RATE_LIMITED = 11
    UNREACHABLE = 12
    UNREADABLE = 13
    OUT_OF_ORDER = 14


def fetch(asset: str, cache: Path, limit: float) -> bytes:
    """All daily bars that Yahoo has of a ticker, as a Parquet file.

    Columns: ``Date`` (the session on the exchange's clock), ``Open``, ``High``, ``Low``, ``Close`` (adjusted
    for splits only), ``Adj Close``, ``Volume``, and the dividends and splits. What Yahoo says beside them is
    in the file's metadata (see ``store.read_frame``). The last bar may be of a session that has not closed.
    Nothing is checked or repaired.

    Parameters
    ----------
    cache : folder for yfinance's cookies and time zones.
    limit : seconds on the wall clock, after which the child is killed.

    Raises
    ------
    UnknownAssetError : Yahoo has no prices for the ticker.
    RateLimitedError, UnreachableError, OutOfOrderError : see there.
    SourceError : Yahoo's answer cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        command = [sys.executable, "-m", "generator.market.providers.yahoo", asset, str(answer), str(cache)]
        try:
            child = subprocess.run(command, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnreachableError(f"Yahoo did not answer within {limit:g} seconds") from error
        if child.returncode == Outcome.PRICES:
            return answer.read_bytes()
        if child.returncode not in set(Outcome):
            last = child.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise SourceError(f"asking Yahoo for {asset} failed: {' '.join(last) or child.returncode}")
        raise _failure(Outcome(child.returncode), asset, answer.read_text(encoding="utf-8"))


def _failure(outcome: Outcome, asset: str, reason: str) -> Exception:
    if outcome is Outcome.UNKNOWN:
        return UnknownAssetError(
            f"Yahoo has no prices for '{asset}'. Check the ticker on finance.yahoo.com; "
            "indices are written like ^GSPC, share classes like BRK-B, crypto like BTC-USD."
        )
    if outcome is Outcome.RATE_LIMITED:
        return RateLimitedError("Yahoo refuses more requests for now (HTTP 429)")
    if outcome is Outcome.UNREACHABLE:
        return UnreachableError(f"Yahoo cannot be reached ({reason})")
    if outcome is Outcome.OUT_OF_ORDER:
        return OutOfOrderError(f"Yahoo cannot be reached ({reason})")
    return SourceError(f"Yahoo's answer for {asset} cannot be read ({reason}). Try again later.")


def _child(asset: str, answer: Path, cache: str) -> Outcome:
    """What runs in the child process."""
    try:
        prices, beside = _history(asset, cache)
        save_frame(prices, beside, answer)
    except Exception as error:
        # Whatever yfinance raises is one of these kinds; the traceback is of no use to anybody.
        answer.write_text(_one_line(error), encoding="utf-8")
        return _kind(error)
    return Outcome.PRICES


def _history(asset: str, cache: str) -> tuple[Any, dict[str, str]]:
    """Yahoo's bars of a ticker as a pandas frame, and what it says beside them."""
    import yfinance as yf
    import yfinance.base

    Path(cache).mkdir(parents=True, exist_ok=True)
    yf.set_tz_cache_location(cache)
    yf.config.debug.hide_exceptions = False
    # Without a time zone yfinance would ask for the company's profile, several requests for nothing.
    yfinance.base._tz_info_fetch_ctr = 2
    ticker = yf.Ticker(asset, session=_session())
    prices = ticker.history(period="max", interval="1d", auto_adjust=False, actions=True)
    if prices.empty:
        raise yf.exceptions.YFPricesMissingError(asset, "")
    # The index is midnight on the exchange's clock: its date there is the session.
    prices.insert(0, "Date", prices.index.date)
    return prices, _beside(ticker.get_history_metadata())


def _beside(told: Mapping[str, Any]) -> dict[str, str]:
    """What an answer says of itself, under the names of ``Snapshot``; what it does not say is left out."""
    first, traded = told.get("firstTradeDate"), told.get("regularMarketTime")
    found = {
        "symbol": told.get("symbol"),
        "name": told.get("longName"),
        "instrument": told.get("instrumentType"),
        "currency": told.get("currency"),
        "zone": told.get("exchangeTimezoneName"),
        "first_trade": None if first is None else first.date().isoformat(),
        "traded": None if traded is None else traded.isoformat(),
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def _session() -> Any:
    """A session as yfinance's own, that knows what is no answer of Yahoo's.

    It sends every request to the server of ``PRECEDENT_YAHOO_URL``, where that is set.
    """
    from curl_cffi import requests

    server = os.environ.get(URL_VARIABLE)
    place = None if server is None else urlsplit(server)

    class Session(requests.Session):  # type: ignore[type-arg]
        def request(self, method: Any, url: str, **options: Any) -> Any:  # type: ignore[override]
            asked = urlsplit(url)
            if place is not None:
                asked = asked._replace(scheme=place.scheme, netloc=place.netloc)
            answer = super().request(method, urlunsplit(asked), **options)
            if asked.path.startswith(CHART):
                _refuse_what_is_none(answer.status_code, answer.content)
            return answer

    return Session(impersonate="chrome")


class _NoAnswerError(Exception):
    """What came is not from the service that knows prices."""


def _refuse_what_is_none(status: int, content: bytes) -> None:
    """Raise when an answer is an error of Yahoo's servers or no JSON; yfinance would take it for a word about
    the ticker. A refusal (HTTP 429) is plain text and goes through."""
    if status >= SERVER_ERROR:
        raise _NoAnswerError(f"HTTP {status}")
    if status == TOO_MANY:
        return
    try:
        json.loads(content)
    except ValueError:
        raise _NoAnswerError(f"HTTP {status} with something other than prices") from None


def _kind(error: Exception) -> Outcome:
    from curl_cffi.requests.exceptions import RequestException
    from yfinance.exceptions import YFRateLimitError, YFTickerMissingError

    if isinstance(error, YFRateLimitError):
        return Outcome.RATE_LIMITED
    if isinstance(error, YFTickerMissingError):
        return Outcome.UNKNOWN
    if isinstance(error, _NoAnswerError):
        return Outcome.OUT_OF_ORDER
    # An unreadable JSON answer is a ValueError too; whatever else the request raised is the network.
    if isinstance(error, RequestException | OSError) and not isinstance(error, ValueError):
        return Outcome.UNREACHABLE
    return Outcome.UNREADABLE


def _one_line(error: Exception) -> str:
    text = CURL_WORDS.sub("", " ".join(str(error).split())).rstrip(".")
    return (text or type(error).__name__)[:200]


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
