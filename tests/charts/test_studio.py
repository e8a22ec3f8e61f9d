"""Charts drawn ahead in other processes are the same charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from generator.charts import studio
from generator.charts.render import draw
from generator.charts.studio import Studio
from generator.charts.style import characters
from generator.core.errors import EndedError
from generator.core.shelf import Shelf
from generator.edition.figures import Figure, OwnDrawing, ReturnSpread, SpreadColumn
from generator.edition.values import ShareCard
from generator.language.own_words import current
from generator.spec.looks import HOUSE, Looks, Shade

SPREADS = [ReturnSpread((SpreadColumn("3M", (0.01 * i, -0.02, 0.05), 0.02, 0.01, 0.01),)) for i in range(3)]


def test_ordered_pictures_are_those_drawn_at_once() -> None:
    with Studio() as each:
        each.order((spread, "page", True) for spread in SPREADS)
        each.order([(SPREADS[0], "page", True)])
        for spread in SPREADS:
            assert each.draw(spread, "page", True) == draw(spread, "page", True)
        assert each.draw(SPREADS[0], "phone", False) == draw(SPREADS[0], "phone", False)


SHELF_FIGURES = (
    SPREADS[0],
    ShareCard("Letter", "Kicker", "A title – “with” more", None, None),
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The forms that were drawn, here."""
    forms: list[str] = []

    def counted(figure: Figure | ShareCard, form: Any, simulated: bool, looks: Looks) -> bytes:
        forms.append(form)
        return f"{figure} {form} {simulated} {looks} {sorted(current().items())}".encode()

    monkeypatch.setattr(studio, "draw", counted)
    return forms


def test_what_was_drawn_before_is_not_drawn_again(tmp_path: Path, drawn: list[str]) -> None:
    for _ in range(2):
        with Studio(shelf=Shelf(tmp_path)) as each:
            for figure, form in zip(SHELF_FIGURES, ("page", "card"), strict=True):
                each.draw(figure, form, True)  # type: ignore[arg-type]
    assert drawn == ["page", "card"]


def _looks(each: Studio) -> None:
    each.looks = replace(HOUSE, colours=(*HOUSE.colours[1:], ("paper", Shade("#fffffe", "#000001"))))


CHANGES: dict[str, Callable[[Studio, pytest.MonkeyPatch], object]] = {
    "looks": lambda each, _: _looks(each),
    "words": lambda _, patch: patch.setattr(studio, "current", lambda: {"dates.day": "another"}),
    "program": lambda _, patch: patch.setattr(studio, "program", lambda *_: "another"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_drawn_again_when_anything_has_changed(
    tmp_path: Path, drawn: list[str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Studio(shelf=Shelf(tmp_path)) as each:
        before = each.draw(SPREADS[0], "page", True)
    with Studio(shelf=Shelf(tmp_path)) as each:
        CHANGES[what](each, monkeypatch)
        each.draw(SPREADS[0], "page", True)
        for figure, form, simulated in ((SPREADS[1], "page", True), (SPREADS[0], "phone", True)):
            assert each.draw(figure, form, simulated) != before  # type: ignore[arg-type]
        assert each.draw(SPREADS[0], "page", False) != before
    assert drawn == ["page", "page", "page", "phone", "page"]


@pytest.mark.parametrize(
    "figure",
    [
        OwnDrawing("charts/mine.py", "def draw(prices, look): ...", "f", ()),
        ShareCard("Letter", "Kicker", "\u6a19\u984c", None, None),
        ShareCard("Letter", "Kicker", "\u200b", None, None),
    ],
)
def test_what_may_hang_on_more_is_drawn_every_time(
    tmp_path: Path, drawn: list[str], figure: Figure | ShareCard
) -> None:
    for _ in range(2):
        with Studio(shelf=Shelf(tmp_path)) as each:
            each.draw(figure, "card", False)
    assert drawn == ["card", "card"]


def test_a_card_in_latin_letters_hangs_on_no_machine() -> None:
    assert set(map(ord, studio._LATIN)) <= characters(bold=True)


def test_a_process_that_is_killed_is_told_in_one_message() -> None:
    with Studio(1) as each:
        each.order([(SPREADS[0], "page", True)])
        (process,) = active_children()
        process.kill()
        process.join()
        with pytest.raises(EndedError, match="draws the charts was ended from outside"):
            each.draw(SPREADS[0], "page", True)
        with pytest.raises(EndedError):
            each.order([(SPREADS[1], "page", True)])


def test_what_goes_wrong_in_another_process_is_told_here() -> None:
    with Studio() as each:
        each.order([("no figure", "page", False)])  # type: ignore[list-item]
        with pytest.raises(AttributeError):
            each.draw("no figure", "page", False)  # type: ignore[arg-type]
