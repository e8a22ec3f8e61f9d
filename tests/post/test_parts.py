"""Addresses, copies and the server: what is refused, what is said, what is never said."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from generator.core.errors import DeliveryError, RequestError, SpecError
from generator.mail.addresses import read_recipients
from generator.mail.message import copy_for, imprint_of, token_of
from generator.mail.server import Server, server_from
from generator.spec.letter import load_letter
from tests.post.letters import (
    LETTER,
    SLUG,
    deliver,
    make_letter,
    people,
)
from tests.press.email_lint import lint


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("a@example.org\nBcc: b@example.org", "control character"),
        ("a@example.org\r", "control character"),
        ("jörg@example.org", "xn--"),
        ("a@bücher.example", "xn--"),
        ("A <a@example.org>", "is no address"),
        ("a..b@example.org", "is no address"),
        ("a@b@c.example", "is no address"),
        ("x" * 65 + "@example.org", "is no address"),
        ("nobody.txt", "cannot read"),
    ],
)
def test_what_is_no_recipient(address: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_recipients([address])


def test_every_bad_line_is_told(tmp_path: Path) -> None:
    (tmp_path / "readers").write_text("a@example.org\nb\n\nc d@example.org\n")
    with pytest.raises(RequestError) as caught:
        read_recipients([str(tmp_path / "readers")])
    assert ":2: 'b'" in str(caught.value)
    assert ":4: 'c d@example.org'" in str(caught.value)


def copy(root: Path, recipient: str = "reader@example.com", secret: str | None = None) -> Any:
    issue = (root / "build" / "reports" / SLUG / "email.eml").read_bytes()
    imprint = imprint_of(load_letter(root), secret)
    made = copy_for(recipient, SLUG, issue, imprint)
    assert made == copy_for(recipient, SLUG, issue, imprint)
    assert max(len(line) for line in made.split(b"\r\n")) <= 998
    assert made.isascii()
    read = message_from_bytes(made, _class=EmailMessage, policy=policy.default)
    assert not any(part.defects for part in read.walk())
    return read


def test_a_copy(tmp_path: Path) -> None:
    root = make_letter(tmp_path)
    message = copy(root)
    assert message["List-Unsubscribe"] == "<mailto:leave@example.org?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["Message-ID"] != copy(root, "other@example.com")["Message-ID"]
    assert message["Message-ID"] == copy(root, "Reader@Example.com")["Message-ID"]
    assert "reader" not in message["Message-ID"]
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "1 Sample Street & Co" in text
    assert "1 Sample Street &amp; Co" in html
    assert "mailto:leave@example.org" in text
    assert html.rstrip().endswith("</html>")
    assert lint(html) == []
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 72


LINKS = (
    "unsubscribe_url: https://letter.example/leave?r={token}\n"
    "unsubscribe_post: https://letter.example/p/{token}\n"
)
SECRET = "correct horse battery staple"


def test_one_click_only_with_an_address_for_post(tmp_path: Path) -> None:
    message = copy(make_letter(tmp_path, LINKS), secret=SECRET)
    # openssl dgst -sha256 -hmac "correct horse battery staple", of the List-ID, a line feed and the address
    token = "7813982c62cf233f36537cc89bbc2421"
    assert f"<https://letter.example/p/{token}>" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://letter.example/leave?r={token}" in message.get_body(("html",)).get_content()
    assert SECRET not in message.as_string()


def test_no_one_click_without_an_address_for_post(tmp_path: Path) -> None:
    """RFC 8058: the header promises that a POST to the address takes the reader off the list."""
    message = copy(make_letter(tmp_path, "unsubscribe_url: https://letter.example/leave\n"))
    assert "https://letter.example/leave" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] is None


def test_two_spellings_of_a_mailbox_have_one_token() -> None:
    tokens = {token_of(a, "letter.example", SECRET) for a in ("Ann@Example.org", "ann@example.ORG")}
    assert len(tokens) == 1
    assert tokens != {token_of("bob@example.org", "letter.example", SECRET)}


def test_a_token_needs_its_secret(tmp_path: Path) -> None:
    letter = load_letter(make_letter(tmp_path, LINKS))
    with pytest.raises(RequestError, match="PRECEDENT_UNSUBSCRIBE_SECRET can make"):
        imprint_of(letter, None)
    with pytest.raises(RequestError, match="at least 16") as caught:
        imprint_of(letter, "hush-hush")
    assert "hush" not in str(caught.value)
    assert SECRET not in repr(imprint_of(letter, SECRET))
    bare = letter.model_copy(
        update={"unsubscribe_url": "https://letter.example/leave", "unsubscribe_post": None}
    )
    assert imprint_of(bare, None).secret is None


def test_a_title_with_a_line_break_stays_one_header(tmp_path: Path) -> None:
    message = copy(make_letter(tmp_path, title="Small\r\nBcc: everybody@example.org"))
    assert message["Bcc"] is None
    assert message["Subject"] == "Small Bcc: everybody@example.org"


@pytest.mark.parametrize(
    "line",
    [
        'sender: "The Letter\\r\\nBcc: everybody@example.org <letter@example.org>"',
        'sender: "The Letter <letter@example.org>\\nBcc: everybody@example.org"',
        'list_id: "letter.example.org>\\nBcc: everybody@example.org"',
        'unsubscribe_mail: "leave@example.org>\\r\\nBcc: everybody@example.org"',
        'unsubscribe_url: "https://letter.example/>,<mailto:everybody@example.org"',
    ],
)
def test_a_letter_cannot_add_headers(line: str, tmp_path: Path) -> None:
    key = line.split(":")[0]
    rest = "".join(old for old in LETTER.splitlines(keepends=True) if not old.startswith(f"{key}:"))
    (tmp_path / "letter.yml").write_text(rest + line + "\n")
    with pytest.raises(SpecError):
        load_letter(tmp_path)


def test_a_name_in_any_script(tmp_path: Path) -> None:
    root = make_letter(tmp_path)
    text = (root / "letter.yml").read_text()
    (root / "letter.yml").write_text(text.replace("The Letter <", "Bücher, Börse; Brief <"))
    message = copy(root)
    assert message["From"].addresses[0].display_name == "Bücher, Börse; Brief"
    assert message["From"].addresses[0].addr_spec == "letter@example.org"


def test_an_international_domain_in_its_plain_form(tmp_path: Path) -> None:
    assert read_recipients(["a@xn--bcher-kva.example"]).addresses == ("a@xn--bcher-kva.example",)
    assert copy(make_letter(tmp_path), "a@xn--bcher-kva.example")["To"] == "a@xn--bcher-kva.example"


def test_a_letter_that_cannot_send_says_all_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "letter.yml").write_text("".join(LETTER.splitlines(keepends=True)[:4]))
    with pytest.raises(SpecError) as caught:
        imprint_of(load_letter(tmp_path), None)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"sender", "postal_address", "list_id", "unsubscribe_mail"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "HOST"),
        ({"HOST": "h", "TLS": "ssl"}, "starttls"),
        ({"HOST": "h", "PORT": "0"}, "1 to 65535"),
        ({"HOST": "h", "USER": "u"}, "both"),
        ({"HOST": "h", "TLS": "none", "USER": "u", "PASSWORD": "secret-word"}, "in the clear"),
    ],
)
def test_settings_that_cannot_be_used(values: dict[str, str], message: str) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        server_from({f"PRECEDENT_SMTP_{name}": value for name, value in values.items()})
    assert "secret-word" not in str(caught.value)


def test_the_password_is_not_shown() -> None:
    values = {"HOST": "h", "USER": "u", "PASSWORD": "secret-word"}
    server = server_from({f"PRECEDENT_SMTP_{name}": value for name, value in values.items()})
    assert (server.port, server.tls, server.password) == (587, "starttls", "secret-word")
    assert "secret-word" not in repr(server)


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"cannot send through 127\.0\.0\.1:1"):
        deliver(make_letter(tmp_path), Server("127.0.0.1", 1, "none"), *people(1))
