"""Each kind of chart by what is drawn: the data of its lines and marks, and its labels."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from matplotlib.lines import Line2D

from generator.charts.canvas import Canvas
from generator.charts.compose import compose
from generator.charts.style import FormName, colour, house_settings
from generator.edition.figures import Figure, Line, RelativePerformance
from tests.charts.figures import ODD, days, path, performance, price, seasonality, spread


def composed(figure: Figure, form: FormName = "page") -> Canvas:
    with house_settings():
        return compose(figure, form, simulated=False)


def named(canvas: Canvas, name: str) -> list[Line2D]:
    return [line for line in canvas.axes.lines if line.get_label() == name]


def texts(canvas: Canvas) -> list[str]:
    return [text.get_text() for text in canvas.sheet.texts]


def paint(role: str, canvas: Canvas) -> str:
    return colour(role, canvas.form)  # type: ignore[arg-type]


def test_price_marks_lie_on_the_closes_and_the_line_goes_through_them() -> None:
    figure = price(6000, marks=40)
    canvas = composed(figure)
    (line,), (rings,), (present,) = (named(canvas, n) for n in ("close", "episodes", "present"))
    drawn = set(zip(line.get_xdata(), line.get_ydata(), strict=True))
    expected = [(date.fromisoformat(when).toordinal(), close) for when, close in figure.marks]
    assert list(zip(rings.get_xdata(), rings.get_ydata(), strict=True)) == expected
    assert set(expected) <= drawn
    last = (date.fromisoformat(figure.dates[-1]).toordinal(), figure.closes[-1])
    assert last in drawn
    assert (present.get_xdata()[0], present.get_ydata()[0]) == last
    assert len(line.get_xdata()) < 6000
    assert present.get_markerfacecolor() == paint("accent", canvas)
    assert canvas.axes.get_yscale() == "log"
    assert "Jun 6, 2016" in texts(canvas)
    assert "IWM at the close, log scale · rings mark earlier cases" in texts(canvas)


def test_price_window_is_shaded() -> None:
    (window,) = composed(ODD["present on the first day"]).axes.patches
    span = window.get_extents().transformed(
        composed(ODD["present on the first day"]).axes.transData.inverted()
    )
    assert span.x0 == pytest.approx(date(2000, 1, 3).toordinal())
    assert span.x1 == pytest.approx(date(2000, 1, 23).toordinal())


def test_performance_is_labelled_in_the_order_of_the_last_values() -> None:
    lines = (Line("Low", (0.0, -0.05)), Line("High", (0.0, 0.101)), Line("Mid", (0.0, 0.1), highlighted=True))
    canvas = composed(RelativePerformance(days(2), lines))
    places = {t.get_text(): t.get_position()[1] for t in canvas.sheet.texts}
    assert places["High +10.1%"] > places["Mid +10.0%"] > places["Low −5.0%"]
    for line in lines:
        assert list(named(canvas, line.label)[0].get_ydata()) == list(line.values)
    assert named(canvas, "Mid")[0].get_color() == paint("accent", canvas)
    assert paint("accent", canvas) not in {named(canvas, n)[0].get_color() for n in ("Low", "High")}


def test_performance_gaps_stay_gaps_and_empty_lines_go() -> None:
    canvas = composed(ODD["a line with gaps"])
    assert np.isnan(named(canvas, "Gap")[0].get_ydata()[[1, 3]]).all()
    assert not named(canvas, "None")
    assert "Gap +10.0%" in texts(canvas)


def test_path_draws_what_the_figure_says() -> None:
    figure = path(come=3)
    canvas = composed(figure)
    assert list(named(canvas, "average")[0].get_ydata()) == list(figure.average)
    assert list(named(canvas, "baseline")[0].get_ydata()) == list(figure.baseline)
    assert list(named(canvas, "present")[0].get_ydata()) == [0.0, -0.01, -0.02]
    (tip,) = named(canvas, "present tip")
    assert (tip.get_xdata()[0], tip.get_ydata()[0]) == (2.0, -0.02)
    band = canvas.axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(0.24)
    assert {"Average of 13", "Any month", "Middle half", "Apr 2026", "3 months"} <= set(texts(canvas))
    assert named(canvas, "average")[0].get_linewidth() > named(canvas, "baseline")[0].get_linewidth()


def test_a_present_case_that_has_come_all_the_way_is_named_beside_the_plot() -> None:
    for figure, name in ((path(come=13), "Apr 2026"), (seasonality(come=252), "2026")):
        canvas = composed(figure)
        (label,) = [text for text in canvas.sheet.texts if text.get_text() == name]
        assert label.get_position()[0] > canvas.right


def test_path_of_one_or_no_episode() -> None:
    one = texts(composed(ODD["path of one episode"]))
    assert "The one episode" in one
    assert "Middle half" not in one
    assert "sessions after the signal" in one
    none = texts(composed(ODD["path of no episode"]))
    assert "Any day" in none
    assert not any(text.startswith("Average") for text in none)


def test_spread_shows_every_episode_at_its_return() -> None:
    figure = spread(36)
    canvas = composed(figure)
    gains, losses = named(canvas, "gains"), named(canvas, "losses")
    drawn = sorted(float(v) for line in (*gains, *losses) for v in line.get_ydata())
    assert drawn == sorted(r for column in figure.columns for r in column.returns)
    assert all((np.asarray(line.get_ydata()) > 0).all() for line in gains)
    for number, (column, median, average, baseline) in enumerate(
        zip(
            *(figure.columns, *(named(canvas, n) for n in ("median", "average", "baseline median"))),
            strict=True,
        )
    ):
        assert set(median.get_ydata()) == {column.median}
        assert set(average.get_ydata()) == {column.average}
        assert set(baseline.get_ydata()) == {column.baseline_median}
        assert np.mean(median.get_xdata()) == pytest.approx(number)
    for line in (*gains, *losses):
        assert np.abs(np.asarray(line.get_xdata()) - np.round(line.get_xdata())).max() < 0.5
    assert {"1M", "12M", "Median", "Average", "Usual median"} <= set(texts(canvas))


def test_marks_are_named_on_the_last_column_with_episodes() -> None:
    canvas = composed(ODD["spread of pending episodes"])
    (label,) = [text for text in canvas.sheet.texts if text.get_text() == "Average"]
    assert canvas.place_of(0.4, 0.0)[0] < label.get_position()[0] < canvas.place_of(0.6, 0.0)[0]


def test_a_return_of_zero_is_no_gain() -> None:
    losses = named(composed(ODD["spread with +5,000%"]), "losses")
    assert sorted(losses[0].get_ydata()) == [-0.5, 0.0]


def test_seasonality_puts_this_year_on_the_average() -> None:
    figure = seasonality(come=80)
    canvas = composed(figure)
    assert len(named(canvas, "present")[0].get_ydata()) == 80
    assert list(named(canvas, "average")[0].get_ydata()) == list(figure.average)
    assert {"2026", "Average year,", "2001–2025", "Jan", "Dec"} <= set(texts(canvas))
    assert texts(composed(figure, "phone")).count("J") == 3


def test_zero_is_the_strong_rule() -> None:
    canvas = composed(performance())
    zero = canvas.place_of(canvas.axes.get_xlim()[0], 0.0)[1]
    rules = [
        line for line in canvas.axes.lines + canvas.axes.artists if line.get_color() == paint("zero", canvas)
    ]
    assert any(
        np.ptp(line.get_xdata()) > 300 and line.get_ydata()[0] == pytest.approx(zero) for line in rules
    )
