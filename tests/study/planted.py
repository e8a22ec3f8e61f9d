"""True tables of studies, made by loops over prices, the errors that people make, and forms of publishing.

No code of the program is used for any figure.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from statistics import mean, median

from generator.market.history import PriceHistory
from generator.study.question import make_study
from generator.study.values import Study
from tests.study.markets import random_history

Matrix = dict[int, dict[str, float | None]]
"""Percent by episode (position of its bar) and column: ``move`` or a horizon."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONATE = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


@dataclass
class Case:
    """A study, its prices as plain lists, and the bars and episodes found by loops."""

    name: str
    study: Study
    histories: dict[str, PriceHistory]
    horizons: dict[str, int]
    moves: list[float | None]
    fires: list[bool]
    cooldown: int

    def __post_init__(self) -> None:
        history = self.histories[self.study.asset]
        self.days: list[date] = [day.item() for day in history.sessions]
        self.ends = bar_ends(self.days, self.study.bars)
        self.dates = [self.days[k] for k in self.ends]
        self.daily = [float(x) for x in history.close]
        self.closes = [self.daily[k] for k in self.ends]
        starts: list[int] = []
        for i, fires in enumerate(self.fires):
            begins = fires and not (i and self.fires[i - 1])
            if begins and not (starts and i - starts[-1] < self.cooldown):
                starts.append(i)
        self.episodes = starts

    def forward(self, i: int, held: int) -> float | None:
        return (self.closes[i + held] / self.closes[i] - 1) * 100 if i + held < len(self.closes) else None

    def true(self) -> Matrix:
        return {
            i: {"move": self.moves[i], **{h: self.forward(i, n) for h, n in self.horizons.items()}}
            for i in self.episodes
        }

    def changed(self, figure: Callable[[Case, int, str, int, float], float | None]) -> Matrix:
        """The true table with every complete return replaced by what an error makes of it."""
        table = self.true()
        for i, cells in table.items():
            for h, n in self.horizons.items():
                right = cells[h]
                cells[h] = None if right is None else figure(self, i, h, n, right)
        return table


def bar_ends(days: list[date], kind: str) -> list[int]:
    if kind == "daily":
        return list(range(len(days)))
    return [k for k, day in enumerate(days) if k + 1 == len(days) or days[k + 1].month != day.month]


def rates_of_change(closes: list[float], n: int) -> list[float | None]:
    return [None if i < n else (closes[i] / closes[i - n] - 1) * 100 for i in range(len(closes))]


def wilder_rsi(closes: list[float], n: int) -> list[float | None]:
    found: list[float | None] = [None] * len(closes)
    up = down = 0.0
    for i in range(1, len(closes)):
        step = closes[i] - closes[i - 1]
        if i <= n:
            up, down = up + max(step, 0) / n, down + max(-step, 0) / n
        else:
            up, down = (up * (n - 1) + max(step, 0)) / n, (down * (n - 1) + max(-step, 0)) / n
        if i >= n:
            found[i] = 100 * up / (up + down)
    return found


def monthly_case(history: PriceHistory, others: Mapping[str, PriceHistory], least: float) -> Case:
    days = [day.item() for day in history.sessions]
    closes = [float(history.close[k]) for k in bar_ends(days, "monthly")]
    moves = rates_of_change(closes, 1)
    horizons = {"1M": 1, "3M": 3, "6M": 6, "12M": 12}
    study = make_study(history.asset, when=f"roc(close, 1) >= {least}", bars="monthly")
    fires = [move is not None and move >= least for move in moves]
    return Case("monthly", study, {history.asset: history, **others}, horizons, moves, fires, 0)


def surge_case(history: PriceHistory, others: Mapping[str, PriceHistory], least: float) -> Case:
    moves = rates_of_change([float(x) for x in history.close], 5)
    study = make_study(history.asset, when=f"roc(close, 5) > {least}", cooldown=21)
    fires = [move is not None and move > least for move in moves]
    horizons = {"1W": 5, "1M": 21, "3M": 63, "1Y": 252}
    return Case("surge", study, {history.asset: history, **others}, horizons, moves, fires, 21)


def rsi_case(history: PriceHistory, others: Mapping[str, PriceHistory], most: float) -> Case:
    moves = wilder_rsi([float(x) for x in history.close], 14)
    study = make_study(history.asset, when=f"rsi(close, 14) < {most}", cooldown=42)
    fires = [move is not None and move < most for move in moves]
    horizons = {"10D": 10, "3M": 63, "6M": 126}
    return Case("rsi", study, {history.asset: history, **others}, horizons, moves, fires, 42)


def made_cases(seed: int) -> list[Case]:
    """The three studies on a market made at random, beside another asset and a pair of currencies."""
    span = ("2006-01-03", "2013-12-31")
    own = random_history("ABC", *span, seed, volatility=0.016)
    others = {
        "XYZ": random_history("XYZ", *span, seed + 500, volatility=0.013),
        "EURUSD=X": random_history("EURUSD=X", *span, seed + 900, volatility=0.006),
    }
    return [monthly_case(own, others, 6), surge_case(own, others, 7), rsi_case(own, others, 32)]


# --- Errors ----------------------------------------------------------------------------------------------


def at_date(case: Case, day: date, *, after: bool) -> int | None:
    place = bisect_left(case.days, day) if after else bisect_right(case.days, day) - 1
    return place if bisect_left(case.days, day) < len(case.days) else None


def later_date(day: date, label: str) -> date:
    number, unit = int(label[:-1]), label[-1]
    if unit in "DW":
        return day + timedelta(days=number * (7 if unit == "W" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def by_calendar(case: Case, i: int, label: str, *, after: bool) -> float | None:
    end = at_date(case, later_date(case.dates[i], label), after=after)
    return None if end is None else (case.daily[end] / case.closes[i] - 1) * 100


def total(case: Case, i: int, held: int) -> float:
    adjusted = case.histories[case.study.asset].adjusted_close
    assert adjusted is not None
    return float(adjusted[case.ends[i + held]] / adjusted[case.ends[i]] - 1) * 100


def entered(case: Case, i: int, held: int, price: str) -> float | None:
    history = case.histories[case.study.asset]
    paid = history.open if price == "open" else history.close
    assert paid is not None
    # On daily bars the horizon begins with the entry; on longer ones it ends with the bar.
    end = i + held + (1 if case.study.bars == "daily" else 0)
    if end >= len(case.ends):
        return None
    return float(history.close[case.ends[end]] / paid[case.ends[i] + 1] - 1) * 100


def of_another(case: Case, i: int, held: int, asset: str) -> float:
    history = case.histories[asset]
    days = [day.item() for day in history.sessions]
    start, end = (bisect_right(days, case.dates[k]) - 1 for k in (i, i + held))
    return float(history.close[end] / history.close[start] - 1) * 100


def usual(case: Case, held: int) -> float:
    return mean(r for i in range(len(case.closes)) if (r := case.forward(i, held)) is not None)


def segment(case: Case, i: int, label: str, right: float) -> float:
    labels = list(case.horizons)
    k = labels.index(label)
    if k == 0:
        return right
    before = case.horizons[labels[k - 1]]
    return (case.closes[i + case.horizons[label]] / case.closes[i + before] - 1) * 100


def way(case: Case, i: int, held: int) -> list[float]:
    return [(case.closes[i + k] / case.closes[i] - 1) * 100 for k in range(1, held + 1)]


def years(case: Case, held: int) -> float:
    return held / (12 if case.study.bars == "monthly" else 252)


Error = Callable[[Case, int, str, int, float], float | None]
ERRORS: dict[str, Error] = {
    "hundredth": lambda c, i, h, n, r: r / 100,
    "hundredfold": lambda c, i, h, n, r: r * 100,
    "log": lambda c, i, h, n, r: 100 * log(1 + r / 100),
    "annualised": lambda c, i, h, n, r: ((1 + r / 100) ** (1 / years(c, n)) - 1) * 100,
    "annualised, simple": lambda c, i, h, n, r: r / years(c, n),
    "excess": lambda c, i, h, n, r: r - usual(c, n),
    "excess over another": lambda c, i, h, n, r: r - of_another(c, i, n, "XYZ"),
    "asset": lambda c, i, h, n, r: of_another(c, i, n, "XYZ"),
    "currency": lambda c, i, h, n, r: ((1 + r / 100) / (1 + of_another(c, i, n, "EURUSD=X") / 100) - 1) * 100,
    "calendar": lambda c, i, h, n, r: by_calendar(c, i, h, after=False),
    "calendar, after": lambda c, i, h, n, r: by_calendar(c, i, h, after=True),
    "segment": lambda c, i, h, n, r: segment(c, i, h, r),
    "total-return": lambda c, i, h, n, r: total(c, i, n),
    "entry": lambda c, i, h, n, r: entered(c, i, n, "open"),
    "entry, next close": lambda c, i, h, n, r: entered(c, i, n, "close"),
    "next-bar": lambda c, i, h, n, r: c.forward(i, n + 1),
    "previous-bar": lambda c, i, h, n, r: c.forward(i, n - 1) if n > 1 else r,
    "later": lambda c, i, h, n, r: c.forward(i + 1, n),
    "earlier": lambda c, i, h, n, r: c.forward(i - 1, n),
    "rounded": lambda c, i, h, n, r: round(r, 1),
    "sign": lambda c, i, h, n, r: -r,
    "lowest": lambda c, i, h, n, r: min(way(c, i, n)),
    "highest": lambda c, i, h, n, r: max(way(c, i, n)),
    "index": lambda c, i, h, n, r: 100 + r,
}
"""By the kind of cause, before the comma, what the error makes of a right return."""


# --- Forms -----------------------------------------------------------------------------------------------


@dataclass
class Form:
    """A way to publish: how dates, columns and figures are written, and what stands around them."""

    name: str
    day: Callable[[Case, int], str]
    heading: Callable[[str], str]
    figure: Callable[[float], str]
    move: Callable[[Case, float], str]
    between: str = ","
    open_cell: str = ""
    marked: bool = False
    closing: bool = False
    markdown: bool = False
    extra: bool = False


def iso(case: Case, i: int) -> str:
    return f"{case.dates[i]:%Y-%m}" if case.study.bars == "monthly" else case.dates[i].isoformat()


def in_words(case: Case, i: int) -> str:
    day = case.dates[i]
    month = MONTHS[day.month - 1]
    return f"{month} '{day:%y}" if case.study.bars == "monthly" else f"{month} {day.day}th, {day.year}"


def german(case: Case, i: int) -> str:
    day = case.dates[i]
    if case.study.bars == "monthly":
        return f"{MONATE[day.month - 1]} {day.year}"
    return f"{day:%d.%m.%Y}"


def words_of(label: str, *, later: bool) -> str:
    number, unit = int(label[:-1]), {"D": "day", "W": "week", "M": "month", "Y": "year"}[label[-1]]
    text = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{text} later" if later else text.title()


def deutsch(label: str) -> str:
    number = int(label[:-1])
    units = {"D": ("Tag", "Tage"), "W": ("Woche", "Wochen"), "M": ("Monat", "Monate"), "Y": ("Jahr", "Jahre")}
    return f"nach {number} {units[label[-1]][number > 1]}"


def of(case: Case, percent: Callable[[float], str], plain: Callable[[float], str]) -> Callable[[float], str]:
    return plain if case.name == "rsi" else percent


def plain2(value: float) -> str:
    return f"{value:.2f}"


def comma2(value: float) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def signed_percent(value: float) -> str:
    return f"{value:+.2f}%".replace("-", "−")


def accounting(value: float) -> str:
    return f"({-value:,.2f}%)" if value < 0 else f"{value:,.2f}%"


FORMS = [
    Form("plain", iso, lambda h: f"fwd_{h.lower()}_pct", plain2, lambda c, v: plain2(v), marked=True),
    Form("bare", iso, lambda h: h, plain2, lambda c, v: plain2(v), open_cell="—"),
    Form(
        "fractions",
        lambda c, i: f"{c.dates[i]:%Y%m%d}",
        lambda h: f"+{h.lower()}",
        lambda v: f"{v / 100:.4f}",
        lambda c, v: plain2(v) if c.name == "rsi" else f"{v / 100:.4f}",
        open_cell="n/a",
    ),
    Form(
        "multiples",
        iso,
        lambda h: f"Fwd {h}",
        lambda v: f"{1 + v / 100:.4f}",
        lambda c, v: plain2(v),
        between="\t",
    ),
    Form("german", german, deutsch, comma2, lambda c, v: comma2(v), between=";", closing=True),
    Form(
        "american",
        lambda c, i: f"{c.dates[i].month}/{c.dates[i].day}/{c.dates[i].year}",
        lambda h: words_of(h, later=True),
        accounting,
        lambda c, v: plain2(v) if c.name == "rsi" else accounting(v),
        open_cell="TBD",
        marked=True,
        extra=True,
    ),
    Form(
        "letter",
        in_words,
        lambda h: words_of(h, later=False),
        signed_percent,
        lambda c, v: plain2(v) if c.name == "rsi" else signed_percent(v),
        open_cell="-",
        marked=True,
        markdown=True,
        closing=True,
        extra=True,
    ),
    Form(
        "short years",
        lambda c, i: f"{c.dates[i].day}-{MONTHS[c.dates[i].month - 1]}-{c.dates[i]:%y}",
        lambda h: f"{h[-1]}+{h[:-1]}",
        lambda v: f"{v:.1f}*" if v < 0 else f"{v:.1f} [1]",
        lambda c, v: f"{v:.1f}",
        between=";",
    ),
]


def write(case: Case, table: Matrix, form: Form) -> str:
    """The table as it is published."""
    labels = list(case.horizons)
    own = "RSI" if case.name == "rsi" else "Gain %" if form.marked else "Gain"
    heading = ["Date", own, *(form.heading(label) for label in labels)]
    rows = []
    for i, cells in table.items():
        move = cells["move"]
        assert move is not None
        figures = [form.open_cell if (v := cells[h]) is None else form.figure(v) for h in labels]
        rows.append([form.day(case, i), form.move(case, move), *figures])
    if form.closing:
        columns = [[v for cells in table.values() if (v := cells[h]) is not None] for h in labels]
        shares = [100 * sum(v > 0 for v in column) / len(column) for column in columns]
        average = ["Ø", "", *(form.figure(mean(column)) for column in columns)]
        middle = ["Median", "", *(form.figure(median(column)) for column in columns)]
        rows += [average, middle, ["Win rate", "", *(form.figure(share).lstrip("+") for share in shares)]]
        rows += [["Total", "", *("" for _ in columns)]]
    if form.extra:
        heading = ["#", *heading, "S&P close"]
        rows = [[str(k), *row, "1234.56"] for k, row in enumerate(rows, 1)]
    if form.markdown:
        lines = [heading, ["---" for _ in heading], *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
    quoted = [[f'"{cell}"' if form.between in cell else cell for cell in row] for row in [heading, *rows]]
    return "\n".join(form.between.join(row) for row in quoted) + "\n"
