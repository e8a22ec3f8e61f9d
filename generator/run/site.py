"""The site's part of the pipeline: the prices that signal and asset pages are made from, and the pages."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from generator.core.errors import DataError, SourceError, UnknownAssetError, UnreachableError
from generator.core.files import remove_file, write_atomically
from generator.core.processes import give_memory_back
from generator.market.calendar import closures
from generator.market.exchanges import said_calendars
from generator.market.history import PriceHistory
from generator.market.sources import Source
from generator.run.make import INPUTS, Run, Say, dress_hash, studio_of, words_hash
from generator.run.workshop import kept

if TYPE_CHECKING:
    from generator.pages.survey_site import SurveySite
    from generator.scorecard.values import Expectations
    from generator.spec.watchlist import Watchlist


def watched(root: Path) -> Watchlist:
    """The project's watchlist; an empty one where there is no such file."""
    from generator.spec.watchlist import Watchlist, has_watchlist, load_watchlist

    return load_watchlist(root) if has_watchlist(root) else Watchlist("", {}, ())


def fetch_watched(watchlist: Watchlist, source: Source, say: Say) -> None:
    """Bring a provider's prices of the watchlist up to date, and tell how far it has come: the first time
    this takes minutes. What cannot be had is told by those who need it."""
    if source.lists_all:
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


def watched_identities(watchlist: Watchlist, source: Source, say: Say) -> dict[str, str]:
    """The identities of the prices that the signal pages read, by asset.

    What the source does not have is counted on the pages; what it has and cannot be used is said here.
    """
    from generator.signals.language import parse_condition
    from generator.signals.library import load_library

    beside = [a for signal in load_library().values() for a in parse_condition(signal.condition).assets]
    known = set(source.assets()) if source.lists_all else None
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
    run: Run, watchlist: Watchlist, surveyed: Mapping[str, str], expected: Sequence[Expectations]
) -> SurveySite:
    """Read every signal on these assets, unless that was done, and say what the pages say.

    ``surveyed`` : the identities of their prices.
    """
    from generator.pages.survey import Survey, take_survey
    from generator.pages.survey_site import survey_site, with_issues

    source, as_of = run.source, run.as_of

    def taken() -> tuple[Mapping[str, PriceHistory], Survey]:
        found = source.histories([*surveyed])
        histories = {asset: each for asset, each in found if isinstance(each, PriceHistory)}
        return histories, take_survey(watchlist, histories, as_of, source.name, source.simulated)

    made_from = repr(watchlist), repr(surveyed), as_of
    histories, survey = kept(run.workshop, lambda: ("survey", *made_from), taken)
    site = kept(
        run.workshop,
        lambda: ("survey pages", *made_from),
        lambda: survey_site(survey, histories, as_of, source.credit([*histories])),
    )
    return with_issues(site, expected)


def make_site_if_changed(run: Run, say: Say) -> None:
    """Build the site from the frozen issues and the finished reports, unless it was built from just these.

    Raises
    ------
    BadDataError : a published issue is not what was published; the old site stays.
    SpecError : mistakes in the letter's own pages; the old site stays.
    """
    from generator.assembly.mkdocs import build_site
    from generator.assembly.pages import assemble, read_expectations
    from generator.assembly.survey_pages import survey_drawings, survey_files
    from generator.check.own_pages import load_pages
    from generator.publish.ledger import withdrawn

    root, letter, source = run.root, run.letter, run.source
    unpublished = run.unpublished()
    folders = [*(issue.newest for issue in run.published.values()), *unpublished]
    expected = [*run.told.values(), *map(read_expectations, unpublished)]
    prices = _newest_prices(expected, source, say)
    watchlist = watched(root)
    surveyed = watched_identities(watchlist, source, say)
    parts = [run.made_with, dress_hash(root), repr(letter), *(_made_from(folder) for folder in folders)]
    parts.append(repr(withdrawn(root)))
    parts.append(hashlib.sha256(repr(load_pages(root)).encode()).hexdigest())
    # The scorecard goes by the newest prices, whatever the reports were made from.
    parts += [source.name, str(run.as_of), *(f"{asset} {identity}" for asset, identity in prices.items())]
    # So do the signal and asset pages.
    parts += [repr(watchlist), *(f"{asset} {identity}" for asset, identity in surveyed.items())]
    parts += [repr(closures()), repr(said_calendars())]
    built_from = "\n".join(parts)
    marker = root / "build" / "site.inputs"
    if (
        (root / "site" / "index.html").exists()
        and marker.exists()
        and marker.read_text(encoding="utf-8") == built_from
    ):
        say("Site: unchanged")
        return
    with stage("Site", say):
        from generator.publish.whole import refuse_any_damage
        from generator.scorecard.outcomes import keep_score

        refuse_any_damage(root, (folder for issue in run.published.values() for folder in issue.folders))
        remove_file(marker)
        scorecard = keep_score(
            expected, {asset: source.history(asset) for asset in prices}, source.name, run.as_of
        )
        survey = survey_pages_of(run, watchlist, surveyed, expected)
        if run.workshop is None:
            give_memory_back()
        with studio_of(run) as studio:
            studio.order(survey_drawings(survey))
            words = words_hash()
            surveyed_files = survey_files(
                survey,
                letter,
                studio.draw,
                lambda page, make: kept(run.workshop, lambda: ("page", page, words), make),
            )
            cards = {issue.newest: run.cards[slug] for slug, issue in run.published.items()}
            as_of = assemble(folders, letter, root, scorecard, survey, surveyed_files, expected, cards)
            if run.workshop is None:
                studio.rest()  # those who draw and MkDocs are never in memory together
                give_memory_back()  # MkDocs has every page in memory
        begun = None if run.workshop is None else run.workshop.mkdocs()
        for line in build_site(root, as_of, letter.allow, begun):
            say(f"  note: {line}")
        write_atomically(marker, built_from.encode())


def _made_from(folder: Path) -> str:
    """What changes whenever a folder's files do: a frozen one's manifest, a finished one's inputs."""
    from generator.publish.freeze import MANIFEST, sha256

    manifest = folder / MANIFEST
    if manifest.exists():
        return f"{folder.parent.name} {folder.name} {sha256(manifest.read_bytes())}"
    return f"{folder.name} {(folder / INPUTS).read_text(encoding='utf-8')}"


def _newest_prices(expected: Sequence[Expectations], source: Source, say: Say) -> dict[str, str]:
    """The identities of the prices that the scorecard reads, by asset. An issue that was made earlier may
    have an asset that this source lacks: its case says so on the page, and this says so here."""
    wanted = dict.fromkeys(
        asset
        for issue in expected
        if issue.source == source.name
        for study in issue.studies
        if study.date is not None
        for asset in study.assets
    )
    prices: dict[str, str] = {}
    for asset in wanted:
        try:
            prices[asset] = source.identity(asset)
        except UnknownAssetError as error:
            say(f"  note: scorecard: {error}")
    return prices


@contextmanager
def stage(name: str, say: Say) -> Iterator[None]:
    """Tell how long a stage took, when it succeeded."""
    begun = time.perf_counter()
    yield
    say(f"{name}: {time.perf_counter() - begun:.1f} s")
