"""An issue written for another platform: as it was published, or as it was made last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from generator.check.reading import list_slugs
from generator.core.errors import BadDataError, DataError, OutputError, RequestError
from generator.core.files import write_folder
from generator.export.issue import ARTICLE, Form, export_files
from generator.publish.freeze import published_issues, refuse_damage
from generator.site.addresses import issue_address
from generator.spec.folders import list_articles
from generator.spec.letter import load_letter


def export_issue(root: Path, slug: str, form: Form, tables: bool, say: Callable[[str], None]) -> None:
    """Write ``build/export/<slug>/<form>/``, whole.

    Raises
    ------
    RequestError : there is no such report.
    DataError : it is not made yet.
    BadDataError : what is published was changed since, or a picture cannot be had.
    OutputError : a file cannot be read or written.
    """
    published = published_issues(root)
    known = sorted({*list_slugs(root), *list_articles(root), *published})
    if slug not in known:
        raise RequestError(
            f"there is no report {slug[:80]!a} in reports/. There are: {', '.join(known) or 'none'}."
        )
    folder = root / "build" / "reports" / slug
    if slug in published:
        folder = published[slug].newest
        refuse_damage(folder)

    def read(name: str) -> bytes:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BadDataError(f"{ARTICLE} shows {name}, which is not beside it.")
        return path.read_bytes()

    try:
        text = (folder / ARTICLE).read_text(encoding="utf-8")
        letter = load_letter(root)
        files = export_files(text, read, form, tables, issue_address(letter, slug), letter.looks)
    except FileNotFoundError as error:
        raise DataError(f"{slug} is not made yet. Run 'precedent report {slug}' first.") from error
    except OSError as error:
        raise OutputError(f"cannot read {folder}: {error.strerror or error}.") from error
    place = root / "build" / "export" / slug / form
    write_folder(place, files)
    count = f", {len(files)} files" if len(files) > 1 else ""
    say(f"wrote {place.relative_to(root)}/{files[0].path if files else ''}{count}")
