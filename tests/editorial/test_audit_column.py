"""The correction column: it says what the audit found, all of it, and nothing else."""

from __future__ import annotations

import re
import statistics
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from generator.article.audit_column import correction
from generator.audit.headings import MOVE
from generator.audit.run import audit
from generator.audit.table import read_table
from generator.audit.values import CAUSES, Audit, Cause
from generator.audit.words import MARKS, cause_phrase
from generator.check.reading import load_spec
from generator.core.errors import SpecError
from generator.edition.values import Table, Values
from generator.market.bars import BAR_KINDS
from generator.market.providers.files import FilesSource
from generator.market.providers.sample import SampleSource
from tests.real_prices import market_data, real_prices
from tests.study.planted import ERRORS, FORMS, Case, Matrix, made_cases, write
from tests.study.published import Naive, audited, columns, market, published, text
from tests.study.test_audit_real import WRONG, audit_of

HISTORY = market(5)
NAIVE = Naive(HISTORY)
NAMES = [NAIVE.months[m] for m in NAIVE.episodes()]


def words(found: Audit) -> str:
    return " ".join(text for text in correction(found, "k").values() if isinstance(text, str) and text)


def tables(values: Values) -> dict[str, Table]:
    return {table.key: table for table in values.values() if isinstance(table, Table)}


def test_a_table_without_a_mistake_gets_a_short_column() -> None:
    found = audited(HISTORY, published(NAIVE))
    said = words(found)
    assert "every one is right to the last printed digit" in said
    assert "The episodes’ own moves are right" in said
    assert "The list of episodes is complete and correct." in said
    assert set(tables(correction(found, "k"))) == {"k-cells"}


def a_return(name: str, column: str, value: float) -> str:
    """What is said of a table with this one return wrong."""
    table = {row: dict(cells) for row, cells in published(NAIVE).items()}
    table[name][column] = f"{value:+.2f}"
    return words(audited(HISTORY, table))


def test_the_error_that_misleads_most_comes_first() -> None:
    right = {n: float(published(NAIVE)[n]["fwd_3m_pct"]) for n in NAMES if published(NAIVE)[n]["fwd_3m_pct"]}
    worst, second, *_, best = sorted(right, key=right.__getitem__)
    shown = {name: date.fromisoformat(f"{name}-01").strftime("%b %Y") for name in right}
    for word, name in (("worst", worst), ("best", best)):
        hidden = f"{right[name]:+.2f}".replace("-", "−")
        told = (
            f"It hides the {word} case after three months: {shown[name]}, printed as +0.01%, was {hidden}%."
        )
        assert told in a_return(name, "fwd_3m_pct", 0.01)
    # The worst case is still the worst in print: nothing is hidden.
    assert "It hides" not in a_return(worst, "fwd_3m_pct", right[worst] - 1)
    said = a_return(second, "fwd_3m_pct", 0.01)
    assert f"Farthest off is {shown[second]} after three months: +0.01% in print, " in said
    assert "It hides" not in words(audited(HISTORY, published(NAIVE)))


def test_rows_that_slipped_by_one_are_told_as_that() -> None:
    table = published(NAIVE)
    slipped = {name: dict(table[name]) for name in NAMES}
    for before, name in pairwise(NAMES[:-1]):
        slipped[name] |= {key: text for key, text in table[before].items() if key.startswith("fwd_")}
    said = words(audited(HISTORY, slipped))
    assert "equal the figure of the episode before" in said
    assert NAMES[0] not in said


@real_prices
def test_the_column_on_the_published_table() -> None:
    said = words(audit_of(FilesSource(market_data()).history("IWM")))
    for part in (
        "gives 52 forward returns. Computed again, 41 are right to the last printed digit and 11 are wrong.",
        "It hides the worst case after 12 months: Oct 2022, printed as −2.00%, was −10.26%.",
        "All 11 share one slip: in four rows the count runs a month too long.",
        "13 of 14 are right. That of Apr 2026, still under way on Apr 20, 2026, is +11.83% and not +11.54%.",
        "May 2003 (+10.87%) met the condition too and belongs to the episode of Apr 2003.",
        "The average after 12 months, +17.60%, is +17.59% by the table’s own cells.",
        "−11.25%, is the lowest return of the column; the case of Jul 2022 stood at −11.93% in Sep 2022.",
        "the Sharpe ratio with the population standard deviation and the max drawdown with month-end closes.",
    ):
        assert part in said


def test_the_column_on_the_sample_market() -> None:
    found = audit_of(SampleSource().history("IWM"))
    said = words(found)
    assert "41 are right to the last printed digit and 11 are wrong" in said
    assert "The prices here are simulated" in said
    assert "cannot be told from simulated prices" in said
    assert "next month-end" not in said


def test_the_tables_of_the_column() -> None:
    shown = tables(correction(audit_of(SampleSource().history("IWM")), "k"))
    wrong = [tuple(cell.text for cell in row.cells[1:4]) for row in shown["k-wrong"].rows]
    assert wrong == [
        (column, *(f"{v:+.2f}".replace("-", "−") for v in figures)) for (_, column), figures in WRONG.items()
    ]
    values = [(row.cells[2].value, row.cells[3].value) for row in shown["k-wrong"].rows]
    assert values[0] == pytest.approx((-0.0035, -0.0038), abs=1e-4)
    names = [row.cells[0].text for row in shown["k-summary"].rows]
    assert names[:3] == ["Average: published", "Average: right", "Average: any month"]
    assert [cell.text for cell in shown["k-summary"].rows[0].cells[1:]] == [
        "+1.71",
        "+6.72",
        "+8.22",
        "+17.60",
    ]
    cells = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in shown["k-cells"].rows}
    assert cells["Oct 2011"] == ["+15.10", "−0.35 → −0.38", "+6.77", "+2.84 → +10.08", "+10.90 → +10.30"]
    assert cells["Apr 2026"][1:] == ["—"] * 4


def test_several_causes_are_counted_and_the_rest_is_owned_up_to() -> None:
    table = published(NAIVE)
    for k, held in ((0, 4), (1, 4)):
        table[NAMES[k]]["fwd_3m_pct"] = text(NAIVE.forward(NAIVE.episodes()[k], held))
    table[NAMES[2]]["fwd_3m_pct"] = text(-(NAIVE.forward(NAIVE.episodes()[2], 3) or 0))
    table[NAMES[3]]["fwd_3m_pct"] = "123.45"
    said = words(audited(HISTORY, table))
    assert "the return to the next month-end (two) and the right figure with the opposite sign (one)" in said
    assert "Of one no usual cause reproduces the figure." in said


def test_episodes_missed_and_added() -> None:
    table = published(NAIVE)
    del table[NAMES[2]]
    quiet = next(m for m in range(5, 60) if NAIVE.move(m) < 2)
    table[NAIVE.months[quiet]] = dict.fromkeys(next(iter(table.values())), "")
    said = words(audited(HISTORY, table))
    assert re.search(r"The table misses \w{3} \d{4} \(\+\d", said)
    assert "does not meet the condition." in said


@pytest.mark.parametrize("kind", BAR_KINDS)
@pytest.mark.parametrize("column", ["3M", MOVE])
def test_every_cause_has_words(kind: str, column: str) -> None:
    labels = {
        "horizon": ("2M",),
        "entry": ("close", "next_open", "next_close"),
        "other-column": ("6M", MOVE),
        "calendar": [
            f"{counted} {side} {where}"
            for counted in ("months", "days", "thirties")
            for side in ("after", "before")
            for where in ("sessions", "bars")
        ],
        "annualised": ("compound", "simple"),
        "excess": ("average", "median", "SPY"),
        "asset": ("SPY",),
        "currency": ("EURUSD=X", "1/EURUSD=X"),
        "lowest": ("bars", "daily", "prices"),
        "highest": ("bars", "daily", "prices"),
        "rounded": ("0", "1", "2"),
    }
    said = {
        cause_phrase(Cause(cause, 1.0, label, None), column, kind)  # type: ignore[arg-type]
        for cause in CAUSES
        for label in labels.get(cause, ("",))
    }
    assert all(phrase and "_" not in phrase for phrase in said)
    # Each has words of its own, but for what is the same on daily bars.
    same = 8 if kind == "daily" else 2
    assert len(said) >= sum(len(labels.get(cause, ("",))) for cause in CAUSES) - same
    assert len(MARKS) == 4


# --- The section in a spec -------------------------------------------------------------------------------

SPEC = """\
title: A report
date: 2026-04-21
assets: {IWM: Russell 2000}
studies:
  big-months: {asset: IWM, signal: ten-percent-month}
sections:
  - study: big-months
  - audit:
      study: STUDY
      table: TABLE
      summary: SUMMARY
"""


def problems(
    folder: Path, study: str = "big-months", table: str = "t.csv", summary: str = "s.csv"
) -> list[str]:
    place = folder / "reports" / "a-report" / "report.yml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(SPEC.replace("STUDY", study).replace("TABLE", table).replace("SUMMARY", summary))
    try:
        load_spec(place)
    except SpecError as error:
        return [f"{p.line}: {p.key}: {p.message}" for p in error.problems]
    return []


@pytest.fixture(name="folder")
def with_files(tmp_path: Path) -> Path:
    place = tmp_path / "reports" / "a-report"
    place.mkdir(parents=True)
    (place / "t.csv").write_text("episode,1M\n2003-04,10.87\n")
    (place / "s.csv").write_text("statistic,1M\naverage,10.87\n")
    return tmp_path


def test_the_files_are_read_with_the_spec(folder: Path) -> None:
    assert problems(folder) == []
    spec = load_spec(folder / "reports" / "a-report" / "report.yml")
    assert dict(spec.files) == {
        "t.csv": "episode,1M\n2003-04,10.87\n",
        "s.csv": "statistic,1M\naverage,10.87\n",
    }


@pytest.mark.parametrize("name", ["../t.csv", "/etc/passwd", "../../letter.yml", "sub/../../x.csv"])
def test_no_path_leads_out_of_the_folder(folder: Path, name: str) -> None:
    (found,) = problems(folder, table=name)
    assert found.startswith("10: sections[2].audit.table")
    assert "leads out of the report's folder" in found


def test_no_link_leads_out_of_the_folder(folder: Path) -> None:
    (folder / "secret.csv").write_text("episode,1M\n2003-04,10.87\n")
    (folder / "reports" / "a-report" / "link.csv").symlink_to(folder / "secret.csv")
    (found,) = problems(folder, table="link.csv")
    assert "leads out of the report's folder" in found


def test_mistakes_in_the_files_are_mistakes_of_the_spec(folder: Path) -> None:
    place = folder / "reports" / "a-report"
    (place / "bad.csv").write_text("episode,1M\n2003-04,ten\n")
    (place / "weekly.csv").write_text("episode,1W\n2003-04-30,1.00\n")
    assert problems(folder, table="none.csv") == [
        "10: sections[2].audit.table: none.csv is no file here. Put it beside report.yml."
    ]
    (found,) = problems(folder, table="bad.csv")
    assert "10: sections[2].audit.table: bad.csv:2, column '1M': 'ten' is not a number" in found
    (found,) = problems(folder, table="weekly.csv")
    assert "weekly.csv:1, column 1W: monthly bars cannot express the horizon 1W" in found
    (found,) = problems(folder, summary="t.csv")
    assert "11: sections[2].audit.summary: t.csv: no row is a statistic" in found
    assert any("there is no study 'other'" in problem for problem in problems(folder, study="other"))


# --- What a table did not say, and how far a cause reaches ------------------------------------------------

CASES = {case.name: case for case in made_cases(5)}
FORM = {form.name: form for form in FORMS}


def said_of(case: Case, table: Matrix, form: str) -> str:
    text = write(case, table, FORM[form])
    return words(audit(read_table(text, "t.csv"), None, case.study, case.histories))


def test_a_trigger_that_is_no_percent_has_neither_sign_nor_percent() -> None:
    case = CASES["rsi"]
    table = case.true()
    del table[case.episodes[3]]
    first = table[case.episodes[0]]
    right = first["move"]
    assert right is not None
    first["move"] = right + 7
    found = audit(read_table(write(case, table, FORM["plain"]), "t.csv"), None, case.study, case.histories)
    missed = case.moves[case.episodes[3]]
    assert f" is {right:.2f} and not {right + 7:.2f}." in words(found)
    assert f" ({missed:.2f})." in words(found)
    cells = [row.cells[1].text for row in tables(correction(found, "k"))["k-cells"].rows]
    assert cells[0] == f"{right + 7:.2f} → {right:.2f}"
    assert not any(sign in text for text in cells for sign in "+%")


def test_how_the_table_was_read_is_said() -> None:
    case = CASES["monthly"]
    said = said_of(case, case.true(), "fractions")
    assert "because its figures fit: its figures under 1M, 3M, 6M, 12M and Move as fractions." in said
    assert "its column “RSI” as the episodes’ own moves" in said_of(
        CASES["rsi"], CASES["rsi"].true(), "american"
    )


@pytest.mark.parametrize(
    ("error", "phrase"),
    [
        ("log", "the logarithmic return: the whole table."),
        ("hundredth", "a hundredth of the right figure: the whole table."),
        ("excess over another", "the return less that of XYZ: the whole table."),
        ("currency", "the return in another currency, by EURUSD=X: the whole table."),
        ("calendar", "the return to the same date of the calendar (the last close on or before it)"),
    ],
)
def test_what_was_done_to_a_whole_table_is_one_sentence(error: str, phrase: str) -> None:
    case = CASES["surge"]
    said = said_of(case, case.changed(ERRORS[error]), "letter")
    assert phrase in said
    assert "What the wrong figures equal instead" not in said


def test_prices_from_elsewhere_are_said_to_be_possible() -> None:
    case = CASES["surge"]
    table = case.changed(lambda c, i, h, n, r: r * 1.03 + (0.7 if i % 2 else -0.9))
    assert "they move with the right ones: prices from another source" in said_of(case, table, "plain")


def test_medians_called_averages_are_one_sentence() -> None:
    medians = [f"{statistics.median(returns):.2f}" for returns in columns(NAIVE).values()]
    summary = f"statistic,1m,3m,6m\naverage,{','.join(medians)}\n"
    assert "What is printed as the average is the median." in words(
        audited(HISTORY, published(NAIVE), summary)
    )
