"""A project with ten years of weekly issues: copies of real finished ones, each with a name of its own."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

from generator.pipeline import INPUTS

NEWEST = date(2026, 4, 10)
"""The last issue of the archive: older than any issue of the sample project, which stay the newest."""
TOPICS = (
    *("small caps", "large caps", "technology", "bonds", "gold", "oil", "energy", "banks", "housing"),
    *("momentum", "trend", "reversal", "volatility", "breadth", "seasonality", "weekly"),
)
RENAMED = ("index.md", "card.json", "entry.html", "expectations.json", "edition.json")


def add_issues(project: Path, count: int) -> list[str]:
    """Put this many finished issues, a week apart, beside those that the project has made; their slugs.

    Each is a copy of one of those, in turn, with a slug, title, date and topics of its own.
    """
    finished = project / "build" / "reports"
    models = sorted(marker.parent for marker in finished.glob(f"*/{INPUTS}"))
    return [_copy(models[number % len(models)], finished, number) for number in range(count)]


def _copy(model: Path, finished: Path, number: int) -> str:
    day = NEWEST - timedelta(weeks=number)
    card = json.loads((model / "card.json").read_bytes())
    slug, title = f"{day}-issue-{number}", f"{card['title']}, no. {number}"
    tags = [TOPICS[(number * step) % len(TOPICS)] for step in (1, 3, 7)]
    words = (
        (f'"slug":{_json(card["slug"])}', f'"slug":{_json(slug)}'),
        (f'"date":{_json(card["date"])}', f'"date":{_json(str(day))}'),
        (f'"title":{_json(card["title"])}', f'"title":{_json(title)}'),
        (f'"tags":{_json(card["tags"])}', f'"tags":{_json(sorted(set(tags)))}'),
        (f"title: {json.dumps(card['title'])}\n", f"title: {json.dumps(title)}\n"),
        (f'date: "{card["date"]}"\n', f'date: "{day}"\n'),
        (f"<h1>{card['title']}</h1>", f"<h1>{title}</h1>"),
    )
    shutil.copytree(model, finished / slug)
    for name in RENAMED:
        path = finished / slug / name
        text = path.read_text(encoding="utf-8")
        for old, new in words:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return slug


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
