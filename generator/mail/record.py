"""The record of a sending: who it goes to, and what became of each copy, on disk before it matters.

``outbox/<slug>/`` holds ``recipients.txt``, ``email.eml`` and ``record.jsonl``. A line of the record is
synced before a copy leaves and another after the server's answer, so a run that is killed at any point knows
afterwards who may have the issue. A copy that began and has no answer is *uncertain*, and is not sent again.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from generator.core.errors import BadDataError, disk_faults
from generator.core.files import lock, refuse_links, sync_folder, write_atomically
from generator.core.json_values import parse_json
from generator.mail.addresses import key_of

OUTBOX, RECIPIENTS, MESSAGE, RECORD = "outbox", "recipients.txt", "email.eml", "record.jsonl"

Event = Literal["begun", "sent", "refused", "deferred", "uncertain"]
SETTLED = ("sent", "refused", "begun", "uncertain")
"""Whose last event is one of these gets no further copy."""


@dataclass(frozen=True)
class Entry:
    """One line of the record. ``code`` is the server's reply, None where there was none; ``mailbox`` says
    that the server refused the recipient, and not the message."""

    recipient: str
    event: Event
    code: int | None = None
    reason: str = ""
    mailbox: bool = False


class Outbox:
    """The outbox of an issue, open and locked. Made by ``open_outbox``."""

    def __init__(self, folder: Path, stream: IO[bytes], entries: Sequence[Entry]) -> None:
        self.folder, self._stream = folder, stream
        self._last = {key_of(entry.recipient): entry for entry in entries}

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody whom the issue was to be sent to so far; empty before the first run."""
        return recipients_in(self.folder)

    def last(self, recipient: str) -> Entry | None:
        """The newest entry of a recipient; None when no copy was ever begun or refused."""
        return self._last.get(key_of(recipient))

    def freeze(self, recipients: Sequence[str], message: bytes) -> None:
        """Write down who the issue goes to and, on the first run, the issue itself."""
        text = "".join(f"{address}\n" for address in recipients)
        write_atomically(self.folder / RECIPIENTS, text.encode())
        if not (self.folder / MESSAGE).exists():
            write_atomically(self.folder / MESSAGE, message)
        sync_folder(self.folder)

    def write(self, entry: Entry) -> None:
        """Add an entry; it is on the disk when this returns.

        Raises
        ------
        OutputError : it cannot be written. Nothing must be sent then.
        """
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "recipient": entry.recipient,
            "event": entry.event,
            "code": entry.code,
            "reason": entry.reason,
            "mailbox": entry.mailbox,
        }
        text = json.dumps(line).encode() + b"\n"
        with disk_faults(f"cannot write {self.folder / RECORD}", "Nothing more is sent."):
            if self._stream.write(text) != len(text):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._stream.fileno())
        self._last[key_of(entry.recipient)] = entry


@contextmanager
def open_outbox(root: Path, slug: str) -> Iterator[Outbox]:
    """Open the outbox of an issue, made when there is none; one run at a time.

    The lock is on the record itself: it cannot be lost by clearing ``build/``.

    Raises
    ------
    BuildError : another run is sending this issue.
    BadDataError : the record is damaged.
    OutputError : the folder cannot be written.
    """
    refuse_links(root)
    folder = root / OUTBOX / slug
    path = folder / RECORD
    with disk_faults(f"cannot write {path}", "Nothing was sent."):
        folder.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+b", buffering=0)
    with stream:
        sync_folder(folder)
        lock(stream, f"another run is sending {slug} (it holds {path}). Wait for it to end.")
        stream.seek(0)
        content = stream.read()
        entries = _entries(content, path)
        # A last line that was cut off: its copy had not begun, or its answer is not known. Both are told by
        # the lines before it.
        with disk_faults(f"cannot write {path}", "Nothing was sent."):
            stream.truncate(content.rfind(b"\n") + 1)
        yield Outbox(folder, stream, entries)


def read_outbox(root: Path, slug: str) -> dict[str, Entry]:
    """The newest entry of each recipient by key, without opening the outbox for writing."""
    path = root / OUTBOX / slug / RECORD
    entries = _entries(path.read_bytes(), path) if path.exists() else []
    return {key_of(entry.recipient): entry for entry in entries}


def recipients_in(folder: Path) -> tuple[str, ...]:
    """The recipients written down in an outbox; none before the first run."""
    path = folder / RECIPIENTS
    return tuple(path.read_text(encoding="utf-8").split()) if path.exists() else ()


def _entries(content: bytes, path: Path) -> list[Entry]:
    entries = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            entries.append(parse_json(line, Entry))
        except ValueError as error:
            raise BadDataError(
                f"{path}:{number} cannot be read, so nobody knows who has the issue, and nothing was sent. "
                "Repair that line; without it somebody could get the issue twice."
            ) from error
    return entries
