"""Reports that look odd and are no mistakes: each gets a good page, in a site that MkDocs builds strictly."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.press.reading import tags, text
from tests.running import page, project_with, run, small_spec, watch

TITLE = "<b>Ten</b> & *more* { 7 * 7 } {raw} `code` [link](https://example.org) \"quoted\" 'so' # | --- 10%"
ALL_SECTIONS = [
    "key_points",
    {"performance": {"assets": ["IWM"], "since": "2021-02-01"}},
    {"signal": "only"},
    {"build": "only"},
    {"study": "only"},
    {"best_cases": {"study": "only", "horizon": "1M", "count": 3}},
    {"worst_cases": {"study": "only", "horizon": "1M", "count": 3}},
    {"current_setup": "only"},
    {"seasonality": "IWM"},
    "conclusion",
    "method",
]


def spec(when: str, **study: object) -> dict[str, object]:
    """Every kind of section, about one study."""
    whole = small_spec(when, sections=ALL_SECTIONS)
    whole["studies"] = {
        "only": {"asset": "IWM", "when": when, "bars": "monthly", "horizons": ["1M", "3M"], **study}
    }
    return whole


def prices(folder: Path, closes: list[float]) -> None:
    days = np.busday_offset("2021-01-01", np.arange(len(closes)), roll="forward")
    lines = [f"{day},{close:.4f}" for day, close in zip(days, closes, strict=True)]
    (folder / "IWM.csv").write_text("\n".join(["Date,Close", *lines]) + "\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One site with every odd report, made from closes that wander through 38 months."""
    brief: list[object] = ["key_points", {"study": "only"}, "conclusion", "method"]
    root = project_with(
        tmp_path_factory.mktemp("pages") / "letter",
        no_episode=spec("close > 1000000"),
        one_episode=spec("streak(close > 0) == 3"),
        every_bar=spec("close > 0"),
        every_day=spec("close > 0", bars="daily"),
        all_pending=spec("close > 0 or close < 0", horizons=["1M", "10Y"]),
        nothing_complete=spec("close > 0", horizons=["4Y", "5Y"]) | {"sections": brief},
        odd_title=spec("roc(close, 1) > 3")
        | {"title": TITLE, "kicker": "<i>k</i> *k*", "tags": ["<u>tag</u>", "a & b"]}
        | {"as_written": [{"text": TITLE, "because": "odd on purpose"}]},
        no_section=small_spec(sections=["method"]),
        too_early=small_spec(
            sections=[{"performance": {"assets": ["IWM"], "since": "2024-03-01"}}, {"study": "only"}]
        ),
    )
    (root / "mine").mkdir()
    rng = np.random.default_rng(8)
    prices(root / "mine", list(100 * np.exp(np.cumsum(rng.normal(0.0005, 0.015, 800)))))
    result = run("report", "--source", f"files:{root / 'mine'}", project=root)
    assert result.exit_code == 0, result.output
    return root


ODD = ["no-episode", "one-episode", "every-bar", "every-day", "all-pending", "nothing-complete"]
SLUGS = [*ODD, "odd-title", "no-section", "too-early"]


def shown(root: Path, slug: str) -> str:
    """The text of an issue's article, without scripts."""
    whole = page(root, slug)
    article = whole[whole.index("<article") : whole.rindex("</article>")]
    return " ".join(text(re.sub(r"(?s)<(script|style).*?</\1>", "", article)).split())


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_is_whole(project: Path, slug: str) -> None:
    words = shown(project, slug)
    assert not re.search(r"\b(nan|inf|null|undefined|None(?! of))\b", words), words
    for broken in ("{{", "}}", "{%", "Traceback", "−0.00", "  ", " .", " ,", "..", "()", "$"):
        assert broken not in words, words[max(0, words.find(broken) - 80) : words.find(broken) + 40]
    assert "simulated" not in words.lower()
    headings = [tag for tag, _ in tags(page(project, slug)) if tag == "h1"]
    assert len(headings) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_every_list_of_the_site_has_it(project: Path, slug: str) -> None:
    for where in ("index.html", "archive/index.html"):
        assert f"issues/{slug}/index.html" in (project / "site" / where).read_text()


def test_no_episode_says_so(project: Path) -> None:
    words = shown(project, "no-episode")
    assert re.search(r"\b(no|never|not once)\b", words.lower())
    assert "Win rate" not in words


def test_one_episode_is_shown_without_statistics(project: Path) -> None:
    words = shown(project, "one-episode")
    assert "Mar 2021" in words
    assert "Win rate, %" not in words
    assert not re.search(r"\d% of the time", words)


@pytest.mark.parametrize("slug", ["every-bar", "every-day"])
def test_a_signal_that_is_always_true_is_one_episode_at_the_start(project: Path, slug: str) -> None:
    words = shown(project, slug)
    assert ("Jan 2021" if slug == "every-bar" else "Jan 1, 2021") in words


def test_what_is_pending_is_a_dash(project: Path) -> None:
    assert "—" in shown(project, "nothing-complete")
    assert "—" in shown(project, "all-pending")


def test_a_period_that_has_not_begun_has_no_performance(project: Path) -> None:
    words = shown(project, "too-early")
    assert "The prices end on Jan 25, 2024; this begins on Mar 1, 2024." in words
    assert "unchanged" not in words


def test_a_title_is_text_wherever_it_stands(project: Path) -> None:
    pages = [project / "site" / name for name in ("index.html", "archive/index.html", "tags/index.html")]
    pages.append(project / "site" / "issues" / "odd-title" / "index.html")
    plain = " ".join(TITLE.split())
    for path in pages:
        whole = path.read_text()
        assert plain in " ".join(text(whole).split()), path
        assert "<b>Ten</b>" not in whole
        assert "<i>k</i>" not in whole
        assert "<u>tag</u>" not in whole
        assert "example.org" not in {attributes.get("href") for _, attributes in tags(whole)}
    head = re.search(r"(?s)<title>(.*?)</title>", pages[-1].read_text())
    assert head is not None
    assert plain in text(head[1])


def test_a_letter_without_reports_is_a_site(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter")
    watch(root, "SPY", "IWM")
    for folder in (False, True):
        if folder:
            (root / "reports").mkdir()
        result = run("report", "--source", "sample", project=root)
        assert result.exit_code == 0, result.output
    for name in ("index.html", "archive/index.html", "how-to-read/index.html", "about/index.html"):
        assert (root / "site" / name).is_file()
    assert "precedent" in text((root / "site" / "index.html").read_text()).lower()


def test_a_new_report_works_as_it_stands(tmp_path: Path) -> None:
    root = project_with(tmp_path / "letter")
    watch(root, "SPY", "IWM")
    assert run("new", "2026-05-05-first-try", project=root).exit_code == 0
    assert run("check", project=root).stdout == "No mistakes found.\n"
    result = run("report", "--source", "sample", project=root)
    assert result.exit_code == 0, result.output
    assert "First try" in shown(root, "2026-05-05-first-try")
