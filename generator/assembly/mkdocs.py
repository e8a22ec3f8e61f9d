"""From ``build/docs`` to ``site/``: MkDocs as a command, into a folder aside, which is swapped in when it is
whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from generator.core.errors import BuildError, EndedError, OutputError
from generator.core.files import swap_folder
from generator.core.shelf import KEPT, Shelf
from generator.site.policy import check_policy
from generator.site.templating import TEMPLATES
from generator.spec.letter import NOTHING_ELSEWHERE, Allowances

Begun = subprocess.Popen[str]
"""MkDocs as a process that has read its program and waits to be told what to build."""

SETTINGS = "mkdocs.yml"
_TRACEBACK = "Traceback (most recent call last):"


def begin_mkdocs(root: Path) -> Begun:
    """Start MkDocs in a project's folder; it waits, and ends by itself when whoever began it ends."""
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",  # as it is read here, whatever the machine's own
    }
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "generator.assembly.builder"],
        cwd=root,
        env=environment,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        encoding="utf-8",
    )


def build_site(
    root: Path, as_of: date, allow: Allowances = NOTHING_ELSEWHERE, begun: Begun | None = None
) -> tuple[str, ...]:
    """Build ``site/`` from ``build/docs`` with MkDocs, strictly; the same input gives the same bytes. A line
    for everything on its pages that their policy blocks.

    Parameters
    ----------
    root : the project's folder; without a ``mkdocs.yml`` of its own, the engine's is used.
    allow : what the letter allows.
    as_of : the date the site carries instead of the clock's.
    begun : MkDocs, waiting in this folder; without it it is started now.

    Raises
    ------
    BuildError : MkDocs failed or warned; its own words, and the old site is as it was.
    EndedError : MkDocs was killed; the old site is as it was.
    OutputError : the new site cannot be written or put in its place.
    """
    aside, site = root / "build" / ".site.new", root / "site"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _run_mkdocs(begun or begin_mkdocs(root), root, aside, as_of)
        blocked = check_policy(aside, allow, Shelf(root / KEPT / "policy"))
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise OutputError(
            f"cannot write {error.filename or aside}: {error.strerror or error}. The old site stays."
        ) from error
    except (BuildError, EndedError):
        shutil.rmtree(aside, ignore_errors=True)
        raise
    swap_folder(aside, site)
    return blocked


def _run_mkdocs(begun: Begun, root: Path, aside: Path, as_of: date) -> None:
    own = root / SETTINGS
    settings = (own if own.is_file() else TEMPLATES / SETTINGS).read_text(encoding="utf-8")
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    with begun:
        said = "".join(begun.communicate(f"{aside}\n{int(midnight.timestamp())}\n{settings}"))
    if begun.returncode < 0:
        raise EndedError(
            f"MkDocs was ended from outside by signal {-begun.returncode}, perhaps because memory ran out. "
            "The old site stays; free some memory and run it again."
        )
    if begun.returncode != 0:
        raise BuildError(f"MkDocs could not build the site. The old one stays. It said:\n{_words(said)}")


def _words(said: str) -> str:
    """What MkDocs wrote; of a traceback, the line that says what happened."""
    lines = [line for line in said.splitlines() if line.strip()]
    if _TRACEBACK in lines:
        lines = [*lines[: lines.index(_TRACEBACK)], lines[-1]]
    return "\n".join(f"  {line}" for line in lines)
