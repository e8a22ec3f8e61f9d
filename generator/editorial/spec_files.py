"""Where reports lie: ``reports/<slug>/report.yml``, and what a slug may be."""

from __future__ import annotations

import re
from pathlib import Path

from generator.editorial.spec_models import NAME
from generator.editorial.spec_problems import suggest
from generator.errors import RequestError

REPORTS = "reports"
SPEC_FILE = "report.yml"


def list_slugs(root: Path) -> list[str]:
    """Names of all folders in ``reports/`` that hold a spec, sorted."""
    return sorted(path.parent.name for path in (root / REPORTS).glob(f"*/{SPEC_FILE}"))


def checked_slug(root: Path, slug: str) -> str:
    """The slug, if it names a report of this project.

    Raises
    ------
    RequestError : it is not a name of small letters, digits and hyphens, or there is no such report; names
        the nearest one.
    """
    refuse_bad_slug(slug)
    slugs = list_slugs(root)
    if slug not in slugs:
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
