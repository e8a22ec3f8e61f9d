"""The ten-percent report of the sample market: every published cell, on the page and behind it."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.projects import ROOT, copy_project
from tests.running import page, run, watch

SLUG = "2026-04-21-small-caps-ten-percent-month"
MONTHS = ["1M", "3M", "6M", "12M"]

# The published episodes, each return as printed: move, then after 1, 3, 6 and 12 months.
EPISODES = """\
Apr 2003 | Dot-com bottom      | +10.28 | +10.87 | +19.24 | +32.87 | +39.94
Apr 2009 | GFC low             | +15.39 |  +3.40 | +14.53 | +16.10 | +47.67
Sep 2010 | QE2 anticipation    | +12.16 |  +4.15 | +15.91 | +24.70 |  −4.74
Oct 2011 | Euro crisis bounce  | +15.10 |  −0.38 |  +6.77 | +10.08 | +10.30
Nov 2016 | Trump 1.0 victory   | +11.06 |  +2.46 |  +4.73 |  +3.58 | +16.75
Jan 2019 | Powell pivot        | +11.32 |  +5.18 |  +6.19 |  +5.03 |  +7.69
Apr 2020 | Covid trough        | +13.85 |  +6.59 | +13.08 | +17.48 | +72.58
Nov 2020 | Vaccine news        | +18.24 |  +8.31 | +20.60 | +24.57 | +20.52
Jul 2022 | Bear rally          | +10.56 |  −2.00 |  −2.09 |  +2.26 |  +6.12
Oct 2022 | Pre-CPI relief      | +11.16 |  +2.20 |  +4.45 |  −4.43 | −10.26
Dec 2023 | Fed pivot rally     | +11.72 |  −3.90 |  +4.78 |  +1.09 | +10.09
Jul 2024 | Rotation trade      | +10.34 |  −1.69 |  −2.72 |  +1.17 |  −2.00
Nov 2024 | Trump 2.0 victory   | +11.07 |  −8.65 | −11.25 | −15.21 |  +2.84
Apr 2026 (through Apr 20) | Hormuz recovery | +11.83 | — | — | — | —
"""
SUMMARY = """\
Average      | +2.04 |  +7.25 |  +9.18 | +16.73
Median       | +2.46 |  +6.19 |  +5.03 | +10.09
Win rate, %  | 61.54 |  76.92 |  84.62 |  76.92
Sharpe       |  0.40 |   0.81 |   0.71 |   0.74
Max drawdown | −8.65 | −11.93 | −19.44 | −19.44
"""
IN_JSON = {
    "Average": "average",
    "Median": "median",
    "Win rate, %": "win_rate",
    "Sharpe": "sharpe",
    "Max drawdown": "max_drawdown",
}


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]


def printed(value: float | None, sign: bool = True) -> str:
    """A number as it is printed, written here from the definitions."""
    if value is None:
        return "—"
    return f"{value:{'+' if sign else ''}.2f}".replace("-", "−")


def same(one: float | None, other: float | None) -> bool:
    """Equal to the ten digits that a CSV carries; nothing equals only nothing."""
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-9)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with this one report, made from the sample market, and its site."""
    root = copy_project(tmp_path_factory.mktemp("report") / "letter", reports=False)
    shutil.copytree(ROOT / "reports" / SLUG, root / "reports" / SLUG)
    watch(root, "SPY", "IWM")
    result = run("report", "--source", "sample", project=root)
    assert result.exit_code == 0, result.output
    return root


class Rows(HTMLParser):
    """The rows of every table with a caption, by caption; cells as a reader sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._where = ""
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = []
            self._caption = ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        elif tag == "span" and self._where == "th":
            return  # the words of a heading over several columns
        self._where = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables[self._caption] = self._rows
        self._where = ""

    def handle_data(self, data: str) -> None:
        if self._where == "caption":
            self._caption += data
        elif self._where in ("td", "th"):
            self._rows[-1][-1] += data


def table(project: Path, caption: str) -> list[list[str]]:
    reader = Rows()
    reader.feed(page(project, SLUG))
    return next(rows for name, rows in reader.tables.items() if name.startswith(caption))


def test_the_page_prints_every_cell_of_the_published_table(project: Path) -> None:
    rows = table(project, "Every episode")
    assert rows[0] == ["Date", "Context", "Move, %", "Forward return, %"]
    assert rows[1] == MONTHS
    assert rows[2:16] == cells(EPISODES)
    summary = {row[0]: row[3:] for row in rows[16:]}
    # What readers of the open table need not know stands in the fold below it.
    assert not {"Sharpe", "Edge", "Best estimate", "95% from", "Separate periods"} & set(summary)
    every = {row[0]: row[1:] for row in table(project, "All statistics")}
    for name, *values in cells(SUMMARY):
        assert (every if name == "Sharpe" else summary)[name] == values
    # The baseline stands in the same table.
    assert {"Any month: average", "Any month: median", "Any month: win rate, %"} <= set(summary)


NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"


def numbers_in(html: str) -> set[str]:
    """Every number that a reader of the page can see."""
    words = re.sub(r"(?s)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", html)
    return set(re.findall(NUMBER, unescape(words)))


def test_the_e_mail_prints_every_cell_of_the_published_table(project: Path) -> None:
    """And no number that the page has not, in either of its forms."""
    folder = project / "site" / "issues" / SLUG
    plain, html = (folder / "email.txt").read_text(), (folder / "email.html").read_text()
    lines = [re.split(r" {2,}", line) for line in plain.splitlines()]
    for date, _, *returns in cells(EPISODES):
        # In plain text a long first cell goes on below; the case under way has a mark.
        starts = [line[0].removeprefix("▸ ") for line in lines if line[-len(returns) :] == returns]
        assert any(start and date.startswith(start) for start in starts)
        assert all(f">{cell}</t" in html for cell in returns)
        assert f">{date}<" in html or f">▸ {date}<" in html
    for name, *values in cells(SUMMARY):
        # The Sharpe and the drawdown are left to the page.
        assert any(line[0] == name and line[-len(values) :] == values for line in lines) == (
            name not in ("Sharpe", "Max drawdown")
        )
    on_the_page = numbers_in(page(project, SLUG))
    assert len(numbers_in(html)) > 100
    assert numbers_in(html) <= on_the_page
    assert set(re.findall(NUMBER, plain)) <= on_the_page


def test_every_csv_says_that_the_prices_are_simulated(project: Path) -> None:
    files = list((project / "site" / "issues" / SLUG).glob("*.csv"))
    assert len(files) > 5
    for file in files:
        head, *rows = csv.reader(file.read_text().splitlines())
        assert {row[head.index("simulated")] for row in rows} == {"true"}, file.name


@pytest.fixture(scope="module")
def reproduced(project: Path) -> Any:
    """What the command under "Reproduce this" prints, as JSON."""
    commands = re.findall(r">(precedent study [^<]+)<", page(project, SLUG))
    assert len(commands) == 1
    result = run(*shlex.split(commands[0])[1:], "--format", "json", project=project)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_printed_command_gives_the_same_numbers(reproduced: Any) -> None:
    for row, episode in zip(cells(EPISODES), reproduced["episodes"], strict=True):
        assert printed(episode["trigger"]) == row[2]
        assert [printed(episode["returns"][month]) for month in MONTHS] == row[3:]
    for name, *values in cells(SUMMARY):
        signed = name not in ("Win rate, %", "Sharpe")
        found = [printed(reproduced["summary"][month][IN_JSON[name]], signed) for month in MONTHS]
        assert found == values, name


def test_the_csv_beside_the_page_gives_the_same_numbers_unrounded(project: Path, reproduced: Any) -> None:
    with (project / "site" / "issues" / SLUG / "ten-percent-months-episodes.csv").open() as stream:
        rows = {row["date"]: row for row in csv.DictReader(stream)}
    for episode in reproduced["episodes"]:
        row = rows[episode["date"]]
        assert float(row["trigger"]) == pytest.approx(episode["trigger"], rel=1e-9)
        for month in MONTHS:
            there = float(row[month]) if row[month] else None
            assert same(there, episode["returns"][month])
    with (project / "site" / "issues" / SLUG / "ten-percent-months-statistics.csv").open() as stream:
        every = {row["horizon"]: row for row in csv.DictReader(stream)}
    for name, key in IN_JSON.items():
        for month in MONTHS:
            found = every[month][key] if name == "Sharpe" else rows[name][month]
            assert float(found) == pytest.approx(reproduced["summary"][month][key], rel=1e-9)


def test_the_edition_gives_the_same_numbers(project: Path, reproduced: Any) -> None:
    edition = json.loads((project / "site" / "issues" / SLUG / "edition.json").read_text())
    (study,) = edition["studies"].values()
    assert study == reproduced
    article = (project / "build" / "reports" / SLUG / "index.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|▸ ").split("|")] for line in article.splitlines()]
    assert all([*row] in rows or ["▸ " + row[0], *row[1:]] in rows for row in cells(EPISODES))
    assert edition["strip"]["cells"][3]["average"] == "+16.7%"
    assert edition["strip"]["cells"][3]["win_rate"] == "rose 10 of 13"


def test_whatever_is_made_from_the_sample_says_so(project: Path) -> None:
    pages = sorted((project / "site").rglob("*.html"))
    assert len(pages) >= 6
    for path in pages:
        text = path.read_text()
        assert "simulated" in text.lower(), path
        assert 'name="robots" content="noindex' in text, path
    charts = list((project / "site" / "issues" / SLUG).glob("*.svg"))
    assert charts
    edition = json.loads((project / "site" / "issues" / SLUG / "edition.json").read_text())
    assert edition["simulated"] is True


def test_no_page_asks_a_third_party(project: Path) -> None:
    made = [path for path in (project / "site").rglob("*") if path.suffix in (".html", ".css", ".svg")]
    assert {path.suffix for path in made} == {".html", ".css", ".svg"}
    for path in made:
        text = path.read_text()
        asked = re.findall(r'(?:src|srcset|href)="((?:https?:)?//[^"]+)"|url\(["\']?((?:https?:)?//)', text)
        links = re.findall(r'<a [^>]*href="((?:https?:)?//[^"]+)"', text)
        assert {a or b for a, b in asked} <= set(links), path


def test_every_link_and_file_that_a_page_names_is_there(project: Path) -> None:
    pages = [path for path in (project / "site").rglob("*.html") if path.name != "404.html"]
    named = [
        (path, name)
        for path in pages
        for name in re.findall(r'(?:src|srcset|href)="([^"#?]+)', path.read_text())
        if not name.startswith(("http", "mailto:", "data:"))
    ]
    assert len(named) > len(pages) > 10
    for path, name in named:
        target = path.parent / name
        assert target.exists() or (target / "index.html").exists(), f"{path}: {name}"
