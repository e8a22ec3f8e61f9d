import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest

from generator.article.also_fired import SHOWN
from generator.article.article import write_article
from generator.charts.render import draw
from generator.check.reading import load_specs
from generator.edition.values import Cell, Column, Correction, Edition, Row, Section, Table
from generator.language import numbers, own_words
from generator.mail.email import email_files
from generator.mail.html import png_size
from generator.mail.table import FOR_THE_PAGE, MOST_ROWS, WHOLE, first, newest
from generator.market.providers.registry import open_source
from generator.run.report import make_edition
from generator.spec.letter import load_letter
from tests.golden.refresh import SLUGS
from tests.press import demo
from tests.press.email_lint import lint
from tests.press.reading import tags, text

ROOT = Path(__file__).parents[2]
HOSTILE = "</td><script>alert(1)</script> {{ 7 * 7 }} & \"x\" 'y' <img src=x>"
AWAY = demo.LETTER.model_copy(update={"base_url": None})


@pytest.fixture(autouse=True)
def _plain_charts(monkeypatch):
    demo.draw_nothing(monkeypatch)


def email(letter=demo.LETTER, **changes):
    made = email_files(replace(demo.edition(), **changes), letter)
    return {file.path: file.content for file in made}


def html(letter=demo.LETTER, **changes):
    return email(letter, **changes)["email.html"].decode()


def message(letter=demo.LETTER, **changes):
    return message_from_bytes(email(letter, **changes)["email.eml"], policy=policy.default)


def words(page: str) -> str:
    return " ".join(text(re.sub(r"(?s)<(style|title).*?</\1>", "", page)).split())


def long_table(rows: int, columns: int = 4) -> Table:
    heads = (
        Column("date", "Date", "date"),
        Column("context", "Context", "text"),
        Column("move", "Move", "number"),
    )
    days = [f"{1990 + n // 12}-{n % 12 + 1:02d}-01" for n in range(rows)]
    cells = [
        (
            Cell(day, day),
            Cell("why"),
            Cell("+1.00", 1.0),
            *(Cell(f"+{k}.00", k / 100) for k in range(columns)),
        )
        for day in days
    ]
    body = tuple(Row(row, "episode") for row in cells)
    average = Row((Cell("Average"), Cell(""), Cell(""), *(Cell("+9.00") for _ in range(columns))), "summary")
    returns = tuple(Column(f"{k}M", f"{k}M", group="Forward return, %") for k in range(columns))
    return Table("long", "Every episode", (*heads, *returns), (*body, average))


@pytest.mark.parametrize("letter", [demo.LETTER, AWAY])
@pytest.mark.parametrize("simulated", [True, False])
def test_every_client_can_set_it(letter, simulated):
    assert lint(html(letter, simulated=simulated)) == []
    part = message(letter, simulated=simulated).get_body(("html",))
    assert lint(part.get_content()) == []


def test_what_a_reader_must_know_first_stands_before_the_first_figure():
    said = "The average was misprinted.", "The prices of EEM are those of Apr 17."
    changes = {"corrections": (Correction("2026-04-23", said[0], 1),), "notices": said[1:]}
    page, plain = html(**changes), email(**changes)["email.txt"].decode()
    assert lint(page) == []
    for form in (words(page), plain):
        places = [form.index(part) for part in ("Correction, Apr 23, 2026.", *said, "rose 8 of 13")]
        assert places == sorted(places)


def test_the_longest_issue_stays_small():
    page = html(
        sections=(demo.study(episodes=long_table(400, 9)),),
        key_points=("A long sentence about what followed. " * 12,) * 6,
    )
    assert lint(page) == []
    shown = words(page)
    assert f"The last {MOST_ROWS} of 400 cases, and what followed" in shown
    assert f"The page has {400 - MOST_ROWS} more rows and the columns " in shown
    assert "2023-04-01" in shown
    assert "1990-01-01" not in shown
    assert "Average" in shown


def test_the_lint_finds_what_it_looks_for():
    bad = (
        '<!doctype html><body style="background-color:red"><div style="display:flex;margin:-4px"></div>'
        '<table></table><img src="a.svg"><script></script><p style="color:var(--x)">x</p>'
        '<style>p { color: red; } @import "x.css";</style><a href="#top">x</a>'
    )
    found = "\n".join(lint(bad))
    for complaint in ("flex", "negative", "width attribute", "no alt", "SVG", "<script>", "var(", "fetched"):
        assert complaint in found, complaint
    for complaint in ("bgcolor", "outside a media query", "nowhere", "no lang", "no title", "would read out"):
        assert complaint in found, complaint
    cells = (
        '<!doctype html><html lang="en"><title>x</title><table width="9" cellpadding="0" cellspacing="0" '
        'border="0"><tr><th style="font-size:12px">small</th><td>bare</td><td><p style="padding:4px">x</p>'
        '<img src="a.png" alt="a" width="50%" height="9" style="margin:1px"><a href="https://a.example">x</a>'
        "</td></tr></table><style>@media screen { .a { font: 11px/12px Arial; } }"
        "@media (min-height: 9px) { .a { color: red; } }</style>"
    )
    found = "\n".join(lint(cells))
    for complaint in ("12px: too small", "11px/12px Arial: too small", "no typeface", "padding outside"):
        assert complaint in found, complaint
    for complaint in ("a percentage", "margin", "colour of its own", "what it heads", "nor heights"):
        assert complaint in found, complaint


def test_it_says_the_same_as_the_page():
    edition = demo.edition()
    shown, plain = words(html()), " ".join(email()["email.txt"].decode().split())
    said = [edition.title, edition.deck, *edition.key_points, demo.LETTER.disclaimer]
    said += [text for cell in edition.strip.cells for text in (cell.label, cell.average, cell.win_rate)]
    said += [cell.verdict for cell in edition.strip.cells]
    said += ["The edge is largest at three months, and even there luck is not ruled out."]
    said += [cell.text for row in demo.episodes().rows for n, cell in enumerate(row.cells) if n != 1]
    for sentence in said:
        assert sentence in shown, sentence
        assert sentence in plain or " ".join(sentence.split()) in plain, sentence
    numbers = set(re.findall(r"[+−]?\d+\.\d\d", shown))
    assert numbers
    assert numbers == set(re.findall(r"[+−]?\d+\.\d\d", plain))


def test_it_leads_to_where_one_subscribes() -> None:
    letter = demo.LETTER.model_copy(update={"subscribe": "join@letter.example"})
    assert 'href="mailto:join@letter.example"' in html(letter)
    assert "Subscribe to Precedent" in words(html(letter))
    assert "Subscribe" not in words(html())


def test_what_people_write_is_text():
    page = html(title=HOSTILE, deck=HOSTILE, kicker=HOSTILE, author=HOSTILE, key_points=(HOSTILE,))
    assert lint(page) == []
    assert " ".join(HOSTILE.split()) in words(page)
    assert [name for name, _ in tags(page)].count("img") == 1
    assert message(title=HOSTILE)["Subject"].endswith(HOSTILE)


def test_a_simulated_edition_says_so_first():
    made = email()
    assert words(made["email.html"].decode()).startswith("Simulated prices.")
    assert made["email.txt"].decode().startswith("SIMULATED PRICES.")
    assert message()["Subject"].startswith("[Simulated] ")
    real = email(simulated=False)
    assert not any(b"imulated prices" in content for content in real.values())
    assert message(simulated=False)["Subject"] == demo.edition().title


def test_the_preheader_is_the_deck_and_is_not_shown():
    name, attributes = next((n, a) for n, a in tags(html(simulated=False)) if n == "div")
    assert name == "div"
    assert "display:none" in (attributes["style"] or "").replace(" ", "")
    assert words(html(simulated=False)).startswith(demo.edition().deck)


def test_dark_colours_stay_in_the_sheet():
    page = html()
    assert '<meta name="color-scheme" content="light dark">' in page
    sheet = "".join(re.findall(r"(?s)<style[^>]*>(.*?)</style>", page))
    assert "@media (prefers-color-scheme: dark)" in sheet
    used = {name for _, a in tags(page) for name in (a.get("class") or "").split()}
    for name in set(re.findall(r"\.([a-z]+)[ ,]", sheet)) - {
        "loss",
        "gain",
        "present",
        "muted",
        "wide",
        "small",
        "notice",
    }:
        assert name in used, f".{name} is styled and not used"


def test_plain_text_fits_a_terminal():
    lines = email(sections=(demo.study(episodes=long_table(40, 9)),))["email.txt"].decode().splitlines()
    assert max(len(line) for line in lines if "://" not in line) <= 72
    assert not any(line != line.rstrip() for line in lines)
    table = [line for line in lines if re.match(r"\d{4}-\d\d-01", line)]
    assert len(table) == MOST_ROWS
    assert len({len(line) for line in table}) == 1
    assert any(line.startswith("The page has 28 more rows and the columns ") for line in lines)


def test_the_message_without_a_site_carries_its_chart():
    made = message(AWAY)
    assert made.get_content_type() == "multipart/alternative"
    plain, related = made.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    page, chart = related.iter_parts()
    assert chart.get_content_type() == "image/png"
    assert chart.get_content() == demo.EMPTY_PNG
    sources = [a["src"] for name, a in tags(page.get_content()) if name == "img"]
    assert sources == [f"cid:{chart['Content-ID'].strip('<>')}"]
    assert "Read the whole issue" not in page.get_content()
    assert "on the page" not in f"{page.get_content()} {plain.get_content()}".casefold()
    assert "://" not in plain.get_content()


def test_the_message_of_a_site_points_to_it():
    made = message()
    place = f"https://letter.example/issues/{demo.edition().slug}/"
    page = made.get_body(("html",)).get_content()
    assert [a["src"] for name, a in tags(page) if name == "img"] == [f"{place}email-lead.png"]
    assert place in [a.get("href") for name, a in tags(page) if name == "a"]
    assert place in made.get_body(("plain",)).get_content()
    assert not [part for part in made.walk() if part.get_content_maintype() == "image"]


def test_the_message_says_the_same_in_its_parts():
    made, files = message(), email()
    assert made.get_body(("plain",)).get_content().replace("\r\n", "\n") == files["email.txt"].decode()
    assert words(made.get_body(("html",)).get_content()) == words(files["email.html"].decode())


def test_the_message_is_sound_and_the_same_every_time():
    raw = email(AWAY)["email.eml"]
    assert raw == email(AWAY)["email.eml"]
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    made = message(AWAY)
    assert made["Date"].datetime.isoformat() == f"{demo.edition().date}T12:00:00+00:00"
    # Who sends it, and to whom, is known when it is sent.
    assert {"From", "To", "Message-ID"}.isdisjoint(made.keys())
    assert not made.defects


def test_an_issue_with_nothing_in_it_is_an_e_mail():
    page = html(strip=None, key_points=(), lead=None, sections=(), tags=(), author="")
    assert lint(page) == []
    assert "img" not in [name for name, _ in tags(page)]
    assert "The short version" not in page
    made = email(AWAY, lead=None, strip=None, key_points=(), sections=())
    assert "email-lead.png" not in made
    assert made["email.txt"]


def test_the_table_is_cut_by_the_newest_dates():
    table = long_table(20)
    backwards = replace(table, rows=(*reversed(table.rows[:-1]), table.rows[-1]))
    for given in (table, backwards):
        made = newest(given)
        dates = sorted(row.cells[0].text for row in made.table.rows if row.kind == "episode")
        assert dates == sorted(row.cells[0].text for row in table.rows[:-1])[-MOST_ROWS:]
        assert (made.shown, made.total) == (MOST_ROWS, 20)
        assert [column.key for column in made.table.columns][:3] == ["date", "context", "move"]


def test_the_horizons_at_both_ends_stay():
    assert [c.heading for c in newest(long_table(3, 20)).table.columns][2::5] == ["0M", "19M"]
    assert newest(long_table(3, 20)).lacking
    assert [c.heading for c in newest(long_table(3, 3)).table.columns] == [
        *("Date", "Context", "Move", "0M", "1M", "2M"),
    ]
    assert not newest(long_table(3, 3)).lacking


def test_a_phone_keeps_the_horizons_from_three_months_on_and_the_contexts():
    page = html(sections=(demo.study(episodes=long_table(3, 6)),))
    heads = [a.get("class") or "" for name, a in tags(page) if name == "th" and a.get("scope") == "col"]
    hidden = ["wide" in css.split() for css in heads]
    # The date, and beside it the returns; the contexts stand below the dates.
    assert hidden == [False, True, True, False, False, False, False]
    assert words(page).count("why") == 3


def test_the_authors_words_and_the_contexts_are_in_it():
    files = email(
        sections=(
            demo.prose(
                "mine",
                "My heading",
                "One *story*, [told](https://example.org/).\n\n- and\n- a list\n\n> quoted",
            ),
            demo.study(),
        )
    )
    assert lint(files["email.html"].decode()) == []
    for form in (words(files["email.html"].decode()), " ".join(files["email.txt"].decode().split())):
        for said in ("My heading", "One story, told.", "a list", "quoted", "Vaccine news"):
            assert said in form, said
    assert "https://example.org/" in files["email.txt"].decode()
    assert "<em>story</em>" in files["email.html"].decode()


def test_the_size_of_a_chart_is_read_from_it(monkeypatch):
    monkeypatch.undo()
    png = draw(demo.edition().lead.figure, "email", True)
    width, height = png_size(png)
    assert width == 2 * 560
    assert len(png) < 60_000
    shown = next(a for n, a in tags(html()) if n == "img")
    assert (shown["width"], shown["height"]) == ("440", str(round(440 * height / width)))


def test_a_row_of_words_stays_on_the_page():
    table = long_table(3)
    verdicts = (Cell("Verdict"), Cell(""), Cell(""), *(Cell("no clear edge", unit="text"),) * 4)
    made = newest(replace(table, rows=(*table.rows, Row(verdicts, "summary"))))
    assert [row.cells[0].text for row in made.table.rows[3:]] == ["Average"]


def digest(key: str, columns: tuple[Column, ...], rows: int) -> Section:
    cells = tuple(Cell(f"{column.heading} {n}") for n, column in enumerate(columns))
    table = Table(f"{key}-table", f"Caption of {key}", columns, tuple(Row(cells) for _ in range(rows)))
    return told(key, f"Words of {key}.", table, studies=True)


def told(kind: str, words: str, table: Table, *, studies: bool = False, not_shown: str = "") -> Section:
    """A section of a week, with studies or of a dull one, with these words and this table."""
    nothing = dict.fromkeys(("rare", "depth", "others", "highs", "missing", "untested"), "")
    name = {"market_table": "standings", "also_fired": "events", "past_signals": "cases"}[kind]
    values = {
        **nothing,
        "week": words,
        "on_top": words,
        "standing_out": words,
        "studies": studies,
        "day": "Apr 20, 2026",
        "any_open": False,
        "not_shown": not_shown,
        name: table,
    }
    return Section(kind, kind, f"Heading of {kind}", values)


def week() -> Edition:
    """The sections of a drafted week, in its order."""
    market = ("asset", "week", "month", "year", "from_high", "high")
    fired = ("signal", "assets", "day", "n", "median", "usual", "q")
    past = ("signal", "issue", "since", "return", "suggested", "where")
    columns = [
        tuple(
            Column(k, k.title(), "text" if k in ("asset", "signal", "assets", "issue") else "percent")
            for k in keys
        )
        for keys in (market, fired, past)
    ]
    first = {"episodes": True, "since_last": "It came first.", "rank": ""}
    why = Section("small-caps-why", "why", "Why this one", first)
    rose = {"year": None, "no_average_year": "It rose 20 of 26 times."}
    season = Section("seasonality-iwm", "seasonality", "The time of year", rose)
    study = demo.study(episodes=long_table(60, 7), finding="Better than usual.")
    return replace(
        demo.edition(),
        sections=(
            digest("market_table", columns[0], 17),
            why,
            study,
            season,
            digest("also_fired", columns[1], 40),
            digest("past_signals", columns[2], 30),
        ),
    )


def test_the_week_is_told_beside_the_study():
    files = email(sections=week().sections)
    shown, plain = words(files["email.html"].decode()), " ".join(files["email.txt"].decode().split())
    for form in (shown, plain):
        places = [
            form.index(said)
            for said in (
                *("Heading of market_table", "Words of market_table.", "Better than usual."),
                *("The last 12 of 60 cases", "Heading of also_fired", "Words of also_fired."),
            )
        ]
        assert places == sorted(places)
    # Beside a study an e-mail has what stands out of the other signals, not their list.
    for left_to_the_page in ("It came first.", "28 more rows", "Caption of also_fired", "past_signals"):
        assert left_to_the_page not in shown
    assert lint(files["email.html"].decode()) == []


def rows_of(edition: Edition) -> list[str]:
    """What the rows of the tables of an e-mail begin with."""
    page = message(sections=edition.sections).get_body(("html",)).get_content()
    return re.findall(r">([AS]\d+)</th>", page)


def with_rows(key: str, count: int, not_shown: str = "") -> Edition:
    columns = (
        Column("asset", "Asset", "text"),
        Column("signal", "Signal", "text"),
        Column("week", "Week, %"),
    )
    rows = tuple(Row((Cell(f"A{n}"), Cell(f"S{n}"), Cell("+1.00"))) for n in range(count))
    section = told(key, f"A{count - 1} fell least.", Table("t", "", columns, rows), not_shown=not_shown)
    return replace(demo.edition(), sections=(section,))


@pytest.mark.parametrize("count", [6, 7, 10, 30])
def test_the_market_table_has_every_asset_that_its_words_may_name(count):
    edition = with_rows("market_table", count)
    assert rows_of(edition) == [f"A{n}" for n in range(count)]
    made = email(sections=edition.sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert len(re.findall(rf"A{count - 1}\b", form)) == 2
        assert "The page has" not in form


@pytest.mark.parametrize(
    ("count", "shown", "more"), [(11, 11, ""), (12, 12, ""), (13, 13, ""), (14, 12, "2 more rows")]
)
def test_a_reader_is_never_sent_for_one_row(count, shown, more):
    table = with_rows("also_fired", count).sections[0].values["events"]
    made = first(table)
    assert (made.shown, len(made.table.rows), " ".join(made.left_out)) == (shown, shown, more)


@pytest.mark.parametrize(
    ("count", "shown"), [(12, 12), (WHOLE, WHOLE), (WHOLE + 1, MOST_ROWS), (62, MOST_ROWS)]
)
def test_a_table_is_whole_or_says_what_it_is(count, shown):
    made = newest(long_table(count))
    assert sum(row.kind == "episode" for row in made.table.rows) == made.shown == shown
    plain = email(sections=(demo.study(episodes=long_table(count)),))["email.txt"].decode()
    assert (f"The last {shown} of {count} cases" in plain) is (shown < count)


def test_what_a_drafted_page_counts_as_not_shown_is_all_that_the_e_mail_leaves_out():
    """A draft lists twelve events and counts the others in a note; so does its e-mail."""
    note = "Six more events, of less interest, not shown."
    made = email(sections=with_rows("also_fired", SHOWN, "Six more events").sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert note in form
        assert "more rows" not in form


def test_what_is_left_to_the_page_is_said_after_the_notes():
    made = email(sections=with_rows("also_fired", 20).sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert 0 < form.index("Figures are those") < form.index("The page has 8 more rows too.")


def test_headings_over_several_columns():
    columns = (
        Column("a", "A", "text"),
        Column("b", "B", group="G"),
        Column("c", "C", group="G"),
        Column("d", "D"),
    )
    table = Table("t", "T", columns, (Row(tuple(Cell(text) for text in ("one", "2", "3", "4"))),))
    study = demo.study(
        episodes=replace(table, rows=tuple(replace(row, kind="episode") for row in table.rows))
    )
    files = email(sections=(study,))
    spans = [a.get("colspan") for _, a in tags(files["email.html"].decode()) if a.get("scope") == "colgroup"]
    assert spans == ["2"]
    lines = files["email.txt"].decode().splitlines()
    at = lines.index("        G")
    assert lines[at : at + 3] == ["        G", "A    B  C  D", "one  2  3  4"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_e_mail_of_a_whole_issue(slug):
    """No number that its page has not; every client can set it; it fits a terminal."""
    (spec,) = load_specs(ROOT, [slug])
    edition = make_edition(spec, load_letter(ROOT), open_source("sample", ROOT))
    article = write_article(edition, "").text
    made = {file.path: file.content for file in email_files(edition, demo.LETTER)}
    page, plain = made["email.html"].decode(), made["email.txt"].decode()
    assert lint(page) == []
    assert max(len(line) for line in plain.splitlines() if "://" not in line) <= 72
    number = r"\d+(?:,\d{3})*(?:\.\d+)?"
    known = set(re.findall(number, article + numbers.day(date.fromisoformat(edition.as_of))))
    # What is left to the page is counted here, as rows and cases.
    counted = re.findall(r"The last (\d+) of (\d+) cases|The page has (\d+) more", plain)
    known |= {figure for found in counted for figure in found}
    apart = re.sub(r"(?s)<(style|title).*?</\1>|<[^>]*>", " ", page)
    for shown in (unescape(apart), plain.partition("Read the whole issue")[0]):
        found = set(re.findall(number, shown))
        assert len(found) > 50
        assert found <= known
    # The rows that are left to the page are called what they are called there.
    for_the_page = [own_words.words(f"episodes.{key}") for key in FOR_THE_PAGE]
    assert all(f"*{label}*" in article for label in for_the_page)
    assert not any(re.search(rf">(<em>|<strong>)?{label}<", page) for label in for_the_page)
