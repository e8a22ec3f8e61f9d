"""Ten years of weekly issues: what the archive costs to build, and what it asks of a reader."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generator.site.search import INDEX
from generator.site.templating import TEMPLATES
from tests.running import listing, project_with, small_spec
from tests.torture import _archive
from tests.torture._cost import Cost, cost
from tests.torture.result import Result

ISSUES = 520
FEW = 40
SECONDS, MEGABYTES = 90, 400
WEEK = 25
"""Seconds of a week's run: one new issue, and the site with it."""
LARGEST_INDEX, LARGEST_HOME = 2_000_000, 60_000


def results(full: bool) -> Iterator[Result]:
    """The archive of ten years; without ``full`` a tenth of it, of small issues."""
    with tempfile.TemporaryDirectory() as work:
        yield from _full(Path(work)) if full else _short(Path(work))


def _full(work: Path) -> Iterator[Result]:
    root, source = _archive.project(work)
    _report(root, source)
    _archive.add_published(root, ISSUES)
    name = f"{ISSUES} published issues"
    shutil.rmtree(root / "site")
    for made in ("docs", "kept"):
        shutil.rmtree(root / "build" / made)
    first = _report(root, source)  # with the week's issue, which tells of the new ones
    yield _in_time(f"{name}: the whole site", first, SECONDS)
    yield _in_memory(f"{name}: the whole site", first)
    before = listing(root / "site")
    (root / "build" / "site.inputs").unlink()
    again = _report(root, source)
    yield _in_time(f"{name}: the site again", again, SECONDS)
    yield _same(f"{name}: the site again, its bytes", before, root / "site")
    shutil.copy(TEMPLATES / "mkdocs.yml", root)
    mkdocs = cost(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(work / "m")], cwd=root
    )
    (root / "mkdocs.yml").unlink()
    yield _in_memory(f"{name}: MkDocs alone", mkdocs)
    yield _in_time(f"{name}: MkDocs alone", mkdocs, SECONDS)
    yield _same(f"{name}: MkDocs alone, its bytes", before, work / "m")
    _archive.add_week(root)
    week = _report(root, source)
    yield _in_time(f"{name}: a week's run", week, WEEK)
    yield _in_memory(f"{name}: a week's run", week)
    yield from _light(root, name)


def _short(work: Path) -> Iterator[Result]:
    root = project_with(work / "letter", one=small_spec("roc(close, 1) > 5"))
    (root / "watchlist.yml").unlink()
    _report(root, "sample")
    _archive.add_published(root, FEW)
    name = f"{FEW} published issues"
    _report(root, "sample")
    before = listing(root / "site")
    (root / "build" / "site.inputs").unlink()
    again = _report(root, "sample")
    yield _in_time(f"{name}: the site again", again, SECONDS)
    yield _same(f"{name}: the site again, its bytes", before, root / "site")
    _archive.add_week(root)
    yield _in_time(f"{name}: a week's run", _report(root, "sample"), WEEK)
    yield from _light(root, name)


def _light(root: Path, name: str) -> Iterator[Result]:
    """What a reader's browser loads: the home page without its charts, and the index of the first search."""
    site = root / "site"
    home = (site / "index.html").stat().st_size
    yield Result(f"{name}: the home page", f"under {LARGEST_HOME:,} bytes", f"{home:,}", home < LARGEST_HOME)
    content = (site / INDEX).read_text(encoding="utf-8")
    size = len(content.encode())
    found = {page[0] for page in json.loads(content.partition("=")[2])["pages"]}
    missing = [
        p for p in site.glob("issues/*/index.html") if f"issues/{p.parent.name}/index.html" not in found
    ]
    yield Result(
        f"{name}: the search index",
        f"under {LARGEST_INDEX:,} bytes, every issue in it",
        f"{size:,} bytes, {len(missing)} issues missing",
        size < LARGEST_INDEX and not missing,
    )


def _report(root: Path, source: str) -> Cost:
    program = "from generator.cli.main import main; main()"
    return cost([sys.executable, "-c", program, "--project", str(root), "report", "--source", source])


def _in_time(name: str, run: Cost, seconds: float) -> Result:
    measured = f"{run.work:.0f} s of work on all cores, {run.clock:.0f} s by the clock of a shared machine"
    return Result(name, f"under {seconds} s", measured, run.work < seconds)


def _in_memory(name: str, run: Cost) -> Result:
    measured = f"{run.together:.0f} MB, the largest process {run.largest:.0f}"
    return Result(f"{name}, memory", f"under {MEGABYTES} MB", measured, run.together < MEGABYTES)


def _same(name: str, before: dict[str, str], site: Path) -> Result:
    after = listing(site)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    measured = f"{len(changed)} of {len(after)} files differ{': ' + changed[0] if changed else ''}"
    return Result(name, "the same", measured, not changed)
