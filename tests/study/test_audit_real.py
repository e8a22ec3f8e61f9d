"""The published table of ten-percent months: on real prices, and the same cells on the sample market."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.audit.run import audit
from generator.audit.table import read_summary, read_table
from generator.audit.values import Audit
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.market.providers.sample import SampleSource
from generator.study.question import make_study
from tests.projects import ROOT
from tests.real_prices import market_data, real_prices

FOLDER = ROOT / "reports" / "2026-04-21-small-caps-ten-percent-month"

# What any reader can look up: the published figure, and the return to the right month-end.
WRONG = {
    ("2011-10", "1M"): (-0.35, -0.38),
    ("2011-10", "6M"): (2.84, 10.08),
    ("2011-10", "12M"): (10.90, 10.30),
    ("2019-01", "1M"): (2.70, 5.18),
    ("2019-01", "3M"): (-2.15, 6.19),
    ("2019-01", "6M"): (-0.15, 5.03),
    ("2020-11", "1M"): (13.56, 8.31),
    ("2020-11", "3M"): (22.05, 20.60),
    ("2020-11", "12M"): (22.89, 20.52),
    ("2022-10", "1M"): (-4.89, 2.20),
    ("2022-10", "12M"): (-2.00, -10.26),
}


def published(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def audit_of(history: PriceHistory) -> Audit:
    return audit(
        read_table(published("ten-percent-months-as-published.csv"), "table.csv"),
        read_summary(published("ten-percent-months-summary-as-published.csv"), "summary.csv"),
        make_study("IWM", signal="ten-percent-month"),
        {"IWM": history},
        date(2026, 4, 20),
    )


@pytest.fixture(scope="module", params=["sample", pytest.param("real", marks=real_prices)], name="found")
def both(request: pytest.FixtureRequest) -> Audit:
    source = SampleSource() if request.param == "sample" else FilesSource(market_data())
    return audit_of(source.history("IWM"))


@pytest.fixture(scope="module")
def real() -> Audit:
    return audit_of(FilesSource(market_data()).history("IWM"))


def test_exactly_the_eleven_wrong_cells(found: Audit) -> None:
    wrong = {
        (row.row.name, c.column): (c.printed and c.printed.value, round(c.right or 0, 2))
        for row, c in found.wrong(moves=False)
    }
    assert wrong == WRONG
    statuses = [c.status for c in found.cells(moves=False)]
    assert (statuses.count("right"), statuses.count("rounding"), statuses.count("unchecked")) == (41, 0, 4)


def test_the_move_of_the_month_under_way(found: Audit) -> None:
    ((row, cell),) = found.wrong(moves=True)
    assert (row.row.name, row.kind, row.day) == ("2026-04", "provisional", date(2026, 4, 20))
    assert cell.printed is not None
    assert (cell.printed.value, round(cell.right or 0, 2)) == (11.54, 11.83)


def test_no_episode_is_missing_and_may_2003_belongs_to_april(found: Audit) -> None:
    assert found.missed == found.later == ()
    ((may),) = found.folded
    assert (may.day, may.belongs_to) == (date(2003, 5, 30), date(2003, 4, 30))
    assert round(may.trigger or 0, 2) == 10.87


def test_the_summary_rows(found: Audit) -> None:
    rows = {row.row.statistic: row for row in found.statistics}
    assert (rows["sharpe"].definition, rows["sharpe"].inferred) == ("population", True)
    assert (rows["max_drawdown"].definition, rows["max_drawdown"].inferred) == ("bar-closes", True)
    own = [
        cell.own_status for name in ("average", "median", "win_rate", "sharpe") for cell in rows[name].cells
    ]
    assert own.count("right") == 15
    seventeen_sixty = rows["average"].cells[3]
    assert seventeen_sixty.own_status == "rounding"
    assert round(seventeen_sixty.own or 0, 2) == 17.59
    assert round(seventeen_sixty.right or 0, 2) == 16.73


def test_the_overlooked_drawdown(found: Audit) -> None:
    cells = next(row for row in found.statistics if row.row.statistic == "max_drawdown").cells
    assert [cell.right_status for cell in cells] == ["right", "wrong", "right", "right"]
    assert round(cells[1].right or 0, 2) == -11.93
    assert cells[1].other == "lowest-return"
    assert cells[1].lowest is not None
    assert (f"{cells[1].lowest.episode:%Y-%m}", f"{cells[1].lowest.day:%Y-%m}") == ("2022-07", "2022-09")


@real_prices
def test_the_one_cause_is_the_next_month_end(real: Audit) -> None:
    assert [(cause.kind, count) for cause, count in real.causes()] == [("next-bar", 11)]
    # From the price file itself, without the program: the close of the month after the horizon's.
    closes: dict[str, float] = {}
    for line in (market_data() / "IWM.csv").read_text().splitlines()[1:]:
        day, _, _, _, close, *_ = line.split(",")
        closes[day[:7]] = float(close)
    months = list(closes)
    for (episode, column), (printed, _) in WRONG.items():
        at = months.index(episode)
        after = closes[months[at + int(column[:-1]) + 1]] / closes[episode] - 1
        assert f"{after * 100:.2f}" == f"{printed:.2f}"


def test_on_simulated_prices_no_cause_is_made_up() -> None:
    found = audit_of(SampleSource().history("IWM"))
    assert found.source == "sample"
    assert found.causes() == ()


@real_prices
def test_the_right_table_is_right() -> None:
    # The figures above, put right, in the published table.
    table = published("ten-percent-months-as-published.csv").replace("11.54", "11.83")
    lines = []
    for line in table.splitlines():
        name, *cells = line.split(",")
        for (episode, column), (_, right) in WRONG.items():
            if name == episode:
                cells[2 + ["1M", "3M", "6M", "12M"].index(column)] = f"{right:.2f}"
        lines.append(",".join([name, *cells]))
    history = FilesSource(market_data()).history("IWM")
    study = make_study("IWM", signal="ten-percent-month")
    text = "\n".join(lines)
    found = audit(read_table(text, "t.csv"), None, study, {"IWM": history}, date(2026, 4, 20))
    marks = {c.status for moves in (True, False) for c in found.cells(moves=moves)}
    assert marks == {"right", "unchecked"}


def test_the_published_figures_are_where_the_report_reads_them() -> None:
    spec = Path(FOLDER / "report.yml").read_text(encoding="utf-8")
    assert "table: ten-percent-months-as-published.csv" in spec
    assert "summary: ten-percent-months-summary-as-published.csv" in spec
