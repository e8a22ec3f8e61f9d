"""The article of a list of dates: labels as contexts, and events in place of signals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.article.article import write_article
from generator.check.reading import load_specs
from generator.core.errors import SpecError
from generator.edition.figures import AveragePath
from tests.editorial.test_build import ALL_SECTIONS, edition, spec

LIST = "\n".join(
    [
        *("date,label", "1999-12-31,Too early", "2000-02-05,A Saturday | of *all*"),
        *(f"200{year}-0{month}-10,Number {year}" for year in range(1, 7) for month in (2, 7)),
    ]
)
REPORT = """\
title: When the Fed cuts
date: 2026-08-01
assets: {SPY: S&P 500}
studies:
  cuts: {asset: SPY, dates: DATES}
sections:
  - study: cuts
"""


def article(dates: str = LIST, **study: object) -> str:
    horizon = "13W" if study.get("bars") == "weekly" else "3M"
    sections = [
        {**s, "horizon": horizon} if "horizon" in s else s for s in ALL_SECTIONS if s["kind"] != "prose"
    ]
    report = spec(
        {"jumps": {"asset": "ABC", "dates": "cuts.csv", **study}},
        [*sections, {"kind": "why", "study": "jumps"}],
        files={"cuts.csv": dates},
    )
    return write_article(edition(report), "No advice.").text


@pytest.fixture(scope="module")
def text() -> str:
    return article()


@pytest.mark.parametrize(
    ("dates", "study"),
    [
        (LIST, {}),
        (LIST, {"bars": "monthly"}),
        (LIST, {"bars": "weekly", "cooldown": 4, "entry": "next_close", "horizons": ["3W", "13W"]}),
        (LIST, {"target": "XYZ"}),
        ("2005-02-10", {}),
        ("2005-02-10\n2005-03-10\n2006-05-06,Three", {}),
        ("2007-08-30\n2007-08-29", {}),
    ],
    ids=["daily", "monthly", "weekly", "target", "one", "three", "under way"],
)
def test_nothing_speaks_of_a_signal_and_nothing_is_empty(dates: str, study: dict[str, object]) -> None:
    written = article(dates, **study)
    told = re.sub(r"\{:[^}]*\}|\]\([^)]*\)|attrs: .*", "", written)
    assert [line for line in told.splitlines() if re.search(r"\bsignal|\bfire", line, re.IGNORECASE)] == []
    assert "None" not in re.sub("None of the .* horizons", "", told)
    assert "the dates of cuts.csv" not in told.lower()


def test_labels_are_contexts_and_an_authors_phrase_goes_before(text: str) -> None:
    row = next(line for line in text.splitlines() if line.startswith("| Feb 5, 2000 †"))
    assert [cell.strip() for cell in row.replace("\\|", "/").split(" | ")][1] == "A Saturday / of \\*all\\*"
    said = article(contexts={"2000-02-05": "Mine"})
    assert re.search(r"\| Feb 5, 2000 † +\| Mine ", said)


def test_charts_and_cards_say_what_they_come_after() -> None:
    made = edition(
        spec(
            {"jumps": {"asset": "ABC", "dates": "cuts.csv"}},
            [{"kind": "study", "study": "jumps"}],
            files={"cuts.csv": LIST},
        )
    )
    assert made.strip is not None
    assert made.strip.after == "After the event"
    assert made.lead is not None
    figure = made.lead.figure
    assert isinstance(figure, AveragePath)
    assert figure.occasion == "the event"


def test_what_became_of_the_dates_is_told(text: str) -> None:
    assert "14 dates in cuts.csv: 13 cases, one before Jan 3, 2000." in text
    assert "A date counts as known at the close of that day on ABC, or else at its next close." in text
    assert "ABC did not trade that day, so the return starts at its next close" in text
    assert "--dates reports/a-report/cuts.csv" in text
    assert "## The dates" in text
    assert "| After the event |" in text


def project(folder: Path, dates: str, text: str | None = LIST) -> Path:
    place = folder / "reports" / "fed-cuts"
    place.mkdir(parents=True)
    (place / "report.yml").write_text(REPORT.replace("DATES", dates))
    if text is not None:
        (place / "cuts.csv").write_text(text)
    return folder


def test_a_spec_holds_the_text_of_its_list(tmp_path: Path) -> None:
    (found,) = load_specs(project(tmp_path, "cuts.csv"))
    assert dict(found.files) == {"cuts.csv": LIST}


@pytest.mark.parametrize(
    ("dates", "text", "told"),
    [
        ("cuts.csv", None, "cuts.csv is no file here. Put it beside report.yml."),
        ("../cuts.csv", None, "'../cuts.csv' leads out of the report's folder"),
        ("cuts.csv", "tomorrow\n", "cuts.csv:1: found 'tomorrow'"),
        ("cuts.csv, when: close > 1", LIST, "needs exactly one of 'signal', 'when' and 'dates'"),
        ("", LIST, "dates"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(tmp_path: Path, dates: str, text: str | None, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_specs(project(tmp_path, dates, text))
    assert [problem.line for problem in caught.value.problems] == [5]
    assert told in str(caught.value)
