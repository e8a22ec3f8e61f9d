"""Columns of one's own: a table worked by hand, a loop over days, nothing known too early, one message."""

from __future__ import annotations

import math
from datetime import date

import pytest

from generator.core.errors import PrecedentError
from generator.market.history import PriceHistory
from generator.output.study import as_csv, as_markdown, json_object
from generator.study.columns import column_text, read_column, read_columns
from generator.study.question import make_study
from generator.study.run import run_study
from generator.study.values import ENTRIES, Entry, ShownValue, Study, StudyResult
from tests.study.markets import days_of, history_of, random_history

ROWS = {
    "2024-01-02": 100.0,
    "2024-01-03": 110.0,  # the highest so far
    "2024-01-04": 99.0,  # a fall of 10%
    "2024-01-05": 98.0,
    "2024-01-08": 99.0,  # back at the entry after two sessions
    "2024-01-09": 112.0,  # back at the high after three
    "2024-01-10": 100.0,  # a fall of more than 10%: back after one
    "2024-01-11": 101.0,
    "2024-01-12": 90.0,  # and again: not back after two
    "2024-01-16": 89.0,
    "2024-01-17": 89.5,
}
FEAR = {day: 10.0 + place for place, day in enumerate(ROWS)}
COLUMNS = (
    'Fear: on("FEAR", close)',
    "Back: recovers entry",
    "High: recovers high",
    "Slope: roc(close, 1) as price",
)


def asked(*columns: str, **more: object) -> Study:
    question = {"when": "roc(close, 1) <= -10", "horizons": ["1D"], "columns": read_columns(columns), **more}
    return make_study("ABC", **question)  # type: ignore[arg-type]


def answered(*columns: str) -> StudyResult:
    histories = {"ABC": history_of("ABC", ROWS), "FEAR": history_of("FEAR", FEAR)}
    return run_study(asked(*columns), histories)


def test_the_table_worked_by_hand() -> None:
    result = answered(*COLUMNS)
    assert [episode.date.isoformat() for episode in result.episodes] == [
        "2024-01-04",
        "2024-01-10",
        "2024-01-12",
    ]
    found = [[(v.value, v.so_far) for v in row[:3]] for row in result.shown]
    assert found == [
        [(12.0, None), (2.0, None), (3.0, None)],
        [(16.0, None), (1.0, None), (None, 5 - 1)],
        [(18.0, None), (None, 2), (None, 2)],
    ]
    assert result.shown[0][3].value == pytest.approx(-10)


def test_every_form_shows_them() -> None:
    result = answered(*COLUMNS)
    rows = [[cell.strip() for cell in line.split("|")] for line in as_markdown([result]).splitlines()]
    head = next(row for row in rows if "Fear" in row)
    third = next(row for row in rows if row[1:2] == ["Jan 12, 2024"])
    told = dict(zip(head, third, strict=True))
    assert (told["Fear"], told["Back"], told["High"], told["Slope"]) == ("18.00", "2+", "2+", "−10.891")
    assert "Back: sessions of ABC from the entry to the first close at or above the price of the entry." in (
        as_markdown([result])
    )
    assert "\\+ under Back and High: not yet; the sessions so far." in as_markdown([result])
    header, *lines = (line.split(",") for line in as_csv([result]).splitlines())
    assert [line[header.index("Back")] for line in lines] == ["2", "1", "2+"]
    assert [float(line[header.index("Fear")]) for line in lines] == [12, 16, 18]
    episode = json_object(result)["episodes"][2]
    assert episode["columns"] == {
        "Fear": 18.0,
        "Back": None,
        "High": None,
        "Slope": pytest.approx(-100 * 11 / 101),
    }
    assert episode["not_yet"] == {"Back": 2, "High": 2}


def recovery_by_loop(history: PriceHistory, day: date, entry: Entry, high: bool) -> ShownValue:
    """Day by day: buy, remember the level, wait."""
    days, closes, opens = days_of(history), history.close.tolist(), history.field("open").tolist()
    at = days.index(day) + (0 if entry == "close" else 1)
    if at >= len(days):
        return ShownValue(None)
    level = opens[at] if entry == "next_open" else closes[at]
    if high:
        level = max(closes[: at if entry == "next_open" else at + 1])
    waited = 0
    for place in range(at, len(days)):
        seen = place > at or high or entry == "next_open"
        if seen and closes[place] >= level:
            return ShownValue(float(waited))
        waited += 1
    return ShownValue(None, waited - 1)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_recoveries_are_those_of_the_loop(entry: Entry, kind: str) -> None:
    history = random_history("ABC", "2018-01-02", "2024-05-15", seed=5)
    question = make_study(
        "ABC",
        when="close < lag(close, 1)",
        bars=kind,  # type: ignore[arg-type]
        entry=entry,
        horizons={"daily": ["1D"], "weekly": ["1W"], "monthly": ["1M"]}[kind],
        columns=read_columns(["Back: recovers entry", "High: recovers high"]),
    )
    result = run_study(question, {"ABC": history})
    waiting = 0
    for episode, row in zip(result.episodes, result.shown, strict=True):
        if episode.provisional:
            assert row == (ShownValue(None), ShownValue(None))
            continue
        wanted = tuple(recovery_by_loop(history, episode.date, entry, high) for high in (False, True))
        assert row == wanted
        waiting += sum(value.so_far is not None for value in row)
    assert len(result.episodes) > 12
    assert waiting


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_no_expression_knows_what_comes_later(kind: str) -> None:
    """What a column showed on the day of an episode, with nothing after it, is what it shows today."""
    histories = {
        asset: random_history(asset, "2019-01-02", "2023-03-31", seed=seed)
        for seed, asset in enumerate(("ABC", "FEAR"))
    }
    question = make_study(
        "ABC",
        when="close < lag(close, 1)",
        bars=kind,  # type: ignore[arg-type]
        columns=read_columns(
            ['Fear: on("FEAR", close)', "Rank: percentile(close, 10)", "High: highest(high, 3)"]
        ),
    )
    result = run_study(question, histories)
    assert len(result.episodes) > 9
    for episode, row in list(zip(result.episodes, result.shown, strict=True))[-9:]:
        then = run_study(question, histories, episode.date)
        assert then.episodes[-1].date == episode.date
        assert then.shown[-1] == row


def test_a_column_changes_no_number_of_its_study() -> None:
    plain, shown = answered(), answered(*COLUMNS)
    assert plain.returns.tolist() == shown.returns.tolist()
    assert plain.summaries[0].average == shown.summaries[0].average


def test_what_is_unknown_has_no_value() -> None:
    result = answered("Average: sma(close, 5)")
    assert result.shown[0][0].value is None
    assert math.isclose(result.shown[1][0].value or 0, (99 + 98 + 99 + 112 + 100) / 5)


@pytest.mark.parametrize(
    "text", ["VIX: close", "A b: roc(close, 5) as number", "Back: recovers high", 'X: on("Y", close)']
)
def test_a_column_is_written_as_it_is_read(text: str) -> None:
    assert read_column(column_text(read_column(text))) == read_column(text)
    assert column_text(read_column(text)) == text


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["close"], "the column 'close' has no heading"),
        (["A:"], "the column 'A:' has no heading"),
        (["A: recovers hihg"], "no level 'hihg' to recover. Did you mean 'high'?"),
        (["A: close as prise"], "no format 'prise'. Did you mean 'price'?"),
        (["A: recovers entry as price"], "counts sessions, so it has no format"),
        (["A: clsoe"], 'Did you mean "close"?'),
        (["A: close > 5"], "not a number"),
        (["Date: close"], "the table has a column 'Date' of its own"),
        (["3M: close"], "the table has a column '3M' of its own"),
        (["A: close", "a: open"], "two columns have the heading 'a'"),
        ([f"C{i}: close" for i in range(7)], "7 columns; a table has room for 6"),
    ],
)
def test_each_bad_one_has_one_message(texts: list[str], told: str) -> None:
    with pytest.raises(PrecedentError) as caught:
        read_columns(texts)
    assert told in str(caught.value)


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(PrecedentError, match="volume") as caught:
        answered("Traded: volume")
    assert "ABC" in str(caught.value)
