"""Cases that a table shows and no statistic counts, in sentences."""

from __future__ import annotations

from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.words import beside, paragraph, span, spans
from generator.market.history import as_date


def left_out(view: StudyView) -> str:
    """Episodes that are pending, provisional or before the target's data: shown, not counted."""
    parts = [_pending(view)]
    absent = sum(e.target_bar is None and not e.provisional for e in view.result.episodes)
    if absent:
        signals = numbers.plural(absent, view.occasion.removeprefix("the ")).capitalize()
        begin = numbers.month(as_date(view.histories[view.target].first))
        parts.append(
            f"{signals} came before the prices of {view.called} begin, in {begin}, and {_has(absent)}."
        )
    present = view.present_episode
    if present is not None and present.provisional:
        period = "week" if view.kind == "weekly" else "month"
        parts.append(
            f"The {period} of the newest case is not over: the row shows it through "
            f"{numbers.day(view.result.as_of)}, and it enters no statistic."
        )
    return paragraph(*parts)


def _pending(view: StudyView) -> str:
    waiting = sorted((s for s in view.result.summaries if s.pending), key=lambda s: s.horizon.bars)
    if not waiting or not any(s.n for s in view.result.summaries):
        return ""
    first, last = waiting[0], waiting[-1]
    verb = "is" if last.pending == 1 else "are"
    if first.pending == last.pending:
        whole = len(waiting) == len(view.result.summaries)
        where = "any horizon" if whole else spans([s.horizon.label for s in waiting])
        many = numbers.plural(last.pending, "case").capitalize()
        return f"{many} {verb} not yet complete at {where} and {verb} left out."
    least = f"{beside(first.pending, last.pending)} {'case' if first.pending == 1 else 'cases'}"
    most = f"{beside(last.pending, last.pending)} at {span(last.horizon.label)}"
    return f"Not yet complete, and left out: {least} at {span(first.horizon.label)}, {most}."


def _has(count: int) -> str:
    return "has no return" if count == 1 else "have no return"
