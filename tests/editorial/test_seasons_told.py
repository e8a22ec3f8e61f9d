"""When the calendar says nothing of a year: in its last week, and where it went further than all others."""

from __future__ import annotations

import numpy as np
import pytest

from generator.findings.market_facts import CalendarYears
from generator.findings.seasons import is_like_others


def years(sessions: int, stands: float) -> CalendarYears:
    """Twenty years of 252 sessions that go evenly to −19% … +19%, and one that stands so after some."""
    ends = np.arange(-19, 21, 2) / 100
    paths = ends[:, None] * np.linspace(0, 1, 253)
    present = np.append(np.zeros(sessions), stands)
    return CalendarYears(tuple(range(2000, 2020)), paths, present, 2020, ())


@pytest.mark.parametrize(
    ("sessions", "stands", "told"),
    [
        (126, 0.05, True),
        (126, -0.09, True),
        (126, -0.11, False),  # lower than the worst of all twenty at mid-year
        (126, 0.11, False),
        (247, 0.05, True),
        (248, 0.05, False),  # four sessions are left
        (255, 0.05, False),  # longer than any of them
    ],
)
def test_a_year_unlike_all_others_is_not_put_beside_them(sessions: int, stands: float, told: bool) -> None:
    assert is_like_others(years(sessions, stands)) is told
