"""From assets to one ``AssetScan`` each: read in turn, worked out on every core, in little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from generator.core.errors import PrecedentError
from generator.core.processes import cores, end_with_parent, not_ended, uninterrupted
from generator.market.calendar import close_on, closures
from generator.market.exchanges import said_calendars, say_calendars
from generator.market.history import PriceHistory
from generator.market.sources import Source
from generator.scan.asset import scan_together
from generator.scan.values import AssetScan, ScanQuestion, Skipped
from generator.signals.library import Signal, own_signals, say_signals

ONE_PROCESS = 24
"""Assets up to which starting more processes takes longer than it saves."""
LOT = 32
"""Assets that are handed to a process together."""

WORK = "reads the signals"

Loaded = tuple[str, PriceHistory | PrecedentError]
Answer = AssetScan | Skipped


def scan_assets(
    question: ScanQuestion, assets: Sequence[str], source: Source
) -> Generator[Answer, None, None]:
    """Every signal on every asset, one after another, as they are ready.

    An asset that cannot be read or is not fit to be used gives ``Skipped`` with the reason, and spoils none
    of the others. What is in memory at a time does not grow with the number of assets. From more assets than
    ``ONE_PROCESS`` the records of all signals (``tables``) do not come along, only what fired and what is
    near. Closing the iterator, or an exception where it is used (Ctrl-C), ends the other processes.

    Raises
    ------
    DataError : nothing can be read from the source at all.
    EndedError : one of the other processes was killed.
    """
    others = _others(question, source)
    loaded = source.histories(assets)
    processes = 1 if len(assets) <= ONE_PROCESS else cores()
    if processes == 1:
        while lot := list(islice(loaded, LOT)):
            yield from _scan_lot(lot, others, question)
    else:
        yield from _spread(loaded, others, question, processes)


def _others(question: ScanQuestion, source: Source) -> dict[str, PriceHistory]:
    """What the signals read besides, as far as the source has it; what is missing is told by each signal."""
    found = dict(source.histories(question.assets))
    return {asset: history for asset, history in found.items() if isinstance(history, PriceHistory)}


def _scan_lot(
    lot: Sequence[Loaded], others: Mapping[str, PriceHistory], question: ScanQuestion
) -> list[Answer]:
    there = [history for _, history in lot if isinstance(history, PriceHistory)]
    found = iter(scan_together(there, others, question))
    return [
        next(found) if isinstance(history, PriceHistory) else Skipped(asset, None, str(history))
        for asset, history in lot
    ]


def _spread(
    loaded: Iterator[Loaded], others: Mapping[str, PriceHistory], question: ScanQuestion, processes: int
) -> Iterator[Answer]:
    """The same on several processes; only a few lots are under way at a time."""
    # New processes and not forks: other threads of this one (pyarrow's, a progress bar's) cannot be copied.
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=_begin,
        initargs=(_Given(others, question, stop, closures(), said_calendars(), own_signals()),),
    )
    pending: deque[Future[list[Answer]]] = deque()
    try:
        with not_ended(WORK), uninterrupted():
            for _ in range(processes):  # They begin while the first assets are read.
                pool.submit(_work, [])
        while lot := list(islice(loaded, LOT)):
            with not_ended(WORK), uninterrupted():
                pending.append(pool.submit(_work, lot))
            if len(pending) > 2 * processes:
                yield from _answers(pending.popleft())
        while pending:
            yield from _answers(pending.popleft())
    finally:
        # Each process ends the lot it is at; nothing is left running, and nothing that they share is gone.
        stop.set()
        pool.shutdown(cancel_futures=True)


def _answers(ready: Future[list[Answer]]) -> list[Answer]:
    with not_ended(WORK):
        return ready.result()


@dataclass(frozen=True)
class _Given:
    """What every lot needs in a process of a scan; ``stop`` is set when nobody waits for answers any more."""

    others: Mapping[str, PriceHistory]
    question: ScanQuestion
    stop: Event
    closures: tuple[date, ...]
    calendars: Mapping[str, str]
    signals: tuple[Signal, ...]


_GIVEN: list[_Given] = []
"""Handed over once, when a process begins."""


def _begin(given: _Given) -> None:
    end_with_parent()
    _GIVEN[:] = [given]
    close_on(given.closures)
    say_calendars(given.calendars)
    say_signals(given.signals)


def _work(lot: list[Loaded]) -> list[Answer]:
    (given,) = _GIVEN
    if given.stop.is_set():
        return []
    return [_without_tables(answer) for answer in _scan_lot(lot, given.others, given.question)]


def _without_tables(answer: Answer) -> Answer:
    """Of many assets only what is told goes back; their records are most of what a process has to send."""
    return answer if isinstance(answer, Skipped) else replace(answer, tables=())
