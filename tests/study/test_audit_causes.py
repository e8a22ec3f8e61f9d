"""Which cause is named, by hand-made wrong cells: chance, order, reach through the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from scipy.stats import binom

from generator.audit.causes import _accident, _binomial_tail, _choose, _tier, _Wrong
from generator.audit.figures import Printed
from generator.audit.headings import MOVE
from generator.audit.table import PublishedRow, PublishedTable
from generator.audit.values import CAUSES, Audit, Cause, CauseKind, CellAudit, RowAudit, Status
from generator.study.question import make_study

DAY = date(2020, 1, 31)


@pytest.mark.parametrize(
    ("n", "p", "least"), [(1, 0.03, 1), (12, 0.2, 3), (12, 0.2, 12), (40, 0.6, 30), (3000, 0.002, 12)]
)
def test_the_tail_of_a_binomial_is_scipys(n: int, p: float, least: int) -> None:
    assert _binomial_tail(n, p, least) == pytest.approx(binom.sf(least - 1, n, p), rel=1e-9)


def test_what_is_certain_is_no_accident_to_wonder_at() -> None:
    assert _binomial_tail(5, 1.0, 5) == _binomial_tail(5, 1.2, 5) == 1.0


def test_slips_come_first_and_coincidences_last() -> None:
    tiers = {kind: _tier(kind) for kind in CAUSES}
    assert {kind for kind, tier in tiers.items() if tier == 0} == {"sign", "digits", "rounded"}
    assert {kind for kind, tier in tiers.items() if tier == 3} == {"other-column", "other-row"}
    assert {kind for kind, tier in tiers.items() if tier == 2} == {
        *("asset", "currency", "calendar", "lowest", "highest", "annualised"),
    }
    assert tiers["next-bar"] == tiers["excess"] == tiers["earlier-session"] == 1


def wrong(chance: float, near: Mapping[str, int], *fitting: str) -> _Wrong:
    """A wrong cell; causes are written ``kind`` or ``kind:label``."""

    def family(text: str) -> tuple[str, str]:
        kind, _, label = text.partition(":")
        return kind, label

    causes = {family(text): Cause(family(text)[0], 1.0, family(text)[1]) for text in fitting}  # type: ignore[arg-type]
    return _Wrong(causes, {family(text): n for text, n in near.items()}, chance)


def test_how_many_figures_were_tried_up_to_a_tier() -> None:
    cell = wrong(0.1, {"sign": 1, "next-bar": 2, "horizon:1M": 3, "asset:SPY": 5, "other-row": 7})
    assert [cell.tried(tier) for tier in range(4)] == [1, 6, 11, 18]
    assert [wrong(0.1, {"asset:SPY": 5}).tried(tier) for tier in range(4)] == [1, 1, 5, 5]


def test_an_accident_is_a_tail_times_what_was_tried() -> None:
    cells = {
        (0, 0): wrong(0.02, {"next-bar": 1, "horizon:1M": 5}, "next-bar"),
        (0, 1): wrong(0.05, {"next-bar": 2, "asset:SPY": 4}, "next-bar", "asset:SPY"),
        (1, 0): wrong(0.4, {"next-bar": 3}),
        (1, 1): wrong(0.01, {"log": 2}),
    }
    # Chances of a next bar: 0.02, 0.10, all of it at most, and none; tried beside it 6 ÷ 1 and 2 ÷ 2.
    p = (0.02 + 0.10 + 1.0 + 0.0) / 4
    wanted = binom.sf(1, 4, p) * (6 + 1) / 2
    assert _accident(("next-bar", ""), 2, cells) == pytest.approx(wanted)
    # Of another asset all that was tried counts, of its own kind and before it.
    wanted = binom.sf(0, 4, 0.05 * 4 / 4) * 6 / 4
    assert _accident(("asset", "SPY"), 1, cells) == pytest.approx(wanted)
    # A family of many figures has paid for them in its own chance: never less than one.
    alone = {(0, 0): wrong(0.01, {"sign": 3}, "sign")}
    assert _accident(("sign", ""), 1, alone) == pytest.approx(0.03)


def named(cells: list[_Wrong]) -> list[str]:
    chosen = _choose({(i, 0): cell for i, cell in enumerate(cells)})
    return [chosen[i, 0].kind if (i, 0) in chosen else "" for i in range(len(cells))]


@pytest.mark.parametrize(("chance", "told"), [(0.09, True), (0.11, False), (0.14, False)])
def test_a_tenth_of_an_accident_is_the_most(chance: float, told: bool) -> None:
    assert named([wrong(chance, {"log": 1}, "log")]) == (["log"] if told else [""])


def near(*kinds: str) -> dict[str, int]:
    return dict.fromkeys(kinds, 1)


def test_the_cause_of_most_cells_goes_to_all_of_them_and_the_next_to_what_is_left() -> None:
    both = near("log", "next-bar")
    cells = [
        wrong(0.001, both, "log", "next-bar"),
        wrong(0.001, both, "log"),
        wrong(0.001, both, "log"),
        wrong(0.001, both, "next-bar"),
    ]
    assert named(cells) == ["log", "log", "log", "next-bar"]


def test_among_causes_of_as_many_the_first_of_the_list_is_named_and_a_coincidence_last() -> None:
    kinds = near("log", "next-bar", "other-row")
    two = [wrong(0.0001, kinds, "log", "next-bar") for _ in range(2)]
    assert named(two) == ["next-bar", "next-bar"]
    three = [wrong(0.0001, kinds, "other-row", "log") for _ in range(2)]
    three.append(wrong(0.0001, kinds, "other-row"))
    assert named(three) == ["log", "log", "other-row"]
    labels = {"horizon:9M": 1, "horizon:2M": 1}
    cell = wrong(0.0001, labels, "horizon:9M", "horizon:2M")
    assert _choose({(0, 0): cell})[0, 0].label == "2M"


@pytest.mark.parametrize(
    ("explained", "others", "told"), [(1, 8, 1), (1, 9, 0), (1, 10, 0), (2, 18, 0), (2, 17, 2), (3, 20, 3)]
)
def test_where_nine_in_ten_stay_unexplained_none_is(explained: int, others: int, told: int) -> None:
    cells = [wrong(1e-6, near("log"), "log") for _ in range(explained)]
    cells += [wrong(1e-6, near("log")) for _ in range(others)]
    assert sum(map(bool, named(cells))) == told


# --- How far a cause reaches -----------------------------------------------------------------------------


def audit_of(cells: Mapping[tuple[int, str], str]) -> Audit:
    """Cells by line and column: ``right``, ``unchecked``, ``wrong``, or the kind of a cause (and a label)."""

    def cell(column: str, told: str) -> CellAudit:
        kind, _, label = told.partition(":")
        cause = None if kind in ("right", "unchecked", "wrong") else Cause(kind, 1.0, label)  # type: ignore[arg-type]
        status: Status = "wrong" if cause else kind  # type: ignore[assignment]
        return CellAudit(column, Printed("1.00", 1.0, 2), 2.0, status, cause=cause)

    rows = []
    for line in dict.fromkeys(line for line, _ in cells):
        row = PublishedRow(line, str(line), DAY, DAY, "", {}, {})
        own = tuple(cell(column, told) for (at, column), told in cells.items() if at == line)
        rows.append(RowAudit(row, "episode", DAY, None, own))
    return made(tuple(rows))


def made(rows: tuple[RowAudit, ...]) -> Audit:
    return Audit(
        study=make_study("ABC", when="close > 1"),
        as_of=DAY,
        source="files",
        fingerprint="",
        table=PublishedTable("t.csv", (), (), {}),
        rows=rows,
        missed=(),
        later=(),
        folded=(),
        statistics=(),
        baselines={},
        understood=(),
        unread=(),
    )


def test_causes_are_counted_with_the_most_frequent_first() -> None:
    found = audit_of(
        {
            (2, "1M"): "sign",
            (2, "3M"): "horizon:1M",
            (3, "1M"): "horizon:9M",
            (3, "3M"): "horizon:1M",
            (4, "1M"): "wrong",
            (4, "3M"): "right",
            (5, MOVE): "sign",
            (6, MOVE): "wrong",
            (7, "1M"): "other-column:3M",
            (7, "3M"): "other-column:1M",
            (8, "1M"): "other-column:6M",
        }
    )
    assert [(c.kind, c.label, n) for c, n in found.causes()] == [
        ("other-column", "3M", 3),
        ("horizon", "1M", 2),
        ("sign", "", 1),
        ("horizon", "9M", 1),
    ]
    assert found.unexplained == 1
    assert len(found.wrong(moves=True)) == 2
    assert len(found.wrong(moves=False)) == 8
    assert len(found.cells(moves=True)) == 2
    assert len(found.cells(moves=False)) == 9


def scope(cells: Mapping[tuple[int, str], str], kind: CauseKind = "log") -> str:
    return audit_of(cells).scope(Cause(kind, 1.0))


def block(lines: int, columns: int, told: str = "log") -> dict[tuple[int, str], str]:
    return {(line, f"{k}M"): told for line in range(2, 2 + lines) for k in range(1, 1 + columns)}


def test_a_cause_of_two_in_three_figures_reaches_through_the_table() -> None:
    assert scope(block(3, 2)) == "all"
    assert scope({**block(3, 2), (2, "1M"): "right", (3, "2M"): "right"}) == "all"  # four of six
    assert scope({**block(3, 2), (2, "1M"): "right", (3, "2M"): "right", (4, "1M"): "right"}) == ""
    assert scope({**block(3, 2), (2, "1M"): "wrong"}) == ""
    assert scope({**block(3, 2), (2, "1M"): "sign"}) == ""
    # What cannot be checked, and moves, say nothing against it.
    assert scope({**block(3, 2), **{(k, "9M"): "unchecked" for k in range(5, 15)}}) == "all"
    assert scope({**block(3, 2), **{(k, MOVE): "right" for k in range(5, 15)}}) == "all"
    assert scope({**block(2, 2), (2, "1M"): "right"}) == "all"  # three of four


def test_a_cause_of_one_column_or_one_row() -> None:
    others = {(line, "9M"): "right" for line in range(2, 9)}
    assert scope({**block(3, 1), **others}) == "column"
    assert scope({**block(2, 1), **others}) == "column"
    assert scope({**block(1, 1), **others}) == ""
    assert scope({**block(3, 1), **others, (9, "1M"): "right"}) == "column"  # three of four
    assert scope({**block(2, 1), **others, (9, "1M"): "right"}) == "column"  # two of three
    assert scope({**block(2, 1), **others, (9, "1M"): "right", (8, "1M"): "right"}) == ""
    assert scope({**block(3, 1), **others, (9, "1M"): "wrong"}) == ""
    beside = {(9, f"{k}M"): "right" for k in range(1, 9)}
    assert scope({**block(1, 2), **beside}) == "row"
    assert scope({**block(1, 2), **beside, (2, "7M"): "right"}) == "row"
    assert scope({**block(1, 2), **beside, (2, "7M"): "right", (2, "8M"): "right"}) == ""
    assert scope({**block(1, 3), **beside, (2, "7M"): "wrong"}) == ""
    # A table of one column, and one of one row.
    assert scope(block(4, 1)) == "column"
    assert scope(block(1, 4)) == "row"


def likeness(pairs: list[tuple[float, float]], explained: int = 0, moves: int = 0) -> bool:
    cells = [
        CellAudit(
            MOVE if k < moves else "1M",
            Printed("", printed, 2),
            right,
            "wrong",
            cause=Cause("log", printed) if k < explained else None,
        )
        for k, (printed, right) in enumerate(pairs)
    ]
    row = PublishedRow(2, "", DAY, DAY, "", {}, {})
    return made((RowAudit(row, "episode", DAY, None, tuple(cells)),)).alike


LIKE = [(float(k), 2.0 * k + (k % 3)) for k in range(10)]


def test_figures_that_move_with_the_right_ones_are_alike() -> None:
    assert likeness(LIKE)
    assert likeness(LIKE[:8])
    assert not likeness(LIKE[:7])  # of seven nothing is told
    assert likeness(LIKE, explained=1)  # nine in ten are left
    assert not likeness(LIKE, explained=2)
    assert likeness(LIKE, moves=2)
    assert not likeness(LIKE, moves=3)
    assert not likeness([(p, -r) for p, r in LIKE])
    assert not likeness([(1.0, r) for _, r in LIKE])
    assert not likeness([(p, 1.0) for p, _ in LIKE])


def test_a_correlation_above_four_fifths_is_a_likeness() -> None:
    # Ten values of unit spread beside ten that do not follow them: mixed, the correlation is that of the mix.
    straight = [-1.0, 1.0] * 8
    across = [-1.0, -1.0, 1.0, 1.0] * 4
    for share, alike in ((0.82, True), (0.78, False)):
        mixed = [share * a + (1 - share**2) ** 0.5 * b for a, b in zip(straight, across, strict=True)]
        assert likeness(list(zip(mixed, straight, strict=True))) is alike
