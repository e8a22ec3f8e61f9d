"""From a study as written to the question that is asked: the signal's own choices fill what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generator.core.errors import RequestError
from generator.market.bars import BarKind
from generator.signals.dates import read_dates
from generator.signals.language import Condition
from generator.signals.library import Signal, find_signal
from generator.spec.models import ReportSpec, StudySpec
from generator.study.columns import make_column
from generator.study.question import make_study
from generator.study.values import ReturnBasis, Study


def build_study(
    written: StudySpec, returns: ReturnBasis | None = None, files: Mapping[str, str] = MappingProxyType({})
) -> Study:
    """The question of a study.

    Parameters
    ----------
    written : a study that passed the checks.
    returns : the report's basis, for a study that names none; None where the report names none either.
    files : texts by name, of a study's list of dates at least.

    Raises
    ------
    RequestError : the signal, the condition, the list of dates, the measure or a horizon cannot be used.
    """
    return make_study(
        written.asset,
        signal=written.signal,
        when=written.when,
        dates=None if written.dates is None else _dates(written.dates, files),
        parameters=written.parameters,
        target=written.target,
        bars=written.bars,
        horizons=written.horizons,
        headline=written.horizon,
        cooldown=written.cooldown,
        entry=written.entry,
        returns=written.returns or returns,
        measure=written.measure,
        since=written.since,
        present=written.present,
        columns=tuple(
            make_column(column.heading, column.show, column.recovers, column.format)
            for column in written.columns
        ),
    )


def _dates(name: str, files: Mapping[str, str]) -> Condition:
    if name not in files:
        raise RequestError(f"{name}: could not be read")
    return read_dates(files[name], name)


def build_studies(spec: ReportSpec) -> dict[str, Study]:
    """Every study of a report, by name, in the order written."""
    return {name: build_study(study, spec.returns, spec.files) for name, study in spec.studies.items()}


def assets_read(spec: ReportSpec) -> tuple[str, ...]:
    """Every ticker whose prices the report reads: those it names, then those its conditions look at."""
    studies = build_studies(spec).values()
    return tuple(dict.fromkeys([*spec.assets, *(asset for study in studies for asset in study.assets)]))


def measure_heading(written: StudySpec) -> str | None:
    """The table heading of the move, as written or as the signal has it; None where nobody named one."""
    signal = signal_of(written)
    if written.measure_heading or signal is None or written.measure:
        return written.measure_heading
    return signal.measure_heading


def signal_of(written: StudySpec) -> Signal | None:
    """The study's library signal with the written parameters, or None for a study with its own condition.

    Raises
    ------
    RequestError : there is no such signal, or no such parameter.
    """
    if written.signal is None:
        return None
    signal = find_signal(written.signal)
    return signal.with_parameters(**written.parameters) if written.parameters else signal


def bars_of(written: StudySpec, signal: Signal | None) -> BarKind:
    """The bars a study is made on: as written, else the signal's own, else daily."""
    return written.bars or (signal.bars if signal else "daily")
