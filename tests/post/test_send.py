"""Sending, against a real SMTP server: each recipient at most once, and the record tells the truth."""

from __future__ import annotations

import json
import shutil
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from generator.core.errors import BadDataError, BuildError, DataError, DeliveryError, RequestError
from generator.core.files import OutputFile
from generator.mail.record import open_outbox, read_outbox
from generator.mail.send import Delivery, preview
from generator.mail.server import Server
from generator.publish.freeze import Manifest, freeze
from tests.post.letters import (
    SLUG,
    Mailbox,
    address_of,
    deliver,
    make_issue,
    make_letter,
    open_server,
    people,
)
from tests.running import listing, small_spec, write_spec

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def controller(mailbox: Mailbox) -> Iterator[Controller]:
    server = open_server(mailbox)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(controller: Controller) -> Server:
    return address_of(controller)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return make_letter(tmp_path / "letter")


def events(root: Path) -> dict[str, str]:
    return {address: entry.event for address, entry in read_outbox(root, SLUG).items()}


def test_everybody_gets_it_once_however_often_it_is_run(
    letter: Path, server: Server, mailbox: Mailbox, tmp_path: Path
) -> None:
    readers = tmp_path / "readers.txt"
    readers.write_text(
        "\ufeff# readers\nr0@readers.example\r\nr1@readers.example # a friend\n\nR0@readers.example\n"
    )
    said: list[str] = []
    deliver(letter, server, str(readers), "r2@readers.example", say=said.append)
    deliver(letter, server, str(readers))
    deliver(letter, server)
    assert mailbox.got() == list(people(3))
    assert "3 of 3 have the issue" in said[-1]
    message = message_from_bytes(mailbox.arrived[1][1], policy=policy.default)
    assert message["To"] == "r1@readers.example"
    assert message["From"] == "The Letter <letter@example.org>"
    assert message["List-ID"] == "<letter.example.org>"


def test_refused_put_off_and_the_rest(letter: Path, server: Server, mailbox: Mailbox) -> None:
    a, b, c, d = people(4)
    mailbox.to_recipient = {a: "550 no such mailbox", b: "452 mailbox full"}
    mailbox.to_message = {c: "554 looks like spam"}
    with pytest.raises(DeliveryError) as caught:
        deliver(letter, server, a, b, c, d)
    assert mailbox.got() == [d]
    assert events(letter) == {a: "refused", b: "deferred", c: "refused", d: "sent"}
    assert f"{a}: refused, 550 no such mailbox (a line for suppressed.txt)" in str(caught.value)
    assert f"{c}: refused, 554 looks like spam\n" in str(caught.value) + "\n"
    mailbox.to_recipient, mailbox.to_message = {}, {}
    with pytest.raises(DeliveryError):
        deliver(letter, server)
    assert mailbox.got() == [d, b]
    (letter / "suppressed.txt").write_text(f"{a}\n")


def test_who_left_gets_nothing(letter: Path, server: Server, mailbox: Mailbox) -> None:
    a, b = people(2)
    (letter / "suppressed.txt").write_text(f"# left\n{a.upper()}\n")
    deliver(letter, server, a, b)
    assert mailbox.got() == [b]


@pytest.mark.parametrize("kind", ["drop_in_data", "drop_after_data", "slow"])
def test_a_copy_without_an_answer_is_uncertain_and_never_sent_again(
    kind: str, letter: Path, server: Server, mailbox: Mailbox
) -> None:
    a, b, c = people(3)
    getattr(mailbox, kind).add(b)
    impatient = replace(server, last_patience=0.5)
    with pytest.raises(DeliveryError, match="the connection was lost"):
        deliver(letter, impatient, a, b, c)
    assert (events(letter)[a], events(letter)[b]) == ("sent", "uncertain")
    assert c not in mailbox.got()
    getattr(mailbox, kind).clear()
    with pytest.raises(DeliveryError, match=f"not sent again: {b}"):
        deliver(letter, server)
    assert Counter(mailbox.got())[a] == Counter(mailbox.got())[c] == 1
    assert Counter(mailbox.got())[b] <= 1


def test_a_server_that_is_silent_before_the_message(letter: Path, server: Server, mailbox: Mailbox) -> None:
    """Nothing of the copy has left: nobody is uncertain, and the next run sends it."""
    a, b = people(2)
    mailbox.slow_to_recipient = {b}
    with pytest.raises(DeliveryError, match="did not answer in time"):
        deliver(letter, replace(server, patience=0.4), a, b)
    assert events(letter) == {a: "sent"}
    mailbox.slow_to_recipient = set()
    deliver(letter, server)
    assert mailbox.got() == [a, b]


def test_interrupted_it_says_how_to_go_on(
    letter: Path, server: Server, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr("generator.mail.send.time.sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            deliver(letter, server, *people(3), say=said.append)
    assert said[-2:] == [
        "1 of 3 have the issue; 0 left out, 0 refused, 0 put off, 0 uncertain, 2 not yet tried.",
        "Interrupted. Run it again, without --to, to go on.",
    ]
    deliver(letter, server)
    assert mailbox.got() == list(people(3))


def test_interrupted_in_a_copy_it_hangs_up_without_a_word(
    letter: Path, server: Server, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A farewell would be read as part of the copy, and its answer waited for."""

    def half(self: smtplib.SMTP, message: bytes) -> None:
        self.docmd("data")
        self.send(message[:100])
        raise KeyboardInterrupt

    begun = time.monotonic()
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "data", half)
        with pytest.raises(KeyboardInterrupt):
            deliver(letter, server, *people(1))
    assert time.monotonic() - begun < server.patience
    with pytest.raises(DeliveryError, match="uncertain, may or may not have it"):
        deliver(letter, server)
    assert mailbox.got() == []


def test_greylisted_and_taken_on_the_next_run(letter: Path, server: Server, mailbox: Mailbox) -> None:
    a, b = people(2)
    mailbox.to_recipient = {a: "451 4.7.1 Greylisted, come again"}
    mailbox.to_message = {b: "451 4.3.0 later"}
    with pytest.raises(DeliveryError) as caught:
        deliver(letter, server, a, b)
    assert f"put off, tried again on the next run: {a}: deferred, 451 4.7.1 Greylisted" in str(caught.value)
    mailbox.to_recipient, mailbox.to_message = {}, {}
    deliver(letter, server)
    assert sorted(mailbox.got()) == [a, b]


def test_a_server_that_ends_each_connection(letter: Path, server: Server, mailbox: Mailbox) -> None:
    """421 between two copies: the next one goes over a new connection."""
    mailbox.closing_after = 1
    deliver(letter, server, *people(3))
    assert mailbox.got() == list(people(3))


def test_what_is_published_is_what_is_sent(letter: Path, server: Server, mailbox: Mailbox) -> None:
    made = letter / "build" / "reports" / SLUG
    files = [OutputFile(path.name, path.read_bytes()) for path in made.iterdir()]
    manifest = Manifest(SLUG, 1, "2026-04-21", "2026-04-20", "files", {}, {}, "sha256:0", "sha256:0", {}, {})
    folder = freeze(letter, manifest, files, ())
    shutil.rmtree(made)
    deliver(letter, server, "r0@readers.example")
    assert mailbox.got() == ["r0@readers.example"]
    (folder / "email.eml").write_bytes(b"Subject: another\r\n\r\n")
    with pytest.raises(BadDataError, match=r"email\.eml has changed"):
        deliver(letter, server, "r1@readers.example")


def test_a_sender_that_is_refused_is_nobodys_fault(letter: Path, server: Server, mailbox: Mailbox) -> None:
    mailbox.sender_answer = "550 who are you"
    with pytest.raises(DeliveryError, match=r"does not take mail from letter@example\.org: 550"):
        deliver(letter, server, *people(2))
    assert events(letter) == {}


def test_killed_at_every_step(letter: Path, server: Server, mailbox: Mailbox, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.post.kills", letter, tmp_path / "runs", server.host, str(server.port)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes = json.loads(done.stdout)
    assert len(codes) > 30
    assert [first for first, _ in codes] == [9] * (len(codes) - 1) + [0]
    copies = Counter(mailbox.got())
    uncertain = 0
    for number, (_, second) in enumerate(codes, start=1):
        last = read_outbox(tmp_path / "runs" / str(number), SLUG)
        everybody = people(3, f"step{number}.example")
        sure = [address for address in everybody if last[address].event == "sent"]
        assert all(copies[address] == 1 for address in sure)
        assert all(copies[address] <= 1 for address in everybody)
        assert len(sure) >= 2
        assert second == (0 if len(sure) == 3 else 3)
        uncertain += 3 - len(sure)
    assert 0 < uncertain < len(codes) / 2


def test_a_line_cut_off_is_dropped_and_a_damaged_one_stops_everything(
    letter: Path, server: Server, mailbox: Mailbox
) -> None:
    deliver(letter, server, "r0@readers.example")
    record = letter / "outbox" / SLUG / "record.jsonl"
    whole = record.read_bytes()
    record.write_bytes(whole[:-9])
    with pytest.raises(DeliveryError, match="uncertain"):
        deliver(letter, server)
    assert len(mailbox.got()) == 1
    record.write_bytes(b"{}\n" + whole)
    with pytest.raises(BadDataError, match=r"record\.jsonl:1 "):
        deliver(letter, server)
    assert len(mailbox.got()) == 1


def test_after_a_line_cut_off_the_record_is_whole_again(
    letter: Path, server: Server, mailbox: Mailbox
) -> None:
    """A tail that stayed would run into the next line, and the record could never be opened again."""
    deliver(letter, server, "r0@readers.example")
    record = letter / "outbox" / SLUG / "record.jsonl"
    record.write_bytes(record.read_bytes()[:-9])
    with pytest.raises(DeliveryError, match="uncertain"):
        deliver(letter, server, "r1@readers.example")
    told = [json.loads(line) for line in record.read_text().splitlines()]
    assert [(entry["recipient"][:2], entry["event"]) for entry in told] == [
        ("r0", "begun"),
        ("r1", "begun"),
        ("r1", "sent"),
    ]
    assert events(letter) == {"r0@readers.example": "begun", "r1@readers.example": "sent"}


def test_put_off_and_gone_since_the_next_run_ends_clean(
    letter: Path, server: Server, mailbox: Mailbox, tmp_path: Path
) -> None:
    a, b, c = people(3)
    mailbox.to_recipient = {b: "452 mailbox full", c: "452 mailbox full"}
    with pytest.raises(DeliveryError):
        deliver(letter, server, a, b, c)
    (letter / "suppressed.txt").write_text(f"{b}\n")
    export = tmp_path / "readers.csv"
    export.write_text(f"email,status\n{a},active\n{b},active\n{c.upper()},Unsubscribed\n")
    mailbox.to_recipient = {}
    said: list[str] = []
    deliver(letter, server, str(export), say=said.append)
    assert said[0] == f"{export}: 2 recipients from the column 'email'; 1 left out: 1 unsubscribed."
    deliver(letter, server)
    assert mailbox.got() == [a]


def test_one_run_at_a_time(letter: Path, server: Server) -> None:
    with open_outbox(letter, SLUG), pytest.raises(BuildError, match="another run"):
        deliver(letter, server, *people(1))


def test_the_first_text_is_what_everybody_gets(letter: Path, server: Server, mailbox: Mailbox) -> None:
    deliver(letter, server, "r0@readers.example")
    make_issue(letter, title="Another title")
    said: list[str] = []
    deliver(letter, server, "r1@readers.example", say=said.append)
    assert "made again" in said[0]
    assert b"Another title" not in mailbox.arrived[1][1]


def test_a_dry_run_touches_nothing(letter: Path) -> None:
    before = listing(letter)
    said: list[str] = []
    preview(letter, Delivery(SLUG, people(2)), said.append)
    assert "Dry run: 2 of 2 would get it" in said[-1]
    assert listing(letter) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"simulated": True}, "simulated"),
        ({"as_of": "2026-04-16"}, "before the session of 2026-04-20"),
        ({"tags": ("draft",)}, "is a draft"),
    ],
)
def test_what_is_not_sent(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    root = make_letter(tmp_path / "letter", **changes)
    with pytest.raises((DataError, RequestError), match=message):
        preview(root, Delivery(SLUG, people(1)), print)
    assert not (root / "outbox").exists()


@pytest.mark.parametrize(
    ("asset", "as_of", "date", "missed"),
    [
        ("^GDAXI", "2026-04-30", "2026-05-02", None),  # New York traded on the first of May, Frankfurt not
        ("^N225", "2026-05-01", "2026-05-07", None),  # the golden week
        ("2222.SR", "2026-04-16", "2026-04-19", None),  # Friday is none in Riyadh
        ("^GDAXI", "2026-02-13", "2026-02-17", "2026-02-16"),  # Presidents' Day is none in Frankfurt
        ("BTC-USD", "2026-04-17", "2026-04-20", "2026-04-19"),  # nor Sunday for Bitcoin
        ("COMI.CA", "2026-04-09", "2026-04-20", None),  # of Cairo no holidays are known
        ("^BSESN", "2026-12-31", "2027-01-08", None),  # of Mumbai those of 2027 are not known yet
    ],
)
def test_the_sessions_that_are_missed_are_those_of_the_issues_assets(
    asset: str, as_of: str, date: str, missed: str | None, tmp_path: Path
) -> None:
    root = make_letter(tmp_path / "letter", asset=asset, as_of=as_of, date=date)
    if missed is None:
        preview(root, Delivery(SLUG, people(1)), lambda _: None)
        return
    with pytest.raises(DataError, match=f"before the session of {missed}"):
        preview(root, Delivery(SLUG, people(1)), print)


@pytest.mark.parametrize(("target", "refused"), [("COMI.CA", False), ("QQQ", True)])
def test_one_asset_whose_holidays_are_unknown_is_enough_to_wait(
    target: str, refused: bool, tmp_path: Path
) -> None:
    root = make_letter(tmp_path / "letter", asset="SPY", as_of="2026-04-09", date="2026-04-20")
    study = {"asset": "SPY", "target": target, "when": "close > 0", "bars": "monthly", "horizons": ["1M"]}
    both = {"SPY": "S&P 500 fund", target: "Another"}
    write_spec(root, SLUG, small_spec(assets=both, studies={"only": study}))
    if refused:
        with pytest.raises(DataError, match="before the session of 2026-04-17"):
            preview(root, Delivery(SLUG, people(1)), print)
    else:
        preview(root, Delivery(SLUG, people(1)), lambda _: None)


def test_prices_to_friday_do_for_a_monday(tmp_path: Path) -> None:
    root = make_letter(tmp_path / "letter", date="2026-04-20", as_of="2026-04-17")
    preview(root, Delivery(SLUG, people(1)), lambda _: None)


def test_the_rate_is_kept(letter: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("generator.mail.send.time.sleep", pauses.append)
    deliver(letter, server, *people(3), rate=30)
    assert len(pauses) == 2
    assert all(1 < pause <= 2 for pause in pauses)
