"""Every kind of error in every form of table: found, named, and nothing right accused."""

from __future__ import annotations

import re

import pytest

from generator.study.audit import audit
from generator.study.audit_table import read_table
from generator.study.audit_values import Audit
from tests.study.planted import ERRORS, FORMS, Case, Form, Matrix, made_cases, write

CASES = {case.name: case for case in made_cases(5)}
KINDS = ("monthly", "surge", "rsi")
BY_NAME = {form.name: form for form in FORMS}


def audited(case: Case, table: Matrix, form: Form) -> Audit:
    return audit(read_table(write(case, table, form), "t.csv"), None, case.study, case.histories)


def compare(case: Case, table: Matrix, form: Form, found: Audit) -> tuple[int, int]:
    """The numbers of figures that are printed otherwise than the right one, and of these called wrong."""
    true, other, wrong = case.true(), 0, 0
    assert len(found.rows) == len(table)
    for (i, cells), row in zip(table.items(), found.rows, strict=True):
        assert row.day == case.dates[i]
        by_column = {cell.column: cell for cell in row.cells}
        for label in case.horizons:
            printed, right, cell = cells[label], true[i][label], by_column[label]
            if printed is None or right is None:
                assert cell.status == "unchecked"
            elif form.figure(printed) == form.figure(right):
                assert cell.status == "right", (case.name, form.name, label, cell)
            else:
                assert cell.status in ("wrong", "rounding"), (case.name, form.name, label, cell)
                other += 1
                wrong += cell.status == "wrong"
        assert by_column["move"].status == "right", (case.name, form.name, by_column["move"])
    return other, wrong


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("seed", range(6))
def test_a_right_table_is_never_accused(seed: int, form: Form) -> None:
    for case in made_cases(seed):
        found = audited(case, case.true(), form)
        assert compare(case, case.true(), form, found) == (0, 0)
        assert {c.status for c in found.cells(moves=False)} <= {"right", "unchecked"}
        assert {row.kind for row in found.rows} == {"episode"}
        assert found.missed == ()
        for row in found.statistics:
            assert {c.right_status for c in row.cells} <= {"right"}, (case.name, form.name, row)
        assert len(found.statistics) == (3 if form.closing else 0)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("form", ["plain", "fractions", "german", "american", "letter"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_table_of_one_error_is_named(kind: str, form: str, error: str) -> None:
    case, shape = CASES[kind], BY_NAME[form]
    if error in ("hundredth", "hundredfold", "index") and not shape.marked:
        pytest.skip("without a unit it is another way to print the right figures, or the next test's")
    table = case.changed(ERRORS[error])
    found = audited(case, table, shape)
    other, wrong = compare(case, table, shape, found)
    assert other
    named = [(cause.kind, count) for cause, count in found.causes()]
    assert named, (other, wrong)
    wanted = re.split(",| over", error)[0]
    if error == "entry, next close" and case.study.bars == "daily":
        wanted = "later"  # on daily bars the same figure
    assert named[0][0] == wanted, named
    assert named[0][1] >= 0.9 * wrong, (named, wrong)
