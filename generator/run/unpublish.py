"""``precedent unpublish``: an issue taken back for good; a page at its address says so."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from generator.core.errors import OutputError, RequestError
from generator.core.files import project_lock
from generator.core.suggest import suggest
from generator.publish.freeze import published_issues
from generator.publish.ledger import withdraw
from generator.spec.folders import REPORTS

LONGEST = 500


def unpublish(root: Path, slug: str, reason: str, today: date) -> None:
    """Remove a published issue and its spec, and keep its line with the day and the reason.

    The line comes first: a run that ends before the folder is gone leaves an issue that every later run asks
    to have removed.

    Raises
    ------
    RequestError : it is not published, or the reason is none that a page can show.
    OutputError : the ledger cannot be written, or a folder not removed.
    """
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST:
        raise RequestError(
            f"the reason is what readers find in its place: a sentence of up to {LONGEST} characters."
        )
    with project_lock(root):
        published = published_issues(root)
        if slug not in published:
            raise RequestError(
                f"there is no published issue '{slug[:80]}'. {suggest(slug, published)}".rstrip()
            )
        withdraw(root, published, slug, today, said)
        for folder in (root / REPORTS / slug, root / "build" / "reports" / slug):
            try:
                if folder.exists():
                    shutil.rmtree(folder)
            except OSError as error:
                raise OutputError(f"cannot remove {folder}: {error.strerror or error}. Remove it.") from error
