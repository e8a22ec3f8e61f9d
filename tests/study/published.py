"""A market of months and a table published about it, made by hand arithmetic for the tests of the audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from generator.audit.run import audit
from generator.audit.table import read_summary, read_table
from generator.audit.values import Audit, CellAudit
from generator.market.history import PriceHistory
from generator.study.question import make_study
from tests.study.markets import random_history

HORIZONS = (1, 3, 6)
STUDY = make_study("ABC", when="roc(close, 1) >= 6", bars="monthly", horizons=["1M", "3M", "6M"])


def market(seed: int = 3, last: str = "2013-12-31") -> PriceHistory:
    """Eight years of sessions with opens and dividends, ending with a month (unless told otherwise)."""
    return random_history("ABC", "2006-01-03", last, seed, volatility=0.016)


@dataclass
class Naive:
    """The months of a market, by loops over its sessions; no code of the program."""

    history: PriceHistory
    months: list[str] = field(default_factory=list)
    last: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for i, day in enumerate(self.history.sessions):
            month = str(day)[:7]
            if self.months and self.months[-1] == month:
                self.last[-1] = i
            else:
                self.months.append(month)
                self.last.append(i)

    def close(self, month: int, *, total: bool = False) -> float:
        prices = self.history.adjusted_close if total else self.history.close
        assert prices is not None
        return float(prices[self.last[month]])

    def move(self, month: int, *, total: bool = False) -> float:
        return (self.close(month, total=total) / self.close(month - 1, total=total) - 1) * 100

    def forward(self, month: int, held: int, *, total: bool = False) -> float | None:
        if month + held >= len(self.months):
            return None
        return (self.close(month + held, total=total) / self.close(month, total=total) - 1) * 100

    def entered(self, month: int, held: int, entry: str) -> float:
        opens = self.history.open
        assert opens is not None
        after = self.last[month] + 1
        paid = opens[after] if entry == "next_open" else self.history.close[after]
        return (self.close(month + held) / float(paid) - 1) * 100

    def episodes(self, threshold: float = 6) -> list[int]:
        fires = [m > 0 and self.move(m) >= threshold for m in range(len(self.months))]
        return [m for m in range(1, len(fires)) if fires[m] and not fires[m - 1]]


def text(value: float | None, decimals: int = 2) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def published(naive: Naive, decimals: int = 2) -> dict[str, dict[str, str]]:
    """The right table: by month, its move and its forward returns as printed."""
    return {
        naive.months[m]: {
            "move_pct": text(naive.move(m), decimals),
            **{f"fwd_{h}m_pct": text(naive.forward(m, h), decimals) for h in HORIZONS},
        }
        for m in naive.episodes()
    }


def as_csv(table: dict[str, dict[str, str]]) -> str:
    headings = ["episode", *next(iter(table.values()))]
    lines = [",".join(headings), *(",".join([name, *cells.values()]) for name, cells in table.items())]
    return "\n".join(lines) + "\n"


def audited(
    history: PriceHistory,
    table: dict[str, dict[str, str]],
    summary: str | None = None,
    as_of: date | None = None,
) -> Audit:
    rows = None if summary is None else read_summary(summary, "summary.csv")
    return audit(read_table(as_csv(table), "table.csv"), rows, STUDY, {"ABC": history}, as_of)


def cell(found: Audit, episode: str, column: str) -> CellAudit:
    row = next(row for row in found.rows if row.row.name == episode)
    return next(cell for cell in row.cells if cell.column == column)


def all_cells(found: Audit) -> list[CellAudit]:
    return [*found.cells(moves=True), *found.cells(moves=False)]


def columns(naive: Naive) -> dict[int, np.ndarray]:
    """The right returns of all complete episodes, by horizon."""
    return {
        h: np.array([r for m in naive.episodes() if (r := naive.forward(m, h)) is not None]) for h in HORIZONS
    }
