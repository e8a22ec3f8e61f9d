"""The commands that are broken on purpose: where each starts, and what must be true after it broke."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.publish.ledger import FILE as LEDGER
from tests.post.letters import SLUG, Mailbox, make_letter, open_server
from tests.running import LOCK, listing, project_with, small_spec, write_spec
from tests.test_report_runs import UP, prices
from tests.torture._workbench import Ended, Workbench

Check = Callable[[Path, Ended], str]
"""What is wrong with a project after a run; an empty text when nothing is."""


@dataclass(frozen=True)
class Scenario:
    """A command, the project it starts from, and what may be seen of the project afterwards.

    Parameters
    ----------
    arguments : of the command; called anew for every trial, whose runs must not share recipients.
    faulty : looks at the project after a run with a fault.
    healed : looks at it after the next run.
    repeats : whether the next run depends on the project's files alone.
    """

    name: str
    start: Path
    arguments: Callable[[], list[str]]
    faulty: Check
    healed: Check
    repeats: bool = True


def reporting(bench: Workbench, place: Path) -> Scenario:
    """A site stands; its issue has changed and is made again."""
    root = project_with(bench.root, one=small_spec(UP, sections=["conclusion"]))
    (root / "watchlist.yml").unlink()
    prices(root / "mine")
    arguments = ["report", "--source", f"files:{root / 'mine'}"]
    _must(bench.run(arguments))
    old = listing(root / "site")
    write_spec(root, "one", small_spec(UP, sections=["conclusion"], title="Another title"))
    start = _kept(root, place)
    _must(bench.run(arguments))
    new = listing(root / "site")
    reports = listing(root / "reports")

    def faulty(root: Path, ended: Ended) -> str:
        site = listing(root / "site") if (root / "site").exists() else None
        if site is None or site not in (old, new):
            return "there is no site" if site is None else f"a torn site: {_unlike(site, old, new)}"
        if listing(root / "reports") != reports:
            return "reports/ is not what it was"
        return "exit code 0 and the old site" if ended.code == 0 and site != new else ""

    def healed(root: Path, ended: Ended) -> str:
        if ended.code != 0:
            return f"the next run failed with {ended.code}: {ended.words[-300:]}"
        if listing(root / "site") != new:
            return f"the next run made another site: {_unlike(listing(root / 'site'), new)}"
        return _left_over(root)

    return Scenario("report", start, lambda: arguments, faulty, healed)


def publishing(bench: Workbench, place: Path) -> Scenario:
    """A site stands; its issue is frozen, and the site built from what is frozen."""
    day = "2024-03-14"
    spec = small_spec(UP, sections=["conclusion"], date=day, as_of=day)
    root = project_with(bench.root, one=spec)
    (root / "watchlist.yml").unlink()
    source = ["--source", prices(root / "mine")]
    _must(bench.run(["report", *source]))
    old = listing(root / "site")
    start = _kept(root, place)
    _must(bench.run(["publish", "one", *source]))
    new, published, ledger = listing(root / "site"), listing(root / "reports"), _ledger(root)
    written = listing(start / "reports")

    def faulty(root: Path, ended: Ended) -> str:
        site = listing(root / "site") if (root / "site").exists() else None
        if site is None or site not in (old, new):
            return "there is no site" if site is None else f"a torn site: {_unlike(site, old, new)}"
        if _whole(root / "reports") not in (written, published):
            return f"half frozen: {_unlike(_whole(root / 'reports'), written, published)}"
        if _ledger(root) not in ("", ledger):
            return f"a torn ledger: {_ledger(root)[:300]}"
        if _ledger(root) and _whole(root / "reports") != published:
            return "the ledger tells of an issue that is not there"
        if ended.code == 0 and not _ledger(root):
            return "exit code 0 and no ledger"
        return "exit code 0 and the old site" if ended.code == 0 and site != new else ""

    def healed(root: Path, ended: Ended) -> str:
        if ended.code != 0:
            return f"the next run failed with {ended.code}: {ended.words[-300:]}"
        if listing(root / "reports") != published:
            return f"the next run froze something else: {_unlike(listing(root / 'reports'), published)}"
        if _ledger(root) != ledger:
            return f"the next run wrote another ledger: {_ledger(root)[:300]}"
        if listing(root / "site") != new:
            return f"the next run made another site: {_unlike(listing(root / 'site'), new)}"
        return _left_over(root)

    return Scenario("publish", start, lambda: ["publish", "one", *source], faulty, healed)


def sending(bench: Workbench, place: Path, mailbox: Mailbox) -> Scenario:
    """An issue goes out to three recipients."""
    shutil.rmtree(bench.root, ignore_errors=True)
    start = _kept(make_letter(bench.root), place)
    numbers = itertools.count()
    now: list[str] = []

    def arguments() -> list[str]:
        number = next(numbers)
        now[:] = [f"{name}{number}@{bench.folder.name}.example" for name in ("a", "b", "c")]
        return ["send", SLUG, "--rate", "6000", *itertools.chain(*(("--to", who) for who in now))]

    def got() -> Mapping[str, int]:
        return Counter(address for address in mailbox.got() if address in now)

    def faulty(root: Path, ended: Ended) -> str:
        twice = [who for who, copies in got().items() if copies > 1]
        if twice:
            return f"{len(twice)} got it twice"
        return "exit code 0, and not everybody has it" if ended.code == 0 and len(got()) < len(now) else ""

    def healed(root: Path, ended: Ended) -> str:
        if problem := faulty(root, ended):
            return f"after the next run {problem}"
        without = [who for who in now if who not in got()]
        untold = [who for who in without if who not in ended.words]
        return f"{len(untold)} did not get it and the next run does not say so" if untold else ""

    return Scenario("send", start, arguments, faulty, healed, repeats=False)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A real one on loopback, which the commands find in their environment."""
    mailbox = Mailbox()
    controller = open_server(mailbox)
    controller.start()
    host, port = controller.server.sockets[0].getsockname()[:2]
    settings = {"PRECEDENT_SMTP_HOST": host, "PRECEDENT_SMTP_PORT": str(port), "PRECEDENT_SMTP_TLS": "none"}
    os.environ.update(settings)
    try:
        yield mailbox
    finally:
        controller.stop()
        for name in settings:
            del os.environ[name]


def _must(ended: Ended) -> None:
    assert ended.code == 0, ended.words


def _kept(root: Path, place: Path) -> Path:
    """A copy of the project as it is now, to start from."""
    return Path(shutil.copytree(root, place, symlinks=True))


def _ledger(root: Path) -> str:
    """What ``published.jsonl`` says; empty where there is none."""
    path = root / LEDGER
    return path.read_text() if path.exists() else ""


def _whole(folder: Path) -> dict[str, str]:
    """The files of a folder, without hidden folders and files, which nobody takes for whole."""
    return {path: text for path, text in listing(folder).items() if "/." not in f"/{path}"}


def _left_over(root: Path) -> str:
    """Temporary files and folders that lie about; empty when there are none."""
    found = [
        str(path.relative_to(root))
        for path in root.rglob(".*")
        if path.name not in (".inputs", ".made-here") and str(path.relative_to(root)) != LOCK
    ]
    return f"left over: {', '.join(sorted(found)[:5])}" if found else ""


def _unlike(site: Mapping[str, str], *wholes: Mapping[str, str]) -> str:
    """The files in which a folder differs from the nearest of some whole ones."""
    differing = [[p for p in {*site, *whole} if site.get(p) != whole.get(p)] for whole in wholes]
    return ", ".join(sorted(min(differing, key=len))[:5])
