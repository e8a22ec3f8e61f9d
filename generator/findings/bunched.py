"""Whether most cases of a study come from one time: then they tell of that time more than of the signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np

from generator.findings.view import MIN_CASES, StudyView
from generator.language import numbers
from generator.language.words import beside, sentence

LEAST_SHARE, LONGEST_SHARE, MOST_BY = 0.6, 0.15, 0.5
"""Most cases are so many of all; one time is so much of the history; the first share is larger by so much."""


@dataclass(frozen=True)
class Bunch:
    """Cases close together: how many ``of`` all, and the dates of the first and last of them."""

    count: int
    of: int
    first: date
    last: date


def bunch(days: Sequence[date], years: float) -> Bunch | None:
    """The stretch with most of the cases in least of the history, where there is one.

    Parameters
    ----------
    days : of the cases, in order.
    years : length of the history in which they could have come.

    Of stretches with five cases or more, ``LEAST_SHARE`` of all, in ``LONGEST_SHARE`` of the history, the one
    where the share of cases exceeds the share of time by most, and by half or more. Dates drawn at random
    have one in 4 of 100 studies of eight cases, in 1 of 100 of ten, and in hardly any of more.
    """
    found, best = None, MOST_BY
    moments = np.array(days, dtype="datetime64[D]").astype(np.float64) / (365.25 * years)
    for count in range(max(MIN_CASES, ceil(LEAST_SHARE * len(days))), len(days) + 1):
        # Of stretches with as many cases the shortest has most in least.
        lengths = moments[count - 1 :] - moments[: len(days) - count + 1]
        first = int(np.argmin(lengths))
        share, time = count / len(days), float(lengths[first])
        if time <= LONGEST_SHARE and share - time >= best:
            best = share - time
            found = Bunch(count, len(days), days[first], days[first + count - 1])
    return found


def bunch_of(view: StudyView) -> Bunch | None:
    """That of the cases before the present one; none of a list of dates, which somebody has chosen."""
    if view.study.listed is not None:
        return None
    days = [episode.named_day for episode in view.result.episodes[: view.earlier]]
    return bunch(days, (view.result.as_of - view.result.first).days / 365.25)


def bunched(view: StudyView) -> str:
    """A sentence that says so: ``8 of the 10 earlier cases came from Mar 2000 to Dec 2002; ...``"""
    found = bunch_of(view)
    if found is None:
        return ""
    of = beside(found.of, found.of)
    most = f"all {of}" if found.count == found.of else f"{beside(found.count, found.of)} of the {of}"
    return sentence(
        f"{most} earlier cases came {stretch(found)}; they tell as much of that time as of {view.occasion}"
    )


def stretch(found: Bunch) -> str:
    """``from Mar 2000 to Dec 2002``, ``in Mar 2020``."""
    first, last = numbers.month(found.first), numbers.month(found.last)
    return f"in {first}" if first == last else f"from {first} to {last}"
