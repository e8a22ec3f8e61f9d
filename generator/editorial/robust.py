"""Whether a result hangs on one choice: the definitions next door, each half, without its strongest cases."""

from __future__ import annotations

from collections.abc import Sequence

from generator.editorial import numbers
from generator.editorial.edition import Cell, Column, Row, Table
from generator.editorial.tables import percent_cell
from generator.editorial.view import LIST_ONLY, SHY, StudyView
from generator.editorial.words import any_moment, listed, pair, paragraph, points, span
from generator.study.edges import Edge, Half
from generator.study.verdict import MOST_NEIGHBOURS


def robustness_sentences(view: StudyView) -> str:
    """How the headline's edge holds up; empty where there is no edge to speak of."""
    k = _headline(view)
    if k is None:
        return ""
    own = view.result.summaries[k].edge or 0.0
    return paragraph(_next_door(view, k, own), _halves(view, k), _without(view, k))


def edge_by_half(view: StudyView) -> str:
    """The headline's edge in each half of the history, with its horizon."""
    k = _headline(view)
    if k is None:
        return ""
    whole = points(view.result.summaries[k].edge or 0.0)
    return _halves(view, k, f" over {span(view.study.horizons[k].label)}, {whole} in all,")


def _headline(view: StudyView) -> int | None:
    """Position of the headline's horizon, when its edge is worth holding against other choices."""
    head = view.headline
    if head is None or head.n < SHY or head.edge is None or head.verdict.key in ("too-few", "ordinary"):
        return None
    return [s.horizon.label for s in view.result.summaries].index(head.horizon.label)


def _next_door(view: StudyView, k: int, own: float) -> str:
    edges = [e.edges[k].edge for e in view.result.robustness.neighbours]
    known = [edge for edge in edges if edge is not None]
    if not known:
        return ""
    same = sum(1 for edge in known if edge * own > 0)
    side = "above" if own > 0 else "below"
    held = span(view.study.horizons[k].label)
    lie = f"neighbouring definitions, one choice changed a little, lie {side} {any_moment(view.kind)} too"
    if same == len(known):
        return f"At {held} all {numbers.count(same)} {lie}."
    many = f"{pair(same, len(known))} {lie}"
    if same >= MOST_NEIGHBOURS * len(known):
        return f"At {held} {many}."
    return f"The result hangs on its definition: at {held} only {many}."


def _halves(view: StudyView, k: int, over: str = "") -> str:
    told = [_half(half, half.edges[k]) for half in view.result.robustness.halves]
    said = [text for text in told if text]
    return f"The edge{over} was {listed(said)}." if said else ""


def _half(half: Half, edge: Edge) -> str:
    if edge.n < LIST_ONLY or edge.edge is None:
        return ""
    years = f"from {half.first.year} to {half.last.year}"
    return f"{points(edge.edge)} {years} ({numbers.plural(edge.n, 'case')})"


def _without(view: StudyView, k: int) -> str:
    edge = view.result.robustness.trimmed[1][k]
    if edge.edge is None or edge.n < LIST_ONLY:
        return ""
    return f"Without the two cases that carry it most, it is {points(edge.edge)}."


def robustness_table(view: StudyView, key: str) -> Table | None:
    """The edge at every horizon under other choices; None with too few cases everywhere."""
    if not view.averaged:
        return None
    found = view.result.robustness
    rows = [_row("As published", "", found.published, "summary")]
    rows += [_row(n.group.capitalize(), n.label, n.edges) for n in found.neighbours]
    for half in found.halves:
        rows.append(_row("Part of the history", f"{half.first.year} to {half.last.year}", half.edges))
    rows.append(_row("Without the strongest", "one case", found.trimmed[0]))
    rows.append(_row("Without the strongest", "two cases", found.trimmed[1]))
    horizons = (Column(h.label, span(h.label), "percent", "Edge, points") for h in view.study.horizons)
    return Table(
        key=key,
        caption=f"The edge over {any_moment(view.kind)} when one choice is changed",
        columns=(Column("choice", "Choice", "text"), Column("value", "To", "text"), *horizons),
        rows=tuple(rows),
        notes=(f"No edge is shown where fewer than {numbers.count(LIST_ONLY)} cases are complete.",),
        download=True,
    )


def _row(choice: str, value: str, edges: Sequence[Edge], kind: str = "body") -> Row:
    cells = (percent_cell(e.edge if e.n >= LIST_ONLY else None) for e in edges)
    return Row((Cell(choice, choice), Cell(value, value), *cells), "summary" if kind == "summary" else "body")
