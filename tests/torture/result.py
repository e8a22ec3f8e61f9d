"""What a torture finds: one line of the table in RELIABILITY.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured number beside what it must be.

    Parameters
    ----------
    name : what was done, with how much of it: ``30 kinds of fault × 5 series × 20 positions``.
    aim : what must come out: ``0 reach a number unflagged``.
    measured : what came out, in the words of the aim.
    held : whether it did.
    """

    name: str
    aim: str
    measured: str
    held: bool
