"""A letter with one finished issue, and a mail server on loopback that does as it is told."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from generator.article.article import write_article
from generator.assembly.issue import edition_file
from generator.edition.values import Edition
from generator.mail.email import email_files
from generator.mail.send import Delivery, send
from generator.mail.server import Server
from generator.spec.letter import load_letter
from tests.press.demo import EMPTY_PNG, edition
from tests.running import small_spec, write_spec

SLUG = "small-caps"
LETTER = """\
name: The Letter
tagline: What happened next
author: The desk
disclaimer: No advice.
sender: The Letter <letter@example.org>
postal_address: |
  The Letter
  1 Sample Street & Co
list_id: letter.example.org
unsubscribe_mail: leave@example.org
"""


def real_edition(**changes: object) -> Edition:
    made = replace(edition(), slug=SLUG, simulated=False, date="2026-04-21", as_of="2026-04-20")
    return replace(made, **changes)  # type: ignore[arg-type]


def make_letter(root: Path, more: str = "", asset: str = "SPY", **changes: object) -> Path:
    """A project with one finished issue, on one asset."""
    write_spec(root, SLUG, small_spec(asset=asset))
    (root / "letter.yml").write_text(LETTER + more)
    make_issue(root, **changes)
    return root


def make_issue(root: Path, **changes: object) -> None:
    folder = root / "build" / "reports" / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    made = real_edition(**changes)
    told = edition_file(made, write_article(made, ""), None)
    for file in (told, *email_files(made, load_letter(root), lambda *_: EMPTY_PNG)):
        (folder / file.path).write_bytes(file.content)


def people(count: int, domain: str = "readers.example") -> tuple[str, ...]:
    return tuple(f"r{number}@{domain}" for number in range(count))


class Mailbox:
    """What arrived, and what to answer: ``to_recipient`` and ``to_message`` by address."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, bytes]] = []
        self.to_recipient: dict[str, str] = {}
        self.to_message: dict[str, str] = {}
        self.drop_in_data: set[str] = set()
        self.drop_after_data: set[str] = set()
        self.slow: set[str] = set()
        self.slow_to_recipient: set[str] = set()
        self.closing_after: int | None = None  # so many copies, once
        self.sender_answer = "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.closing_after is not None and len(self.arrived) >= self.closing_after:
            self.closing_after = None
            server.loop.call_later(0, server.transport.close)
            return "421 4.7.0 enough for one connection"
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.slow_to_recipient:
            await asyncio.sleep(1.2)
        answer = self.to_recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            if address in self.drop_in_data:
                server.transport.pause_reading()
                server.loop.call_later(0.1, server.transport.abort)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        answer = self.to_message.get(address, "250 OK")
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append((address, content))
        if address in self.drop_after_data:
            server.transport.abort()
        if address in self.slow:
            time.sleep(1.5)
        return answer

    def got(self) -> list[str]:
        return [address for address, _ in self.arrived]


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"right-pass")
    return AuthResult(success=good, handled=good)


def open_server(mailbox: Mailbox, **options: object) -> Controller:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Controller(mailbox, hostname="127.0.0.1", port=port, **options)


def address_of(controller: Controller) -> Server:
    host, port = controller.server.sockets[0].getsockname()[:2]
    return Server(host, port, "none", patience=5, last_patience=5)


def deliver(
    root: Path, server: Server, *to: str, say: Callable[[str], None] = lambda _: None, rate: int = 6000
) -> None:
    send(root, Delivery(SLUG, to, rate), server, say)
