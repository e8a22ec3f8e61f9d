import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest

from generator.article.article import write_article
from generator.charts.render import draw
from generator.editorial import numbers
from generator.editorial.also_fired import SHOWN
from generator.editorial.edition import Cell, Column, Correction, Edition, Row, Section, Table
from generator.editorial.letter import load_letter
from generator.editorial.specs import load_specs
from generator.market.sources import open_source
from generator.pipeline import make_edition
from generator.press.email import email_files
from generator.press.email_grid import grid
from generator.press.email_html import png_size
from generator.press.email_parts import parts
from generator.press.email_table import FOR_THE_PAGE, MOST_ROWS, cut_episodes, cut_first
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
    assert f"On the page: {400 - MOST_ROWS} earlier episodes, more horizons." in shown
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
    assert "On the page: 25 earlier episodes, more horizons." in lines


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
        made = cut_episodes(given)
        dates = sorted(row.cells[0].text for row in made.table.rows if row.kind == "episode")
        assert dates == sorted(row.cells[0].text for row in table.rows[:-1])[-MOST_ROWS:]
        assert made.more == f"{20 - MOST_ROWS} earlier episodes"
        assert [column.key for column in made.table.columns][:2] == ["date", "move"]


def test_a_phone_keeps_the_first_and_the_last_horizon():
    made = cut_episodes(long_table(3, 7))
    stay = [c.heading for n, c in enumerate(made.table.columns) if n not in made.wide]
    assert stay == ["Date", "0M", "2M", "4M", "6M"]
    assert [c.heading for c in cut_episodes(long_table(3, 20)).table.columns][1::7] == ["0M", "19M"]
    assert cut_episodes(long_table(3, 3)).wide == frozenset()


def test_the_size_of_a_chart_is_read_from_it(monkeypatch):
    monkeypatch.undo()
    png = draw(demo.edition().lead.figure, "email", True)
    width, height = png_size(png)
    assert width == 2 * 560
    assert len(png) < 60_000
    shown = next(a for n, a in tags(html()) if n == "img")
    assert (shown["width"], shown["height"]) == ("560", str(round(560 * height / width)))


def test_a_row_of_words_stays_on_the_page():
    table = long_table(3)
    verdicts = (Cell("Verdict"), Cell(""), Cell(""), *(Cell("no clear edge", unit="text"),) * 4)
    made = cut_episodes(replace(table, rows=(*table.rows, Row(verdicts, "summary"))))
    assert [row.cells[0].text for row in made.table.rows[3:]] == ["Average"]


def digest(key: str, columns: tuple[Column, ...], rows: int) -> Section:
    cells = tuple(Cell(f"{column.heading} {n}") for n, column in enumerate(columns))
    table = Table(f"{key}-table", f"Caption of {key}", columns, tuple(Row(cells) for _ in range(rows)))
    return told(key, f"Words of {key}.", table)


def told(kind: str, words: str, table: Table) -> Section:
    """A section of the week with these words and this table."""
    nothing = dict.fromkeys(("day", "others", "highs", "missing"), "")
    name = {"market_table": "standings", "also_fired": "events", "past_signals": "cases"}[kind]
    values = {**nothing, "week": words, "on_top": words, "studies": True, name: table}
    return Section(kind, kind, f"Heading of {kind}", values)


def week() -> Edition:
    """The sections of a drafted week, in its order."""
    market = ("asset", "week", "month", "year", "from_high", "high")
    fired = ("signal", "assets", "day", "n", "average", "usual", "q")
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
    made = parts(week())
    assert [part.heading for part in made] == [
        "Heading of market_table",
        "Why this one",
        "Every episode",
        "The verdict",
        "The time of year",
        "Heading of also_fired",
        "Heading of past_signals",
    ]
    files = email(sections=week().sections)
    shown, plain = words(files["email.html"].decode()), " ".join(files["email.txt"].decode().split())
    for said in ("Words of market_table.", "It came first.", "It rose 20 of 26 times.", "Better than usual."):
        assert said in shown
        assert said in plain
    fired = made[5].table
    assert [column.key for column in fired.table.columns] == [
        "signal",
        "assets",
        "n",
        "average",
        "usual",
        "q",
    ]
    assert fired.wide == {2, 5}
    assert fired.more == "28 more rows"
    assert lint(html(sections=week().sections)) == []


def rows_of(edition: Edition, key: str) -> tuple[list[str], str]:
    """What the rows of a section's table begin with in its e-mail, and what is left to the page."""
    part = next(part for part in parts(edition) if part.heading == f"Heading of {key}")
    return [row.cells[0].text for row in part.table.table.rows], part.table.more


def with_rows(key: str, count: int, notes: tuple[str, ...] = ()) -> Edition:
    columns = (
        Column("asset", "Asset", "text"),
        Column("signal", "Signal", "text"),
        Column("week", "Week, %"),
    )
    rows = tuple(Row((Cell(f"A{n}"), Cell(f"S{n}"), Cell("+1.00"))) for n in range(count))
    table = Table("t", "Caption", columns, rows, notes)
    return replace(demo.edition(), sections=(told(key, f"A{count - 1} fell least.", table),))


@pytest.mark.parametrize("count", [6, 7, 10, 30])
def test_the_market_table_has_every_asset_that_its_words_may_name(count):
    edition = with_rows("market_table", count)
    assert rows_of(edition, "market_table") == ([f"A{n}" for n in range(count)], "")
    made = email(sections=edition.sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert len(re.findall(rf"A{count - 1}\b", form)) == 2
        assert "On the page" not in form


@pytest.mark.parametrize(
    ("count", "shown", "more"), [(11, 11, ""), (12, 12, ""), (13, 13, ""), (14, 12, "2 more rows")]
)
def test_a_reader_is_never_sent_for_one_row(count, shown, more):
    rows, left = rows_of(with_rows("also_fired", count), "also_fired")
    assert (len(rows), left) == (shown, more)


@pytest.mark.parametrize(
    ("count", "shown", "more"), [(15, 15, ""), (16, 16, ""), (17, 15, "2 earlier episodes")]
)
def test_nor_for_one_episode(count, shown, more):
    made = cut_episodes(long_table(count))
    assert (sum(row.kind == "episode" for row in made.table.rows), made.more) == (shown, more)


def test_what_a_drafted_page_counts_as_not_shown_is_all_that_the_e_mail_leaves_out():
    """A draft lists twelve events and counts the others in a note; so does its e-mail."""
    note = "Six more events, of less interest, not shown."
    made = email(sections=with_rows("also_fired", SHOWN, (note,)).sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert note in form
        assert "more rows" not in form


def test_what_is_left_to_the_page_is_said_after_the_notes():
    made = email(sections=with_rows("also_fired", 20, ("A note on the figures.",)).sections)
    for form in (words(made["email.html"].decode()), made["email.txt"].decode()):
        assert 0 < form.index("A note on the figures.") < form.index("On the page: 8 more rows.")


def test_headings_over_several_columns():
    columns = (Column("a", "A"), Column("b", "B", group="G"), Column("c", "C", group="G"), Column("d", "D"))
    table = Table("t", "T", columns, (Row(tuple(Cell(text) for text in ("one", "2", "3", "4"))),))
    made = cut_first(table, {"a", "b", "c", "d"}, {"a", "b", "c"}, 12)
    assert [(head.text, head.columns, head.wide) for head in made.groups] == [
        ("", 1, False),
        ("G", 2, False),
        ("", 1, True),
    ]
    assert grid(made, "On the page") == ["        G", "A    B  C  D", "one  2  3  4"]


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
    told = " ".join(part.table.more for part in parts(edition) if part.table is not None)
    known |= set(re.findall(number, told))
    apart = re.sub(r"(?s)<(style|title).*?</\1>|<[^>]*>", " ", page)
    for shown in (unescape(apart), plain.partition("Read the whole issue")[0]):
        found = set(re.findall(number, shown))
        assert len(found) > 50
        assert found <= known
    # The rows that are left to the page are called what they are called there.
    labels = {row.cells[0].text for part in parts(edition) if part.table for row in part.table.table.rows}
    assert labels.isdisjoint(FOR_THE_PAGE)
    assert all(f"*{label}*" in article for label in FOR_THE_PAGE)
