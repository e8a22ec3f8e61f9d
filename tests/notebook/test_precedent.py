"""``import precedent``: the numbers of the command line, what it takes, and functions that look ahead."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import precedent
from tests.projects import ROOT
from tests.running import run

mpl.use("Agg")
HORIZONS = ["1M", "3M"]
QUESTION = "roc(close, 5) > 6"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def prices() -> pd.DataFrame:
    return precedent.load("IWM", "sample")


@pytest.fixture(scope="module")
def answer(prices: pd.DataFrame) -> precedent.Answer:
    return precedent.study(prices, when=QUESTION, horizons=HORIZONS, cooldown=21)


def printed(*arguments: str) -> Any:
    asked = ("study", "--asset", "IWM", "--source", "sample", "--horizons", "1M,3M", "--cooldown", "21")
    return json.loads(run(*asked, *arguments, "--format", "json").stdout)


def same(ours: Any, theirs: Any) -> bool:
    """Whether two JSON values agree, the source left out."""
    return {**ours, "source": ""} == {**theirs, "source": ""}


def test_the_numbers_are_those_of_the_command_line(answer: precedent.Answer) -> None:
    shown = printed("--when", QUESTION)
    assert same(answer.to_dict(), shown)
    dates = [e["date"] for e in shown["episodes"]]
    assert len(dates) > 10
    assert [str(day.date()) for day in answer.episodes.index] == dates
    assert answer.episodes["trigger"].tolist() == [e["trigger"] for e in shown["episodes"]]
    for name in ("returns", "max_drawdown", "worst_daily_close", "max_runup"):
        frame = getattr(answer, name)
        assert list(frame.columns) == HORIZONS
        wanted = [[np.nan if e[name][h] is None else e[name][h] for h in HORIZONS] for e in shown["episodes"]]
        np.testing.assert_allclose(100 * frame.to_numpy(), wanted, rtol=1e-12)
    for label in HORIZONS:
        row, theirs = answer.summary.loc[label], shown["summary"][label]
        for name in ("n", "pending", "independent_n", "sharpe", "profit_factor", "p_value"):
            assert row[name] == theirs[name]
        for name in ("average", "median", "win_rate", "best", "worst", "stdev", "edge", "edge_shrunk"):
            assert 100 * row[name] == pytest.approx(theirs[name])
        assert 100 * row["edge_low"] == pytest.approx(theirs["edge_interval"][0])
        assert 100 * row["win_rate_high"] == pytest.approx(theirs["win_rate_interval"][1])
        assert row["verdict"] == theirs["verdict"]["phrase"]
        assert answer.baseline.loc[label, "n"] == theirs["baseline"]["n"]
        assert 100 * answer.baseline.loc[label, "average"] == pytest.approx(theirs["baseline"]["average"])
    assert answer.verdict == shown["summary"]["3M"]["verdict"]["phrase"]


def test_a_source_gives_what_its_prices_give(answer: precedent.Answer) -> None:
    asked = precedent.study("sample", asset="IWM", when=QUESTION, horizons=HORIZONS, cooldown=21)
    assert same(asked.to_dict(), answer.to_dict())


def test_a_series_of_closes(prices: pd.DataFrame, answer: precedent.Answer) -> None:
    asked = precedent.study(prices["Close"], asset="IWM", when=QUESTION, horizons=HORIZONS, cooldown=21)
    pd.testing.assert_frame_equal(asked.returns, answer.returns)
    pd.testing.assert_frame_equal(asked.summary, answer.summary)


def test_a_function_gives_what_its_condition_gives(prices: pd.DataFrame) -> None:
    # A function is a list of dates to the robustness map, so that the verdict's neighbours are others.
    def surge(bars: pd.DataFrame) -> pd.Series:
        return bars["Close"].pct_change(5) > 0.06

    for bars in ("daily", "weekly"):
        horizons = HORIZONS if bars == "daily" else ["13W"]
        ours, theirs = (
            precedent.study(prices, when=when, horizons=horizons, cooldown=4, bars=bars)  # type: ignore[arg-type]
            for when in (surge, QUESTION)
        )
        pd.testing.assert_frame_equal(ours.returns, theirs.returns)
        pd.testing.assert_frame_equal(ours.baseline, theirs.baseline)
        columns = ["n", "independent_n", "average", "median", "p_value", "edge", "edge_low", "edge_shrunk"]
        pd.testing.assert_frame_equal(ours.summary[columns], theirs.summary[columns])


@pytest.mark.parametrize(
    "when",
    [
        lambda bars: bars["Close"].shift(-1) > 1.03 * bars["Close"],
        lambda bars: bars["Close"] > bars["Close"].mean(),
        lambda bars: bars["Close"] == bars["Close"].max(),
        lambda bars: bars["Close"] >= bars["Close"].rolling(21, center=True).max(),
        lambda bars: bars["Close"].pct_change(5).rank(pct=True) > 0.99,
        lambda bars: (bars["Close"].shift(-1).bfill() > 1.03 * bars["Close"]).to_numpy(),
    ],
    ids=["tomorrow", "mean", "top", "centred", "rank", "filled"],
)
def test_a_function_that_looks_ahead_is_found_out(prices: pd.DataFrame, when: Any) -> None:
    with pytest.raises(precedent.PrecedentError, match=r"looks ahead: of \d{4}-\d\d-\d\d it says"):
        precedent.study(prices, when=when)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (lambda bars: True, "gives one value for"),
        (lambda bars: [True], "gives 1 values for"),
        (lambda bars: bars["Close"], "gives other values than True and False"),
        (lambda bars: bars["Close"] < 0, "is true on no bar of IWM"),
        (lambda bars: (bars["Close"] > 0).reset_index(drop=True), "gives a Series by other dates than"),
    ],
)
def test_a_function_that_gives_no_truths(prices: pd.DataFrame, when: Any, told: str) -> None:
    with pytest.raises(precedent.PrecedentError, match=told):
        precedent.study(prices, when=when)


def test_a_list_of_dates_in_every_form(prices: pd.DataFrame, tmp_path: Path) -> None:
    days = ["2019-07-31", "2020-03-15"]
    (tmp_path / "cuts.csv").write_text("2019-07-31,First\n2020-03-15,A Sunday\n")
    told = dict(zip(days, ["First", "A Sunday"], strict=True))
    forms: list[Any] = [
        tmp_path / "cuts.csv",
        "cuts.csv",
        told,
        pd.Series(told).rename(index=pd.Timestamp),
        days,
        pd.to_datetime(days),
        pd.Series(pd.to_datetime(days)),
    ]
    answers = [precedent.study(prices, dates=form, horizons=["1M"]) for form in forms]
    assert answers[0].episodes["label"].tolist() == ["First", "A Sunday"]
    assert answers[0].episodes.index.strftime("%Y-%m-%d").tolist() == ["2019-07-31", "2020-03-16"]
    for other in answers[1:]:
        pd.testing.assert_frame_equal(other.returns, answers[0].returns)
    for other in answers[1:4]:
        pd.testing.assert_frame_equal(other.episodes, answers[0].episodes)
    for missing, message in ((["soon"], "'soon' is not a date"), ([], "has no date"), ([pd.NaT], "missing")):
        with pytest.raises(precedent.PrecedentError, match=message):
            precedent.study(prices, dates=missing)


def test_frames_as_vendors_give_them(prices: pd.DataFrame, answer: precedent.Answer) -> None:
    zoned = prices.tz_localize("America/New_York")
    lower = prices.rename(columns=lambda name: name.lower().replace(" ", "_"))
    deep = pd.concat({"IWM": prices}, axis=1).swaplevel(axis=1)
    by_column = prices.reset_index()
    for form in (zoned, lower, deep, by_column, prices.iloc[::-1]):
        asked = precedent.study(form, asset="IWM", when=QUESTION, horizons=HORIZONS, cooldown=21)
        pd.testing.assert_frame_equal(asked.returns, answer.returns)


def test_closes_with_dividends_in_them_are_known_as_such(prices: pd.DataFrame) -> None:
    adjusted = pd.DataFrame({"Close": prices["Adj Close"], "Dividends": 0.0}, index=prices.index)
    adjusted.iloc[100, 1] = 0.3
    found = precedent.study(adjusted, asset="IWM", when=QUESTION, horizons=["1M"])
    assert found.result.study.basis == "total"
    assert any("adjusted for dividends" in note for note in found.notes)
    assert precedent.study(adjusted, asset="IWM", when=QUESTION, basis="price").result.study.basis == "price"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.drop(columns="Close"), "have no column Close"),
        (lambda p: p.reset_index(drop=True), "holds no dates"),
        (lambda p: pd.concat([p, p.tail(1)]), "is there twice"),
        (lambda p: p.assign(Close="x"), "column Close"),
        (lambda p: p.head(1), "one session of"),
        (lambda p: pd.concat({"A": p, "B": p}, axis=1), "hold several assets"),
    ],
)
def test_prices_that_cannot_be_used(prices: pd.DataFrame, change: Any, told: str) -> None:
    with pytest.raises(precedent.PrecedentError, match=told):
        precedent.study(change(prices), when=QUESTION)


def test_other_assets_are_given_by_name(prices: pd.DataFrame) -> None:
    other = precedent.load("SPY", "sample")
    asked = {"when": 'on("SPY", roc(close, 5)) > 6', "target": "SPY", "horizons": ["1M"]}
    ours = precedent.study(prices, others={"SPY": other}, **asked)  # type: ignore[arg-type]
    theirs = precedent.study("sample", asset="IWM", **asked)  # type: ignore[arg-type]
    assert same(ours.to_dict(), theirs.to_dict())
    with pytest.raises(precedent.PrecedentError, match="the question reads SPY"):
        precedent.study(prices, **asked)  # type: ignore[arg-type]


def test_questions_that_are_none(prices: pd.DataFrame) -> None:
    with pytest.raises(precedent.PrecedentError, match='asset="SPY"'):
        precedent.study("sample", when=QUESTION)
    with pytest.raises(precedent.PrecedentError, match="only one of"):
        precedent.study(prices, when=lambda bars: bars["Close"] > 1, signal="reverse-up")
    with pytest.raises(precedent.PrecedentError, match="'now' is not a date"):
        precedent.study(prices, when=QUESTION, since="now")
    with pytest.raises(precedent.PrecedentError, match="sessions is 0"):
        precedent.scan("sample", ["IWM"], sessions=0)


def test_a_scan_is_that_of_the_command_line() -> None:
    ours = precedent.scan("sample", ["IWM", "SPY"], sessions=60)
    shown = json.loads(
        run("scan", "--assets", "IWM,SPY", "--since", "60", "--source", "sample", "--format", "json").stdout
    )
    found = [(e["signal"], e["date"], f) for e in shown["events"] for f in e["findings"]]
    assert list(ours.index) == [(signal, finding["asset"]) for signal, _, finding in found]
    assert ours["date"].dt.strftime("%Y-%m-%d").tolist() == [day for _, day, _ in found]
    for name in ("n", "p_value", "q_value"):
        theirs = [np.nan if f[name] is None else f[name] for _, _, f in found]
        np.testing.assert_allclose(ours[name].astype(float), theirs)
    edges = [np.nan if f["edge"] is None else f["edge"] for _, _, f in found]
    np.testing.assert_allclose(100 * ours["edge"].astype(float), edges)


def test_an_answer_shows_itself(prices: pd.DataFrame, answer: precedent.Answer) -> None:
    html = precedent.study(prices, dates={"2019-07-31": "<b>Cut</b>"}, horizons=["1M"])._repr_html_()
    assert "&lt;b&gt;Cut&lt;/b&gt;" in html
    assert "<b>" not in html
    axes = answer.plot()
    average = axes.lines[0].get_ydata()
    assert len(average) == 64
    complete = answer.returns["3M"].dropna()
    assert average[-1] == pytest.approx(100 * complete.mean())
    assert answer.plot(axes) is axes
    mpl.pyplot.close("all")


def test_the_example_of_the_reference_runs(
    answer: precedent.Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "REFERENCE.md").read_text().partition("## In a notebook")[2]
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert block is not None
    names: dict[str, Any] = {}
    exec(block[1], names)
    assert capsys.readouterr().out == f"{answer.verdict}\n"
    pd.testing.assert_frame_equal(names["same"].returns, answer.returns)
    assert names["cuts"].episodes["label"].tolist() == ["First", "A Sunday"]
    assert names["fired"].index.names == ["signal", "asset"]
