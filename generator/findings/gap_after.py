"""What became of a gap between two assets: how often the one that led, or lagged, did better afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.findings.sentences import waited
from generator.findings.view import MIN_CASES, MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.asset_names import called
from generator.language.words import of_times, sentence
from generator.study.episodes import match_bars
from generator.study.ladder import move_in
from generator.study.prepare import prepare
from generator.study.returns import completed_returns
from generator.study.values import HorizonSummary


@dataclass(frozen=True)
class GapAfter:
    """In how many of the complete cases the asset returned more than the other; the share of all bars."""

    ahead: int
    n: int
    usual: float | None


def gap_after(view: StudyView, summary: HorizonSummary) -> GapAfter | None:
    """What both did from the same close to the same horizon; None of a study that asks about no gap, or
    whose returns are another asset's."""
    asked = move_in(view.study)
    if asked is None or asked[0].other is None or view.target != view.study.asset:
        return None
    held = summary.horizon.bars
    own = view.prepared
    other = prepare(replace(view.study, target=asked[0].other), view.histories, view.result.as_of).prices
    mine, theirs = completed_returns(own.prices, held), completed_returns(other, held)
    matched = match_bars(own.bars, other.bars, np.arange(len(mine)))
    both = (matched >= 0) & (matched < len(theirs))
    ahead = np.full(len(mine), np.nan)
    ahead[both] = mine[both] - theirs[matched[both]]
    cases = [e.bar for e in view.result.episodes if not e.provisional and e.bar < len(ahead)]
    found, every = ahead[cases][np.isfinite(ahead[cases])], ahead[np.isfinite(ahead)]
    usual = float((every > 0).mean()) if len(every) else None
    return GapAfter(int((found > 0).sum()), len(found), usual)


def kept_ahead(view: StudyView, summaries: Sequence[HorizonSummary]) -> str:
    """``Over the three months it did better than the Dow fund 9 of 15 times (usually 47%), over the year 7
    of 14.``"""
    asked = move_in(view.study)
    found = [(s, after) for s in summaries if (after := gap_after(view, s)) is not None]
    if asked is None or asked[0].other is None or any(after.n < MIN_CASES for _, after in found) or not found:
        return ""
    (first, after), *rest = found
    rate = after.usual if after.n >= MIN_CASES_IN_PROSE else None
    usual = "" if rate is None else f" (usually {numbers.rate(rate)})"
    text = (
        f"{view.it} did better than {called(asked[0].other, view.names)} over the next "
        f"{_held(first)} {of_times(after.ahead, after.n)}{usual}"
    )
    for summary, later in rest:
        text += f", over the next {_held(summary)} {of_times(later.ahead, later.n).removesuffix(' times')}"
    return sentence(text)


def _held(summary: HorizonSummary) -> str:
    return waited(summary.horizon.label).removeprefix("a ")
