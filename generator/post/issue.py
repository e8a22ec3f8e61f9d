"""Whether an issue may go out: made, by a person, from real prices that reach up to its date."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generator.editorial.draft import REMARK
from generator.editorial.edition import Edition
from generator.editorial.spec_files import REPORTS, SPEC_FILE
from generator.editorial.spec_studies import assets_read
from generator.editorial.specs import list_slugs, load_spec
from generator.errors import DataError, OutputError, RequestError
from generator.market.asof import common_sessions
from generator.market.calendar import DAY
from generator.market.faults import LONG_HOLIDAY, knows_holidays
from generator.press.codec import edition_in
from generator.press.email import MESSAGE
from generator.press.freeze import published_issues, refuse_damage


def load_issue(root: Path, slug: str) -> bytes:
    """The message of an issue: as it was published, or as it was made last where it is not published.

    Raises
    ------
    RequestError : there is no such report, or it is a draft that nobody has edited.
    BadDataError : what is published was changed since.
    SpecError : mistakes in the spec of what is not published.
    DataError : it is not made yet, or its prices are simulated or stale.
    """
    published = published_issues(root)
    known = sorted({*list_slugs(root), *published})
    if slug not in known:
        raise RequestError(
            f"there is no report {slug[:80]!a} in reports/. There are: {', '.join(known) or 'none'}."
        )
    if slug in published:
        refuse_damage(published[slug].newest)
        edition, message = _read(slug, published[slug].newest)
    else:
        edition, message = _read(slug, root / "build" / "reports" / slug)
        _check_written(root, edition)
        _check_newest(root, edition)
    if edition.simulated:
        raise DataError(f"{edition.slug} is made from simulated prices, which are not sent to anybody.")
    return message


def _read(slug: str, folder: Path) -> tuple[Edition, bytes]:
    try:
        edition = edition_in(folder)
        message = (folder / MESSAGE).read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{slug} is not made yet. Run 'precedent report {slug} --strict' first.") from error
    except OSError as error:
        raise OutputError(f"cannot read {folder}: {error.strerror or error}.") from error
    return edition, message


def _check_written(root: Path, edition: Edition) -> None:
    """Refuse a draft that nobody has read; one that was published has had its reader."""
    spec = (root / REPORTS / edition.slug / SPEC_FILE).read_text(encoding="utf-8")
    if spec.startswith(REMARK) or "draft" in edition.tags:
        raise RequestError(
            f"{REPORTS}/{edition.slug}/{SPEC_FILE} is a draft. Read and edit it, remove its first line, make "
            "it again."
        )


def _check_newest(root: Path, edition: Edition) -> None:
    """Refuse prices that miss a session, of all the assets that the report reads, before the issue's date.

    An edition does not say whether its source could be reached; it says where its prices end. What is
    published was held to this when it was.
    """
    assets = assets_read(load_spec(root / REPORTS / edition.slug / SPEC_FILE))
    last, date = np.datetime64(edition.as_of, "D"), np.datetime64(edition.date, "D")
    # Where an exchange's holidays are not known, it may have been closed since.
    if not all(knows_holidays(asset, last, max(last, date)) for asset in assets):
        last += LONG_HOLIDAY
    missed = common_sessions(assets, last + DAY, date - DAY)
    if len(missed):
        raise DataError(
            f"{edition.slug} is dated {edition.date} but its prices end on {edition.as_of}, before "
            f"the session of {missed[-1]}. Make it again with newer prices, or correct its date."
        )
