"""Charts drawn ahead in other processes are the same charts."""

from __future__ import annotations

from multiprocessing import active_children

import pytest

from generator.charts.render import draw
from generator.charts.studio import Studio
from generator.core.errors import EndedError
from generator.edition.figures import ReturnSpread, SpreadColumn

SPREADS = [ReturnSpread((SpreadColumn("3M", (0.01 * i, -0.02, 0.05), 0.02, 0.01, 0.01),)) for i in range(3)]


def test_ordered_pictures_are_those_drawn_at_once() -> None:
    with Studio() as studio:
        studio.order((spread, "page", True) for spread in SPREADS)
        studio.order([(SPREADS[0], "page", True)])
        for spread in SPREADS:
            assert studio.draw(spread, "page", True) == draw(spread, "page", True)
        assert studio.draw(SPREADS[0], "phone", False) == draw(SPREADS[0], "phone", False)


def test_a_process_that_is_killed_is_told_in_one_message() -> None:
    with Studio(1) as studio:
        studio.order([(SPREADS[0], "page", True)])
        (process,) = active_children()
        process.kill()
        process.join()
        with pytest.raises(EndedError, match="draws the charts was ended from outside"):
            studio.draw(SPREADS[0], "page", True)
        with pytest.raises(EndedError):
            studio.order([(SPREADS[1], "page", True)])


def test_what_goes_wrong_in_another_process_is_told_here() -> None:
    with Studio() as studio:
        studio.order([("no figure", "page", False)])  # type: ignore[list-item]
        with pytest.raises(AttributeError):
            studio.draw("no figure", "page", False)  # type: ignore[arg-type]
