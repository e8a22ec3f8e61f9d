"""How old the prices of an issue may be: not a session, where all holidays are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from generator.check.reading import load_specs
from generator.core.errors import DataError
from generator.market.calendar import close_on
from generator.market.history import PriceHistory
from generator.run.publish import refuse_old_prices
from tests.running import small_spec, write_spec
from tests.scan.markets import MadeUp

LATER = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_closures() -> Iterator[None]:
    yield
    close_on(())


def judge(root: Path, asset: str, issued: str, last: str) -> None:
    write_spec(root, "issue", small_spec(asset=asset, date=issued))
    (spec,) = load_specs(root, ["issue"])
    days = np.arange(np.datetime64("2026-01-02"), np.datetime64(last) + 1)
    days = days[np.is_busday(days)]
    source = MadeUp({asset: PriceHistory(asset=asset, sessions=days, close=np.full(len(days), 100.0))})
    refuse_old_prices(spec, date.fromisoformat(last), None, source, LATER)


def test_a_friday_on_which_new_york_was_closed_unexpectedly(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"before the session of 2026-07-24: those of SPY on 2026-07-23\. .*under 'closures' in acknow",
    ):
        judge(tmp_path, "SPY", "2026-07-25", "2026-07-23")
    close_on([date(2026, 7, 24)])
    judge(tmp_path, "SPY", "2026-07-25", "2026-07-23")
    with pytest.raises(DataError, match=r"before the session of 2026-07-23"):
        judge(tmp_path, "SPY", "2026-07-25", "2026-07-22")


def test_a_friday_on_which_frankfurt_was_closed(tmp_path: Path) -> None:
    judge(tmp_path, "SAP.DE", "2026-05-02", "2026-04-30")  # the first of May
    judge(tmp_path, "^N225", "2026-05-06", "2026-05-01")  # and the golden week
    with pytest.raises(DataError, match="its prices end on 2026-04-29, before the session of 2026-04-30"):
        judge(tmp_path, "SAP.DE", "2026-05-02", "2026-04-29")
    # Of Cairo no holidays are known: twelve days may be one.
    judge(tmp_path, "COMI.CA", "2026-05-02", "2026-04-20")
    with pytest.raises(DataError, match="its prices end on 2026-04-16, before the session of 2026-04-30"):
        judge(tmp_path, "COMI.CA", "2026-05-02", "2026-04-16")
