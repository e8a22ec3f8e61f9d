"""What every source of prices can do; ``providers.registry`` opens one by its name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from generator.core.errors import DataError, PrecedentError, RequestError
from generator.market.history import PriceHistory, fingerprint

USUAL = "yahoo"
"""Where prices come from when nobody has said it; records without a source are about this one."""


@runtime_checkable
class Source(Protocol):
    """Where prices come from.

    Attributes
    ----------
    name : a word of small letters, which the JSON of a study tells.
    simulated : True when the prices are no market's; whatever is made from them says so.
    vetted : True when new prices are accepted or held before anybody reads them (``Vetting``); otherwise they
        are compared with those that were used last when they are read (``suspicions``).
    lists_all : True when ``assets`` names all that it has; a provider that is asked over the network has more
        than it has been asked for.
    notes : what a person should know about the prices read so far; grows as assets are read.
    stale : assets whose newest prices could not be had, so that older ones were used.
    held : assets whose newest prices are suspicious, so that the last accepted ones were used; each with one
        sentence that says why, and of which day the used prices are. Empty where a person chose the prices.
    """

    @property
    def name(self) -> str:
        """See the class."""

    @property
    def simulated(self) -> bool:
        """See the class."""

    @property
    def vetted(self) -> bool:
        """See the class."""

    @property
    def lists_all(self) -> bool:
        """See the class."""

    @property
    def notes(self) -> list[str]:
        """See the class."""

    @property
    def stale(self) -> Sequence[str]:
        """See the class."""

    @property
    def held(self) -> Mapping[str, str]:
        """See the class."""

    def credit(self, assets: Sequence[str]) -> str | None:
        """Whose prices of these assets readers are told that they are; None for the usual words."""

    def spelled(self, asset: str) -> str:
        """A ticker as this source spells it, whatever the case in which it was asked for; cheap to get."""

    def history(self, asset: str) -> PriceHistory:
        """Completed daily bars of one asset.

        Raises
        ------
        DataError : the asset is not known, the source cannot be reached, the prices cannot be trusted.
        HeldError : a DataError; its prices are suspicious and none were accepted before.
        """

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """Each of these assets once, in any order, with its bars or with why there are none.

        For a great many assets: nothing that was given is kept.

        Raises
        ------
        DataError : nothing can be read from this source at all.
        """

    def identity(self, asset: str) -> str:
        """A text that changes whenever the prices of the asset could have changed; cheap to get.

        Raises
        ------
        DataError : as ``history``.
        """

    def assets(self) -> tuple[str, ...]:
        """The tickers that are known to be there, sorted."""

    def key(self, root: Path) -> str:
        """The name of this source in the records of a project: what was accepted, what was acknowledged.

        The records are committed and moved with the project, so a path in it is relative to ``root``.

        Parameters
        ----------
        root : the project's folder.
        """


@runtime_checkable
class Fetching(Source, Protocol):
    """A vetted source that is asked over the network.

    Attributes
    ----------
    stopped : True once it refused or could not be reached, so that it is not asked any more.
    """

    @property
    def stopped(self) -> bool:
        """See the class."""


def parts_of(source: Source) -> Sequence[Source]:
    """The sources that it is made of, in the order in which they are asked; itself, where it is one."""
    parts: Sequence[Source] = getattr(source, "parts", (source,))
    return parts


class PlainSource(ABC):
    """What most sources have in common; see ``Source``."""

    name: str
    simulated = False
    vetted = False
    lists_all = True
    stale: Sequence[str] = ()
    held: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        self.notes: list[str] = []

    @abstractmethod
    def history(self, asset: str) -> PriceHistory:
        """See ``Source.history``."""

    def histories(self, assets: Sequence[str]) -> Iterator[tuple[str, PriceHistory | PrecedentError]]:
        """See ``Source.histories``; one after the other."""
        for asset in assets:
            try:
                yield asset, self.history(asset)
            except (DataError, RequestError) as error:
                yield asset, error

    def identity(self, asset: str) -> str:
        """The fingerprint of what ``history`` gives."""
        return f"{self.name} {fingerprint([self.history(asset)])}"

    def credit(self, assets: Sequence[str]) -> str | None:
        """See ``Source.credit``."""
        return None

    def key(self, root: Path) -> str:
        """See ``Source.key``."""
        return self.name
