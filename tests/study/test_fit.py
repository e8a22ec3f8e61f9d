"""Which readings of a definition fit: against the studies themselves, and claims of the second article."""

from __future__ import annotations

import json
from datetime import date
from itertools import product
from typing import Any

import pytest

from generator.core.errors import HorizonError, RequestError
from generator.fit.claims import FIELDS, parse_claim
from generator.fit.run import MOST_READINGS, fit, parse_variation
from generator.market.providers.files import FilesSource
from generator.output.study import json_object
from generator.study.question import make_study
from generator.study.run import run_study
from tests.real_prices import market_data, real_prices
from tests.study.markets import random_history

HISTORY = {"ABC": random_history("ABC", "2008-01-02", "2012-12-31", seed=8)}


def field_of(answer: dict[str, Any], claim: str) -> float | None:
    """A claim's figure as ``precedent study --format json`` has it."""
    label, _, field = claim.partition(".")
    value = answer["summary"][label]
    for key in field.split("."):
        value = value[key]
    return value["length"] if isinstance(value, dict) else value


def test_every_figure_is_that_of_the_study() -> None:
    claims = [parse_claim(f"{label}.{field} > 0", "daily") for label in ("1M", "3M") for field in FIELDS]
    found = fit(
        "ABC",
        "reverse-up",
        [
            parse_variation("lookback=18:20:2"),
            parse_variation("within=7:9"),
            parse_variation("cooldown=5:65:60"),
        ],
        claims,
        HISTORY,
    )
    assert len(found.readings) == 2 * 3 * 2
    assert [reading.values for reading in found.readings] == list(product((18, 20), (7, 8, 9), (5, 65)))
    # The longer cooldown changes the episodes, else nobody would notice that it is not varied.
    counts = {reading.values: reading.episodes for reading in found.readings}
    assert any(counts[*v[:2], 5] != counts[*v[:2], 65] for v in counts)
    for reading in (*found.readings, found.own):
        lookback, within, cooldown = reading.values
        study = make_study(
            "ABC",
            signal="reverse-up",
            parameters={"lookback": lookback, "within": within},
            cooldown=int(cooldown),
            horizons=["1M", "3M"],
        )
        answer = json.loads(json.dumps(json_object(run_study(study, HISTORY))))
        assert reading.episodes == len(answer["episodes"])
        for claim, figure in zip(found.claims, reading.figures, strict=True):
            assert claim.horizon is not None
            wanted = field_of(answer, f"{claim.horizon.label}.{claim.field}")
            assert figure == (None if wanted is None else pytest.approx(wanted)), claim.text
    assert found.own.values == (20, 8, 10)
    assert not found.own_in_grid


def test_what_fits_alone_and_together() -> None:
    claims = [parse_claim(text, "daily") for text in ("episodes > 10", "1M.win_rate > 50")]
    found = fit("ABC", "reverse-up", [parse_variation("lookback=10:30:5")], claims, HISTORY)
    for i in (0, 1):
        assert found.holding(i) == sum(reading.holds[i] for reading in found.readings)
    both = [r for r in found.readings if r.episodes > 10 and (r.figures[1] or 0) > 50]
    assert list(found.fitting) == both


def test_the_librarys_own_values_may_lie_outside() -> None:
    claim = parse_claim("episodes > 0", "daily")
    found = fit("ABC", "reverse-up", [parse_variation("lookback=30:32")], [claim], HISTORY)
    assert not found.own_in_grid
    assert found.own.values == (20,)


def test_readings_that_the_language_does_not_allow_are_left_out() -> None:
    claim = parse_claim("episodes >= 0", "daily")
    found = fit("ABC", "reverse-up", [parse_variation("lookback=0:4")], [claim], HISTORY)
    assert (len(found.readings), found.refused) == (4, 1)
    with pytest.raises(RequestError, match="none of these 3 readings can be said"):
        fit("ABC", "reverse-up", [parse_variation("lookback=0.1:0.3:0.1")], [claim], HISTORY)


@real_prices
def test_the_claims_of_the_second_article() -> None:
    history = {"IWM": FilesSource(market_data()).history("IWM")}
    claims = [parse_claim(c, "daily") for c in ("3M.longest_winning_streak == 14", "1Y.best > 60")]
    ranges = [parse_variation("lookback=15:25"), parse_variation("within=6:10")]
    found = fit("IWM", "reverse-up", ranges, claims, history, date(2025, 11, 28))
    assert len(found.readings) == 55
    assert (20, 8) in [reading.values for reading in found.fitting]
    assert found.own.fits
    assert found.own.episodes == 36
    assert round(found.own.figures[1] or 0, 1) == 63.1
    for reading in (found.readings[0], found.fitting[0], found.readings[-1]):
        lookback, within = reading.values
        parameters = {"lookback": lookback, "within": within}
        study = make_study("IWM", signal="reverse-up", parameters=parameters, horizons=["3M", "1Y"])
        result = run_study(study, history, date(2025, 11, 28))
        streak, best = result.summary("3M").longest_winning_streak, result.summary("1Y").best
        assert streak is not None
        assert best is not None
        assert reading.fits == (streak.length == 14 and best > 0.6)


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("3M.average == 7.2", 7.247, True),
        ("3M.average == 7.25", 7.247, True),
        ("3M.average == 7.24", 7.247, False),
        ("3M.average != 7.2", 7.247, False),
        ("3M.average>7", 7.247, True),
        ("3M.average >= 8%", 7.247, False),
        ("3m.worst < −5", -5.01, True),
        ("3M.worst <= -5", -4.99, False),
        ("3M.sharpe > 1", None, False),
        ("3M.sharpe != 1", None, False),
        ("episodes == 36", 36.0, True),
    ],
)
def test_a_claim(text: str, value: float | None, holds: bool) -> None:
    assert parse_claim(text, "daily").holds(value) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a claim"),
        ("3M.average", "is not a claim. Write <horizon>.<field>"),
        ("3M.average = 7", "is not a claim"),
        ("3M.average > seven", "is not a claim"),
        ("3M.avarage > 7", r"Did you mean average\?"),
        ("average > 7", "'average' is nothing that can be claimed"),
        ("3M.edge_interval > 7", "nothing that can be claimed"),
        ("episode == 3", "nothing that can be claimed"),
        ("3M.average > " + "9" * 5000, "is not a claim"),
    ],
)
def test_what_is_no_claim(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        parse_claim(text, "daily")


def test_a_claim_about_a_horizon_that_the_bars_do_not_have() -> None:
    with pytest.raises(HorizonError, match="monthly bars cannot express the horizon 1W"):
        parse_claim("1W.average > 0", "monthly")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("lookback=15:18", (15, 16, 17, 18)),
        ("percent=8:9:0.25", (8, 8.25, 8.5, 8.75, 9)),
        ("gap=0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("fall=-3:-1", (-3, -2, -1)),
        ("within=8:8", (8,)),
        ("days=1:10:4", (1, 5, 9)),
    ],
)
def test_a_range(text: str, values: tuple[float, ...]) -> None:
    assert parse_variation(text).values == values


@pytest.mark.parametrize(
    "text", ["lookback", "lookback=5", "=1:2", "a=2:1", "a=1:2:0", "a=1:2:-1", "a=1:x", "a=0:9999"]
)
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(RequestError):
        parse_variation(text)


@pytest.mark.parametrize(
    ("ranges", "claims", "message"),
    [
        ([], ["episodes > 1"], "say what varies"),
        (["lookback=1:2"], [], "say what was claimed"),
        (["window=1:2"], ["episodes > 1"], 'no parameter "window". It has: lookback, within, cooldown'),
        (["within=1:2", "within=3:4"], ["episodes > 1"], "within is varied twice"),
        (["cooldown=0:1:0.5"], ["episodes > 1"], "the cooldown is a whole number"),
        (
            ["lookback=1:100", "within=1:100"],
            ["episodes > 1"],
            f"10,000 readings; the most are {MOST_READINGS:,}",
        ),
    ],
)
def test_what_cannot_be_fitted(ranges: list[str], claims: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        fit(
            "ABC",
            "reverse-up",
            [parse_variation(text) for text in ranges],
            [parse_claim(text, "daily") for text in claims],
            HISTORY,
        )
