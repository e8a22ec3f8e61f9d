"""New dividends that the asset's own payments do not bear out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generator.market.snapshot import Fault, Snapshot

LATE = np.timedelta64(14, "D")
"""A provider may tell a dividend so many days late."""
YEARS = 504
"""Sessions whose payments tell the habit."""
SOON, SAME_AMOUNT = 0.5, 0.03
"""The same amount, but for the second share of it, within less than the first of the usual time between two
payments is one that is told twice."""
LARGE_SHARE, LARGEST_TIMES, USUAL_TIMES = 0.01, 2.0, 4.0
"""A large dividend: this share of the price, and so many times the largest and the usual one."""


def payment_faults(snapshot: Snapshot, fresh: np.datetime64) -> Iterator[Fault]:
    """New dividends that repeat one of a few days ago, or that are far larger than all of two years."""
    history, dividends = snapshot.history, snapshot.dividends
    if dividends is None:
        return
    # Of a close of zero, which another rule finds, no payment is a share.
    paid = np.flatnonzero((dividends[1:] > 0) & (history.close[:-1] > 0)) + 1
    for row in paid[history.sessions[paid] >= fresh - LATE]:
        earlier = paid[(paid < row) & (paid >= row - YEARS)]
        if not len(earlier):
            continue
        session, amount = history.sessions[row], float(dividends[row])
        time = float(np.median(np.diff(earlier))) if len(earlier) > 1 else 0.0
        near = earlier[row - earlier < SOON * time]
        twins = near[np.abs(amount / dividends[near] - 1) <= SAME_AMOUNT]
        shares = dividends[earlier] / history.close[earlier - 1]
        share = amount / float(history.close[row - 1])
        if len(twins):
            first = history.sessions[twins[-1]]
            text = f"The dividend of {session}, {amount:.4g}, is that of {first} told a second time."
            yield Fault("action", session, text)
        elif share > max(LARGE_SHARE, LARGEST_TIMES * shares.max(), USUAL_TIMES * float(np.median(shares))):
            yield Fault(
                "action",
                session,
                f"The dividend of {session} is {share:.1%} of the price; the largest of the two years before "
                f"was {shares.max():.2%}.",
            )
