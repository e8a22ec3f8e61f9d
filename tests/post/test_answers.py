"""What each answer of a mail server means, against one that says what it is told to say."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from typing import Any, cast

import pytest

from generator.core.errors import RequestError, SourceError
from generator.mail.server import Answer, Connection, LostError, Server, connect, server_from

SERVER = Server("mail.example", 587, "starttls", patience=3, last_patience=9)
Said = tuple[int, bytes]


class Line:
    """The socket: how long is waited on it."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def settimeout(self, seconds: float) -> None:
        """Wait so long."""
        self.waits.append(seconds)


class Scripted:
    """An SMTP session with these answers; an exception is raised."""

    def __init__(self, **answers: Said | Exception) -> None:
        self._answers = answers
        self.sock, self.calls = Line(), list[str]()

    def _say(self, step: str) -> Said:
        self.calls.append(step)
        answer = self._answers.get(step, (250, b"ok"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __getattr__(self, step: str) -> Callable[..., Said]:
        return lambda *_: self._say(step)


def sent(**answers: Said | Exception) -> tuple[Answer, Scripted]:
    smtp = Scripted(**answers)
    connection = Connection(cast(Any, smtp), SERVER)
    answer = connection.send("a@x.example", "b@y.example", b"copy", lambda: smtp.calls.append("begin"))
    return answer, smtp


def test_a_copy_is_begun_between_the_envelope_and_the_message() -> None:
    answer, smtp = sent(data=(250, b"queued as 7"))
    assert answer == Answer("sent", 250, "queued as 7", mailbox=False)
    assert smtp.calls == ["rset", "mail", "rcpt", "begin", "data"]
    assert smtp.sock.waits == [9, 3]


@pytest.mark.parametrize(
    ("step", "code", "kind", "mailbox"),
    [
        ("rcpt", 300, "deferred", False),
        ("rcpt", 450, "deferred", False),
        ("rcpt", 499, "deferred", False),
        ("rcpt", 500, "refused", True),
        ("rcpt", 550, "refused", True),
        ("rcpt", 504, "refused", True),
        ("data", 200, "sent", False),
        ("data", 299, "sent", False),
        ("data", 400, "deferred", False),
        ("data", 499, "deferred", False),
        ("data", 500, "refused", False),
        ("data", 599, "refused", False),
    ],
)
def test_what_a_code_means(step: str, code: int, kind: str, mailbox: bool) -> None:
    answer, smtp = sent(**{step: (code, b"so it is")})
    assert (answer.kind, answer.code, answer.reason, answer.mailbox) == (kind, code, "so it is", mailbox)
    assert ("begin" in smtp.calls) == (step == "data")


@pytest.mark.parametrize("code", [100, 199, 300, 399, 600])
def test_an_answer_that_makes_no_sense_leaves_the_copy_uncertain(code: int) -> None:
    with pytest.raises(LostError, match=f"makes no sense, {code}") as caught:
        sent(data=(code, b""))
    assert caught.value.on_its_way


def test_a_message_that_is_refused_before_it_left_is_no_loss() -> None:
    answer, _ = sent(data=smtplib.SMTPDataError(451, b"later"))
    assert answer == Answer("deferred", 451, "later")
    assert sent(data=smtplib.SMTPDataError(554, "in words"))[0] == Answer("refused", 554, "in words")


@pytest.mark.parametrize(
    ("answers", "on_its_way", "reason"),
    [
        ({"rset": OSError(104, "Connection reset by peer")}, False, "Connection reset by peer"),
        ({"mail": (421, b"bye\r\nbye")}, False, "421 bye bye"),
        ({"rcpt": (421, b"closing")}, False, "421 closing"),
        ({"rcpt": TimeoutError()}, False, "the server did not answer in time"),
        ({"data": smtplib.SMTPServerDisconnected("gone")}, True, "gone"),
        ({"data": TimeoutError("timed out")}, True, "the server did not answer in time"),
        ({"data": OSError()}, True, "OSError"),
    ],
)
def test_a_connection_that_is_lost(answers: dict[str, Any], on_its_way: bool, reason: str) -> None:
    with pytest.raises(LostError) as caught:
        sent(**answers)
    assert (caught.value.on_its_way, caught.value.reason) == (on_its_way, reason)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"mail": (300, b"what")}, "does not take mail from a@x.example: 300 what"),
        ({"mail": (550, b"no")}, "does not take mail from a@x.example: 550 no"),
        ({"rcpt": (503, b"")}, "wants a login first: 503"),
        ({"rcpt": (530, b"")}, "wants a login first: 530"),
        ({"rcpt": (538, b"")}, "wants a login first: 538"),
    ],
)
def test_what_is_no_recipients_fault(answers: dict[str, Any], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        sent(**answers)


def test_an_answer_is_shown_on_one_short_line() -> None:
    answer, _ = sent(rcpt=(550, b"no\r\n such \x07 box \xff" + b"x" * 300))
    assert answer.reason.startswith("no such ? box \ufffdx")
    assert len(answer.reason) == 200


def test_a_farewell_to_a_server_that_is_gone_is_no_trouble() -> None:
    smtp = Scripted(quit=smtplib.SMTPServerDisconnected("gone"))
    Connection(cast(Any, smtp), SERVER).close()
    assert smtp.calls == ["quit", "close"]
    left = Scripted()
    Connection(cast(Any, left), SERVER).close()
    assert left.calls == ["quit"]


def unsafe(reason: str) -> ssl.SSLError:
    """As OpenSSL tells it."""
    error = ssl.SSLError(1, "ssl")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (smtplib.SMTPAuthenticationError(535, b"hush"), r"refuses the login \(535\)\. Check PRECEDENT_SMTP"),
        (unsafe("WRONG_VERSION_NUMBER"), r"no safe connection \(WRONG_VERSION_NUMBER\)"),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "offers no such thing: STARTTLS"),
        (smtplib.SMTPConnectError(554, b"no"), "answers 554. Try again later"),
        (UnicodeError(), "holds letters that it cannot be told"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused. Check PRECEDENT_SMTP_HOST"),
    ],
)
def test_why_there_is_no_connection(error: Exception, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("generator.mail.server.smtplib.SMTP", refuse)
    with pytest.raises(SourceError, match=rf"^cannot send through mail\.example:587: .*{message}") as caught:
        connect(SERVER)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("tls", "given", "port"),
    [
        ("starttls", None, 587),
        ("tls", None, 465),
        ("none", None, 25),
        ("none", "1", 1),
        ("tls", "65535", 65535),
        (None, "2525", 2525),
    ],
)
def test_the_port_of_a_server(tls: str | None, given: str | None, port: int) -> None:
    named = {"HOST": "h.example", "PORT": given, "TLS": tls}
    server = server_from({f"PRECEDENT_SMTP_{name}": text for name, text in named.items() if text})
    assert (server.host, server.port, server.tls) == ("h.example", port, tls or "starttls")
    assert (server.user, server.password) == (None, None)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "25x", "٣", "1" * 30])
def test_what_is_no_port(port: str) -> None:
    with pytest.raises(RequestError, match="from 1 to 65535"):
        server_from({"PRECEDENT_SMTP_HOST": "h", "PRECEDENT_SMTP_PORT": port})


@pytest.mark.parametrize(
    ("host", "tls", "known", "refused"),
    [
        ("localhost", "none", ("USER", "PASSWORD"), None),
        ("127.0.0.1", "none", ("USER", "PASSWORD"), None),
        ("::1", "none", ("USER", "PASSWORD"), None),
        ("h.example", "none", ("USER", "PASSWORD"), "in the clear"),
        ("h.example", "none", (), None),
        ("h.example", "tls", ("USER", "PASSWORD"), None),
        ("h.example", "tls", ("PASSWORD",), "both"),
    ],
)
def test_when_a_password_may_be_said(
    host: str, tls: str, known: tuple[str, ...], refused: str | None
) -> None:
    values = {"PRECEDENT_SMTP_HOST": host, "PRECEDENT_SMTP_TLS": tls}
    values |= {f"PRECEDENT_SMTP_{name}": name.lower() for name in known}
    if refused is None:
        server = server_from(values)
        assert (server.user, server.password) == (("user", "password") if known else (None, None))
    else:
        with pytest.raises(RequestError, match=refused):
            server_from(values)
