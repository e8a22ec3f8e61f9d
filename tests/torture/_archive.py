"""A project with ten years of weekly issues: copies of real finished ones, each with a name of its own."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from generator.market.providers.sample import SampleSource
from generator.publish.freeze import INGREDIENTS, MANIFEST, Manifest, sha256
from generator.run.make import INPUTS
from tests.projects import copy_project

NEWEST = date(2026, 4, 10)
"""The day of the archive's last issue; the reports of the project itself are newer."""
TOPICS = (
    *("small caps", "large caps", "technology", "bonds", "gold", "oil", "energy", "banks", "housing"),
    *("momentum", "trend", "reversal", "volatility", "breadth", "seasonality", "weekly"),
)
RENAMED = ("index.md", "edition.json", "expectations.json")
COLUMNS = ("open", "high", "low", "close", "adjusted_close", "volume")


def project(place: Path) -> tuple[Path, str]:
    """A project, and a source of prices that counts as real: the sample market as CSV files."""
    prices = place / "prices"
    prices.mkdir(parents=True)
    market = SampleSource()
    for asset in market.assets():
        history = market.history(asset)
        columns = [history.field(name) for name in COLUMNS]
        lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
        for row, day in enumerate(history.sessions):
            lines.append(",".join([str(day), *(f"{column[row]:.6g}" for column in columns)]))
        (prices / f"{asset}.csv").write_text("\n".join(lines) + "\n")
    return copy_project(place / "letter"), f"files:{prices}"


def add_published(root: Path, count: int) -> list[str]:
    """Give the project this many published issues, a week apart, copied in turn from the reports that it has
    finished; their slugs."""
    models = sorted(marker.parent for marker in (root / "build" / "reports").glob(f"*/{INPUTS}"))
    return [_copy(models[number % len(models)], root / "reports", number) for number in range(count)]


def add_week(root: Path) -> str:
    """Give the project one more issue to be made, the newest report's twin of a week later; its slug. It ends
    a day earlier, so that its charts are others."""
    newest = max((root / "reports").glob("*/report.yml"), key=lambda spec: spec.parent.name)
    text = newest.read_text(encoding="utf-8")
    found = re.search(r"^date: '?([\d-]+)'?$", text, re.MULTILINE)
    assert found
    day = date.fromisoformat(found[1]) + timedelta(weeks=1)
    slug = f"{day}-one-more"
    shutil.copytree(newest.parent, root / "reports" / slug)
    text = text.replace(found[0], f"date: {day}")
    text = re.sub(r"^as_of: (\S+)$", _day_before, text, flags=re.MULTILINE)
    # On the day before nothing need have begun.
    text = re.sub(r"^ *present: .*\n", "", text, flags=re.MULTILINE)
    (root / "reports" / slug / "report.yml").write_text(text, "utf-8")
    return slug


def _day_before(found: re.Match[str]) -> str:
    return f"as_of: {date.fromisoformat(found[1]) - timedelta(days=1)}"


def _copy(model: Path, reports: Path, number: int) -> str:
    day = NEWEST - timedelta(weeks=number)
    card = json.loads((model / "edition.json").read_bytes())
    slug = f"{day}-issue-{number}"
    version = reports / slug / "v1"
    shutil.copytree(model, version, ignore=shutil.ignore_patterns(INPUTS))
    _rename(version, card, slug, f"{card['title']}, no. {number}", day, number)
    spec = f"title: {card['title']}, no. {number}\n"
    (reports / slug / "report.yml").write_text(spec)
    kept = version / INGREDIENTS / slug
    kept.mkdir(parents=True)
    (kept / "report.yml").write_text(spec)
    _write_manifest(version, slug, day, card["as_of"], spec)
    return slug


def _rename(version: Path, card: dict[str, object], slug: str, title: str, day: date, number: int) -> None:
    tags = sorted({TOPICS[(number * step) % len(TOPICS)] for step in (1, 3, 7)})
    words = (
        (f'"slug":{_json(card["slug"])}', f'"slug":{_json(slug)}'),
        (f'"date":{_json(card["date"])}', f'"date":{_json(str(day))}'),
        (f'"title":{_json(card["title"])}', f'"title":{_json(title)}'),
        (f'"tags":{_json(card["tags"])}', f'"tags":{_json(tags)}'),
        (f"title: {_json(card['title'])}\n", f"title: {_json(title)}\n"),
        (f"slug: {_json(card['slug'])}\n", f"slug: {_json(slug)}\n"),
        (f"tags: {json.dumps(card['tags'], ensure_ascii=False)}\n", f"tags: {json.dumps(tags)}\n"),
        (f'date: "{card["date"]}"\n', f'date: "{day}"\n'),
        (f"# {card['title']}\n", f"# {title}\n"),
    )
    for name in RENAMED:
        text = (version / name).read_text(encoding="utf-8")
        for old, new in words:
            text = text.replace(old, new)
        (version / name).write_text(text, encoding="utf-8")


def _write_manifest(version: Path, slug: str, day: date, as_of: str, spec: str) -> None:
    files = {
        str(path.relative_to(version)): sha256(path.read_bytes())
        for path in sorted(version.rglob("*"))
        if path.is_file()
    }
    manifest = Manifest(
        slug=slug,
        version=1,
        date=str(day),
        as_of=as_of,
        source="files",
        snapshots={},
        absent={},
        spec=sha256(spec.encode()),
        code="",
        made_with={},
        files=files,
    )
    (version / MANIFEST).write_text(json.dumps(asdict(manifest)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
