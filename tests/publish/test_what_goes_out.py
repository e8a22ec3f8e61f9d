"""``precedent publish``: what should not go out does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.market.providers.files import FilesSource
from tests.publish.letter import (
    LAST,
    OTHER,
    article,
    report,
    unpublished,
)
from tests.running import page, refused, run, small_spec, write_spec


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
    said = "Newer prices of the Russell 2000 look wrong and are held back. This page goes by those, which "
    assert f"{said}end on Mar 21, 2024." in article(project, "two")
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
