"""Where reports lie: ``reports/<slug>/report.yml``, and what a slug may be."""

from __future__ import annotations

import re
from pathlib import Path

from generator.core.errors import Problem, RequestError
from generator.core.suggest import suggest
from generator.spec.models import NAME

REPORTS = "reports"
SPEC_FILE = "report.yml"
ARTICLE_FILE = "article.md"
"""An article that was written elsewhere, in the place of a spec."""
_YAML = re.compile(r".*\.ya?ml|report(\..*)?", re.IGNORECASE)
"""Names that are most likely meant for the spec's."""


def list_slugs(root: Path) -> list[str]:
    """Names of all folders in ``reports/`` that hold a spec, sorted."""
    return sorted(path.parent.name for path in (root / REPORTS).glob(f"*/{SPEC_FILE}"))


def list_articles(root: Path) -> list[str]:
    """Names of all folders in ``reports/`` that hold an article written elsewhere, sorted."""
    return sorted(path.parent.name for path in (root / REPORTS).glob(f"*/{ARTICLE_FILE}"))


def folders_without_spec(root: Path) -> list[Problem]:
    """What is wrong with each folder in ``reports/`` that holds neither a spec nor a published version.

    Most often the spec is misnamed there, and nothing else would tell: the report is just not made.
    """
    return [
        _without_spec(folder)
        for folder in sorted((root / REPORTS).glob("*"))
        if folder.is_dir() and not folder.name.startswith(".") and not _is_report(folder)
    ]


def written_file(folder: Path) -> Path | None:
    """What a person wrote of an issue in its folder: the spec or the article; None where neither is there."""
    return next((folder / n for n in (SPEC_FILE, ARTICLE_FILE) if (folder / n).exists()), None)


def _is_report(folder: Path) -> bool:
    return written_file(folder) is not None or (folder / "v1").is_dir()


def _without_spec(folder: Path) -> Problem:
    there = [name for path in sorted(folder.glob("*")) if not (name := path.name).startswith(".")]
    written = [name for name in there if name != SPEC_FILE and _YAML.fullmatch(name)]
    if len(written) == 1:
        todo = f"(found {written[0]}; rename it)"
    elif written:
        todo = f"(found {', '.join(written)}; rename the one that is the report)"
    else:
        found = "the folder is empty" if not there else "nor another YAML file"
        todo = f"({found}; write one, or take the folder out of {REPORTS}/)"
    return Problem(f"{REPORTS}/{folder.name}", None, "", f"there is no {SPEC_FILE} here {todo}.")


def checked_slug(root: Path, slug: str) -> str:
    """The slug, if it names a report of this project.

    Raises
    ------
    RequestError : it is not a name of small letters, digits and hyphens, or there is no such report; names
        the nearest one, or the file that is misnamed.
    """
    refuse_bad_slug(slug)
    slugs = list_slugs(root)
    if slug not in slugs:
        folder = root / REPORTS / slug
        if folder.is_dir() and not _is_report(folder):
            raise RequestError(str(_without_spec(folder)))
        advice = suggest(slug, slugs) if slugs else f"Write one with: precedent new {slug}"
        raise RequestError(f"there is no report '{slug}' in {REPORTS}/. {advice}")
    return slug


def refuse_bad_slug(slug: str) -> None:
    """Raise RequestError for a slug that could not be the name of a report's folder."""
    if not re.fullmatch(NAME, slug):
        raise RequestError(
            f"{slug[:80]!r} is not a report's name. Use up to 80 small letters, digits and hyphens, "
            "such as 2026-04-21-small-caps."
        )
