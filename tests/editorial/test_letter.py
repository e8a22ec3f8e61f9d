"""letter.yml: works as it stands, and every mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from generator.core.errors import SpecError
from generator.spec.letter import load_letter

PROJECT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    (folder / "letter.yml").write_text(text)
    return folder


def test_it_works_as_it_stands() -> None:
    letter = load_letter(PROJECT)
    assert (letter.name, letter.base_url, letter.source) == ("Precedent", None, "yahoo")
    assert letter.tagline
    assert letter.author
    assert letter.disclaimer


def test_a_letter_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_letter(PROJECT).name = "Other"


def test_every_mistake_at_once(tmp_path: Path) -> None:
    text = "nam: X\ntagline:\nauthor: [a]\nbase_url: example.org/\ndisclaimer: d\nsource: bloomberg\n"
    with pytest.raises(SpecError) as caught:
        load_letter(write(tmp_path, text))
    found = {(p.line, p.key): p.message for p in caught.value.problems}
    assert found.keys() == {
        (1, "nam"),
        (2, "tagline"),
        (3, "author"),
        (4, "base_url"),
        (6, "source"),
    }
    assert "Did you mean 'name'?" in found[1, "nam"]
    assert "without a slash at the end" in found[4, "base_url"]
    assert "files:PATH" in found[6, "source"]


@pytest.mark.parametrize("url", ["https://a.org", "http://localhost:8000", "https://a.org/letter/x"])
def test_addresses(tmp_path: Path, url: str) -> None:
    folder = write(
        tmp_path, f"name: n\ntagline: t\nauthor: a\ndisclaimer: d\nsource: files:x\nbase_url: {url}\n"
    )
    assert load_letter(folder).base_url == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.org/", "https://a.org?x", "https://a b", "ftp://a"]
)
def test_what_is_no_address(tmp_path: Path, url: str) -> None:
    folder = write(tmp_path, f"name: n\ntagline: t\nauthor: a\ndisclaimer: d\nbase_url: '{url}'\n")
    with pytest.raises(SpecError, match="base_url"):
        load_letter(folder)


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://example.org/join?from=page#form", "https://example.org/join?from=page#form"),
        ("join@example.org", "mailto:join@example.org"),
        ("", None),
    ],
)
def test_where_one_subscribes(tmp_path: Path, written: str, link: str | None) -> None:
    folder = write(tmp_path, f"name: n\ntagline: t\nauthor: a\ndisclaimer: d\nsubscribe: {written}\n")
    assert load_letter(folder).subscribe_link == link


@pytest.mark.parametrize(
    "written",
    ["http://example.org/join", "example.org", "javascript:alert(1)", '"https://a.org/x>y"', "a@b\tc"],
)
def test_where_nobody_can_subscribe(tmp_path: Path, written: str) -> None:
    folder = write(tmp_path, f"name: n\ntagline: t\nauthor: a\ndisclaimer: d\nsubscribe: {written}\n")
    with pytest.raises(SpecError) as caught:
        load_letter(folder)
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (5, "subscribe")
    assert (
        "where a page such as https://example.org/join, or a mailbox such as join@example.org, is needed"
        in (problem.message)
    )
