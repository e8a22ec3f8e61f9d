"""Adjusted closes, rows that are weeks or months, values of zero and below: what a study makes of them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from generator.core.errors import FieldError, RequestError
from generator.findings import market_facts
from generator.language.price_words import price_notices
from generator.market.cadence import with_cadence
from generator.market.history import PriceHistory, as_date, fingerprint
from generator.output import study as study_output
from generator.study.question import make_study
from generator.study.run import run_study
from tests.study.markets import random_history

PLAIN = random_history("SPY", "2005-01-03", "2012-12-31", 4)
FACTOR = np.linspace(0.7, 1.0, len(PLAIN))
WITH_ADJUSTED = replace(PLAIN, adjusted_close=PLAIN.close * FACTOR)
TOTAL = replace(PLAIN, close=PLAIN.close * FACTOR, basis="total", open=None, high=None, low=None, volume=None)


def study(asset="SPY", **choices):
    choices = {"when": "roc(close, 21) > 4", "cooldown": 21, "horizons": ["1M", "3M"], **choices}
    return make_study(asset, **choices)


def month_ends(history, asset=None):
    months = history.sessions.astype("datetime64[M]")
    last = np.flatnonzero(np.append(months[1:] != months[:-1], True))
    rows = PriceHistory(asset or history.asset, history.sessions[last], history.close[last])
    return with_cadence(rows, "rows.csv")


# Basis -----------------------------------------------------------------------------------------------


def test_nobody_asked_and_the_closes_decide():
    assert run_study(study(), {"SPY": PLAIN}).study.basis == "price"
    result = run_study(study(), {"SPY": TOTAL})
    assert result.study.basis == "total"
    assert result.adjusted == ("SPY",)


def test_total_returns_of_adjusted_closes_are_the_ratios_of_those_closes():
    asked, default = (run_study(study(returns=basis), {"SPY": TOTAL}) for basis in ("total", None))
    for result in (asked, default):
        for row, episode in enumerate(result.episodes):
            for column, held in enumerate((21, 63)):
                if episode.bar + held < len(TOTAL):
                    wanted = TOTAL.close[episode.bar + held] / TOTAL.close[episode.bar] - 1
                    assert result.returns[row, column] == pytest.approx(wanted, rel=1e-12)
    # The same returns as from adjusted closes that stand beside quoted ones, from the same bars.
    beside = run_study(study(returns="total"), {"SPY": WITH_ADJUSTED})
    assert beside.summaries[0].baseline.average == pytest.approx(asked.summaries[0].baseline.average)


def test_price_returns_of_adjusted_closes_are_refused_with_the_remedy():
    with pytest.raises(FieldError, match=r"SPY .* adjusted for dividends .* unadjusted closes.*basis: price"):
        run_study(study(returns="price"), {"SPY": TOTAL})


def test_the_basis_is_that_of_the_target():
    other = random_history("QQQ", "2005-01-03", "2012-12-31", 5)
    mixed = {"SPY": TOTAL, "QQQ": other}
    assert run_study(study(target="QQQ", returns="price"), mixed).study.basis == "price"
    with pytest.raises(FieldError, match="SPY"):
        run_study(study("QQQ", target="SPY", returns="price"), mixed)
    assert run_study(study(target="QQQ"), mixed).adjusted == ("SPY",)


def test_every_form_says_total():
    result = run_study(study(), {"SPY": TOTAL})
    assert json.loads(study_output.as_json([result]))["returns"] == "total"
    assert {row["returns"] for row in csv.DictReader(io.StringIO(study_output.as_csv([result])))} == {"total"}
    told = study_output.as_markdown([result])
    assert "total return;" in told
    assert "The closes of SPY are adjusted for dividends" in told
    assert "adjusted for dividends" not in study_output.as_markdown([run_study(study(), {"SPY": PLAIN})])


def test_what_a_page_says_of_its_prices():
    index = replace(PLAIN, asset="^GDAXI")
    fund = replace(PLAIN, asset="HYG")
    answered = [run_study(study("HYG"), {"HYG": fund}).study, run_study(study("SPY"), {"SPY": TOTAL}).study]
    said = price_notices({"SPY": TOTAL, "^GDAXI": index, "HYG": fund}, answered, {"HYG": "High yield"})
    assert len(said) == 3
    assert said[0].startswith("The closes of SPY are adjusted for dividends: returns are total returns")
    assert said[1].startswith("^GDAXI is a performance index")
    assert said[2].startswith("High yield (HYG) pays its holders")
    plain = replace(PLAIN, adjusted_close=None)
    assert price_notices({"SPY": plain}, [run_study(study(), {"SPY": plain}).study], {}) == ()


def test_what_an_issue_without_a_study_tells_of_is_looked_at_too():
    """Long Treasuries' worst year on record leads without a study, and leaves its interest out."""
    fund, plain = replace(PLAIN, asset="TLT"), replace(PLAIN, adjusted_close=None)
    prices = {"TLT": fund, "SPY": plain}
    (said,) = price_notices(prices, [], {"TLT": "Treasuries"}, ["TLT", "SPY"])
    assert said.startswith("Treasuries (TLT) pays its holders a large part of the return in cash.")
    assert price_notices(prices, [], {}, ["SPY"]) == ()
    total = {"TLT": replace(fund, basis="total")}
    assert not any("in cash" in text for text in price_notices(total, [], {}, ["TLT"]))


@pytest.mark.parametrize(("yearly", "told"), [(0.02, False), (0.03, True)])
def test_a_fund_pays_much_by_its_own_adjusted_closes(yearly, told):
    years = (PLAIN.sessions - PLAIN.sessions[0]).astype(int) / 365.25
    fund = replace(PLAIN, adjusted_close=PLAIN.close * np.exp(yearly * (years - years[-1])))
    said = price_notices({"SPY": fund}, [run_study(study(), {"SPY": fund}).study], {})
    assert bool(said) == told
    assert price_notices({"SPY": fund}, [run_study(study(returns="total"), {"SPY": fund}).study], {}) == ()


def test_what_a_series_is_belongs_to_its_fingerprint():
    months = month_ends(PLAIN)
    prints = {
        fingerprint([each])
        for each in (PLAIN, replace(PLAIN, basis="total"), months, replace(months, rows="daily"))
    }
    assert len(prints) == 4


# Rows that are weeks or months -----------------------------------------------------------------------


def test_months_give_what_daily_prices_give_but_the_closes_within():
    asked = study(when="roc(close, 1) >= 2", bars="monthly", cooldown=0, horizons=["1M", "6M"])
    rows = run_study(asked, {"SPY": month_ends(PLAIN)})
    days = run_study(asked, {"SPY": PLAIN})
    assert rows.episodes == days.episodes
    for name in ("returns", "max_drawdown", "max_runup"):
        np.testing.assert_array_equal(getattr(rows, name), getattr(days, name))
    assert np.isnan(rows.worst_daily_close).all()
    for mine, its in zip(rows.summaries, days.summaries, strict=True):
        same = replace(its, worst_daily_close=None, verdict=mine.verdict)
        assert mine == same
    assert json.loads(study_output.as_json([rows]))["summary"]["1M"]["worst_daily_close"] is None


def test_as_of_a_day_within_a_month_its_row_does_not_exist_yet():
    asked = study(when="roc(close, 1) >= 2", bars="monthly", cooldown=0, horizons=["1M"])
    assert run_study(asked, {"SPY": month_ends(PLAIN)}, date(2012, 7, 30)).as_of == date(2012, 6, 29)
    assert run_study(asked, {"SPY": month_ends(PLAIN)}, date(2012, 7, 31)).as_of == date(2012, 7, 31)


def test_months_stand_beside_days_on_monthly_bars_alone():
    both = {"SPY": PLAIN, "OLD": month_ends(PLAIN, "OLD")}
    condition = 'roc(close, 1) > 0 and on("OLD", roc(close, 1)) >= 2'
    monthly = study(when=condition, bars="monthly", cooldown=0, horizons=["1M"])
    twin = study(when="roc(close, 1) > 0 and roc(close, 1) >= 2", bars="monthly", cooldown=0, horizons=["1M"])
    assert run_study(monthly, both).episodes == run_study(twin, {"SPY": PLAIN}).episodes
    with pytest.raises(RequestError, match="OLD has monthly prices"):
        run_study(study(when=condition, bars="daily"), both)
    with pytest.raises(RequestError, match="OLD has monthly prices"):
        run_study(study(target="OLD"), both)
    target = study(target="OLD", when="roc(close, 1) >= 2", bars="monthly", cooldown=0, horizons=["1M"])
    np.testing.assert_array_equal(run_study(target, both).returns, run_study(twin_of(target), both).returns)


def twin_of(asked):
    return replace(asked, target="SPY")


@pytest.mark.parametrize("entry", ["next_open", "next_close"])
def test_a_month_does_not_say_what_the_next_session_was(entry):
    asked = study(when="roc(close, 1) >= 2", bars="monthly", horizons=["1M"], entry=entry)
    with pytest.raises(RequestError, match="next session"):
        run_study(asked, {"SPY": month_ends(PLAIN)})


# Zero and below --------------------------------------------------------------------------------------

OIL_DAY = 900
OIL = replace(PLAIN, asset="CL=F", close=np.where(np.arange(len(PLAIN)) == OIL_DAY, -37.63, PLAIN.close))
AFTER = str(OIL.sessions[OIL_DAY + 1])


def test_a_percent_return_across_a_close_below_zero_names_the_day_and_where_to_begin():
    day = str(OIL.sessions[OIL_DAY])
    with pytest.raises(RequestError, match=rf"close of CL=F on {day} is -37\.63.*--since {AFTER}"):
        run_study(study("CL=F"), {"CL=F": OIL})


@pytest.mark.parametrize("bars", ["daily", "weekly", "monthly"])
def test_begun_after_it_the_study_is_that_of_sound_prices(bars):
    horizon = {"daily": "1M", "weekly": "4W", "monthly": "1M"}[bars]
    asked = study(
        "CL=F", when="close > lag(close, 3)", bars=bars, since=date.fromisoformat(AFTER), horizons=[horizon]
    )
    sound = replace(PLAIN, asset="CL=F")
    result, wanted = run_study(asked, {"CL=F": OIL}), run_study(asked, {"CL=F": sound})
    late = [e for e in result.episodes if e.bar > wanted.episodes[0].bar + 10]
    assert late == [e for e in wanted.episodes if e.bar > wanted.episodes[0].bar + 10]
    assert result.summaries[0].baseline == wanted.summaries[0].baseline


def test_the_day_itself_is_not_late_enough():
    with pytest.raises(RequestError, match="has no meaning"):
        run_study(study("CL=F", since=date.fromisoformat(str(OIL.sessions[OIL_DAY]))), {"CL=F": OIL})


def test_a_condition_may_read_what_no_return_can_be_measured_on():
    spread = replace(PLAIN, asset="T10Y2Y", close=np.sin(np.arange(len(PLAIN)) / 90))
    both = {"SPY": PLAIN, "T10Y2Y": spread}
    result = run_study(study("T10Y2Y", target="SPY", when="crosses_below(close, 0)"), both)
    signs = np.flatnonzero((spread.close[1:] < 0) & (spread.close[:-1] >= 0)) + 1
    assert [e.bar for e in result.episodes] == signs.tolist()
    with pytest.raises(RequestError, match=r"T10Y2Y.*has no meaning"):
        run_study(study("T10Y2Y", when="crosses_below(close, 0)"), both)


def test_unknown_adjusted_closes_are_told_like_closes_below_zero():
    adjusted = PLAIN.close.copy()
    adjusted[:50] = np.nan
    history = replace(PLAIN, adjusted_close=adjusted)
    begin = str(PLAIN.sessions[50])
    with pytest.raises(RequestError, match=rf"adjusted close of SPY on .* is unknown.*--since {begin}"):
        run_study(study(returns="total"), {"SPY": history})
    run_study(study(returns="total", since=date.fromisoformat(begin)), {"SPY": history})


def test_an_unknown_open_is_told_where_it_is_paid_and_hinders_nothing_else():
    opens = PLAIN.close.copy()
    opens[100] = np.nan
    history = replace(PLAIN, open=opens)
    with pytest.raises(RequestError, match=rf"open of SPY on {PLAIN.sessions[100]} is unknown"):
        run_study(study(entry="next_open"), {"SPY": history})
    labels = {
        n.label for n in run_study(study(), {"SPY": history}).robustness.neighbours if n.group == "entry"
    }
    assert labels == {"close → next close"}


# What the letter says of an asset --------------------------------------------------------------------


def test_months_have_no_week_and_no_calendar_year():
    rows = month_ends(PLAIN)
    assert market_facts.week_to_date(rows) is None
    assert market_facts.calendar_years(rows) is None
    assert market_facts.change_over(rows, 21) is None
    month = market_facts.month_to_date(rows)
    assert month is not None
    assert month.change == pytest.approx(rows.close[-1] / rows.close[-2] - 1)
    with pytest.raises(RequestError, match="monthly prices"):
        market_facts.correction(rows)


def test_no_percent_is_told_from_a_close_of_zero_or_below():
    close = PLAIN.close.copy()
    friday = int(np.flatnonzero(np.diff(PLAIN.sessions) > np.timedelta64(2, "D"))[-1])
    close[friday] = -1.0
    history = replace(PLAIN, close=close)
    assert market_facts.week_to_date(history) is None
    assert market_facts.change_over(history, len(history) - 1 - friday) is None
    assert market_facts.calendar_years(history) is None
    with pytest.raises(RequestError, match=r"stands at -1"):
        market_facts.change_since(history, as_date(history.sessions[friday]))
    # A record above zero is one, and the fall below zero from it too.
    assert market_facts.record(history).distance == history.close[-1] / history.close.max() - 1
    with pytest.raises(RequestError, match="zero or below"):
        market_facts.record(replace(PLAIN, close=-PLAIN.close))
