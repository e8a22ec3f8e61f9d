"""The as-of date, and the words that name a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.core.errors import DataError, RequestError, SourceError
from generator.market.asof import as_of_date, holding_back, told_holding_back
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.market.providers.registry import open_source
from generator.market.providers.yahoo_source import YahooSource


def series(asset: str, *days: str) -> PriceHistory:
    return PriceHistory(asset, np.array(days, "datetime64[D]"), np.ones(len(days)))


A = series("A", "2026-04-15", "2026-04-16", "2026-04-17", "2026-04-20")
B = series("B", "2026-04-14", "2026-04-15", "2026-04-17")


@pytest.mark.parametrize(
    ("last", "asked", "expected"),
    [
        ("2026-04-13", None, []),  # five sessions are missing, from the 14th to the 20th
        ("2026-04-10", None, ["LATE 2026-04-10", "A 2026-04-20"]),  # a Friday: six
        ("2026-04-10", date(2026, 4, 17), []),
        ("2001-12-31", date(2026, 4, 19), ["LATE 2001-12-31", "A 2026-04-17"]),
        ("2001-12-31", date(2001, 12, 31), []),
    ],
)
def test_series_that_end_long_before_another_hold_it_back(
    last: str, asked: date | None, expected: list[str]
) -> None:
    late = series("LATE", "2001-12-28", last)
    found = holding_back([A, late, B], asked)
    assert [f"{each.asset} {each.last}" for each in found] == expected
    assert (told_holding_back([A, late, B], asked, "it") != "") == (expected != [])
    assert holding_back([A], asked) == holding_back([], asked) == ()


@pytest.mark.parametrize(
    ("histories", "asked", "expected"),
    [
        ([A], None, "2026-04-20"),
        ([A, B], None, "2026-04-17"),
        ([A, B], date(2030, 1, 1), "2026-04-17"),
        ([A, B], date(2026, 4, 16), "2026-04-15"),  # B has no session on the 16th
        ([A], date(2026, 4, 19), "2026-04-17"),  # a Sunday
    ],
)
def test_the_last_common_session_that_was_asked_for(
    histories: list[PriceHistory], asked: date | None, expected: str
) -> None:
    found = as_of_date(histories, asked)
    assert found == np.datetime64(expected)
    assert found.dtype == np.dtype("datetime64[D]")


def test_no_session_in_common() -> None:
    with pytest.raises(DataError, match="A from 2026-04-15 to 2026-04-20; C from 2020-01-02 to 2020-01-03"):
        as_of_date([A, series("C", "2020-01-02", "2020-01-03")])


def test_a_date_before_the_first_session() -> None:
    with pytest.raises(RequestError, match="the first session of A, B is 2026-04-15"):
        as_of_date([A, B], date(2026, 4, 14))


def test_sources_by_name(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "A.csv").write_text("Date,Close\n2026-04-16,1\n2026-04-17,2\n")
    relative = open_source("files:prices", tmp_path)
    assert isinstance(relative, FilesSource)
    assert relative.path == tmp_path / "prices"
    assert (relative.name, relative.simulated) == ("files", False)
    assert open_source(f"files:{tmp_path}/prices/A.csv", Path("elsewhere")).assets() == ("A",)
    yahoo = open_source("yahoo", tmp_path)
    assert isinstance(yahoo, YahooSource)
    assert yahoo.store.folder == tmp_path / "prices"
    sample = open_source("sample", tmp_path)
    assert (sample.name, sample.simulated) == ("sample", True)


@pytest.mark.parametrize("text", ["", "files", "files:", "Yahoo", "yahoo:SPY", "csv:prices", "sample:1"])
def test_any_other_name_is_a_mistake(tmp_path: Path, text: str) -> None:
    with pytest.raises(RequestError, match=r"A source is 'yahoo', 'files:PATH'"):
        open_source(text, tmp_path)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        open_source("files:nowhere", tmp_path)
