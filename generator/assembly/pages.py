"""The site's own pages, and the folder that MkDocs reads: everything is made from the finished reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from generator.assembly.discovery import discovery_files
from generator.assembly.docs import Docs
from generator.assembly.feed import in_feed
from generator.assembly.issue import PAGE, markdown_page, spots_of
from generator.assembly.issues import (
    EXPECTATIONS,
    UNPUBLISHED,
    Around,
    issue_page,
    older_versions,
    superseded_page,
)
from generator.assembly.scorecard_csv import scorecard_csv
from generator.assembly.survey_pages import survey_files, week_view
from generator.assembly.theme import look_settings, theme_files
from generator.check.aliases import address_of, collision, served
from generator.check.own_pages import OwnPage, load_pages
from generator.core.errors import OutputError, SpecError
from generator.core.files import OutputFile, write_atomically
from generator.core.json_values import read_json, write_json
from generator.core.names import free_name, slug
from generator.core.shelf import KEPT, Shelf
from generator.edition.card import Card, read_card
from generator.language.own_words import words
from generator.output.calibration import calibration, survivorship
from generator.pages.guide import THRESHOLDS
from generator.pages.scorecard import score_page
from generator.pages.shelves import SHELVES, lines, shelves
from generator.pages.survey_site import SurveySite
from generator.publish.ledger import Entry, withdrawn
from generator.scorecard.outcomes import Scorecard
from generator.scorecard.values import Expectations
from generator.site.addresses import issue_address, site_address
from generator.site.meta import home_meta
from generator.site.pictures import packed_spots
from generator.site.policy import policy
from generator.site.search import INDEX, search_index
from generator.site.templating import render
from generator.spec.letter import Letter

ON_THE_HOME_PAGE = 12
"""How many earlier issues the home page lists; the archive lists all."""
NAVIGATION = (
    ("Latest", "index.md"),
    ("Archive", "archive/index.md"),
    ("Signals", "signals/index.md"),
    ("Scorecard", "scorecard/index.md"),
    ("How to read", "how-to-read/index.md"),
)


@dataclass(frozen=True)
class Topic:
    """A tag, the folder of its page, and the issues that carry it, newest first."""

    name: str
    folder: str
    cards: tuple[Card, ...]


def assemble(
    folders: Sequence[Path],
    letter: Letter,
    root: Path,
    scorecard: Scorecard,
    survey: SurveySite,
    surveyed: Sequence[OutputFile] | None = None,
    expected: Sequence[Expectations] = (),
    read: Mapping[Path, Card] = MappingProxyType({}),
) -> date:
    """Put together ``build/docs``, ``build/theme`` and ``build/letter.yml``, which the site is built from.

    Parameters
    ----------
    folders : the folders of the finished reports (what ``report_files`` made), in any order.
    root : the project's folder.
    scorecard : what these reports expected and what has happened since.
    survey : the pages of signals and assets.
    surveyed : their files; None makes them.
    expected : what the reports expected; the archive files them by the assets and signals of their studies.
    read : the cards that were read already, by their folders.

    Returns
    -------
    The site's date: the newest as-of date of an issue, of the scorecard or of the survey.

    Raises
    ------
    BadDataError : a report's card cannot be read; make that report again.
    SpecError : mistakes in the letter's own pages.
    OutputError : a file cannot be written; the next run puts ``build/docs`` right.
    """
    whole = ((read.get(folder) or read_card(folder), folder) for folder in folders)
    issues = sorted(whole, key=lambda issue: _age(issue[0]))
    cards = tuple(card for card, _ in issues)
    folder = root / "build" / "docs"
    try:
        filed, own = topics(cards), load_pages(root)
        docs = Docs(folder)
        for number, (card, made) in enumerate(issues):
            _write_issue(docs, card, made, letter, _around(cards, number, filed))
        files = [
            *site_pages(cards, letter, scorecard, survey, _lead_spots(issues)),
            *_archive_pages(cards, {issue.slug: issue for issue in expected}),
            *(_topic_page(topic, letter) for topic in filed),
            scorecard_csv(scorecard),
            *(survey_files(survey, letter) if surveyed is None else surveyed),
            *discovery_files(issues, letter),
        ]
        files += (_withdrawn_page(slug, entry, letter) for slug, entry in withdrawn(root).items())
        files += (file for page in own for file in _own_page(page, survey.simulated))
        # A page of the letter's own may stand in the place of one of the site's.
        for path, content in {file.path: file.content for file in files}.items():
            docs.write(path, content)
        _write_redirects(docs, letter, cards)
        docs.finish(INDEX)
        docs.write(INDEX, search_index(folder, Shelf(root / KEPT / "search")))
        theme = Docs(root / "build" / "theme")
        for file in theme_files(letter.looks):
            theme.write(file.path, file.content)
        theme.finish()
    except OSError as error:
        place = error.filename or folder
        raise OutputError(f"cannot write {place}: {error.strerror or error}. The old site stays.") from error
    write_atomically(root / "build" / "letter.yml", site_settings(cards, letter, survey.simulated, own))
    days = [date.fromisoformat(card.as_of) for card in cards]
    days += [day for day in (scorecard.as_of, survey.as_of) if day is not None]
    return max(days, default=date(1990, 1, 1))


def _write_issue(docs: Docs, card: Card, folder: Path, letter: Letter, around: Around) -> None:
    """An issue's page and its files, and those of the versions before it."""
    place = f"issues/{card.slug}"
    docs.copy(folder, place, UNPUBLISHED)
    docs.write(f"{place}/{PAGE}", issue_page(card, folder, letter, around))
    for older, correction in zip(older_versions(folder), card.corrections, strict=True):
        before = f"{place}/{older.name}"
        docs.copy(older, before, UNPUBLISHED)
        docs.write(f"{before}/{PAGE}", superseded_page(read_card(older), older, letter, correction))


def expectations_file(expectations: Expectations) -> OutputFile:
    """The file that keeps a report's expectations among its other files."""
    return OutputFile(EXPECTATIONS, write_json(expectations))


def read_expectations(folder: Path) -> Expectations:
    """What a finished report expected.

    Raises
    ------
    BadDataError : it cannot be read.
    OutputError : it is not there.
    """
    path = folder / EXPECTATIONS
    try:
        return read_json(path.read_bytes(), Expectations, str(path))
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}. Make the report again.") from error


def _lead_spots(issues: Sequence[tuple[Card, Path]]) -> str:
    """The hot spots of the newest issue's lead chart, which the home page shows too."""
    lead, folder = (issues[0][0].lead, issues[0][1]) if issues else (None, None)
    if lead is None or folder is None:
        return ""
    return packed_spots((folder / spots_of(lead)).read_text(encoding="utf-8"))


def site_pages(
    cards: tuple[Card, ...], letter: Letter, scorecard: Scorecard, survey: SurveySite, spots: str = ""
) -> tuple[OutputFile, ...]:
    """Home, archive, scorecard, topics, how to read and about.

    Parameters
    ----------
    cards : those of the issues, newest first.
    spots : the hot spots of the newest one's lead chart, packed.
    """
    years = tuple((year, tuple(group)) for year, group in groupby(cards, key=lambda card: card.date[:4]))
    simulated = survey.simulated or any(card.simulated for card in cards)
    pages = (
        ("index.md", letter.name, letter.tagline, "site/home.html"),
        ("archive/index.md", "Archive", f"Every issue of {letter.name}, newest first.", "site/archive.html"),
        (
            "scorecard/index.md",
            "Scorecard",
            f"What every issue of {letter.name} suggested, and what has happened since.",
            "site/scorecard.html",
        ),
        ("tags/index.md", "Topics", f"Every issue of {letter.name} by topic.", "site/topics.html"),
        ("how-to-read/index.md", "How to read", "What every number means.", "site/how-to-read.html"),
        ("about/index.md", "About", f"What {letter.name} is and how it is made.", "site/about.html"),
    )
    values = {
        "cards": cards,
        "years": years,
        "topics": topics(cards),
        "letter": letter,
        "score": score_page(scorecard),
        "week": week_view(survey, "signals/"),
        "shown": ON_THE_HOME_PAGE,
        "rule": THRESHOLDS,
        "calibration": calibration(),
        "survivorship": survivorship(),
        "spots": spots,
        "told": lines(cards),
        "shelves": SHELVES,
    }
    head = {"index.md": {"home": True, **home_meta(cards[0].slug if cards else None, letter)}}
    return tuple(
        OutputFile(
            path,
            markdown_page(
                title,
                description,
                render(template, **values),
                simulated,
                more=head.get(path),
            ),
        )
        for path, title, description, template in pages
    )


def topics(cards: tuple[Card, ...]) -> tuple[Topic, ...]:
    """The tags in alphabetical order, each with its issues and a folder of its own."""
    names = sorted({tag for card in cards for tag in card.tags}, key=lambda name: (name.casefold(), name))
    folders: list[str] = []
    for name in names:
        folders.append(free_name(slug(name), folders.__contains__))
    return tuple(
        Topic(name, folder, tuple(card for card in cards if name in card.tags))
        for name, folder in zip(names, folders, strict=True)
    )


def _archive_pages(cards: tuple[Card, ...], expected: Mapping[str, Expectations]) -> Iterator[OutputFile]:
    """The issues by asset, by signal and by verdict, each on a page of its own."""
    simulated = any(card.simulated for card in cards)
    for shelf in shelves(cards, expected):
        title = f"Archive by {shelf.by}"
        body = render("site/shelf.html", shelf=shelf, title=title, shelves=SHELVES)
        yield OutputFile(
            f"archive/{shelf.folder}/index.md",
            markdown_page(title, f"Every issue by {shelf.by}, newest first.", body, simulated),
        )


def _topic_page(topic: Topic, letter: Letter) -> OutputFile:
    return OutputFile(
        f"tags/{topic.folder}/index.md",
        markdown_page(
            topic.name,
            f"Every issue of {letter.name} on this topic, newest first.",
            render("site/topic.html", topic=topic, told=lines(topic.cards)),
            any(card.simulated for card in topic.cards),
        ),
    )


def navigation(own: Sequence[OwnPage]) -> tuple[tuple[str, str], ...]:
    """The bar on top: the site's own pages, and those of the letter whose header says so."""
    added = {f"{page.name}/index.md": page.header.nav for page in own if page.header.nav is not None}
    kept = [(title, path) for title, path in NAVIGATION if path not in added]
    return (*kept, *((title, path) for path, title in added.items()))


def _withdrawn_page(slug: str, entry: Entry, letter: Letter) -> OutputFile:
    """What stands at the address of an issue that was taken back."""
    body = render("site/withdrawn.html", date=str(entry.withdrawn), reason=entry.reason, letter=letter)
    title = "This issue was taken back"
    return OutputFile(
        f"issues/{slug}/index.md", markdown_page(title, title, body, False, {"withdrawn": True})
    )


def _write_redirects(docs: Docs, letter: Letter, cards: Sequence[Card]) -> None:
    """A page at every old address of these issues, which leads on without a script.

    Raises
    ------
    SpecError : something else has the address.
    """
    titles = {card.slug: card.title for card in cards}
    for alias, issue in served(letter, titles).items():
        address = address_of(alias)
        page = f"{address.removesuffix('.html')}.md" if address.endswith(".html") else f"{address}/{PAGE}"
        if docs.has(page):
            raise SpecError([collision(alias, "another page")])
        up = "../" * page.count("/")
        target = f"{up}issues/{issue}/"
        body = render("site/moved.html", title=titles[issue], target=target)
        more = {"moved": target, "moved_to": issue_address(letter, issue)}
        docs.write(page, markdown_page(titles[issue], titles[issue], body, False, more))


def _own_page(page: OwnPage, simulated: bool) -> Iterator[OutputFile]:
    """A page of the letter's own and its pictures; one that is called as a page of the site's replaces it."""
    header = page.header
    written = markdown_page(header.title, header.description or header.title, page.text, simulated)
    yield OutputFile(f"{page.name}/index.md", written)
    for name, content in page.pictures.items():
        yield OutputFile(f"{page.name}/{name}", content)


def site_settings(
    cards: tuple[Card, ...], letter: Letter, simulated: bool = False, own: Sequence[OwnPage] = ()
) -> bytes:
    """What MkDocs needs to know from the letter, as ``mkdocs.yml`` inherits it (JSON is YAML too)."""
    settings = {
        "site_name": letter.name,
        "site_description": letter.tagline,
        "site_author": letter.author,
        "site_url": site_address(letter),
        "nav": [{title: path} for title, path in navigation(own)],
        "extra": {
            "letter": {
                "name": letter.name,
                "tagline": letter.tagline,
                "author": letter.author,
                "disclaimer": letter.disclaimer,
                "subscribe": letter.subscribe_link,
                "policy": policy(letter.allow),
                "simulated": {"title": words("simulated.title"), "made_up": words("simulated.made_up")},
                **look_settings(letter.looks),
            },
            "simulated": simulated or any(card.simulated for card in cards),
            "feed": bool(in_feed(cards, letter)),
        },
    }
    return json.dumps(settings, indent=2).encode() + b"\n"


def _age(card: Card) -> tuple[int, str]:
    return -date.fromisoformat(card.date).toordinal(), card.slug


def _around(cards: tuple[Card, ...], number: int, filed: tuple[Topic, ...]) -> Around:
    """The neighbours and topics of an issue; the issues' cards come newest first."""
    return Around(
        older=cards[number + 1] if number + 1 < len(cards) else None,
        newer=cards[number - 1] if number > 0 else None,
        topics=[(topic.name, topic.folder) for topic in filed if topic.name in cards[number].tags],
    )
