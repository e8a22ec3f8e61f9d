"""``precedent scan`` and ``watchlist.yml`` as a person meets them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generator.cli import scan as cli_scan
from generator.core.errors import SpecError
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.scan.run import scan_assets
from generator.spec.watchlist import check_watchlist, load_calendars, load_watchlist
from tests.projects import copy_project
from tests.real_prices import market_data, real_prices
from tests.running import refused, run
from tests.scan.markets import walks

FORMS = ("--signals", "reverse-up,correction,rsi-oversold", "--since", "20 sessions")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Four random walks and a malformed series in one long Parquet of three row groups."""
    histories = [h for h in walks(4).values() if h]
    rows = {
        "Ticker": [*(h.asset for h in histories for _ in h.close), "BAD", "BAD", "BAD"],
        "Date": pa.array(
            np.concatenate([*(h.sessions for h in histories), histories[0].sessions[:3]]).astype(
                "datetime64[D]"
            )
        ),
        "Close": [*np.concatenate([h.close for h in histories]), 1.0, float("inf"), 1.0],
    }
    path = tmp_path / "universe.parquet"
    pq.write_table(pa.table(rows), path, row_group_size=2000)
    return path


def test_a_table_of_many_assets(table: Path, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    result = run("scan", "--source", f"files:{table}", "--format", "json", *FORMS, project=project)
    answer = json.loads(result.stdout)
    assert answer["assets"] == {"asked": 5, "scanned": 4, "stale": []}
    assert answer["complete"] is True
    (bad,) = answer["skipped"]
    assert (bad["asset"], bad["signal"]) == ("BAD", None)
    assert "column Close: the value is inf" in bad["reason"]
    findings = [f for e in answer["events"] for f in e["findings"]]
    assert answer["tests"] == len(findings)
    for event in answer["events"]:
        assert event["also_on"] == [f["asset"] for f in event["findings"][1:]]
    shown = list(csv.DictReader(io.StringIO(run(
        "scan", "--source", f"files:{table}", "--format", "csv", *FORMS, project=project
    ).stdout)))  # fmt: skip
    assert [(r["asset"], float(r["interest"])) for r in shown] == [
        (f["asset"], f["interest"]) for f in findings
    ]
    for row, finding in zip(shown, findings, strict=True):
        assert float(row["baseline_average"]) == finding["baseline"]["average"]


def test_the_scan_says_what_the_study_says(table: Path, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    answer = json.loads(
        run("scan", "--source", f"files:{table}", "--format", "json", *FORMS, project=project).stdout
    )
    event = answer["events"][0]
    finding = event["findings"][0]
    asked = ("--asset", finding["asset"], "--signal", event["signal"], "--source", f"files:{table}")
    study = json.loads(run("study", *asked, "--format", "json", project=project).stdout)
    assert study["episodes"][-1]["date"] == event["date"]
    summary = study["summary"][finding["horizon"]]
    for key in ("n", "independent_n", "average", "median", "win_rate", "edge", "p_value"):
        assert finding[key] == pytest.approx(summary[key], abs=1e-12), key
    assert finding["baseline"] == summary["baseline"]


def test_an_unsorted_table_is_read_as_a_sorted_one(table: Path, tmp_path: Path) -> None:
    rows = pq.read_table(table)
    order = np.argsort(rows["Date"].to_numpy(), kind="stable")
    mixed = tmp_path / "mixed.parquet"
    pq.write_table(rows.take(order), mixed, row_group_size=500)
    sorted_, unsorted = (dict(FilesSource(path).histories(("A3", "A1", "BAD"))) for path in (table, mixed))
    assert set(sorted_) == set(unsorted)
    for asset in ("A1", "A3"):
        one, two = sorted_[asset], unsorted[asset]
        assert isinstance(one, PriceHistory)
        assert isinstance(two, PriceHistory)
        assert np.array_equal(one.sessions, two.sessions)
        assert np.array_equal(one.close, two.close)
        alone = FilesSource(table).history(asset)
        assert np.array_equal(one.close, alone.close)
    assert f"row {rows.num_rows - 1}, column Close" in str(sorted_["BAD"])


def test_ctrl_c_prints_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copy_project(tmp_path / "letter", reports=False)

    def interrupted(*arguments: Any) -> Iterator[Any]:
        answers = scan_assets(*arguments)
        yield next(answers)
        yield next(answers)
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_scan, "scan_assets", interrupted)
    result = run("scan", "--source", "sample", "--format", "json", project=project)
    assert result.exit_code == 130
    answer = json.loads(result.stdout)
    assert answer["complete"] is False
    assert (answer["assets"]["scanned"], answer["assets"]["asked"]) == (2, 5)
    assert "Interrupted" in run("scan", "--source", "sample", project=project).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "yesterday"), "--since 'yesterday' is not a number of sessions"),
        (("--since", "900 sessions"), "from 1 to 252"),
        (("--signals", "reverse-upp"), "Did you mean reverse-up"),
        (("--signals", "reverse-up,reverse-up"), "named twice"),
        (("--assets", ","), "--assets names no asset"),
    ],
)
def test_mistakes(arguments: Sequence[str], message: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    assert message in refused(run("scan", "--source", "sample", *arguments, project=project), 2)


def test_the_watchlist_that_comes_along(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    watchlist = load_watchlist(project)
    assert len(watchlist.assets) >= 60
    assert watchlist.assets["IWM"].name == "Russell 2000 fund"
    assert watchlist.assets["IWM"].benchmark == watchlist.benchmark == "SPY"
    assert watchlist.assets["BTC-USD"].group == "Crypto"
    assert "No mistakes" in run("check", project=project).stdout


def test_without_a_watchlist_there_is_a_message(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    (project / "watchlist.yml").unlink()
    assert "Name assets with --assets" in refused(run("scan", "--source", "sample", project=project), 2)
    assert run("scan", "--source", "sample", "--assets", "IWM", project=project).exit_code == 0
    drafted = refused(run("draft", "--source", "sample", project=project), 2)
    assert "watchlist.yml: there is none in" in drafted
    assert "Write one that names the assets" in drafted
    assert "--assets" not in drafted
    checked = run("check", project=project)
    assert checked.exit_code == 0
    assert "there is no watchlist.yml here" in checked.stdout


def test_a_watchlist_that_is_misnamed_is_a_mistake(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    (project / "watchlist.yml").rename(project / "watchlist.yaml")
    for command in (("check",), ("draft", "--source", "sample")):
        assert "Rename watchlist.yaml, which is there." in refused(run(*command, project=project), 2)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_scan_that_can_read_nothing_is_one_message(table: Path, tmp_path: Path, form: str) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    asked = ("scan", "--source", f"files:{table}", "--format", form, *FORMS)
    result = run(*asked, "--assets", "NOPE", project=project)
    assert refused(result, 3).startswith("precedent: no prices for 'NOPE' in")
    assert result.stdout == ""
    result = run(*asked, "--assets", "NOPE,BAD", project=project)
    assert refused(result, 3).startswith("precedent: none of the 2 assets can be read. The first, ")
    assert result.stdout == ""
    assert run(*asked, "--assets", "NOPE,A1", project=project).exit_code == 0


def test_a_watchlist_that_the_sample_market_does_not_know(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    (project / "watchlist.yml").write_text("benchmark: ZZZ\ngroups:\n  All:\n    ZZZ: Nothing\n")
    message = refused(run("scan", "--source", "sample", project=project), 3)
    assert "'sample' has DIA, IWM, MAGS, QQQ, SPY. Name some with --assets." in message


WRONG = """\
benchmark: spy
groups:
  Indices:
    SPY: S&P 500
    iwm: Russell 2000
    QQQ: {nam: Nasdaq, calendar: 24/8}
  More:
    SPY: again
  Empty:
"""


def test_every_mistake_in_the_watchlist_at_once(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yml").write_text(WRONG)
    with pytest.raises(SpecError) as caught:
        load_watchlist(tmp_path)
    said = [str(problem) for problem in caught.value.problems]
    assert [line.split(": ")[0] for line in said] == [f"watchlist.yml:{n}" for n in (1, 6, 6, 8, 9)]
    text = "\n".join(said)
    assert "benchmark: names spy, which stands in no group. Did you mean 'SPY'?" in text
    assert "groups.Indices.QQQ.nam: there is no such key. Did you mean 'name'?" in text
    assert "is in the group 'Indices' too" in text
    assert "found '24/8'" in text
    assert check_watchlist(tmp_path) == caught.value.problems


def test_a_benchmark_stands_in_a_group(tmp_path: Path) -> None:
    text = "benchmark: SPX\ngroups:\n  All:\n    SPY: S&P 500\n    GLD: {name: gold, benchmark: SLVV}\n"
    (tmp_path / "watchlist.yml").write_text(text)
    said = [str(problem) for problem in check_watchlist(tmp_path)]
    assert [line.split(" names ")[0] for line in said] == [
        "watchlist.yml:1: benchmark:",
        "watchlist.yml:5: groups.All.GLD.benchmark:",
    ]
    assert "SPX, which stands in no group. Did you mean 'SPY'?" in said[0]


def test_a_calendar_is_said_of_a_ticker_that_tells_none(tmp_path: Path) -> None:
    text = "benchmark: SPY\ngroups:\n  All:\n    SPY: S&P 500\n    {}: {{name: Whatever, calendar: {}}}\n"
    for ticker, code, told in (
        ("BTC-USD", "XNYS", "24/7"),
        ("7203.T", "XLON", "XTKS"),
        ("ES=F", "XNYS", "24/5"),
    ):
        (tmp_path / "watchlist.yml").write_text(text.format(ticker, code))
        said = rf"(?s)watchlist.yml:5.*is {code}, but the ticker {ticker} says {told}"
        with pytest.raises(SpecError, match=said):
            load_watchlist(tmp_path)
    for ticker, code in (("BTC", "24/7"), ("NIKKEI", "XTKS"), ("^STOXX50E", "XETR"), ("7203.T", "XTKS")):
        (tmp_path / "watchlist.yml").write_text(text.format(ticker, code))
        assert load_calendars(tmp_path) == {ticker: code}


def test_the_watchlists_calendar_counts_in_every_command(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    days = np.arange("2025-01-01", "2026-03-01", dtype="datetime64[D]")
    rows = "\n".join(f"{day},{100 + n % 7}" for n, day in enumerate(days.astype(str)))
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "BTC.csv").write_text(f"Date,Close\n{rows}\n")
    ask = ("study", "--asset", "BTC", "--when", "close > 105", "--horizons", "1W", "--format", "json")
    ask = (*ask, "--source", f"files:{tmp_path / 'prices'}")
    before = json.loads(run(*ask, project=project).stdout)
    assert before["episodes"][0]["returns"]["1W"] != 0
    (project / "watchlist.yml").write_text(
        "benchmark: BTC\ngroups:\n  All:\n    BTC: {name: Bitcoin, calendar: 24/7}\n"
    )
    # A week of every day is seven days, after which these prices repeat themselves.
    assert json.loads(run(*ask, project=project).stdout)["episodes"][0]["returns"]["1W"] == 0
    (project / "watchlist.yml").write_text(
        "benchmark: BTC\ngroups:\n  All:\n    BTC: {name: B, calendar: XTKX}\n"
    )
    assert "found 'XTKX'. Did you mean 'XTKS'?" in refused(run(*ask, project=project), 2)


@real_prices
@pytest.mark.slow
def test_a_universe_of_real_prices(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    source = f"files:{market_data() / 'universe-1000.parquet'}"
    answer = json.loads(run("scan", "--source", source, "--format", "json", *FORMS, project=project).stdout)
    assert answer["assets"]["asked"] == 1000
    assert answer["assets"]["scanned"] + len([s for s in answer["skipped"] if s["signal"] is None]) == 1000
    assert answer["events"]
