"""All signals on some assets: the part of a scan that is done many thousands of times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generator.core.errors import DataError, FieldError, PrecedentError, RequestError
from generator.market.asof import as_of_date, is_behind
from generator.market.bars import BarKind, Bars, check_rows, make_bars
from generator.market.calendar import period_is_open, sessions
from generator.market.history import FloatArray, PriceHistory, as_date
from generator.market.timetable import DAY
from generator.scan.near import find_near
from generator.scan.values import AssetScan, Firing, ScanQuestion, ScanSignal, Skipped, Table
from generator.signals.evaluate import Evaluation, evaluations
from generator.study.episodes import episode_starts
from generator.study.evidence.records import Records, records_of
from generator.study.evidence.significance import ShiftTest
from generator.study.evidence.statistics import known
from generator.study.horizons import DEFAULTS, default_horizons
from generator.study.returns import check_window, holding_prices

YEAR = 365.25
STACK, SHORTEST = 4, 0.75
"""Assets that are read together, and the least share of the longest that the shortest has. More no longer
fit into a processor's nearest memory, and what is saved on calls is lost there."""


def scan_together(
    histories: Sequence[PriceHistory], others: Mapping[str, PriceHistory], question: ScanQuestion
) -> list[AssetScan | Skipped]:
    """Read every signal of the question on some assets, whose answers come in the same order.

    Each signal is read as ``run_study`` would read it with the same as-of date: up to the last session that
    the asset and whatever else the signal reads have in common. An asset that has no session up to that date
    is skipped.

    Parameters
    ----------
    histories : whole; what is after the as-of date is cut off here.
    others : of ``question.assets``, as far as they are to be had.
    """
    begun = [_begin(history, question) for history in histories]
    lots = _lots(question.signals)
    for stack in _alike([scan for scan in begun if isinstance(scan, _Scan)]):
        for together in lots:
            _read_lot(stack, together, others)
    return [scan.answer(others) if isinstance(scan, _Scan) else scan for scan in begun]


def _begin(history: PriceHistory, question: ScanQuestion) -> _Scan | Skipped:
    try:
        last = as_of_date([history], question.as_of)
    except PrecedentError as error:
        return Skipped(history.asset, None, str(error))
    return _Scan(history.until(last), history, question)


def _alike(scans: Sequence[_Scan]) -> Iterator[list[_Scan]]:
    """The scans by ``STACK`` or fewer, such that no history is much shorter than the longest among them."""
    stack: list[_Scan] = []
    for scan in sorted(scans, key=lambda scan: len(scan.history), reverse=True):
        if stack and (len(stack) == STACK or len(scan.history) < SHORTEST * len(stack[0].history)):
            yield stack
            stack = []
        stack.append(scan)
    if stack:
        yield stack


def _read_lot(
    scans: Sequence[_Scan], signals: Sequence[ScanSignal], others: Mapping[str, PriceHistory]
) -> None:
    """Read signals of one lot on all of these assets: together, if they need no other asset's prices."""
    kind = signals[0].bars
    scans = [scan for scan in scans if scan.can_read(signals)]
    if not scans:
        return
    if signals[0].assets:
        for scan in scans:
            scan.read_references(signals, others)
        return
    rows = evaluations([_bars(scan.history, kind) for scan in scans], {})
    for scan, row in zip(scans, rows, strict=True):
        scan.read(signals, row)


def _lots(signals: Sequence[ScanSignal]) -> list[tuple[ScanSignal, ...]]:
    """The signals that can be read in one evaluation: the same bars, the same other assets."""
    lots: dict[tuple[BarKind, tuple[str, ...]], list[ScanSignal]] = {}
    for signal in signals:
        lots.setdefault((signal.bars, signal.assets), []).append(signal)
    return [tuple(lot) for lot in lots.values()]


@dataclass
class _Scan:
    """What has been found on one asset so far; ``calm`` signals could begin at the next close.

    ``history`` is cut at the as-of date, ``whole`` is not.
    """

    history: PriceHistory
    whole: PriceHistory
    question: ScanQuestion
    firings: list[Firing] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    calm: list[ScanSignal] = field(default_factory=list)

    def answer(self, others: Mapping[str, PriceHistory]) -> AssetScan:
        """All that was found, and what is near."""
        return AssetScan(
            asset=self.history.asset,
            last=as_date(self.history.last),
            firings=tuple(self.firings),
            near=find_near(self.history, self.calm, others) if self.question.near else (),
            skipped=tuple(self.skipped),
            tables=tuple(self.tables),
        )

    def skip(self, signals: Sequence[ScanSignal], reason: str) -> None:
        self.skipped += [Skipped(self.history.asset, signal.name, reason) for signal in signals]

    def can_read(self, signals: Sequence[ScanSignal]) -> bool:
        """Whether bars of the signals' kind can be made of the history; says of each why not."""
        try:
            check_rows(self.history, signals[0].bars)
        except RequestError as error:
            self.skip(signals, str(error))
            return False
        return True

    def read_references(self, signals: Sequence[ScanSignal], others: Mapping[str, PriceHistory]) -> None:
        """Read signals that need the prices of other assets."""
        needed = [asset for asset in signals[0].assets if asset != self.history.asset]
        missing = [asset for asset in needed if asset not in others]
        if missing:
            self.skip(signals, f"needs the prices of {', '.join(missing)}")
            return
        references = [others[asset] for asset in needed]
        try:
            last = as_of_date([self.whole, *references], self.question.as_of)
        except (DataError, RequestError) as error:
            self.skip(signals, str(error))
            return
        early = next((other for other in references if is_behind(other, self.history.last)), None)
        if early is not None:
            why = f"the prices of {early.asset} end on {early.last}, its own on {self.history.last}"
            self.skip(signals, f"{why}: what came since is not known")
        kind = signals[0].bars
        try:
            bars = {other.asset: _bars(other.until(last), kind) for other in references}
        except RequestError as error:
            self.skip(signals, str(error))
            return
        self.read(signals, Evaluation(_bars(self.whole.until(last), kind), bars))

    def read(self, signals: Sequence[ScanSignal], evaluation: Evaluation) -> None:
        """Read the signals of one lot on bars that end at the as-of date."""
        bars, history, kind = evaluation.bars, evaluation.bars.history, evaluation.bars.kind
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
        prices = holding_prices(bars, "close", history.basis)
        try:
            check_window(prices, 0)
        except RequestError as error:
            self.skip(read, str(error))
            return
        horizons = default_horizons(kind, history.calendar)
        records, every = records_of(prices, horizons, starts)
        self.tables.append(Table(kind, tuple(s.name for s in read), horizons, records))
        tests = [ShiftTest(returns, h.bars) for returns, h in zip(every, horizons, strict=True)]
        recent = self._recent(bars)
        for row, (signal, begun) in enumerate(zip(read, starts, strict=True)):
            if len(begun) and begun[-1] >= recent:
                try:
                    self.firings.append(_firing(signal, row, begun, bars, evaluation, records, tests))
                except FieldError as error:  # of the measure
                    self.skip([signal], str(error))

    def _recent(self, bars: Bars) -> int:
        """The first bar that ends on one of the last sessions asked for."""
        # Not by those of the bars: another asset that ends long before does not make the past recent.
        history, asked, since = self.history, self.question.sessions, self.question.since
        if since is not None:
            oldest: np.datetime64 = np.datetime64(since, "D")
        elif history.rows == "daily":
            oldest = history.sessions[max(0, len(history) - asked)]
        else:
            # Three weeks hold a session whatever closes, and of three days two are sessions.
            window = (21 + 2 * asked) * DAY
            oldest = sessions(history.asset, history.last - window, history.last, history.zone)[-asked:][0]
        return int(np.searchsorted(bars.dates, oldest))


def _bars(history: PriceHistory, kind: BarKind) -> Bars:
    return make_bars(
        history, kind, in_progress=period_is_open(history.last, kind, history.asset, history.zone)
    )


def _firing(
    signal: ScanSignal,
    row: int,
    starts: NDArray[np.intp],
    bars: Bars,
    evaluation: Evaluation,
    records: Records,
    tests: Sequence[ShiftTest],
) -> Firing:
    column = signal.headline
    start, test, baseline = int(starts[-1]), tests[column], records.baselines[column]
    measured = evaluation.values(signal.measure)
    triggers = measured[starts]
    return Firing(
        asset=bars.asset,
        signal=signal.name,
        day=as_date(bars.dates[start]),
        provisional=start >= bars.completed,
        trigger=known(triggers[-1]),
        extreme=_extreme(triggers, measured),
        years=float((bars.dates[-1] - bars.dates[0]).astype(int)) / YEAR,
        episodes=len(starts),
        horizon=DEFAULTS[signal.bars][column],
        n=int(records.n[row, column]),
        independent_n=int(records.independent_n[row, column]),
        average=known(records.average[row, column]),
        median=known(records.median[row, column]),
        win_rate=known(records.win_rate[row, column]),
        baseline=baseline,
        edge=known(records.edge[row, column]),
        p_value=test.p_value(starts[starts < len(test.returns)]),
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
