"""Whether a result hangs on one choice: the definitions next door, each half, without its strongest cases."""

from __future__ import annotations

from collections.abc import Sequence

from generator.edition.values import Cell, Column, Row, RowKind, Table
from generator.findings.tables import percent_cell
from generator.findings.view import MIN_CASES, MIN_CASES_FOR_SHARPE, MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.own_words import words
from generator.language.words import any_moment, beside, listed, pair, paragraph, points, sentence, span
from generator.study.edges import Edge, Half, NeighbourEdges, Robustness
from generator.study.verdict import MOST_NEIGHBOURS

STRIKING = 2
"""Places at the top of the neighbours that a reader is warned of."""
SAME = "same"
"""What the map shows in place of an edge that only repeats the published one."""
_GROUPS = {"month measured": "month-end"}
"""Groups of neighbours by a shorter name, for the table's first column."""


def next_door(view: StudyView) -> str:
    """How the headline's edge holds up when one choice is changed; empty where there is none to speak of."""
    k = _headline(view)
    return "" if k is None else _next_door(view, k, view.result.summaries[k].edge or 0.0)


def parts(view: StudyView) -> str:
    """The headline's edge in each half of the history and without its strongest cases; empty where there is
    no edge to speak of."""
    k = _headline(view)
    return "" if k is None else paragraph(_halves(view, k), _without(view, k))


def edge_by_half(view: StudyView) -> str:
    """The headline's edge in each half of the history, with its horizon."""
    k = _headline(view)
    if k is None:
        return ""
    told = _told_halves(view, k)
    if not told:
        return ""
    whole = f"{points(view.result.summaries[k].edge or 0.0)} in all"
    parts = f"{whole}: {listed(told)}" if len(told) > 1 else f"{whole}, and {told[0]}"
    return f"The edge over {span(view.study.horizons[k].label)} is {parts}."


def _headline(view: StudyView) -> int | None:
    """Position of the headline's horizon, when its edge is worth holding against other choices."""
    head = view.headline
    if head is None or not head.verdict.is_unusual:
        return None
    return _measured(view)


def _measured(view: StudyView) -> int | None:
    """Position of the headline's horizon, when it has enough cases to speak of an edge."""
    head = view.headline
    if head is None or head.n < MIN_CASES_IN_PROSE or head.edge is None:
        return None
    return [s.horizon.label for s in view.result.summaries].index(head.horizon.label)


def _next_door(view: StudyView, k: int, own: float) -> str:
    known = [edge.edge for edge in view.result.robustness.others(k) if edge.edge is not None]
    if not known:
        return ""
    same, every = sum(1 for edge in known if edge * own > 0), len(known)
    held, usual = span(view.study.horizons[k].label), any_moment(view.kind)
    verb = ("beat", "beats") if own > 0 else ("fall short of", "falls short of")
    hangs = f"The result hangs on its definition: change that slightly, and at {held}"
    if same == 0:
        return f"{hangs} no variant {verb[1]} {usual}."
    if same == every:
        which = {1: "the one", 2: "both"}.get(every, f"all {numbers.count(every)}")
    else:
        which = pair(same, every)
    variants = f"{which} {'variant' if every == 1 else 'variants'}"
    if same < MOST_NEIGHBOURS * every:
        return f"{hangs} only {variants} {verb[same == 1]} {usual}."
    return f"Change the definition slightly, and at {held} {variants} still {verb[same == 1]} {usual}."


def _halves(view: StudyView, k: int) -> str:
    halves = _known_halves(view, k)
    if len(halves) == 1:
        half, edge = halves[0]
        alone = f"{_years(half)} alone ({numbers.count(edge.n)} cases)"
        return f"From {alone} it is {points(edge.edge or 0.0)}."
    told = _told_halves(view, k)
    return f"The edge was {listed(told)}." if told else ""


def _known_halves(view: StudyView, k: int) -> list[tuple[Half, Edge]]:
    """Both halves of the history, without one that has too few cases."""
    return [(half, half.edges[k]) for half in view.result.robustness.halves if _has_cases(half.edges[k])]


def _told_halves(view: StudyView, k: int) -> list[str]:
    """The same in words."""
    halves = _known_halves(view, k)
    most = max((edge.n for _, edge in halves), default=0)
    return [
        f"{points(edge.edge or 0.0)} from {_years(half)} ({beside(edge.n, most)} cases)"
        for half, edge in halves
    ]


def _years(half: Half) -> str:
    return f"{half.first.year} to {half.last.year}"


def _without(view: StudyView, k: int) -> str:
    edge = view.result.robustness.trimmed[1][k]
    if edge.edge is None or edge.n < MIN_CASES:
        return ""
    return f"Drop the two strongest cases, and it is {points(edge.edge)}."


def rank_sentence(view: StudyView) -> str:
    """Where the published definition stands among its neighbours at the headline's horizon."""
    k = _measured(view)
    placed = None if k is None else view.result.robustness.rank(k)
    if k is None or placed is None:
        return ""
    own = view.result.summaries[k].edge or 0.0
    if all(edge.edge == own for edge in view.result.robustness.others(k)):
        return ""
    place, count = placed
    extreme, first = ("lowest", "lowest") if own < 0 else ("largest", "best")
    last = "highest" if own < 0 else "smallest"
    placed_as = extreme if place == 1 else last if place == count else f"{numbers.ordinal(place)} {extreme}"
    start = f"At {span(view.study.horizons[k].label)} the edge of the published definition is the"
    ranked = f"{start} {placed_as} of {numbers.count(count)}"
    if place <= STRIKING:
        return f"{ranked}: be careful, a definition can be picked for its result."
    return f"{ranked}; being the {first} of its neighbours would be a warning."


def picked_sentence(view: StudyView) -> str:
    """Hansen's test in plain words: is the best of these definitions better than luck would make it?"""
    k = _measured(view)
    others = [] if k is None else view.result.robustness.others(k)
    p = view.superior_p if others else None
    if k is None or p is None:
        return ""
    tried, share = 1 + len(others), round(p * 100)
    often = {0: "fewer than 1 time", 1: "about once"}.get(share, f"about {share} times")
    known = view.result.summaries[k].n
    rough = (
        f"With {numbers.plural(known, 'case')} this is a rough figure; "
        if known < MIN_CASES_FOR_SHARPE
        else ""
    )
    held = span(view.study.horizons[k].label)
    return paragraph(
        f"If none of the {numbers.count(tried)} definitions meant anything, the best of them would still "
        f"look this good {often} in 100 (Hansen’s test for superior predictive ability, at {held}).",
        sentence(f"{rough}no verdict rests on it"),
    )


def robustness_table(view: StudyView, key: str) -> Table | None:
    """The edge at every horizon under other choices, tinted; None with too few cases everywhere."""
    if not view.averaged:
        return None
    found = view.result.robustness
    scales = _scales(found)
    rows = [_row("As published", found.published, "as published")]
    rows += [_row(_changed(n), n.edges, n.group) for n in found.neighbours]
    for half in found.halves:
        rows.append(_row(f"Only {half.first.year} to {half.last.year}", half.edges, "history"))
    for word, edges in zip(("the strongest case", "the two strongest"), found.trimmed, strict=True):
        rows.append(_row(f"Without {word}", edges, "strongest"))
    horizons = (
        Column(h.label, h.label, "percent", words("neighbours.edge"), scale)
        for h, scale in zip(view.study.horizons, scales, strict=True)
    )
    return Table(
        key=key,
        caption="",
        columns=(
            Column("definition", words("neighbours.definition"), "text"),
            Column("cases", words("neighbours.cases"), "number"),
            *horizons,
        ),
        rows=tuple(rows),
        download=True,
    )


def has_same_cases(view: StudyView) -> bool:
    """Whether the map shows a definition with exactly the published cases."""
    neighbours = view.result.robustness.neighbours
    return any(edge.same_cases for neighbour in neighbours for edge in neighbour.edges if _has_cases(edge))


def shortest(view: StudyView) -> str:
    """The label of the horizon at which the map counts its cases."""
    return min(view.study.horizons, key=lambda h: h.bars).label


def _changed(neighbour: NeighbourEdges) -> str:
    """``Lookback 20 → 22``, ``Month-end 2 sessions before``."""
    group = "number" if neighbour.group.startswith("the ") else neighbour.group
    return f"{_GROUPS.get(group, group)} {neighbour.label}".capitalize()


def _scales(found: Robustness) -> tuple[float, ...]:
    """The largest edge of every column, which is tinted in full; 1 where there is none."""
    every = (found.published, *(n.edges for n in found.neighbours))
    columns = ([abs(e.edge or 0.0) for e in column if _has_cases(e)] for column in zip(*every, strict=True))
    return tuple(max(column, default=0.0) or 1.0 for column in columns)


def _has_cases(edge: Edge) -> bool:
    return edge.edge is not None and edge.n >= MIN_CASES


def _row(label: str, edges: Sequence[Edge], group: str) -> Row:
    most = max(edge.n for edge in edges)
    kind: RowKind = "published" if group == "as published" else "body"
    return Row((Cell(label, label), Cell(f"{most:,}", most), *map(_edge_cell, edges)), kind, group)


def _edge_cell(edge: Edge) -> Cell:
    if edge.edge is None or not _has_cases(edge):
        return percent_cell(None)
    return Cell(SAME, edge.edge, "muted") if edge.same_cases else percent_cell(edge.edge)
