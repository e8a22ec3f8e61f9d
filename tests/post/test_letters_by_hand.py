"""What an e-mail and its copies are made of, part by part, with everything worked out by hand."""

from __future__ import annotations

import hashlib
import io
import json
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from generator.core.errors import BadDataError, DataError, DeliveryError, RequestError, SourceError
from generator.edition.values import Cell, Column, Row, Table
from generator.export.blocks import Code, Heading, Listing, Paragraph, Picture, Rule
from generator.export.blocks import Row as SetRow
from generator.export.blocks import Table as Set
from generator.export.read import read_blocks
from generator.export.words import words_of
from generator.mail import server as serving
from generator.mail.addresses import read_recipients
from generator.mail.email import email_files, logo_files
from generator.mail.exports import read_export
from generator.mail.html import Image as Shown
from generator.mail.html import _alone, _inline, _words, email_html, png_size
from generator.mail.issue import load_issue
from generator.mail.message import Imprint, copy_for, imprint_of
from generator.mail.record import Entry, open_outbox, read_outbox, recipients_in
from generator.mail.send import Delivery, _conclude, _Run, _Tally, send
from generator.mail.server import Answer, Connection, LostError, Server, connect
from generator.mail.table import Cut, newest
from generator.mail.text import email_text
from generator.spec.letter import load_letter
from generator.spec.looks import HOUSE, LookFile
from tests.export.test_writing import tree
from tests.post.letters import SLUG, make_letter
from tests.press import demo
from tests.press.reading import tags
from tests.running import ascii_files, small_spec, write_spec

# Addresses and exports


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("a\x07@x.org", "has a control character or a line break in it."),
        ("a\u2028b@x.org", "has a control character or a line break in it."),
        ("bücher@x.org", "has letters that not every mail server takes. Write the part after @ in its"),
        ("a b@x.org", "is no address. Write it alone, such as reader@example.org."),
    ],
)
def test_what_is_wrong_with_an_address(address: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "readers").write_text(f"good@x.org\n{address}\n", encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_recipients([str(tmp_path / "readers")])
    assert f"{tmp_path / 'readers'}:2: {address!a} {problem}" in str(caught.value)


def test_a_list_is_read_in_utf_8_wherever_it_is(tmp_path: Path) -> None:
    (tmp_path / "readers").write_text("\ufeffa@x.org # Müller\n", encoding="utf-8")
    with ascii_files():
        assert read_recipients([str(tmp_path / "readers")]).addresses == ("a@x.org",)


def test_a_table_with_blanks_and_short_rows() -> None:
    found = read_export('Email, "Name, first"\na@x.org, "Ann, A."\nb@x.org\n\t,\t\n', "r.csv")
    assert found is not None
    assert found.addresses == ((2, "a@x.org"), (3, "b@x.org"))
    assert found.understood == "r.csv: 2 recipients from the column 'Email'."
    headings = [f"h{n}" for n in range(14)]
    with pytest.raises(RequestError) as caught:
        read_export(f"{','.join(headings)}\n{','.join('x' * 14)}\n", "r.csv")
    assert f": {', '.join(map(repr, headings[:12]))}. Name" in str(caught.value)


# The tables and the text


def cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(map(Cell, texts))


def test_what_an_e_mail_leaves_out_is_counted() -> None:
    table = Table("t", "T", (Column("a", "A"),), (Row(cells("x")),))
    assert Cut(table, 1, 2).left_out == ("1 more row",)
    assert Cut(table, 1, 3, "more columns").left_out == ("2 more rows", "more columns")
    assert Cut(table, 3, 3).left_out == ()
    columns = (
        Column("date", "Date", "date"),
        *(Column(f"b{n}", f"B{n}") for n in range(2)),
        *(Column(f"r{n}", f"{n}M", group="Return") for n in range(8)),
    )
    made = newest(Table("t", "T", columns, (Row(cells(*(c.key for c in columns)), kind="episode"),)))
    assert [c.key for c in made.table.columns] == ["date", "r0", "r1", "r3", "r4", "r6", "r7"]
    assert made.lacking == "the columns B0, B1, 2M and 5M"


def text(markdown: str) -> list[str]:
    edition: Any = SimpleNamespace(simulated=False)
    letter: Any = SimpleNamespace(name="A letter")
    return email_text(read_blocks(markdown), edition, letter).splitlines()[2:]


def of_blocks(*blocks: Any) -> list[str]:
    edition: Any = SimpleNamespace(simulated=False)
    letter: Any = SimpleNamespace(name="A letter")
    return email_text(blocks, edition, letter).splitlines()[2:]


def test_a_page_of_made_up_prices_says_so_in_a_paragraph() -> None:
    edition: Any = SimpleNamespace(simulated=True)
    letter: Any = SimpleNamespace(name="A letter")
    lines = email_text((), edition, letter).splitlines()
    assert lines[0].startswith("SIMULATED PRICES. ")
    assert lines[-2:] == ["", "A letter"]
    assert max(map(len, lines)) <= 72


def test_headings_footnotes_pictures_and_folds() -> None:
    long = Heading(words_of(f"{'a' * 40} {'b' * 40} c"), 2)
    assert of_blocks(long) == ["a" * 40, f"{'b' * 40} c", "-" * 42]
    assert text("One[^a] and two[^b].\n\n[^a]: First.\n[^b]: Second.\n") == [
        "One1 and two2.", "", "1. First.", "2. Second."
    ]  # fmt: skip
    assert text("![What it shows](a.png)\n") == ["[Picture: What it shows]"]
    assert text("a\n\n![What it shows](a.png){: .lead }\n\nb\n") == ["a", "", "b"]
    assert text("/// details | More\nInside.\n\nAgain.\n///\n") == ["More", "", "Inside.", "", "Again."]
    zero = Listing(((Paragraph(words_of("a")),), (Paragraph(words_of("b")),)), 0)
    assert of_blocks(zero, Rule()) == ["0. a", "1. b", "", "-" * 72]
    assert text("w" * 72) == ["w" * 72]
    assert text(f"{'w' * 36} {'v' * 36}") == ["w" * 36, "v" * 36]


def strip(verdict: str) -> list[str]:
    """The strip of two horizons, of which the second has nothing to say but its figures."""
    rows = [
        ("", "1M", "12M"), ("Average", "+1.00", "+10.00"), ("Win", "3 of 4", "10 of 12"),
        ("Verdict", verdict, ""),
    ]  # fmt: skip
    head, *rest = (SetRow(tuple(map(words_of, each))) for each in rows)
    caption = words_of(f"{'c' * 40} {'d' * 41}")
    right = (False, True, True)
    return of_blocks(Set(head, tuple(rest), right, (caption,), classes=frozenset({"strip"})))


def test_the_strip_is_a_line_a_horizon() -> None:
    assert strip(f"{'a' * 30} {'b' * 30}") == [
        "c" * 40,
        "d" * 41,
        "-" * 41,
        f"1M    +1.00  3 of 4    {'a' * 30}",
        f"{' ' * 23}{'b' * 30}",
        "12M  +10.00  10 of 12",
    ]
    assert strip("x" * 49)[3] == f"1M    +1.00  3 of 4    {'x' * 49}"


def test_a_strip_without_verdicts_is_set_in_the_page_and_the_text() -> None:
    """Where all horizons have one verdict, "too few cases" say, it is said elsewhere, once."""
    blocks = read_blocks(
        "| After | 1M | 3M |\n|:--|--:|--:|\n| Average | +1.0% | +2.0% |\n"
        "| How often | rose 3 of 4 | rose 2 of 4 |\n\n"
        "/// table-caption\n    attrs: {class: strip}\nWhat followed\n///\n"
    )
    assert email_text(blocks, demo.edition(), demo.LETTER).count("rose 2 of 4\n") == 1
    page = email_html(blocks, demo.edition(), demo.LETTER, None)
    assert "rose 3 of 4" in page
    assert "verdict" not in page.partition("</style>")[2]


def test_captions_rules_and_notes_of_a_table() -> None:
    made = text(
        "| A | B |\n|---|---:|\n| one | 1 |\n| **All** | 2 |\n| **Some** | 3 |\n| *Any* | 4 |\n| two | 5 |\n"
        "| **Last** | 6 |\n\n/// table-caption\nThe caption.\n\nA note.\n\nAnother note.\n///\n"
    )
    assert made == [
        *("The caption.", "", "A     B", "one   1", "-" * 7, "All   2", "Some  3", "Any   4", "two   5"),
        *("-" * 7, "Last  6", "", "A note.", "", "Another note."),
    ]


@pytest.mark.parametrize(
    ("heading", "lines"),
    [
        ("aaaa bbb", ["X  aaaa bbb", "x         1"]),  # eight letters fit
        ("aaaa bbbb", ["   aaaa", "X  bbbb", "x     1"]),
    ],
)
def test_a_heading_is_broken_at_eight_letters(heading: str, lines: list[str]) -> None:
    assert text(f"| X | {heading} |\n|---|---:|\n| x | 1 |\n") == lines


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("123456 1234567", ["X               A", "x  123456 1234567"]),  # fourteen letters stay on a line
        ("1234567 1234567", ["X        A", "x  1234567", "   1234567"]),
    ],
)
def test_a_long_cell_of_figures_is_broken(cell: str, lines: list[str]) -> None:
    assert text(f"| X | A |\n|---|---:|\n| x | {cell} |\n") == lines


def test_of_two_columns_of_words_the_last_gives_way_first() -> None:
    made = text(f"| A | B | N |\n|---|---|---:|\n| {'aaaa ' * 8} | {'bbbb ' * 10} | 1 |\n| x | y | 2 |\n")
    # 39 + 2 + 28 + 2 + 1 = 72.
    assert made == [
        f"A{' ' * 40}B{' ' * 29}N",
        f"{('aaaa ' * 8).strip()}  {('bbbb ' * 5).strip()}{' ' * 4}  1",
        f"{' ' * 41}{('bbbb ' * 5).strip()}",
        f"x{' ' * 40}y{' ' * 29}2",
    ]
    # Both give way, the last to fourteen letters at the least: 56 + 2 + 14.
    both = text(f"| A | B |\n|---|---|\n| {'aaaa ' * 14} | {'bbbb ' * 6} |\n")
    assert both == [
        f"A{' ' * 57}B",
        f"{('aaaa ' * 11).strip()}{' ' * 4}bbbb bbbb bbbb",
        f"{('aaaa ' * 3).strip()}{' ' * 44}bbbb bbbb bbbb",
    ]


def test_a_heading_that_is_longer_than_its_columns() -> None:
    made = text("| Long group · a | Long group · b | c |\n|---:|---:|---:|\n| 1 | 2 | 3 |\n")
    assert made == ["Long group", "a  b  c", "1  2  3"]


def test_a_long_heading_over_columns_takes_nothing_from_the_one_before() -> None:
    made = text("| First · a | A long group · b | Next · c |\n|---:|---:|---:|\n| 1 | 2 | 3 |\n")
    assert made == ["First  A long group  Next", "a  b  c", "1  2  3"]


# The HTML


@pytest.mark.parametrize(
    ("xml", "made"),
    [
        ('a "b" &amp; &lt;c', 'a "b" &amp; &lt;c'),
        ('<strong>a</strong> "b"', '<strong>a</strong> "b"'),
        ("<em>a</em> &lt;b", "<em>a</em> &lt;b"),
        ('<a href="x?a=1&amp;b=2">a</a>', '<a class="link" href="x?a=1&amp;b=2">a</a>'),
        ("a<br/>b", "a<br>b"),
        ("a<sup>1</sup>", "a (1)"),
        ("<del>a</del>", "~~a~~"),
        ('<img src="s" alt="&lt;p"/>', "&lt;p"),
        ("<code>a &lt;</code>b", "a &lt;b"),
        ("a<strong>b<em>c</em></strong>d", "a<strong>b<em>c</em></strong>d"),
    ],
)
def test_words_as_every_client_knows_them(xml: str, made: str) -> None:
    assert str(_words(tree(xml))) == made


def test_blocks_among_other_words() -> None:
    assert str(_inline(Code("a  <b\n c"))) == "a&nbsp;&nbsp;&lt;b<br>&nbsp;c"
    assert str(_inline(Picture("a.png", "<alt>"))) == "&lt;alt&gt;"
    assert str(_inline(Paragraph(tree("<em>a</em>")))) == "<em>a</em>"
    assert str(_inline(Rule())) == "<br />"


def test_what_a_picture_says_beside_its_caption() -> None:
    caption = (words_of("What it shows."), words_of("A note."))
    assert _alone(Picture("a", "What it shows. Up and down.", caption)) == "Up and down."
    assert _alone(Picture("a", " A note. ", ())) == " A note. "


def test_the_size_of_a_picture_is_in_its_head() -> None:
    head = b"\x89PNG" + bytes(12)
    assert png_size(head + (0x01020304).to_bytes(4, "big") + (0x05060708).to_bytes(4, "big") + b"\x09") == (
        0x01020304, 0x05060708,
    )  # fmt: skip


def test_a_page_is_six_hundred_wide_and_small() -> None:
    page = email_html(
        read_blocks("![Chart](c.png){: .lead }\n\n`a`  *b*\n"),
        replace(demo.edition(), simulated=False),
        demo.LETTER,
        Shown("c.png", 1120, 700, "dark.png"),
        Shown("logo.png", 280, 72),
    )
    found = tags(page)
    images = {a["src"]: (a.get("width"), a.get("height")) for name, a in found if name == "img"}
    assert images["c.png"] == ("440", "275")
    assert "logo.png" in images
    assert "dark.png" in page
    assert "600" in {a.get("width") for name, a in found if name == "table"}
    assert not re.search(r'style="[^"]*: ', page)


@pytest.fixture
def logos(tmp_path: Path) -> tuple[LookFile, LookFile]:
    """A wide logo and a narrow one."""
    found = []
    for name, size in (("wide.png", (3000, 100)), ("narrow.png", (400, 100))):
        Image.new("RGB", size, "#123456").save(tmp_path / name)
        found.append(LookFile(name, tmp_path / name, hashlib.sha256(name.encode()).hexdigest()))
    return found[0], found[1]


def test_logos_for_e_mails(logos: tuple[LookFile, LookFile], monkeypatch: pytest.MonkeyPatch) -> None:
    demo.draw_nothing(monkeypatch)
    wide, narrow = logos
    made = logo_files(replace(HOUSE, logo=narrow, logo_dark=wide))
    assert [file.path for file in made] == ["assets/mail-logo.png", "assets/mail-logo-dark.png"]
    sizes = [Image.open(io.BytesIO(file.content)).size for file in made]
    assert sizes == [(288, 72), (1120, 37)]
    assert [file.path for file in logo_files(replace(HOUSE, logo=narrow))] == ["assets/mail-logo.png"]
    assert logo_files(HOUSE) == ()

    def shown(base_url: str | None, **looks: Any) -> tuple[str, str]:
        """Of the file and of the message."""
        letter = demo.LETTER.model_copy(update={"base_url": base_url, "looks": replace(HOUSE, **looks)})
        files = {file.path: file.content for file in email_files(demo.edition(), letter)}
        message = message_from_bytes(files["email.eml"], _class=EmailMessage, policy=policy.default)
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)
        return files["email.html"].decode(), html.get_content()

    page, sent = shown("https://letter.example", logo=narrow, logo_dark=wide)
    for form, place in ((page, "../../"), (sent, "https://letter.example/")):
        images = [a["src"] for name, a in tags(form) if name == "img"]
        assert images[0] == f"{place}assets/mail-logo.png"
        assert f"{place}assets/mail-logo-dark.png" in form
    page, sent = shown("https://letter.example", logo=narrow)
    assert "assets/mail-logo.png" in sent
    assert "mail-logo-dark" not in page + sent
    page, sent = shown(None, logo=narrow)
    assert "assets/mail-logo.png" in page
    assert "mail-logo" not in sent
    page, sent = shown("https://letter.example")
    assert "mail-logo" not in page + sent


def test_the_parts_of_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    demo.draw_nothing(monkeypatch)
    title = f"{'x' * 500} {'y' * 489}"  # with "Subject: " one letter more than a line may have
    letter = demo.LETTER.model_copy(update={"base_url": None})
    made = email_files(replace(demo.edition(), simulated=False, title=title), letter)
    files = {file.path: file.content for file in made}
    assert list(files) == [
        *("email.html", "email.txt", "email.eml", "email-lead.png", "email-lead-dark.png"),
    ]
    assert max(map(len, files["email.eml"].split(b"\r\n"))) <= 998
    short = f"{'x' * 500} {'y' * 400}"
    (other,) = (
        file.content
        for file in email_files(replace(demo.edition(), simulated=False, title=short), letter)
        if file.path == "email.eml"
    )
    assert f"Subject: {short}\r\n".encode() in other
    message = message_from_bytes(files["email.eml"], _class=EmailMessage, policy=policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part["Content-Transfer-Encoding"]) for part in parts] == [
        ("text/plain", "quoted-printable"), ("text/html", "quoted-printable"), ("image/png", "base64")
    ]  # fmt: skip
    assert parts[2].get_content_disposition() == "inline"
    assert parts[2].get_filename() == "email-lead.png"
    boundaries = [part.get_boundary() for part in message.walk() if part.is_multipart()]
    assert boundaries == ["=_precedent_0", "=_precedent_1"]
    # The copy beside the page leads to it by its file, the message by its address.
    linked = email_files(replace(demo.edition(), simulated=False), demo.LETTER)
    page = linked[0].content.decode()
    leads = [a["href"] for name, a in tags(page) if name == "a"]
    assert "index.html" in leads


# The copy of one reader


SECRET = "correct horse battery staple"
URL, POST = "https://letter.example/leave", "https://letter.example/p"


def imprint(**changes: Any) -> Imprint:
    made: dict[str, Any] = {
        "letter": "The Letter", "name": "", "address": "l@x.org", "postal_address": "1 Street",
        "list_id": "l.x.org", "mail": "leave@x.org", "url": None, "post": None, "looks": HOUSE,
    }  # fmt: skip
    return Imprint(**{**made, **changes})


def test_no_secret_is_shown() -> None:
    assert SECRET not in repr(imprint(secret=SECRET))
    assert SECRET not in repr(Delivery("one", secret=SECRET))
    assert (Delivery("one").to, Delivery("one").rate, Delivery("one").secret) == ((), 60, None)
    server = Server("h", 25, "none")
    assert (server.user, server.password, server.patience, server.last_patience) == (None, None, 60, 600)
    assert not Entry("a@x.org", "sent", 250).mailbox
    assert not Answer("sent", 250, "ok").mailbox


@pytest.mark.parametrize("way", ["unsubscribe_mail", "unsubscribe_url", "unsubscribe_post"])
def test_one_way_to_leave_is_enough(way: str, tmp_path: Path) -> None:
    none = dict.fromkeys(("unsubscribe_mail", "unsubscribe_url", "unsubscribe_post"))
    letter = load_letter(make_letter(tmp_path)).model_copy(update={**none, way: "leave@x.org"})
    made = imprint_of(letter, None)
    assert {made.mail, made.url, made.post} == {"leave@x.org", None}


def test_a_token_in_one_link_needs_the_secret(tmp_path: Path) -> None:
    letter = load_letter(make_letter(tmp_path))
    for update in (
        {"unsubscribe_url": f"{URL}/{{token}}", "unsubscribe_post": POST},
        {"unsubscribe_url": URL, "unsubscribe_post": f"{POST}/{{token}}"},
    ):
        with pytest.raises(RequestError, match="PRECEDENT_UNSUBSCRIBE_SECRET can make: set it"):
            imprint_of(letter.model_copy(update=update), None)
    plain = letter.model_copy(update={"unsubscribe_url": URL, "unsubscribe_post": POST})
    assert imprint_of(plain, "short").secret == "short"


def test_the_foot_stands_before_the_end_of_the_body() -> None:
    issue = EmailMessage(policy=policy.SMTP)
    issue["Subject"] = "Größe"
    issue.set_content("Wörter\n")
    issue.add_alternative("<html><body><p>Wörter</p></body></html>\n", subtype="html")
    sent = copy_for("a@x.org", "one", issue.as_bytes(), imprint())
    assert b"\n" not in sent.replace(b"\r\n", b"")
    message = message_from_bytes(sent, _class=EmailMessage, policy=policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["quoted-printable"] * 2
    assert [part.get_content_subtype() for part in parts] == ["plain", "html"]
    html = parts[1].get_content()
    assert html.startswith("<html><body><p>Wörter</p><table ")
    assert html.rstrip().endswith("</table></body></html>")
    assert html.count("<tr>") == 3
    assert (message["Subject"], message["To"], message["From"]) == ("Größe", "a@x.org", "l@x.org")


# Whether an issue may go out


def test_a_draft_is_known_by_its_first_line_or_its_tag(tmp_path: Path) -> None:
    root = make_letter(tmp_path)
    path = root / "reports" / SLUG / "report.yml"
    spec = path.read_text()
    path.write_text(f"# Größe\n{spec}", encoding="utf-8")
    with ascii_files():
        assert load_issue(root, SLUG).startswith(b"Subject: ")
    path.write_text(f"# Drafted from the prices to 2026-04-20.\n{spec}")
    with pytest.raises(RequestError, match=rf"reports/{SLUG}/report\.yml is a draft\. Read and edit it"):
        load_issue(root, SLUG)


def test_an_issue_that_is_not_there(tmp_path: Path) -> None:
    root = make_letter(tmp_path)
    write_spec(root, "another", small_spec())
    with pytest.raises(
        RequestError, match=rf"no report 'x{{80}}' in reports/\. There are: another, {SLUG}\."
    ):
        load_issue(root, "x" * 81)
    with pytest.raises(DataError, match="another is not made yet"):
        load_issue(root, "another")


# The record


def test_a_record_is_on_the_disk_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "outbox" / "one" / "record.jsonl"
    with open_outbox(tmp_path, "one") as outbox:
        outbox.write(Entry("A@x.org", "begun"))
        first = json.loads(path.read_bytes())
        outbox.write(Entry("a@x.org", "refused", 550, "no", mailbox=True))
        assert outbox.last("a@X.org") == Entry("a@x.org", "refused", 550, "no", mailbox=True)
        outbox.freeze(["A@x.org", "b@x.org"], b"first")
        outbox.freeze(["b@x.org"], b"second")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", first.pop("at"))
    assert first == {"recipient": "A@x.org", "event": "begun", "code": None, "reason": "", "mailbox": False}
    assert (tmp_path / "outbox" / "one" / "email.eml").read_bytes() == b"first"
    assert recipients_in(tmp_path / "outbox" / "one") == ("b@x.org",)
    assert list(read_outbox(tmp_path, "one")) == ["a@x.org"]
    assert read_outbox(tmp_path, "two") == {}
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"cut off')
    with open_outbox(tmp_path, "one") as outbox:
        assert path.read_bytes() == whole
    path.write_bytes(whole + b"broken\n")
    for read in (lambda: read_outbox(tmp_path, "one"), lambda: open_outbox(tmp_path, "one").__enter__()):
        with pytest.raises(BadDataError, match=r"record\.jsonl:3 cannot be read"):
            read()


# A run over those who are due


class Line:
    """A connection that tells what it was asked, with these answers by recipient."""

    def __init__(self, heard: list[str], answers: dict[str, Any]) -> None:
        self._heard, self._answers = heard, answers

    def send(self, sender: str, recipient: str, copy: bytes, begin: Callable[[], None]) -> Answer:
        self._heard.append(f"{sender} to {recipient}: {copy.decode()}")
        answer = self._answers.get(recipient, Answer("sent", 250, "ok"))
        if not (isinstance(answer, LostError) and not answer.on_its_way):
            begin()
        if isinstance(answer, Exception):
            self._answers.pop(recipient)
            raise answer
        return cast(Answer, answer)

    def close(self) -> None:
        self._heard.append("close")

    def drop(self) -> None:
        self._heard.append("drop")


def a_run(
    root: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], takes: float, pause: float
) -> tuple[list[str], list[str], list[float], str | None]:
    """What was heard, said and waited in a run over three readers, each copy taking so many seconds."""
    heard: list[str] = []
    said: list[str] = []
    waits: list[float] = []
    clock = [100.0]

    def connected(server: Server) -> Any:
        heard.append(f"connect to {server.host}")
        return Line(heard, answers)

    def passes() -> float:
        clock[0] += takes
        return clock[0] - takes

    monkeypatch.setattr("generator.mail.send.connect", connected)
    monkeypatch.setattr("generator.mail.send.time", SimpleNamespace(monotonic=passes, sleep=waits.append))
    copies = [(f"{name}@x.org", name.encode()) for name in "abc"]
    with open_outbox(root, "one") as outbox:
        run = _Run(outbox, Server("mail.x", 25, "none"), "l@x.org", pause, 3, said.append)
        stopped = run.all(copies)
    return heard, said, waits, stopped


def test_copies_go_out_one_after_the_other_at_the_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, said, waits, stopped = a_run(tmp_path, monkeypatch, {}, takes=0.25, pause=0.75)
    assert heard == [
        "connect to mail.x", *(f"l@x.org to {name}@x.org: {name}" for name in "abc"), "close", "drop"
    ]  # fmt: skip
    assert said == [f"  {n} of 3: {name}@x.org: sent" for n, name in enumerate("abc", 1)]
    assert waits == [0.5, 0.5]
    assert stopped is None
    assert {key: entry.event for key, entry in read_outbox(tmp_path, "one").items()} == {
        f"{name}@x.org": "sent" for name in "abc"
    }
    # A copy that takes longer than that is followed at once.
    assert a_run(tmp_path, monkeypatch, {}, takes=2, pause=0.75)[2] == [0, 0]


def test_a_run_is_begun_for_those_who_are_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []

    def run(outbox: Any, server: Server, sender: str, pause: float, total: int, say: Any) -> Any:
        def all_of(copies: Any) -> None:
            begun.append((server.host, sender, pause, total, [recipient for recipient, _ in copies]))

        return SimpleNamespace(all=all_of)

    monkeypatch.setattr("generator.mail.send._Run", run)
    root = make_letter(tmp_path)
    (root / "suppressed.txt").write_text("b@x.org\n")
    asked = Delivery(SLUG, ("a@x.org", "b@x.org", "c@x.org"), rate=30)
    with pytest.raises(DeliveryError):
        send(root, asked, Server("mail.x", 25, "none"), lambda _: None)
    assert begun == [("mail.x", "letter@example.org", 2.0, 2, ["a@x.org", "c@x.org"])]


def test_a_connection_that_ends_is_opened_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = {"b@x.org": LostError("bye", on_its_way=False)}
    heard, _, _, stopped = a_run(tmp_path, monkeypatch, lost, takes=0, pause=0)
    b = "l@x.org to b@x.org: b"
    assert heard == [
        "connect to mail.x", "l@x.org to a@x.org: a", b, "drop", "connect to mail.x", b,
        "l@x.org to c@x.org: c", "close", "drop",
    ]  # fmt: skip
    assert stopped is None
    # The first of a run is not tried twice.
    lost = {"a@x.org": LostError("bye", on_its_way=False)}
    heard, said, _, stopped = a_run(tmp_path / "first", monkeypatch, lost, takes=0, pause=0)
    assert heard == ["connect to mail.x", "l@x.org to a@x.org: a", "drop"]
    assert (said, stopped) == ([], "the connection was lost: bye")
    assert read_outbox(tmp_path / "first", "one") == {}


def test_a_copy_that_is_lost_on_its_way_is_uncertain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = {"b@x.org": LostError("cut", on_its_way=True)}
    heard, said, _, stopped = a_run(tmp_path, monkeypatch, lost, takes=0, pause=0)
    assert heard[-2:] == ["l@x.org to b@x.org: b", "drop"]
    assert (len(said), stopped) == (1, "the connection was lost: cut")
    assert read_outbox(tmp_path, "one")["b@x.org"] == Entry("b@x.org", "uncertain", None, "cut")
    heard, _, _, stopped = a_run(
        tmp_path / "login", monkeypatch, {"a@x.org": SourceError("log in first")}, takes=0, pause=0
    )
    assert (heard[-1], stopped) == ("drop", "log in first")


def test_a_run_that_ended_well_raises_nothing() -> None:
    def tally(waiting: int, **found: list[Entry]) -> _Tally:
        none: dict[str, list[Entry]] = {"sent": [], "refused": [], "deferred": [], "uncertain": []}
        return cast(
            _Tally,
            SimpleNamespace(
                summary="so it is", found={**none, **found}, waiting=waiting, suppressed=("b@x.org",)
            ),
        )

    said: list[str] = []
    _conclude(tally(0, sent=[Entry("a@x.org", "sent", 250)]), None, said.append)
    _conclude(tally(0, deferred=[Entry("b@x.org", "deferred", 450)]), None, said.append)
    assert said == ["so it is"] * 2
    for each in (
        tally(1),
        tally(0, refused=[Entry("a@x.org", "refused", 550)]),
        tally(0, deferred=[Entry("a@x.org", "deferred", 450)]),
    ):
        with pytest.raises(Exception, match="not everybody has the issue for certain"):
            _conclude(each, None, said.append)


# The connection


class Smtp:
    """A session that tells how it was opened; ``fails`` is the step that fails."""

    def __init__(self, heard: list[Any], fails: str, host: str, port: int, **options: Any) -> None:
        self._heard, self._fails = heard, fails
        heard.append((host, port, options))

    def _step(self, name: str, *told: Any) -> None:
        self._heard.append((name, *told))
        if self._fails == name:
            raise smtplib.SMTPNotSupportedError(name)

    def starttls(self, context: Any = None) -> None:
        self._step("starttls", context)

    def login(self, user: str, password: str) -> None:
        self._step("login", user, password)

    def ehlo_or_helo_if_needed(self) -> None:
        self._step("hello")

    def close(self) -> None:
        self._heard.append("close")


def connecting(monkeypatch: pytest.MonkeyPatch, server: Server, fails: str = "") -> list[Any]:
    heard: list[Any] = []
    for kind in ("SMTP", "SMTP_SSL"):
        monkeypatch.setattr(
            serving.smtplib,
            kind,
            lambda *where, kind=kind, **options: heard.append(kind) or Smtp(heard, fails, *where, **options),
        )
    monkeypatch.setattr(ssl, "create_default_context", lambda: "checks certificates")
    if fails:
        with pytest.raises(SourceError, match=r"cannot send through mail\.x:2525: it offers no such thing"):
            connect(server)
    else:
        assert isinstance(connect(server), Connection)
    return heard


def test_how_a_connection_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server("mail.x", 2525, "starttls", "user", "pass", patience=7)
    opened = ("mail.x", 2525, {"timeout": 7})
    starts, logs_in, hello = ("starttls", "checks certificates"), ("login", "user", "pass"), ("hello",)
    assert connecting(monkeypatch, server) == ["SMTP", opened, starts, logs_in, hello]
    checked = ("mail.x", 2525, {"timeout": 7, "context": "checks certificates"})
    assert connecting(monkeypatch, replace(server, tls="tls")) == ["SMTP_SSL", checked, logs_in, hello]
    plain = replace(server, tls="none")
    assert connecting(monkeypatch, replace(plain, user=None, password=None)) == ["SMTP", opened, hello]
    for half in ({"user": None}, {"password": None}):
        assert connecting(monkeypatch, replace(plain, **half)) == ["SMTP", opened, hello]  # type: ignore[arg-type]
    assert connecting(monkeypatch, server, "starttls") == ["SMTP", opened, starts, "close"]
    assert connecting(monkeypatch, server, "login")[-2:] == [logs_in, "close"]
