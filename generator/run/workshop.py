"""What a process that makes the letter again and again keeps for its next run (``precedent serve``)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from generator.assembly.mkdocs import Begun
    from generator.charts.studio import Studio

T = TypeVar("T")
KEPT = 500
"""Answers that are kept; the one that was not asked for the longest goes first."""


class Workshop:
    """Answers by what they were made from, a studio that stays open, and MkDocs, begun before it is needed.

    Use it in a ``with`` statement, which ends their processes.
    """

    def __init__(self, root: Path) -> None:
        self.studio = open_studio(root)
        self._root = root
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._mkdocs: Begun | None = None

    def __enter__(self) -> Self:
        self.studio.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mkdocs is not None:
            self._mkdocs.kill()
            self._mkdocs.communicate()
        self.studio.__exit__(kind, error, trace)

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer with this key, made now unless it was made before."""
        if key not in self._answers:
            self._answers[key] = make()
        self._answers.move_to_end(key)
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)
        answer: T = self._answers[key]
        return answer

    def prepare(self) -> None:
        """Begin MkDocs for the next run, while there is time."""
        from generator.assembly.mkdocs import begin_mkdocs

        if self._mkdocs is None:
            self._mkdocs = begin_mkdocs(self._root)

    def mkdocs(self) -> Begun | None:
        """MkDocs where it was begun; it serves once."""
        begun, self._mkdocs = self._mkdocs, None
        return begun


def open_studio(root: Path) -> Studio:
    """A studio that draws no chart twice that it or an earlier run of this project has drawn."""
    from generator.charts.studio import Studio
    from generator.core.shelf import KEPT, Shelf

    return Studio(shelf=Shelf(root / KEPT / "charts"))


def kept(workshop: Workshop | None, key: Callable[[], Hashable], make: Callable[[], T]) -> T:
    """The workshop's answer; without one, it is made."""
    return make() if workshop is None else workshop.of(key(), make)
