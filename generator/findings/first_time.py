"""What is without precedent about this time: farther than any before, longer in a row, calmer."""

from __future__ import annotations

from generator.findings.view import Moves, StudyView
from generator.language import numbers
from generator.language.words import beside, gap, listed, paragraph
from generator.signals.ties import SAME
from generator.study.ladder import move_of
from generator.study.verdict import BAR_WORD

_EXTREMES = {"volatility-squeeze": (-1, "calmer", "calmest"), "volatility-spike": (1, "wilder", "wildest")}
"""Signals of the library whose measure says how extreme a case is: to which side, and the words for it."""
FEW = 3
"""As many moves that went farther are named."""


def without_precedent(view: StudyView) -> str:
    """Sentences; empty where all has been there before."""
    moves = view.moves
    if moves is None or view.present is None:
        return _most_extreme(view)
    return paragraph(_farthest(view, moves), _in_a_row(view, moves))


def _farthest(view: StudyView, moves: Moves) -> str:
    """``None went as far: the largest was 6.0%, in Jul 2002.``"""
    if moves.largest is None or moves.when is None or moves.now <= moves.largest * (1 + SAME):
        return ""
    asked, size = move_of(view.study), moves.largest / 100
    far = numbers.size(size) if asked is None or asked[0].other is None else gap(size)
    return f"None went as far: the largest was {far}, in {numbers.month(moves.when)}."


def few_went_farther(view: StudyView) -> str:
    """``Only Aug 1998 and Sep 2002 went farther.``; empty where none did, or many."""
    moves = view.moves
    if moves is None or not 0 < len(moves.farther) <= min(FEW, moves.before - 1):
        return ""
    when = list(dict.fromkeys(numbers.bar_date(day, view.kind) for day in moves.farther))
    return f"Only {listed(when)} went farther."


def _in_a_row(view: StudyView, moves: Moves) -> str:
    """``It is the fourth month in a row; never before were there two.``"""
    if moves.run < 2 or moves.run <= moves.longest or not moves.before:
        return ""
    word = BAR_WORD[view.kind]
    before = (
        "never before were there two"
        if moves.longest == 1
        else f"before, there were at most {beside(moves.longest, moves.longest)}"
    )
    return f"It is the {numbers.ordinal(moves.run)} such {word} in a row; {before}."


def _most_extreme(view: StudyView) -> str:
    """``This time is calmer than all 35, the calmest of which was in Mar 1995.``"""
    found, present = _EXTREMES.get(view.study.signal or ""), view.present
    if found is None or present is None:
        return ""
    side, more, most = found
    *before, now = (episode.trigger for episode in view.result.episodes[: present + 1])
    known = [(trigger * side, k) for k, trigger in enumerate(before) if trigger is not None]
    if now is None or not known or len(known) < len(before):
        return ""
    farthest, at = max(known)
    if now * side <= farthest + SAME * abs(farthest):
        return ""
    if len(known) == 1:
        return f"This time is {more} than the one."
    when = numbers.month(view.result.episodes[at].date)
    every = beside(len(known), len(known))
    return f"This time is {more} than all {every}, the {most} of which was in {when}."
