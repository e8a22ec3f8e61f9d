"""The command line inside a test: run it, and see which files it touched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import yaml
from click.testing import CliRunner, Result

from generator.charts import compose
from generator.charts.compose import picture
from generator.charts.studio import Studio, Task
from generator.charts.style import FormName
from generator.cli.main import main
from generator.edition.figures import Figure, OwnDrawing
from generator.language.own_words import current
from generator.spec.looks import Looks
from tests.projects import copy_project

LOCK = "build/.lock"


def run(*arguments: str, project: Path | None = None) -> Result:
    """Run ``precedent`` in this process; an exception that is no message fails the test.

    Charts are drawn in it too, and those of an earlier run are not drawn again: two processes and twenty
    charts cost more than all else that a small run does. Tests of what other processes draw start the command
    as a process.
    """
    where = [] if project is None else ["--project", str(project)]
    with _drawn_once():
        return CliRunner().invoke(main, [*where, *arguments], catch_exceptions=False)


@contextmanager
def _drawn_once() -> Iterator[None]:
    order = Studio.order

    def only_own(studio: Studio, tasks: Iterable[Task]) -> None:
        """What a letter's own code draws is drawn elsewhere, as ever: this process stays as it is."""
        order(studio, [task for task in tasks if isinstance(task[0], OwnDrawing)])

    def kept(figure: Figure, form: Form, simulated: bool, looks: Looks) -> bytes:
        if isinstance(figure, OwnDrawing):
            return picture(figure, form, simulated, looks)
        return _picture(figure, form, simulated, looks, tuple(current().items()))

    with patch.object(Studio, "order", only_own), patch.object(compose, "picture", kept):
        yield


@contextmanager
def ascii_files() -> Iterator[None]:
    """Files that are not said to be of an encoding are read as ASCII, whatever the machine's own."""
    with patch("io.text_encoding", lambda encoding, stacklevel=2: encoding or "ascii"):
        yield


Form = FormName | Literal["spots"]


@lru_cache(maxsize=500)
def _picture(figure: Figure, form: Form, simulated: bool, looks: Looks, words: object) -> bytes:
    """A picture hangs on these alone, and on the words of the letter."""
    return picture(figure, form, simulated, looks)


def refused(result: Result, code: int) -> str:
    """The one message on stderr of a run that ended with this exit code and printed no answer."""
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert result.stderr.strip()
    return result.stderr


def listing(root: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes, except the lock, which holds nothing."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and str(path.relative_to(root)) != LOCK
    }


def times(root: Path) -> dict[str, int]:
    """When every file below a folder was last written."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(root.rglob("*")) if path.is_file()}


def project_with(place: Path, **specs: object) -> Path:
    """A project whose reports are these, by slug (an underscore stands for a hyphen)."""
    copy_project(place, reports=False)
    for slug, spec in specs.items():
        write_spec(place, slug.replace("_", "-"), spec)
    return place


def watch(root: Path, *assets: str) -> None:
    """Let a project watch these alone: with all of its own list, a run takes several times as long."""
    funds = {asset: f"fund {asset}" for asset in assets}
    watchlist = {"benchmark": assets[0], "groups": {"Funds": funds}}
    (root / "watchlist.yml").write_text(yaml.safe_dump(watchlist, sort_keys=False))


def write_spec(root: Path, slug: str, spec: object) -> None:
    """Write a report's spec: a mapping, or the YAML text itself."""
    folder = root / "reports" / slug
    folder.mkdir(parents=True, exist_ok=True)
    text = spec if isinstance(spec, str) else yaml.safe_dump(spec, sort_keys=False, allow_unicode=True)
    (folder / "report.yml").write_text(text, encoding="utf-8")


def small_spec(
    when: str = "close > 0", asset: str = "IWM", columns: Sequence[Mapping[str, str]] = (), **more: object
) -> dict[str, object]:
    """A spec of one study that is quick to make."""
    study: dict[str, object] = {"asset": asset, "when": when, "bars": "monthly", "horizons": ["1M", "3M"]}
    if columns:
        study["columns"] = list(columns)
    return {
        "title": "A small report",
        "date": "2026-04-21",
        "assets": {asset: "Russell 2000"},
        "studies": {"only": study},
        "sections": ["key_points", {"study": "only"}, "conclusion", "method"],
        **more,
    }


def page(root: Path, slug: str) -> str:
    """The built page of an issue."""
    return (root / "site" / "issues" / slug / "index.html").read_text(encoding="utf-8")
