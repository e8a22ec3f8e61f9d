"""``precedent report`` again and again: what is made, what is kept, and what stays when something fails."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.core.errors import UnreachableError
from generator.market.calendar import last_completed_session, sessions, utc_now
from generator.market.providers import yahoo_source
from generator.market.providers.yahoo import URL_VARIABLE
from generator.market.providers.yahoo_source import YahooSource
from generator.site.templating import TEMPLATES
from tests.market.yahoo_server import YahooServer, chart, in_yahoos_place
from tests.projects import ROOT
from tests.running import (
    LOCK,
    copy_project,
    listing,
    page,
    project_with,
    refused,
    run,
    small_spec,
    times,
    watch,
    write_spec,
)

UP = "roc(close, 1) > 5"


def prices(folder: Path, asset: str = "IWM", months: int = 40, **faults: str) -> str:
    """A folder of daily closes that wander, as a source."""
    folder.mkdir(parents=True, exist_ok=True)
    days = np.busday_offset("2021-01-01", np.arange(months * 21), roll="forward")
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0005, 0.02, len(days))))
    held = set(sessions("SPY", days[0], days[-1]))
    lines = [f"{day},{close:.4f}" for day, close in zip(days, closes, strict=True) if day in held]
    (folder / f"{asset}.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")
    return f"files:{folder}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished project: two small reports, their prices and the site."""
    place = tmp_path_factory.mktemp("runs")
    root = project_with(place / "letter", one=small_spec(UP), two=small_spec("roc(close, 1) < -5"))
    result = run("report", "--source", prices(root / "mine"), project=root)
    assert result.exit_code == 0, result.output
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The finished project again, for a test to change."""
    return Path(shutil.copytree(made, tmp_path / "letter"))


def again(root: Path, *arguments: str) -> str:
    result = run("report", "--source", f"files:{root / 'mine'}", *arguments, project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_second_run_writes_nothing(project: Path) -> None:
    before = times(project)
    said = again(project)
    assert re.findall(r"(one|two|Site): unchanged", said) == ["one", "two", "Site"]
    after = times(project)
    before.pop(str(project / LOCK), None), after.pop(str(project / LOCK), None)
    assert after == before


def test_a_changed_spec_remakes_its_report_and_the_site_only(project: Path) -> None:
    other = times(project / "build" / "reports" / "two")
    write_spec(project, "one", {**small_spec(UP), "title": "Another title"})
    said = again(project)
    assert "two: unchanged" in said
    assert "one: unchanged" not in said
    assert times(project / "build" / "reports" / "two") == other
    assert "Another title" in page(project, "one")
    assert "Another title" in (project / "site" / "index.html").read_text()
    assert again(project).count("unchanged") == 3


def test_changed_prices_remake_the_reports(project: Path) -> None:
    path = project / "mine" / "IWM.csv"
    path.write_text(path.read_text().rsplit("\n", 2)[0] + "\n")
    assert "unchanged" not in again(project)


def test_one_report_can_be_asked_for(project: Path) -> None:
    write_spec(project, "one", {**small_spec(UP), "title": "New one"})
    write_spec(project, "two", {**small_spec(UP), "title": "New two"})
    again(project, "one")
    assert "New one" in page(project, "one")
    assert "New two" not in page(project, "two")


def test_a_removed_report_leaves_the_site(project: Path) -> None:
    shutil.rmtree(project / "reports" / "two")
    said = again(project)
    assert "one: unchanged" in said
    assert not (project / "site" / "issues" / "two").exists()
    assert not (project / "build" / "reports" / "two").exists()
    pages = list((project / "site").rglob("*.html"))
    assert len(pages) > 10
    assert not [path for path in pages if "issues/two" in path.read_text()]
    assert page(project, "one")


def test_an_earlier_as_of_date_leaves_no_later_date_in_any_file(project: Path) -> None:
    last = date(2022, 6, 14)
    again(project, "--as-of", last.isoformat())
    card = json.loads((project / "build" / "reports" / "one" / "edition.json").read_text())
    assert card["as_of"] == last.isoformat()
    published = date(2026, 4, 21)  # the issue's own date, which the spec gives
    for folder in ("docs/issues", "reports"):
        files = [p for p in sorted((project / "build" / folder).rglob("*.*")) if p.suffix != ".png"]
        assert {p.suffix for p in files} >= {".md", ".csv", ".svg"}
        for path in files:
            for year, month, day in re.findall(r"\b(20\d\d)-(\d\d)-(\d\d)\b", path.read_text()):
                found = date(int(year), int(month), int(day))
                assert found <= last or found == published, f"{path}: {found}"
            later = r"\b(?:[A-Z][a-z]{2} (?:\d{1,2}, )?202[345]|(?:Jul|Aug|Sep|Oct|Nov|Dec) 2022)\b"
            assert not re.search(later, path.read_text()), path


def test_an_asset_whose_prices_ended_long_ago_is_named(project: Path) -> None:
    def ends_on(asset: str, day: str) -> None:
        lines = (project / "mine" / "IWM.csv").read_text().splitlines()
        kept = [lines[0], *(line for line in lines[1:] if line[:10] <= day)]
        (project / "mine" / f"{asset}.csv").write_text("\n".join(kept) + "\n")

    def notes() -> list[str]:
        return [line for line in again(project).splitlines() if "hold this report" in line]

    assets = {"IWM": "Russell 2000", "XOLD": "Gone", "XOLDER": "Long gone"}
    write_spec(project, "one", {**small_spec(UP), "assets": assets})
    ends_on("XOLD", "2023-11-30")
    ends_on("XOLDER", "2022-06-14")
    told = (
        "  note: one: the prices of XOLDER end on 2022-06-14 and hold this report there; those of XOLD end "
        "on 2023-11-30; those of IWM reach 2024-03-21"
    )
    assert notes() == [told]
    assert json.loads((project / "build/reports/one/edition.json").read_text())["as_of"] == "2022-06-14"
    assert notes() == [told]  # although it is not made again


def test_strict_refuses_the_sample(project: Path) -> None:
    before = listing(project)
    message = refused(run("report", "--source", "sample", "--strict", project=project), 3)
    assert "--strict refuses the sample market" in message
    assert listing(project) == before


def failing(root: Path, code: int, *arguments: str) -> str:
    """A run that must fail and leave every file as it is."""
    before = listing(root)
    source = () if "--source" in arguments else ("--source", f"files:{root / 'mine'}")
    message = refused(run("report", *source, *arguments, project=root), code)
    assert listing(root) == before
    return message


def test_assets_that_are_not_to_be_had_are_known_before_anything_is_made(project: Path) -> None:
    for slug in ("one", "two"):
        write_spec(project, slug, {**small_spec(UP, asset="IWN"), "title": "Not made"})
    assert "no prices for 'IWN'" in failing(project, 3)


def test_a_report_that_fails_does_not_stop_the_other(project: Path) -> None:
    (project / "mine" / "BAD.csv").write_text("Date,Close\n2026-04-15,1\n2026-04-16,x\n")
    write_spec(project, "one", {**small_spec(UP), "title": "Made beside the failure"})
    write_spec(project, "two", small_spec(UP, asset="BAD"))
    old = listing(project / "build" / "reports" / "two")
    message = refused(run("report", "--source", f"files:{project / 'mine'}", project=project), 5)
    assert "two: " in message
    assert "BAD.csv, line 3, column Close" in message
    assert "Made beside the failure" in page(project, "one")
    assert listing(project / "build" / "reports" / "two") == old
    assert "A small report" in page(project, "two")


def test_prose_that_asks_for_what_is_not_there(project: Path) -> None:
    prose = {"prose": "It rose {{ study('only').at('9M').average | percent }}."}
    write_spec(project, "one", small_spec(UP, sections=["key_points", prose]))
    assert "reports/one" in failing(project, 2)


def test_the_lock_is_held_by_another_run(project: Path) -> None:
    with (project / LOCK).open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert "another run is at work" in failing(project, 4)
    again(project)


def test_mkdocs_that_fails_leaves_the_old_site(project: Path) -> None:
    site = listing(project / "site")
    text = (TEMPLATES / "mkdocs.yml").read_text()
    (project / "mkdocs.yml").write_text(f"{text}nav:\n  - Archive: archive/nowhere.md\n")
    message = refused(run("report", "--source", f"files:{project / 'mine'}", project=project), 4)
    assert "MkDocs could not build the site" in message
    assert "nowhere.md" in message
    assert listing(project / "site") == site
    (project / "mkdocs.yml").unlink()
    again(project)


@pytest.mark.parametrize("place", ["in the reports", "in the site"])
def test_a_disk_that_is_full_leaves_the_old_site(project: Path, place: str) -> None:
    limit = 2_000
    if place == "in the site":
        sizes = [path.stat().st_size for path in (project / "build").rglob("*") if path.is_file()]
        limit = 2 * max(sizes)
        assets = project / "templates" / "theme" / "assets"
        assets.mkdir(parents=True)
        (assets / "large.txt").write_bytes(bytes(2 * limit))
    write_spec(project, "one", {**small_spec(UP), "title": "Another title"})
    before = {path: text for path, text in listing(project).items() if not path.startswith("build/")}
    begin = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
    program = f"{begin}from generator.cli.main import main; main(prog_name='precedent')"
    arguments = ["--project", str(project), "report", "--source", f"files:{project / 'mine'}"]
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    after = {path: text for path, text in listing(project).items() if not path.startswith("build/")}
    assert after == before
    assert not list(project.rglob(".*.new"))


def test_a_run_that_was_killed_while_it_swapped_the_site(project: Path) -> None:
    site = listing(project / "site")
    (project / "site").rename(project / ".site.old")
    again(project)
    assert listing(project / "site") == site
    assert not (project / ".site.old").exists()


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[YahooServer]:
    """Yahoo on the loopback; the source asks it without pauses."""
    begin = YahooSource.__init__

    def impatient(source: YahooSource, root: Path) -> None:
        begin(source, root, pause=0, backoff=())

    monkeypatch.setattr(YahooSource, "__init__", impatient)
    with in_yahoos_place(monkeypatch) as server:
        yield server


def no_answer(*_: object) -> bytes:
    raise UnreachableError("Yahoo did not answer within 45 seconds")


@pytest.mark.parametrize("option", [("--source", "yahoo"), ("--strict",)])
def test_who_asks_for_yahoo_by_name_or_strictly_gets_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.setattr(yahoo_source, "fetch", no_answer)
    root = project_with(tmp_path / "letter", one=small_spec(UP))
    before = listing(root)
    assert "did not answer" in refused(run("report", *option, project=root), 3)
    assert listing(root) == before


def test_a_strict_week_without_prices_of_its_benchmark_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yahoo_source, "fetch", no_answer)
    root = copy_project(tmp_path / "letter", reports=False)
    assert "did not answer" in refused(run("report", "--source", "yahoo", "--strict", project=root), 3)
    assert not (root / "site").exists()


def test_yahoo_from_the_first_run_to_a_network_that_is_gone(
    yahoo: YahooServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project_with(tmp_path / "letter", one=small_spec(UP))
    watch(root, "SPY", "IWM")
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:9")
    first = run("report", project=root)
    assert first.exit_code == 0, first.output
    assert "Yahoo cannot be reached" in first.stdout
    assert "SIMULATED SAMPLE MARKET" in first.stdout
    assert "simulated" in page(root, "one").lower()

    # Yahoo is three sessions behind, so that the next run asks again.
    today = last_completed_session("IWM", utc_now())
    days = [str(d) for d in sessions("IWM", today - np.timedelta64(200, "D"), today)[:-3]]
    yahoo.answers["IWM"] = chart("IWM", days, [100 + 7 * i % 30 for i in range(len(days))])
    monkeypatch.setenv(URL_VARIABLE, yahoo.url)
    real = run("report", project=root)
    assert real.exit_code == 0, real.output
    assert "Prices from: yahoo" in real.stdout
    assert "simulated" not in page(root, "one").lower()

    # Without a network the store serves, and says from when; --strict does not accept that.
    monkeypatch.setattr(yahoo_source, "fetch", no_answer)
    stale = run("report", project=root)
    site = listing(root / "site")
    assert stale.exit_code == 0, stale.output
    assert f"They end on {days[-1]} and were retrieved on" in stale.stdout
    assert "--strict refuses stale prices" in refused(run("report", "--strict", project=root), 3)

    # Real prices were used here: no sample any more, and the site stays.
    shutil.rmtree(root / "prices")
    message = refused(run("report", project=root), 3)
    assert "no prices of IWM are stored" in message
    assert listing(root / "site") == site


def test_a_ticker_that_yahoo_does_not_know_is_no_reason_for_the_sample(
    yahoo: YahooServer, tmp_path: Path
) -> None:
    root = project_with(tmp_path / "letter", one=small_spec(UP, asset="NOPE"))
    assert "Yahoo has no prices for 'NOPE'" in refused(run("report", project=root), 3)
    assert not (root / "site").exists()
