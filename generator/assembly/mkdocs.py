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
from generator.site.policy import check_policy
from generator.site.templating import TEMPLATES

SETTINGS = "mkdocs.yml"
_NOISE = ("INFO ", "DEBUG ")
_TRACEBACK = "Traceback (most recent call last):"


def build_site(root: Path, as_of: date) -> None:
    """Build ``site/`` from ``build/docs`` with MkDocs, strictly; the same input gives the same bytes.

    Parameters
    ----------
    root : the project's folder; without a ``mkdocs.yml`` of its own, the engine's is used.
    as_of : the date the site carries instead of the clock's.

    Raises
    ------
    BuildError : MkDocs failed or warned; its own words, and the old site is as it was.
    EndedError : MkDocs was killed; the old site is as it was.
    OutputError : the new site cannot be written or put in its place.
    """
    aside, site = root / "build" / ".site.new", root / "site"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _run_mkdocs(root, aside, as_of)
        check_policy(aside)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise OutputError(
            f"cannot write {error.filename or aside}: {error.strerror or error}. The old site stays."
        ) from error
    except (BuildError, EndedError):
        shutil.rmtree(aside, ignore_errors=True)
        raise
    swap_folder(aside, site)


def _run_mkdocs(root: Path, aside: Path, as_of: date) -> None:
    own = root / SETTINGS
    settings = (own if own.is_file() else TEMPLATES / SETTINGS).read_text(encoding="utf-8")
    # Read from standard input, paths in it count from the letter's folder, wherever the file is.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "-", "--site-dir", str(aside)]
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "SOURCE_DATE_EPOCH": str(int(midnight.timestamp())),
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",  # as it is read here, whatever the machine's own
    }
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        input=settings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode < 0:
        raise EndedError(
            f"MkDocs was ended from outside by signal {-done.returncode}, perhaps because memory ran out. "
            "The old site stays; free some memory and run it again."
        )
    if done.returncode != 0:
        raise BuildError(f"MkDocs could not build the site. The old one stays. It said:\n{_words(done)}")


def _words(done: subprocess.CompletedProcess[str]) -> str:
    """What MkDocs wrote, without its progress lines; of a traceback, the line that says what happened."""
    lines = (done.stdout + done.stderr).splitlines()
    telling = [line for line in lines if line.strip() and not line.startswith(_NOISE)]
    if _TRACEBACK in telling:
        telling = [*telling[: telling.index(_TRACEBACK)], telling[-1]]
    return "\n".join(f"  {line}" for line in telling or lines)
