"""Old addresses of issues: ``aliases:`` in ``letter.yml``, each with the slug that it leads to."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from generator.check.own_pages import TAKEN
from generator.core.errors import Problem
from generator.core.suggest import suggest
from generator.publish.freeze import published_issues
from generator.publish.ledger import withdrawn
from generator.spec.folders import REPORTS, list_articles, list_slugs
from generator.spec.letter import LETTER_FILE, Letter


def address_of(alias: str) -> str:
    """Where an alias is on the site: a slug among the issues, anything else from the site's root. A folder
    has no page's name at its end."""
    return alias.strip("/") if "/" in alias else f"issues/{alias}"


def check_aliases(root: Path, letter: Letter) -> list[Problem]:
    """Aliases that lead to no issue, or stand where one is."""
    if not letter.aliases:
        return []  # What is published need not be whole for a letter to be checked.
    there = {*list_slugs(root), *list_articles(root), *published_issues(root)}
    gone = withdrawn(root)
    problems = []
    for alias, slug in letter.aliases.items():
        if slug not in there:
            said = f"there is no issue '{slug}'. {suggest(slug, sorted(there))}"
            problems.append(Problem(LETTER_FILE, None, f"aliases.{alias}", said))
        if (name := address_of(alias).removeprefix("issues/")) in there | gone.keys():
            problems.append(collision(alias, f"the issue {name}"))
        elif (page := address_of(alias).removesuffix("/index.html")) in TAKEN:
            problems.append(collision(alias, f"the site's own page {page}/"))
    return problems


def check_names(root: Path) -> list[Problem]:
    """Reports and articles under the name of an issue that was taken back, which no other can have."""
    gone = withdrawn(root)
    return [
        Problem(
            f"{REPORTS}/{slug}",
            None,
            "",
            f"an issue of this name was taken back on {gone[slug].withdrawn}, and its address says so. "
            "Rename the folder.",
        )
        for slug in (*list_slugs(root), *list_articles(root))
        if slug in gone
    ]


def collision(alias: str, what: str) -> Problem:
    """An alias stands in the place of something else."""
    said = f"is the address of {what}. Take it out: an address leads to one place."
    return Problem(LETTER_FILE, None, f"aliases.{alias}", said)


def served(letter: Letter, slugs: Collection[str]) -> dict[str, str]:
    """Of the aliases those that lead to one of these issues."""
    return {alias: slug for alias, slug in letter.aliases.items() if slug in slugs}
