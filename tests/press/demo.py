"""A report shaped like the small-cap letter, with made-up numbers, to test and look at pages with."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from generator.article.sections import CaseWords, Choices
from generator.edition.figures import (
    Line,
    PriceWithEpisodes,
    RelativePerformance,
    ReturnSpread,
    SpreadColumn,
)
from generator.edition.values import (
    Cell,
    Column,
    Edition,
    Picture,
    Row,
    Section,
    Strip,
    StripCell,
    Table,
)
from generator.language import numbers
from generator.language.escape import Markdown
from generator.spec.letter import Letter

EMPTY_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (1200).to_bytes(4, "big") + (720).to_bytes(4, "big")
LETTER = Letter(
    name="Precedent",
    tagline="This just happened. What happened next, every time before?",
    base_url="https://letter.example",
    author="The editors",
    disclaimer="For information only. Nothing here is advice, and past returns promise nothing.",
    source="sample",
)
HORIZONS = ("1M", "3M", "6M", "12M")
CONTEXTS = (
    ("Apr 2003", "Recovery after the long fall", 0.0941),
    ("Apr 2009", "First month after the low of the crisis", 0.1534),
    ("Mar 2010", "", 0.1102),
    ("Sep 2010", "Second round of bond buying", 0.1233),
    ("Oct 2011", "Relief after a summer of debt worries", 0.1509),
    ("Jan 2013", "", 0.1011),
    ("Nov 2016", "After the election", 0.1113),
    ("Jan 2019", "Rebound from the December fall", 0.1129),
    ("Apr 2020", "Reopening hopes", 0.1373),
    ("Nov 2020", "Vaccine news", 0.1828),
    ("Jul 2022", "", 0.1038),
    ("Oct 2022", "", 0.1097),
    ("Dec 2023", "Hopes of lower rates", 0.1205),
)


def _figure(value: float | None) -> Cell:
    return Cell(numbers.percent(value), value)


def _return(number: int, horizon: int) -> float:
    return round(math.sin(number * 2.3 + horizon * 1.1) * 0.09 * (horizon + 1) + 0.03 * (horizon + 1), 4)


def episodes() -> Table:
    columns = (
        Column("date", "Month", "date"),
        Column("context", "What was going on", "text"),
        Column("move", "Move, %"),
        *(Column(h, h, group="Forward return, %", scale=0.4) for h in HORIZONS),
    )
    rows = [
        Row(
            (
                Cell(month, month),
                Cell(context),
                _figure(move),
                *(_figure(_return(number, horizon)) for horizon in range(4)),
            ),
            "episode",
        )
        for number, (month, context, move) in enumerate(CONTEXTS)
    ]
    present = (Cell("Apr 2026", "Apr 2026"), Cell("through Apr 20, provisional"), _figure(0.1183))
    rows.append(Row((*present, *(_figure(None) for _ in HORIZONS)), "provisional"))
    averages = tuple(_figure(_return(2, h)) for h in range(4))
    rows += [Row((Cell(name), Cell(""), Cell(""), *averages), "summary") for name in ("Average", "Median")]
    rates = tuple(Cell(numbers.rate(r, 2), r) for r in (8 / 13, 10 / 13, 11 / 13, 10 / 13))
    rows.append(Row((Cell("Win rate"), Cell(""), Cell(""), *rates), "summary"))
    rows.append(
        Row(
            (Cell("Any month"), Cell(""), Cell(""), *(_figure(0.008 * 3**h) for h in range(4))),
            "baseline",
        )
    )
    return Table(
        "ten-percent-months",
        "Every month with a gain of 10% or more, and what followed",
        columns,
        tuple(rows),
        notes=("Month-end closes, price only. A dash is pending: the time has not passed yet.",),
        download=True,
    )


def statistics() -> Table:
    columns = (Column("statistic", "", "text"), *(Column(h, h, "number") for h in HORIZONS))
    rows = (
        ("Episodes", ("13", "13", "13", "13")),
        ("Separate periods", ("13", "13", "11", "9")),
        ("Win rate, 95% interval", ("35–82", "50–92", "58–96", "50–92")),
        ("Edge, points", ("+1.30", "+5.10", "+5.00", "+8.40")),
        ("p-value", ("0.40", "0.06", "0.16", "0.08")),
        ("Sharpe", ("0.40", "0.81", "0.71", "0.74")),
    )
    return Table(
        "statistics",
        "All statistics by horizon",
        columns,
        tuple(Row((Cell(name), *(Cell(text) for text in texts))) for name, texts in rows),
    )


def _walk(days: int, seed: float, drift: float) -> tuple[float, ...]:
    level, levels = 100.0, []
    for day in range(days):
        level *= 1 + drift + 0.012 * math.sin(day * seed) * math.cos(day * seed * 0.37 + seed)
        levels.append(round(level, 2))
    return tuple(levels)


def _dates(first: date, days: int) -> tuple[str, ...]:
    return tuple((first + timedelta(days=step)).isoformat() for step in range(days))


@cache
def price_picture() -> Picture:
    dates, closes = _dates(date(2003, 1, 1), 8500), _walk(8500, 0.71, 0.0002)
    marks = tuple((dates[n], closes[n]) for n in range(110, 8000, 620))
    figure = PriceWithEpisodes("IWM", dates, closes, marks, (dates[-1], closes[-1]), log_scale=True)
    return Picture(
        "price",
        figure,
        "Most of these months came early in a recovery, not late in a long rise. Each dot is one of them.",
        "Price of the Russell 2000 fund since 2003, with 13 months of a 10% gain marked; most follow a fall.",
        "Source: sample, closes to Apr 20, 2026",
    )


@cache
def performance_picture() -> Picture:
    dates = _dates(date(2025, 8, 1), 260)
    lines = tuple(
        Line(name, tuple(level / 100 - 1 for level in _walk(260, seed, drift)), name == "IWM")
        for name, seed, drift in (
            ("IWM", 0.9, 0.0011),
            ("MAGS", 0.5, 0.0007),
            ("QQQ", 0.6, 0.0006),
            ("SPY", 0.8, 0.0005),
        )
    )
    data = Table(
        "performance",
        "Performance since Aug 1, 2025",
        (Column("date", "Date", "date"), *(Column(line.label, line.label) for line in lines)),
        tuple(
            Row((Cell(day, day), *(Cell(numbers.percent(line.values[n]), line.values[n]) for line in lines)))
            for n, day in enumerate(dates)
        ),
    )
    return Picture(
        "performance",
        RelativePerformance(dates, lines),
        "Small caps have risen 29.0% since Aug 1, 2025, twice as much as the S&P 500.",
        "Four lines from zero; the Russell 2000 fund ends highest, the S&P 500 fund lowest.",
        "Source: sample, closes to Apr 20, 2026",
        data,
    )


def spread_picture() -> Picture:
    columns = tuple(
        SpreadColumn(h, tuple(_return(n, number) for n in range(13)), 0.02 * (number + 1), 0.02, 0.01)
        for number, h in enumerate(HORIZONS)
    )
    return Picture(
        "spread",
        ReturnSpread(columns),
        "One month later the outcomes straddle zero; after a year most lie above it.",
        "Dots for 13 episodes at four horizons, spreading wider with time.",
        "Source: sample, closes to Apr 20, 2026",
    )


KEY_POINTS = (
    "Through April 20 the Russell 2000 is up 11.8% for the month, its strongest since November 2020.",
    "Three months after the 13 earlier cases it had gained 7.3%, against 2.1% after any month.",
    "The worst case lost 19% on month-end closes, and 28% on its worst day.",
)


def prose(key: str, heading: str | None, words: str) -> Section:
    """A section of the author's words."""
    return Section(key, "prose", heading, {"words": Markdown(words)})


def tables(key: str, heading: str, *them: Table) -> tuple[Section, ...]:
    """Sections with nothing but a table each."""
    words = {
        "under_way": True,
        "features": (),
        "after": "a year",
        **dict.fromkeys(("will_it_hold", "fall_before", "occasion"), ""),
    }
    return tuple(
        Section(f"{key}-{n}", "current_setup", heading, {**words, "so_far": "Words.", "setup": table})
        for n, table in enumerate(them)
    )


def study(**values: object) -> Section:
    """A section on thirteen months, with these values in place of its own."""
    words = ("told_signal", "bunched", "shortest", "drift", "edge", "chance", "overlap", "next_door", "parts")
    words += ("how_many_tried", "will_it_hold", "payments", "doubt", "kept_ahead", "opposed", "shared_dates")
    words += ("price_paid", "streak", "left_out", "rank", "picked", "same_dates")
    return Section(
        "what-followed",
        "study",
        "Thirteen months like it",
        {
            **dict.fromkeys(words, ""),
            "title": "Ten percent months",
            "tells_signal": False,
            "leads": True,
            "mailed": True,
            "folds_path": False,
            "brief": False,
            "finding": "The edge is largest at three months, and even there luck is not ruled out.",
            "shortest": "A month counts when it closes at least 10% above the one before. There were 13.",
            "episodes": episodes(),
            "newest": None,
            "how_many": 13,
            "path": None,
            "spread": "",
            "spread_picture": spread_picture(),
            "statistics": statistics(),
            "neighbours": None,
            "reproduces": True,
            **dict.fromkeys(("any_moment", "any_start"), "any month"),
            "same": "",
            "counted_at": "one month",
            "least": "five",
            "results": "four results",
            "target": "IWM",
            "averaged": True,
            "read_so": ("Month-end closes, price only.",),
            "pending": "— has not happened yet: in no statistic.",
            "shown": 15,
            "rough_below": 15,
            "too_few": False,
            "study_lines": "studies:\n  ten-percent-months:\n    asset: IWM",
            "command": "precedent study --asset IWM \\\n  --signal ten-percent-month",
            **values,
        },
    )


def edition() -> Edition:
    return Edition(
        slug="small-caps-ten-percent-month",
        title="Small caps just had a 10% month",
        deck="After 13 earlier months like this one, the Russell 2000 was higher a year later 10 times, "
        "but one month out it was close to a coin flip.",
        kicker="Small caps · April 21, 2026",
        date="2026-04-21",
        as_of="2026-04-20",
        author="The editors",
        source="simulated sample market",
        simulated=True,
        finding="Higher a year later 10 of 13 times; at one month no better than usual.",
        verdict="A lean towards gains at 3 months, no clear edge before",
        tags=("Small caps", "Momentum"),
        strip=Strip(
            "Russell 2000 after a month of +10% or more, 13 episodes since 2003",
            (
                StripCell("1 month", "+2.04%", "rose 8 of 13", "no clear edge"),
                StripCell(
                    "3 months", "+7.25%", "rose 10 of 13", "better than usual, perhaps by luck", "gain"
                ),
                StripCell("6 months", "+9.18%", "rose 11 of 13", "no clear edge"),
                StripCell(
                    "12 months", "+16.73%", "rose 10 of 13", "better than usual, perhaps by luck", "gain"
                ),
            ),
        ),
        key_points=KEY_POINTS,
        lead=price_picture(),
        short=Section("the-short-version", "key_points", None, {"points": KEY_POINTS}),
        sections=(
            prose(
                "this-month",
                "The move so far",
                "Small caps rose on 12 of the month’s first 13 sessions and closed at a record.\n\n"
                "The rise began three weeks after a fall of 11.2% from the January peak. It has been "
                "faster than that of the S&P 500, which is up half as much since last August.",
            ),
            Section(
                "since-august",
                "performance",
                "Since August",
                {"since": "Aug 1, 2025", "last": "Apr 20, 2026", "performance": performance_picture()},
            ),
            study(),
            Section(
                "best-cases",
                "best_cases",
                "Best cases",
                {
                    "after": "12 months",
                    "cases": (
                        CaseWords(
                            "April 2009", "The month gained 15.3%. A year later it stood 47% higher.", ""
                        ),
                        CaseWords("November 2020", "The month gained 18.3%, the next three a fifth.", ""),
                    ),
                },
            ),
            prose(
                "in-our-words",
                "Where this one fits",
                "A **recovery** month, not a late one; compare [the method](#method).\n\n- one\n- two",
            ),
            Section(
                "method",
                "method",
                None,
                {
                    "studies": (Choices("Ten percent months", ("Month-end closes, price only.",)),),
                    "source_line": "Made up.",
                    "prices": ("IWM: 6,000 sessions.",),
                    "fingerprint": "sha256:" + "0" * 64,
                    "single_stocks": False,
                },
            ),
        ),
        studies={},
        fingerprint="sha256:" + "0" * 64,
    )


def earlier(number: int) -> Edition:
    """A short report of an earlier week."""
    day = date(2025, 11, 28) - timedelta(days=35 * number)
    return replace(
        edition(),
        slug=f"earlier-{number}",
        title=(
            "The Russell reverses up",
            "Nine down days in a row",
            "Gold at a high after a year without one",
        )[number % 3],
        kicker=f"Small caps · {numbers.day(day)}",
        date=day.isoformat(),
        as_of=day.isoformat(),
        sections=edition().sections[:1],
        tags=("Small caps",),
    )


def draw_nothing(patch: pytest.MonkeyPatch) -> None:
    """Empty charts of the right size in the place of drawn ones, where a test does not look at them."""
    empty = {"spots": b'{"page":[],"phone":[]}', "card": EMPTY_PNG}

    def draw(_: object, form: str, __: object) -> bytes:
        return empty.get(form, b'<svg viewBox="0 0 760 400"/>')

    for place in ("assembly.issue", "assembly.survey_pages"):
        patch.setattr(f"generator.{place}.drawer", lambda _: draw)
    patch.setattr("generator.mail.email.drawer", lambda _: lambda *_: EMPTY_PNG)
