"""Which assets and signals are read together, and what they are read with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.core.errors import RequestError
from generator.market.history import PriceHistory
from generator.scan.asset import _alike, _begin, _lots, _Scan
from generator.scan.near import find_near
from generator.scan.values import ScanQuestion, ScanSignal, Skipped, scan_signals
from generator.signals.language import parse_condition, parse_expression
from tests.scan.markets import scan_asset

QUESTION = ScanQuestion(scan_signals(("reverse-up",)))
DAYS = np.arange("2013-01-01", "2014-12-31", dtype="datetime64[D]")


def scans(*lengths: int) -> list[_Scan]:
    found = []
    for length in lengths:
        scan = _begin(PriceHistory(f"A{length}-USD", DAYS[:length], np.ones(length)), QUESTION)
        assert isinstance(scan, _Scan)
        found.append(scan)
    return found


@pytest.mark.parametrize(
    ("lengths", "stacks"),
    [
        ((), []),
        ((50,), [[50]]),
        ((75, 100, 74), [[100, 75], [74]]),
        ((100, 99, 98, 97, 96, 95), [[100, 99, 98, 97], [96, 95]]),
        ((20, 100, 90, 16, 15, 14), [[100, 90], [20, 16, 15], [14]]),
    ],
)
def test_four_assets_of_like_length_are_read_together(
    lengths: tuple[int, ...], stacks: list[list[int]]
) -> None:
    found = [[len(scan.history) for scan in stack] for stack in _alike(scans(*lengths))]
    assert found == stacks


def signal(name: str, when: str, measure: str = "close", bars: str = "daily") -> ScanSignal:
    return ScanSignal(name, parse_condition(when), parse_expression(measure), bars, 0)  # type: ignore[arg-type]


def test_signals_of_the_same_bars_and_assets_are_one_lot() -> None:
    asked = (
        signal("a", "close > 1"),
        signal("b", "close > 1", bars="weekly"),
        signal("c", "on('SPY', close) > 1"),
        signal("d", "close > 2"),
        signal("e", "close > 1", measure="on('SPY', close)"),
        signal("f", "on('SPY', close) > on('QQQ', close)"),
        signal("g", "on('SPY', close) > 1", measure="on('SPY', open)"),
    )
    found = [[each.name for each in lot] for lot in _lots(asked)]
    assert found == [["a", "d"], ["b"], ["c", "e", "g"], ["f"]]
    assert asked[5].assets == ("SPY", "QQQ")
    assert ScanQuestion(asked).assets == ("SPY", "QQQ")


def test_the_headline_is_a_quarter_on_any_bars() -> None:
    for bars, place in (("daily", 4), ("weekly", 1), ("monthly", 1)):
        assert signal("a", "close > 1", bars=bars).headline == place


def test_a_question_has_its_usual_choices() -> None:
    usual = ScanQuestion(())
    assert (usual.sessions, usual.as_of, usual.near, usual.fading, usual.since) == (5, None, True, True, None)


def test_an_asset_without_a_session_up_to_the_day_is_skipped() -> None:
    late = PriceHistory("A-USD", DAYS[10:20], np.ones(10))
    asked = replace(QUESTION, as_of=DAYS[9].item())
    skipped = _begin(late, asked)
    assert isinstance(skipped, Skipped)
    assert (skipped.asset, skipped.signal) == ("A-USD", None)
    first = _begin(late, replace(QUESTION, as_of=DAYS[10].item()))
    assert isinstance(first, _Scan)
    assert (len(first.history), len(first.whole)) == (1, 10)


def test_signals_are_named_once_and_all_of_them_come_in_the_librarys_order() -> None:
    with pytest.raises(RequestError, match="the signal correction is named twice"):
        scan_signals(("correction", "reverse-up", "correction"))
    assert [each.name for each in scan_signals(("reverse-up", "correction"))] == ["reverse-up", "correction"]
    every = scan_signals()
    assert len(every) >= 24
    assert (every[0].name, every[0].bars, every[0].cooldown) == ("reverse-up", "daily", 10)
    assert every[2].measure.text == "roc(close, 1)"


def test_an_asset_of_which_no_signal_can_be_read_has_nothing_but_the_reasons() -> None:
    closes = PriceHistory("A-USD", DAYS, np.linspace(50.0, 90.0, len(DAYS)))
    asked = (signal("a", "high > 1"), signal("b", "volume > sma(volume, 3)"), signal("c", "gap() > 1"))
    answer = scan_asset(closes, {}, ScanQuestion(asked))
    assert (answer.firings, answer.near, answer.tables) == ((), (), ())
    assert [(s.signal, s.reason.split(":")[0][:14]) for s in answer.skipped] == [
        ("a", "A-USD has no h"),
        ("b", "A-USD has no v"),
        ("c", "A-USD has no o"),
    ]
    # Beside one that can, its own record is there.
    both = scan_asset(closes, {}, ScanQuestion((asked[0], signal("d", "close > lag(close, 1)"))))
    assert [table.signals for table in both.tables] == [("d",)]
    assert [s.signal for s in both.skipped] == ["a"]


@pytest.mark.parametrize(
    ("moves", "near"), [((5.0, 0.0), [0.0125]), ((0.0, 5.0), []), ((5.0, 5.0), []), ((0.0, 0.0), [0.0125])]
)
def test_what_is_true_today_is_not_near_and_what_was_true_yesterday_may_be(
    moves: tuple[float, ...], near: list[float]
) -> None:
    closes = 100 * np.cumprod(1 + np.concatenate((np.full(300, 0.001), np.array(moves) / 100)))
    history = PriceHistory("A-USD", DAYS[: len(closes)], closes)
    answer = scan_asset(history, {}, ScanQuestion((signal("a", "roc(close, 1) > 1.1"),)))
    assert [each.move for each in answer.near] == near


def test_what_is_near_knows_another_assets_newest_session_and_takes_it_as_unchanged() -> None:
    closes = np.full(len(DAYS), 100.0)
    history = PriceHistory("A-USD", DAYS[:-2], closes[:-2])
    other = PriceHistory("B-USD", DAYS, 100.0 + np.arange(len(DAYS)))
    newest = 100 + len(DAYS) - 3
    for close, near in ((newest, [0.0025]), (newest + 1, []), (newest - 1, [])):
        asked = signal("a", f"on('B-USD', close) == {close} and roc(close, 1) > 0.1")
        found = find_near(history, [asked], {"B-USD": other})
        assert [each.move for each in found] == near, close
