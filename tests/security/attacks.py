"""Files, names and folders made to do harm, each tried on a project of its own."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from click.testing import CliRunner

from generator.check.reading import load_spec
from generator.cli.main import main
from generator.core.errors import OutputError, PrecedentError
from generator.core.yaml_files import read_yaml
from generator.spec.letter import load_letter
from generator.spec.watchlist import load_watchlist
from tests.security.hostile import TEMPLATES
from tests.security.payloads import BREAKS

HEAD = "title: A\ndate: 2026-04-21\nassets: {IWM: Small caps}\n"
STUDY = "studies: {only: {asset: IWM, when: close > 0}}\n"
LETTER = "name: L\ntagline: t\nauthor: a\ndisclaimer: d\nid: tag:example.org,2026:l\n"

BOMBS = {
    "aliases": "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "merges": "a: &a {b: c}\nd: {<<: *a}\n",
    "deep lists": "a: " + "[" * 10_000,
    "deep mappings": "a: " + "{a: " * 10_000,
    "deep indentation": "".join(" " * n + "a:\n" for n in range(500)),
    "a long scalar": f"a: {'x' * 10_000_000}\n",
    "a long key": f"? {'x' * 190_000}\n: b\n",
    "many keys": "".join(f"k{n}:\n" for n in range(30_000)),
    "the same key": "title: A\ntitle: B\n",
    "a Python tag": "a: !!python/object/apply:os.system [id]\n",
    "a binary tag": "a: !!binary AAAA\n",
    "a second document": "a: b\n---\nc: d\n",
    "a control character": 'title: "a\\u001b[31m"\n',
    "half a character": 'title: "\\ud800"\n',
    "another encoding": HEAD.encode("utf-16"),
    "NUL bytes": b"title: a\0b\n",
    "only colons": ":" * 190_000,
    "only quotes": '"' * 190_000,
    "only questions": "? " * 90_000,
    "brackets in prose": f"{HEAD}{STUDY}sections: [{{prose: {{text: '{'[' * 19_990}'}}}}]\n",
    "backticks in prose": f"{HEAD}{STUDY}sections: [{{prose: {{text: '{'` ' * 9_990}'}}}}]\n",
    "lists in lists": f"{HEAD}{STUDY}sections: [{{prose: {{text: '{'* ' * 9_990}'}}}}]\n",
    "numbers in prose": f"{HEAD}{STUDY}sections: [{{prose: {{text: '{'1 ' * 9_990}'}}}}]\n",
    "many studies": HEAD
    + "studies:\n"
    + "".join(f" s{n}: {{asset: IWM, when: a>{n}}}\n" for n in range(4000)),
    "many sections": f"{HEAD}{STUDY}sections:\n" + "- key_points\n" * 9_000,
    "many assets": HEAD.replace("IWM:", ", ".join(f"A{n}: x" for n in range(8_000)) + ", IWM:") + STUDY,
    **{
        f"the template {text[:40]}": f"{HEAD}{STUDY}sections:\n- prose:\n   text: |\n    {{{{ {text} }}}}\n"
        for text in TEMPLATES
    },
}
"""Texts of a ``report.yml`` that must be refused, each at once."""

NAMES = (
    *("..", ".", "../../etc", "/etc", "a/b", "a\\b", "CON", "~", "~root", "-rf", "a" * 300, "a b", "é"),
    *("a\nb", "%2e%2e"),
    *("", "$(id)", "`id`", "a;b", "*", "?", "a\x1b[31m", "\u202e", ".git", "a.yml"),
)
TICKERS = (
    *("../../etc/passwd", "/etc/passwd", "..", "A" * 300, "A/B", "A\\B", "A\nB", " AB", "A|B", "~", "A;B"),
    *("$(ID)", "\x1b[31m"),
    *("A%00", "IWM.CSV/../X", "IWM?x=1", "IWM#", "file:///etc/passwd", "http://evil.example", "é", "*"),
)


def refused_bombs(folder: Path) -> Iterator[tuple[str, float]]:
    """The bombs that were not refused as they should be, and how long the slowest of all took."""
    path = folder / "reports" / "bomb" / "report.yml"
    path.parent.mkdir(parents=True)
    for name, text in BOMBS.items():
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        begun = time.process_time()
        failed = outcome(lambda: load_spec(path))
        yield ("" if failed == "refused" else f"{name}: {failed}"), time.process_time() - begun


def outcome(action: Callable[[], object]) -> str:
    """``refused`` when it ends in one of our errors; otherwise what happened."""
    try:
        action()
    except PrecedentError:
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:100]}"
    return "taken"


def command(root: Path, *words: str) -> str:
    """``refused`` when the command line answers with a message and an exit code; otherwise what happened."""
    done = CliRunner().invoke(main, ["--project", str(root), *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {done.exception}"
    return "refused" if done.exit_code else "taken"


def names_taken(root: Path) -> Iterator[str]:
    """Names and tickers that were not refused."""
    (root / "letter.yml").write_text(LETTER)
    for name in NAMES:
        for words in (("new", "--", name), ("report", "--source", "sample", "--", name)):
            if (found := command(root, *words)) != "refused":
                yield f"{words[0]} {name!r}: {found}"
    for ticker in TICKERS:
        found = command(root, "study", "--asset", ticker, "--when", "close > 0", "--source", "sample")
        if found != "refused":
            yield f"ticker {ticker!r}: {found}"
        if outcome(partial(_watching, root, ticker)) != "refused":
            yield f"watchlist {ticker!r}"


def _watching(root: Path, ticker: str) -> None:
    written = ticker.encode("unicode_escape").decode().replace('"', "")
    (root / "watchlist.yml").write_text(f'benchmark: SPY\ngroups: {{g: {{"{written}": n}}}}\n')
    load_watchlist(root)


def ways_out(root: Path, outside: Path) -> Iterator[str]:
    """Links, paths and things that are no files, and which of them led anywhere."""
    treasure = outside / "treasure.csv"
    treasure.write_text("date,1M\n2020-01,1.0\n")
    before = {path: path.read_bytes() for path in outside.iterdir()}
    (root / "letter.yml").write_text(LETTER)
    for place in ("build", "site", "prices", "outbox", "reports"):
        link = root / place
        link.symlink_to(outside)
        for words in (("report", "--source", "sample"), ("new", "a")):
            if (found := command(root, *words)) != "refused":
                yield f"{place} is a link, {words[0]}: {found}"
        link.unlink()
    for place in ("build/.lock", "build/reports", "build/docs", "prices/held", "outbox/a", "outbox/a/sent"):
        link = root / place
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(treasure if place in ("build/.lock", "outbox/a/sent") else outside)
        for words in (("report", "--source", "sample"), ("publish", "--source", "sample")):
            if (found := command(root, *words)) != "refused":
                yield f"{place} is a link, {words[0]}: {found}"
        link.unlink()
    for folder in ("build", "prices", "outbox"):
        shutil.rmtree(root / folder)
    report = root / "reports" / "a"
    report.parent.mkdir()
    report.symlink_to(outside)
    (outside / "report.yml").write_text(f"{HEAD}{STUDY}sections: [method]\n")
    before[outside / "report.yml"] = (outside / "report.yml").read_bytes()
    if (found := command(root, "report", "--source", "sample", "a")) != "refused":
        yield f"a report is a link: {found}"
    report.unlink()
    yield from _links_among_reports(root)
    yield from _tables(root / "reports" / "b", treasure)
    yield from _no_files(root)
    after = {path: path.read_bytes() for path in outside.iterdir()}
    if after != before:
        yield f"outside: {sorted(path.name for path in after.keys() ^ before.keys())}"


def _links_among_reports(root: Path) -> Iterator[str]:
    """A report that is another one, a version that is another's, a spec that lies elsewhere."""
    reports = root / "reports"
    (reports / "real" / "v1").mkdir(parents=True)
    (reports / "real" / "report.yml").write_text(f"{HEAD}{STUDY}sections: [method]\n")
    (reports / "other").mkdir()
    for place, target in (
        ("x", "real"),
        ("other/v1", "../real/v1"),
        ("other/report.yml", "../real/report.yml"),
    ):
        (reports / place).symlink_to(target)
        before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for words in (("report", "--source", "sample"), ("publish", "--source", "files:."), ("verify",)):
            done = CliRunner().invoke(main, ["--project", str(root), *words])
            if done.exit_code != OutputError.exit_code or f"reports/{place} is a link" not in done.stderr:
                yield f"reports/{place} is a link, {words[0]}: {done.exit_code} {done.stderr[:100]}"
        if before != {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}:
            yield f"reports/{place} is a link, and something was written"
        (reports / place).unlink()
    shutil.rmtree(reports / "real")
    (reports / "other").rmdir()


def _tables(folder: Path, treasure: Path) -> Iterator[str]:
    folder.mkdir()
    (folder / "link.csv").symlink_to(treasure)
    (folder / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    climb = f"../../../{treasure.parent.name}/{treasure.name}"
    for name in (
        str(treasure),
        climb,
        "link.csv",
        "zero.csv",
        "pipe.csv",
        "a\\0.csv",
        "x" * 290,
        ".",
        "..",
        "~/x",
    ):
        section = f'sections: [{{audit: {{study: only, table: "{name}"}}}}]\n'
        (folder / "report.yml").write_text(f"{HEAD}{STUDY}{section}")
        if (found := outcome(lambda: load_spec(folder / "report.yml"))) != "refused":
            yield f"table {name[:40]!r}: {found}"


def _no_files(root: Path) -> Iterator[str]:
    """A letter that never ends, one that never begins, a folder."""
    path = root / "endless.yml"
    for make in (lambda: path.symlink_to("/dev/zero"), lambda: os.mkfifo(path), path.mkdir):
        make()
        if (found := outcome(lambda: read_yaml(path, "endless.yml"))) != "refused":
            yield f"no file: {found}"
        path.rmdir() if path.is_dir() else path.unlink()


def letters_taken(root: Path) -> Iterator[str]:
    """Line breaks of every standard in every key of a letter, logins in its addresses."""
    keys = (
        "name",
        "tagline",
        "author",
        "sender",
        "list_id",
        "unsubscribe_mail",
        "unsubscribe_url",
        "base_url",
    )
    good = {"sender": "A <a@b.example>", "list_id": "b.example", "unsubscribe_mail": "a@b.example"}
    for key in keys:
        value = good.get(key, "https://b.example/x" if key.endswith("url") else "words")
        texts = [f"{value}{mark}Bcc: victim@evil.example" for mark in BREAKS]
        if key.endswith("url"):
            texts += [
                "https://name:secret@b.example/x",
                "javascript:alert(1)",
                "data:text/html,x",
                "//b.example",
            ]
        for text in texts:
            escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) > 126 else c for c in text)
            known = LETTER.replace(f"{key}: ", "was: ", 1) if f"{key}: " in LETTER else LETTER
            (root / "letter.yml").write_text(known.replace("was: ", "# ") + f'{key}: "{escaped}"\n')
            if (found := outcome(lambda: load_letter(root))) != "refused":
                yield f"{key} {text[:60]!r}: {found}"
