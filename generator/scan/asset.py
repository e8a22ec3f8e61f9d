"""All signals on one asset: the part of a scan that is done many thousands of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generator.errors import DataError, FieldError, RequestError
from generator.market.asof import as_of_date
from generator.market.bars import BarKind, Bars, make_bars
from generator.market.calendar import period_is_open
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.scan.near import find_near
from generator.scan.values import AssetScan, Firing, ScanQuestion, ScanSignal, Skipped, Table
from generator.signals.evaluate import Evaluation
from generator.study.episodes import episode_starts
from generator.study.records import Records, records_of
from generator.study.returns import holding_prices
from generator.study.significance import shift_p_value

YEAR = 365.25


def scan_asset(
    history: PriceHistory, others: Mapping[str, PriceHistory], question: ScanQuestion
) -> AssetScan:
    """Read every signal of the question on one asset.

    Each signal is read as ``run_study`` would read it with the same as-of date: up to the last session that
    the asset and whatever else the signal reads have in common.

    Parameters
    ----------
    history : whole; what is after the as-of date is cut off here.
    others : of ``question.assets``, as far as they are to be had.

    Raises
    ------
    RequestError : the as-of date is before the first session.
    """
    asked = question.as_of
    own_last = as_of_date([history], asked)
    scan = _Scan(history.asset, question)
    for together in _lots(question.signals):
        needed = [asset for asset in together[0].assets if asset != history.asset]
        missing = [asset for asset in needed if asset not in others]
        if missing:
            scan.skip(together, f"needs the prices of {', '.join(missing)}")
            continue
        beside = [others[asset] for asset in needed]
        try:
            last = as_of_date([history, *beside], asked) if beside else own_last
        except (DataError, RequestError) as error:
            scan.skip(together, str(error))
            continue
        scan.read(together, history.until(last), [other.until(last) for other in beside])
    return AssetScan(
        asset=history.asset,
        last=as_date(own_last),
        firings=tuple(scan.firings),
        near=find_near(history.until(own_last), scan.calm, others) if question.near else (),
        skipped=tuple(scan.skipped),
        tables=tuple(scan.tables),
    )


def _lots(signals: Sequence[ScanSignal]) -> list[tuple[ScanSignal, ...]]:
    """The signals that can be read in one evaluation: the same bars, the same other assets."""
    lots: dict[tuple[BarKind, tuple[str, ...]], list[ScanSignal]] = {}
    for signal in signals:
        lots.setdefault((signal.bars, signal.assets), []).append(signal)
    return [tuple(lot) for lot in lots.values()]


@dataclass
class _Scan:
    """What has been found on one asset so far; ``calm`` signals could begin at the next close."""

    asset: str
    question: ScanQuestion
    firings: list[Firing] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    calm: list[ScanSignal] = field(default_factory=list)

    def skip(self, signals: Sequence[ScanSignal], reason: str) -> None:
        self.skipped += [Skipped(self.asset, signal.name, reason) for signal in signals]

    def read(
        self, signals: Sequence[ScanSignal], history: PriceHistory, beside: Sequence[PriceHistory]
    ) -> None:
        """Read the signals of one lot; ``history`` and ``beside`` are cut at the as-of date."""
        kind = signals[0].bars
        bars = self._bars(history, kind)
        evaluation = Evaluation(bars, {other.asset: self._bars(other, kind) for other in beside})
        read, starts = [], []
        for signal in signals:
            try:
                truth = evaluation.truth(signal.condition)
            except FieldError as error:
                self.skip([signal], str(error))
                continue
            read.append(signal)
            starts.append(episode_starts(truth, signal.cooldown))
            if kind == "daily" and truth[-1] != 1:
                self.calm.append(signal)
        if not read:
            return
        prices = holding_prices(bars, "close", "price")
        records, every = records_of(prices, read[0].horizons, starts)
        self.tables.append(Table(kind, tuple(s.name for s in read), read[0].horizons, records))
        oldest = history.sessions[max(0, len(history) - self.question.sessions)]
        for row, (signal, begun) in enumerate(zip(read, starts, strict=True)):
            if len(begun) and bars.dates[begun[-1]] >= oldest:
                try:
                    self.firings.append(_firing(signal, row, begun, bars, evaluation, records, every))
                except FieldError as error:  # of the measure
                    self.skip([signal], str(error))

    def _bars(self, history: PriceHistory, kind: BarKind) -> Bars:
        return make_bars(history, kind, in_progress=period_is_open(history.last, kind, history.asset))


def _firing(
    signal: ScanSignal,
    row: int,
    starts: NDArray[np.intp],
    bars: Bars,
    evaluation: Evaluation,
    records: Records,
    every: Sequence[FloatArray],
) -> Firing:
    column = signal.headline
    start, returns, baseline = int(starts[-1]), every[column], records.baselines[column]
    measured = evaluation.values(signal.measure)
    triggers = measured[starts]
    return Firing(
        asset=bars.asset,
        signal=signal.name,
        day=as_date(bars.dates[start]),
        provisional=start >= bars.completed,
        trigger=_known(triggers[-1]),
        extreme=_extreme(triggers, measured),
        years=float((bars.dates[-1] - bars.dates[0]).astype(int)) / YEAR,
        episodes=len(starts),
        horizon=signal.horizons[column].label,
        n=int(records.n[row, column]),
        independent_n=int(records.independent_n[row, column]),
        average=_known(records.average[row, column]),
        median=_known(records.median[row, column]),
        win_rate=_known(records.win_rate[row, column]),
        baseline=baseline,
        edge=_known(records.edge[row, column]),
        p_value=shift_p_value(returns, starts[starts < len(returns)]),
    )


def _extreme(triggers: FloatArray, measured: FloatArray) -> float | None:
    """Share of the earlier measures that the last one goes beyond, on the side on which they all lie.

    Of an oversold signal that is below what any bar has, of a surge above.
    """
    before = triggers[:-1][np.isfinite(triggers[:-1])]
    if not len(before) or not np.isfinite(triggers[-1]):
        return None
    side = np.sign(np.mean(before) - np.mean(measured[np.isfinite(measured)]))
    return float(np.count_nonzero(side * before < side * triggers[-1]) / len(before))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
