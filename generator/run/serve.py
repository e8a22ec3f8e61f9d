"""``precedent serve``: the site in a browser, made again whenever something it is made from changes."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from generator.core.errors import PrecedentError
from generator.core.files import visible_files
from generator.core.processes import uninterrupted
from generator.language.own_words import WORDS_FILE
from generator.publish.freeze import VERSION
from generator.run.browsed import Browsed
from generator.run.make import PACKAGE, Say
from generator.run.report import Reporting, make_reports
from generator.run.workshop import Workshop
from generator.site.templating import TEMPLATES

EVERY = 0.2
"""Seconds between two looks at the files."""
READ_AGAIN = ("letter.yml", "mkdocs.yml", "published.jsonl", "reports", "pages", "templates", "build/drafts")
"""What each run reads of a project: files, and folders with all that is in them."""
READ_ONCE = ("watchlist.yml", "acknowledged.yml", "signals.yml", WORDS_FILE)
"""What holds for a whole process; after a change it begins anew, as after one in the program."""

Written = Mapping[Path, int]
"""When files were last written, in nanoseconds, by their paths."""


def serve(root: Path, asked: Reporting, port: int, say: Say) -> None:
    """Make the site, show it, and make it again after every change, until Ctrl-C.

    After a change in the program, or in what a process reads once, this process begins anew in its place.

    Parameters
    ----------
    root : the project's folder.
    port : where a browser on this machine finds the site; 0 for any that is free.
    say : receives the lines that tell a person how it goes.

    Raises
    ------
    RequestError : the port cannot be used.
    """
    once = [PACKAGE, *(root / name for name in READ_ONCE)]
    begun_with = written(once)
    seen: Written = {}
    with Browsed(root / "site", port) as browsed, Workshop(root) as workshop:
        say(f"{browsed.address}  (Ctrl-C ends it)")
        while written(once) == begun_with:
            now = written([TEMPLATES, *(root / name for name in READ_AGAIN)])
            if now != seen:
                seen = now
                browsed.show(_trouble_of(root, asked, workshop, say))
                with uninterrupted():
                    workshop.prepare()
            time.sleep(EVERY)
    say("The program, watchlist, signals, words or what was acknowledged has changed: beginning anew.")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _trouble_of(root: Path, asked: Reporting, workshop: Workshop, say: Say) -> str:
    """Make the site; what went wrong, in words for terminal and browser, or nothing.

    A fault in the program is told whole and does not end the command: it may be somebody's change of a minute
    ago, and the next one mends it.
    """
    try:
        make_reports(root, asked, say, workshop)
    except PrecedentError as error:
        say(f"precedent: {error}")
        return str(error)
    except Exception as error:  # told in full
        say(traceback.format_exc())
        return f"A fault in the program: {type(error).__name__}: {error} (the terminal has all of it)"
    return ""


def written(places: Iterable[Path]) -> Written:
    """When these files, and those in these folders, were last written; not those that only a run writes.

    Nor those of published issues, which never change: of ten years they are 17,000, five times a second. That
    one was published, or taken back, is seen by the ledger.
    """
    times: dict[Path, int] = {}
    for path in (path for place in places for path in _files(place)):
        with suppress(FileNotFoundError):  # gone since its folder was read
            times[path] = path.stat().st_mtime_ns
    return times


def _files(place: Path) -> Iterable[Path]:
    return (place,) if place.is_file() else visible_files(place, without=VERSION)
