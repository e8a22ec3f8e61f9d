"""The mail server: its settings from the environment, a connection, one copy of the issue at a time.

Nothing here shows the password: not in a message, not in a ``repr``; the server's answer to a login, which
may repeat it, is not shown either.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.core.errors import RequestError, SourceError

PREFIX = "PRECEDENT_SMTP_"
Tls = Literal["starttls", "tls", "none"]
_PORTS: dict[str, int] = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OURS = frozenset({503, 530, 538})
"""Answers to RCPT that are about this program (not logged in), and not about the recipient."""


@dataclass(frozen=True)
class Server:
    """Where and how mail is handed over. ``patience`` is how many seconds the server may take to answer,
    ``last_patience`` how many after the end of a message (RFC 5321, 4.5.3.2.6, asks for ten minutes)."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: float = 60
    last_patience: float = 600


def server_from(environment: Mapping[str, str]) -> Server:
    """The server that the environment names.

    Raises
    ------
    RequestError : a variable is missing or wrong; a password would cross a network in the clear.
    """
    values = {name: environment.get(PREFIX + name) or None for name in ("HOST", "PORT", "USER", "PASSWORD")}
    tls = environment.get(PREFIX + "TLS") or "starttls"
    host = values["HOST"]
    if host is None:
        raise RequestError(
            f"no mail server is named. Set {PREFIX}HOST (see 'precedent send' in REFERENCE.md)."
        )
    if tls not in _PORTS:
        raise RequestError(f"{PREFIX}TLS is {tls[:20]!a}; it can be starttls (the default), tls or none.")
    port = values["PORT"] or str(_PORTS[tls])
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise RequestError(f"{PREFIX}PORT is {port[:20]!a}; it must be a number from 1 to 65535.")
    if (values["USER"] is None) != (values["PASSWORD"] is None):
        raise RequestError(f"set both {PREFIX}USER and {PREFIX}PASSWORD, or neither.")
    if tls == "none" and host not in _LOOPBACK and values["PASSWORD"] is not None:
        raise RequestError(
            f"{PREFIX}TLS is none, so the password would cross the network in the clear. Use starttls or tls."
        )
    mode: Tls = "starttls" if tls == "starttls" else "tls" if tls == "tls" else "none"
    return Server(host, int(port), mode, values["USER"], values["PASSWORD"])


@dataclass(frozen=True)
class Answer:
    """What the server said of one copy. ``mailbox`` is True when it was about the recipient."""

    kind: Literal["sent", "refused", "deferred"]
    code: int
    reason: str
    mailbox: bool = False


class LostError(Exception):
    """The connection was lost. ``on_its_way``: the copy had begun to leave, so it may have arrived."""

    def __init__(self, reason: str, *, on_its_way: bool) -> None:
        self.reason, self.on_its_way = reason, on_its_way
        super().__init__(reason)


class Connection:
    """An open connection to the server. Made by ``connect``."""

    def __init__(self, smtp: smtplib.SMTP, server: Server) -> None:
        self._smtp, self._server = smtp, server

    def send(self, sender: str, recipient: str, message: bytes, begin: Callable[[], None]) -> Answer:
        """Hand over one copy.

        Parameters
        ----------
        sender, recipient : addresses of the envelope.
        begin : called when the server has accepted both and nothing of the message has left yet.

        Raises
        ------
        LostError : the connection was lost or the server was silent too long.
        SourceError : the server does not take mail from this sender.
        """
        try:
            refused = self._envelope(sender, recipient)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise LostError(_reason(error), on_its_way=False) from error
        if refused is not None:
            return refused
        begin()
        try:
            self._patience(self._server.last_patience)
            code, text = self._smtp.data(message)
            self._patience(self._server.patience)
        except smtplib.SMTPDataError as error:  # DATA itself was refused: nothing of the message has left
            code, text = error.smtp_code, _bytes(error.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise LostError(_reason(error), on_its_way=True) from error
        if not (200 <= code < 300 or 400 <= code < 600):
            raise LostError(f"an answer that makes no sense, {code}", on_its_way=True)
        return _answer(code, text, mailbox=False)

    def close(self) -> None:
        """Take leave; a server that is gone already is no trouble."""
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.drop()

    def drop(self) -> None:
        """Hang up without a word: in the middle of a copy it would be read as part of it, and a server that
        is silent would be waited for again."""
        self._smtp.close()

    def _envelope(self, sender: str, recipient: str) -> Answer | None:
        """Name sender and recipient; the answer when there is no sending on."""
        self._smtp.rset()  # whatever became of the copy before
        code, text = self._smtp.mail(sender)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(f"{code} {_text(text)}")
        if code >= 300:
            raise SourceError(
                f"{self._server.host} does not take mail from {sender}: {code} {_text(text)}. "
                "Check 'sender' in letter.yml and the mail account; then run it again."
            )
        code, text = self._smtp.rcpt(recipient)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(f"{code} {_text(text)}")
        if code in _OURS:
            raise SourceError(
                f"{self._server.host} wants a login first: {code}. Set {PREFIX}USER and {PREFIX}PASSWORD."
            )
        if code < 300:
            return None
        return _answer(code, text, mailbox=True)

    def _patience(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def connect(server: Server) -> Connection:
    """Connect and log in.

    Raises
    ------
    SourceError : it cannot be reached, its certificate is not trusted, the login is refused.
    """
    place = f"{server.host}:{server.port}"
    smtp: smtplib.SMTP | None = None
    try:
        if server.tls == "tls":
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.patience, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.patience)
        if server.tls == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        if smtp is not None:
            smtp.close()
        # No chain: the cause may hold what the server was told at the login.
        raise SourceError(f"cannot send through {place}: {_trouble(error)}") from None
    return Connection(smtp, server)


def _trouble(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"it refuses the login ({error.smtp_code}). Check {PREFIX}USER and {PREFIX}PASSWORD."
        case ssl.SSLCertVerificationError():
            return (
                f"its certificate is not trusted ({error.verify_message.rstrip('.')}), so nothing was said. "
                f"Check {PREFIX}HOST, or the certificate."
            )
        case ssl.SSLError():
            return (
                f"no safe connection ({error.reason or 'TLS failed'}). Check {PREFIX}TLS and the certificate."
            )
        case smtplib.SMTPNotSupportedError():
            return f"it offers no such thing: {error}. Check {PREFIX}TLS and {PREFIX}USER."
        case UnicodeError():
            return f"{PREFIX}HOST, {PREFIX}USER or {PREFIX}PASSWORD holds letters that it cannot be told."
        case smtplib.SMTPResponseException():
            return f"it answers {error.smtp_code}. Try again later."
        case _:
            return f"{_reason(error)}. Check {PREFIX}HOST, {PREFIX}PORT and the network."


def _answer(code: int, text: bytes, *, mailbox: bool) -> Answer:
    kind: Literal["sent", "refused", "deferred"] = (
        "sent" if 200 <= code < 300 else "refused" if code >= 500 else "deferred"
    )
    return Answer(kind, code, _text(text), mailbox and kind == "refused")


def _text(reply: bytes) -> str:
    text = " ".join(reply.decode("ascii", "replace").split())
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _reason(error: Exception) -> str:
    # smtplib tells of a silent server as of one that has gone.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _text(str(error).encode("ascii", "replace")) or type(error).__name__
