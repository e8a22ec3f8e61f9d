import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from generator.assembly.discovery import discovery_files
from generator.assembly.feed import IN_THE_FEED, in_feed
from generator.assembly.feed import feed as atom
from generator.assembly.issue import report_files
from generator.assembly.issues import Around, issue_page
from generator.core.files import write_folder
from generator.edition.card import read_card
from generator.edition.values import Correction
from generator.site.meta import in_script, structured
from tests.press import demo
from tests.press.reading import tags, text

ATOM = "{http://www.w3.org/2005/Atom}"
NO_SITE = demo.LETTER.model_copy(update={"base_url": None})
HOSTILE = "</title><script>alert(1)</script> ]]> {{ 7 * 7 }} & \"x\" 'y'"


@pytest.fixture(autouse=True)
def _plain_charts(monkeypatch):
    demo.draw_nothing(monkeypatch)


def made(place: Path, *editions, letter=demo.LETTER):
    """The machine-readable files of a site of these reports, newest first."""
    issues = []
    for edition in editions:
        folder = place / edition.slug
        write_folder(folder, report_files(edition, letter))
        issues.append((read_card(folder), folder))
    return {file.path: file.content for file in discovery_files(issues, letter)}


def real(number: int = 0, **changes):
    return replace(demo.earlier(number), simulated=False, source="Yahoo Finance", **changes)


def test_the_feed_is_valid_atom(tmp_path):
    """The rules of RFC 4287, sections 4.1 and 4.2, for what is in it."""
    words = demo.prose("mine", "Mine", "See [the method](#method) and [there](https://example.org/a).")
    sections = (*demo.edition().sections, words)
    hostile = real(1, title=HOSTILE, deck=HOSTILE, finding=HOSTILE, author=HOSTILE, tags=(HOSTILE,))
    feed = etree.fromstring(made(tmp_path, real(0, sections=sections), hostile)["feed.xml"])
    assert feed.tag == f"{ATOM}feed"
    for parent in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (element,) = parent.findall(f"{ATOM}{name}")
            assert element.text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", parent.findtext(f"{ATOM}updated"))
        (alternate,) = [e for e in parent.findall(f"{ATOM}link") if e.get("rel") == "alternate"]
        for address in (parent.findtext(f"{ATOM}id"), alternate.get("href")):
            assert urlsplit(address).scheme == "https"
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    (self_link,) = [e for e in feed.findall(f"{ATOM}link") if e.get("rel") == "self"]
    assert self_link.get("href") == "https://letter.example/feed.xml"
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    assert feed.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated") for entry in entries)
    assert entries[1].findtext(f"{ATOM}title") == HOSTILE
    assert entries[1].find(f"{ATOM}category").get("term") == HOSTILE


def test_an_entry_ends_with_the_way_to_subscribe(tmp_path):
    letter = demo.LETTER.model_copy(update={"subscribe": "https://letter.example/join"})
    content = etree.fromstring(made(tmp_path, real(), letter=letter)["feed.xml"]).find(
        f"{ATOM}entry/{ATOM}content"
    )
    assert content.text.rstrip().endswith('<p><a href="https://letter.example/join">Subscribe</a></p>')
    without = etree.fromstring(made(tmp_path, real())["feed.xml"]).find(f"{ATOM}entry/{ATOM}content")
    assert "Subscribe" not in without.text


def test_an_entry_is_the_whole_issue(tmp_path):
    edition = real(sections=demo.edition().sections)
    feed = etree.fromstring(made(tmp_path, edition)["feed.xml"])
    content = feed.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    place = f"https://letter.example/issues/{edition.slug}/"
    shown = " ".join(text(content.text).split())
    for said in (edition.deck, *edition.key_points, "The edge is largest at three months"):
        assert said in shown
    assert all(cell.text in shown for row in demo.episodes().rows for cell in row.cells)
    names = [name for name, _ in tags(content.text)]
    assert {"script", "style", "details", "svg"}.isdisjoint(names)
    pictures = [a["src"] for name, a in tags(content.text) if name == "img"]
    # What is folded on the page, the spread among it, is left to the page.
    assert pictures == [f"{place}email-lead.png", f"{place}performance.svg"]
    assert all(urlsplit(a["href"]).scheme for name, a in tags(content.text) if name == "a")
    assert f"{place}#method" in [a["href"] for name, a in tags(content.text) if name == "a"]
    for picture in pictures:
        assert (tmp_path / edition.slug / picture.removeprefix(place)).is_file()


def test_a_feed_reader_takes_all_of_it(tmp_path):
    """feedparser finds nothing wrong, and its cleaning leaves every word and every element."""
    raw = made(tmp_path, real(0, sections=demo.edition().sections), real(1), real(2))["feed.xml"]
    read = feedparser.parse(raw)
    assert not read.bozo
    assert (read.version, read.encoding) == ("atom10", "utf-8")
    days = [entry.updated_parsed for entry in read.entries]
    assert days == sorted(days, reverse=True)
    assert read.feed.updated_parsed == max(days)
    kept = feedparser.parse(raw, sanitize_html=False)
    for cleaned, whole in zip(read.entries, kept.entries, strict=True):
        assert cleaned.id == cleaned.link
        before, after = whole.content[0].value, cleaned.content[0].value
        assert [name for name, _ in tags(after)] == [name for name, _ in tags(before)]
        assert text(after).split() == text(before).split()


def test_the_feed_carries_the_newest_real_issues(tmp_path):
    folder = tmp_path / "one"
    write_folder(folder, report_files(real(), demo.LETTER))
    card = read_card(folder)
    many = tuple(replace(card, slug=f"s{n}", simulated=n == 1) for n in range(40))
    carried = [card.slug for card in in_feed(many, demo.LETTER)]
    assert len(carried) == IN_THE_FEED
    assert carried[:3] == ["s0", "s2", "s3"]
    assert in_feed(many, NO_SITE) == ()


def test_what_a_feed_says_of_itself_and_of_its_entries(tmp_path):
    letter = demo.LETTER.model_copy(update={"id": "tag:letter.example,2026:letter"})
    raw = made(tmp_path, real(0, finding="What was found."), real(1, finding=""), letter=letter)["feed.xml"]
    assert raw.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed ")
    assert raw.endswith(b"</feed>\n")
    feed = etree.fromstring(raw)
    assert feed.findtext(f"{ATOM}id") == "tag:letter.example,2026:letter"
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == f"tag:letter.example,2026:letter/{demo.earlier(0).slug}"
    assert first.findtext(f"{ATOM}summary") == "What was found."
    assert second.findtext(f"{ATOM}summary") == demo.earlier(1).deck
    plain = etree.fromstring(made(tmp_path / "plain", real())["feed.xml"])
    assert plain.findtext(f"{ATOM}id") == "https://letter.example/"
    place = f"https://letter.example/issues/{demo.earlier(0).slug}/"
    assert plain.findtext(f"{ATOM}entry/{ATOM}id") == place
    assert IN_THE_FEED == 20
    card = read_card(tmp_path / demo.earlier(0).slug)
    for entries, without in (([], demo.LETTER), ([(card, "x")], NO_SITE)):
        with pytest.raises(ValueError, match="a feed needs a site address and an issue"):
            atom(entries, without)


def test_no_feed_without_an_address_or_of_made_up_prices(tmp_path):
    assert set(made(tmp_path / "a", real(), letter=NO_SITE)) == {"robots.txt"}
    assert set(made(tmp_path / "b", demo.edition())) == {"robots.txt"}
    assert set(made(tmp_path / "c")) == {"robots.txt"}


def test_robots_keep_out_of_made_up_prices(tmp_path):
    both = made(tmp_path / "a", real(), demo.edition())["robots.txt"].decode()
    assert both == "User-agent: *\nDisallow: /\n"
    published = made(tmp_path / "b", real())["robots.txt"].decode()
    assert "Disallow" not in published
    assert "Sitemap: https://letter.example/sitemap.xml\n" in published
    assert "Sitemap" not in made(tmp_path / "c", real(), letter=NO_SITE)["robots.txt"].decode()


@pytest.mark.parametrize("letter", [demo.LETTER, NO_SITE])
def test_structured_data_names_what_search_engines_require(letter, tmp_path):
    edition = real()
    folder = tmp_path / "one"
    write_folder(folder, report_files(edition, letter))
    graph = structured(read_card(folder), letter, ["a.csv"])
    assert graph["@context"] == "https://schema.org"
    article, dataset = graph["@graph"]
    assert article["@type"] == "Article"
    assert article["headline"] == edition.title
    assert article["datePublished"] == edition.date
    for person in (article["author"], article["publisher"], dataset["creator"]):
        assert person["@type"]
        assert person["name"]
    assert dataset["@type"] == "Dataset"
    assert dataset["name"]
    assert 50 <= len(dataset["description"]) <= 5000
    assert article["isBasedOn"]["@id"] == dataset["@id"]
    place = "" if letter.base_url is None else f"https://letter.example/issues/{edition.slug}/"
    addresses = [file["contentUrl"] for file in dataset["distribution"]]
    assert addresses == [f"{place}edition.json", f"{place}a.csv"]
    assert article["image"] == f"{place}social.png"


def test_nothing_ends_the_script_early():
    written = in_script({"a": "</script><!-- & ]]>"})
    assert not set("<>&") & set(written)
    assert json.loads(written) == {"a": "</script><!-- & ]]>"}


def test_made_up_prices_are_not_offered_as_data(tmp_path):
    for edition, offered in ((demo.edition(), False), (real(), True)):
        folder = tmp_path / edition.slug
        write_folder(folder, report_files(edition, demo.LETTER))
        page = issue_page(read_card(folder), folder, demo.LETTER, Around(None, None, ()))
        assert (b"schema.org" in page) == offered


def test_a_corrected_issue_is_as_new_as_its_correction(tmp_path):
    """Feed readers show an entry anew when its date changes; the feed's own is that of its newest entry."""
    corrected = real(1, corrections=(Correction("2031-02-03", "A figure was wrong.", 1),))
    feed = etree.fromstring(made(tmp_path, real(0), corrected)["feed.xml"])
    first, second = feed.findall(f"{ATOM}entry")
    assert second.findtext(f"{ATOM}updated") == "2031-02-03T00:00:00Z"
    assert first.findtext(f"{ATOM}updated") < "2031"
    assert feed.findtext(f"{ATOM}updated") == "2031-02-03T00:00:00Z"
    assert second.findtext(f"{ATOM}published") < "2031"
