"""What much of a market did on one day: the stretches that are known, and what a source's assets tell."""

from __future__ import annotations

import numpy as np
import pytest

from generator.market.history import PriceHistory
from generator.market.quality.market import MarketDays, in_known_turmoil
from generator.market.snapshot import Fault, Kind, Snapshot


def fault(day: str, move: float = -0.15, kind: Kind = "jump", since: str = "") -> Fault:
    session = np.datetime64(day, "D")
    return Fault(kind, session, "It fell.", since=(np.datetime64(since, "D"),) if since else (), move=move)


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("1987-10-13", False),
        ("1987-10-14", True),
        ("1987-10-19", True),
        ("1987-11-06", True),
        ("1987-11-07", False),
        ("2020-02-23", False),
        ("2020-02-24", True),
        ("2020-04-14", True),
        ("2020-04-15", False),
        ("2019-05-13", False),
    ],
)
def test_the_first_and_the_last_day_of_a_turmoil_belong_to_it(day: str, known: bool) -> None:
    assert in_known_turmoil(fault(day)) is known


def test_a_spike_is_excused_by_either_of_its_days() -> None:
    assert in_known_turmoil(fault("2020-04-16", kind="spike", since="2020-04-14"))
    assert in_known_turmoil(fault("2020-02-24", kind="spike", since="2020-02-21"))
    assert not in_known_turmoil(fault("2020-04-17", kind="spike", since="2020-04-15"))


@pytest.mark.parametrize(
    ("kind", "excused", "told"),
    [("jump", 0.99, 1.0), ("spike", 0.99, 1.0), ("split", 0.49, 0.5), ("unit", None, 0.1)],
)
def test_what_may_be_the_markets_own_has_a_size(kind: Kind, excused: float | None, told: float) -> None:
    for side in (-1, 1):
        assert excused is None or in_known_turmoil(fault("2020-03-16", side * excused, kind))
        assert not in_known_turmoil(fault("2020-03-16", side * told, kind))


def test_a_new_bar_is_excused_for_less() -> None:
    fresh = np.datetime64("2020-03-16", "D")
    for move, excused in ((-0.2, True), (-0.201, False), (0.2, True), (0.201, False)):
        assert in_known_turmoil(fault("2020-03-16", move), fresh) is excused
        assert in_known_turmoil(fault("2020-03-17", move), fresh) is excused
        assert in_known_turmoil(fault("2020-03-13", move), fresh)  # the day before is an old one


DAYS = np.arange("2023-01-02", "2023-03-01", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)]
ROW = 30
DAY = str(DAYS[ROW])


def asset(move: float, row: int = ROW, *, usual: float = 0.005, days: int = len(DAYS)) -> Snapshot:
    """Moves of ``usual`` up and down in turn, but for one on the day of this row."""
    moves = np.where(np.arange(days) % 2, usual, -usual)
    moves[0] = 0
    if row < days:
        moves[row] = move
    return Snapshot(PriceHistory("X", DAYS[:days], 100 * np.exp(np.cumsum(moves))))


def market(*snapshots: Snapshot) -> MarketDays:
    days = MarketDays()
    for snapshot in snapshots:
        days.add(snapshot)
    return days


CALM = asset(0.005)
FAR = asset(-0.03)


@pytest.mark.parametrize(
    ("moved", "calm", "shared"),
    [
        (4, 4, True),  # eight assets, four of them
        (4, 3, False),  # no market yet
        (3, 5, False),
        (4, 36, True),  # a tenth of forty
        (4, 37, False),
        (5, 45, True),
    ],
)
def test_a_market_is_eight_assets_of_which_four_and_a_tenth_moved(
    moved: int, calm: int, shared: bool
) -> None:
    days = market(*[FAR] * moved, *[CALM] * calm)
    assert days.shared(fault(DAY)) is shared
    assert not days.shared(fault(str(DAYS[ROW - 1])))
    assert not days.shared(fault(str(DAYS[ROW + 1])))
    assert not days.shared(fault(DAY, 1.0))
    assert not days.shared(fault(DAY, 0.5, "split"))
    assert days.shared(fault(str(DAYS[ROW + 1]), 0.3, "spike", since=DAY)) is shared


@pytest.mark.parametrize(
    ("move", "usual", "far"),
    [
        (0.0251, 0.005, True),
        (0.0249, 0.005, False),  # five usual moves
        (0.0101, 0.0001, True),
        (0.0099, 0.0001, False),  # and one percent
    ],
)
def test_how_far_is_far(move: float, usual: float, far: bool) -> None:
    for side in (-1, 1):
        moved = [asset(side * move, usual=usual)] * 8
        assert market(*moved).shared(fault(DAY)) is far


def test_a_history_of_few_bars_tells_no_usual_move() -> None:
    for days, counted in ((19, False), (20, True)):
        short = [asset(-0.03, 10, days=days)] * 8
        assert market(*short).shared(fault(str(DAYS[10]))) is counted
    for close in (-1.0, 0.0):
        below = PriceHistory("X", DAYS, np.where(np.arange(len(DAYS)) == 3, close, 50.0))
        assert not market(*[Snapshot(below)] * 8).shared(fault(str(DAYS[4])))


def test_assets_count_on_the_days_on_which_they_trade() -> None:
    days = market(*[FAR] * 4, *[asset(0.005, days=ROW)] * 4)  # four of them end the day before
    assert not days.shared(fault(DAY))
    days = market(*[FAR] * 4, *[asset(0.005, days=ROW + 1)] * 4)
    assert days.shared(fault(DAY))


def test_days_out_of_all_reach_are_nobodys() -> None:
    days = market(*[FAR] * 8)
    assert not days.shared(fault("1899-12-31"))
    assert not days.shared(fault("2105-05-07"))
    early = PriceHistory("X", DAYS - np.timedelta64(365 * 160, "D"), FAR.history.close)
    assert not market(*[Snapshot(early)] * 8).shared(fault(DAY))
