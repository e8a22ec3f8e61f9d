"""Commands that are given secrets, as a person runs them; where one of these is seen afterwards.

The password of the mail server, the secret of the links to leave and the login in an address come by the
environment, which only the operator's account reads. What is looked at: all that is printed, tracebacks of
faults put into the program too, every file that is left, and the command lines of all processes meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import trustme

from generator.market.providers.yahoo import URL_VARIABLE
from tests.post.letters import SLUG, Mailbox, make_letter
from tests.post.test_tls import PASSWORD, SECRET, TOKENS, Echo, environment_of, safe_server

LOGIN = "name-of-the-login:key-of-the-login"
SECRETS = tuple(
    form
    for secret in (PASSWORD, SECRET, "key-of-the-login", f"\0user\0{PASSWORD}", LOGIN)
    for form in (secret, b64encode(secret.encode()).decode().rstrip("="))
)
"""As they are, and as a login over SMTP or HTTP writes them."""
_START = "from generator.cli.start import main"
_FAULTS = {
    "in a copy": "import smtplib; smtplib.SMTP.data = lambda self, text: 1 / 0",
    "in the login": "import smtplib; smtplib.SMTP.auth = lambda *given, **more: 1 / 0",
    "that shows its objects": (
        "import generator.mail.server as s, generator.mail.send as p\n"
        "def fail(self, *_): raise RuntimeError(repr((self, vars(self))))\n"
        "s.Connection.send = fail"
    ),
    "that shows what was asked": (
        "import generator.mail.send as p\n"
        "def fail(*given): raise RuntimeError(repr(given))\n"
        "p._prepared = fail"
    ),
}
SEND = ("send", SLUG, "--to", "r0@readers.example", "--rate", "6000")


@dataclass(frozen=True)
class Run:
    """A command that was run: what it printed, how it ended, and the command lines seen meanwhile."""

    name: str
    code: int
    printed: bytes
    processes: frozenset[bytes]


def runs(place: Path, every: int = 1) -> Iterator[Run]:
    """Every command, or one in so many, each with all the secrets; its letter is left below ``place``."""
    authority = trustme.CA()
    trusted = place / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    certificate = authority.issue_cert("127.0.0.1")
    for name, before, mailbox, words in [*_commands()][::every]:
        root = make_letter(place / name.replace(" ", "-"), TOKENS)
        with safe_server("starttls", certificate, mailbox()) as server:
            environment = {
                **environment_of(server),
                URL_VARIABLE: f"http://{LOGIN}@127.0.0.1:9",
                "SSL_CERT_FILE": str(trusted),
            }
            program = "\n".join((before, _START, "main()"))
            yield _run(name, [sys.executable, "-c", program, "--project", str(root), *words], environment)


def _commands() -> Iterator[tuple[str, str, type[Mailbox], tuple[str, ...]]]:
    """Name, what is done to the program first, the mail server, the words of the command."""
    yield "sent", "", Mailbox, SEND
    yield "login refused", "", Echo, SEND
    yield "dry run", "", Mailbox, (*SEND, "--dry-run")
    for name, before in _FAULTS.items():
        yield f"fault {name}", before, Mailbox, SEND
    yield "help", "", Mailbox, ("--help",)
    yield "help of send", "", Mailbox, ("send", "--help")
    yield "prices", "", Mailbox, ("study", "--asset", "IWM", "--when", "close > 0", "--source", "yahoo")


def _run(name: str, command: list[str], environment: Mapping[str, str]) -> Run:
    running = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    seen: set[bytes] = set()
    while running.poll() is None:
        seen.update(_command_lines(running.pid))
        time.sleep(0.01)
    printed, _ = running.communicate()
    return Run(name, running.returncode, printed, frozenset(seen))


def _command_lines(session: int) -> Iterator[bytes]:
    """What everybody on the machine can read of the processes of a session."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                yield (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended.


def seen_in(text: bytes) -> list[str]:
    """The secrets in a text."""
    return [secret for secret in SECRETS if secret.encode() in text]


def leaks(place: Path, done: list[Run]) -> Iterator[str]:
    """Where a secret is seen."""
    for run in done:
        if run.name.startswith("fault") and b"Traceback" not in run.printed:
            yield f"{run.name}: there was none"
        places = {"what it printed": run.printed, "a command line": b"\n".join(run.processes)}
        yield from (f"{run.name}: {where}" for where, text in places.items() if seen_in(text))
    yield from (
        f"{path.relative_to(place)}"
        for path in place.rglob("*")
        if path.is_file() and seen_in(path.read_bytes())
    )
