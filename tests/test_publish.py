"""``precedent publish`` and ``verify``: what is frozen stays, and what should not go out does not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.market.calendar import last_completed_session, sessions, utc_now
from generator.market.providers.files import FilesSource
from generator.market.providers.vetting import SETTLING
from generator.run.week import missed_weeks
from generator.site.markdown import to_html
from tests import test_report_runs
from tests.market.yahoo_server import YahooServer, chart
from tests.press.reading import text
from tests.real_prices import market_data, real_prices
from tests.running import listing, page, project_with, refused, run, small_spec, write_spec
from tests.test_report_runs import UP, prices

yahoo = test_report_runs.yahoo
LAST = "2024-03-21"
"""Where the prices of these tests end, a Thursday."""
ISSUE = small_spec(UP, date=LAST, as_of=LAST)
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><path d="M0 0h80v20H0z"/></svg>'
OTHER = small_spec("roc(close, 1) < -5", date=LAST, as_of=LAST)


def publish(root: Path, *arguments: str) -> str:
    result = run("publish", "--source", f"files:{root / 'mine'}", *arguments, project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def report(root: Path) -> str:
    result = run("report", "--source", f"files:{root / 'mine'}", project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def verify(root: Path, code: int = 0, *slugs: str) -> str:
    result = run("verify", "--source", f"files:{root / 'mine'}", *slugs, project=root)
    assert result.exit_code == code, result.output
    return result.output


def unpublished(root: Path, code: int, *arguments: str) -> str:
    """A run that must publish nothing and leave the site and what is frozen as they are."""
    before = listing(root / "site"), frozen(root)
    source = () if "--source" in arguments else ("--source", f"files:{root / 'mine'}")
    message = refused(run("publish", *source, *arguments, project=root), code)
    assert (listing(root / "site"), frozen(root)) == before
    return message


def frozen(root: Path) -> dict[str, str]:
    files = listing(root / "reports")
    return {name: hash_ for name, hash_ in files.items() if re.search(r"/v\d+/", name)}


def article(root: Path, slug: str, version: str = "") -> str:
    text = page(root, f"{slug}/{version}" if version else slug)
    found = re.search(r'<article class="letter issue">.*</article>', text, re.DOTALL)
    assert found
    return found[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two reports, of which one is published."""
    root = project_with(tmp_path_factory.mktemp("publish") / "letter", one=ISSUE, two=OTHER)
    prices(root / "mine")
    said = publish(root, "one")
    assert "one: published as v1" in said
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The project again, for a test to change."""
    return Path(shutil.copytree(made, tmp_path / "letter"))


def test_the_manifest_names_every_file_and_what_it_was_made_from(made: Path) -> None:
    folder = made / "reports" / "one" / "v1"
    manifest = json.loads((folder / "manifest.json").read_text())
    there = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    del there["manifest.json"]
    assert {"edition.json", "index.md", "email.eml", "expectations.json", "social.png"} <= set(there)
    assert {"inputs/one/report.yml", "inputs/letter.yml", "inputs/earlier.json"} <= set(there)
    assert manifest["files"] == {
        name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in there.items()
    }
    assert (manifest["slug"], manifest["version"], manifest["as_of"]) == ("one", 1, LAST)
    assert manifest["source"] == "files"
    spec = (made / "reports" / "one" / "report.yml").read_bytes()
    assert manifest["spec"] == f"sha256:{hashlib.sha256(spec).hexdigest()}"
    kept = manifest["snapshots"]["IWM"].removeprefix("sha256:")
    assert (made / "prices" / "snapshots" / f"{kept}.parquet").exists()
    assert {"python", "precedent", "numpy", "matplotlib"} <= set(manifest["made_with"])


def test_the_site_shows_the_frozen_files_and_no_other_issue(made: Path) -> None:
    folder, place = made / "reports" / "one" / "v1", made / "site" / "issues" / "one"
    shown = {path.name for path in place.iterdir()} - {"index.html"}
    assert {"edition.json", "email.html", "email.txt", "social.png", "lead.svg"} <= shown
    for name in shown:
        assert (place / name).read_bytes() == (folder / name).read_bytes(), name
    words = to_html((folder / "index.md").read_text().partition("\n---\n")[2])
    assert text(article(made, "one")).split() == text(words).split()
    assert [path.name for path in (made / "site" / "issues").iterdir()] == ["one"]


def test_neither_prices_nor_spec_nor_code_change_what_is_published(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, words = listing(project / "site" / "issues" / "one"), article(project, "one")
    history = project / "mine" / "IWM.csv"
    lines = history.read_text().splitlines()
    history.write_text("\n".join([lines[0], f"{lines[1].partition(',')[0]},50", *lines[2:-3]]) + "\n")
    write_spec(project, "one", {**ISSUE, "title": "Another title"})
    monkeypatch.setattr("generator.run.report.program_hash", lambda root: "another program")
    result = run("report", "--source", f"files:{project / 'mine'}", project=project)
    assert result.exit_code == 0, result.output
    assert "reports/one/report.yml has changed since v1 was published" in result.stdout
    after = listing(project / "site" / "issues" / "one")
    del before["index.html"], after["index.html"]  # around its article stands what leads to other issues
    assert after == before
    assert article(project, "one") == words
    assert "A small report" in page(project, "two")
    assert "Another title" not in (project / "site" / "index.html").read_text()
    said = verify(project)
    assert "IWM up to 2024-03-21 were revised since: 3 sessions are gone; close of 2021-" in said


def test_the_scorecard_keeps_an_issue_whose_spec_was_removed(project: Path) -> None:
    (project / "reports" / "one" / "report.yml").unlink()
    shutil.rmtree(project / "reports" / "two")
    report(project)
    assert article(project, "one")
    assert "../issues/one/" in (project / "site" / "scorecard" / "index.html").read_text()


def test_it_is_made_again_with_every_byte_the_same(made: Path) -> None:
    said = verify(made)
    files = json.loads((made / "reports" / "one" / "v1" / "manifest.json").read_text())["files"]
    assert f"Files: {len(files)} in 1 published version, all as published" in said
    assert "prices: not revised since" in said
    assert "made again: every byte the same" in said


def test_it_keeps_its_pictures_when_the_letter_changes_its_looks(project: Path) -> None:
    """Pages wear the new looks; charts, card and e-mail stay, also when made again."""
    (project / "looks").mkdir()
    (project / "looks" / "logo.svg").write_text(LOGO)
    looks = '\nlooks:\n  logo: looks/logo.svg\n  colours: {light: {accent: "#8a1c4a"}}\n'
    plain = (project / "letter.yml").read_text()
    (project / "letter.yml").write_text(plain + looks)
    publish(project, "two")
    then = frozen(project)
    kept = project / "reports" / "two" / "v1"
    assert (kept / "inputs" / "looks" / "logo.svg").read_text() == LOGO
    assert "#8a1c4a" in (kept / "email.html").read_text()
    other = looks.replace("8a1c4a", "2b4a7f").replace("  logo: looks/logo.svg\n", "")
    (project / "letter.yml").write_text(plain + other)
    (project / "looks" / "logo.svg").unlink()
    report(project)
    assert "--accent: #2b4a7f" in (project / "site" / "assets" / "letter.css").read_text()
    assert frozen(project) == then
    assert "made again: every byte the same" in verify(project, 0, "two")


def test_what_comes_out_otherwise_is_damage_only_where_nothing_explains_it(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.run.verify._other_files", lambda *_: ["index.md"])
    said = verify(made, 3)
    assert "made again, otherwise: index.md" in said
    assert "the program: the same as then" in said
    assert "from the same prices the same program makes something else" in said
    # Another program explains it, though the prices are the same.
    monkeypatch.setattr("generator.run.verify.program_hash", lambda root: "another program")
    said = verify(made, 0)
    assert "made again, otherwise: index.md" in said
    assert "the program: code, templates, settings or lock are others than then" in said


@pytest.mark.parametrize("how", ["changed", "missing", "added", "manifest", "linked"])
def test_a_frozen_file_that_was_touched_is_found_and_not_shown(project: Path, how: str) -> None:
    folder = project / "reports" / "one" / "v1"
    if how == "missing":
        (folder / "lead.svg").unlink()
    elif how == "manifest":
        (folder / "manifest.json").write_text("{}")
    elif how == "linked":
        (folder / "lead.csv").unlink()
        (folder / "lead.csv").symlink_to("/etc/hostname")
    else:
        with (folder / ("lead.svg" if how == "changed" else "more.svg")).open("a") as file:
            file.write(" ")
    assert "git checkout -- reports/one/v1" in verify(project, 3)
    site = listing(project / "site")
    write_spec(project, "two", {**OTHER, "title": "Another"})
    message = refused(run("report", "--source", f"files:{project / 'mine'}", project=project), 3)
    assert "reports/one/v1" in message
    assert listing(project / "site") == site


TELLS = small_spec(UP, date=LAST, as_of=LAST)
TELLS["sections"] = ["key_points", {"study": "only"}, "past_signals", "method"]


def test_an_issue_refers_to_those_that_it_tells_of(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    write_spec(project, "two", TELLS)
    publish(project, "before")
    publish(project, "two")
    expected = project / "reports" / "before" / "v1" / "expectations.json"
    told = json.loads((project / "reports" / "two" / "v1" / "inputs" / "earlier.json").read_text())
    # Not "one": it has the same date.
    assert told == {"before/v1": f"sha256:{hashlib.sha256(expected.read_bytes()).hexdigest()}"}
    assert "made again: every byte the same" in verify(project, 0, "two")
    write_spec(
        project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20", "title": "Corrected"}
    )
    publish(project, "before", "--correct", "A word.")
    assert "made again: every byte the same" in verify(project, 0, "two")
    whole = expected.read_bytes()
    expected.write_bytes(whole.replace(b"IWM", b"SPY"))
    said = verify(project, 3)
    assert "before v1\n  DAMAGED: reports/before/v1 is not what was published" in said
    assert (
        "two v1\n  DAMAGED: it tells of reports/before/v1/expectations.json, which has changed since" in said
    )
    write_spec(project, "three", {**TELLS, "title": "Another"})
    shutil.rmtree(project / "reports" / "before" / "v2")
    message = unpublished(project, 3, "three")
    assert "before was published (v2) but only v1 is there: git checkout -- reports/before/v2; " in message
    (project / "published.jsonl").unlink()
    assert "before/v1/expectations.json is not what was published" in unpublished(project, 3, "three")
    shutil.rmtree(project / "reports" / "before")
    said = verify(project, 3, "two")
    assert "reports/before/v1/expectations.json, which is missing" in said
    assert "git checkout -- reports/before/v1" in said


def test_an_issue_that_tells_of_one_taken_back_since_is_whole(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    write_spec(project, "two", TELLS)
    publish(project, "before")
    publish(project, "two")
    done = run("unpublish", "before", "--reason", "A wrong price.", project=project)
    assert done.exit_code == 0, done.output
    said = verify(project, 0, "two")
    assert "not made again: it tells of before, taken back since" in said
    assert "every byte the same" in verify(project, 0, "one")
    report(project)
    assert "A wrong price." in (project / "site/issues/before/index.html").read_text()


def test_without_a_name_only_the_newest_issue_is_made_again(project: Path) -> None:
    write_spec(project, "before", {**ISSUE, "date": "2024-03-20", "as_of": "2024-03-20"})
    publish(project, "before")
    said = verify(project)
    assert "in 2 published versions, all as published" in said
    assert said.count("made again: every byte the same") == 1
    assert "one v1" in said
    assert "before v1" not in said
    assert "Only the newest issue was made again. Name others" in said
    said = verify(project, 0, "before", "one")
    assert said.count("made again: every byte the same") == 2
    assert "Only the newest" not in said
    with (project / "reports" / "before" / "v1" / "lead.svg").open("a") as file:
        file.write(" ")
    said = verify(project, 3)
    assert "lead.svg has changed" in said
    assert "made again: every byte the same" in said


def test_without_the_kept_prices_those_of_today_are_used(project: Path) -> None:
    shutil.rmtree(project / "prices")
    said = verify(project)
    assert "the snapshot is not kept here" in said
    assert "made again: every byte the same" in said


def test_a_kept_snapshot_with_other_prices_is_damage(project: Path) -> None:
    (kept,) = (project / "prices" / "snapshots").glob("*.parquet")
    kept.write_bytes(kept.read_bytes()[:-20])
    said = verify(project, 3)
    assert said.count(kept.name) == 1
    assert "not a parquet file. Remove it" in said


def test_another_source_is_not_compared(project: Path) -> None:
    result = run("verify", "--source", "sample", project=project)
    assert result.exit_code == 0, result.output
    assert "published from files, and this is sample" in result.stdout
    assert "made again: every byte the same" in result.stdout


def test_a_correction_is_a_new_version_and_the_old_one_stays(project: Path) -> None:
    letter = (project / "letter.yml").read_text()
    (project / "letter.yml").write_text(letter.replace("base_url:", "base_url: https://example.org/a"))
    before, words = frozen(project), article(project, "one")
    write_spec(project, "one", {**ISSUE, "title": "What was meant"})
    assert "--correct" in unpublished(project, 2, "one")
    publish(project, "one", "--correct", "The title was <wrong>.")
    after = frozen(project)
    assert {name: after[name] for name in before} == before
    note = "The title was &lt;wrong&gt;."
    assert note in article(project, "one")
    assert "What was meant" in article(project, "one")
    assert article(project, "one", "v1") == words.replace('="../', '="../../')
    old = page(project, "one/v1")
    assert "This version of the issue was corrected on" in old
    assert 'href="../index.html"' in old
    assert 'content="noindex"' in old
    assert (project / "site" / "issues" / "one" / "v1" / "lead.svg").exists()
    place = project / "site" / "issues" / "one"
    assert "The title was <wrong>." in " ".join((place / "email.txt").read_text().split())
    assert note in (place / "email.html").read_text()
    feed = (project / "site" / "feed.xml").read_text()
    assert "&amp;lt;wrong&amp;gt;" in feed
    assert "one/v1" not in (project / "site" / "sitemap.xml").read_text()
    for name in re.findall(r'(?:src|srcset|href)="([^"#?]+)', old):
        if not name.startswith(("http", "mailto:", "data:")):
            target = place / "v1" / name
            assert target.exists() or (target / "index.html").exists(), name
    assert verify(project).count("made again: every byte the same") == 2


def test_a_correction_reaches_no_farther_than_what_it_corrects(project: Path) -> None:
    spec = {**OTHER, "title": "Not pinned"}
    del spec["as_of"]
    write_spec(project, "two", spec)
    publish(project, "two")
    with (project / "mine" / "IWM.csv").open("a") as file:
        file.write("2024-03-22,100\n2024-03-25,101\n")
    write_spec(project, "two", {**spec, "title": "Still not pinned"})
    publish(project, "two", "--correct", "A word.")
    edition = json.loads((project / "reports" / "two" / "v2" / "edition.json").read_text())
    assert edition["as_of"] == LAST
    assert edition["corrections"][0]["note"] == "A word."
    assert edition["corrections"][0]["version"] == 1


def test_a_correction_that_changes_nothing_is_not_made(project: Path) -> None:
    said = unpublished(project, 2, "one", "--correct", "A word.")
    assert "one: nothing in it differs from v1; edit reports/one/report.yml first." in said
    write_spec(project, "one", {**ISSUE, "title": "What was meant"})
    publish(project, "one", "--correct", "The title was wrong.")
    assert "differs from v2" in unpublished(project, 2, "one", "--correct", "The title was wrong.")
    # What the vendor has revised in the month of an episode changes what the issue says.
    path = project / "mine" / "IWM.csv"
    path.write_text(
        re.sub(
            r"(?m)^(2023-\d\d-\d\d),(.*)",
            lambda row: f"{row[1]},{float(row[2]) * 1.01:.4f}",
            path.read_text(),
        )
    )
    said = unpublished(project, 5, "one", "--correct", "The prices were revised.")
    assert "The close changed by" in said
    acknowledged = run(
        "data", "ack", "IWM", LAST, "--kind", "rewritten", "--reason", "The vendor was wrong.",
        "--source", f"files:{project / 'mine'}", project=project,
    )  # fmt: skip
    assert acknowledged.exit_code == 0, acknowledged.output
    publish(project, "one", "--correct", "The prices were revised.")
    edition = json.loads((project / "reports" / "one" / "v3" / "edition.json").read_text())
    assert [each["note"] for each in edition["corrections"]] == [
        "The title was wrong.",
        "The prices were revised.",
    ]


def test_a_published_issue_without_its_spec_says_where_a_copy_lies(project: Path) -> None:
    (project / "reports" / "one" / "report.yml").unlink()
    gone = (
        "reports/one/report.yml is gone. As it was published it lies in reports/one/v1/inputs/one/report.yml"
    )
    assert gone in report(project)
    assert gone in unpublished(project, 2, "one", "--correct", "A word.")
    assert "one: published already, as v1" in publish(project, "one")


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        (
            {"date": "2024-03-25", "as_of": "2024-03-25"},
            3,
            "end on 2024-03-21, before the session of 2024-03-25: those of IWM on 2024-03-21. Publish",
        ),
        ({"date": "2024-03-25"}, 3, "before the session of 2024-03-22"),
        ({"date": "2024-03-20", "as_of": None}, 3, "dated 2024-03-20 and shows prices to 2024-03-21"),
        ({"date": "2999-01-01"}, 2, "which has not come"),
        ({"tags": ["draft"]}, 2, "a draft that nobody has edited"),
    ],
)
def test_what_is_not_published(project: Path, changes: dict[str, object], code: int, told: str) -> None:
    spec = {key: value for key, value in {**OTHER, **changes}.items() if value is not None}
    write_spec(project, "two", spec)
    assert told in unpublished(project, code, "two")


def test_a_letter_without_a_name_for_feeds_publishes_nothing(project: Path) -> None:
    letter = project / "letter.yml"
    text = letter.read_text()
    letter.write_text(re.sub(r"^id:.*\n", "", text, flags=re.MULTILINE))
    assert letter.read_text() != text
    told = unpublished(project, 2, "two")
    assert "letter.yml: id: is missing" in told
    assert "id: tag:example.org,2026:letter" in told


def test_the_asset_that_keeps_an_issue_from_being_published_is_named(project: Path) -> None:
    lines = (project / "mine" / "IWM.csv").read_text().splitlines()
    old = [lines[0], *(line for line in lines[1:] if line[:10] <= "2022-06-14")]
    (project / "mine" / "XOLD.csv").write_text("\n".join(old) + "\n")
    write_spec(project, "two", {**OTHER, "assets": {"IWM": "Russell 2000", "XOLD": "Gone"}})
    told = (
        "its prices end on 2022-06-14, before the session of 2024-03-21: those of XOLD on 2022-06-14. Publish"
    )
    assert told in unpublished(project, 3, "two")


def test_no_sample_no_held_and_no_stale_prices(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "refuses the sample" in unpublished(project, 3, "two", "--source", "sample")
    monkeypatch.setattr(FilesSource, "held", {"IWM": "IWM is held: it fell by half in a day."})
    assert "IWM is held: it fell by half in a day." in unpublished(project, 3, "two")
    monkeypatch.undo()
    monkeypatch.setattr(FilesSource, "stale", ("IWM",))
    assert "IWM" in unpublished(project, 3, "two")


def test_a_page_made_from_prices_that_are_held_says_so(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FilesSource, "held", {"IWM": "IWM is held: it fell by half in a day."})
    write_spec(project, "two", small_spec("roc(close, 1) < -5", date=LAST))
    report(project)
    said = "Newer prices of Russell 2000 look wrong and are held back. This page goes by those, which end on "
    assert f"{said}Mar 21, 2024." in article(project, "two")
    # What is pinned to a day that the prices reach has missed nothing.
    write_spec(project, "two", OTHER)
    report(project)
    assert "held back" not in article(project, "two")


def test_what_passed_is_published_and_the_rest_is_told(project: Path) -> None:
    write_spec(project, "two", {**OTHER, "date": "2024-03-25"})
    write_spec(project, "three", {**OTHER, "title": "The third"})
    write_spec(project, "four", {**OTHER, "date": "2999-01-01"})
    write_spec(project, "five", "title: no more than this")
    result = run("publish", "--source", f"files:{project / 'mine'}", project=project)
    message = refused(result, 5)
    assert "two: its prices end on 2024-03-21" in message
    assert "five: " in message
    assert "four: its date, 2999-01-01, has not come" in result.stdout
    assert {path.name for path in (project / "site" / "issues").iterdir()} == {"one", "three"}
    assert "The third" in page(project, "three")


def test_nothing_is_published_when_the_benchmark_or_a_fifth_of_the_watchlist_fails(project: Path) -> None:
    (project / "mine" / "SPY.csv").write_text("Date,Close\n2024-03-20,1\n2024-03-21,x\n")
    assert "the benchmark SPY" in unpublished(project, 3, "two")
    (project / "mine" / "SPY.csv").rename(project / "mine" / "QQQ.csv")
    assert "1 of 2 assets of the watchlist" in unpublished(project, 3, "two")


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


def a_letter_of_five(root: Path, last: str) -> dict[str, list[str]]:
    """A project with a folder of prices of five assets of the core, all to this day; their CSVs' lines."""
    project_with(root)
    assets = ("SPY", "IWM", "QQQ", "DIA", "GLD")
    watchlist = {"benchmark": "SPY", "groups": {"Funds": {asset: f"fund {asset}" for asset in assets}}}
    (root / "watchlist.yml").write_text(json.dumps(watchlist))
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


def test_a_name_that_was_never_published(project: Path) -> None:
    message = refused(run("verify", "two", "--source", "sample", project=project), 2)
    assert "'two' was never published. Published issues: one." in message


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


@real_prices
def test_the_april_issue_on_real_prices(tmp_path: Path) -> None:
    slug = "2026-04-21-small-caps-ten-percent-month"
    root = project_with(tmp_path / "letter")
    shutil.copytree(Path(__file__).parent.parent / "reports" / slug, root / "reports" / slug)
    source = ("--source", f"files:{market_data()}")
    done = run("publish", *source, project=root)
    assert done.exit_code == 0, done.output
    before = listing(root / "site" / "issues" / slug)
    again = run("publish", *source, project=root)
    assert again.exit_code == 0, again.output
    assert listing(root / "site" / "issues" / slug) == before
    checked = run("verify", *source, project=root)
    assert checked.exit_code == 0, checked.output
    assert "made again: every byte the same" in checked.stdout
