"""Addresses at the edge of what is one, and the columns and words of exports, one rule at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.core.errors import RequestError
from generator.mail.addresses import read_recipients, read_suppressed
from generator.mail.exports import read_export


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("x" * 64 + "@example.org", True),
        ("x" * 65 + "@example.org", False),
        ("a@" + "b" * 63 + ".org", True),
        ("a@" + "b" * 64 + ".org", False),
        ("a@localhost", True),
        ("a" * 64 + "@" + ".".join(["b" * 62] * 3), True),  # 64 + 1 + 188 = 253
        ("a" * 64 + "@" + ".".join(["b" * 62] * 3) + "b", True),  # 254
        ("a" * 64 + "@" + ".".join(["b" * 62] * 3) + ".b", False),  # 255
        (".a@example.org", False),
        ("a.@example.org", False),
        ("a..b@example.org", False),
        ("a.b@example.org", True),
        ("a@example..org", False),
        ("a@.example.org", False),
        ("@example.org", False),
        ("a@", False),
        ("o'neil+x@example.org", True),
    ],
)
def test_what_is_an_address(address: str, good: bool) -> None:
    if good:
        assert read_recipients([address]).addresses == (address,)
    else:
        with pytest.raises(RequestError, match="is no address"):
            read_recipients([address])


@pytest.mark.parametrize(("count", "more"), [(20, None), (21, "and 1 more"), (25, "and 5 more")])
def test_twenty_mistakes_are_told(count: int, more: str | None, tmp_path: Path) -> None:
    (tmp_path / "readers").write_text("".join(f"bad {n}\n" for n in range(count)))
    with pytest.raises(RequestError) as caught:
        read_recipients([str(tmp_path / "readers")])
    first, *lines = str(caught.value).splitlines()
    assert first == "these addresses cannot be used:"
    assert len(lines) == 20 + (more is not None)
    assert lines[19].strip().startswith(f"{tmp_path / 'readers'}:20: 'bad 19' is no address")
    assert (lines[-1].strip() == more) or more is None


def test_a_file_may_have_the_sign_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "readers@home"
    path.write_text("a@example.org\nB@example.org\n\nA@EXAMPLE.ORG\nb@example.org\n")
    found = read_recipients([str(path), "c@example.org", "b@example.org"])
    assert found.addresses == ("a@example.org", "B@example.org", "c@example.org")
    assert (found.left, found.understood) == (frozenset(), ())


def test_who_is_left_out_for_good(tmp_path: Path) -> None:
    assert read_suppressed(tmp_path) == frozenset()
    (tmp_path / "suppressed.txt").write_text("# these\nAnn@Example.org\nbob@example.org # May\n")
    assert read_suppressed(tmp_path) == {"ann@example.org", "bob@example.org"}
    (tmp_path / "suppressed.txt").write_text("ann\n")
    with pytest.raises(RequestError, match=r"suppressed\.txt:1: 'ann' is no address"):
        read_suppressed(tmp_path)
    (tmp_path / "suppressed.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(RequestError, match=r"not UTF-8 text \(byte 0\)"):
        read_suppressed(tmp_path)


def read(text: str) -> tuple[tuple[int, str], ...]:
    found = read_export(text, "readers.csv")
    assert found is not None
    return found.addresses


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a@example.org\n", "a@example.org,b@example.org\n", "# email,name\n", "Readers\n"]
)
def test_a_plain_list_is_no_export(text: str) -> None:
    assert read_export(text, "readers") is None


def test_each_address_has_its_line() -> None:
    assert read('Email;Note\na@x.org;"two\nlines"\n\nb@x.org;\n') == ((3, "a@x.org"), (5, "b@x.org"))
    assert read("\n Email , Note \n a@x.org , b \n") == ((3, "a@x.org"),)
    assert read("Email,Status\nA@x.org,active\na@x.org,active\n") == ((2, "A@x.org"),)


@pytest.mark.parametrize(
    ("heading", "cell", "left"),
    [
        # A column of states: each known word is one way or the other.
        *(("Status", word, False) for word in ("", "Active", "subscribed", "paid", "1", "Aktiv", "Abonné")),
        *(("Status", word, True) for word in ("Unsubscribed", "bounced", "Not confirmed", "gekündigt")),
        ("Zustand", "inaktiv", True),
        ("Type", "deleted", True),
        ("Type", "html", False),  # the type of something else
        ("Tags", "unsubscribed, vip", True),
        ("Tags", "vip", False),
        # Columns that say yes or no.
        *(("Subscribed", word, True) for word in ("false", "No", "0", "nein", "off")),
        *(("Subscribed", word, False) for word in ("true", "yes", "1", "")),
        ("Confirmed", "false", True),
        ("Is active", "n", True),
        # Columns that say when or why somebody left.
        ("Unsubscribed at", "2026-01-02", True),
        *(("Unsubscribed at", word, False) for word in ("", "false", "0", "None", "never", "N/A")),
        ("Bounced", "yes", True),
        ("Deleted", "1", True),
        *((f"Bounced {what}", "3", False) for what in ("count", "rate", "number")),
        ("Name", "Unsubscribed Jones", False),
    ],
)
def test_what_a_column_says_of_a_reader(heading: str, cell: str, left: bool) -> None:
    found = read_export(f"{heading},Email,Last\n{cell!r},a@x.org,z\n".replace("'", '"'), "readers.csv")
    assert found is not None
    assert (found.addresses, found.left) == (((), ("a@x.org",)) if left else (((2, "a@x.org"),), ()))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Email,Second email\na@x.org,\n", "Email"),  # the one that is filled
        ("Second email,Email\nb@x.org,a@x.org\n", "Email"),  # the one of that very name
        ("Mail,Contact\n,a@x.org\n", "Contact"),  # named by another word, and the only one that has any
        ("Contact,Note\na@x.org,write to b@x.org\nb@x.org,none\n", "Contact"),  # not each cell has one
        ("Email,Name\n", "Email"),  # nobody yet
    ],
)
def test_which_column_has_the_addresses(text: str, column: str) -> None:
    found = read_export(text, "readers.csv")
    assert found is not None
    assert f"from the column {column!r}" in found.understood


def test_readers_are_counted_in_words() -> None:
    many = "".join(f"r{n}@x.org,active\n" for n in range(1234))
    found = read_export(f"Email,Status\n{many},active\nq@x.org,bounced\n", "readers.csv")
    assert found is not None
    assert found.understood == (
        "readers.csv: 1,234 recipients from the column 'Email'; 2 left out: 1 bounced, 1 without an address."
    )
