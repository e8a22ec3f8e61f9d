"""Whole editions: every kind of section, odd studies, no broken text, nothing after the as-of date."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.article.article import write_article
from generator.article.build import edition_of, gather
from generator.core.errors import RequestError
from generator.edition.figures import AveragePath, PriceWithEpisodes, RelativePerformance
from generator.edition.values import Edition, Picture, Table
from generator.market.history import PriceHistory
from generator.spec.letter import Letter
from generator.spec.models import ReportSpec
from generator.spec.studies import assets_read, build_studies
from generator.study.run import run_study
from generator.study.values import StudyResult
from tests.editorial.hand import walk

LETTER = Letter(name="Precedent", tagline="What came next", author="The desk", disclaimer="No advice.")
ALL_SECTIONS: list[dict[str, object]] = [
    {"kind": "key_points"},
    {"kind": "performance", "assets": ["ABC", "XYZ"], "since": "2006-01-02"},
    {"kind": "signal", "study": "jumps"},
    {"kind": "build", "study": "jumps"},
    {"kind": "study", "study": "jumps"},
    {"kind": "best_cases", "study": "jumps", "horizon": "3M"},
    {"kind": "worst_cases", "study": "jumps", "horizon": "3M"},
    {"kind": "current_setup", "study": "jumps"},
    {"kind": "seasonality", "asset": "ABC"},
    {"kind": "prose", "text": 'Won: {{ study("jumps").at("3M").wins }}.', "heading": "Words"},
    {"kind": "conclusion"},
    {"kind": "method"},
]


def market(count: int = 2000) -> dict[str, PriceHistory]:
    return {"ABC": walk(count, "ABC", 3), "XYZ": walk(count, "XYZ", 4)}


def spec(
    studies: Mapping[str, Mapping[str, object]], sections: list[dict[str, object]], **more: object
) -> ReportSpec:
    return ReportSpec.model_validate(
        {
            "slug": "a-report",
            "text": "-",
            "excerpts": {name: f"{name}: {{asset: ABC}}" for name in studies},
            "title": "A report",
            "date": "2007-09-03",
            "assets": {"ABC": "Blocks", "XYZ": "Zebras"},
            "studies": studies,
            "sections": sections,
            **more,
        }
    )


def edition(report: ReportSpec, histories: Mapping[str, PriceHistory] | None = None) -> Edition:
    prices = histories or market()
    results = {name: run_study(study, prices, report.as_of) for name, study in build_studies(report).items()}
    return edition_of(
        gather(report, LETTER, {a: prices[a] for a in assets_read(report)}, results, "files", False)
    )


def jumps(
    when: str = "roc(close, 5) > 4 and close > sma(close, 50)", **more: object
) -> dict[str, Mapping[str, object]]:
    return {"jumps": {"asset": "ABC", "when": when, "horizons": ["1M", "3M"], "cooldown": 10, **more}}


def texts(value: object) -> Iterator[str]:
    """Every text in an edition."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, StudyResult):
        return
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


def blocks(made: Edition) -> list[Table | Picture]:
    """Every table and chart that the article of an edition shows, folded ones included."""
    article = write_article(made, "No advice.")
    return [*article.tables.values(), *article.pictures.values()]


ODD = {
    "usual": jumps(),
    "never": jumps("close < 0"),
    "once": jumps("close > 0"),
    "always again": jumps("close > 0 or close < 0", cooldown=0),
    "every other bar": jumps("close > lag(close, 1)", cooldown=0),
    "at the last bar": jumps("count(close > 0, 2000) == 2000"),
    "all pending": jumps("count(close > 0, 1990) == 1990"),
    "monthly": jumps("roc(close, 1) >= 4", bars="monthly", cooldown=0),
    "monthly always": jumps("close > 0", bars="monthly", cooldown=0),
    "weekly": jumps("roc(close, 1) >= 3", bars="weekly", horizons=["4W", "13W"], cooldown=0),
    "another target": jumps(target="XYZ"),
    "next open": jumps(entry="next_open"),
    "since": jumps(since="2005-01-03"),
    "few": jumps("roc(close, 5) > 6.5"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_studies_give_whole_editions(name: str) -> None:
    sections = [{**s, "horizon": "13W"} if "horizon" in s and name == "weekly" else s for s in ALL_SECTIONS]
    if name == "weekly":
        sections[9] = {"kind": "prose", "text": "Words."}
    made = edition(spec(ODD[name], sections))
    broken = re.compile(
        r"\bnan\b|\bNone(?! of)\b|\binf\b|−0\.0%|−0\.00|\+0\.00\b|\b1 times|\bone times|  \w|\.\. "
    )
    for text in texts(made):
        assert not broken.search(text), text
    article = write_article(made, "No advice.")
    assert "\n\n\n" not in article.text
    words = re.sub(r"^(\||    attrs:).*\n", "", article.text, flags=re.MULTILINE)
    assert not re.search(rf"{broken.pattern}|\{{\{{|^ +\S", words, re.MULTILINE)
    assert [table.key for table in article.tables.values()] == list(article.tables)
    assert [picture.key for picture in article.pictures.values()] == list(article.pictures)


def test_losses_only() -> None:
    falling = walk(2000, "ABC", 5, drift=-0.02)
    prices = {"ABC": falling, "XYZ": market()["XYZ"]}
    made = edition(spec(jumps("close < lag(close, 1)", cooldown=60), ALL_SECTIONS), prices)
    assert made.strip is not None
    assert {cell.win_rate.split(" of ")[0] for cell in made.strip.cells} == {"rose 0"}
    assert "were higher not once after" in made.deck


def test_a_target_that_begins_late() -> None:
    late = walk(700, "XYZ", 4, start="2005-01-03")
    made = edition(
        spec(jumps(target="XYZ"), [{"kind": "study", "study": "jumps"}]),
        {"ABC": market()["ABC"], "XYZ": late},
    )
    whole = " ".join(texts(made))
    assert "came before the prices of Zebras begin, in Jan 2005" in whole


def test_baselines_that_begin_in_different_years_name_them() -> None:
    studies = {**jumps(), "others": {**jumps()["jumps"], "asset": "XYZ"}}
    sections: list[dict[str, object]] = [
        *({"kind": "study", "study": name} for name in studies),
        {"kind": "conclusion"},
    ]
    late = edition(
        spec(studies, sections, lead="jumps"),
        {"ABC": market()["ABC"], "XYZ": walk(1700, "XYZ", 4, start="2001-03-01")},
    )
    told = " ".join(texts(late))
    assert "would have come from any day since 2000." in told
    assert "from any day since 2001 they were higher" in told
    together = " ".join(texts(edition(spec(studies, sections, lead="jumps"))))
    assert "from any day they were higher" in together
    assert "any day since" not in together.replace("any day since Jan", "")


def test_nothing_after_the_as_of_date_is_seen() -> None:
    prices = market()
    day = prices["ABC"].sessions[1500]
    cut = {asset: history.until(day) for asset, history in prices.items()}
    changed = {
        asset: replace(
            h,
            close=np.where(h.sessions > day, h.close * 3, h.close),
            open=np.where(h.sessions > day, h.close * 3, h.open),
        )
        for asset, h in prices.items()
    }
    sections = [s for s in ALL_SECTIONS if s["kind"] != "performance"]
    report = spec(jumps(), sections, as_of=str(day))
    seen, alone, later = (write_article(edition(report, h), "") for h in (prices, cut, changed))
    assert seen == alone == later


def test_sections_keep_their_order_and_their_names() -> None:
    sections = [{"kind": "conclusion", "heading": "First"}, {"kind": "method"}, {"kind": "conclusion"}]
    made = edition(spec(jumps(), sections))
    assert [s.heading for s in made.sections] == [None, "First", None, None]
    assert [s.key for s in made.sections] == ["opening", "conclusion", "method", "conclusion-2"]
    headings = re.findall(r"^## (.*) \{: #(.*) \}$", write_article(made, "").text, re.MULTILINE)
    assert headings == [
        ("The short version", "the-short-version"),
        ("First", "conclusion"),
        ("Method", "method"),
        ("What it means", "conclusion-2"),
    ]
    assert made.key_points == ()


def test_the_authors_words_go_before_the_automatic_ones() -> None:
    sections = [
        {"kind": "key_points", "points": ['{{ study("jumps").episodes }} cases.']},
        {"kind": "prose", "text": "Hm."},
    ]
    made = edition(spec(jumps(), sections, deck="My deck.", kicker="Blocks", author="A. Writer"))
    assert made.deck == "My deck."
    assert made.kicker == "Blocks · September 3, 2007"
    assert made.author == "A. Writer"
    assert re.fullmatch(r"\w+ cases\.", made.key_points[0])
    assert [s.key for s in made.sections] == ["words"]


def headings(sections: list[dict[str, object]]) -> list[str]:
    made = edition(spec(jumps(), sections))
    return re.findall(r"^## (.*) \{:", write_article(made, "").text, re.MULTILINE)


def test_key_points_stand_where_they_are_asked_for_under_their_heading() -> None:
    points: dict[str, object] = {"kind": "key_points", "heading": "In brief", "points": ["One."]}
    ending: dict[str, object] = {"kind": "conclusion"}
    assert headings([points, ending]) == ["In brief", "What it means"]
    assert headings([ending, points]) == ["The short version", "What it means", "In brief"]
    assert headings([{"kind": "key_points"}, points]) == ["The short version", "In brief"]
    article = write_article(edition(spec(jumps(), [ending, points])), "").text
    assert article.index("/// table-caption") < article.index("What it means") < article.index("- One.")


def test_the_price_chart_is_not_shown_twice() -> None:
    def charts(sections: list[dict[str, object]]) -> int:
        made = edition(spec(jumps(), sections))
        return sum(
            isinstance(b, Picture) and isinstance(b.figure, PriceWithEpisodes) and b.figure.window is None
            for b in blocks(made)
        )

    study: dict[str, object] = {"kind": "study", "study": "jumps"}
    assert charts([study]) == charts([study, study]) == 1
    assert charts([{"kind": "signal", "study": "jumps"}, study]) == 1
    assert charts([study, {"kind": "signal", "study": "jumps"}]) == 1


def test_a_mistake_in_the_prose_names_its_place() -> None:
    sections = [{"kind": "prose", "heading": "My view", "text": '{{ study("jump").episodes }}'}]
    with pytest.raises(
        RequestError, match=r"reports/a-report/report\.yml, section My view: .* Did you mean 'jumps'"
    ):
        edition(spec(jumps(), sections))


def test_performance_before_the_data_is_refused() -> None:
    sections = [{"kind": "performance", "assets": ["ABC"], "since": "1999-01-04"}]
    with pytest.raises(RequestError, match="ABC has no close on or before 1999-01-04"):
        edition(spec(jumps(), sections))


def rows_of(table: Table, kind: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows if row.kind == kind]


def test_the_small_caps_report_on_real_prices() -> None:
    folder = os.environ.get("MARKET_DATA")
    if not folder:
        pytest.skip("MARKET_DATA names no folder of real prices")
    from generator.check.reading import load_spec
    from generator.market.providers.files import FilesSource

    root = Path(__file__).parents[2]
    report = load_spec(root / "reports" / "2026-04-21-small-caps-ten-percent-month" / "report.yml")
    source = FilesSource(Path(folder))
    made = edition(report, {asset: source.history(asset) for asset in assets_read(report)})
    tables = {b.key: b for b in blocks(made) if isinstance(b, Table)}
    episodes = tables["ten-percent-months-episodes"]
    printed = rows_of(episodes, "episode")
    assert len(printed) == 13
    assert printed[3] == ["Oct 2011", "Euro crisis bounce", "+15.10", "−0.38", "+6.77", "+10.08", "+10.30"]
    assert printed[12] == ["Nov 2024", "Trump 2.0 victory", "+11.07", "−8.65", "−11.25", "−15.21", "+2.84"]
    assert rows_of(episodes, "provisional") == [
        ["Apr 2026 (through Apr 20)", "Hormuz recovery", "+11.83", "—", "—", "—", "—"]
    ]
    summary = {row[0]: row[3:] for row in rows_of(episodes, "summary")}
    assert summary["Median"] == ["+2.46", "+6.19", "+5.03", "+10.09"]
    assert summary["Win rate, %"] == ["61.54", "76.92", "84.62", "76.92"]
    assert "Sharpe" not in summary
    sharpe = [column.key for column in tables["ten-percent-months-statistics"].columns].index("sharpe")
    every = rows_of(tables["ten-percent-months-statistics"], "body")
    assert [row[sharpe] for row in every] == ["0.40", "0.81", "0.71", "0.74"]
    assert summary["Max drawdown"] == ["−8.65", "−11.93", "−19.44", "−19.44"]
    assert made.key_points[0].startswith(
        "The Russell 2000 fund, IWM, rose 11.8% from the end of March to Apr 20, 2026, "
        "and closed higher on 12 of 13 days."
    )
    pictures = [b for b in blocks(made) if isinstance(b, Picture)]
    performance = next(p for p in pictures if isinstance(p.figure, RelativePerformance))
    assert performance.caption == (
        "Since Aug 1, 2025 IWM rose 29.0%, ahead of MAGS (+17.6%), QQQ (+16.8%) and SPY (+14.0%)."
    )
    assert made.lead is not None
    assert isinstance(made.lead.figure, AveragePath)
    assert made.as_of == date(2026, 4, 20).isoformat()
