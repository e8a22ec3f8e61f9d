"""A new report: a commented spec that works as it stands."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

from generator.core.errors import RequestError
from generator.core.files import refuse_links, write_atomically
from generator.language.typed_numbers import holds, is_bare
from generator.spec.folders import REPORTS, SPEC_FILE, refuse_bad_slug

TEMPLATE = Path(__file__).with_name("new_report.yml")
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-?(.*)")


def new_spec(root: Path, slug: str) -> Path:
    """Write ``reports/<slug>/report.yml`` and return its path.

    The title comes from the slug; so does the date where the slug begins with one, else it is today.

    Raises
    ------
    RequestError : the slug is not one, or there is such a report already, which is left as it is.
    OutputError : the file cannot be written.
    """
    refuse_bad_slug(slug)
    refuse_links(root)
    path = root / REPORTS / slug / SPEC_FILE
    if path.parent.exists() and (not path.parent.is_dir() or any(path.parent.iterdir())):
        raise RequestError(
            f"there is a folder {REPORTS}/{slug} already; nothing was written. Take another name, or edit it."
        )
    day, words = _date_and_words(slug)
    title = words.replace("-", " ").strip().capitalize() or "Untitled"
    if is_bare(title):
        title = f"Report {title}"
    parts = {"slug": slug, "date": day, "title": json.dumps(title), "numbers": _numbers(title)}
    text = TEMPLATE.read_text(encoding="utf-8").format(**parts)
    write_atomically(path, text.encode())
    return path


def _numbers(title: str) -> str:
    """The list of numbers that may be typed: the title's own, or how to write one."""
    if holds(title, title):
        return (
            "as_written:                       # numbers that may be typed by hand, and why\n"
            f"  - {{text: {json.dumps(title)}, because: the title}}\n"
        )
    return (
        "# as_written:                     # numbers that may be typed by hand, and why\n"
        "#   - {text: Covid-19, because: a name}\n"
    )


def _date_and_words(slug: str) -> tuple[date, str]:
    today = datetime.now(UTC).date()
    match = _DATED.fullmatch(slug)
    if match is None:
        return today, slug
    try:
        return date.fromisoformat(match[1]), match[2]
    except ValueError:
        return today, slug
