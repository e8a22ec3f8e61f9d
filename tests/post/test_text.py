"""The text part of an e-mail, block by block: what a terminal of 72 columns shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from generator.export.read import read_blocks
from generator.mail.text import email_text


def text(markdown: str, *, simulated: bool = False) -> list[str]:
    edition: Any = SimpleNamespace(simulated=simulated)
    letter: Any = SimpleNamespace(name="A letter")
    return email_text(read_blocks(markdown), edition, letter).splitlines()


def table(columns: int) -> str:
    heads = [f"C{n}" for n in range(columns)]
    figures, means = [f"+{n}.25" for n in range(columns)], ["+1.00"] * columns
    return (
        f"| Date | {' | '.join(heads)} |\n|---|{'---:|' * columns}\n"
        f"| Apr 2025 | {' | '.join(figures)} |\n| **Average** | {' | '.join(means)} |\n"
    )


def test_a_table_loses_columns_before_its_last_and_says_which() -> None:
    assert text(table(14)) == [
        "A letter",
        "",
        "Date         C0     C1     C2     C3     C4     C5     C6     C7     C13",
        "Apr 2025  +0.25  +1.25  +2.25  +3.25  +4.25  +5.25  +6.25  +7.25  +13.25",
        "-" * 72,
        "Average   +1.00  +1.00  +1.00  +1.00  +1.00  +1.00  +1.00  +1.00   +1.00",
        "",
        "Left out here: the columns C8, C9, C10, C11 and C12.",
    ]


def test_a_table_that_fits_is_whole() -> None:
    assert text(table(2))[2:] == [
        *("Date         C0     C1", "Apr 2025  +0.25  +1.25", "-" * 22, "Average   +1.00  +1.00")
    ]


def test_the_first_and_the_last_column_stay_however_wide_they_are() -> None:
    lines = text(f"| A | B |\n|---:|---:|\n| {'x' * 50} | {'y' * 50} |\n")
    assert lines[-1] == f"{'x' * 50}  {'y' * 50}"
    three = text(f"| A | B | C |\n|---:|---:|---:|\n| {'x' * 40} | z | {'y' * 40} |\n")
    assert three[-3:] == [f"{'x' * 40}  {'y' * 40}", "", "Left out here: the B column."]


def test_words_give_way_before_figures() -> None:
    assert text(
        f"| A | Words | 3M |\n|---|---|---:|\n| one | {'word ' * 20} | +1.00 |\n| two | b | +2.00 |\n"
    )[2:] == [
        "A    Words                                                            3M",
        "one  word word word word word word word word word word word word   +1.00",
        "     word word word word word word word word",
        "two  b                                                             +2.00",
    ]


def test_every_other_block() -> None:
    markdown = (
        "Read [this](https://example.org/a).\n\n- one\n- two\n\n3. three\n4. four\n\n> quoted\n>\n> again\n\n"
        "    code\n      more\n\n---\n"
    )
    assert text(markdown) == [
        *("A letter", "", "Read this.", "https://example.org/a", "", "* one", "* two", ""),
        *("3. three", "4. four", "", "quoted", "", "again", "", "    code", "      more", "", "-" * 72),
    ]
    assert "simulated" in text("x", simulated=True)[0].lower()
    assert text("x") == ["A letter", "", "x"]


def test_a_long_item_goes_on_below_itself() -> None:
    lines = text(f"1. {'word ' * 20}\n2. short\n")
    assert lines[2] == "1. " + ("word " * 14).rstrip()
    assert lines[3] == "   " + ("word " * 6).rstrip()
    assert lines[4] == "2. short"
