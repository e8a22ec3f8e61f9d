"""Who is written to, by the exports of mailing services; and plain lists, which stay what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.core.errors import RequestError
from generator.mail.addresses import read_recipients, read_suppressed

EXPORTS = {
    "substack": (
        "Email,Name,Stripe plan,Type,Start Date,email_disabled,active_subscription,created_at\n"
        "ann@example.org,Ann,,Free,2026-01-02,false,false,2026-01-02T10:00:00Z\n"
        'bob@example.org,"Bob, Jr.",monthly,Paid,2026-01-03,true,true,2026-01-03T10:00:00Z\n'
        "cem@example.org,Cem,comp,Comp,2026-01-03,false,false,2026-01-03T10:00:00Z\n",
        ("ann@example.org", "cem@example.org"),
        "2 recipients from the column 'Email'; 1 left out: 1 with email_disabled.",
    ),
    "mailchimp": (
        '"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID,NOTES\n'
        '"ann@example.org","Ann",2,"2026-01-02 03:04:05","2026-01-02 03:04:05",1,"two\nlines"\n'
        '"bob@example.org","Bob",2,"2026-01-02 03:04:05","2026-01-02 03:04:05",2,\n',
        ("ann@example.org", "bob@example.org"),
        "2 recipients from the column 'Email Address'.",
    ),
    "mailchimp, those who left": (
        "Email Address,UNSUB_TIME,UNSUB_REASON\nann@example.org,2026-02-03 04:05:06,NO LONGER INTERESTED\n",
        (),
        "0 recipients from the column 'Email Address'; 1 left out: 1 with UNSUB_TIME.",
    ),
    "mailchimp, cleaned": (
        "Email Address,CLEAN_TIME\nann@example.org,2026-02-03 04:05:06\n",
        (),
        "1 left out: 1 with CLEAN_TIME.",
    ),
    "buttondown": (
        "email_address,notes,subscriber_type,creation_date,unsubscription_date,tags\n"
        "ann@example.org,,regular,2026-01-01,,vip\n"
        "bob@example.org,,unsubscribed,2026-01-01,2026-02-01,\n"
        "cem@example.org,,unactivated,2026-01-01,,\n"
        "dan@example.org,,premium,2026-01-01,,\n",
        ("ann@example.org", "dan@example.org"),
        "2 left out: 1 unsubscribed, 1 unactivated.",
    ),
    "ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,created_at,deleted_at\n"
        "1,ann@example.org,Ann,,true,false,2026-01-01,\n"
        "2,bob@example.org,Bob,,false,false,2026-01-01,\n"
        "3,cem@example.org,Cem,,true,false,2026-01-01,2026-03-01\n",
        ("ann@example.org",),
        "2 left out: 1 with subscribed_to_emails false, 1 with deleted_at.",
    ),
    "beehiiv": (
        "email,status,created_at,utm_source\nann@example.org,active,2026,x\nbob@example.org,inactive,2026,\n"
        "cem@example.org,pending,2026,\n",
        ("ann@example.org",),
        "2 left out: 1 inactive, 1 pending.",
    ),
    "German, from a spreadsheet": (
        "\ufeffsep=;\nVorname;E-Mail-Adresse;Status\nJörg;joerg@example.org;aktiv\nUte;ute@example.org;Abgemeldet\n\n;;\n",
        ("joerg@example.org",),
        "1 recipient from the column 'E-Mail-Adresse'; 1 left out: 1 abgemeldet.",
    ),
    "French, tabs": (
        "Nom\tAdresse électronique\tStatut\nZoé\tzoe@example.org\tActif\nLéo\tleo@example.org\tDésabonné\n",
        ("zoe@example.org",),
        "1 left out: 1 désabonné.",
    ),
    "a heading in no language that is known": (
        "nimi,osoite\nAino,aino@example.org\n",
        ("aino@example.org",),
        "1 recipient from the column 'osoite'.",
    ),
    "a federal state is no status": (
        "Email,State\nann@example.org,CA\n",
        ("ann@example.org",),
        "1 recipient from the column 'Email'.",
    ),
    "two columns about mail": (
        "Email,Email type,Email of who brought them\nann@example.org,html,bob@example.org\n",
        ("ann@example.org",),
        "1 recipient from the column 'Email'.",
    ),
    "once here, once gone": (
        "Email,Status\nann@example.org,active\nAnn@example.org,Unsubscribed\nbob@example.org,Bounced\n,active\n",
        (),
        "3 left out: 1 unsubscribed, 1 bounced, 1 without an address.",
    ),
    "one column": ("Email\nann@example.org\n", ("ann@example.org",), "1 recipient from the column 'Email'."),
}


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_export(kind: str, ends: str, tmp_path: Path) -> None:
    text, expected, understood = EXPORTS[kind]
    path = tmp_path / "readers.csv"
    path.write_bytes(text.replace("\n", ends).encode())
    found = read_recipients([str(path)])
    assert found.addresses == expected
    (line,) = found.understood
    assert line.startswith(f"{path}: ")
    assert line.endswith(understood)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Name,Status\nAnn,active\n", "none of them is one of e-mail addresses: 'Name', 'Status'"),
        ("ann@example.org,Ann\nbob@example.org,Bob\n", "no heading line above them. Put one there"),
        (
            "Work email,Home email\na@example.org,b@example.org\n",
            "'Work email' and 'Home email'. Name the one",
        ),
        ("Email,Status\na@example.org,resting\n", ":2: the Status 'resting' may mean"),
        ("Email,Name\na@example.org,Ann,B\n", ":2 has 3 cells under 2 headings"),
        ('Email,Name\na@example.org,"Ann\n', "is no row of a table"),
        ("Email,Name\nann.example.org,Ann\nb@example.org,Bob\n", ":2: 'ann.example.org' is no address"),
    ],
)
def test_an_export_that_can_be_read_two_ways(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "readers.csv").write_text(text)
    with pytest.raises(RequestError, match=message):
        read_recipients([str(tmp_path / "readers.csv")])


def test_whom_an_export_leaves_out_no_other_list_brings_back(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("email,status\nann@example.org,unsubscribed\n")
    (tmp_path / "old").write_text("Ann@example.org\nbob@example.org\n")
    found = read_recipients([str(tmp_path / "old"), str(tmp_path / "new.csv"), "ann@example.org"])
    assert found.addresses == ("bob@example.org",)
    assert found.left == {"ann@example.org"}


def test_a_remark_begins_after_white_space(tmp_path: Path) -> None:
    (tmp_path / "readers").write_text(
        "# friends\na#b@example.org # Ann\n#c@example.org\n\td@example.org\t#x\n"
    )
    assert read_recipients([str(tmp_path / "readers")]).addresses == ("a#b@example.org", "d@example.org")
    assert read_recipients(["a#b@example.org"]).addresses == ("a#b@example.org",)
    (tmp_path / "suppressed.txt").write_text("a#b@example.org # left in May\n")
    assert read_suppressed(tmp_path) == {"a#b@example.org"}
