"""``signals.yml``: read by every command, checked with lines, never in the way of the library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from generator.core.errors import SpecError
from generator.market.quality.suspicions import holds_marks
from generator.signals.library import load_library, own_signals, packaged_library, say_signals
from generator.spec.signals import load_signals, signals_of
from tests.projects import ROOT
from tests.running import refused, run
from tests.study.markets import history_of

SECTION = (ROOT / "REFERENCE.md").read_text().partition("### Signals of your own")[2].partition("\n## ")[0]
BLOCKS = dict(re.findall(r"```(yaml|csv|sh)\n(.*?)```", SECTION, re.DOTALL))


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    say_signals(())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A letter with the signals of the reference, and prices of SPY on the days of its marks."""
    (tmp_path / "signals.yml").write_text(BLOCKS["yaml"])
    (tmp_path / "letter.yml").write_text((ROOT / "letter.yml").read_text())
    (tmp_path / "watchlist.yml").write_text((ROOT / "watchlist.yml").read_text())
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "MYFLAG.csv").write_text(BLOCKS["csv"])
    days = [line.split(",")[0] for line in BLOCKS["csv"].splitlines()[1:]]
    closes = [400, 410, 420.5, 400, 404]
    rows = [f"{day},{close}" for day, close in zip(days, closes, strict=True)]
    (tmp_path / "prices" / "SPY.csv").write_text("\n".join(["Date,Close", *rows]) + "\n")
    return tmp_path


def test_the_example_of_the_reference_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    asked = ["study", "--asset", "SPY", "--when"]
    line = BLOCKS["sh"].strip()
    assert line.startswith("precedent " + " ".join(asked))
    when = re.search("--when '([^']+)'", line)
    assert when is not None
    rest = line.partition(f"'{when[1]}'")[2].split()
    result = run(*asked, when[1], *rest, "--format", "json")
    episodes = json.loads(result.stdout)["episodes"]
    assert [e["date"] for e in episodes] == ["2024-01-03", "2024-01-08"]
    assert episodes[0]["returns"]["1D"] == pytest.approx(100 * (420.5 / 410 - 1))
    assert "MYFLAG" not in result.stderr  # nothing strange about marks


def test_commands_read_the_letters_signals(project: Path) -> None:
    source = ("--source", f"files:{project / 'prices'}")
    named = json.loads(
        run(
            "study", "--asset", "SPY", "--signal", "our-flag", *source, "--format", "json", project=project
        ).stdout
    )
    assert (named["when"], [e["trigger"] for e in named["episodes"]]) == ('on("MYFLAG", close) > 0', [1, 1])
    listed = run("signals", project=project).stdout
    assert "three-percent-day" in listed
    assert "the close is up 3% or more from the session before" in listed
    scanned = json.loads(run("scan", "--assets", "SPY", *source, "--format", "json", project=project).stdout)
    assert {event["signal"] for event in scanned["events"]} == {"our-flag"}
    assert run("check", project=project).exit_code == 0
    report = project / "reports" / "ours" / "report.yml"
    report.parent.mkdir(parents=True)
    report.write_text(
        "title: Ours\ndate: 2024-01-09\nassets: {SPY: S&P 500}\nstudies:\n"
        "  ours: {asset: SPY, signal: three-percent-day, parameters: {percent: 2}}\n"
        "sections:\n  - study: ours\n"
    )
    assert run("check", project=project).exit_code == 0


def test_another_project_does_not_know_them(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert run("signals", "our-flag", project=project).exit_code == 0
    assert 'There is no signal "our-flag"' in refused(
        run("signals", "our-flag", project=tmp_path_factory.mktemp("other")), 2
    )


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("name: our-flag", "name: golden-cross", 11, "the library has a signal 'golden-cross' already"),
        ("name: our-flag", "name: three-percent-day", 11, "is there twice"),
        ("name: our-flag", "name: Our Flag", 11, "must be lower-case words joined by hyphens"),
        ("kind: trend", "kind: trendy", 13, "must be one of momentum, trend"),
        ("  kind: trend\n", "", 11, "must be one of momentum, trend"),
        ("roc(close, 1) >= {percent}", "roc(close, 1) >= {size}", 7, "must be those used in the expression"),
        ("roc(close, 1) >= {percent}", "roc(clos, 1) >= {percent}", 6, 'There is no field "clos"'),
        ("cooldown: 21", "cooldown: soon", 5, "found 'soon' where a whole number is needed"),
        ("cooldown: 21", "colour: red", 5, "there is no such key"),
        ("  headline: Our flag goes up\n", "", 11, "'headline' is missing"),
        ("{percent: 3}", "{percent: three}", 7, "found 'three' where a number is needed"),
    ],
)
def test_mistakes_have_their_line(project: Path, before: str, after: str, line: int, told: str) -> None:
    text = BLOCKS["yaml"]
    assert before in text
    (project / "signals.yml").write_text(text.replace(before, after, 1))
    with pytest.raises(SpecError) as caught:
        load_signals(project)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("signals.yml", line)
    assert told in problem.message
    assert told in refused(run("check", project=project), 2)


@pytest.mark.parametrize("text", ["signals: []\n", "just words\n"])
def test_what_is_no_list_is_refused(project: Path, text: str) -> None:
    (project / "signals.yml").write_text(text)
    assert "must be a list, each item beginning with '- '" in refused(run("check", project=project), 2)


def test_an_empty_file_and_a_misnamed_one(project: Path) -> None:
    (project / "signals.yml").write_text("# nothing yet\n")
    assert load_signals(project) == ()
    (project / "signals.yml").rename(project / "signals.yaml")
    assert "Rename it to signals.yml" in refused(run("check", project=project), 2)


def test_a_frozen_folder_is_read_with_its_own_signals(project: Path, tmp_path: Path) -> None:
    say_signals(load_signals(project))
    ours = own_signals()
    empty = tmp_path / "inputs"
    empty.mkdir()
    with signals_of(empty):
        assert load_library() == packaged_library()
    assert own_signals() == ours
    assert list(load_library())[-2:] == ["three-percent-day", "our-flag"]


def test_what_marks_are() -> None:
    def marks(*closes: float) -> bool:
        return holds_marks(history_of("X", {f"2024-01-0{n + 1}": close for n, close in enumerate(closes)}))

    assert marks(0, 1, 1)
    assert marks(-1, 0, 1)
    assert not marks(1, 2, 3)  # could be prices
    assert not marks(0, 0.5)
    assert not marks(0, 100, 0)


@pytest.mark.parametrize("wrong", ["  expression: rc(close, 1) >= {percent}", "  expression: [", "  kynd: x"])
def test_a_signal_with_a_mistake_is_told_of_once(project: Path, wrong: str) -> None:
    text = (project / "signals.yml").read_text()
    (project / "signals.yml").write_text(text.replace("  expression: roc(close, 1) >= {percent}", wrong))
    (project / "reports" / "one").mkdir(parents=True)
    spec = """
        title: Days
        date: 2024-01-08
        assets: {SPY: S&P 500}
        studies: {days: {asset: SPY, signal: three-percent-day, horizons: [1D]}}
        sections: [study: days, also_fired: {assets: {SPY: S&P 500}, signals: [three-percent-day]}]
    """
    (project / "reports" / "one" / "report.yml").write_text(dedent(spec))
    told = refused(run("check", project=project), 2)
    assert "signals.yml:" in told
    assert "report.yml" not in told
