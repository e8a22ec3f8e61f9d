"""YAML as a person writes it: text stays text, lines are kept, and nothing can grow."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.core.errors import SpecError
from generator.core.yaml_files import MAX_BYTES, parse_yaml, read_yaml


def test_every_scalar_stays_the_text_that_was_written() -> None:
    text = (
        "assets: {ON: onsemi, NO: Norway, 1e5: name, Y: yes}\ncontexts:\n  2003-04: low\nwhen: 2026-04-20\n"
    )
    assert parse_yaml(text, "f.yml").value == {
        "assets": {"ON": "onsemi", "NO": "Norway", "1e5": "name", "Y": "yes"},
        "contexts": {"2003-04": "low"},
        "when": "2026-04-20",
    }


def test_only_an_empty_value_is_nothing() -> None:
    assert parse_yaml("a:\nb: ~\nc: ''\nd: 'null'\ne: null", "f.yml").value == {
        "a": None,
        "b": None,
        "c": "",
        "d": "null",
        "e": None,
    }


def test_lines_of_keys_items_and_whole_values() -> None:
    document = parse_yaml(
        "a: 1\nb:\n  - x\n\n  - y: |\n      one\n      two\n\n# end\nc: [1,\n  2]\n", "f.yml"
    )
    assert document.spans[("a",)] == (1, 1)
    assert document.spans[("b", 1)][0] == 5
    assert document.spans[("b", 1, "y")][0] == 5
    assert document.spans[("c",)] == (10, 11)
    assert document.line(("b", 1, "y", "not written")) == 5
    assert document.line(()) is None
    assert document.excerpt(("b",)) == "b:\n  - x\n\n  - y: |\n      one\n      two"
    assert document.excerpt(("c",)) == "c: [1,\n  2]"


def test_an_excerpt_loses_its_common_indentation_and_what_comes_after() -> None:
    document = parse_yaml("s:\n  a:\n    k: 1\n    l:\n      m: 2\n\n  # the next\n  b: 3\n", "f.yml")
    assert document.excerpt(("s", "a")) == "a:\n  k: 1\n  l:\n    m: 2"


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a: 1\nb: &x 2", 2, "anchor '&x'"),
        ("&x a: 1", 1, "anchor '&x'"),
        ("a: *x", 1, "alias '*x'"),
        ("a: !!python/object:os.system x", 1, "tag"),
        ("a: !!int 3", 1, "tag"),
        ("a: 1\nb: 2\na: 3", 3, "'a' twice; the first is on line 1"),
        ("[a]: 1", 1, "a key that is not text"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("- a\n- b", 1, "keys and values"),
        ("", 1, "keys and values"),
        ("%a: b", 1, "not valid YAML"),
        ("a: \x00", None, "not valid YAML"),
    ],
)
def test_what_is_refused(text: str, line: int | None, found: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_yaml(text, "f.yml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("f.yml", line)
    assert found in problem.message


@pytest.mark.parametrize(
    ("text", "line", "found", "written"),
    [
        ("a:\n  b: 1\n\tc: 2\n", 3, "begins with a tab. Indent with spaces.", "→c: 2"),
        ("a:\n\tb: 2\n", 2, "begins with a tab. Indent with spaces.", "→b: 2"),
        ("a:\n  \t- b\n", 2, "begins with a tab. Indent with spaces.", "  →- b"),
        (
            "x: 1\ntitle: Down: and now\n",
            2,
            'needs quotes: title: "Down: and now".',
            "title: Down: and now",
        ),
        (
            '- prose: He said: "no"\n',
            1,
            "needs quotes: - prose: 'He said: \"no\"'.",
            '- prose: He said: "no"',
        ),
        ('a: "open\nb: 1\nc: 2\n', 1, 'a quote is opened with " and not closed', 'a: "open'),
        ("a: 1\nb: 'open\nc: 2\n", 2, "a quote is opened with ' and not closed", "b: 'open"),
        ("a: 'it's'\n", 1, "more text follows where a quote or bracket is closed", "a: 'it's'"),
        ("h: [1M, 3M\nb: 1\n", 1, "the bracket [ is not closed", "h: [1M, 3M"),
        ("h: {a: 1\nb: 1\n", 1, "the bracket { is not closed", "h: {a: 1"),
        ("h: {a: #fff}\nb: 1\n", 1, "a # after a space begins a remark, so the bracket {", "h: {a: #fff}"),
        ("a:\n    b: 1\n   c: 2\n", 3, "is not indented as the lines above it", "   c: 2"),
        ("a: 1\n b: 2\n", 2, "is not indented as the lines above it", " b: 2"),
        ("a:\n  - b\n - c\n", 3, "is not indented as the lines above it", " - c"),
        ("a:\n  - b\n  c: 1\n", 3, "is not indented as the lines above it", "  c: 1"),
        ("title:x\nb: 1\n", 1, "has no colon with a space after it", "title:x"),
        ("a: 1\ntitle\nb: 1\n", 2, "has no colon with a space after it", "title"),
        ("a: @b\n", 1, "a text that begins with @ needs quotes", "a: @b"),
        ("a: **b** c\n", 1, "a text that begins with * needs quotes", "a: **b** c"),
        ("a: >= 5\n", 1, "a text that begins with > needs quotes", "a: >= 5"),
        ('a: "\\q"\n', 1, "a backslash in double quotes", 'a: "\\q"'),
        ("é: ['" + "x" * 200, 1, "a quote is opened with '", "é: ['" + "x" * 95 + "…"),
    ],
)
def test_text_that_is_no_yaml_is_told_in_plain_words(text: str, line: int, found: str, written: str) -> None:
    for ends in ("\n", "\r\n"):
        with pytest.raises(SpecError) as caught:
            parse_yaml(text.replace("\n", ends), "f.yml")
        (problem,) = caught.value.problems
        told, _, shown = problem.message.partition("\n      ")
        assert (problem.line, shown) == (line, written)
        assert found in told
        assert "expected" not in told
        assert told.endswith(".")


def test_the_line_that_is_shown_moves_no_cursor() -> None:
    with pytest.raises(SpecError) as caught:
        parse_yaml("a: 1\u2028b: '\u202ex\u0085", "f.yml")
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert problem.message.endswith("\n      b: '·x")


@given(st.text(alphabet="ab:,-\"'[]{}#|>&*!%@`?\\ \t\n\r\x85\u2028é", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SpecError):
        parse_yaml(text, "f.yml")


@pytest.mark.parametrize(
    "bomb",
    [
        "a: " + "[" * 50_000,
        "a: " + "{b: " * 30_000,
        "- " * 50_000,
        "a: [" + "x, " * 60_000 + "]",
        "a: &a [x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n",
        "? " * 50_000,
        '"' + "\\x41" * 20_000,
    ],
)
def test_bombs_end_at_once_in_a_message(bomb: str) -> None:
    start = time.perf_counter()
    with pytest.raises(SpecError):
        parse_yaml(bomb, "f.yml")
    assert time.perf_counter() - start < 2


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large, binary = tmp_path / "large.yml", tmp_path / "binary.yml"
    large.write_text("#" * (MAX_BYTES + 1))
    binary.write_bytes(b"a: \xff\xfe")
    for path, message in (
        (large, "at most 200,000"),
        (binary, "not UTF-8"),
        (tmp_path / "absent.yml", "cannot be read"),
        (tmp_path, "is no plain file"),
    ):
        with pytest.raises(SpecError, match=message):
            read_yaml(path, path.name)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_yaml(path, "f.yml").value == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "line", "key", "found"),
    [
        ("title: What follows issue #goldrush\n", 1, "title", "ends before '#goldrush', which YAML takes"),
        ("a: 1\ntitle: Issue # 5 of it\n", 2, "title", "'# 5 of it'"),
        ("title: one\n  two #three\n", 2, "title", "'#three'"),
        ("title:\n  one #two\n", 2, "title", "'#two'"),
        ("groups:\n  All:\n    SPY: the #1 fund\n", 3, "groups.All.SPY", "'#1 fund'"),
        ("groups:\n  All:\n    SPY: {name: the # one\n      }\n", 3, "groups.All.SPY.name", "'# one'"),
        ("tags: [a, b #c\n  ]\n", 1, "tags[2]", "'#c'"),
        ("sections:\n  - key_points:\n      - It rose #again\n", 3, "sections[1].key_points[1]", "'#again'"),
        ("horizon: 1M #short\n", 1, "horizon", "or a space behind the # of a remark"),
    ],
)
def test_text_behind_a_sign_is_not_lost_without_a_word(text: str, line: int, key: str, found: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_yaml(text, "f.yml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (line, key)
    assert found in problem.message
    assert "Put the whole text in quotes" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "sender:   # such as The Letter <letter@example.org>\n",
        "horizons: [1M]  # short\n",
        "when: close > highest(high, 20)  # a breakout\n",
        "sections:\n  - key_points   # written from the numbers\n",
        "groups:\n  US indices:   # the usual\n    SPY: {calendar: 24/7  # sic\n    }\n",
        'title: "What follows #goldrush"  # quoted\n',
        "title: 'What follows #goldrush'\n",
        "text: |\n  What follows #goldrush\n  # and so on\n",
        "deck: >-\n  What follows #goldrush\n",
        "title: What follows#goldrush\n",
        "# first\ntitle: x\n  # below\n",
    ],
)
def test_a_remark_is_one(text: str) -> None:
    parse_yaml(text, "f.yml")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("title", ["2026-04-20", "Yes", "1e5", "0x10", "1_000", "12:30:45", "No: 5"])
def test_a_title_is_what_was_written_or_told(title: str, ends: str) -> None:
    try:
        document = parse_yaml(f"title: {title}{ends}b: 1{ends}", "f.yml")
    except SpecError as error:
        assert "needs quotes" in str(error)  # noqa: PT017 (either is right)
    else:
        assert document.value["title"] == title


@pytest.mark.parametrize(
    "title",
    [
        "*a",
        "&a b",
        "%a",
        "@a",
        "`a",
        "!a b",
        '"a" b',
        "'a' b",
        "What next:",
        "a: b",
        "[a] b",
        "{a} b",
        "| a",
        "> a",
    ],
)
def test_a_title_that_needs_quotes_is_told(title: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_yaml(f"title: {title}\nb: 1\n", "f.yml")
    (problem,) = caught.value.problems
    assert problem.line == 1
    assert re.search("quotes|Write the (value out|plain value)", problem.message), problem.message
