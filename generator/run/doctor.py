"""``precedent doctor``: a letter looked through, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator.core.errors import PrecedentError, SpecError
from generator.market.calendar import last_completed_session
from generator.run.site import watched
from generator.spec.letter import Letter, load_letter, source_of


@dataclass(frozen=True)
class Finding:
    """What was found: its subject, what is so, and whether something is to be done about it."""

    subject: str
    said: str
    to_do: bool = False


def examine(root: Path, source: str | None, secret: str | None, now: datetime) -> Iterator[Finding]:
    """Everything about a letter that is worth a word; nothing is changed but the price store.

    Parameters
    ----------
    source : whose prices are asked for; None for the letter's own.
    secret : what tokens in links are made with, if any.
    now : the present moment, in UTC.
    """
    from generator.check.reading import check

    problems = check(root)
    yield from (Finding("files", str(problem), True) for problem in problems)
    if not problems:
        yield Finding("files", "letter, watchlist, signals, pages, reports and articles have no mistakes")
    yield from _templates(root)
    try:
        letter = load_letter(root)
    except SpecError:
        return  # told above
    yield from _addresses(letter)
    yield from _archive(root)
    yield from _prices(root, letter, source, now)
    yield from _mail(letter, secret)
    yield from _policy(root, letter)


def _templates(root: Path) -> Iterator[Finding]:
    from generator.site.originals import state

    states = state(root)
    yield from (Finding("templates", why, True) for why in states.values() if why)
    whole = sum(not why for why in states.values())
    yield Finding("templates", f"{whole} of your own, copied from what the engine has now")


def _addresses(letter: Letter) -> Iterator[Finding]:
    if letter.base_url is None:
        yield Finding("address", "no base_url in letter.yml: no feed, and e-mails lead nowhere. Add it", True)
    else:
        yield Finding("address", letter.base_url)
    if letter.id is None:
        yield Finding(
            "address",
            "no id in letter.yml: when the address changes, feed readers take every issue for a new one. Add "
            "one, such as id: tag:example.org,2026:letter (before the first issue is out, or the feed's "
            "entries are new ones once)",
            True,
        )
    if letter.subscribe is None:
        yield Finding("address", "no subscribe in letter.yml: nothing leads readers to subscribe")


def _archive(root: Path) -> Iterator[Finding]:
    from generator.publish.freeze import published_issues
    from generator.publish.ledger import losses

    try:
        published = published_issues(root)
        lost = losses(root, published)
    except PrecedentError as error:
        yield Finding("archive", str(error), True)
        return
    yield from (Finding("archive", why, True) for why in lost.values())
    yield Finding("archive", f"{len(published)} published; 'precedent verify' looks through their files")


def _prices(root: Path, letter: Letter, source: str | None, now: datetime) -> Iterator[Finding]:
    try:
        prices = source_of(root, letter, source)
        asset = watched(root).benchmark or next(iter(prices.assets()), "")
        if not asset:
            yield Finding("prices", f"{prices.name}: no asset is known to ask for")
            return
        last, due = prices.history(asset).last, last_completed_session(asset, now)
    except PrecedentError as error:
        yield Finding("prices", str(error), True)
        return
    if prices.simulated:
        yield Finding("prices", f"{prices.name}: simulated, which is never published", True)
    elif asset in prices.stale:
        yield Finding("prices", f"{prices.name} cannot be reached; {asset} ends on {last}", True)
    elif last < due:
        said = f"{prices.name}: {asset} ends on {last}, and the session of {due} has closed since"
        yield Finding("prices", f"{said}. Bring newer prices", True)
    else:
        yield Finding("prices", f"{prices.name}: {asset} reaches {last}, the newest session")


def _mail(letter: Letter, secret: str | None) -> Iterator[Finding]:
    from generator.mail.message import imprint_of

    if letter.sender is None and letter.list_id is None and letter.postal_address is None:
        yield Finding("mail", "not set up; 'precedent send' needs sender, postal_address, list_id")
        return
    try:
        imprint_of(letter, secret)
    except SpecError as error:
        yield from (Finding("mail", str(problem), True) for problem in error.problems)
    except PrecedentError as error:
        yield Finding("mail", str(error), True)
    else:
        yield Finding("mail", "letter.yml has what sending needs")


def _policy(root: Path, letter: Letter) -> Iterator[Finding]:
    from generator.site.policy import check_policy

    if not (root / "site" / "index.html").exists():
        yield Finding("policy", "there is no site yet: run 'precedent report'")
        return
    try:
        blocked = check_policy(root / "site", letter.allow)
    except PrecedentError as error:
        yield Finding(
            "policy", f"{error} The site is older than letter.yml or the program: make it again", True
        )
        return
    yield from (Finding("policy", line, True) for line in blocked)
    if not blocked:
        yield Finding("policy", "pages ask for nothing that their policy blocks")
