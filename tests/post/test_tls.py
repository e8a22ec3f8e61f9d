"""Safe connections, against a real SMTP server with certificates made here: who is trusted, what is said."""

from __future__ import annotations

import datetime
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, Session

from generator.core.errors import DeliveryError
from generator.mail.server import Server, Tls
from tests.post.letters import Mailbox, address_of, deliver, login, make_letter, open_server, people

ROOT = Path(__file__).parents[2]
PASSWORD, SECRET = "right-pass", "a secret of the letter's own"
TOKENS = "unsubscribe_url: https://letter.example/leave?r={token}\n"
"""In ``letter.yml``: links to leave that are made with the secret."""
KINDS: tuple[Tls, ...] = ("starttls", "tls")


class Echo(Mailbox):
    """Repeats what it was told at the login, as some servers do."""

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> object:  # noqa: N802
        return f"535 5.7.8 what is {args}? {PASSWORD}"

    async def handle_AUTH(self, server: SMTP, session: Session, *_: object) -> str:  # noqa: N802
        return "535 no"


@contextmanager
def safe_server(
    kind: Tls, certificate: trustme.LeafCert, mailbox: Mailbox, **options: object
) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if kind == "tls":
        options["ssl_context"] = context
    else:
        options |= {"tls_context": context, "require_starttls": True}
    # Over implicit TLS this server does not know that the line is safe, and would refuse a login.
    options["auth_require_tls"] = options["auth_required"] = kind == "starttls"
    controller = open_server(mailbox, authenticator=login, **options)
    controller.start()
    try:
        place = address_of(controller)
        yield Server(place.host, place.port, kind, "user", PASSWORD, patience=5, last_patience=5)
    finally:
        controller.stop()


def environment_of(server: Server) -> dict[str, str]:
    """What the operator's environment says to a command that sends over this server, the secrets included."""
    return {
        "PRECEDENT_SMTP_HOST": server.host,
        "PRECEDENT_SMTP_PORT": str(server.port),
        "PRECEDENT_SMTP_USER": "user",
        "PRECEDENT_SMTP_PASSWORD": PASSWORD,
        "PRECEDENT_UNSUBSCRIBE_SECRET": SECRET,
        "PYTHONDEVMODE": "1",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("trusting")
def test_a_login_over_a_safe_line(kind: Tls, authority: trustme.CA, tmp_path: Path) -> None:
    mailbox = Mailbox()
    root = make_letter(tmp_path / "letter")
    with safe_server(kind, authority.issue_cert("127.0.0.1"), mailbox) as server:
        deliver(root, server, *people(2))
        assert mailbox.got() == list(people(2))
        with pytest.raises(DeliveryError, match=r"refuses the login \(535\)") as caught:
            deliver(root, replace(server, password="wrong-pass"), "new@readers.example")
    assert "wrong-pass" not in str(caught.value)
    assert len(mailbox.got()) == 2


YESTERDAY = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
BAD: dict[str, tuple[Callable[[trustme.CA], trustme.LeafCert], str]] = {
    "stranger": (lambda _: trustme.CA().issue_cert("127.0.0.1"), "unable to get local issuer"),
    "expired": (lambda ca: ca.issue_cert("127.0.0.1", not_after=YESTERDAY), "expired"),
    "another name": (lambda ca: ca.issue_cert("mail.example.org"), "not valid for '127.0.0.1'"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", BAD)
@pytest.mark.usefixtures("trusting")
def test_a_certificate_that_is_not_trusted(
    case: str, kind: Tls, authority: trustme.CA, tmp_path: Path
) -> None:
    make, why = BAD[case]
    mailbox = Mailbox()
    with safe_server(kind, make(authority), mailbox) as server, pytest.raises(DeliveryError) as caught:
        deliver(make_letter(tmp_path / "letter"), server, *people(2))
    assert "its certificate is not trusted" in str(caught.value)
    assert why in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert mailbox.got() == []


def test_the_wrong_kind_of_line(tmp_path: Path) -> None:
    """Each kind of TLS against a server that speaks plainly: one message, nothing sent."""
    controller = open_server(Mailbox())
    controller.start()
    try:
        for kind, why in (("starttls", "STARTTLS"), ("tls", "no safe connection")):
            server = replace(address_of(controller), tls=kind, patience=2)
            with pytest.raises(DeliveryError, match=why):
                deliver(make_letter(tmp_path / kind), server, *people(1))
    finally:
        controller.stop()


@pytest.mark.parametrize("mailbox", [Mailbox, Echo], ids=["sent", "refused"])
def test_no_secret_is_written_anywhere(
    mailbox: type[Mailbox], authority: trustme.CA, trusting: Path, tmp_path: Path
) -> None:
    """The whole command, as a person runs it: what it prints and every file it leaves are searched."""
    root = make_letter(tmp_path / "letter", TOKENS)
    certificate = authority.issue_cert("127.0.0.1")
    with safe_server("starttls", certificate, mailbox()) as server:
        command = [
            sys.executable,
            "-c",
            "from generator.cli.main import main; main()",
            "--project",
            str(root),
        ]
        done = subprocess.run(
            [*command, "send", "small-caps", "--to", "r0@readers.example", "--rate", "6000"],
            env={**os.environ, **environment_of(server)},
            capture_output=True,
            check=False,
        )
    assert done.returncode == (0 if mailbox is Mailbox else 3), done.stderr
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    for text in (done.stdout, done.stderr, *files):
        for secret in (PASSWORD, SECRET, "cmlnaHQtcGFzcw", "AHVzZXIAcmlnaHQtcGFzcw"):
            assert secret.encode() not in text
