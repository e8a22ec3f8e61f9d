"""Which moves of a close are no market's: every rule on both sides of its edge, on moves made by hand."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from generator.market.history import FloatArray, PriceHistory
from generator.market.quality.moves import (
    Candidates,
    _fresh_jumps,
    _level,
    _levels,
    _on_news,
    _spikes,
    move_faults,
    split_near,
)
from generator.market.snapshot import Snapshot

DAYS = np.arange("2020-01-01", "2023-01-01", dtype="datetime64[D]")
DAYS = DAYS[np.is_busday(DAYS)][:601]
AT = 300
"""The move that is looked at."""
Moves = dict[int, float]


def series(usual: float, special: Moves, volume: FloatArray | None = None) -> Snapshot:
    """Closes that go up and down in turn by ``usual``, a logarithm, with other moves at some places."""
    moves = np.where(np.arange(600) % 2, usual, -usual)
    for place, move in special.items():
        moves[place] = move
    closes = 500 * np.exp(np.concatenate(([0.0], np.cumsum(moves))))
    return Snapshot(PriceHistory("X", DAYS, closes, volume=volume))


def told(usual: float, special: Moves, **choices: object) -> list[tuple[str, int]]:
    """Kind and place of every fault from the first session on."""
    volume = choices.pop("volume", None)
    found = move_faults(series(usual, special, volume), DAYS[0], **choices)  # type: ignore[arg-type]
    return sorted((fault.kind, int(np.flatnonzero(fault.session == DAYS)[0]) - 1) for fault in found)


def elsewhere(size: float) -> Moves:
    """Two moves of this size at other times, one up and one down: the second largest counts."""
    return {100: size, 150: -size}


def there_and_back(size: float, after: int = 1, left: float = 0.0) -> Moves:
    return {AT: size, AT + after: -size + left}


SPIKE, JUMP, SPLIT, UNIT = [("spike", AT + 1)], [("jump", AT)], [("split", AT)], [("unit", AT)]


@pytest.mark.parametrize(
    ("usual", "special", "faults"),
    [
        # Twelve usual moves, and three percent.
        (0.005, there_and_back(0.0601), SPIKE),
        (0.005, there_and_back(0.0599), []),
        (0.005, there_and_back(-0.0601), SPIKE),
        (0.002, there_and_back(0.0301), SPIKE),
        (0.002, there_and_back(0.0299), []),
        # One and a quarter of the largest at another time.
        (0.005, {**there_and_back(0.1), **elsewhere(0.0799)}, SPIKE),
        (0.005, {**there_and_back(0.1), **elsewhere(0.0801)}, []),
        # What remains of it: a tenth of the lesser way, or the usual moves of its days.
        (0.005, there_and_back(0.14, left=0.0127), SPIKE),
        (0.005, there_and_back(0.14, left=0.0128), []),
        (0.005, there_and_back(0.08, left=0.0099), SPIKE),
        (0.005, there_and_back(0.08, left=0.0101), []),
        (0.005, there_and_back(0.08, left=-0.0099), SPIKE),
        # Three sessions from out to back.
        (0.005, there_and_back(0.1, 3), [("spike", AT + 3)]),
        (0.005, there_and_back(0.1, 4), []),
        # A way back that is shorter than twelve usual moves.
        (0.005, {AT: 0.066, AT + 1: -0.0601}, SPIKE),
        (0.005, {AT: 0.065, AT + 1: -0.0599}, []),
        (0.005, {AT: 0.1, AT + 1: 0.1}, []),
    ],
)
def test_out_and_back(usual: float, special: Moves, faults: list[tuple[str, int]]) -> None:
    assert told(usual, special) == faults


def test_a_stark_spike_may_stand_beside_another() -> None:
    twins = {**there_and_back(1.39), 100: 1.39, 101: -1.39, 150: 1.39, 151: -1.39}
    assert [place for _, place in told(0.005, twins)] == [101, 151, AT + 1]
    lesser = {place: move * 1.37 / 1.39 for place, move in twins.items()}
    assert told(0.005, lesser) == []
    # Thirty usual moves.
    assert len(told(1.38 / 30, twins)) == 3
    assert told(1.40 / 30, twins) == []


@pytest.mark.parametrize(("size", "faults"), [(0.301, SPIKE), (0.299, [])])
def test_where_the_close_hardly_changes_a_spike_must_be_three_times_as_far(
    size: float, faults: list[tuple[str, int]]
) -> None:
    still = dict.fromkeys((k for k in range(600) if k % 10 < 4 or k % 20 == 6), 0.0)  # 45% of them
    assert told(0.005, {**still, **elsewhere(0.1), **there_and_back(size)}) == faults
    fewer = dict.fromkeys((k for k in range(600) if k % 10 < 3), 0.0)
    assert told(0.005, {**fewer, **elsewhere(0.1), **there_and_back(size)}) == SPIKE


def test_the_first_year_of_a_coin_is_a_thin_markets() -> None:
    def moved(at: int, size: float) -> list[tuple[str, int]]:
        return told(0.005, {at: size, at + 1: -size}, coin=True)

    assert moved(363, 1.19) == []
    assert moved(363, 1.21) == [("spike", 364)]
    assert moved(365, 1.19) == [("spike", 366)]
    assert told(0.005, {364: -1.19}, coin=True) == []
    assert told(0.005, {364: -1.21}, coin=True) == [("jump", 364)]
    assert told(0.005, {365: -1.19}, coin=True) == [("jump", 365)]
    assert told(0.005, {364: -1.19}) == [("jump", 364)]


@pytest.mark.parametrize(
    ("usual", "special", "faults"),
    [
        # A logarithm of 0.15, and eighteen usual moves.
        (0.005, {AT: -0.1501}, JUMP),
        (0.005, {AT: -0.1499}, []),
        (0.005, {AT: 0.1501}, JUMP),
        (0.0115, {AT: -0.2075}, JUMP),
        (0.0115, {AT: -0.2065}, []),
        # Times the largest at another time: 1.8 of what moves little, else 1.95, and 4 of large ones.
        (0.0119, {AT: -0.3, **elsewhere(0.3 / 1.81)}, JUMP),
        (0.0119, {AT: -0.3, **elsewhere(0.3 / 1.79)}, []),
        (0.0122, {AT: -0.3, **elsewhere(0.3 / 1.96)}, JUMP),
        (0.0122, {AT: -0.3, **elsewhere(0.3 / 1.94)}, []),
        (0.005, {AT: -0.449, **elsewhere(0.2)}, JUMP),
        (0.005, {AT: -0.451, **elsewhere(0.2)}, []),
        (0.005, {AT: -0.46, **elsewhere(0.46 / 4.01)}, JUMP),
        (0.005, {AT: -0.46, **elsewhere(0.46 / 3.99)}, []),
        # A young drug maker loses much in a day.
        (0.0199, {AT: -0.46}, JUMP),
        (0.0201, {AT: -0.46}, []),
        # The first weeks of a fund are no habit yet.
        (0.005, {20: -0.2}, [("jump", 20)]),
        (0.005, {19: -0.2}, []),
        # The ratio of a split, twelve usual moves, 2.6 times the largest at another time.
        (0.005, {AT: -log(2)}, SPLIT),
        (0.005, {AT: log(2)}, SPLIT),
        (0.005, {AT: -log(2), **elsewhere(log(2) / 2.61)}, SPLIT),
        (0.005, {AT: -log(2), **elsewhere(log(2) / 2.59)}, []),
        (0.033, {AT: -log(1.5)}, SPLIT),
        (0.0345, {AT: -log(1.5)}, []),
        # From below 0.6 of the year's highest close a fall is news, and a rise is none.
        (0.005, {AT: -log(2), AT - 50: -0.25, AT - 90: -0.25}, SPLIT),
        (0.005, {AT: -log(2), AT - 50: -0.265, AT - 90: -0.265}, []),
        (0.005, {AT: log(2), AT - 50: -0.265, AT - 90: -0.265}, SPLIT),
        (0.005, {AT: -log(2), AT - 50: -0.265, AT - 251: -0.265}, []),
        (0.005, {AT: -log(2), AT - 50: -0.265, AT - 254: -0.265}, SPLIT),
        # A stark one may stand beside another.
        (0.005, {AT: -log(4), 100: log(4)}, [("split", 100), ("split", AT)]),
        (0.005, {AT: -log(4), **elsewhere(1.2)}, SPLIT),
        (0.005, {AT: -log(3), **elsewhere(1.0)}, []),
        # Another unit: a logarithm above 3 that is no split's, and pence for pounds.
        (0.005, {AT: -3.01}, UNIT),
        (0.005, {AT: -2.95}, JUMP),
        (0.005, {AT: 3.01}, UNIT),
        (0.005, {AT: -log(100)}, UNIT),
        (0.005, {AT: -log(50)}, SPLIT),
        (0.005, {AT: -log(30)}, SPLIT),
    ],
)
def test_a_move_that_stays(usual: float, special: Moves, faults: list[tuple[str, int]]) -> None:
    assert told(usual, special) == faults


def after(*sizes: float) -> Moves:
    """A fall of five times the largest at another time, and how large the next moves are, in usual ones."""
    signs = (1, -1, 1, -1, 1)
    return {
        **elsewhere(0.04),
        AT: -0.2,
        **{AT + 1 + k: sign * size * 0.005 for k, (sign, size) in enumerate(zip(signs, sizes, strict=True))},
    }


@pytest.mark.parametrize(
    ("sizes", "faults"),
    [
        ((1.69, 1.69, 1.69, 1.69, 1.69), JUMP),
        ((1.71, 1.71, 1.71, 1.71, 1.71), []),
        ((1.69, 1.69, 1.69, 1.69, 3.2), JUMP),  # the largest does not count, and 2 on average is less
        ((1, 1, 1, 1, 5.8), JUMP),
        ((1, 1, 1, 1, 6.2), []),
        ((0.3, 0.3, 0.3, 0.3, 0.3), JUMP),  # quiet after a fall is no offer
    ],
)
def test_excitement_after_a_move_is_news(sizes: tuple[float, ...], faults: list[tuple[str, int]]) -> None:
    assert told(0.005, after(*sizes)) == faults
    # Nothing explains a move that is more than five and a half times the largest at another time.
    assert told(0.005, {**after(*sizes), AT: -0.225}) == JUMP


def test_quiet_after_a_rise_is_an_offer_for_the_company() -> None:
    assert told(0.005, {**after(*[0.41] * 5), AT: 0.2}) == JUMP
    assert told(0.005, {**after(*[0.39] * 5), AT: 0.2}) == []


def test_what_moves_more_is_calm_up_to_a_third_more() -> None:
    moves = after(*[1.34] * 5)
    wide = {place: move * (1 if place in (AT, 100, 150) else 2.6) for place, move in moves.items()}
    wide |= {AT: -0.26, **elsewhere(0.06)}
    assert told(0.013, wide) == JUMP
    wide |= {place: move * 1.37 / 1.34 for place, move in wide.items() if AT < place <= AT + 5}
    assert told(0.013, wide) == []


def test_how_calm_it_was_takes_three_moves_to_tell() -> None:
    for place, faults in ((597, [("jump", 597)]), (596, [])):  # two moves are left, and three
        wild = {k: 0.01 * (1 if k % 2 else -1) for k in range(place + 1, 600)}
        assert told(0.005, {**elsewhere(0.04), place: -0.2, **wild}) == faults


def test_news_are_traded() -> None:
    for traded, faults in ((2999.0, JUMP), (3001.0, [])):
        volume = np.full(601, 1000.0)
        volume[AT + 1] = traded
        assert told(0.005, after(*[1] * 5), volume=volume) == faults
        # Ten days after it tell what is usual, not those before.
        volume[AT + 12 :] = volume[: AT + 1] = 1e6
        assert told(0.005, after(*[1] * 5), volume=volume) == faults


def test_at_the_end_volume_and_value_must_both_be_large() -> None:
    fall = {**elsewhere(0.04), 590: -0.2}
    shrunk = exp(-0.2)
    for traded, faults in ((3 / shrunk - 0.05, [("jump", 590)]), (3 / shrunk + 0.05, [])):
        volume = np.full(601, 1000.0)
        volume[591] = traded * 1000
        assert told(0.005, fall, volume=volume) == faults
    rise = {**elsewhere(0.04), 590: 0.2}
    for traded, faults in ((2.99, [("jump", 590)]), (3.01, [])):
        volume = np.full(601, 1000.0)
        volume[591] = traded * 1000
        assert told(0.005, rise, volume=volume) == faults
    # One session earlier ten of them have followed.
    volume = np.full(601, 1000.0)
    volume[590] = 3010
    assert told(0.005, {**elsewhere(0.04), 589: -0.2}, volume=volume) == []


@pytest.mark.parametrize(
    ("move", "scale", "split"),
    [
        (-log(2), 0.01, "2:1"),
        (log(2), 0.01, "1:2"),
        (-log(1.5), 0.01, "3:2"),
        (log(1.5), 0.01, "2:3"),
        *((-log(n), 0.01, f"{n}:1") for n in (2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 50, 100)),
        (-log(2) - 0.0249, 0.01, "2:1"),
        (-log(2) - 0.0251, 0.01, ""),
        (-log(2) + 0.0249, 0.01, "2:1"),
        (-log(2) + 0.099, 0.05, "2:1"),
        (-log(2) + 0.101, 0.05, ""),
        (-log(7), 0.01, ""),
        (-log(9), 0.01, ""),
    ],
)
def test_the_ratio_of_a_split(move: float, scale: float, split: str) -> None:
    assert split_near(move, scale) == split


NEW = {"fresh": DAYS[-1]}


@pytest.mark.parametrize(
    ("usual", "special", "faults"),
    [
        # A new jump: a logarithm of 0.15 and 1.6 times the largest at another time.
        (0.01, {599: -0.1501}, [("jump", 599)]),
        (0.01, {599: -0.1499}, []),
        (0.01, {599: -0.2, **elsewhere(0.2 / 1.61)}, [("jump", 599)]),
        (0.01, {599: -0.2, **elsewhere(0.2 / 1.59)}, []),
        # Or thirty usual moves, 1.3 times the most such at another time, and three percent.
        (0.003, {599: -0.0905}, [("jump", 599)]),
        (0.003, {599: -0.0895}, []),
        (0.003, {599: -0.1, **elsewhere(0.1 / 1.31)}, [("jump", 599)]),
        (0.003, {599: -0.1, **elsewhere(0.1 / 1.29)}, []),
        (0.0005, {599: -0.0301}, [("jump", 599)]),
        (0.0005, {599: -0.0299}, []),
        # The ratio of a split needs less.
        (0.03, {599: -log(1.5), **elsewhere(log(1.5) / 1.31)}, [("split", 599)]),
        (0.03, {599: -log(1.5), **elsewhere(log(1.5) / 1.29)}, []),
        (0.035, {599: -log(1.5), **elsewhere(log(1.5) / 1.31)}, []),
    ],
)
def test_a_jump_of_a_new_bar(usual: float, special: Moves, faults: list[tuple[str, int]]) -> None:
    assert told(usual, special, **NEW) == faults
    if len(special) > 1 and usual > 0.003:
        assert told(usual, special) == []  # in a past that has stood for long it is left alone


def test_only_what_is_new_is_held_for_less() -> None:
    moves = {598: -0.2, **elsewhere(0.2 / 1.7)}
    assert told(0.01, moves, fresh=DAYS[600]) == []
    assert told(0.01, moves, fresh=DAYS[599]) == [("jump", 598)]


def test_what_begins_earlier_is_not_told_and_a_day_is_told_once() -> None:
    both = {100: -0.3, AT: -0.7, AT + 1: 0.7}
    found = move_faults(series(0.005, both), DAYS[AT + 2])
    assert [fault.kind for fault in found] == ["spike"]
    assert list(move_faults(series(0.005, both), DAYS[AT + 3])) == []


@pytest.mark.parametrize("end", [0, 599])
def test_what_is_usual_near_an_end_is_not_the_end_alone(end: int) -> None:
    # The last move, ten usual ones, is one of a hundred around it.
    at = abs(end - 24)
    assert told(0.005, {at: -0.2, end: 0.05}) == [("jump", at)]


def test_a_short_series_and_one_with_a_close_of_zero_are_left_alone() -> None:
    whole = series(0.005, {15: 3.5})
    for bars, faults in ((19, []), (20, ["unit"])):
        cut = Snapshot(PriceHistory("X", DAYS[:bars], whole.history.close[:bars]))
        assert [fault.kind for fault in move_faults(cut, DAYS[0])] == faults
    close = series(0.005, {AT: 3.5}).history.close.copy()
    close[5] = 0
    assert list(move_faults(Snapshot(PriceHistory("X", DAYS, close)), DAYS[0])) == []


# --- On the edges themselves -------------------------------------------------------------------------------


def candidate(
    moves: Moves, scale: float, size: float, times: float, at: int = AT
) -> tuple[PriceHistory, Candidates]:
    """One move of a series that moves by ``scale``, and how it is said to stand in it: exactly so."""
    every = np.where(np.arange(600) % 2, scale, -scale)
    for place, move in moves.items():
        every[place] = move
    found = Candidates(
        np.array([at]), every, np.array([scale]), np.array([size]), np.array([times]), np.array([True])
    )
    return PriceHistory("X", DAYS, np.full(601, 100.0)), found


@pytest.mark.parametrize(
    ("move", "scale", "size", "times", "kind"),
    [
        (3.0, 0.001, 50, 10, "jump"),  # no other unit
        (-1.39, 0.01, 30, 1, None),
        (-1.38, 0.01, 40, 1, None),
        (-1.39, 0.02, 40, 1, None),
        (-1.39, 0.01, 40, 1, "split"),
        (-log(2), 0.005, 12, 3, None),
        (-log(2), 0.005, 15, 2.6, None),
        (-log(2), 0.005, 15, 2.7, "split"),
        (-0.2, 0.012, 20, 1.9, None),
        (-0.2, 0.0119, 20, 1.9, "jump"),
        (-0.45, 0.005, 20, 2, "jump"),
        (-0.2, 0.005, 18, 2, None),
        (-0.2, 0.005, 20, 1.8, None),
        (-0.2, 0.015, 20, 1.95, None),
        (-0.2, 0.02, 20, 5, None),
    ],
)
def test_a_move_that_stays_on_the_edge(
    move: float, scale: float, size: float, times: float, kind: str | None
) -> None:
    assert _level(*candidate({AT: move}, scale, size, times), 0) == kind


def test_a_fall_from_exactly_six_tenths_of_the_high_is_a_split() -> None:
    history, found = candidate({AT: -log(2)}, 0.005, 15, 3)
    history.close[AT] = 60.0
    assert _level(history, found, 0) == "split"
    history.close[AT] = 59.9
    assert _level(history, found, 0) is None


def test_news_explain_no_move_of_five_and_a_half_times_the_largest() -> None:
    wild = {AT: -0.2, **dict.fromkeys(range(AT + 1, AT + 6), 0.05)}
    assert _level(*candidate(wild, 0.005, 40, 5.5), 0) == "jump"
    assert _level(*candidate(wild, 0.005, 40, 5.4), 0) is None


@pytest.mark.parametrize(("move", "kinds"), [(0.15, []), (0.151, ["jump"])])
def test_what_is_looked_at_is_above_fifteen_hundredths(move: float, kinds: list[str]) -> None:
    assert [fault.kind for fault in _levels(*candidate({AT: -move}, 0.005, 40, 5), False)] == kinds


@pytest.mark.parametrize(
    ("after", "rise", "news"),
    [
        ((0.017,) * 5, False, False),
        ((0.0171,) * 5, False, True),
        ((0.01, 0.01, 0.01, 0.01, 0.06), False, False),
        ((0.01, 0.01, 0.01, 0.01, 0.061), False, True),
        ((0.004,) * 5, True, False),
        ((0.0039,) * 5, True, True),
        ((0.0039,) * 5, False, False),
    ],
)
def test_excitement_on_the_edge(after: tuple[float, ...], rise: bool, news: bool) -> None:
    moves = np.full(400, 0.01)
    moves[AT], moves[AT + 1 : AT + 6] = (0.2 if rise else -0.2), after
    history = PriceHistory("X", DAYS[:401], np.full(401, 100.0))
    assert _on_news(history, moves, AT, 0.01) is news


@pytest.mark.parametrize(
    ("at", "volume", "close", "news"),
    [
        (AT, 3000.0, 100.0, False),
        (AT, 3001.0, 100.0, True),
        (395, 3000.0, 120.0, False),  # the shares, at the end
        (395, 3001.0, 120.0, True),
        (395, 4000.0, 75.0, False),  # their value
        (395, 4001.0, 75.0, True),
    ],
)
def test_trading_on_the_edge(at: int, volume: float, close: float, news: bool) -> None:
    history = PriceHistory("X", DAYS[:401], np.full(401, 100.0), volume=np.full(401, 1000.0))
    history.field("volume")[at + 1], history.close[at + 1] = volume, close
    assert _on_news(history, np.full(400, 0.01), at, 0.01) is news


@pytest.mark.parametrize(
    ("out", "back", "scale", "size", "times", "coin", "found"),
    [
        (0.03, -0.03, 0.001, 30, 5, False, False),
        (0.031, -0.031, 0.001, 30, 5, False, True),
        (0.1, -0.1, 0.005, 12, 5, False, False),
        (0.1, -0.1, 0.005, 20, 1.25, False, False),
        (1.38, -1.38, 0.005, 40, 1, False, False),
        (1.39, -1.39, 0.005, 30, 1, False, False),
        (1.39, -1.39, 0.005, 31, 1, False, True),
        (0.12, -0.12, 0.01, 13, 5, False, True),  # each way is twelve usual moves
        (0.140625, -0.125, 0.0078125, 18, 5, False, True),  # two usual moves remain
        (0.140625, -0.124, 0.0078125, 18, 5, False, False),
        (1.2, -1.2, 0.005, 40, 5, True, True),
        (1.19, -1.19, 0.005, 40, 5, True, False),
    ],
)
def test_out_and_back_on_the_edge(
    out: float, back: float, scale: float, size: float, times: float, coin: bool, found: bool
) -> None:
    faults = list(_spikes(*candidate({AT: out, AT + 1: back}, scale, size, times), coin))
    assert [(fault.session, fault.since, fault.move) for fault in faults] == (
        [(DAYS[AT + 2], (DAYS[AT + 1],), out)] if found else []
    )


@pytest.mark.parametrize(
    ("usual", "special", "found"),
    [
        (0.01, {599: 0.15}, False),
        (0.01, {599: 0.25, 100: 0.15625, 150: 0.15625}, False),  # 1.6 times
        (0.01, {599: 0.25, 100: 0.15625, 150: 0.156}, True),
        (0.0005, {599: 0.03}, False),
    ],
)
def test_a_new_jump_on_the_edge(usual: float, special: Moves, found: bool) -> None:
    history, whole = candidate(special, usual, 0, 0)
    faults = list(_fresh_jumps(history, whole.moves, np.array([599]), "close"))
    assert [(fault.kind, fault.move) for fault in faults] == ([("jump", special[599])] if found else [])
    assert not any("as if a split" in fault.sentence for fault in faults)
