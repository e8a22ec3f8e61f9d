"""``precedent verify``: whether published issues are what was published, and whether they would be today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator.core.errors import BadDataError, DataError, PrecedentError, RequestError
from generator.core.files import OutputFile
from generator.market.history import PriceHistory, fingerprint
from generator.market.providers.snapshots import KeptSource, SnapshotStore
from generator.market.quality.revisions import difference
from generator.market.sources import Source
from generator.run.make import Say, answer, program_hash, versions

if TYPE_CHECKING:
    from generator.publish.freeze import Manifest, Published

NAMED = 4
"""Files or assets named in a line before it says how many more there are."""


@dataclass(frozen=True)
class _Prices:
    """The prices of an issue: by asset, those that were kept and those that the source has now."""

    kept: Mapping[str, PriceHistory]
    present: Mapping[str, PriceHistory]

    @property
    def best(self) -> dict[str, PriceHistory]:
        """What the issue is made again from: the kept prices, and present ones where none are kept."""
        return {**self.present, **self.kept}


def verify(root: Path, slugs: Sequence[str], source: str | None, say: Say) -> None:
    """Check every version of these published issues, and make each again; without a name, check the files
    of all of them, and make only the newest issue again.

    An archive's files are looked through in seconds, an issue takes seconds to make: what a schedule can ask
    every week is whether nothing was touched, and whether the program still does what it did.

    Parameters
    ----------
    source : whose present prices are compared with those of then; None for the letter's own.

    Raises
    ------
    BadDataError : a file or a kept snapshot is not what was published, an issue is gone, or neither prices
        nor program explain why it comes out otherwise today; told after all were looked at.
    RequestError : a slug was never published.
    """
    from generator.publish.freeze import published_issues
    from generator.publish.ledger import losses
    from generator.spec.letter import load_letter, source_of

    published = published_issues(root)
    lost = {slug: why for slug, why in losses(root, published).items() if not slugs or slug in slugs}
    unknown = [slug for slug in slugs if slug not in published and slug not in lost]
    if unknown:
        there = ", ".join(published) or "none"
        raise RequestError(f"'{unknown[0][:80]}' was never published. Published issues: {there}.")
    vendor = source_of(root, load_letter(root), source)
    chosen = [slug for slug in slugs or published if slug in published]
    for why in lost.values():
        say(f"  LOST: {why}")
    damaged = _verify_files(root, [folder for slug in chosen for folder in published[slug].folders], say)
    again = chosen if slugs else _newest(published, damaged)
    code = program_hash(root)
    for folder in (folder for slug in again for folder in published[slug].folders):
        if folder in damaged:
            continue
        say(_name(folder))
        try:
            _verify_one(root, folder, vendor, code, say)
        except BadDataError as error:
            say(f"  DAMAGED: {error}")
            damaged.append(folder)
    for note in vendor.notes:
        say(f"note: {note}")
    if len(again) < len(chosen):
        say("Only the newest issue was made again. Name others to have them made again too.")
    if damaged or lost:
        names = ", ".join([*lost, *(_name(folder) for folder in damaged)])
        raise BadDataError(f"not what was published: {names}. See above what is wrong.")


def _newest(published: Mapping[str, Published], damaged: Sequence[Path]) -> list[str]:
    """The slug of the issue with the newest date, of those that are whole; none where there is none."""
    from generator.publish.freeze import read_manifest

    whole = [issue for issue in published.values() if issue.newest not in damaged]
    dates = {issue.slug: read_manifest(issue.newest).date for issue in whole}
    return sorted(dates, key=lambda slug: (dates[slug], slug))[-1:]


def _verify_files(root: Path, folders: Sequence[Path], say: Say) -> list[Path]:
    """Compare every file of these versions with what was published; the versions that are damaged."""
    from generator.publish.freeze import read_manifest, refuse_damage
    from generator.run.earlier import refuse_other_earlier

    damaged: list[Path] = []
    hashes: dict[str, str | None] = {}
    files = 0
    for folder in folders:
        try:
            refuse_damage(folder)
            refuse_other_earlier(root, folder, hashes)
            files += len(read_manifest(folder).files)
        except BadDataError as error:
            say(f"{_name(folder)}\n  DAMAGED: {error}")
            damaged.append(folder)
    whole = len(folders) - len(damaged)
    say(f"Files: {files:,} in {whole:,} published version{'' if whole == 1 else 's'}, all as published")
    return damaged


def _name(folder: Path) -> str:
    return f"{folder.parent.name} {folder.name}"


def _verify_one(root: Path, folder: Path, vendor: Source, code: str, say: Say) -> None:
    """The prices of a version whose files are whole, and whether it would be the same again.

    Raises
    ------
    BadDataError : a kept snapshot is damaged; or it comes out otherwise, and nothing explains it.
    """
    from generator.publish.freeze import read_manifest
    from generator.run.earlier import taken_back
    from generator.site.meta import CARD_IMAGE

    manifest = read_manifest(folder)
    # An article that was written elsewhere has none.
    prices = _prices(root, manifest, vendor, say) if manifest.source else _Prices({}, {})
    if manifest.source:
        _tell_revisions(manifest, prices, say)
    missing = sorted(set(manifest.snapshots) - set(prices.best))
    if missing:
        say(f"  not made again: no prices of {', '.join(missing)}")
        return
    if gone := taken_back(root, folder):
        say(f"  not made again: it tells of {_listed(gone)}, taken back since")
        return
    program = _changes_of_program(manifest, code)
    try:
        other = _other_files(root, folder, manifest, prices.best)
    except PrecedentError as error:
        say(f"  cannot be made again with this program: {error}")
        other = ["everything"]
    if not other:
        say("  made again: every byte the same")
        return
    same = not any(name.endswith((".md", ".csv", ".json")) for name in other)
    numbers = "; words and numbers are the same" if same else ""
    say(f"  made again, otherwise: {_listed(other)}{numbers}")
    say(f"  the program: {program or 'the same as then'}")
    same_prices = all(fingerprint([prices.best[asset]]) == key for asset, key in manifest.snapshots.items())
    if other == [CARD_IMAGE] and _card_hangs_on_machine(folder):
        say("  the card has letters drawn in typefaces of the machine: with others it looks otherwise")
    elif not program and same_prices:
        raise BadDataError("from the same prices the same program makes something else.")


def _card_hangs_on_machine(folder: Path) -> bool:
    from generator.charts.render import card_hangs_on_machine
    from generator.edition.card import read_card
    from generator.publish.freeze import INGREDIENTS
    from generator.spec.letter import load_letter

    card = read_card(folder)
    letter = load_letter(folder / INGREDIENTS)
    return card_hangs_on_machine(letter.looks, letter.name, card.kicker, card.title)


def _prices(root: Path, manifest: Manifest, vendor: Source, say: Say) -> _Prices:
    store, last = SnapshotStore(root), np.datetime64(manifest.as_of, "D")
    kept: dict[str, PriceHistory] = {}
    present: dict[str, PriceHistory] = {}
    for asset, key in manifest.snapshots.items():
        history = store.load(key, manifest.source)
        if history is not None:
            kept[asset] = history
    if vendor.name != manifest.source:
        say(
            f"  not compared with today's prices: it was published from {manifest.source}, and this is "
            f"{vendor.name}. Name that source with --source."
        )
        return _Prices(kept, {})
    for asset in manifest.snapshots:
        try:
            present[asset] = vendor.history(asset).until(last)
        except (DataError, RequestError) as error:
            say(f"  not compared with today's prices of {asset}: {error}")
    return _Prices(kept, present)


def _tell_revisions(manifest: Manifest, prices: _Prices, say: Say) -> None:
    """Say what the vendor has changed since."""
    revised = False
    lacking = [asset for asset in manifest.snapshots if asset not in prices.kept]
    if lacking:
        say(f"  prices: the snapshot is not kept here of {_listed(lacking)}")
    for asset, key in manifest.snapshots.items():
        if asset not in prices.present or fingerprint([prices.present[asset]]) == key:
            continue
        revised = True
        if asset in prices.kept:
            said = "; ".join(difference(prices.kept[asset], prices.present[asset]))
        else:
            said = "by how much, only the snapshot could tell"
        say(f"  prices of {asset} up to {manifest.as_of} were revised since: {said}")
    if not revised and prices.present:
        say("  prices: not revised since")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _other_files(
    root: Path, folder: Path, manifest: Manifest, histories: Mapping[str, PriceHistory]
) -> list[str]:
    """Make the version again; the files that come out otherwise."""
    from generator.article.build import edition_of
    from generator.article.expectations import expect
    from generator.assembly.issue import report_files
    from generator.assembly.pages import expectations_file
    from generator.check.old_articles import read_article
    from generator.check.reading import load_spec
    from generator.edition.card import read_card
    from generator.publish.freeze import INGREDIENTS
    from generator.run.earlier import read_earlier
    from generator.run.old_articles import article_files
    from generator.spec.folders import SPEC_FILE
    from generator.spec.letter import load_letter
    from generator.spec.signals import signals_of

    before = {name: hash_ for name, hash_ in manifest.files.items() if Path(name).parts[0] != INGREDIENTS}
    inputs = folder / INGREDIENTS
    letter = load_letter(inputs)
    if not manifest.source:
        files = article_files(read_article(inputs / manifest.slug), letter)
        return _differing(before, files)
    earlier = read_earlier(root, folder)
    source = KeptSource(manifest.source, histories, manifest.absent, manifest.credit)
    with signals_of(inputs):
        spec = load_spec(inputs / manifest.slug / SPEC_FILE)
        report = answer(spec, letter, source, date.fromisoformat(manifest.as_of), earlier)
        expected = expectations_file(expect(report))
        made = edition_of(report)
    published = read_card(folder)
    # What was said of its prices was said by the records of that day.
    edition = replace(made, corrections=published.corrections, notices=published.notices)
    return _differing(before, (*report_files(edition, letter), expected))


def _differing(before: Mapping[str, str], files: Iterable[OutputFile]) -> list[str]:
    """The names of what was made that is not as it was before."""
    from generator.publish.freeze import sha256

    again = {file.path: sha256(file.content) for file in files}
    return sorted(name for name in again.keys() | before if again.get(name) != before.get(name))


def _changes_of_program(manifest: Manifest, code: str) -> str:
    """What is other about the program than when the issue was published; empty when nothing."""
    now = versions()
    other = [
        f"{name} {was} then, {now.get(name, 'none')} now"
        for name, was in manifest.made_with.items()
        if now.get(name) != was
    ]
    if manifest.code != f"sha256:{code}":
        other.insert(0, "code, templates, settings or lock are others than then")
    return "; ".join(other)
