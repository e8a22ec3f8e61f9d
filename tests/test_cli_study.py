"""``precedent study``: the JSON as it is laid down, the other forms beside it, and answers that look odd."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.real_prices import market_data, real_prices
from tests.running import refused, run

KEYS = [
    "asset",
    "target",
    "bars",
    "when",
    "cooldown",
    "entry",
    "returns",
    "as_of",
    "source",
    "fingerprint",
    "horizons",
    "headline",
    "episodes",
    "summary",
    "robustness",
]
EPISODE_KEYS = [
    *("date", "trigger", "provisional", "entered", "target_was_closed"),
    *("returns", "max_drawdown", "worst_daily_close", "max_runup"),
]
SUMMARY_KEYS = [
    "n",
    "pending",
    "independent_n",
    "average",
    "median",
    "win_rate",
    "win_rate_interval",
    "best",
    "worst",
    "stdev",
    "sharpe",
    "max_drawdown",
    "worst_daily_close",
    "max_runup",
    "profit_factor",
    "longest_winning_streak",
    "baseline",
    "edge",
    "p_value",
    "edge_interval",
    "edge_shrunk",
    "verdict",
]
MONTHS = ["1M", "3M", "6M", "12M"]
TEN_PERCENT = ("study", "--asset", "IWM", "--when", "roc(close, 1) >= 10", "--bars", "monthly")


def answer(*arguments: str) -> Any:
    """The JSON that a study prints; NaN and infinity, which JSON does not have, fail."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output

    def forbidden(name: str) -> None:
        raise AssertionError(name)

    return json.loads(result.stdout, parse_constant=forbidden)


def prices(folder: Path, closes: list[float], start: str = "2020-01-01") -> str:
    """A folder with these closes of X on weekdays from a day on, as a source."""
    days = np.busday_offset(start, np.arange(len(closes)), roll="forward")
    lines = [f"{day},{close}" for day, close in zip(days, closes, strict=True)]
    (folder / "X.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")
    return f"files:{folder}"


@pytest.fixture(scope="module")
def sample() -> Any:
    return answer(*TEN_PERCENT, "--as-of", "2026-04-20", "--source", "sample")


def test_the_json_has_exactly_the_keys_that_are_laid_down(sample: Any) -> None:
    assert list(sample) == KEYS
    assert (sample["asset"], sample["target"], sample["bars"]) == ("IWM", "IWM", "monthly")
    assert sample["when"] == "roc(close, 1) >= 10"
    assert (sample["cooldown"], sample["entry"], sample["returns"]) == (0, "close", "price")
    assert (sample["as_of"], sample["source"]) == ("2026-04-20", "sample")
    assert sample["fingerprint"].startswith("sha256:")
    assert len(sample["fingerprint"]) == len("sha256:") + 64
    assert sample["horizons"] == list(sample["summary"]) == MONTHS
    for episode in sample["episodes"]:
        assert list(episode) == EPISODE_KEYS
        for name in ("returns", "max_drawdown", "worst_daily_close", "max_runup"):
            assert list(episode[name]) == MONTHS
    for summary in sample["summary"].values():
        assert list(summary) == SUMMARY_KEYS
        assert list(summary["baseline"]) == ["n", "average", "median", "win_rate"]
        assert list(summary["longest_winning_streak"]) == ["length", "first", "last"]
        assert len(summary["win_rate_interval"]) == len(summary["edge_interval"]) == 2
        assert list(summary["verdict"]) == ["key", "phrase"]


def test_what_the_verdict_weighed_is_in_every_form(sample: Any) -> None:
    assert sample["headline"] == "3M"
    assert list(sample["robustness"]) == MONTHS
    arguments = (*TEN_PERCENT, "--as-of", "2026-04-20", "--source", "sample", "--format")
    row = next(csv.DictReader(io.StringIO(run(*arguments, "csv").stdout)))
    table, markdown = (run(*arguments, form).stdout for form in ("table", "markdown"))
    for label in MONTHS:
        summary, weighed = sample["summary"][label], sample["robustness"][label]
        around = [n for n in weighed["neighbours"] if n["n"]]
        own = [n["edge"] for n in around if not n["same_cases"]]
        assert weighed["same_side"] == pytest.approx(
            100 * sum(edge * summary["edge"] > 0 for edge in own) / len(own)
        )
        p_values = [summary["p_value"], *(n["p_value"] for n in around if n["p_value"] is not None)]
        assert weighed["typical_p"] == pytest.approx(np.median(p_values))
        assert row[f"verdict_{label}"] == summary["verdict"]["phrase"]
        told = {
            "edge": summary["edge"], "edge_shrunk": summary["edge_shrunk"], "p_value": summary["p_value"],
            "typical_p": weighed["typical_p"], "same_side": weighed["same_side"],
            "edge_first_half": weighed["halves"][0]["edge"], "edge_second_half": weighed["halves"][1]["edge"],
            "edge_without_two": weighed["without_two_strongest"]["edge"],
        }  # fmt: skip
        assert {name: float(row[f"{name}_{label}"]) for name in told} == told
        for text in (table, markdown):
            assert f"{label}  {summary['verdict']['phrase']}" in text
            best = next(line for line in text.splitlines() if "best estimate" in line)
            assert f"{summary['edge_shrunk']:+.2f}".replace("-", "−") in best
    assert "3M  better than usual, could be luck  (headline)" in table


def test_the_headline_can_be_named(sample: Any) -> None:
    named = answer(*TEN_PERCENT, "--horizon", "12M", "--as-of", "2026-04-20", "--source", "sample")
    assert named["headline"] == "12M"
    assert named["robustness"] == sample["robustness"]
    refused = run(*TEN_PERCENT, "--horizon", "9M", "--source", "sample")
    assert refused.exit_code == 2
    assert "the headline horizon 9M is none of the study's horizons" in " ".join(refused.output.split())


def test_percent_is_unrounded_and_what_is_pending_is_null(sample: Any) -> None:
    first, last = sample["episodes"][0], sample["episodes"][-1]
    assert (first["date"], first["provisional"]) == ("2003-04-30", False)
    assert round(first["returns"]["1M"], 2) == 10.87 != first["returns"]["1M"]
    assert (last["date"], last["provisional"]) == ("2026-04-20", True)
    assert round(last["trigger"], 2) == 11.83
    for name in ("returns", "max_drawdown", "worst_daily_close", "max_runup"):
        assert set(last[name].values()) == {None}
    # Provisional is not pending: it enters no count.
    assert [summary["pending"] for summary in sample["summary"].values()] == [0, 0, 0, 0]


def test_several_targets_are_a_list_of_the_same_objects(sample: Any) -> None:
    both = answer(
        *TEN_PERCENT, "--target", "SPY", "--target", "IWM", "--as-of", "2026-04-20", "--source", "sample"
    )
    assert [one["target"] for one in both] == ["SPY", "IWM"]
    assert both[1] == sample
    assert [e["date"] for e in both[0]["episodes"]] == [e["date"] for e in sample["episodes"]]


def test_the_csv_carries_the_same_episodes(sample: Any) -> None:
    printed = run(*TEN_PERCENT, "--as-of", "2026-04-20", "--source", "sample", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    assert {row["source"] for row in rows} == {"sample"}  # simulated prices say so in a file of their own too
    assert len(rows) == len(sample["episodes"])
    for row, episode in zip(rows, sample["episodes"], strict=True):
        assert row["date"] == episode["date"]
        assert float(row["trigger"]) == episode["trigger"]
        for name in ("returns", "max_drawdown", "worst_daily_close", "max_runup"):
            for label in MONTHS:
                cell = row[f"{name}_{label}"]
                assert (float(cell) if cell else None) == episode[name][label]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_forms_for_people_say_what_they_show(form: str) -> None:
    printed = run(*TEN_PERCENT, "--as-of", "2026-04-20", "--source", "sample", "--format", form).stdout
    for shown in (
        "SIMULATED SAMPLE PRICES",
        "Apr 2003",
        "+10.87",
        "through Apr 20, 2026",
        "+16.73",
        "76.92",
        "ranks among",
    ):
        assert shown in printed.replace("\\", "")
    assert "Edge 2013 to 2026" in printed
    assert "nan" not in printed.lower()


def test_a_horizon_longer_than_the_history_is_one_clear_message(tmp_path: Path) -> None:
    source = prices(tmp_path, [10, 11, 10, 12, 11, 13])
    asked = ("study", "--asset", "X", "--when", "close > 10.5", "--source", source, "--horizons")
    refused = run(*asked, "1D,2Y")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert (
        "the horizon 2Y (504 daily bars) is longer than the history of X, which goes from" in refused.stderr
    )
    # Five sessions after the first of six there is a price: just long enough. A later entry needs one more.
    assert answer(*asked, "1W")["summary"]["1W"]["baseline"]["n"] == 1
    assert run(*asked, "1W", "--entry", "next_close").exit_code == 2


def test_the_usual_horizons_are_pending_where_the_history_is_too_short_for_them(tmp_path: Path) -> None:
    source = prices(tmp_path, [10, 11, 10, 12, 11, 13])
    asked = ("study", "--asset", "X", "--when", "close > 10.5", "--source", source)
    result = answer(*asked)
    assert [episode["returns"]["1Y"] for episode in result["episodes"]] == [None] * 2
    year = result["summary"]["1Y"]
    assert (year["n"], year["pending"], year["independent_n"]) == (0, 2, 0)
    assert year["baseline"] == {"n": 0, "average": None, "median": None, "win_rate": None}
    assert year["verdict"]["key"] == "too-few"
    counted = {"n", "pending", "independent_n", "baseline", "verdict"}
    assert {year[key] for key in SUMMARY_KEYS if key not in counted} == {None}
    assert all(run(*asked, "--format", form).exit_code == 0 for form in ("table", "csv", "markdown"))


def test_a_percentage_has_its_sign_and_a_price_has_none(tmp_path: Path) -> None:
    source = prices(tmp_path, [10, 11, 10, 12])
    asked = ("study", "--asset", "X", "--horizons", "1D", "--source", source, "--format", "markdown")
    assert " 11.00 |" in run(*asked, "--when", "close > 10.5").stdout
    assert " +10.00 |" in run(*asked, "--when", "close > 10.5", "--measure", "roc(close, 1)").stdout


def test_an_empty_ticker_is_a_mistake_in_what_was_asked(tmp_path: Path) -> None:
    refused = run("study", "--asset", "", "--when", "close > 1", "--source", prices(tmp_path, [10.0, 11.0]))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "a ticker is empty" in refused.stderr


def test_no_episode_at_all_is_an_answer(tmp_path: Path) -> None:
    source = prices(tmp_path, [10, 11, 10, 12])
    asked = ("study", "--asset", "X", "--when", "close > 99", "--horizons", "1D", "--source", source)
    result = answer(*asked)
    assert result["episodes"] == []
    assert result["summary"]["1D"]["n"] == 0
    assert result["summary"]["1D"]["average"] is None
    assert result["summary"]["1D"]["baseline"]["n"] == 3
    for form in ("table", "csv", "markdown"):
        assert run(*asked, "--format", form).exit_code == 0
    assert "No episode" in run(*asked).stdout


def test_a_signal_that_is_true_on_every_bar_is_one_episode(tmp_path: Path) -> None:
    source = prices(tmp_path, [10, 11, 10, 12])
    result = answer("study", "--asset", "X", "--when", "close > 0", "--horizons", "1D", "--source", source)
    assert [(e["date"], e["returns"]["1D"]) for e in result["episodes"]] == [
        ("2020-01-01", pytest.approx(10.0))
    ]
    # One case has no spread and lost nothing.
    assert result["summary"]["1D"]["stdev"] in (None, 0.0)
    assert result["summary"]["1D"]["sharpe"] is None
    assert result["summary"]["1D"]["profit_factor"] is None


@pytest.mark.parametrize("measure", ["close / 0", "close * 99999999 * 99999999 - roc(close, 2000)", "0 / 0"])
def test_a_measure_that_has_no_value_is_null(tmp_path: Path, measure: str) -> None:
    source = prices(tmp_path, [10, 11, 10, 12])
    asked = ("study", "--asset", "X", "--when", "close > 0", "--measure", measure, "--horizons", "1D")
    result = answer(*asked, "--source", source)
    assert result["episodes"][0]["trigger"] is None


def test_prices_that_never_move(tmp_path: Path) -> None:
    source = prices(tmp_path, [10.0] * 40)
    result = answer("study", "--asset", "X", "--when", "weekday() == 0", "--source", source)
    week = result["summary"]["1W"]
    assert (week["average"], week["win_rate"], week["stdev"]) == (0, 0, 0)
    assert (week["sharpe"], week["profit_factor"], week["longest_winning_streak"]) == (None, None, None)


def test_an_earlier_as_of_date_cuts_the_answer(tmp_path: Path) -> None:
    closes = [10.0 + (i * 7) % 5 for i in range(60)]
    asked = ("study", "--asset", "X", "--when", "roc(close, 1) > 10", "--horizons", "1D,1W", "--source")
    cut = answer(*asked, prices(tmp_path, closes), "--as-of", "2020-02-15")
    assert cut["as_of"] == "2020-02-14"  # the session before that Saturday
    shorter = tmp_path / "shorter"
    shorter.mkdir()
    assert answer(*asked, prices(shorter, closes[:33])) == cut


@real_prices
def test_real_prices_print_the_published_figures() -> None:
    result = answer(
        *("study", "--asset", "IWM", "--signal", "ten-percent-month", "--as-of", "2026-04-20"),
        *("--source", f"files:{market_data()}"),
    )
    summary = result["summary"]
    assert [round(summary[m]["median"], 2) for m in MONTHS] == [2.46, 6.19, 5.03, 10.09]
    assert [round(summary[m]["win_rate"], 2) for m in MONTHS] == [61.54, 76.92, 84.62, 76.92]
    assert [round(summary[m]["p_value"], 2) for m in MONTHS] == [0.38, 0.06, 0.15, 0.18]
    assert [summary[m]["independent_n"] for m in MONTHS] == [13, 13, 11, 9]


# --- A list of dates -------------------------------------------------------------------------------------


@pytest.fixture
def dated(tmp_path: Path) -> tuple[str, ...]:
    """A study of three dates of X: a weekday, a Saturday with a label full of signs, one long before."""
    source = prices(tmp_path, [100.0 + n for n in range(30)], "2020-01-01")
    (tmp_path / "events.csv").write_text(
        'date,label\n2020-01-03,First\n2020-01-11,"A | [b] *c*"\n1999-01-04\n2020-01-03\n'
    )
    return (
        "study",
        "--asset",
        "X",
        "--dates",
        str(tmp_path / "events.csv"),
        "--horizons",
        "1D",
        "--source",
        source,
    )


def test_a_list_of_dates_has_its_own_keys_in_json(dated: tuple[str, ...]) -> None:
    found = answer(*dated)
    assert (found["when"], found["dates"]) == (None, "events.csv")
    assert found["dates_used"] == {
        "dates": 3, "repeated": 1, "begin": "2020-01-01", "before": 1, "after": 0, "together": 0, "cases": 2,
    }  # fmt: skip
    keys = ("date", "listed", "label", "entered", "target_was_closed")
    assert [tuple(episode[key] for key in keys) for episode in found["episodes"]] == [
        ("2020-01-03", "2020-01-03", "First", "2020-01-03", False),
        ("2020-01-13", "2020-01-11", "A | [b] *c*", "2020-01-13", True),
    ]
    # The closes of X are 102 on the third, 108 on the thirteenth, and one more every weekday.
    assert [e["returns"]["1D"] for e in found["episodes"]] == pytest.approx([100 / 102, 100 / 108])


def test_a_list_of_dates_in_the_other_forms(dated: tuple[str, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*dated, "--format", "csv").stdout)))
    assert [(r["date"], r["listed"], r["label"]) for r in rows] == [
        ("2020-01-03", "2020-01-03", "First"),
        ("2020-01-13", "2020-01-11", "A | [b] *c*"),
    ]
    table, markdown = (run(*dated, "--format", form).stdout for form in ("table", "markdown"))
    assert "Jan 11, 2020 †  A | [b] *c*  +0.93" in table
    assert "| Jan 11, 2020 † | A \\| \\[b\\] \\*c\\* | +0.93 |" in markdown
    for text in (table, markdown):
        told = "3 dates in events.csv: two cases, one before Jan 1, 2020, one named again."
        assert told.replace("3", "three", 1) in " ".join(text.split())
        assert "A date counts as known at the close of that day on X, or else at its next close." in text
        assert "X did not trade that day, so the return starts at its next close: one of two cases." in text
        assert "Trigger" not in text


def test_a_measure_is_shown_beside_the_label(dated: tuple[str, ...]) -> None:
    table = run(*dated, "--measure", "close").stdout
    assert "Jan 3, 2020           First   102.00  +0.98" in table


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2020-01-03\nsoon\n", "events.csv:2: found 'soon' where a date such as 2020-03-15 is needed"),
        ("1999-01-04\n", "events.csv: no date of its 1, 1999-01-04 to 1999-01-04, can be read on X"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_list_that_cannot_be_used_is_told(
    dated: tuple[str, ...], tmp_path: Path, text: str | None, told: str
) -> None:
    if text is None:
        (tmp_path / "events.csv").unlink()
    else:
        (tmp_path / "events.csv").write_text(text)
    assert told in refused(run(*dated), 2)


def test_a_list_is_asked_alone(dated: tuple[str, ...]) -> None:
    assert "with only one of them" in refused(run(*dated, "--when", "close > 1"), 2)


def test_a_list_of_dates_does_not_look_ahead(dated: tuple[str, ...]) -> None:
    assert run("lookahead", *dated[1:]).exit_code == 0
