"""The site's part of the pipeline: the prices that signal and asset pages are made from, and the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import DataError, SourceError, UnknownAssetError
from generator.market.history import PriceHistory
from generator.market.providers.yahoo import UnreachableError
from generator.market.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.editorial.scorecard import Expectations
    from generator.editorial.survey_site import SurveySite
    from generator.editorial.watchlist import Watchlist


def watched(root: Path) -> Watchlist:
    """The project's watchlist; an empty one where there is no such file."""
    from generator.editorial.watchlist import Watchlist, has_watchlist, load_watchlist

    return load_watchlist(root) if has_watchlist(root) else Watchlist("", {}, ())


def fetch_watched(watchlist: Watchlist, source: Source, say: Callable[[str], None]) -> None:
    """Bring Yahoo's prices of the watchlist up to date, and tell how far it has come: the first time this
    takes minutes. What cannot be had is told by those who need it."""
    if source.name != "yahoo":
        return
    for number, asset in enumerate(watchlist.assets, 1):
        try:
            source.identity(asset)
        except (UnknownAssetError, UnreachableError):
            continue
        except SourceError:
            return  # refused: asking for more would make it worse
        except DataError:
            continue
        if number % 10 == 0:
            say(f"  watchlist: {number} of {len(watchlist.assets)}")


def watched_identities(watchlist: Watchlist, source: Source, say: Callable[[str], None]) -> dict[str, str]:
    """The identities of the prices that the signal pages read, by asset.

    What the source does not have is counted on the pages; what it has and cannot be used is said here.
    """
    from generator.signals.language import parse_condition
    from generator.signals.library import load_library

    beside = [a for signal in load_library().values() for a in parse_condition(signal.condition).assets]
    known = None if source.name == "yahoo" else set(source.assets())
    prices: dict[str, str] = {}
    for asset in dict.fromkeys([*watchlist.assets, *beside] if watchlist.assets else ()):
        if known is not None and asset not in known:
            continue
        try:
            prices[asset] = source.identity(asset)
        except (UnknownAssetError, UnreachableError):
            continue
        except SourceError as error:
            say(f"  note: the signal pages go without more prices: {error}")
            break
        except DataError as error:
            say(f"  note: the signal pages leave out {asset}: {error}")
    return prices


def survey_pages_of(
    watchlist: Watchlist,
    assets: Iterable[str],
    source: Source,
    expected: Sequence[Expectations],
    as_of: date | None,
) -> SurveySite:
    """Read every signal on these assets and say what the pages say."""
    from generator.editorial.survey_site import survey_site

    found = source.histories(list(assets))
    histories: Mapping[str, PriceHistory] = {a: h for a, h in found if isinstance(h, PriceHistory)}
    return survey_site(watchlist, histories, expected, as_of, source.name, source.simulated)
