"""Charts drawn in other processes while the next report is computed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self

from generator.charts.render import draw
from generator.core.processes import cores, end_with_parent, not_ended, uninterrupted
from generator.edition.figures import Figure
from generator.edition.values import ShareCard
from generator.language.own_words import Words, current, take
from generator.spec.looks import HOUSE, Looks

if TYPE_CHECKING:
    from generator.charts.render import Drawn

Task = tuple[Figure | ShareCard, "Drawn", bool]
"""What ``render.draw`` is asked: a figure or a card, its form, and whether its prices are simulated."""


WORK = "draws the charts"


def _begin(words: Words) -> None:
    """What a process of the studio does first."""
    end_with_parent()
    take(words)


class Studio:
    """Takes orders for charts early and hands the pictures out when they are needed.

    The pictures are those of ``render.draw``, to the byte; a task that was never ordered is drawn at once.
    The processes (one a core, or ``processes``) start with the first task, so a run that draws nothing
    does not pay for them. Use it in a ``with`` statement, which ends them. One that ``remembers`` keeps every
    picture and draws none twice.
    """

    def __init__(self, processes: int | None = None, *, remembers: bool = False) -> None:
        self._processes = processes or cores()
        self.looks = HOUSE
        """What is ordered from now on is drawn in these."""
        self._drawn: dict[tuple[Task, Looks], bytes] | None = {} if remembers else None
        self._pool: ProcessPoolExecutor | None = None
        self._ordered: dict[tuple[Task, Looks], Future[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def order(self, tasks: Iterable[Task]) -> None:
        """Have these drawn; each once.

        Raises
        ------
        EndedError : a process of the studio was killed.
        """
        for task in tasks:
            key = task, self.looks
            if key not in self._ordered and key not in (self._drawn or ()):
                if self._pool is None:
                    # Not forked: the libraries in use here keep threads, which do not survive a fork.
                    context = multiprocessing.get_context("spawn")
                    self._pool = ProcessPoolExecutor(
                        self._processes, mp_context=context, initializer=_begin, initargs=(current(),)
                    )
                with not_ended(WORK), uninterrupted():
                    self._ordered[key] = self._pool.submit(draw, *task, self.looks)

    def draw(self, figure: Figure | ShareCard, form: Drawn, simulated: bool) -> bytes:
        """The picture, as ``render.draw`` gives it.

        Raises
        ------
        EndedError : a process of the studio was killed.
        """
        task: tuple[Task, Looks] = (figure, form, simulated), self.looks
        if self._drawn is not None and task in self._drawn:
            return self._drawn[task]
        ordered = self._ordered.pop(task, None)
        if ordered is None:
            picture = draw(figure, form, simulated, self.looks)
        else:
            with not_ended(WORK):
                picture = ordered.result()
        if self._drawn is not None:
            self._drawn[task] = picture
        return picture
