"""Whether an issue may go out: made, by a person, from real prices that reach up to its date."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generator.check.reading import list_slugs, load_spec
from generator.core.errors import DataError, OutputError, RequestError
from generator.desk.draft import REMARK
from generator.edition.card import Card, read_card
from generator.mail.email import MESSAGE
from generator.market.asof import common_sessions
from generator.market.quality.faults import LONG_HOLIDAY, knows_holidays
from generator.market.timetable import DAY
from generator.publish.freeze import published_issues, refuse_damage
from generator.spec.folders import REPORTS, SPEC_FILE, list_articles
from generator.spec.studies import assets_read


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
    known = sorted({*list_slugs(root), *list_articles(root), *published})
    if slug not in known:
        raise RequestError(
            f"there is no report {slug[:80]!a} in reports/. There are: {', '.join(known) or 'none'}."
        )
    if slug in published:
        refuse_damage(published[slug].newest)
        card, message = _read(slug, published[slug].newest)
    else:
        card, message = _read(slug, root / "build" / "reports" / slug)
        if slug not in list_articles(root):  # those have no prices that could be old
            _check_written(root, card)
            _check_newest(root, card)
    if card.simulated:
        raise DataError(f"{card.slug} is made from simulated prices, which are not sent to anybody.")
    return message


def _read(slug: str, folder: Path) -> tuple[Card, bytes]:
    try:
        message = (folder / MESSAGE).read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{slug} is not made yet. Run 'precedent report {slug} --strict' first.") from error
    except OSError as error:
        raise OutputError(f"cannot read {folder}: {error.strerror or error}.") from error
    return read_card(folder), message


def _check_written(root: Path, card: Card) -> None:
    """Refuse a draft that nobody has read; one that was published has had its reader."""
    spec = (root / REPORTS / card.slug / SPEC_FILE).read_text(encoding="utf-8")
    if spec.startswith(REMARK) or "draft" in card.tags:
        raise RequestError(
            f"{REPORTS}/{card.slug}/{SPEC_FILE} is a draft. Read and edit it, remove its first line, make "
            "it again."
        )


def _check_newest(root: Path, card: Card) -> None:
    """Refuse prices that miss a session, of all the assets that the report reads, before the issue's date.

    A card does not say whether its source could be reached; it says where its prices end. What is
    published was held to this when it was.
    """
    assets = assets_read(load_spec(root / REPORTS / card.slug / SPEC_FILE))
    last, date = np.datetime64(card.as_of, "D"), np.datetime64(card.date, "D")
    # Where an exchange's holidays are not known, it may have been closed since.
    if not all(knows_holidays(asset, last, max(last, date)) for asset in assets):
        last += LONG_HOLIDAY
    missed = common_sessions(assets, last + DAY, date - DAY)
    if len(missed):
        raise DataError(
            f"{card.slug} is dated {card.date} but its prices end on {card.as_of}, before "
            f"the session of {missed[-1]}. Make it again with newer prices, or correct its date."
        )
