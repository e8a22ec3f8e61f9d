"""A drafted week is read in five minutes: what stands open of its page, and its e-mail, are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from generator.article.article import write_article
from generator.article.build import edition_of
from generator.check.reading import load_spec
from generator.edition.values import Edition
from generator.mail.email import HTML, email_files
from generator.market.providers.registry import open_source
from generator.run.draft import draft_issue
from generator.run.make import answer
from generator.site.markdown import to_html
from generator.spec.letter import load_letter
from generator.spec.watchlist import load_watchlist
from tests.desk.length import open_words
from tests.press.demo import EMPTY_PNG
from tests.projects import copy_project
from tests.real_prices import market_data, real_prices

PAGE, MAIL, DULL = 950, 450, 350
WATCHED = """benchmark: SPY
groups:
  US indices: {SPY: S&P 500 fund, QQQ: Nasdaq 100 fund, DIA: Dow fund, IWM: Russell 2000 fund}
"""


def editions(root: Path, source_name: str, *fridays: date) -> Iterator[Edition]:
    """The issues of these weeks as they are drafted."""
    letter, watchlist = load_letter(root), load_watchlist(root)
    source = open_source(source_name, root)
    for friday in fridays:
        spec = load_spec(draft_issue(root, source, watchlist, friday).path)
        yield edition_of(answer(spec, letter, source, None, []))


def counted(edition: Edition) -> tuple[int, int]:
    """Open words of the page and of the e-mail."""
    letter = load_letter(Path())
    page = to_html(write_article(edition, letter.disclaimer).text)
    files = {file.path: file.content for file in email_files(edition, letter, lambda *_: EMPTY_PNG)}
    return len(open_words(page)), len(open_words(files[HTML].decode()))


@real_prices
@pytest.mark.parametrize("day", ["2018-12-28", "2023-03-17", "2025-04-11"])
def test_a_week_of_real_prices_keeps_to_its_length(tmp_path: Path, day: str) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    (root / "watchlist.yml").write_text(WATCHED)
    (edition,) = editions(root, f"files:{market_data()}", date.fromisoformat(day))
    page, mail = counted(edition)
    assert 350 < page <= PAGE
    assert 150 < mail <= MAIL


@real_prices
def test_a_dull_week_of_real_prices_is_short(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    (root / "watchlist.yml").write_text(WATCHED)
    (edition,) = editions(root, f"files:{market_data()}", date(2014, 5, 23))
    page, mail = counted(edition)
    assert edition.strip is None
    assert 80 < page <= DULL
    assert mail <= DULL


def test_a_week_of_the_sample_market_keeps_to_its_length(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "p", reports=False)
    (root / "watchlist.yml").write_text(WATCHED)
    (edition,) = editions(root, "sample", date(2026, 4, 17))
    page, mail = counted(edition)
    assert page <= PAGE
    assert mail <= MAIL
    # Of how sure it is one plain sentence stands open at most: the tests are folded.
    whole = to_html(write_article(edition, "").text)
    shown = " ".join(open_words(whole))
    assert "out as much" not in shown
    for folded in ("p-value rises", "variants", "The outcomes run from", "95% interval"):
        assert folded not in shown


def test_what_is_folded_or_in_a_table_of_figures_is_not_counted() -> None:
    page = (
        "<p>One two</p><details><summary>no</summary><p>no</p></details><table><tr><td>no</td></tr></table>"
        '<table role="presentation"><tr><td>three<br>four – 5%</td></tr></table><style>no</style>'
    )
    assert open_words(page) == ["One", "two", "three", "four", "5%"]
