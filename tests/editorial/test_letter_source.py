"""``source:`` in ``letter.yml``: a name, or keys that say how files are to be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator.article.report import source_line
from generator.check.reading import check
from generator.core.errors import SpecError
from generator.market.providers.registry import open_source
from generator.market.reading import FilesTold, Reading
from generator.spec.letter import load_letter

LETTER = "name: A\ntagline: B\nauthor: C\ndisclaimer: D\n"
MAPPED = """source:
  path: mine
  columns: {Close: Settle, Date: Tag}
  date_format: dd.mm.yyyy
  decimal_sign: comma
  basis: total
  credit: Tiingo
"""


def letter(root: Path, source: str) -> Path:
    (root / "letter.yml").write_text(LETTER + source)
    return root


def test_a_mapping_says_how_files_are_to_be_read(tmp_path: Path) -> None:
    told = load_letter(letter(tmp_path, MAPPED)).source
    assert told == FilesTold(
        "mine",
        Reading({"Close": "Settle", "Date": "Tag"}, ("day", "month", "year"), ",", "total", "Tiingo"),
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "SPY.csv").write_text("Tag;Last;Settle\n01.02.2026;1,5;1,6\n02.02.2026;1,5;1,7\n")
    source = open_source(told, tmp_path)
    history = source.history("SPY")
    assert history.close.tolist() == [1.6, 1.7]
    assert str(history.first) == "2026-02-01"
    assert history.basis == "total"
    assert source.credit(()) == "Tiingo"
    assert (
        source_line("files", False, date(2026, 4, 20), source.credit(()))
        == "Prices: Tiingo, through Apr 20, 2026"
    )
    assert check(tmp_path) == ()


@pytest.mark.parametrize("text", ["source: yahoo\n", "source: files:prices\n", "source: sample\n", ""])
def test_a_name_is_a_name(tmp_path: Path, text: str) -> None:
    assert load_letter(letter(tmp_path, text)).source == (text.removeprefix("source: ").strip() or "yahoo")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "source: bloomberg\n",
            "letter.yml:5: source: found 'bloomberg' where a source is needed: 'yahoo', 'files:PATH'",
        ),
        ("source: {credit: Tiingo}\n", "letter.yml:5: source.path: 'path' is missing"),
        (
            "source:\n  path: x\n  decimal: comma\n",
            "letter.yml:7: source.decimal: there is no such key. Did you",
        ),
        (
            "source:\n  path: x\n  columns: {Shut: Last}\n",
            "letter.yml:7: source.columns: there is no column 'Shut'",
        ),
        ("source: [yahoo, bloomberg]\n", "found 'bloomberg' where a source is needed: 'yahoo'"),
        ("source: []\n", "letter.yml:5: source: is empty"),
        ("source: [{path: x, decimal: comma}]\n", "decimal: there is no such key"),
    ],
)
def test_mistakes_name_line_and_key(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_letter(letter(tmp_path, source))
    assert message in str(caught.value)
    assert len(caught.value.problems) == 1


def test_two_places_may_not_say_different_things(tmp_path: Path) -> None:
    told = load_letter(letter(tmp_path, MAPPED)).source
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "SPY.csv").write_text("Tag;Settle\n01.02.2026;1,6\n02.02.2026;1,7\n")
    (tmp_path / "mine" / "source.yml").write_text("basis: total\ncredit: The exchange\n")
    with pytest.raises(
        SpecError, match=r"source.yml:2: credit: source.yml and the source of letter.yml differ"
    ):
        open_source(told, tmp_path)
    (tmp_path / "mine" / "source.yml").write_text("basis: total\n")
    assert open_source(told, tmp_path).credit(()) == "Tiingo"


def test_check_looks_at_the_source_yml_of_the_letters_folder(tmp_path: Path) -> None:
    letter(tmp_path, "source: files:mine\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "source.yml").write_text("credits: Tiingo\n")
    (problem,) = check(tmp_path)
    assert "credits: there is no such key. Did you mean 'credit'?" in str(problem)
