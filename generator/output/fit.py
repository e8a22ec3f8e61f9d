"""Which readings of a definition fit the claims: for the terminal and as JSON."""

from __future__ import annotations

import json

from rich.console import Console
from rich.text import Text

from generator.fit.run import Fit, Reading, reading_text
from generator.language import numbers
from generator.language.price_words import NOT_MARKET_DATA
from generator.language.words import pair
from generator.market.history import SAMPLE
from generator.output.study import JsonObject
from generator.output.terminal import print_rows
from generator.signals.tree import number_text

SHOWN = 25
"""Readings that the terminal lists; the JSON has all."""


def print_fit(fit: Fit, console: Console) -> None:
    """How many readings reproduce the claims, which, and where the library's own stands."""
    if fit.source == SAMPLE:
        console.print(Text(NOT_MARKET_DATA, style="bold yellow"))
    console.print(Text(headline(fit), style="bold"))
    through = f"Through {numbers.day(fit.as_of)}, source {fit.source}."
    console.print(Text(f"{through} {own_sentence(fit)}{_refused(fit)}", style="dim"))
    console.print()
    print_rows(["Claim", "Readings for which it holds", "Library"], _claim_rows(fit), console)
    if not fit.fitting:
        return
    console.print()
    names = [variation.name for variation in fit.variations]
    headings = [*names, "episodes", *(_subject(fit, i) for i in range(len(fit.claims)))]
    print_rows(headings, [_reading_row(reading) for reading in fit.fitting[:SHOWN]], console)
    if len(fit.fitting) > SHOWN:
        console.print(Text(f"… and {len(fit.fitting) - SHOWN:,} more (--format json has all)", style="dim"))


def headline(fit: Fit) -> str:
    """``IWM: 1 of 55 readings of reverse-up reproduces both claims.``"""
    count, total = len(fit.fitting), len(fit.readings)
    claims = {1: "the claim", 2: "both claims"}.get(
        len(fit.claims), f"all {numbers.count(len(fit.claims))} claims"
    )
    verb = "reproduces" if count == 1 else "reproduce"
    return f"{fit.study.asset}: {pair(count, total)} readings of {fit.study.signal} {verb} {claims}."


def own_sentence(fit: Fit) -> str:
    """Where the library's own values lie."""
    place = "is one of them" if fit.own.fits and fit.own_in_grid else "is not one of them"
    if fit.own.fits and not fit.own_in_grid:
        place = "reproduces them too, outside these ranges"
    return f"The library's own reading ({reading_text(fit, fit.own)}) {place}."


def _refused(fit: Fit) -> str:
    if not fit.refused:
        return ""
    what = "1 combination" if fit.refused == 1 else f"{fit.refused:,} combinations"
    return f" {what} cannot be said in the condition language: left out."


def _claim_rows(fit: Fit) -> list[list[str]]:
    total = len(fit.readings)
    return [
        [
            claim.text,
            f"{fit.holding(i):,} of {total:,}",
            f"{_figure(fit.own.figures[i])} {'holds' if fit.own.holds[i] else 'does not hold'}",
        ]
        for i, claim in enumerate(fit.claims)
    ]


def _subject(fit: Fit, claim: int) -> str:
    wanted = fit.claims[claim]
    return wanted.field if wanted.horizon is None else f"{wanted.horizon.label}.{wanted.field}"


def _reading_row(reading: Reading) -> list[str]:
    return [
        *(number_text(value) for value in reading.values),
        f"{reading.episodes:,}",
        *(_figure(figure) for figure in reading.figures),
    ]


def _figure(value: float | None) -> str:
    """A count without decimals, anything else with two."""
    return numbers.plain(value, 0 if value is not None and float(value).is_integer() else 2)


def as_json(fit: Fit) -> str:
    """Every reading with the figure of every claim; percent unrounded, null for what cannot be formed."""
    return json.dumps(json_object(fit), indent=1, allow_nan=False) + "\n"


def json_object(fit: Fit) -> JsonObject:
    """The fit as plain JSON values."""
    return {
        "asset": fit.study.asset,
        "signal": fit.study.signal,
        "as_of": fit.as_of.isoformat(),
        "source": fit.source,
        "fingerprint": fit.fingerprint,
        "claims": [{"claim": claim.text, "readings": fit.holding(i)} for i, claim in enumerate(fit.claims)],
        "readings": len(fit.readings),
        "refused": fit.refused,
        "fitting": len(fit.fitting),
        "library": _reading(fit, fit.own),
        "library_in_grid": fit.own_in_grid,
        "all": [_reading(fit, reading) for reading in fit.readings],
    }


def _reading(fit: Fit, reading: Reading) -> JsonObject:
    return {
        "parameters": {v.name: value for v, value in zip(fit.variations, reading.values, strict=True)},
        "episodes": reading.episodes,
        "figures": list(reading.figures),
        "holds": list(reading.holds),
        "fits": reading.fits,
    }
