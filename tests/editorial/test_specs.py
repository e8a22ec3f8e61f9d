"""Report specs: what is read, what is refused, and where each mistake is said to be."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from generator.check.reading import check, list_slugs, load_spec, load_specs, new_spec
from generator.core.errors import OutputError, RequestError, SpecError
from generator.core.suggest import suggest
from generator.spec.models import (
    BestCasesSection,
    KeyPointsSection,
    ProseSection,
    ReportSpec,
    StudySection,
    note_for,
)
from generator.spec.studies import assets_read, build_studies, measure_heading

PROJECT = Path(__file__).parents[2]

GOOD = """\
title: A report
date: 2026-04-21
assets: {IWM: Russell 2000, ON: onsemi, NO: Norway}
studies:
  big-months:
    asset: IWM
    signal: ten-percent-month
sections:
  - study: big-months
"""


def write(root: Path, text: str, slug: str = "a-report") -> Path:
    path = root / "reports" / slug / "report.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    (root / "letter.yml").write_bytes((PROJECT / "letter.yml").read_bytes())
    return path


def read(root: Path, text: str) -> ReportSpec:
    return load_spec(write(root, text))


def problems(root: Path, text: str) -> dict[str, tuple[int | None, str]]:
    with pytest.raises(SpecError) as caught:
        read(root, text)
    assert {p.file for p in caught.value.problems} == {"reports/a-report/report.yml"}
    found = {p.key: (p.line, p.message) for p in caught.value.problems}
    assert len(found) == len(caught.value.problems)
    return found


def test_the_shortest_report_and_what_it_leaves_out(tmp_path: Path) -> None:
    spec = read(tmp_path, GOOD)
    assert (spec.slug, spec.title, spec.date, spec.as_of) == ("a-report", "A report", date(2026, 4, 21), None)
    assert spec.lead_study == "big-months"
    assert spec.sections == (StudySection(study="big-months"),)
    assert dict(spec.assets) == {"IWM": "Russell 2000", "ON": "onsemi", "NO": "Norway"}
    assert spec.text == GOOD
    assert spec.excerpts["big-months"] == "big-months:\n  asset: IWM\n  signal: ten-percent-month"


def test_a_spec_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        read(tmp_path, GOOD).title = "Other"


def test_reading_twice_gives_equal_values(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert load_spec(path) == load_spec(path)


def test_sections_short_long_repeated_and_in_any_order(tmp_path: Path) -> None:
    sections = """\
  - conclusion
  - key_points: [Once, Again]
  - study: big-months
  - prose: Words.
  - study: {study: big-months, heading: Again}
  - key_points
  - key_points: {heading: H}
  - prose: {text: More words., heading: H}
  - best_cases: {study: big-months, horizon: 12M, count: 2, notes: {2020-04: Why.}}
"""
    spec = read(tmp_path, GOOD.replace("  - study: big-months\n", sections))
    kinds = "conclusion key_points study prose study key_points key_points prose best_cases"
    assert [section.kind for section in spec.sections] == kinds.split()
    assert spec.sections[1] == KeyPointsSection(points=("Once", "Again"))
    assert spec.sections[4] == StudySection(study="big-months", heading="Again")
    assert spec.sections[7] == ProseSection(text="More words.", heading="H")
    assert spec.sections[8] == BestCasesSection(
        study="big-months", horizon="12M", count=2, notes={"2020-04": "Why."}
    )


MISTAKES = """\
title: A report
date: 21 April 2026
as_off: 2026-04-20
assets:
  IWM: Russell 2000
  "s:y": S&P 500
returns: prices
studies:
  big-months:
    asset: IWN
    signal: ten-percent-months
    cooldown: -1
  surges:
    asset: IWM
    when: rocc(close, 5) > 8
    bars: monthly
    horizons: [1M, 2W]
    contexts: {2003-04-30: Low}
sections:
  - keypoints
  - study: surge
  - best_cases: {study: surges, horizon: 9M, count: many}
  - worst_cases: {study: surges, horizon: 9M}
  - performance: [IWM]
"""


def test_every_mistake_at_once_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    found = problems(tmp_path, MISTAKES)
    expected = {
        "date": (2, "a date such as 2026-04-21"),
        "as_off": (3, "Did you mean 'as_of'?"),
        "assets.s:y": (6, "a ticker such as IWM"),
        "returns": (7, "Did you mean 'price'?"),
        "studies.big-months.asset": (10, "Did you mean 'IWM'?"),
        "studies.big-months.signal": (11, "ten-percent-month"),
        "studies.big-months.cooldown": (12, "at least 0"),
        "studies.surges.when": (15, "roc"),
        "studies.surges.horizons[2]": (17, "2W"),
        "studies.surges.contexts.2003-04-30": (18, "a month such as 2003-04"),
        "sections[1]": (20, "Did you mean 'key_points'?"),
        "sections[2].study": (21, "Did you mean 'surges'?"),
        "sections[3].best_cases.count": (22, "a whole number"),
        "sections[3].best_cases.horizon": (22, "1M, 2W"),
        "sections[4].worst_cases.horizon": (23, "1M, 2W"),
        "sections[5]": (24, "Allowed: assets, since, heading"),
    }
    assert found.keys() == expected.keys()
    for key, (line, part) in expected.items():
        assert found[key][0] == line, key
        assert part in found[key][1], key


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "part"),
    [
        (
            "signal: ten-percent-month",
            "signal: ten-percent-mont",
            "studies.big-months.signal",
            7,
            "ten-percent-month",
        ),
        ("asset: IWM", "asset: IWN", "studies.big-months.asset", 6, "Did you mean 'IWM'?"),
        ("asset: IWM", "target: IWM", "studies.big-months.asset", 5, "is missing"),
        (
            "signal: ten-percent-month",
            "cooldown: 3",
            "studies.big-months",
            5,
            "exactly one of 'signal', 'when' and 'dates'",
        ),
        ("IWM\n", "IWM\n    when: close > 1\n", "studies.big-months", 5, "it has 'signal' and 'when'"),
        (
            "IWM\n",
            "IWM\n    parameters: {percnt: 5}\n",
            "studies.big-months.parameters.percnt",
            7,
            "parameter",
        ),
        ("IWM\n", "IWM\n    parameters: {x: lots}\n", "studies.big-months.parameters.x", 7, "a number"),
        ("IWM\n", "IWM\n    parameters: {x: nan}\n", "studies.big-months.parameters.x", 7, "a number"),
        ("IWM\n", "IWM\n    measure: close > 1\n", "studies.big-months.measure", 7, ""),
        ("IWM\n", "IWM\n    horizons: [1M, 1M]\n", "studies.big-months.horizons", 7, "twice"),
        ("IWM\n", "IWM\n    horizon: 9M\n", "studies.big-months.horizon", 7, "Name one of these, or add 9M"),
        ("IWM\n", "IWM\n    horizon: 1W\n", "studies.big-months.horizon", 7, "cannot express the horizon 1W"),
        ("IWM\n", "IWM\n    horizons: []\n", "studies.big-months.horizons", 7, "no horizon"),
        ("IWM\n", "IWM\n    bars: hourly\n", "studies.big-months.bars", 7, "Allowed: daily, weekly, monthly"),
        ("IWM\n", "IWM\n    since: 2026-04-21\n", "studies.big-months.since", 7, "Choose an earlier one"),
        ("IWM\n", "IWM\n    contexts: {2003-13: x}\n", "studies.big-months.contexts.2003-13", 7, "calendar"),
        (
            "IWM\n",
            "IWM\n    contexts: {2026-05: x}\n",
            "studies.big-months.contexts.2026-05",
            7,
            "2026-04-21",
        ),
        ("2026-04-21", "2026-02-30", "date", 2, "there is no day 2026-02-30"),
        ("2026-04-21", "1776729600", "date", 2, "a date such as"),
        ("2026-04-21", "2026-04-21\nas_of: 2026-04-22", "as_of", 3, "after the report's date"),
        ("2026-04-21", "2026-04-21\nlead: big-month", "lead", 3, "Did you mean 'big-months'?"),
        ("title: A report", "title:", "title", 1, "is missing"),
        ("title: A report", "title: ''", "title", 1, "is empty"),
        ("title: A report", "titel: A report", "titel", 1, "Did you mean 'title'?"),
        ("title: A report", "slug: x\ntitle: A report", "slug", 1, "there is no such key"),
        ("  big-months:", "  Big Months:", "studies.Big Months", 5, "small letters"),
        ("  - study: big-months", "  - study", "sections[1]", 9, "'study' is missing"),
        (
            "  - study: big-months",
            "  - study: big-months\n    heading: H",
            "sections[1]",
            9,
            "indented under it",
        ),
        ("  - study: big-months", "  - study: {kind: study}", "sections[1].study.kind", 9, "no such key"),
        ("  - study: big-months", "  - [a]", "sections[1]", 9, "write a section as"),
        ("  - study: big-months", "  - conclusion: x", "sections[1]", 9, "takes keys, not a value"),
        (
            "  - study: big-months",
            "  - seasonality: SPY",
            "sections[1].seasonality",
            9,
            "'SPY' is not among",
        ),
        (
            "  - study: big-months",
            "  - performance: {assets: [IWM, SPY], since: 2020-01-02}",
            "sections[1].performance.assets[2]",
            9,
            "not among",
        ),
        ("  - study: big-months\n", "", "sections", 8, "at least one section"),
    ],
)
def test_one_mistake(tmp_path: Path, old: str, new: str, key: str, line: int, part: str) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new, 1))
    assert key in found
    assert found[key][0] == line
    assert part in found[key][1]


def test_a_key_that_cannot_be_read_makes_no_second_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("IWM\n", "IWM\n    bars: hourly\n    horizons: [1W]\n    contexts: {2020-04-30: x}\n")
    assert problems(tmp_path / "bars", text).keys() == {"studies.big-months.bars"}
    text = GOOD.replace("signal: ten-percent-month", "signal: [a]")
    assert problems(tmp_path / "signal", text).keys() == {"studies.big-months.signal"}
    text = GOOD.replace("signal: ten-percent-month", "when: {a: b}\n    signal:")
    assert problems(tmp_path / "when", text).keys() == {"studies.big-months.when"}


def test_check_gathers_the_mistakes_of_all_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("title", "titel"), "first")
    write(tmp_path, GOOD.replace("IWM\n", "IWN\n"), "second")
    write(tmp_path, GOOD, "third")
    write(tmp_path, "a: *b", "fourth")
    (tmp_path / "letter.yml").write_text("name: n\n")
    found = check(tmp_path)
    assert sorted({p.file for p in found}) == [
        "letter.yml",
        "reports/first/report.yml",
        "reports/fourth/report.yml",
        "reports/second/report.yml",
    ]
    with pytest.raises(SpecError) as caught:
        load_specs(tmp_path)
    assert [p for p in found if p.file != "letter.yml"] == list(caught.value.problems)
    assert [spec.slug for spec in load_specs(tmp_path, ["third", "third"])] == ["third"]


def test_a_folder_without_a_spec_is_a_mistake(tmp_path: Path) -> None:
    for name in ("typo/report.yaml", "cased/Report.YML", "many/a.yml", "many/b.yaml", "notes/n.md"):
        (tmp_path / "reports" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports" / name).touch()
    (tmp_path / "reports" / "empty").mkdir()
    # None of these is: an issue whose spec was removed, what an editor keeps for itself, a note.
    for name in ("published/v1", ".obsidian"):
        (tmp_path / "reports" / name).mkdir(parents=True)
    (tmp_path / "reports" / "README.md").touch()
    write(tmp_path, GOOD, "good")
    found = {p.file: p.message for p in check(tmp_path) if p.file != "letter.yml"}
    out = "write one, or take the folder out of reports/"
    assert found == {
        f"reports/{name}": f"there is no report.yml here ({what})."
        for name, what in {
            "cased": "found Report.YML; rename it",
            "empty": f"the folder is empty; {out}",
            "many": "found a.yml, b.yaml; rename the one that is the report",
            "notes": f"nor another YAML file; {out}",
            "typo": "found report.yaml; rename it",
        }.items()
    }
    with pytest.raises(RequestError, match=r"^reports/typo: there is no report.yml here \(found report"):
        load_specs(tmp_path, ["typo"])
    with pytest.raises(RequestError, match="there is no report 'published'"):
        load_specs(tmp_path, ["published"])


@pytest.mark.parametrize(
    ("count", "end"), [(16, "n14, n15."), (17, "n15, n16."), (18, "n16, n17."), (19, "n15 and 3 more.")]
)
def test_what_is_left_of_a_list_is_named_when_it_is_little(count: int, end: str) -> None:
    assert suggest("zzz", [f"n{number}" for number in range(count)]).endswith(end)


@pytest.mark.parametrize(
    "slug", ["../outside", "..", "a/b", "A", "", "-a", "a\n", "a b", ".hidden", "a" * 81, "/etc"]
)
def test_a_slug_is_a_plain_name(tmp_path: Path, slug: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RequestError, match="small letters"):
        load_specs(tmp_path, [slug])
    with pytest.raises(RequestError, match="small letters"):
        new_spec(tmp_path, slug)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_unknown_report_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="precedent new x"):
        load_specs(tmp_path, ["x"])
    write(tmp_path, GOOD, "small-caps")
    with pytest.raises(RequestError, match="Did you mean 'small-caps'"):
        load_specs(tmp_path, ["smal-caps"])


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "project"
    (root / "reports").mkdir(parents=True)
    write(outside, GOOD)
    (root / "reports" / "linked").symlink_to(outside / "reports" / "a-report")
    with pytest.raises(SpecError, match="leads out of the project"):
        load_specs(root)


def test_a_folder_that_is_no_slug_is_told(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "Small Caps")
    with pytest.raises(SpecError, match="misnamed"):
        load_specs(tmp_path)


def test_new_writes_a_report_that_passes_every_check(tmp_path: Path) -> None:
    (tmp_path / "letter.yml").write_bytes((PROJECT / "letter.yml").read_bytes())
    path = new_spec(tmp_path, "2026-05-05-yes-no")
    assert path == tmp_path / "reports" / "2026-05-05-yes-no" / "report.yml"
    assert check(tmp_path) == ()
    spec = load_spec(path)
    assert (spec.title, spec.date) == ("Yes no", date(2026, 5, 5))
    assert build_studies(spec)["ten-percent-months"].asset == "IWM"


@pytest.mark.parametrize("slug", ["1", "2026-13-45-x", "2026-05-05", "null", "0-0"])
def test_new_copes_with_any_slug(tmp_path: Path, slug: str) -> None:
    assert load_spec(new_spec(tmp_path, slug)).slug == slug


def test_new_with_every_comment_taken_away_is_valid_too(tmp_path: Path) -> None:
    """The commented lines are advice; each of them must be right."""
    path = new_spec(tmp_path, "x")
    text = path.read_text()
    head, rest = text.split("title:", 1)
    advice = re.sub(r"^( *)# (?=( {2})*(?:[a-z_]+:|- |\d{4}-|Your own|\{\{))", r"\1", rest, flags=re.M)
    assert advice.count("#") < rest.count("#")
    path.write_text(f"{head}title:{advice}".replace("    when: roc", "    # when: roc"))
    spec = load_spec(path)
    assert spec.studies["ten-percent-months"].target == "SPY"
    assert {"signal", "build", "seasonality", "prose"} <= {section.kind for section in spec.sections}


def test_new_does_not_write_over_a_report(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    with pytest.raises(RequestError, match="nothing was written"):
        new_spec(tmp_path, "a-report")
    assert path.read_text() == GOOD


def test_new_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(OutputError):
        new_spec(tmp_path, "x")


def test_the_signals_own_choices_fill_what_is_left_out(tmp_path: Path) -> None:
    text = GOOD.replace("sections:", "  turns: {asset: IWM, signal: reverse-up, horizons: [2m]}\nsections:")
    studies = build_studies(read(tmp_path, text))
    months, turns = studies["big-months"], studies["turns"]
    assert (months.bars, months.cooldown, months.target, months.entry) == ("monthly", 0, "IWM", "close")
    assert [h.label for h in months.horizons] == ["1M", "3M", "6M", "12M"]
    assert months.condition.text == "roc(close, 1) >= 10"
    assert months.signal == "ten-percent-month"
    assert months.measure is not None
    assert (turns.bars, turns.cooldown) == ("daily", 10)
    assert [(h.label, h.bars) for h in turns.horizons] == [("2M", 42)]


def test_what_is_written_goes_before_the_signals_choices(tmp_path: Path) -> None:
    text = """\
title: A report
date: 2026-04-21
returns: total
assets: {IWM: a, SPY: b}
studies:
  one:
    asset: IWM
    target: SPY
    when: on("QQQ", roc(close, 3)) > 5
    bars: weekly
    cooldown: 4
    entry: next_open
    measure: roc(close, 3)
    measure_heading: "Weeks, %"
    since: 2010-01-01
  two: {asset: SPY, signal: reverse-up, returns: price, cooldown: 0}
sections: [method]
"""
    spec = read(tmp_path, text)
    one, two = build_studies(spec).values()
    assert (one.target, one.bars, one.cooldown, one.entry) == ("SPY", "weekly", 4, "next_open")
    assert (one.returns, two.returns, two.cooldown) == ("total", "price", 0)
    assert [h.label for h in one.horizons] == ["4W", "13W", "26W", "52W"]
    assert (one.since, one.signal) == (date(2010, 1, 1), None)
    assert one.measure is not None
    assert one.measure.text == "roc(close, 3)"
    assert measure_heading(spec.studies["one"]) == "Weeks, %"
    assert assets_read(spec) == ("IWM", "SPY", "QQQ")


def test_changed_parameters_change_the_condition(tmp_path: Path) -> None:
    from generator.signals.library import find_signal

    name, value = next(iter(find_signal("ten-percent-month").parameters.items()))
    spec = read(tmp_path, GOOD.replace("IWM\n", f"IWM\n    parameters: {{{name}: {value + 2}}}\n"))
    assert build_studies(spec)["big-months"].condition.text == f"roc(close, 1) >= {value + 2}"


def test_notes_are_found_by_month_week_or_day() -> None:
    notes = {"2020-04": "m", "2020-04-29": "d"}
    assert note_for(notes, date(2020, 4, 30), "monthly") == "m"
    assert note_for(notes, date(2020, 5, 1), "weekly") == "d"
    assert note_for(notes, date(2020, 5, 4), "weekly") is None
    assert note_for(notes, date(2020, 4, 30), "daily") is None
    assert note_for(notes, date(2020, 4, 29), "daily") == "d"


def test_text_that_looks_like_markup_stays_as_written(tmp_path: Path) -> None:
    kicker = "<script>alert(1)</script> **bold** {{ 7 * 7 }} [x](javascript:y)"
    text = f"title: A report\nkicker: '{kicker}'\nas_written: [{{text: '{kicker}', because: a test}}]"
    assert read(tmp_path, GOOD.replace("title: A report", text)).kicker == kicker


def test_the_projects_reports_are_right() -> None:
    assert check(PROJECT) == ()
    assert set(list_slugs(PROJECT)) >= {
        "2025-12-01-small-caps-reverse-up",
        "2026-04-21-small-caps-ten-percent-month",
    }
