"""Columns of one's own in a report: the article's table, its CSV, the e-mail, and mistakes in a spec."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from generator.article.article import write_article
from generator.edition.values import Edition
from generator.site.downloads import table_csv
from tests.editorial.test_build import edition, spec
from tests.editorial.test_specs import GOOD, problems

COLUMNS = [
    {"heading": "XYZ, close", "show": 'on("XYZ", close)'},
    {"heading": "Sessions to recover", "recovers": "entry"},
]


@pytest.fixture(scope="module")
def made() -> Edition:
    asked = spec(
        {"falls": {"asset": "ABC", "when": "roc(close, 1) < -2", "columns": COLUMNS}},
        [{"kind": "study", "study": "falls"}, {"kind": "method"}],
    )
    return edition(asked)


@pytest.fixture(scope="module")
def text(made: Edition) -> str:
    return write_article(made, "No advice.").text


def test_they_stand_beside_the_move(text: str) -> None:
    head = next(line for line in text.splitlines() if line.startswith("| Date") and "XYZ" in line)
    names = [cell.strip() for cell in head.strip("| ").split("|")]
    assert names[names.index("XYZ, close") + 1] == "Sessions to recover"
    assert names.index("XYZ, close") > names.index("Date")
    assert names[names.index("Sessions to recover") + 1].startswith("Forward return")
    assert (
        "Sessions to recover: sessions of ABC from the entry to the first close at or above the price" in text
    )


def test_the_csv_has_them_by_their_headings(made: Edition) -> None:
    table = next(section for section in made.sections if section.kind == "study").tables()["episodes"]
    header, *lines = list(csv.reader(io.StringIO(table_csv(table, simulated=False).decode())))
    closes = [line[header.index("XYZ, close")] for line in lines]
    waits = [line[header.index("Sessions to recover")] for line in lines]
    assert all(float(each) > 0 for each in closes if each)
    assert any(each.isdigit() for each in waits)
    assert all(each.rstrip("+").isdigit() for each in waits if each)


def test_the_command_that_reproduces_it_asks_for_them(text: str) -> None:
    assert """--column 'XYZ, close: on("XYZ", close)'""" in text
    assert "--column 'Sessions to recover: recovers entry'" in text


def bad(column: str) -> str:
    return GOOD.replace("    signal: ten", f"    columns:\n      - {{{column}}}\n    signal: ten")


@pytest.mark.parametrize(
    ("column", "key", "told"),
    [
        ("show: close", "heading", "'heading' is missing. Add it."),
        ("heading: A", "", "it has neither"),
        ("heading: A, show: close, recovers: entry", "show", "it has both"),
        ("heading: A, recovers: hihg", "recovers", "Did you mean 'high'?"),
        ("heading: A, show: clsoe", "show", 'Did you mean "close"?'),
        ("heading: A, show: close, format: percnt", "format", "Did you mean 'percent'?"),
        ("heading: A, recovers: entry, format: price", "recovers", "has no format"),
        ("heading: A, shows: close", "", "there is no key 'shows'. Did you mean 'show'?"),
    ],
)
def test_each_bad_one_has_one_message(tmp_path: Path, column: str, key: str, told: str) -> None:
    ((place, (line, message)),) = problems(tmp_path, bad(column)).items()
    assert place == f"studies.big-months.columns[1]{'.' if key else ''}{key}"
    assert line == 8
    assert told in message


def test_headings_are_refused_together(tmp_path: Path) -> None:
    text = bad("heading: Date, show: close")
    ((place, (_, message)),) = problems(tmp_path, text).items()
    assert place == "studies.big-months.columns"
    assert "the table has a column 'Date' of its own" in message
