"""Ways to leave the list, ids and the foot of a copy; who is due of whom, and what the runs have told."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from generator.core.errors import BadDataError, DeliveryError, RequestError, SpecError
from generator.mail.addresses import Recipients
from generator.mail.message import Imprint, copy_for, imprint_of, message_id
from generator.mail.record import Entry, Event, open_outbox, read_outbox
from generator.mail.send import Delivery, _conclude, _plan, _Tally, preview
from generator.spec.letter import load_letter
from tests.post.letters import SLUG, make_letter

SECRET = "correct horse battery staple"
URL, POST = "https://letter.example/leave", "https://letter.example/p"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Imprint, bytes]:
    """The letter's settings, and an issue."""
    root = make_letter(tmp_path_factory.mktemp("ways") / "letter")
    issue = (root / "build" / "reports" / SLUG / "email.eml").read_bytes()
    return imprint_of(load_letter(root), None), issue


def copy(made: tuple[Imprint, bytes], **changes: Any) -> Any:
    content = copy_for("Ann@Example.org", SLUG, made[1], replace(made[0], **changes))
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


@pytest.mark.parametrize(
    ("mail", "url", "post", "header", "click"),
    [
        ("l@x.org", None, None, "<mailto:l@x.org?subject=unsubscribe>", "mailto:l@x.org?subject=unsubscribe"),
        (None, URL, None, f"<{URL}>", URL),
        (None, None, POST, f"<{POST}>", POST),
        (None, URL, POST, f"<{POST}>", URL),
        ("l@x.org", URL, None, f"<mailto:l@x.org?subject=unsubscribe>, <{URL}>", URL),
        (
            "l@x.org", None, POST, f"<mailto:l@x.org?subject=unsubscribe>, <{POST}>",
            "mailto:l@x.org?subject=unsubscribe",
        ),
    ],
)  # fmt: skip
def test_each_way_to_leave(
    mail: str | None, url: str | None, post: str | None, header: str, click: str,
    made: tuple[Imprint, bytes],
) -> None:  # fmt: skip
    found = copy(made, mail=mail, url=url, post=post)
    assert found["List-Unsubscribe"] == header
    assert found["List-Unsubscribe-Post"] == (None if post is None else "List-Unsubscribe=One-Click")
    lines = found.get_body(("plain",)).get_content().splitlines()
    assert lines[-7:] == [
        *("", "You get this because you subscribed to The Letter.", "To leave:", click),
        *("", "The Letter", "1 Sample Street & Co"),
    ]
    html = found.get_body(("html",)).get_content()
    assert f'href="{click}">Leave the list</a>' in html
    assert "The Letter<br>1 Sample Street &amp; Co" in html


def test_a_token_stands_in_every_link(made: tuple[Imprint, bytes]) -> None:
    links = {"url": f"{URL}?r={{token}}", "post": f"{POST}/{{token}}/{{token}}"}
    found = copy(made, mail=None, secret=SECRET, **links)
    other = copy_for("bob@example.org", SLUG, made[1], replace(made[0], mail=None, secret=SECRET, **links))
    header = found["List-Unsubscribe"]
    token = header.removeprefix(f"<{POST}/").partition("/")[0]
    assert len(token) == 32
    assert header == f"<{POST}/{token}/{token}>"
    assert f"{URL}?r={token}" in found.get_body(("plain",)).get_content()
    assert token not in other.decode("ascii")


def test_an_id_is_of_the_list_the_issue_and_the_reader(made: tuple[Imprint, bytes]) -> None:
    imprint = made[0]
    digest = hashlib.sha256(b"letter.example.org\nsmall-caps\nann@example.org").hexdigest()
    assert message_id("Ann@example.org", SLUG, imprint) == f"<{digest[:32]}@example.org>"
    others = (
        message_id("Ann@example.org", "other", imprint),
        message_id("bob@example.org", SLUG, imprint),
        message_id("Ann@example.org", SLUG, replace(imprint, list_id="other.example.org")),
    )
    assert len({message_id("Ann@example.org", SLUG, imprint), *others}) == 4


@pytest.mark.parametrize(("length", "good"), [(15, False), (16, True)])
def test_a_secret_has_sixteen_characters(length: int, good: bool, tmp_path: Path) -> None:
    letter = load_letter(make_letter(tmp_path, f"unsubscribe_url: {URL}?r={{token}}\n"))
    if good:
        assert imprint_of(letter, "x" * length).secret == "x" * length
    else:
        with pytest.raises(RequestError, match="too short to be secret"):
            imprint_of(letter, "x" * length)


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        (["sender"], ["sender"]),
        (["postal_address", "list_id"], ["postal_address", "list_id"]),
        (["unsubscribe_mail"], ["unsubscribe_mail"]),
    ],
)
def test_what_a_letter_lacks_is_named(without: list[str], missing: list[str], tmp_path: Path) -> None:
    letter = load_letter(make_letter(tmp_path)).model_copy(update=dict.fromkeys(without))
    with pytest.raises(SpecError) as caught:
        imprint_of(letter, None)
    assert [problem.key for problem in caught.value.problems] == missing


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("The Letter <l@x.org>", "The Letter", "l@x.org"),
        ('"The, Letter" <l@x.org>', "The, Letter", "l@x.org"),
        ("l@x.org", "", "l@x.org"),
    ],
)
def test_who_sends(sender: str, name: str, address: str, tmp_path: Path) -> None:
    letter = load_letter(make_letter(tmp_path)).model_copy(update={"sender": sender})
    imprint = imprint_of(letter, None)
    assert (imprint.name, imprint.address) == (name, address)


def test_an_issue_without_a_part_is_not_sent(made: tuple[Imprint, bytes]) -> None:
    plain = b"Subject: x\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    html = plain.replace(b"plain", b"html")
    for issue in (plain, html):
        with pytest.raises(BadDataError, match="lacks a part"):
            copy_for("a@x.org", SLUG, issue, made[0])


def entries(**events: Event) -> dict[str, Entry]:
    return {f"{name}@x.org": Entry(f"{name}@x.org", event, 1) for name, event in events.items()}


def wanted(*names: str, left: tuple[str, ...] = ()) -> Recipients:
    return Recipients(tuple(f"{n}@x.org" for n in names), frozenset(f"{n}@x.org" for n in left), ())


def test_who_is_due(tmp_path: Path) -> None:
    """Those of before first, each spelled as in the run before; who has a copy, or may have one, no more."""
    last = entries(a="sent", b="refused", c="begun", d="uncertain", e="deferred")
    before = [f"{n}@x.org" for n in "abcde"]
    (tmp_path / "suppressed.txt").write_text("G@x.org\na@x.org\n")
    plan = _plan(tmp_path, wanted("g", "f", "E"), before, last)
    assert plan.recipients == (*before, "g@x.org", "f@x.org")
    assert (plan.due, plan.suppressed) == (("e@x.org", "f@x.org"), ("g@x.org",))
    # Who left by an export is no recipient any more, unless the copy is there.
    less = _plan(tmp_path, wanted("f", left=("a", "e", "f")), before, last)
    assert less.recipients == ("a@x.org", "b@x.org", "c@x.org", "d@x.org")
    assert less.due == ()
    with pytest.raises(RequestError, match="nobody is named"):
        _plan(tmp_path, wanted(), [], {})


def test_what_the_runs_have_told(tmp_path: Path) -> None:
    (tmp_path / "suppressed.txt").write_text("g@x.org\nh@x.org\n")
    events: list[tuple[str, Event]] = [
        ("a", "begun"), ("a", "sent"), ("b", "refused"), ("c", "begun"), ("d", "uncertain"),
        ("e", "deferred"), ("h", "deferred"),
    ]  # fmt: skip
    with open_outbox(tmp_path, SLUG) as outbox:
        for name, event in events:
            outbox.write(Entry(f"{name}@x.org", event, 550, "no", event == "refused"))
        last = {key: entry for name in "abcdeh" if (entry := outbox.last(key := f"{name}@x.org"))}
        tally = _Tally(outbox, _plan(tmp_path, wanted(*"abcdefgh"), [], last))
    assert tally.summary == (
        "1 of 8 have the issue; 2 left out, 1 refused, 2 put off, 2 uncertain, 1 not yet tried."
    )
    said: list[str] = []
    with pytest.raises(DeliveryError) as caught:
        _conclude(tally, "the line was cut", said.append)
    assert said == [tally.summary]
    assert str(caught.value).splitlines() == [
        "not everybody has the issue for certain.",
        "  Ended early: the line was cut",
        "  put off, tried again on the next run: e@x.org: deferred, 550 no",
        "  refused for good: b@x.org: refused, 550 no (a line for suppressed.txt)",
        "  uncertain, may or may not have it, not sent again: c@x.org",
        "  uncertain, may or may not have it, not sent again: d@x.org",
    ]
    found = read_outbox(tmp_path, SLUG)
    assert found["b@x.org"] == Entry("b@x.org", "refused", 550, "no", mailbox=True)
    assert found["a@x.org"].event == "sent"
    assert not found["e@x.org"].mailbox


def test_a_dry_run_counts_whom_it_would_write_to(tmp_path: Path) -> None:
    root = make_letter(tmp_path)
    (root / "suppressed.txt").write_text("b@x.org\n")
    with open_outbox(root, SLUG) as outbox:
        outbox.freeze(["a@x.org"], b"Subject: x\r\n\r\n")
        outbox.write(Entry("a@x.org", "sent", 250))
    # The message that was frozen is the one that goes out: it is no issue, and that is found now.
    with pytest.raises(BadDataError, match="lacks a part"):
        preview(root, Delivery(SLUG, ("c@x.org",)), lambda _: None)
    (root / "outbox" / SLUG / "email.eml").unlink()
    said: list[str] = []
    preview(root, Delivery(SLUG, ("b@x.org", "c@x.org", "d@x.org")), said.append)
    assert said == [
        "  would send to c@x.org",
        "  would send to d@x.org",
        "  left out, in suppressed.txt: b@x.org",
        "Dry run: 2 of 4 would get it, 1 are left out, 1 had their turn before. Nothing was sent.",
    ]
