"""How long after an edit ``precedent serve`` shows it: words, a template, a style, charts drawn anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.site.templating import TEMPLATES
from tests.projects import copy_project
from tests.test_serve import Served

SLUG = "2026-04-21-small-caps-ten-percent-month"
PAGE = f"/issues/{SLUG}/index.html"
WORDS, CHARTS = 3.0, 8.0
"""Seconds within which changed words or looks, and redrawn charts, are to be seen."""
REST = 5.0
"""Seconds between two edits, as a writer leaves: MkDocs is begun for the next one in them."""


def served_edits(work: Path, runs: int) -> Iterator[tuple[str, float, list[float]]]:
    """What is edited, the aim, and the seconds of each time until the page has it."""
    project = copy_project(work / "served")
    spec = project / "reports" / SLUG / "report.yml"
    text = spec.read_text(encoding="utf-8")

    def titled(word: str) -> None:
        spec.write_text(text.replace("title: Small caps", f"title: {word} small caps", 1), encoding="utf-8")

    def chart(word: str) -> None:
        # The name of the asset stands in every chart of the report.
        spec.write_text(text.replace("Russell 2000 fund", f"Russell 2000 {word} fund"), encoding="utf-8")

    edits = (
        ("serve, changed words", WORDS, PAGE, titled),
        ("serve, a template", WORDS, PAGE, lambda word: _own(project, "report/conclusion.md", f"\n{word}\n")),
        ("serve, a style", WORDS, "/assets/letter.css", lambda word: _style(project, word)),
        ("serve, redrawn charts", CHARTS, PAGE, chart),
    )
    serving = Served(project)
    try:
        serving.until(site="")
        time.sleep(REST)
        for name, aim, place, edit in edits:
            words = (f"{'abcdefgh'[number]}edited" for number in range(runs))
            yield name, aim, [_seconds(serving, place, edit, word) for word in words]
    finally:
        serving.process.kill()
        serving.process.communicate()


def _own(project: Path, name: str, added: str) -> None:
    """A template of the letter's own, as the program's is, and a word more."""
    own = project / "templates" / name
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text((TEMPLATES / name).read_text(encoding="utf-8") + added, encoding="utf-8")


def _style(project: Path, word: str) -> None:
    _own(project, "theme/assets/letter.css", f"\n.{word} {{ color: red }}\n")


def _seconds(serving: Served, place: str, edit: Callable[[str], None], word: str) -> float:
    """Seconds from an edit until what is served has its word."""
    before = serving.state()
    begun = time.perf_counter()
    edit(word)
    state = serving.until(site=before["site"])
    seconds = time.perf_counter() - begun
    if state["trouble"] or word not in serving.read(place):
        raise SystemExit(f"{place} does not show {word!r}: {state['trouble']}")
    time.sleep(REST)
    return seconds
