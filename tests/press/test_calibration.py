"""The how-to-read page shows what was measured of the verdict rule, as it stands in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.output.calibration import calibration
from generator.pages.guide import THRESHOLDS
from generator.site.templating import render
from tests.press.reading import table_rows, text


def shares(average: float, highest: float) -> dict[str, Any]:
    return {"average": average, "highest": highest, "of": 400, "where": "reverse-up 3M"}


def power(history: str, kind: str, cases: int, horizon: str, points: int, realised: float, hard: int) -> Any:
    return {
        "history": history, "kind": kind, "cases": cases, "horizon": horizon, "points": points,
        "histories": 400, "realised": realised, "better-hard": hard, "better-luck": 40, "t_test": 100,
    }  # fmt: skip


KINDS = ("random dates", "momentum", "drop")
TABLE = {
    "measured": "2026-11-29",
    "fewest_judged": 100,
    "alarms": [
        {"history": "SPY", "histories": 1400, "hard": shares(0.0151, 0.0649), "reports": shares(0.071, 0.11),
         "headline": shares(0.161, 0.2049)},
        {"history": "GJR-GARCH", "histories": 400, "hard": shares(0.01, 0.05), "reports": shares(0.052, 0.1),
         "headline": shares(0.17, 0.19)},
    ],
    "signals": [
        {"history": "SPY", "signal": "reverse-up", "judged": 400, "hard": 30},
        {"history": "SPY", "signal": "rare", "judged": 12, "hard": 3},
        {"history": "GJR-GARCH", "signal": "reverse-up", "judged": 99, "hard": 9},
    ],
    "coverage": [
        {"history": "SPY", "interval": "edge", "horizon": "3M", "intervals": 200, "covered": 188},
        {"history": "SPY", "interval": "edge", "horizon": "1Y", "intervals": 100, "covered": 96},
        {"history": "SPY", "interval": "win rate", "horizon": "3M", "intervals": 1000, "covered": 950},
    ],
    "power": [
        *(power("SPY", kind, 30, "3M", 2, 1.24, 20 + 4 * i) for i, kind in enumerate(KINDS)),
        *(power("IWM", kind, 30, "3M", 2, 1.55, 12) for kind in KINDS),
        *(power(place, kind, 30, "1Y", 24, 11.0, 100) for place in ("SPY", "IWM") for kind in KINDS),
        power("SPY", "surge", 30, "3M", 8, -0.04, 300),
        power("SPY", "momentum", 15, "3M", 8, 4.4, 60),
    ],
    "tau": {
        "assets": ["IWM", "SPY"],
        "horizons": [
            {"horizon": "1M", "tau": 0.051, "tau_without_effect": 0.02},
            {"horizon": "3M", "tau": 0.113, "tau_without_effect": 0.0},
        ],
    },
    "steady": {"library": {"steps": 11280, "changed": 149}},
    "survivorship": {"baseline_survivors": 3.15, "baseline_all": 1.34},
}  # fmt: skip


def page(tmp_path: Path) -> str:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(TABLE))
    return render("site/how-to-read.html", rule=THRESHOLDS, calibration=calibration(path), survivorship=None)


def tables(tmp_path: Path) -> list[list[list[str]]]:
    part = page(tmp_path).split('id="calibration"')[1].split('id="risk"')[0]
    return [table_rows(table.split("</thead>")[1]) for table in part.split("</table>")[:-1]]


def test_false_alarms_are_a_line_a_kind_of_history(tmp_path: Path) -> None:
    alarms, signals, *_ = tables(tmp_path)
    assert alarms == [
        ["SPY", "1,400", "1.5%", "6.5%", "7.1%", "11.0%", "16.1%", "20.5%"],
        ["GJR-GARCH", "400", "1.0%", "5.0%", "5.2%", "10.0%", "17.0%", "19.0%"],
    ]
    assert signals == [["reverse-up", "7.5%", "—"]]


def test_power_is_a_line_an_effect_and_the_rest_is_folded_away(tmp_path: Path) -> None:
    _, _, main, everything = tables(tmp_path)
    assert main == [
        ["+2 in three months", "+1.2 to +1.6", "5%", "3%", "6%", "3%", "7%", "3%"],
        ["+24 in one year", "+11.0 to +11.0", "25%", "25%", "25%", "25%", "25%", "25%"],
    ]
    assert len(everything) == len(TABLE["power"])  # type: ignore[arg-type]
    assert everything[-2] == [
        "+8 in three months",
        "SPY",
        "after a strong week",
        "400",
        "30",
        "0.0",
        "75%",
        "85%",
        "25%",
    ]


def test_the_text_tells_the_figures_and_the_day(tmp_path: Path) -> None:
    words = " ".join(text(page(tmp_path)).split())
    assert "on November 29, 2026." in words
    assert "So 5% to 7% of studies of nothing at all" in words
    assert "and 16% to 17% say better or worse than usual at their headline" in words
    assert "yet only 5% of these histories show it" in words
    assert "that of the edge held it in 94% to 96% of the histories, that of the win rate in 95%" in words
    assert "on two real assets" in words
    assert "it is 0.05 and 0.11; where there is nothing, 0.02 and 0.00." in words
    assert "1.3% of 11,280 verdicts" in words


def test_without_a_measurement_there_is_no_table(tmp_path: Path) -> None:
    assert calibration(tmp_path / "calibration.json") is None
