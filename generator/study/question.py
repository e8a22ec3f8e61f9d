"""From what a person asks (a signal's name or an expression, and a few choices) to a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from generator.core.errors import RequestError
from generator.market.bars import BarKind
from generator.market.exchanges import calendar_of
from generator.signals.language import (
    Condition,
    Expression,
    leading_measure,
    parse_condition,
    parse_expression,
)
from generator.signals.library import Signal, find_signal
from generator.signals.tree import Arithmetic, Call, Field, Negation, Node, Number, On
from generator.study.horizons import DEFAULTS, LONGEST, parse_horizon, parse_horizons
from generator.study.values import Entry, Form, Horizon, ReturnBasis, ShownColumn, Study

IN_PERCENT = ("roc(", "gap(", "drawdown(", "percentile(", "on(")
"""How an expression begins whose value is taken for percent where nobody said what it is in."""


def make_study(
    asset: str,
    *,
    signal: str | None = None,
    when: str | None = None,
    dates: Condition | None = None,
    parameters: Mapping[str, float] | None = None,
    target: str | None = None,
    bars: BarKind | None = None,
    horizons: Sequence[str] | None = None,
    cooldown: int | None = None,
    entry: Entry = "close",
    returns: ReturnBasis | None = None,
    measure: str | None = None,
    since: date | None = None,
    headline: str | None = None,
    columns: tuple[ShownColumn, ...] = (),
    present: date | None = None,
) -> Study:
    """Build a study; what is not said comes from the signal, or is the default of the definitions.

    Parameters
    ----------
    asset, target : tickers; the target is the asset when not given.
    signal, when, dates : a name of the signal library, an expression, or a list of dates (``read_dates``);
        exactly one of them.
    parameters : values for the signal's named parameters, instead of the library's.
    horizons : labels such as ``3M``; the usual ones of the bars when not given.
    returns : None for those of the target's closes, whatever they are.
    headline : label of the horizon that speaks for the study; the one nearest three months when not given.
    columns : of the episode table, beside the move (``columns.make_column``).
    present : the day on whose bar the case under way begins.

    Raises
    ------
    RequestError : an empty ticker; none or several of signal, when and dates; an unknown signal or
        parameter; a negative cooldown; a headline that is none of the horizons; a present case of a list.
    ConditionError, HorizonError : an expression or a horizon that cannot be used.
    """
    named = [each for each in (signal, when, dates) if each is not None]
    if not named:
        raise RequestError(
            "a study asks what followed something: say what, with a signal of the library (--signal "
            "ten-percent-month; 'precedent signals' lists all), a condition (--when 'roc(close, 5) <= -5') "
            "or a list of dates (--dates cuts.txt)"
        )
    if len(named) > 1:
        raise RequestError(
            "say what happened with a signal of the library, a condition or a list of dates, and with only "
            "one of them"
        )
    if not asset.strip() or (target is not None and not target.strip()):
        raise RequestError("a ticker is empty; name an asset, such as IWM")
    if parameters and signal is None:
        raise RequestError("parameters belong to a signal of the library; a condition has its numbers in it")
    if cooldown is not None and not 0 <= cooldown <= LONGEST:
        raise RequestError(f"the cooldown is {cooldown}; it is a number of bars from 0 to {LONGEST}")
    if present is not None and dates is not None:
        raise RequestError(
            f"the present case is said to begin on {present}; of a list each date is a case of its own. "
            "Leave present out"
        )
    filled: tuple[tuple[str, float], ...] = ()
    text, kind, pause, trigger = when or "", bars or "daily", cooldown or 0, measure
    if signal is not None:
        found = find_signal(signal)
        if parameters:
            found = found.with_parameters(**parameters)
        text, kind = found.condition, bars or found.bars
        pause = found.cooldown if cooldown is None else cooldown
        trigger = measure or found.measure_text
        filled = tuple(found.parameters.items())
    calendar = calendar_of(target or asset)
    held = parse_horizons(DEFAULTS[kind] if horizons is None else horizons, kind, calendar)
    return Study(
        asset=asset,
        target=target or asset,
        condition=parse_condition(text) if dates is None else dates,
        bars=kind,
        horizons=held,
        cooldown=pause,
        entry=entry,
        returns=returns,
        measure=None if trigger is None else parse_expression(trigger),
        since=since,
        signal=signal,
        parameters=filled,
        named_headline=None if headline is None else find_headline(headline, held, kind).label,
        columns=columns,
        present=present,
    )


def find_headline(label: str, horizons: Sequence[Horizon], kind: BarKind) -> Horizon:
    """The horizon of a study that this label names as its headline.

    Raises
    ------
    RequestError : it is none of them; HorizonError : it is no horizon of these bars.
    """
    wanted = parse_horizon(label, kind).label
    found = next((horizon for horizon in horizons if horizon.label == wanted), None)
    if found is None:
        listed = ", ".join(horizon.label for horizon in horizons)
        raise RequestError(
            f"the headline horizon {wanted} is none of the study's horizons, which are {listed}. Name "
            f"one of these, or add {wanted} to the horizons"
        )
    return found


def measured_signal(study: Study) -> Signal | None:
    """The library signal whose own measure the study shows; None for another measure or condition."""
    if study.signal is None or study.measure is None:
        return None
    signal = find_signal(study.signal).with_parameters(**dict(study.parameters))
    return signal if study.measure.text == parse_expression(signal.measure_text).text else None


_PERCENTAGES = frozenset({"roc", "gap", "drawdown"})
"""Functions whose value is a percentage that goes up and down, and so has a sign."""


def trigger_is_percent(study: Study) -> bool:
    """Whether the trigger value is in percent and so shown with its sign; an RSI or a price is not."""
    signal = measured_signal(study)
    if signal is not None:
        return signal.measure_unit == "percent"
    shown = study.measure or leading_measure(study.condition)
    return shown is not None and shown.text.lstrip("( ").startswith(IN_PERCENT)


_OF_PRICES = frozenset(
    {"lag", "change", "highest", "lowest", "sma", "ema", "wma", "stdev", "macd", "bb_upper", "bb_lower"}
)
"""Functions whose value is in the unit of what they are given."""


def trigger_unit(study: Study) -> Form:
    """What the trigger value is in; ``price`` for a price, an average or a difference of prices."""
    if trigger_is_percent(study):
        return "percent"
    shown = study.measure or leading_measure(study.condition)
    return "price" if shown is not None and _is_price(shown.tree) else "number"


def unit_of(expression: Expression) -> Form:
    """What the value of an expression is in, by its form: ``roc`` and its like are percentages."""
    inner = expression.tree
    while isinstance(inner, On | Negation):
        inner = inner.operand
    if isinstance(inner, Call) and inner.name in _PERCENTAGES:
        return "percent"
    return "price" if _is_price(inner) else "number"


def _is_price(node: Node) -> bool:
    match node:
        case Field(name):
            return name != "volume"
        case Negation(operand) | On(_, operand):
            return _is_price(operand)
        case Arithmetic("+" | "-", left, right):
            return _is_price(left) and _is_price(right)
        case Arithmetic("*", left, right):
            return (_is_price(left) and isinstance(right, Number)) or (
                isinstance(left, Number) and _is_price(right)
            )
        case Arithmetic("/", left, Number()):
            return _is_price(left)
        case Call("atr"):
            return True
        case Call(name, series):
            return name in _OF_PRICES and _is_price(series[0])
    return False
