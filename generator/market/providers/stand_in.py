"""Several sources in a row: where one fails, or has no such asset, the next stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from generator.core.errors import DataError, PrecedentError, SourceError, UnknownAssetError
from generator.market.history import PriceHistory
from generator.market.sources import Source

T = TypeVar("T")
FAILURES = (SourceError, UnknownAssetError)
"""Upon which another source stands in: not for prices that are there and look wrong."""


class StandIn:
    """The first of several sources that has an asset's prices; an asset keeps its source for the whole run.

    Parameters
    ----------
    openers : of each source its word and what opens it, in the order in which they are asked.
    title_of : what readers are told that a source of this name is.

    Raises
    ------
    SourceError : none of them can be opened.
    RequestError, SpecError : one of them is not what it should be.
    """

    simulated = False

    def __init__(
        self, openers: Sequence[tuple[str, Callable[[], Source]]], title_of: Callable[[str], str]
    ) -> None:
        self._title_of = title_of
        self.notes: list[str] = []
        self._sources: list[tuple[str, Source]] = []
        self._used: dict[str, Source] = {}
        failed: list[SourceError] = []
        for word, opener in openers:
            try:
                self._sources.append((word, opener()))
            except SourceError as error:
                failed.append(error)
                self.notes.append(f"source {word} cannot be opened, and the others stand in: {error}")
        if not self._sources:
            raise failed[0]

    @property
    def parts(self) -> Sequence[Source]:
        """See ``sources.parts_of``."""
        return [source for _, source in self._sources]

    @property
    def name(self) -> str:
        """The names of all."""
        return ", ".join(dict.fromkeys(source.name for source in self.parts))

    @property
    def vetted(self) -> bool:
        """Whether all are: else what is read is compared with what was used last."""
        return all(source.vetted for source in self.parts)

    @property
    def lists_all(self) -> bool:
        """Whether all do."""
        return all(source.lists_all for source in self.parts)

    @property
    def stale(self) -> Sequence[str]:
        """Of all."""
        return [asset for source in self.parts for asset in source.stale]

    @property
    def held(self) -> Mapping[str, str]:
        """Of all."""
        return {asset: why for source in self.parts for asset, why in source.held.items()}

    def credit(self, assets: Sequence[str]) -> str | None:
        """Which source it was, and of which assets where they are of several."""
        by_source: dict[str, list[str]] = {}
        for asset in dict.fromkeys(assets):
            if asset in self._used:
                source = self._used[asset]
                by_source.setdefault(source.credit([asset]) or self._title_of(source.name), []).append(asset)
        if len(by_source) <= 1:
            return next(iter(by_source), None)
        most = max(by_source, key=lambda title: len(by_source[title]))
        others = [f"{title} for {', '.join(of)}" for title, of in by_source.items() if title != most]
        return "; ".join([most, *others])

    def spelled(self, asset: str) -> str:
        """As the first spells it that lists it, else as the first spells it that does not list all."""
        for source in self.parts:
            ticker = source.spelled(asset)
            if not source.lists_all or ticker in source.assets():
                return ticker
        return asset

    def history(self, asset: str) -> PriceHistory:
        """See ``Source.history``."""
        return self._first(asset, lambda source: source.history(asset))

    def identity(self, asset: str) -> str:
        """See ``Source.identity``."""
        return self._first(asset, lambda source: source.identity(asset))

    def _first(self, asset: str, ask: Callable[[Source], T]) -> T:
        if asset in self._used:
            return ask(self._used[asset])
        failed: list[tuple[str, DataError]] = []
        for word, source in self._sources:
            try:
                answer = ask(source)
            except FAILURES as error:
                failed.append((word, error))
                continue
            finally:
                self._take_notes(source)
            self._use(asset, word, source, failed)
            return answer
        raise _none(failed)

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``."""
        failed: dict[str, list[tuple[str, DataError]]] = {asset: [] for asset in assets}
        for word, source in self._sources:
            left = [a for a in failed if self._used.get(a, source) is source]
            try:
                for asset, found in source.histories(left):
                    self._take_notes(source)
                    if isinstance(found, FAILURES):
                        failed[asset].append((word, found))
                        continue
                    if isinstance(found, PriceHistory):
                        self._use(asset, word, source, failed[asset])
                    del failed[asset]
                    yield asset, found
            except SourceError as error:
                for asset in left:
                    if asset in failed:
                        failed[asset].append((word, error))
        yield from ((asset, _none(why)) for asset, why in failed.items())

    def _use(self, asset: str, word: str, source: Source, failed: Sequence[tuple[str, DataError]]) -> None:
        self._used[asset] = source
        if failed:
            first, why = failed[0]
            self.notes.append(f"{asset}: {word} stands in for {first}: {why}")

    def _take_notes(self, source: Source) -> None:
        self.notes += source.notes
        source.notes.clear()

    def assets(self) -> tuple[str, ...]:
        """Of all, each once."""
        return tuple(sorted({asset for source in self.parts for asset in source.assets()}))

    def key(self, root: Path) -> str:
        """Those of all: what was accepted of the list is compared with what the list gives."""
        return ", ".join(source.key(root) for source in self.parts)


def _none(failed: Sequence[tuple[str, DataError]]) -> DataError:
    """No source has it: the first one's failure, which is what a person would mend, and the others'."""
    (_, first), *rest = failed
    return type(first)(" ".join([str(first), *(f"Nor {word}: {error}" for word, error in rest)]))
