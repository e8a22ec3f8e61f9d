"""Whether an answer is still about the security that was accepted before.

A ticker may be given to another security. A few bars of it at a price alike are what the one before might
have traded at, so no rule on prices can know; the provider's own words can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from generator.market.snapshot import Fault, Snapshot

SAID = {
    "name": "name",
    "instrument": "kind of security",
    "currency": "currency",
    "zone": "exchange's time zone",
    "first_trade": "day of the first trade",
}
"""What an answer says of its security, and what a person calls it."""
NAME_LONGEST = 60
FIRST_TRADE = np.timedelta64(7, "D")
"""How far the day of the first trade may be from what was told before: sources dispute a first day."""


def said(snapshot: Snapshot) -> dict[str, str]:
    """What an answer says of its security; what it does not say is left out."""
    told = {name: getattr(snapshot, name) for name in SAID}
    return {name: str(value)[:NAME_LONGEST] for name, value in told.items() if value is not None}


def security_faults(before: Mapping[str, str], now: Snapshot, session: np.datetime64) -> Iterator[Fault]:
    """What is said of the security now against what was said ``before`` (see ``said``).

    Parameters
    ----------
    session : the last accepted one, which the faults are told of.
    """
    given = said(now)
    for name, what in SAID.items():
        if name in before and name in given and _differ(name, before[name], given[name]):
            text = f"The {what} is {given[name]} now and was {before[name]} before"
            yield Fault("other-security", session, f"{text}: another security under the same ticker?")


def _differ(name: str, was: str, given: str) -> bool:
    if name == "first_trade":
        return bool(abs(np.datetime64(was, "D") - np.datetime64(given, "D")) > FIRST_TRADE)
    if name == "name":
        # 'Meta Platforms Inc' is 'META PLATFORMS, INC.'
        return _letters(was) != _letters(given)
    return was != given


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
