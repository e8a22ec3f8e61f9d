"""Attacks: hostile inputs in great numbers, bombs, ways out of the project, words that want to be markup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.browser.chromium import PROGRAM, chromium
from tests.browser.server import served
from tests.press import demo
from tests.security import attacks, browsed, injected, secrets, watched
from tests.security.payloads import BREAKS, PAYLOADS
from tests.security.worker import MEGABYTES, SECONDS, Tally
from tests.torture.result import Result

SHARES = {"expressions": 60_000, "specs": 25_000, "tables": 10_000, "letters": 6_000, "watchlists": 6_000}
"""How many inputs of each kind at full length."""
SHORT = 100
"""One in so many of them in a short run."""
AT_ONCE = 5_000
"""Inputs of one child process."""


def results(full: bool) -> Iterator[Result]:
    """The lines of this part."""
    yield from bombs_and_ways_out()
    yield from hidden_secrets(full)
    yield from injections(full)
    if full:
        yield from browser_lines()
    yield from hostile_inputs(full)


def hostile_inputs(full: bool) -> Iterator[Result]:
    """Generated expressions, specs, settings and prices: a value or one clear message, at once."""
    lots = [
        (kind, first, min(AT_ONCE, count - first))
        for kind, whole in SHARES.items()
        for count in [whole if full else whole // SHORT]
        for first in range(0, count, AT_ONCE)
    ]
    with ThreadPoolExecutor(2) as pool:
        tallies = list(pool.map(lambda lot: fed(*lot), lots))
    for kind in SHARES:
        own = [tally for (name, *_), tally in zip(lots, tallies, strict=True) if name == kind]
        yield line_of(kind, own)


def fed(kind: str, first: int, count: int) -> Tally:
    """What a child process makes of so many inputs."""
    command = [sys.executable, "-m", "tests.security.worker", kind, str(first), str(count)]
    # Arrow's own allocator takes address space in advance, which is not memory used.
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        return Tally(faults=[f"the process ended with {done.returncode}: {done.stderr[-300:]}"])
    return Tally(**json.loads(done.stdout))


def line_of(kind: str, tallies: Sequence[Tally]) -> Result:
    """The line of one kind of input."""
    inputs, values = (sum(getattr(tally, name) for tally in tallies) for name in ("inputs", "values"))
    faults = [fault for tally in tallies for fault in tally.faults]
    slowest, peak = (max(getattr(tally, name) for tally in tallies) for name in ("slowest", "peak"))
    first = f"; the first: {faults[0]}" if faults else ""
    return Result(
        f"{inputs:,} hostile {kind}",
        f"a value or a message, none over {SECONDS:g} s or {MEGABYTES} MB",
        f"{len(faults)} otherwise, {values:,} values; slowest {slowest:.2f} s, most {peak:.0f} MB{first}",
        not faults,
    )


def bombs_and_ways_out() -> Iterator[Result]:
    """Files, names, links and letters made to do harm."""
    with TemporaryDirectory() as place:
        root = Path(place)
        for name in ("bombs", "names", "project", "outside", "letters"):
            (root / name).mkdir()
        bombs = list(attacks.refused_bombs(root / "bombs"))
        broken, slowest = [found for found, _ in bombs if found], max(seconds for _, seconds in bombs)
        yield Result(
            f"{len(bombs)} bombs of YAML, Markdown and templates",
            f"each refused, none over {SECONDS:g} s",
            f"{len(broken)} not refused; slowest {slowest:.2f} s{_first(broken)}",
            not broken and slowest <= SECONDS,
        )
        yield none_of(
            f"{len(attacks.NAMES)} names of reports, {len(attacks.TICKERS)} tickers that lead somewhere else",
            "each refused",
            list(attacks.names_taken(root / "names")),
        )
        yield none_of(
            "links, paths and endless files that lead out of the project",
            "none followed, nothing outside touched",
            list(attacks.ways_out(root / "project", root / "outside")),
        )
        yield none_of(
            f"{len(BREAKS)} kinds of line break in 8 keys of the letter, logins and scripts in its addresses",
            "each refused",
            list(attacks.letters_taken(root / "letters")),
        )


def hidden_secrets(full: bool) -> Iterator[Result]:
    """Password, secret and login, in whatever a command prints, writes or shows of itself."""
    with TemporaryDirectory() as place:
        done = list(secrets.runs(Path(place), 1 if full else 3))
        lines = sum(len(run.processes) for run in done)
        yield none_of(
            f"{len(done)} commands that know a password, a secret and a login, {lines} command lines",
            "seen in no output, help, traceback, file or list of processes",
            list(secrets.leaks(Path(place), done)),
        )


def injections(full: bool) -> Iterator[Result]:
    """Every payload through every text field of an issue, in every form."""
    tried = PAYLOADS if full else PAYLOADS[::20]
    with pytest.MonkeyPatch.context() as patch:
        demo.draw_nothing(patch)  # What is said is looked at; charts have letters as shapes.
        broken = [f"{payload!r}: {found}" for payload in tried for found in injected.survivors(payload)]
        names = tried if full else tried[::2]
        broken_names = [f"{payload!r}: {found}" for payload in names for found in watched.survivors(payload)]
    yield none_of(
        f"{len(tried)} payloads through every text field and correction, to page, feed, e-mail and CSV",
        "none survives",
        broken,
    )
    yield none_of(
        f"{len(names)} payloads as names in the watchlist, to the pages of signals and assets, home, scans",
        "none survives",
        broken_names,
    )


def browser_lines() -> Iterator[Result]:
    """All payloads on one site, as a reader opens it (``make test``: tests/browser/test_hostile.py)."""
    if PROGRAM is None:
        yield Result("every page of a site of payloads in Chromium", "no fault", "chromium is missing", False)
        return
    with TemporaryDirectory() as place:
        site = browsed.site_of(Path(place), PAYLOADS)
        pages = browsed.pages_of(site)
        yield none_of(
            "the index of the search of a site of payloads",
            "nothing but words",
            [*browsed.index_faults(site)],
        )
        with served(site, compressed=True) as server, chromium() as browser:
            yield none_of(
                f"{len(pages)} pages of {len(PAYLOADS)} payloads in Chromium, over HTTP, with scripts",
                "none runs, asks another server, or is stopped by the policy only",
                [*browsed.page_faults(browser, server.address, pages)],
            )
            yield none_of(
                f"{len(browsed.WORDS) + len(PAYLOADS)} searches for words of payloads and payloads",
                "shown as words",
                [*browsed.search_faults(browser, server.address, PAYLOADS)],
            )


def none_of(name: str, aim: str, broken: Sequence[str]) -> Result:
    """A line that is held when nothing was found."""
    return Result(name, aim, f"{len(broken)} otherwise{_first(broken)}", not broken)


def _first(broken: Sequence[str]) -> str:
    return f"; the first: {broken[0]}" if broken else ""
