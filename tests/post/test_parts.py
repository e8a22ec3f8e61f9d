"""Addresses, copies and the server: what is refused, what is said, what is never said."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from generator.editorial.letter import load_letter
from generator.errors import DeliveryError, RequestError, SpecError
from generator.post.addresses import read_recipients
from generator.post.message import copy_for, imprint_of
from generator.post.server import Server, server_from
from tests.post.letters import (
    LETTER,
    SLUG,
    Mailbox,
    address_of,
    deliver,
    login,
    make_letter,
    open_server,
    people,
)


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


def copy(root: Path, recipient: str = "reader@example.com") -> Any:
    issue = (root / "build" / "reports" / SLUG / "email.eml").read_bytes()
    made = copy_for(recipient, SLUG, issue, imprint_of(load_letter(root)))
    assert made == copy_for(recipient, SLUG, issue, imprint_of(load_letter(root)))
    return message_from_bytes(made, _class=EmailMessage, policy=policy.default)


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


def test_one_click_only_with_an_address_for_post(tmp_path: Path) -> None:
    more = "unsubscribe_url: https://letter.example/leave?r={token}\nunsubscribe_post: https://letter.example/p/{token}\n"
    message = copy(make_letter(tmp_path, more))
    token = hashlib.sha256(b"letter.example.org\nreader@example.com").hexdigest()[:32]
    assert f"<https://letter.example/p/{token}>" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://letter.example/leave?r={token}" in message.get_body(("html",)).get_content()


def test_a_title_with_a_line_break_stays_one_header(tmp_path: Path) -> None:
    message = copy(make_letter(tmp_path, title="Small\r\nBcc: everybody@example.org"))
    assert message["Bcc"] is None
    assert message["Subject"] == "Small Bcc: everybody@example.org"


def test_a_letter_that_cannot_send_says_all_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "letter.yml").write_text("".join(LETTER.splitlines(keepends=True)[:4]))
    with pytest.raises(SpecError) as caught:
        imprint_of(load_letter(tmp_path))
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


@pytest.mark.parametrize("password", ["right-pass", "wrong-pass"])
def test_a_login_over_starttls(password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    mailbox = Mailbox()
    controller = open_server(
        mailbox, tls_context=context, require_starttls=True, authenticator=login, auth_required=True
    )
    controller.start()
    try:
        place = address_of(controller)
        server = Server(place.host, place.port, "starttls", "user", password, patience=5)
        root = make_letter(tmp_path / "letter")
        with pytest.raises(DeliveryError, match="no safe connection"):
            deliver(root, server, *people(1))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        if password == "right-pass":
            deliver(root, server, *people(2))
            assert mailbox.got() == list(people(2))
        else:
            with pytest.raises(DeliveryError, match="refuses the login") as caught:
                deliver(root, server, *people(2))
            assert password not in str(caught.value)
            assert mailbox.got() == []
    finally:
        controller.stop()
    written = b"".join(path.read_bytes() for path in (root / "outbox").rglob("*") if path.is_file())
    assert password.encode() not in written
