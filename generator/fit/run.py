"""Which readings of a vague definition reproduce published claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import prod

from generator.core.errors import ConditionError, RequestError
from generator.fit.claims import Claim, HorizonFigures, every_return
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.signals.library import Signal, find_signal
from generator.signals.tree import number_text
from generator.study.horizons import LONGEST
from generator.study.prepare import Prepared, find_episodes, prepare
from generator.study.question import make_study
from generator.study.values import Horizon, Study

MOST_READINGS = 2_000
COOLDOWN = "cooldown"
"""What can be varied of every signal, besides its own parameters."""

_RANGE = re.compile(
    r"([a-z_]+)=(-?\d{1,9}(?:\.\d{1,6})?):(-?\d{1,9}(?:\.\d{1,6})?)(?::(\d{1,9}(?:\.\d{1,6})?))?"
)


@dataclass(frozen=True)
class Variation:
    """A parameter and the values it is given."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """One reading: the parameters' values, the number of episodes, and of every claim its figure (None where
    it cannot be formed) and whether it holds."""

    values: tuple[float, ...]
    episodes: int
    figures: tuple[float | None, ...]
    holds: tuple[bool, ...]

    @property
    def fits(self) -> bool:
        """Whether every claim holds."""
        return all(self.holds)


@dataclass(frozen=True)
class Fit:
    """All readings of a grid, and the library's own, which may lie outside it.

    ``refused`` counts combinations that the condition language does not allow.
    """

    study: Study
    as_of: date
    source: str
    fingerprint: str
    claims: tuple[Claim, ...]
    variations: tuple[Variation, ...]
    readings: tuple[Reading, ...]
    own: Reading
    refused: int

    @property
    def fitting(self) -> tuple[Reading, ...]:
        """The readings that reproduce every claim."""
        return tuple(reading for reading in self.readings if reading.fits)

    @property
    def own_in_grid(self) -> bool:
        """Whether the library's own values are among the readings."""
        return any(reading.values == self.own.values for reading in self.readings)

    def holding(self, claim: int) -> int:
        """The number of readings for which one claim holds, whatever the others say."""
        return sum(reading.holds[claim] for reading in self.readings)


def parse_variation(text: str) -> Variation:
    """Read ``lookback=15:25`` or ``percent=8:9:0.25``: from, to (included), step (1 when not given).

    Raises
    ------
    RequestError : it is no range, or one without end.
    """
    match = _RANGE.fullmatch(text.strip()[:80])
    if match is None:
        raise RequestError(
            f"'{text[:40]}' is not a range. Write NAME=FROM:TO or NAME=FROM:TO:STEP, such as lookback=15:25."
        )
    first, last, step = float(match[2]), float(match[3]), float(match[4] or 1)
    if last < first or step == 0:
        raise RequestError(f"'{text[:40]}': the range must rise, by a step above 0.")
    count = int((last - first) / step + 1e-9) + 1
    if count > MOST_READINGS:
        raise RequestError(
            f"'{text[:40]}' has {count:,} values; the most are {MOST_READINGS:,}. Take a larger step."
        )
    # Through text, so that the third step of 0.1 is 0.3 as a person writes it.
    return Variation(match[1], tuple(float(f"{first + i * step:.9g}") for i in range(count)))


def fit(
    asset: str,
    signal: str,
    variations: Sequence[Variation],
    claims: Sequence[Claim],
    histories: Mapping[str, PriceHistory],
    as_of: date | None = None,
) -> Fit:
    """Every combination of the varied parameters, and which claims hold for it.

    Only what the claims ask for is computed: no bootstrap, and the shift test where a p-value is claimed.

    Parameters
    ----------
    histories : prices of at least every asset of the study.

    Raises
    ------
    RequestError : no claim, nothing varied, a parameter that the signal does not have or that is varied
        twice, or too many combinations.
    DataError : see ``prepare``.
    """
    library = find_signal(signal)
    _check(library, variations, claims)
    names = [variation.name for variation in variations]
    own_study = make_study(asset, signal=signal, horizons=_labels(claims))
    prepared = prepare(own_study, histories, as_of)
    every = {c.horizon: every_return(prepared, c.horizon) for c in claims if c.horizon is not None}
    readings, refused = [], 0
    for values in product(*(variation.values for variation in variations)):
        study = _varied(own_study, library, dict(zip(names, values, strict=True)))
        if study is None:
            refused += 1
        else:
            readings.append(_read(replace(prepared, study=study), values, claims, every))
    if not readings:
        raise RequestError(
            f"none of these {refused:,} readings can be said in the condition language. Choose other ranges."
        )
    own = tuple(float(_own(library, name)) for name in names)
    return Fit(
        study=own_study,
        as_of=as_date(prepared.as_of),
        source=prepared.source,
        fingerprint=prepared.fingerprint,
        claims=tuple(claims),
        variations=tuple(variations),
        readings=tuple(readings),
        own=_read(prepared, own, claims, every),
        refused=refused,
    )


def _check(signal: Signal, variations: Sequence[Variation], claims: Sequence[Claim]) -> None:
    if not claims:
        raise RequestError("say what was claimed, such as --claim '3M.longest_winning_streak == 14'")
    names = [variation.name for variation in variations]
    known = [*signal.parameters, COOLDOWN]
    if not names:
        raise RequestError(f"say what varies, such as --vary {known[0]}=15:25; there are: {', '.join(known)}")
    for name in names:
        if name not in known:
            raise RequestError(
                f'The signal {signal.name} has no parameter "{name}". It has: {", ".join(known)}.'
            )
        if names.count(name) > 1:
            raise RequestError(f"{name} is varied twice. Give one range for it.")
    if any(v.name == COOLDOWN and not _are_counts(v.values) for v in variations):
        raise RequestError(f"the cooldown is a whole number of bars from 0 to {LONGEST}")
    combinations = prod(len(variation.values) for variation in variations)
    if combinations > MOST_READINGS:
        raise RequestError(
            f"that makes {combinations:,} readings; the most are {MOST_READINGS:,}. Narrow the ranges, or "
            "take larger steps."
        )


def _are_counts(values: Sequence[float]) -> bool:
    return all(value.is_integer() and 0 <= value <= LONGEST for value in values)


def _labels(claims: Sequence[Claim]) -> list[str] | None:
    """The horizons that the claims are about; None, for the usual ones, when they are about none."""
    return list(dict.fromkeys(c.horizon.label for c in claims if c.horizon is not None)) or None


def _own(signal: Signal, name: str) -> float:
    return signal.cooldown if name == COOLDOWN else signal.parameters[name]


def _varied(study: Study, signal: Signal, values: Mapping[str, float]) -> Study | None:
    """The study with other values; None where the language does not allow them."""
    parameters = {name: value for name, value in values.items() if name != COOLDOWN}
    try:
        varied = make_study(
            study.asset,
            signal=signal.name,
            parameters=parameters,
            horizons=[horizon.label for horizon in study.horizons],
            cooldown=int(values.get(COOLDOWN, study.cooldown)),
        )
    except ConditionError:
        return None
    return varied


def _read(
    prepared: Prepared,
    values: tuple[float, ...],
    claims: Sequence[Claim],
    every: Mapping[Horizon, FloatArray],
) -> Reading:
    episodes = find_episodes(prepared)
    at = {horizon: HorizonFigures(prepared, episodes, horizon, returns) for horizon, returns in every.items()}
    figures = tuple(
        float(len(episodes)) if claim.horizon is None else at[claim.horizon].figure(claim.field)
        for claim in claims
    )
    holds = tuple(claim.holds(figure) for claim, figure in zip(claims, figures, strict=True))
    return Reading(values, len(episodes), figures, holds)


def reading_text(fit: Fit, reading: Reading) -> str:
    """A reading's parameters: ``lookback 20, within 8``."""
    pairs = zip(fit.variations, reading.values, strict=True)
    return ", ".join(f"{variation.name} {number_text(value)}" for variation, value in pairs)
