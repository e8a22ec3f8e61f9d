"""Sentences against what a person would write from the same numbers, and what small samples may say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.article import definition, pictures
from generator.findings import cases, conclusion, market_sentences, robust, sentences, uncounted
from generator.findings.families import family_of
from generator.findings.market_facts import MonthToDate
from generator.findings.view import StudyView
from generator.language import middle, numbers, words
from generator.market.history import PriceHistory
from generator.spec.models import StudySpec
from generator.study.holding import Holding
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import Entry
from tests.editorial.hand import hand_view, history, monthly_dates, weekdays, with_p

# Three- and twelve-month returns of the thirteen published episodes, corrected.
THREE = [19.24, 14.53, 15.91, 6.77, 4.73, 6.19, 13.08, 20.60, -2.09, 4.45, 4.78, -2.72, -11.25]
TWELVE = [39.94, 47.67, -4.74, 10.30, 16.75, 7.69, 72.58, 20.52, 6.12, -10.26, 10.09, -2.00, 2.84]
ONE = [10.87, 3.40, 4.15, -0.38, 2.46, 5.18, 6.59, 8.31, -2.00, 2.20, -3.90, -1.69, -8.65]


def decimals(values: list[float]) -> list[float]:
    return [v / 100 for v in values]


def published(**shape: object) -> StudyView:
    columns = {"1M": decimals(ONE), "3M": decimals(THREE), "12M": decimals(TWELVE)}
    return hand_view(columns, **shape)  # type: ignore[arg-type]


def test_a_finding_begins_with_its_verdict_and_says_times_before_shares() -> None:
    assert sentences.finding(published(p=0.08)) == (
        "Better than usual, though luck could explain it: after three months Alphabet blocks were higher 10 "
        "of 13 times "
        "(77%), with an average of +7.2%; from any month they were higher 64% of the time, +2.0% on average."
    )


def test_an_ordinary_study_says_so_first() -> None:
    assert sentences.finding(published(p=0.5)).startswith(
        "No clear difference at any of the three horizons. After three months Alphabet blocks "
        "were higher 10 of 13 times"
    )


def test_only_horizons_that_were_judged_are_counted_among_those_that_show_nothing() -> None:
    nothing = "No clear difference"
    few = decimals(TWELVE)[:9]
    one = hand_view({"3M": decimals(THREE), "12M": few}, p=0.5)
    assert sentences.finding(one).startswith(f"{nothing}. After three months")
    two = hand_view({"1M": decimals(ONE), "3M": decimals(THREE), "12M": few}, p=0.5)
    assert sentences.finding(two).startswith(f"{nothing} at any horizon with enough cases. After three")
    both = hand_view({"1M": decimals(ONE), "3M": decimals(THREE)}, p=0.5)
    assert sentences.finding(both).startswith(f"{nothing} at either horizon. After three months")
    # Another horizon shows something: nothing is said of all of them.
    other = with_p(published(p=0.1), (0.1, 0.5, 0.1), ordinary=(False, True, False))
    assert sentences.finding(other).startswith(f"{nothing}. After three months")


def test_a_few_cases_that_carry_the_average_do_not_lead() -> None:
    # Eleven cases between −1% and +3%, one of +90%: the average is 8.4, the median 1.0.
    returns = [0.01, -0.01, 0.02, 0.03, 0.01, 0.0, 0.02, 0.01, -0.01, 0.01, 0.02, 0.9]
    view = hand_view({"3M": returns}, p=0.5)
    assert sentences.finding(view) == (
        "No clear difference. After three months Alphabet blocks were higher 9 of 12 times "
        "(75%), with a median of +1.0%; from any month they were higher 64% of the time, a median of +2.5%. "
        "The average, +8.4%, hangs on a few cases; the median does not."
    )
    assert sentences.one_line(view) == (
        "In 12 cases Alphabet blocks were higher 9 times after three months, a median of +1.0%, against "
        "+2.5% from any "
        "month."
    )
    assert "brought a median of +1.0%; from any month they rose" in conclusion.conclusion([view])[0]
    cell = conclusion.strip(view).cells[0]
    assert (cell.average, cell.win_rate, cell.median) == ("+1.0%", "rose 9 of 12", True)
    # One measure in all cells: an average beside a median could not be read across.
    both = conclusion.strip(hand_view({"3M": returns, "6M": [0.03, 0.02] * 5 + [0.05] * 2}, p=0.5)).cells
    assert [(c.average, c.median) for c in both] == [("+1.0%", True), ("+3.0%", True)]
    assert [(c.label, c.headline, c.median) for c in conclusion.strip(published()).cells] == [
        ("1M", False, False), ("3M", True, False), ("12M", False, False),
    ]  # fmt: skip
    assert sentences.drift(view) == ""


@pytest.mark.parametrize(
    ("average", "median", "carried"),
    [
        (0.10, 0.05, False), (0.10, 0.0499, True), (0.10, -0.01, True), (0.10, 0.0, True),
        (-0.10, -0.05, False), (-0.10, -0.0499, True), (-0.10, 0.01, True), (-0.03, -0.10, False),
        (12.0, 11.0, True), (9.9, 9.0, False), (0.0004, -0.01, False), (0.0, 0.02, False),
    ],
)  # fmt: skip
def test_when_a_few_cases_carry_the_average(average: float, median: float, carried: bool) -> None:
    summary = replace(published().result.summaries[0], average=average, median=median)
    assert middle.is_carried(summary) == carried
    told = middle.typical(summary)
    assert told is not None
    assert (told.value, told.usual) == ((median, 0.025) if carried else (average, 0.02))


def test_the_edge_comes_with_its_interval_and_with_what_chance_does() -> None:
    assert sentences.edge(published(p=0.08, interval=(-0.02, 0.23))) == (
        "The edge over any month at three months is +5.2 points (best estimate after shrinkage +0.5 points); "
        "the edge’s 95% interval, −2.0 to +23.0, includes zero."
    )
    shift, stand = "Shift these dates along the calendar, and", "out as much."
    assert sentences.chance(published(p=0.08)) == f"{shift} about eight shifts in 100 stand {stand}"
    assert sentences.chance(published(p=0.012)) == f"{shift} about one shift in 100 stands {stand}"
    assert sentences.chance(published(p=0.004)) == f"{shift} fewer than one shift in 100 stands {stand}"


def test_an_interval_that_leaves_zero_out_is_said_to() -> None:
    assert "+1.0 to +9.0, excludes zero." in sentences.edge(published(interval=(0.01, 0.09)))


def test_spread_names_both_ends_and_what_the_best_one_is_worth() -> None:
    # (sum of the twelve others) / 12 = 144.92 / 12 = 12.08
    assert sentences.spread(published()) == (
        "After 12 months the outcomes run from −10.3% (Apr 2012) to +72.6% (Apr 2009). "
        "Without the best one, the average is +12.1%."
    )


def test_the_longest_streak_is_told_with_its_dates() -> None:
    # ONE rises 3 times, falls once, rises 4 times; THREE rises 8 times in a row from the first one.
    assert sentences.streak(published()) == (
        "From Apr 2003 to Apr 2010 Alphabet blocks were higher eight times running, at three months."
    )


def test_the_price_paid_is_told_by_both_kinds_of_close() -> None:
    # Hand-made: the worst daily close lies five points under the worst month-end close.
    assert sentences.price_paid(published()) == (
        "It could hurt: after Apr 2012 a holder was 15.3% down within a year, by daily closes; by month-end "
        "closes the deepest fall was 10.3%."
    )


def test_drift_is_named_where_it_is_most_of_the_gain() -> None:
    assert sentences.drift(published(usual=(0.0336, 0.03, 0.66))) == (
        "Much of the gain is drift: 3.4 of the 7.2 points after three months would have come from any month."
    )
    assert sentences.drift(published(usual=(0.02, 0.02, 0.66))) == ""


def test_robustness_is_told_beside_the_edge() -> None:
    # Hand-made: four neighbours, both halves and the trimmed sample all repeat the published edge of 5.25.
    assert robust.next_door(published(p=0.08)) == (
        "Change the definition slightly, and at three months all four variants still beat any month."
    )
    assert robust.parts(published(p=0.08)) == (
        "The edge was +5.2 points from 2000 to 2012 (13 cases) and +5.2 points from 2013 to 2026 (13 "
        "cases). Drop the two strongest cases, and it is +5.2 points."
    )
    assert robust.next_door(published(p=0.5)) == robust.parts(published(p=0.5)) == ""


def test_of_one_half_with_enough_cases_its_years_are_said_to_stand_alone() -> None:
    view = published(p=0.08)
    found = view.result.robustness
    few = replace(found.halves[1], edges=tuple(replace(edge, n=4) for edge in found.halves[1].edges))
    result = replace(view.result, robustness=replace(found, halves=(found.halves[0], few)))
    alone = replace(view, result=result)
    assert robust.parts(alone).startswith("From 2000 to 2012 alone (13 cases) it is +5.2 points.")
    assert robust.edge_by_half(alone).endswith(" in all, and +5.2 points from 2000 to 2012 (13 cases).")


def test_the_spread_says_how_many_cases_beat_the_usual_return() -> None:
    above = sum(value / 100 > 0.025 for value in TWELVE)
    assert pictures.spread_caption(published()) == (
        f"After 12 months {above} of the 13 cases had beaten Alphabet blocks’ usual return (+2.5%, the "
        f"median from any "
        "month)."
    )


def test_a_result_that_hangs_on_its_definition_is_said_to() -> None:
    view = published(p=0.08)
    found = view.result.robustness
    turned = [replace(e, edge=-0.01) for e in found.published]
    neighbours = tuple(replace(n, edges=tuple(turned)) if i else n for i, n in enumerate(found.neighbours))
    result = replace(view.result, robustness=replace(found, neighbours=neighbours))
    assert robust.next_door(replace(view, result=result)).startswith(
        "The result hangs on its definition: change that slightly, and at three months only one of four "
        "variants beats any month."
    )


def test_overlap_is_counted_in_separate_periods() -> None:
    assert sentences.overlap(published(separate=9)) == (
        "At 12 months the cases overlap; only 9 of 13 are separate."
    )


def test_horizons_are_gathered_by_verdict() -> None:
    def told(view: StudyView) -> str:
        return sentences.by_verdict(view, family_of([view]))

    # Three results of p 0.08 have a q of 0.08 each; of two, with 0.5, it is 0.16.
    assert told(published(p=0.08)) == (
        "At every horizon Alphabet blocks did better than usual, though luck could explain it (q 0.08 among "
        "three "
        "results)."
    )
    assert told(published(p=0.5)) == "At every horizon there is no clear difference."
    mixed = hand_view({"1M": decimals(ONE)[:4], "3M": decimals(THREE), "12M": decimals(TWELVE)}, p=0.08)
    assert told(with_p(mixed, (None, 0.5, 0.08), ordinary=(False, True, False))) == (
        "After three months there is no clear difference. After 12 months Alphabet blocks did better than "
        "usual, though luck could explain it (q 0.16 among two results)."
    )
    few = with_p(published(p=0.08), (0.9, 0.5, 0.08), ordinary=(True, True, False))
    assert told(few).startswith("After one and three months there is no clear difference. ")


def test_where_a_few_cases_carry_the_average_the_caption_of_the_path_leads_with_the_middle_one() -> None:
    view = hand_view({"3M": [0.01] * 11 + [0.9]}, p=0.5)
    # (11 × 1% + 90%) ÷ 12 = 8.4%, of which the path's own history knows nothing.
    said = pictures.path_caption(view)
    assert said.startswith(
        "The median case of Alphabet blocks stood 1.0% higher three months after such a move (any month: "
    )
    assert ", but hangs on a few cases. The band" in said
    assert sentences.headline_edge(view).startswith(
        "Over three months the average beats any month’s by 6.4 points"
    )


def test_the_headline_is_counted_with_the_horizons_of_its_verdict() -> None:
    labels = ("1M", "2M", "3M", "6M", "9M", "12M")
    view = hand_view({label: decimals(THREE) for label in labels}, p=0.08)
    odd = with_p(view, (0.5, 0.08, 0.5, 0.5, 0.5, 0.5), ordinary=(True, False, True, True, True, True))
    assert sentences.by_verdict(odd, family_of([odd])) == (
        "At five of six horizons, three months among them, there is no clear difference. "
        "After two months Alphabet blocks did better than usual, though luck could explain it (q 0.48 among "
        "six results)."
    )


def test_one_line_is_a_deck() -> None:
    assert sentences.one_line(published(p=0.08)) == (
        "In 13 cases Alphabet blocks were higher 10 times after three months, +7.2% on average, against "
        "+2.0% from any "
        "month."
    )


def test_a_deck_with_fewer_cases_than_came_before_says_that_they_are_the_complete_ones() -> None:
    view = hand_view({"1M": [0.001] * 14, "3M": decimals(TWELVE)[:12]}, p=0.08)
    assert view.headline is not None
    assert (view.headline.n, view.earlier) == (12, 13)
    assert sentences.one_line(view).startswith("In 12 complete cases Alphabet blocks were higher ")


def test_the_deck_names_the_asset_and_ends_on_the_verdict() -> None:
    view = published(p=0.08)
    assert conclusion.deck(view) == (
        "In 13 cases Alphabet blocks were higher 10 times after three months, +7.2% on average, against "
        "+2.0% from any month: better than usual, though luck could explain it."
    )
    assert conclusion.finding(view) == sentences.one_line(view)


def test_the_definition_counts_in_the_readers_periods() -> None:
    view = published(p=0.08)
    assert definition.cooldown_sentence(view) == (
        "Only the first month counts; months in a row are one case."
    )
    assert definition.steps(view).mark.startswith("every month in which this is true: ")


def test_a_study_with_losses_only_reads_well() -> None:
    view = hand_view({"3M": [-0.05 - i / 100 for i in range(12)]}, p=0.06, interval=(-0.2, -0.05))
    assert sentences.finding(view) == (
        "Worse than usual, though luck could explain it: after three months Alphabet blocks were higher in "
        "none of 12 "
        "cases, with an average of −10.5%; from any month they were higher 64% of the time, +2.0% on average."
    )
    # The average of −0.05 to −0.16 is −10.5; the hand-made baseline +2.0.
    assert sentences.edge(view).startswith(
        "At three months the average falls short of any month’s by 12.5 points (best estimate after "
        "shrinkage "
        "−1.2 points); the edge’s 95% interval, −20.0 to −5.0, excludes zero."
    )
    assert sentences.streak(view) == ""
    assert sentences.one_line(view).startswith(
        "In 12 cases Alphabet blocks were higher not once after three months, −10.5%"
    )


@pytest.mark.parametrize(
    ("count", "start"),
    [
        (1, "Too few cases: one is complete, so it is listed and nothing is averaged."),
        (4, "Too few cases: four are complete, so each is listed and nothing is averaged."),
        (
            9,
            "Nine cases are too few for a verdict. After three months Alphabet blocks were higher all "
            "nine times, with an average",
        ),
    ],
)
def test_few_cases_are_said_to_be_few(count: int, start: str) -> None:
    assert sentences.finding(hand_view({"3M": [0.05] * count})).startswith(start)


def test_no_case_at_all() -> None:
    assert sentences.finding(hand_view({"3M": []})) == "The signal has not come once since Jan 2000."


def test_a_first_case_has_nothing_to_be_compared_with() -> None:
    view = hand_view({"3M": []}, provisional=True)
    assert sentences.finding(view) == (
        "The signal has come for the first time since Jan 2000: there is nothing to compare it with."
    )
    assert market_sentences.signal_came(view) == (
        "The month is not over: the signal is on as of Apr 20, 2026, but counts only if it still is at the "
        "last close. "
        "It had not come once since Jan 2000."
    )


def all_texts(view: StudyView) -> list[str]:
    made = [
        *(
            write(view)
            for write in (
                sentences.finding, sentences.edge, sentences.chance, sentences.headline_edge, sentences.drift,
                sentences.streak, sentences.spread, sentences.price_paid, sentences.overlap,
                uncounted.left_out,
                sentences.beyond_luck, sentences.one_line,
                market_sentences.signal_came, robust.next_door, robust.parts,
            )
        ),
        *(write(view, family_of([view])) for write in (sentences.shortest, sentences.by_verdict)),
        *conclusion.key_points([view]),
        *conclusion.conclusion([view, view]),
        conclusion.report_verdict(view),
        *(f"{c.average} {c.win_rate} {c.verdict}" for c in conclusion.strip(view).cells),
    ]  # fmt: skip
    for best in (True, False):
        for i in cases.ranked(view, view.study.horizons[-1].label, 3, best=best):
            made += [cases.case_heading(view, i), cases.case_story(view, i, view.study.horizons[-1].label)]
    return made


BROKEN = re.compile(
    r"\bnan\b|None(?! of)|\binf\b|−0\.0%|−0\.00|\+0\.0\b|\b1 times|\bone times|  |\.\.|,,|\{|\}| ,| \.|:\."
)


@pytest.mark.parametrize("count", range(14))
@pytest.mark.parametrize("provisional", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_every_sentence_is_whole_and_small_samples_keep_quiet(
    count: int, provisional: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    returns = [float(v) for v in random.normal(0.03 * (seed - 1), 0.1, count)]
    columns = {"1M": returns, "3M": returns[: max(0, count - 1)], "12M": returns[: max(0, count - 4)]}
    view = hand_view(columns, provisional=provisional, p=[0.005, 0.1, 0.6][seed])
    texts = all_texts(view)
    for text in texts:
        assert not BROKEN.search(text), text
        assert "Sharpe" not in text
    whole = " ".join(texts)
    if count < 10:
        assert "of the time" not in whole
        assert "tries" not in whole
        assert not re.search(r"times \(\d+%\)", whole)
    if count < 5:
        assert "on average" not in whole
        assert "average of" not in whole


def test_whole_words_for_counts() -> None:
    assert words.of_times(10, 13) == "10 of 13 times"
    assert words.of_times(4, 6) == "four of six times"
    assert words.of_times(2, 2) == "both times"
    assert words.of_times(0, 5) == "in none of five cases"
    assert words.spans(["3M", "6M", "12M"]) == "three, six and 12 months"
    assert words.spans(["1M", "3M"]) == "one and three months"
    assert words.spans(["1W", "1Y"]) == "one week and one year"
    assert words.points(0.0514) == "+5.1 points"
    assert words.points(-0.01) == "−1.0 point"


def month(change: float, since: date | None, months: int = 300) -> MonthToDate:
    return MonthToDate(change, 13, 12, since, months, date(2000, 5, 26))


@pytest.mark.parametrize(
    ("month", "phrase"),
    [
        (month(0.1183, date(2020, 11, 30)), ", more than in any month since Nov 2020"),
        (month(0.05, date(2026, 1, 30)), ""),
        (month(0.3, None), ", more than in any month since the data begin in May 2000"),
        (month(0.3, None, 7), ""),
    ],
)
def test_since_is_a_function(month: MonthToDate, phrase: str) -> None:
    assert market_sentences.since_phrase(month, date(2026, 4, 20)) == phrase


def test_the_month_and_the_record_in_words() -> None:
    # Dec 2019 ends at 100; January closes 101, 102, 103: three sessions, all higher.
    prices = history([90.0, 100.0, 101.0, 102.0, 103.0], start="2019-12-30")
    assert market_sentences.month_so_far(prices, {"ABC": "Blocks"}) == (
        "ABC (Blocks) is up 3.0% in January through Jan 3, 2020; it closed higher in three of three sessions."
    )
    assert market_sentences.against_record(prices) == (
        "The close of Jan 3, 2020 is the highest since the data begin in Dec 2019."
    )
    fallen = history([90.0, 100.0, 101.0, 102.0, 96.9], start="2019-12-30")
    assert market_sentences.against_record(fallen) == (
        "ABC stands 5.0% below its highest close, that of Jan 2, 2020."
    )


def test_performance_puts_the_best_first() -> None:
    two = {"ABC": history([100.0, 110.0]), "XYZ": history([50.0, 49.0], "XYZ")}
    assert market_sentences.performance(two, date(2000, 1, 3)) == (
        "Since Jan 3, 2000 ABC rose 10.0%, ahead of XYZ (−2.0%)."
    )


def test_best_and_worst_cases_share_none() -> None:
    view = hand_view({"3M": [0.1, -0.2, 0.05]})
    best, worst = (cases.ranked(view, "3M", 3, best=b) for b in (True, False))
    assert (best, worst) == ([0], [1])
    assert cases.ranked(published(), "12M", 3, best=True) == [6, 1, 0]
    assert cases.ranked(published(), "12M", 3, best=False) == [9, 2, 11]


def test_a_feature_tells_how_those_that_share_it_did() -> None:
    # THREE: the first six average (19.24+14.53+15.91+6.77+4.73+6.19)/6 = 11.23, the other seven 3.84.
    view = published()
    feature = cases.Feature("came after a fall", tuple(range(6)), tuple(range(6, 13)))
    assert cases.feature_sentence(view, feature, "3M") == (
        "Of the 13 earlier cases, 6 also came after a fall, among them two of the three best and none of "
        "the three worst. After three months: higher all six times, +11.2% on average; the others, "
        "higher four of seven times, +3.8% on average."
    )
    alone = cases.Feature("came after a fall", (), tuple(range(13)))
    assert cases.feature_sentence(view, alone, "3M") == "This one came after a fall; no earlier one did."
    few = cases.Feature("came after a fall", (0, 1), tuple(range(2, 13)))
    assert (
        "After three months: +19.2% (Apr 2003) and +14.5% (Apr 2004); the others"
        in cases.feature_sentence(view, few, "3M")
    )


def test_the_conclusion_is_narrow() -> None:
    first, second = conclusion.conclusion([published(p=0.08, usual=(0.0836, 0.08, 0.66), separate=9)])
    assert first == (
        "After one and three months Alphabet blocks did worse than usual, though luck could explain it (q "
        "0.08 "
        "among three results). After 12 months they did better than usual, though luck could "
        "explain it (q 0.08 among three results). Over three months Alphabet blocks rose 10 of 13 times "
        "since Apr 2003 and brought +7.2% on average; "
        "from any month they rose 66% of the time and brought +8.4%."
    )
    assert second == (
        "The edge over three months is −1.1 points in all: −1.1 points from 2000 to 2012 (13 cases) and −1.1 "
        "points from 2013 to 2026 (13 cases). All this rests on 13 cases, 9 of them separate at 12 months. "
        "Luck could explain all three horizons."
    )


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            (18, 11, 4, 4),
            "Will it hold? In 18 earlier months Alphabet blocks were up 10% or more at some point before the "
            "last day; 11 ended that way. In all four that were there after 13 sessions, as now, it lasted.",
        ),
        (
            (1, 0, 0, 0),
            "Will it hold? In one earlier month Alphabet blocks were up 10% or more at some point before the "
            "last day; it did not end that way.",
        ),
        (
            (33, 14, 14, 6),
            "Will it hold? In 14 earlier months Alphabet blocks were up 10% or more after 13 sessions, as "
            "now; 6 kept it to the last close.",
        ),
        (
            (9, 4, 4, 1),
            "Will it hold? In nine earlier months Alphabet blocks were up 10% or more at some point before "
            "the last day; four ended that way. Of the four that were there after 13 sessions, as now, one "
            "kept it.",
        ),
        (
            (3, 0, 1, 0),
            "Will it hold? In three earlier months Alphabet blocks were up 10% or more at some point before "
            "the last day; none ended that way. The one that was there after 13 sessions, as now, lost it.",
        ),
        ((0, 0, 0, 0), ""),
    ],
)
def test_whether_it_will_hold(counts: tuple[int, int, int, int], text: str) -> None:
    view = hand_view({"3M": [0.1]}, provisional=True)
    object.__setattr__(view, "holding", Holding("monthly", 13, *counts, date(2000, 6, 30)))
    assert cases.will_it_hold(view) == text


@pytest.mark.parametrize(
    ("ordinary", "text"),
    [
        ((False, False, False), "Luck could explain all three horizons."),
        ((True, False, False), "Luck could explain the two that differ from any month."),
        ((True, True, False), "Luck could explain the one that differs from any month."),
        ((True, True, True), ""),
    ],
)
def test_luck_explains_only_what_differs(ordinary: tuple[bool, ...], text: str) -> None:
    assert sentences.beyond_luck(with_p(published(p=0.1), (0.1, 0.1, 0.1), ordinary=ordinary)) == text


def test_contexts_stand_in_the_headings() -> None:
    view = published(contexts={"2003-04": "Dot-com bottom"})
    assert cases.case_heading(view, 0) == "Apr 2003: Dot-com bottom"
    assert cases.case_heading(view, 1) == "Apr 2004"
    assert monthly_dates(1) == [date(2003, 4, 30)]


@pytest.mark.parametrize(
    ("entry", "begun", "later"),
    [("close", 4.0, "Two sessions later"), ("next_close", 5.0, "One session later")],
)
def test_how_far_the_present_case_has_come_is_told_of_the_target_from_its_own_entry(
    entry: Entry, begun: float, later: str
) -> None:
    days = weekdays(40)
    signalled = PriceHistory("ABC", days, np.array([*[100.0] * 37, 120.0, 60.0, 60.0]))
    followed = PriceHistory("XYZ", days, np.array([*[3.0] * 37, 4.0, 5.0, 6.0]))
    histories = {"ABC": signalled, "XYZ": followed}
    study = make_study("ABC", target="XYZ", when="roc(close, 1) > 10", horizons=["1M"], entry=entry)
    spec = StudySpec(asset="ABC", target="XYZ", when="roc(close, 1) > 10", horizons=("1M",), entry=entry)
    view = StudyView("jump", spec, run_study(study, histories), histories, {"XYZ": "Another"})
    case = view.present_episode
    assert case is not None
    assert view.so_far == pytest.approx(6.0 / begun - 1)
    assert cases.so_far(view, case) == (
        f"{later}, by Feb 25, 2000, Another stands {numbers.size(6.0 / begun - 1)} higher."
    )
