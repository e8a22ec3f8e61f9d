"""Charts drawn in other processes while the next report is computed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from hashlib import sha256
from itertools import groupby
from multiprocessing import resource_tracker
from types import TracebackType
from typing import TYPE_CHECKING, Self

from generator.charts.render import draw, draw_forms
from generator.core.processes import cores, end_with_parent, not_ended, uninterrupted
from generator.core.shelf import Shelf, program
from generator.edition.figures import Figure, OwnDrawing
from generator.edition.values import ShareCard
from generator.language.own_words import Words, current, take
from generator.spec.looks import HOUSE, Looks

if TYPE_CHECKING:
    from generator.charts.render import Drawn

Task = tuple[Figure | ShareCard, "Drawn", bool]
"""What ``render.draw`` is asked: a figure or a card, its form, and whether its prices are simulated."""

WORK = "draws the charts"
_MOST = 600
"""Pictures of earlier runs that stay."""
_ROOMS = ("charts", "core", "edition", "language", "spec")
_LIBRARIES = ("matplotlib", "numpy", "pillow", "resvg-py")
"""Those that have a say in what a picture looks like."""
_LATIN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x17F)))) - {"\\"} | set("−–—…’“”")
"""What the house's typeface has; a ``repr`` writes what nobody sees as a code, after a backslash."""


def _begin(words: Words) -> None:
    """What a process of the studio does first."""
    end_with_parent()
    take(words)


class Studio:
    """Takes orders for charts early and hands the pictures out when they are needed.

    The pictures are those of ``render.draw``, to the byte; a task that was never ordered is drawn at once.
    The processes (one a core, or ``processes``) start with the first task, so a run that draws nothing
    does not pay for them. Use it in a ``with`` statement, which ends them. What lies on its ``shelf`` was
    drawn before, and is not drawn again.
    """

    def __init__(self, processes: int | None = None, shelf: Shelf | None = None) -> None:
        self._processes = processes or cores()
        self.looks = HOUSE
        """What is ordered from now on is drawn in these."""
        self._shelf = shelf
        self._pool: ProcessPoolExecutor | None = None
        self._ordered: dict[tuple[Task, Looks], tuple[Future[list[bytes]], int]] = {}
        self._figures: dict[Figure | ShareCard, str] = {}
        self._styles: dict[Looks, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()
        if self._shelf is not None:
            self._shelf.forget(_MOST)

    def rest(self) -> None:
        """End the processes; others start with the next task."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def order(self, tasks: Iterable[Task]) -> None:
        """Have these drawn; each once.

        Raises
        ------
        EndedError : a process of the studio was killed.
        """
        wanted = [
            task
            for task in dict.fromkeys(tasks)
            if (task, self.looks) not in self._ordered and self._drawn(task) is None
        ]
        if wanted and self._pool is None:
            resource_tracker.ensure_running()  # it lets Ctrl-C through when it begins
        for (figure, simulated), group in groupby(wanted, key=lambda task: (task[0], task[2])):
            forms = tuple(dict.fromkeys(form for _, form, _ in group))
            with not_ended(WORK), uninterrupted():
                drawing = self._begun().submit(draw_forms, figure, forms, simulated, self.looks)
            for number, form in enumerate(forms):
                self._ordered[(figure, form, simulated), self.looks] = drawing, number

    def draw(self, figure: Figure | ShareCard, form: Drawn, simulated: bool) -> bytes:
        """The picture, as ``render.draw`` gives it.

        Raises
        ------
        EndedError : a process of the studio was killed.
        """
        task: Task = figure, form, simulated
        ordered = self._ordered.pop((task, self.looks), None)
        if ordered is not None:
            drawing, number = ordered
            with not_ended(WORK):
                return self._kept(task, drawing.result()[number])
        drawn = self._drawn(task)
        return self._kept(task, draw(*task, self.looks)) if drawn is None else drawn

    def _begun(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not forked: the libraries in use here keep threads, which do not survive a fork.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=context, initializer=_begin, initargs=(current(),)
            )
        return self._pool

    def _drawn(self, task: Task) -> bytes | None:
        """The picture, where it was drawn before."""
        if self._shelf is None or not _hangs_on_nothing_else(task[0], self.looks):
            return None
        return self._shelf.find(self._name(task))

    def _kept(self, task: Task, picture: bytes) -> bytes:
        if self._shelf is not None and _hangs_on_nothing_else(task[0], self.looks):
            self._shelf.keep(self._name(task), picture)
        return picture

    def _name(self, task: Task) -> str:
        figure, form, simulated = task
        if figure not in self._figures:  # which takes its time for a price of twenty years
            self._figures[figure] = sha256(repr(figure).encode()).hexdigest()
        if self.looks not in self._styles:
            by = program(_ROOMS, _LIBRARIES), self.looks, sorted(current().items())
            self._styles[self.looks] = sha256(repr(by).encode()).hexdigest()
        assert self._shelf is not None
        return self._shelf.name(self._styles[self.looks], self._figures[figure], form, simulated)


def _hangs_on_nothing_else(figure: Figure | ShareCard, looks: Looks) -> bool:
    """Whether figure and looks tell all of a picture. What a letter draws itself may read more; a card's
    letters may be in any typeface of the machine, but for those that the house's own has."""
    if isinstance(figure, ShareCard):
        return looks.labels.regular is None and _LATIN.issuperset(repr(figure))
    return not isinstance(figure, OwnDrawing)
