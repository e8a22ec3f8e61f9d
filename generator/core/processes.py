"""How a run makes room for other processes, and how they begin: deaf to Ctrl-C, which their parent hears."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, parent_process

from generator.core.errors import EndedError


def cores() -> int:
    """How many processes can work at the same time: the cores that this one may use, at least one.

    Linux alone tells of fewer than the machine has, as in a container; elsewhere it is all of them.
    """
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes that begin in here do not hear Ctrl-C: whoever began them ends them in order.

    A terminal sends it to all processes of a command. Here it waits until the block is over, so that no
    process is begun by half; it is not lost. Outside the main thread only the processes are made deaf,
    because Python interrupts no other thread.
    """
    came: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    # Two things: a signal that this thread blocks comes through another one (a library's), and then Python
    # interrupts the main one all the same.
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if in_main else None
    try:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # which new processes inherit
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    finally:
        if in_main:
            signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


def end_with_parent() -> None:
    """Called first in a process that shares a run's work: it does not outlive the run, however that ends.

    A run that is killed, by a scheduler's time limit for instance, cannot end the others itself.
    """
    parent = parent_process()
    assert parent is not None, "only in a process that another one has begun"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def not_ended(work: str) -> Iterator[None]:
    """Around whatever hands work to other processes or takes it back; ``work`` names what they do.

    Raises
    ------
    EndedError : one of them was killed.
    """
    try:
        yield
    except BrokenProcessPool as error:
        # The pool ends those that it had when it broke, and waits for ever for one that began just then.
        for process in active_children():
            process.kill()
        raise EndedError(
            f"a process that {work} was ended from outside, perhaps because memory ran out. Free some memory "
            "and run it again."
        ) from error


def give_memory_back() -> None:
    """Hand what this process has freed back to the system, before others need it.

    The C library keeps it otherwise; one that cannot be told (not glibc) goes on keeping it.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
