"""The command line inside a test: run it, and see which files it touched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from click.testing import CliRunner, Result

from generator.cli.main import main
from tests.projects import copy_project

LOCK = "build/.lock"


def run(*arguments: str, project: Path | None = None) -> Result:
    """Run ``precedent`` in this process; an exception that is no message fails the test."""
    where = [] if project is None else ["--project", str(project)]
    return CliRunner().invoke(main, [*where, *arguments], catch_exceptions=False)


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
