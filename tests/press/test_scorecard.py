"""The scorecard's page, its place in the site, and when it is made again."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.assembly.pages import expectations_file, read_expectations, site_pages
from generator.assembly.scorecard_csv import scorecard_csv
from generator.core.errors import BadDataError, OutputError
from generator.language.words import span
from generator.market.calendar import sessions
from generator.market.history import PriceHistory
from generator.pages.scorecard import IN_FULL, calibration_words, score_page
from generator.scorecard.outcomes import Calibration, Case, Scorecard, Share, keep_score
from generator.scorecard.values import Expectation
from generator.site.templating import render
from tests.press import demo, scorecards, surveys
from tests.press.reading import tags, text
from tests.running import project_with, run, small_spec, write_spec


@pytest.fixture(scope="module")
def page() -> str:
    (page,) = (
        file.content.decode()
        for file in site_pages((), demo.LETTER, scorecards.demo(), surveys.NOTHING)
        if file.path == "scorecard/index.md"
    )
    return page


def test_a_row_says_what_was_suggested_and_what_happened(page: str) -> None:
    cases = page.partition('id="cases"')[2]
    rows = re.findall(r"<tr(?: class=\"open\")?>\n<th scope=\"row\">.*?</tr>", cases, re.DOTALL)
    said = [[text(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]
    suggested = ["−2.00 to +9.00", "−8.00 to +20.00", "+3.00", "+2.00", "13"]
    assert said[:3] == [
        ["1M", "+4.48", "middle half", "", "Jul 31, 2026", *suggested],
        ["3M", "−9.76", "below the range", "", "Jul 31, 2026", *suggested],
        ["12M", "+4.76", "middle half so far", "", "3 of 12 months", *suggested],
    ]
    assert ['class="open"' in row for row in rows[:3]] == [False, False, True]


def test_every_issue_has_one_row_and_the_rest_is_folded(page: str) -> None:
    overview, _, folded = page.partition('id="cases"')
    rows = re.findall(r"<tr(?: class=\"open\")?>\n<th scope=\"row\">.*?</tr>", overview, re.DOTALL)
    said = [[text(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]
    case = "Months of ten percent or more (IWM)"
    assert said == [
        [
            "Issue small-caps-ten-percent-month · Apr 21, 2026", "−9.76", "0.00", "3M", "below the range",
            f"{case}, and one more",
        ],
        ["Issue earlier-0 · Nov 28, 2025", "—", "—", "—", "gone by the close", case],
    ]  # fmt: skip
    assert folded.count("<details") == folded.count("</details>") == 2
    assert not re.search("<details[^>]* open", folded)


def late() -> Scorecard:
    """The demo's first case alone, of an issue that came out when the price had risen 1.25% already."""
    card = scorecards.demo()
    newest, *_ = card.issues
    case = replace(newest.cases[0], counted=date(2026, 5, 4), gone=0.0125)
    return replace(card, issues=(replace(newest, cases=(case,)),))


def test_what_was_gone_at_publication_is_told() -> None:
    page = score_page(late())
    came = "Returns count from the close of May 4, 2026, the first after publication"
    gone = f"{came}; by then IWM stood 1.2% higher."
    assert f"on Apr 30, 2026. {gone} Three months later" in page.issues[0].cases[0].story
    assert page.newest.endswith(f"below all 13 earlier cases. {gone}"), "the home page likewise"
    assert page.rows[0].gone == "+1.25"
    row = next(csv.DictReader(scorecard_csv(late()).content.decode().splitlines()))
    assert (row["counted_from"], row["gone"]) == ("2026-05-04", "1.25")


def test_the_mark_has_the_median_and_the_return_on_one_scale(page: str) -> None:
    marks = [
        [float(number) for number in re.findall(r"--[abmv]:([\d.]+)%", attributes["style"] or "")]
        for tag, attributes in tags(page)
        if tag == "span" and attributes.get("class") == "mark"
    ]
    # Worst at 12, best at 88: 76 for 28 points, from −8 on.
    places = [12 + (level + 8) / 28 * 76 for level in (-2, 9, 3, 4.48)]
    assert marks[0] == pytest.approx(places, abs=0.051)
    assert marks[1][3] == pytest.approx(12 + (-9.76 + 8) / 28 * 76, abs=0.051)


def test_every_case_has_its_story(page: str) -> None:
    said = text(page)
    for words in (
        "The signal held to the close of the month, on Apr 30, 2026; returns count from that close.",
        "Three months later IWM stood 9.8% lower, below all 13 earlier cases.",
        "It waits for the close of April 2026",
        "it was gone by the close of April 2026. It did not hold, and counts in no statistic.",
        "No case was under way when the issue was written",
        "Two issues had three cases under way. Of the three returns that began with them, two are complete "
        "and one not yet. One case waits for the close that it counts from. One case was gone by the close "
        "and counts nowhere.",
        "The complete returns cover one separate period",
        "A month <under way>",
        "The verdict at the time, at every horizon: could be luck.",
    ):
        assert words in said, words
    assert "<under" not in page


def test_the_file_has_a_row_a_horizon_and_keeps_its_columns() -> None:
    file = scorecard_csv(scorecards.demo())
    assert file.path == "scorecard/scorecard.csv"
    lines = file.content.decode().splitlines()
    # Whoever reads this file counts on these names in this order: add at the end, change nothing.
    assert lines[0] == (
        "issue,title,date,as_of,source,simulated,study,study_title,asset,target,bars,returns,signal_date,"
        "provisional,state,entered,horizon,horizon_bars,n,worst,lower,median,upper,best,usual,verdict,return,"
        "place,complete,until,bars_passed,headline,counted_from,gone"
    )
    rows = list(csv.DictReader(lines))
    # Three horizons of the case under way, of the one that waits and the one that is gone; none of the last.
    assert [(r["state"], r["horizon"]) for r in rows] == [
        (state, label) for state in ("entered", "waiting", "not-held") for label in ("1M", "3M", "12M")
    ] + [("none", "")]
    one, three, twelve = rows[:3]
    assert (one["worst"], one["lower"], one["median"], one["upper"], one["best"]) == (
        "-8",
        "-2",
        "3",
        "9",
        "20",
    )
    assert [(r["return"], r["place"], r["complete"]) for r in (one, three, twelve)] == [
        ("4.48", "middle", "true"), ("-9.76", "below", "true"), ("4.76", "middle", "false")
    ]  # fmt: skip
    assert (one["simulated"], one["entered"], one["until"]) == ("true", "2026-04-30", "2026-07-31")
    assert (rows[3]["return"], rows[3]["entered"], rows[3]["n"]) == ("", "", "13")


def led_with(label: str) -> Scorecard:
    """The demo's case (1M +4.48%, 3M −9.76%, 12M +4.76% so far), where the finding led with a horizon."""
    card = scorecards.demo()
    newest, *_ = card.issues
    case = newest.cases[0]
    led = replace(case, expectation=replace(case.expectation, headline=label))
    return replace(card, issues=(replace(newest, cases=(led,)),))


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        # Of 13 earlier cases half lay between −2% and +9%, all between −8% and +20%.
        (
            "1M",
            "One month later IWM stood 4.5% higher, in the middle half of the 13 earlier cases. Three months "
            "later it stood 9.8% lower, below all 13 earlier cases.",
        ),
        (
            "3M",
            "Three months later IWM stood 9.8% lower, below all 13 earlier cases.",
        ),
        (
            "12M",
            "Three months later IWM stood 9.8% lower, below all 13 earlier cases. The horizon of the "
            "finding, 12 months, is still open: by Jul 31, 2026 it stood 4.8% higher.",
        ),
    ],
)
def test_the_horizon_of_the_finding_is_told_first(headline: str, told: str) -> None:
    page = score_page(led_with(headline))
    story = page.issues[0].cases[0].story
    assert f"returns count from that close. {told} The verdict at the time" in story
    assert page.newest == f"Months of ten percent or more, Apr 30, 2026: {told[0].lower()}{told[1:]}"


def test_the_file_says_which_horizon_the_finding_led_with() -> None:
    def column(card: Scorecard) -> list[str]:
        return [r["headline"] for r in csv.DictReader(scorecard_csv(card).content.decode().splitlines())]

    assert column(led_with("3M")) == ["false", "true", "false"]
    # Empty where an issue did not keep it.
    assert set(column(scorecards.demo())) == {""}


def test_no_issue_leaves_the_file() -> None:
    assert scorecard_csv(scorecards.NOTHING).content.count(b"\n") == 1


def test_an_empty_scorecard_is_a_page() -> None:
    page = score_page(scorecards.NOTHING)
    assert page.deck.startswith("There is no issue yet.")
    assert (page.summary, page.issues, page.newest) == ((), (), "")


def test_with_everything_pending_nothing_is_judged() -> None:
    expected = scorecards.demo().issues[0].expected
    page = score_page(keep_score([expected], {}, "sample"))
    assert page.summary == (
        "One issue had two cases under way. Two cases cannot be scored from these prices.",
        "Whether such ranges hold can only be judged once returns are complete.",
    )
    assert page.newest == ""


def test_shares_are_told_with_what_was_to_be_expected() -> None:
    half, whole = Share(9, 0.45, 0.4, (0.26, 0.66)), Share(17, 0.85, 0.8, (0.64, 0.95))
    words = calibration_words(Calibration(20, 12, half, whole, Share(12, 0.6, 0.5, (0.39, 0.78))))
    assert words[0] == (
        "Of 20 complete returns, nine (45%) ended inside the middle half of the earlier cases and 17 (85%) "
        "inside their whole range. If the past is a fair guide, about 40% and 80% should. That is within "
        "what chance allows."
    )
    assert "12 separate periods" in words[1]
    assert "39% to 78%" in words[1]
    low = calibration_words(Calibration(20, 12, Share(2, 0.1, 0.4, (0.03, 0.3)), whole, whole))
    assert low[0].endswith("That is fewer inside the middle half than chance allows.")


def test_the_home_page_tells_the_newest_outcome() -> None:
    page = score_page(scorecards.demo())
    assert page.newest == (
        "Months of ten percent or more, Apr 30, 2026: three months later IWM stood 9.8% lower, below all 13 "
        "earlier cases."
    )


def test_the_newest_outcome_is_not_the_longest() -> None:
    study = replace(scorecards.expectation(), title="Old and long", asset="OLD", target="OLD")
    young = replace(study, title="Young and short", asset="NEW", target="NEW")

    def ended(case: Expectation, label: str, bars: int, value: float, until: date) -> Case:
        told = scorecards.outcome(scorecards.expected_horizon(label, bars), value)
        return Case(case, "entered", date(2025, 7, 31), (replace(told, until=until),))

    def newest(*cases: Case) -> str:
        card = scorecards.demo()
        issue = replace(card.issues[0], cases=cases)
        return score_page(replace(card, issues=(issue,))).newest

    long = ended(study, "12M", 12, 0.05, date(2026, 7, 31))
    short = ended(young, "1M", 1, -0.03, date(2026, 8, 31))
    for cases in ((long, short), (short, long)):
        assert newest(*cases).startswith(
            "Young and short, Jul 31, 2025: one month later NEW stood 3.0% lower"
        )
    # Of two that end on one day the longer says more.
    same = ended(young, "1M", 1, -0.03, date(2026, 7, 31))
    for cases in ((long, same), (same, long)):
        assert newest(*cases).startswith("Old and long, Jul 31, 2025: 12 months later OLD stood 5.0% higher")


def test_expectations_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    expected = scorecards.demo().issues[0].expected
    file = expectations_file(expected)
    (tmp_path / file.path).write_bytes(file.content)
    assert read_expectations(tmp_path) == expected
    (tmp_path / file.path).write_bytes(b"{")
    with pytest.raises(BadDataError, match=r"expectations\.json.*Make the report again"):
        read_expectations(tmp_path)
    (tmp_path / file.path).unlink()
    with pytest.raises(OutputError, match=r"expectations\.json.*Make the report again"):
        read_expectations(tmp_path)


DAYS = sessions("IWM", np.datetime64("2019-01-01"), np.datetime64("2024-12-31"))
CLOSES = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0005, 0.02, len(DAYS))))
# February 2024 falls by a fifth and March rises by three tenths, so that a case begins in March and holds.
CLOSES *= np.where(np.datetime64("2024-02-15") <= DAYS, 0.8, 1) * np.where(
    np.datetime64("2024-03-05") <= DAYS, 1.3, 1
)


def prices(root: Path, last: str) -> str:
    """A source with the closes up to a day."""
    (root / "mine").mkdir(exist_ok=True)
    lines = [f"{d},{c:.4f}" for d, c in zip(DAYS, CLOSES, strict=True) if d <= np.datetime64(last)]
    (root / "mine" / "IWM.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")
    return f"files:{root / 'mine'}"


def report(root: Path, *arguments: str) -> str:
    result = run("report", *arguments, project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def expectations(root: Path, slug: str) -> bytes:
    return (root / "build" / "reports" / slug / "expectations.json").read_bytes()


def test_expectations_are_frozen_and_outcomes_follow_the_prices(tmp_path: Path) -> None:
    spec = {**small_spec("roc(close, 1) > 0"), "date": "2024-03-18", "as_of": "2024-03-15"}
    root = project_with(tmp_path / "letter", one=spec, two={**spec, "title": "Another", "date": "2024-03-19"})
    scorecard = root / "site" / "scorecard" / "index.html"

    report(root, "--source", prices(root, "2024-03-15"))
    frozen = expectations(root, "one")
    assert b"2024-03-1" in frozen
    assert not re.search(r"2024-(0[4-9]|1\d)", frozen.decode())
    before = text(scorecard.read_text())
    assert "close of Mar 15, 2024" in before
    assert before.count("It waits for the close of March 2024") == 2

    report(root, "--source", prices(root, "2024-12-31"))
    assert expectations(root, "one") == frozen
    after = text(scorecard.read_text())
    assert "close of Dec 31, 2024" in after
    assert "It waits" not in after
    closes = dict(zip(map(str, DAYS), CLOSES.round(4), strict=True))
    moved = closes["2024-06-28"] / closes["2024-03-28"] - 1
    # Of either issue once in its row and once in its fold.
    assert after.count(f"{moved * 100:+.2f}".replace("-", "−")) == 4

    assert "Site: unchanged" in report(root, "--source", f"files:{root / 'mine'}")
    earlier = report(root, "--source", f"files:{root / 'mine'}", "--as-of", "2024-03-15")
    assert "Site: unchanged" not in earlier
    again = text(scorecard.read_text())
    assert again == before
    assert expectations(root, "one") == frozen


def test_the_horizon_that_the_finding_led_with_is_put_on_record(tmp_path: Path) -> None:
    spec = {**small_spec("roc(close, 1) > 0"), "date": "2024-03-18", "as_of": "2024-03-15"}
    root = project_with(tmp_path / "letter", one=spec)
    report(root, "--source", prices(root, "2024-03-15"))
    (study,) = json.loads(expectations(root, "one"))["studies"]
    article = (root / "build" / "reports" / "one" / "index.md").read_text()
    (finding,) = re.findall(r'^finding: "(.*)"$', article, re.MULTILINE)
    assert f"after {span(study['headline'])}, " in finding


def test_an_issue_made_from_other_prices_stays_on_the_page(tmp_path: Path) -> None:
    spec = {**small_spec("roc(close, 1) > 0"), "date": "2024-03-18"}
    root = project_with(tmp_path / "letter", one=spec, two={**spec, "title": "Another"})
    report(root, "--source", prices(root, "2024-03-15"))
    other = root / "other"
    shutil.copytree(root / "mine", other)
    (other / "IWM.csv").rename(other / "SPY.csv")
    write_spec(root, "two", {**small_spec("roc(close, 1) > 0", asset="SPY"), "date": "2024-03-18"})
    said = report(root, "two", "--source", f"files:{other}")
    assert "scorecard: no prices for 'IWM'" in said
    page = text((root / "site" / "scorecard" / "index.html").read_text())
    assert "The source of the newest prices lacks one of IWM." in page
    assert json.loads(expectations(root, "one"))["slug"] == "one"


def test_a_week_on_the_scorecard_says_when_it_ends() -> None:
    week = scorecards.expectation(
        bars="weekly", date="2026-04-21", horizons=(scorecards.expected_horizon("4W", 4),)
    )
    days = sessions("IWM", np.datetime64("2025-01-01"), np.datetime64("2026-04-22"))
    histories = {"IWM": PriceHistory("IWM", days, np.linspace(100.0, 120.0, len(days)))}
    issue = scorecards.demo().issues[0].expected
    expected = type(issue)(issue.slug, "A week", "2026-04-22", "2026-04-21", "files", (week,))
    page = score_page(keep_score([expected], histories, "files"))
    assert "It waits for the close of the week of Apr 21, 2026" in page.issues[0].cases[0].story


def test_issues_too_old_for_tables_have_a_line_each():
    newest, *_ = scorecards.demo().issues
    many = tuple(
        replace(newest, expected=replace(newest.expected, slug=f"issue-{n}")) for n in range(IN_FULL + 3)
    )
    page = score_page(replace(scorecards.demo(), issues=many))
    assert [entry.slug for entry in page.issues] == [f"issue-{n}" for n in range(IN_FULL)]
    assert [row.slug for row in page.rows] == [f"issue-{n}" for n in range(IN_FULL + 3)]
    html = render("site/scorecard.html", score=page)
    for number in range(IN_FULL + 3):
        assert f"../issues/issue-{number}/index.html" in html
