"""``precedent send``: the issue to every recipient, once, whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.core.errors import DeliveryError, RequestError, SourceError
from generator.mail.addresses import SUPPRESSED, Recipients, key_of, read_recipients, read_suppressed
from generator.mail.issue import load_issue
from generator.mail.message import Imprint, copy_for, imprint_of
from generator.mail.record import (
    MESSAGE,
    OUTBOX,
    SETTLED,
    Entry,
    Outbox,
    open_outbox,
    read_outbox,
    recipients_in,
)
from generator.mail.server import Answer, Connection, LostError, Server, connect
from generator.spec.letter import load_letter

Say = Callable[[str], None]


@dataclass(frozen=True)
class Delivery:
    """What was asked: which issue, to whom (none: those of the run before), at most how many a minute.
    ``secret`` is the key of the tokens in links to leave, where they have any."""

    slug: str
    to: Sequence[str] = ()
    rate: int = 60
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Plan:
    recipients: tuple[str, ...]
    due: tuple[str, ...]
    suppressed: tuple[str, ...]


def preview(root: Path, delivery: Delivery, say: Say) -> None:
    """Say who would get the issue, with nothing written and nobody asked.

    Raises
    ------
    PrecedentError : what ``send`` would refuse before it connects.
    """
    imprint, issue = _prepared(root, delivery)
    folder = root / OUTBOX / delivery.slug
    wanted = read_recipients(delivery.to)
    for line in wanted.understood:
        say(line)
    plan = _plan(root, wanted, recipients_in(folder), read_outbox(root, delivery.slug))
    for recipient in plan.due:
        copy_for(recipient, delivery.slug, _frozen(folder, issue), imprint)
        say(f"  would send to {recipient}")
    for recipient in plan.suppressed:
        say(f"  left out, in {SUPPRESSED}: {recipient}")
    rest = len(plan.recipients) - len(plan.due) - len(plan.suppressed)
    say(
        f"Dry run: {len(plan.due)} of {len(plan.recipients)} would get it, {len(plan.suppressed)} are left "
        f"out, {rest} had their turn before. Nothing was sent."
    )


def send(root: Path, delivery: Delivery, server: Server, say: Say) -> None:
    """Send the issue to everybody who has not had a copy; safe to run again after any end.

    Raises
    ------
    DeliveryError : somebody has no copy, or nobody knows: refused, put off, uncertain, not tried.
    PrecedentError : the issue, the letter, a recipient or the server cannot be used; nothing was sent.
    """
    imprint, issue = _prepared(root, delivery)
    wanted = read_recipients(delivery.to)
    for line in wanted.understood:
        say(line)
    with open_outbox(root, delivery.slug) as outbox:
        last = {
            key_of(r): e for r in (*wanted.addresses, *outbox.recipients) if (e := outbox.last(r)) is not None
        }
        plan = _plan(root, wanted, outbox.recipients, last)
        outbox.freeze(plan.recipients, issue)
        frozen = _frozen(outbox.folder, issue)
        if frozen != issue:
            say(
                f"note: the issue was made again since its sending began. What goes out is "
                f"{outbox.folder / MESSAGE}."
            )
        copies = ((recipient, copy_for(recipient, delivery.slug, frozen, imprint)) for recipient in plan.due)
        stopped = None
        if plan.due:
            run = _Run(outbox, server, imprint.address, 60 / delivery.rate, len(plan.due), say)
            try:
                stopped = run.all(copies)
            except KeyboardInterrupt:
                say(_Tally(outbox, plan).summary)
                say("Interrupted. Run it again, without --to, to go on.")
                raise
        _conclude(_Tally(outbox, plan), stopped, say)


def _prepared(root: Path, delivery: Delivery) -> tuple[Imprint, bytes]:
    return imprint_of(load_letter(root), delivery.secret), load_issue(root, delivery.slug)


def _frozen(folder: Path, issue: bytes) -> bytes:
    path = folder / MESSAGE
    return path.read_bytes() if path.exists() else issue


def _plan(root: Path, wanted: Recipients, before: Sequence[str], last: dict[str, Entry]) -> _Plan:
    """Those of the runs before, then those newly named; of them, who is due and who is left out.

    Who has left by a newer export is no recipient any more, unless the copy is there already.
    """
    settled = {key for key, entry in last.items() if entry.event in SETTLED}
    named = {key_of(address): address for address in (*wanted.addresses, *before)}
    order = dict.fromkeys(map(key_of, (*before, *wanted.addresses)))
    recipients = tuple(named[key] for key in order if key not in wanted.left or key in settled)
    if not recipients:
        raise RequestError(
            "nobody is named. Say --to reader@example.org, or --to and a file with one a line, or an export."
        )
    left = read_suppressed(root)
    open_ = [r for r in recipients if key_of(r) not in settled]
    return _Plan(
        recipients,
        tuple(r for r in open_ if key_of(r) not in left),
        tuple(r for r in open_ if key_of(r) in left),
    )


class _Run:
    """One run over those who are due, in one connection after another where the server ends one."""

    def __init__(
        self, outbox: Outbox, server: Server, sender: str, pause: float, total: int, say: Say
    ) -> None:
        self._outbox, self._server, self._sender = outbox, server, sender
        self._pause, self._total, self._say = pause, total, say
        self._connection: Connection | None = None

    def all(self, copies: Iterable[tuple[str, bytes]]) -> str | None:
        """Send every copy; why the run ended early, or None."""
        try:
            for number, (recipient, copy) in enumerate(copies, start=1):
                begun = time.monotonic()
                answer = self._one(recipient, copy)
                entry = Entry(recipient, answer.kind, answer.code, answer.reason, answer.mailbox)
                self._outbox.write(entry)
                self._say(f"  {number} of {self._total}: {_line_of(entry)}")
                if number < self._total:
                    time.sleep(max(0.0, begun + self._pause - time.monotonic()))
            if self._connection is not None:
                self._connection.close()
        except LostError as error:
            if error.on_its_way:
                self._outbox.write(Entry(recipient, "uncertain", None, error.reason))
            return f"the connection was lost: {error.reason}"
        except SourceError as error:
            return str(error)
        finally:
            if self._connection is not None:
                self._connection.drop()
        return None

    def _one(self, recipient: str, copy: bytes) -> Answer:
        """Send a copy. A server may end a connection after some copies: one is opened anew, once."""

        def begin() -> None:
            self._outbox.write(Entry(recipient, "begun"))

        if self._connection is not None:
            try:
                return self._connection.send(self._sender, recipient, copy, begin)
            except LostError as error:
                if error.on_its_way:
                    raise
                self._connection.drop()
                self._connection = None
        self._connection = connect(self._server)
        return self._connection.send(self._sender, recipient, copy, begin)


class _Tally:
    """Who has the issue, and who has not, by what became of their copies."""

    def __init__(self, outbox: Outbox, plan: _Plan) -> None:
        self.found: dict[str, list[Entry]] = {"sent": [], "refused": [], "deferred": [], "uncertain": []}
        self.waiting = 0
        self.suppressed = plan.suppressed
        for recipient in plan.recipients:
            entry = outbox.last(recipient)
            if entry is not None:
                self.found["uncertain" if entry.event == "begun" else entry.event].append(entry)
            elif recipient not in plan.suppressed:
                self.waiting += 1
        counts = {event: len(entries) for event, entries in self.found.items()}
        self.summary = (
            f"{counts['sent']} of {len(plan.recipients)} have the issue; {len(plan.suppressed)} left out, "
            f"{counts['refused']} refused, {counts['deferred']} put off, {counts['uncertain']} uncertain, "
            f"{self.waiting} not yet tried."
        )


def _conclude(tally: _Tally, stopped: str | None, say: Say) -> None:
    """The summary; what is wrong, if anything, is raised."""
    say(tally.summary)
    found = tally.found
    lines = [] if stopped is None else [f"Ended early: {stopped}"]
    left = [entry for entry in found["deferred"] if entry.recipient not in tally.suppressed]
    lines += [f"put off, tried again on the next run: {_line_of(entry)}" for entry in left]
    lines += [
        f"refused for good: {_line_of(entry)}" + (f" (a line for {SUPPRESSED})" if entry.mailbox else "")
        for entry in found["refused"]
    ]
    lines += [
        f"uncertain, may or may not have it, not sent again: {entry.recipient}"
        for entry in found["uncertain"]
    ]
    if lines or tally.waiting:
        raise DeliveryError("\n  ".join(["not everybody has the issue for certain.", *lines]))


def _line_of(entry: Entry) -> str:
    return f"{entry.recipient}: {entry.event}" + (
        "" if entry.event == "sent" else f", {entry.code} {entry.reason}"
    )
