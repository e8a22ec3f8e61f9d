"""A list of dates: how its file is read, and on which bar each date is found."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from generator.core.errors import RequestError
from generator.market.bars import BAR_KINDS, BarKind, make_bars
from generator.signals.dates import bars_of_dates, read_dates, truth_of_dates
from generator.signals.tree import Listed
from tests.study.markets import days_of, random_history

TEXT = """\
\ufeffDate, Label
# the emergencies
2008-01-22 , Emergency cut
2020-03-15,"A ""Sunday"", of all days"

2001-09-17,After the attacks,  at the open
2008-01-22,Between meetings
1999-12-31
"""


def read(text: str) -> Listed:
    tree = read_dates(text, "cuts.csv").tree
    assert isinstance(tree, Listed)
    return tree


def test_dates_are_read_with_their_labels() -> None:
    listed = read(TEXT)
    assert [(each.day.isoformat(), each.label) for each in listed.dates] == [
        ("1999-12-31", ""),
        ("2001-09-17", "After the attacks, at the open"),
        ("2008-01-22", "Emergency cut; Between meetings"),
        ("2020-03-15", 'A "Sunday", of all days'),
    ]
    assert listed.repeated == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2020-03-15\n03/16/2020,cut\n", "cuts.csv:2: found '03/16/2020' where a date such as 2020-03-15"),
        ("2020-03-15;cut\n", "cuts.csv:1: found '2020-03-15;cut'"),
        ("2020-02-30\n", "cuts.csv:1: there is no day 2020-02-30 in the calendar"),
        ("2020-01-02\ndate,label\n", "cuts.csv:2: found 'date'"),
        ("date,label\n# nothing\n\n", "cuts.csv: has no date. Write one a line"),
        ("", "cuts.csv: has no date"),
        ("2020-01-02," + "x" * 301, "cuts.csv:1: the label is longer than 300"),
        ("\n".join(["today"] * 9), "cuts.csv:5: found 'today' .*\nand 4 more lines"),
    ],
)
def test_what_is_no_list_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        read(text)


def test_too_many_dates_are_refused() -> None:
    days = (date(1950, 1, 1) + timedelta(days=n) for n in range(10_001))
    with pytest.raises(RequestError, match="has 10,001 dates; at most 10,000"):
        read("\n".join(day.isoformat() for day in days))


@pytest.mark.parametrize("kind", BAR_KINDS)
def test_a_date_is_read_on_the_first_bar_that_ends_on_it_or_after(kind: BarKind) -> None:
    history = random_history("IWM", "2021-01-04", "2021-12-15", seed=3)
    bars = make_bars(history, kind, in_progress=kind != "daily")
    ends = [day.item() for day in bars.dates]
    every = [date(2020, 12, 20) + timedelta(days=n) for n in range(380)]
    found = bars_of_dates(read("\n".join(map(str, every))), bars)
    for day, bar in zip(every, found.tolist(), strict=True):
        later = [i for i, end in enumerate(ends) if end >= day]
        wanted = -1 if day < days_of(history)[0] else later[0] if later else len(ends)
        assert bar == wanted, day


def test_a_later_date_never_changes_where_an_earlier_one_is_read() -> None:
    history = random_history("IWM", "2021-01-04", "2021-12-15", seed=3)
    bars = make_bars(history, "daily", in_progress=False)
    few, more = read("2021-02-06\n2021-03-01\n"), read("2021-02-06\n2021-03-01\n2021-10-01\n")
    np.testing.assert_array_equal(bars_of_dates(few, bars), bars_of_dates(more, bars)[:2])


def test_a_list_is_true_on_the_bars_on_which_its_dates_are_read() -> None:
    history = random_history("IWM", "2021-01-04", "2021-01-29", seed=3)
    bars = make_bars(history, "daily", in_progress=False)
    # Before the first session, on it, on a Saturday, on the last one, and after all.
    listed = read("2021-01-01\n2021-01-04\n2021-01-09\n2021-01-29\n2021-02-01\n")
    found = truth_of_dates(listed, bars)
    assert found.dtype == np.int8
    assert [str(day) for day in bars.dates[found == 1]] == ["2021-01-04", "2021-01-11", "2021-01-29"]
    assert set(found.tolist()) == {0, 1}


def test_headings_quotes_and_spaces_are_no_part_of_a_date() -> None:
    listed = read('Date\n\'2021-01-04\' , "a, b"\n"2021-01-05",c\n2021-01-06,"\n')
    assert [(str(each.day), each.label) for each in listed.dates] == [
        ("2021-01-04", "a, b"),
        ("2021-01-05", "c"),
        ("2021-01-06", '"'),
    ]
    # A heading stands first; further down it is a mistake, also below another one.
    with pytest.raises(RequestError, match=r"cuts\.csv:2: found 'date'"):
        read("date\ndate\n2021-01-04")
