"""``precedent audit`` and ``precedent fit``: what they print, and what they say to a mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.projects import ROOT, copy_project
from tests.real_prices import market_data, real_prices
from tests.running import listing, refused, run

FOLDER = ROOT / "reports" / "2026-04-21-small-caps-ten-percent-month"
TABLE = str(FOLDER / "ten-percent-months-as-published.csv")
SUMMARY = str(FOLDER / "ten-percent-months-summary-as-published.csv")
MONTHS = ("--asset", "IWM", "--signal", "ten-percent-month", "--as-of", "2026-04-20")
SAMPLE = ("--source", "sample")


def audit(*more: str, table: str = TABLE) -> str:
    result = run("audit", table, *MONTHS, *SAMPLE, *more)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_terminal_says_what_is_wrong_and_that_prices_are_simulated() -> None:
    printed = audit("--summary", SUMMARY)
    assert printed.startswith("SIMULATED SAMPLE PRICES, NOT MARKET DATA.")
    assert "41 are right to the last printed digit and 11 are wrong" in printed
    assert "Oct 2022  12M      −2.00         −10.26" in printed
    assert "+17.60%, is +17.59% by the table’s own cells" in printed
    assert "Every cell as published" in printed


def test_json_has_every_cell() -> None:
    answer = json.loads(audit("--summary", SUMMARY, "--format", "json"))
    assert list(answer) == [
        *(
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
        ),
        *(
            "table",
            "columns",
            "rows",
            "causes",
            "missed",
            "later",
            "folded",
            "summary",
            "baseline",
            "understood",
        ),
        *("alike", "unread"),
    ]
    assert answer["columns"] == ["move", "1M", "3M", "6M", "12M"]
    assert len(answer["rows"]) == 14
    statuses = [c["status"] for row in answer["rows"] for c in row["cells"].values()]
    assert (statuses.count("wrong"), statuses.count("right"), statuses.count("unchecked")) == (12, 54, 4)
    october = next(row for row in answer["rows"] if row["episode"] == "2011-10")
    assert october["cells"]["6M"]["printed"] == 2.84
    assert october["cells"]["6M"]["right"] == pytest.approx(10.08, abs=0.005)
    assert answer["folded"][0]["belongs_to"] == "2003-04-30"
    sharpe = next(row for row in answer["summary"] if row["statistic"] == "sharpe")
    assert (sharpe["definition"], sharpe["inferred"]) == ("population", True)


def test_markdown_is_marked_and_escaped(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("episode,1M,<b>rank|\n2003-04,10.87,1\n1900-01,1.00,2\n")
    printed = audit("--format", "markdown", table=str(table))
    assert "**SIMULATED SAMPLE PRICES, NOT MARKET DATA.**" in printed
    assert "&lt;b>rank\\|" in printed
    assert "For 1900-01 these prices have no bar." in printed


@real_prices
def test_on_real_prices_the_cause_is_named() -> None:
    result = run("audit", TABLE, *MONTHS, "--source", f"files:{market_data()}", "--format", "json")
    assert json.loads(result.stdout)["causes"] == [
        {"cause": "next-bar", "label": None, "cells": 11, "scope": None}
    ]
    condition = (
        "--asset",
        "IWM",
        "--when",
        "roc(close, 1) >= 10",
        "--bars",
        "monthly",
        "--as-of",
        "2026-04-20",
    )
    same = run("audit", TABLE, *condition, "--source", f"files:{market_data()}", "--format", "json")
    assert json.loads(same.stdout)["rows"] == json.loads(result.stdout)["rows"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("episode,1M\n2003-04,ten\n", "t.csv:2, column '1M': 'ten' is not a number"),
        ("episode,1W\n2003-04,1\n", "t.csv:1, column 1W: monthly bars cannot express the horizon 1W"),
        ("", "t.csv: needs a line of headings"),
        (None, "t.csv: cannot be read: No such file"),
    ],
)
def test_a_bad_table_gets_one_message(tmp_path: Path, content: str | None, message: str) -> None:
    project = copy_project(tmp_path / "letter", reports=False)
    table = project / "t.csv"
    if content is not None:
        table.write_text(content)
    before = listing(project)
    said = refused(run("audit", str(table), *MONTHS, *SAMPLE, project=project), 2)
    assert message in said
    assert listing(project) == before


def test_what_is_asked_must_be_whole() -> None:
    assert "say what, with a signal of the library" in refused(
        run("audit", TABLE, "--asset", "IWM", *SAMPLE), 2
    )
    assert "--asset" in refused(run("audit", TABLE, "--signal", "ten-percent-month"), 2)
    assert "XYZ" in refused(run("audit", TABLE, "--asset", "XYZ", "--when", "close > 1", *SAMPLE), 3)


# --- fit -------------------------------------------------------------------------------------------------

AS_TOLD = (
    *("fit", "--signal", "reverse-up", "--vary", "lookback=15:25", "--vary", "within=6:10"),
    *("--claim", "3M.longest_winning_streak == 14", "--claim", "1Y.best > 60"),
)


def test_the_fit_on_the_sample_market() -> None:
    result = run(*AS_TOLD, *SAMPLE)
    assert result.exit_code == 0
    assert result.stdout.startswith("SIMULATED SAMPLE PRICES, NOT MARKET DATA.")
    assert "55 readings of reverse-up" in result.stdout
    assert "The library's own reading (lookback 20, within 8)" in result.stdout


@real_prices
def test_the_fit_on_real_prices() -> None:
    real = ("--as-of", "2025-11-28", "--source", f"files:{market_data()}")
    printed = run(*AS_TOLD, *real).stdout
    assert "The library's own reading (lookback 20, within 8) is one of them." in printed
    answer = json.loads(run(*AS_TOLD, *real, "--format", "json").stdout)
    assert (answer["asset"], answer["readings"], answer["library_in_grid"]) == ("IWM", 55, True)
    assert answer["library"] == {
        "parameters": {"lookback": 20, "within": 8},
        "episodes": 36,
        "figures": [14, pytest.approx(63.1, abs=0.05)],
        "holds": [True, True],
        "fits": True,
    }
    assert answer["fitting"] == sum(reading["fits"] for reading in answer["all"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--signal", "reverse-up", "--claim", "episodes > 1"), "say what varies"),
        (("--signal", "reverse-up", "--vary", "lookback=1:2"), "say what was claimed"),
        (("--signal", "reverse-up", "--vary", "x", "--claim", "episodes > 1"), "is not a range"),
        (("--signal", "reverse-up", "--vary", "lookback=1:2", "--claim", "1M.best > x"), "is not a claim"),
        (("--signal", "reverse", "--vary", "lookback=1:2", "--claim", "episodes > 1"), "no signal"),
        (("--vary", "lookback=1:2", "--claim", "episodes > 1"), "--signal"),
    ],
)
def test_a_fit_that_cannot_be_made(arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(run("fit", *arguments, *SAMPLE), 2)
