"""An issue a week: what was missed, what is still a draft, and a week that nobody watches."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from generator.market.calendar import last_completed_session, sessions, utc_now
from generator.market.providers.vetting import SETTLING
from generator.publish.freeze import Manifest
from generator.run.week import missed_weeks
from tests import test_report_runs
from tests.market.yahoo_server import YahooServer, chart
from tests.publish.letter import (
    OTHER,
    article,
    publish,
    report,
)
from tests.running import project_with, refused, run, watch, write_spec
from tests.test_report_runs import prices

yahoo = test_report_runs.yahoo


def test_weeks_that_were_left_out_are_told_with_what_to_do(tmp_path: Path) -> None:
    write_spec(tmp_path, "2026-w46", "a draft")
    friday = date(2026, 11, 20)  # of week 47, whose issue is this run's own
    assert missed_weeks(tmp_path, ["2026-w44", "small-caps"], friday) == [
        "missed: 2026-w45 has no published issue; precedent draft --as-of 2026-11-08",
        "missed: 2026-w46 has no published issue; finish reports/2026-w46/report.yml, then: "
        "precedent publish 2026-w46",
    ]
    assert missed_weeks(tmp_path, ["2026-w46"], friday) == []
    assert missed_weeks(tmp_path, ["2026-w47"], friday) == []
    assert missed_weeks(tmp_path, ["small-caps", "2019-w01"], friday) == []
    # 2026 begins in its first week; a year with 53 of them loses none.
    new_year = date(2027, 1, 15)
    assert [line.split()[1] for line in missed_weeks(tmp_path, ["2026-w52"], new_year)] == [
        "2026-w53",
        "2027-w01",
    ]


def test_the_weekly_report_tells_of_missed_weeks_too(project: Path) -> None:
    prices(project / "mine", "SPY")
    watch(project, "SPY", "IWM")
    write_spec(project, "2024-w08", {**OTHER, "title": "A week"})
    told = [line for line in publish(project, "2024-w08").splitlines() if line.startswith("missed:")]
    # The last whole week is that to March 15, the eleventh; it has its draft now.
    assert told == [
        "missed: 2024-w09 has no published issue; precedent draft --as-of 2024-03-03",
        "missed: 2024-w10 has no published issue; precedent draft --as-of 2024-03-10",
    ]
    assert [line for line in report(project).splitlines() if line.startswith("missed:")] == told
    simulated = run("report", "--source", "sample", project=project)
    assert "missed:" not in simulated.stdout


@pytest.mark.parametrize(("days", "read"), [(0, True), (180, True), (400, False)])
def test_what_was_published_years_ago_is_not_read_for_a_week(tmp_path: Path, days: int, read: bool) -> None:
    """Ten years of specs would take longer than the week's run, and old ones may be of an older program."""
    a_letter_of_five(tmp_path, "2026-04-17")
    day = date(2026, 4, 17) - timedelta(days=days)
    write_spec(tmp_path, "an-old-issue", "title: Of another program\n")
    version = tmp_path / "reports/an-old-issue/v1"
    version.mkdir()
    manifest = Manifest("an-old-issue", 1, str(day), str(day), "files", {}, {}, "", "", {}, {})
    (version / "manifest.json").write_text(json.dumps(asdict(manifest)))
    drafted = run("draft", "--source", f"files:{tmp_path}/px", project=tmp_path)
    if read:
        assert "reports/an-old-issue/report.yml" in refused(drafted, 2)
    else:
        assert drafted.exit_code == 0, drafted.output
        assert (tmp_path / "reports/2026-w16/report.yml").exists()


def a_letter_of_five(root: Path, last: str) -> dict[str, list[str]]:
    """A project with a folder of prices of five assets of the core, all to this day; their CSVs' lines."""
    project_with(root)
    assets = ("SPY", "IWM", "QQQ", "DIA", "GLD")
    watch(root, *assets)
    days = sessions("SPY", np.datetime64("2022-01-03"), np.datetime64(last))
    moves = np.random.default_rng(6).normal(0.0004, 0.01, (len(assets), len(days)))
    lines = {}
    (root / "px").mkdir()
    for asset, walk in zip(assets, 100 * np.exp(np.cumsum(moves, axis=1)), strict=True):
        lines[asset] = ["Date,Close", *(f"{day},{close:.2f}" for day, close in zip(days, walk, strict=True))]
        (root / "px" / f"{asset}.csv").write_text("\n".join(lines[asset]) + "\n")
    return lines


@pytest.mark.parametrize(
    ("asset", "keep", "said"),
    [
        ("QQQ", -5, "QQQ: its prices end on 2026-04-10"),
        ("DIA", None, "of DIA; a study needs at least 2"),  # no price in it
        ("SPY", -5, "SPY: its prices end with the week to 2026-04-10, those of IWM reach 2026-04-17"),
    ],
)
def test_a_week_without_an_asset_of_the_core_is_not_passed_over(
    asset: str, keep: int | None, said: str, tmp_path: Path
) -> None:
    root = tmp_path / "letter"
    lines = a_letter_of_five(root, "2026-04-17")
    source = ["--source", f"files:{root / 'px'}"]
    path = root / "px" / f"{asset}.csv"
    path.write_text("\n".join(lines[asset][:keep] if keep else ["Date,Close", "2026-04-17,none"]) + "\n")
    strict = refused(run("report", "--strict", *source, project=root), 3)
    assert "prices of the core are not all there" in strict
    assert said in strict
    assert not (root / "reports").exists()
    told = run("draft", *source, project=root)
    assert told.exit_code == 5
    assert said in told.stderr
    (draft,) = (root / "reports").iterdir()
    # Nobody has read it, so it does not go out; a person may publish it as it is.
    assert run("publish", "--drafts", *source, project=root).exit_code == 3
    assert not (root / "site" / "issues").exists()
    if asset == "QQQ":
        assert "# Without QQQ: its prices end on 2026-04-10" in (draft / "report.yml").read_text()
        text = (draft / "report.yml").read_text().split("\n", 1)[1]
        (draft / "report.yml").write_text(text)
        assert run("publish", *source, project=root).exit_code == 0
        assert run("draft", *source, project=root).exit_code == 0


def test_an_asset_of_the_core_that_a_folder_does_not_have_is_a_choice(tmp_path: Path) -> None:
    root = tmp_path / "letter"
    a_letter_of_five(root, "2026-04-17")
    (root / "px" / "GLD.csv").unlink()
    assert run("draft", "--source", f"files:{root / 'px'}", project=root).exit_code == 0


def test_a_week_has_one_issue_whatever_its_folder_is_called(tmp_path: Path) -> None:
    root = tmp_path / "letter"
    a_letter_of_five(root, "2026-04-17")
    source = ["--source", f"files:{root / 'px'}"]
    assert run("draft", "--as-of", "2026-04-10", *source, project=root).exit_code == 0
    mine = root / "reports" / "a-better-name"
    (root / "reports" / "2026-w15").rename(mine)
    again = run("draft", "--as-of", "2026-04-10", *source, project=root)
    assert "reports/a-better-name/report.yml is there already" in again.output
    (mine / "report.yml").write_text((mine / "report.yml").read_text().split("\n", 1)[1])
    assert "published as v1" in run("publish", "a-better-name", *source, project=root).output
    told = run("report", *source, project=root).output
    assert "missed:" not in told  # the week before last has its issue
    assert [path.name for path in sorted((root / "reports").iterdir())] == ["2026-w16", "a-better-name"]
    again = run("report", *source, project=root).output
    assert "Still a draft, to read and edit: reports/2026-w16/report.yml." in again


def test_a_week_that_nobody_watches(yahoo: YahooServer, tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter")
    assets = ("SPY", "IWM", "QQQ", "DIA", "GLD")
    funds = {asset: f"fund {asset}" for asset in assets}
    watchlist = {"benchmark": "SPY", "core": ["SPY"], "groups": {"Funds": funds}}
    (root / "watchlist.yml").write_text(json.dumps(watchlist))
    last = last_completed_session("SPY", utc_now() - SETTLING)
    days = sessions("SPY", last - np.timedelta64(900, "D"), last)
    moves = np.random.default_rng(5).normal(0.0004, 0.01, (len(assets), len(days)))
    closes = (100 * np.exp(np.cumsum(moves, axis=1))).round(2)
    answers = {
        asset: chart(asset, [str(day) for day in days], [float(close) for close in walk])
        for asset, walk in zip(assets, closes, strict=True)
    }
    yahoo.answers.update({asset: answers[asset] for asset in ("SPY", "IWM", "QQQ")})
    assert run("draft", project=root).exit_code == 0
    (draft,) = (root / "reports").iterdir()
    message = refused(run("publish", "--drafts", project=root), 3)
    assert "2 of 5 assets of the watchlist cannot be had or trusted, more than a fifth" in message
    assert not (root / "site").exists()
    yahoo.answers["DIA"] = answers["DIA"]
    waiting = run("publish", project=root)
    assert waiting.exit_code == 0, waiting.output
    assert f"{draft.name}: a draft that nobody has edited" in waiting.stdout
    assert "Nothing is published yet" in waiting.stdout
    done = run("publish", "--drafts", project=root)
    assert done.exit_code == 0, done.output
    assert f"{draft.name}: published as v1" in done.stdout
    assert article(root, draft.name)
    again = run("publish", "--drafts", project=root)
    assert again.exit_code == 0, again.output
    assert "Site: unchanged" in again.stdout
    checked = run("verify", project=root)
    assert checked.exit_code == 0, checked.output
    assert "made again: every byte the same" in checked.stdout
