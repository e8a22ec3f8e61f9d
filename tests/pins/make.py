"""``make pins``: everything that comes out of the sample market, written as text to be read in a diff."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generator.market.checks import PRICE_COLUMNS
from generator.market.providers.sample import SampleSource
from tests.pins.outline import outline
from tests.projects import copy_project
from tests.running import run

KEPT = Path(__file__).parent / "kept"
LONG = 60
"""Lines of a table above which its hash is kept: it is the data of a chart."""
PAGES = (
    "",
    "archive/",
    "scorecard/",
    "signals/",
    "signals/ten-percent-month/",
    "assets/iwm/",
    "how-to-read/",
)
SAMPLE = ("--source", "sample")
MONTH = ("--asset", "IWM", "--signal", "ten-percent-month", *SAMPLE)
SURGE = (
    "--asset",
    "QQQ",
    "--when",
    "roc(close, 5) > 4",
    "--target",
    "SPY",
    "--entry",
    "next_open",
    "--since",
    "2010-01-04",
    *SAMPLE,
)
COMMANDS: dict[str, tuple[str, ...]] = {
    "study-month.txt": ("study", *MONTH),
    "study-month.json": ("study", *MONTH, "--format", "json"),
    "study-month.csv": ("study", *MONTH, "--format", "csv"),
    "study-month.md": ("study", *MONTH, "--format", "markdown"),
    "study-surge.txt": ("study", *SURGE),
    "study-surge.json": ("study", *SURGE, "--format", "json"),
    "scan.txt": ("scan", *SAMPLE),
    "scan.json": ("scan", *SAMPLE, "--format", "json"),
    "scan.csv": ("scan", *SAMPLE, "--format", "csv"),
    "lookahead.txt": ("lookahead", "--asset", "IWM", "--signal", "reverse-up", *SAMPLE),
    "schema-report.json": ("schema",),
    "schema-watchlist.json": ("schema", "watchlist"),
}


def pins() -> dict[str, str]:
    """What is kept, by the name of its file."""
    found = {}
    with tempfile.TemporaryDirectory() as place:
        project = copy_project(Path(place) / "letter")
        _with_address(project / "letter.yml")
        # As files, so that there is a feed: simulated prices have none.
        made = run("report", "--source", f"files:{_sample_as_files(Path(place) / 'prices')}", project=project)
        assert made.exit_code == 0, made.output
        site = project / "site"
        for page in PAGES:
            path = site / page / "index.html"
            found[f"page-{page.strip('/').replace('/', '-') or 'home'}.txt"] = outline(
                path.read_text("utf-8")
            )
        for issue in sorted((site / "issues").iterdir()):
            found |= _issue(issue)
        found["feed.txt"] = outline((site / "feed.xml").read_text("utf-8").partition("</entry>")[0])
        found["tables.txt"] = "".join(_tables(site))
        for name, arguments in COMMANDS.items():
            ran = run(*arguments, project=project)
            assert ran.exit_code == 0, ran.output
            found[name] = f"{ran.stderr}{ran.stdout}" if name.endswith(".txt") else ran.stdout
    return {name: _shortened(text) if name.endswith(".json") else text for name, text in found.items()}


def _sample_as_files(folder: Path) -> Path:
    """The prices of the sample market as a person's own files."""
    folder.mkdir()
    sample = SampleSource()
    for asset in sample.assets():
        history = sample.history(asset)
        columns = {"Date": history.sessions.astype(str)}
        columns |= {title: getattr(history, field) for title, field in PRICE_COLUMNS.items()}
        kept = {title: values for title, values in columns.items() if values is not None}
        rows = zip(*(values.tolist() for values in kept.values()), strict=True)
        lines = [",".join(kept), *(",".join(map(str, row)) for row in rows)]
        (folder / f"{asset}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _with_address(letter: Path) -> None:
    """A letter without an address has no feed."""
    text = letter.read_text("utf-8")
    assert text.count("base_url:\n") == 1
    letter.write_text(text.replace("base_url:\n", "base_url: https://letter.example\n"), "utf-8")


def _issue(folder: Path) -> dict[str, str]:
    name = folder.name
    return {
        f"issue-{name}.txt": outline((folder / "index.html").read_text("utf-8")),
        f"email-{name}.txt": outline((folder / "email.html").read_text("utf-8")),
        f"email-text-{name}.txt": (folder / "email.txt").read_text("utf-8"),
    }


def _tables(site: Path) -> Iterator[str]:
    """Every CSV beside a page; of long ones, which are data of charts, the first lines and the hash."""
    for path in sorted(site.rglob("*.csv")):
        text = path.read_text("utf-8")
        lines = text.splitlines()
        if len(lines) > LONG:
            lines = [
                *lines[:3],
                f"… {len(lines)} lines, sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}",
            ]
        yield "\n".join((f"== {path.relative_to(site)}", *lines)) + "\n"


def _shortened(text: str) -> str:
    """JSON that a person can compare: indented, long series as their hash."""
    return json.dumps(_short(json.loads(text)), indent=1, ensure_ascii=False) + "\n"


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {key: _short(part) for key, part in value.items()}
    if isinstance(value, list) and len(value) > LONG:
        return f"{len(value)} values, sha256:{hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]}"
    return [_short(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    """Write them anew."""
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    for name, text in pins().items():
        (KEPT / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(list(KEPT.iterdir()))} files to {KEPT.name}/: read the diff", file=sys.stderr)


if __name__ == "__main__":
    main()
