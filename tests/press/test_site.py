import gzip
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from generator.assembly.issue import report_files
from generator.assembly.issues import article
from generator.assembly.mkdocs import build_site
from generator.assembly.pages import assemble, site_pages, topics
from generator.core.errors import BadDataError, BuildError, EndedError, OutputError
from generator.core.files import write_folder
from generator.site.markdown import to_html
from tests.press import demo, scorecards, surveys
from tests.press.reading import tags, text

ROOT = Path(__file__).parents[2]
HOSTILE = "</title><script>alert(1)</script> {{ 7 * 7 }} & `x`"


def project(root: Path, editions) -> tuple[Path, list[Path]]:
    """A project folder with these reports made and nothing built yet."""
    folders = []
    for edition in editions:
        folders.append(root / "build" / "reports" / edition.slug)
        write_folder(folders[-1], report_files(edition, demo.LETTER))
    return root, folders


PAGE_NAMES = ("index.html", "404.html")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def _plain_charts():
    patch = pytest.MonkeyPatch()
    demo.draw_nothing(patch)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    words = {"title": HOSTILE, "deck": HOSTILE, "finding": HOSTILE, "tags": (HOSTILE, "Small caps")}
    hostile = replace(demo.earlier(1), **words)
    editions = [demo.earlier(0), demo.edition(), hostile]
    root, folders = project(tmp_path_factory.mktemp("project"), editions)
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.demo(), surveys.SIMULATED))
    return root, folders


@pytest.fixture(scope="module")
def site(built):
    return built[0] / "site"


@pytest.fixture(scope="module")
def pages(site):
    """The pages of the site; an e-mail that is read in a browser is not one of them."""
    return {path: read(site / path) for path in contents(site) if path.endswith(PAGE_NAMES)}


def test_the_pages_of_the_site(pages):
    assert sorted(pages) == [
        "404.html",
        "about/index.html",
        "archive/assets/index.html",
        "archive/index.html",
        "archive/signals/index.html",
        "archive/verdicts/index.html",
        "how-to-read/index.html",
        "index.html",
        "issues/earlier-0/index.html",
        "issues/earlier-1/index.html",
        "issues/small-caps-ten-percent-month/index.html",
        "scorecard/index.html",
        "signals/index.html",
        "tags/index.html",
        *(
            f"tags/{topic}/index.html"
            for topic in ("momentum", "small-caps", "title-script-alert-1-script-7-7-x")
        ),
    ]


def test_every_page_says_that_the_prices_are_simulated(pages):
    for path, page in pages.items():
        assert ("meta", {"name": "robots", "content": "noindex"}) in tags(page), path
        assert "Simulated prices." in text(page), path


def test_no_page_asks_anything_of_another_server(pages):
    own = demo.LETTER.base_url
    for path, page in pages.items():
        for tag, attributes in tags(page):
            for name in ("src", "srcset", "href", "action", "data", "poster", "style"):
                value = attributes.get(name) or ""
                away = re.search(r"(https?:)?//", value)
                assert not away or (tag == "link" and value.startswith(own)), (path, tag, value)


def test_style_and_scripts_of_ours_ask_nothing_either():
    ours = [p for p in (ROOT / "templates" / "theme").rglob("*") if p.suffix in (".css", ".js", ".html")]
    assert {path.suffix for path in ours} == {".css", ".js", ".html"}
    for path in ours:
        # A letter's own fonts lie beside the style sheet that names them.
        text = read(path).replace('url("fonts/{{ file.served }}")', "")
        assert not re.search(r"https?://|@import|url\(", text), path


def test_every_link_and_image_leads_somewhere(site, pages):
    for path, page in pages.items():
        base = site if path == "404.html" else (site / path).parent
        for _, attributes in tags(page):
            for name in ("src", "srcset", "href"):
                target = (attributes.get(name) or "").split("#")[0]
                if target and not target.startswith("https://letter.example"):
                    # The page for what is not found is served from anywhere, so its links begin at the top.
                    where = base / target.lstrip("/") if path == "404.html" else base / target
                    assert where.is_file(), (path, target)


def test_links_to_a_heading_find_it(site, pages):
    for path, page in pages.items():
        for tag, attributes in tags(page):
            file, _, anchor = (attributes.get("href") or "").partition("#")
            if tag == "a" and anchor:
                there = read((site / path).parent / file) if file else page
                assert f'id="{anchor}"' in there, (path, anchor)


def test_a_hostile_title_is_only_text(pages):
    scripts = {path: sum(tag == "script" for tag, _ in tags(page)) for path, page in pages.items()}
    assert len(set(scripts.values())) == 1, scripts
    page = pages["issues/earlier-1/index.html"]
    shown = "".join(text(page).split())
    assert "".join(HOSTILE.split()) in shown
    assert page.count("</title>") == 1
    descriptions = [a["content"] for tag, a in tags(page) if tag == "meta" and a.get("name") == "description"]
    assert descriptions == [HOSTILE]


def test_home_is_the_newest_issue_with_its_own_files(pages):
    page = pages["index.html"]
    assert text(page).index("Small caps just had a 10% month") < text(page).index("Earlier issues")
    assert 'src="issues/small-caps-ten-percent-month/price.svg"' in page
    assert "<title>Precedent: This just happened." in page


def test_the_archive_goes_by_year_newest_first(pages):
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>|<time[^>]*>(.*?)</time>", pages["archive/index.html"])
    assert [a or b for a, b in headings] == ["2026", "Apr 21, 2026", "2025", "Nov 28, 2025", "Oct 24, 2025"]


def test_neighbours_are_at_the_foot(pages):
    def neighbours(slug: str) -> dict[str, str]:
        return {
            a["rel"]: a["href"]
            for t, a in tags(pages[f"issues/{slug}/index.html"])
            if t == "a" and "rel" in a
        }

    assert neighbours("small-caps-ten-percent-month") == {"prev": "../earlier-0/index.html"}
    assert neighbours("earlier-0") == {
        "prev": "../earlier-1/index.html",
        "next": "../small-caps-ten-percent-month/index.html",
    }
    assert neighbours("earlier-1") == {"next": "../earlier-0/index.html"}


def test_search_finds_an_issue_by_its_title_deck_key_points_and_headings(site):
    index = read(site / "search-index.js")
    for words in (demo.edition().title, demo.KEY_POINTS[0], "Thirteen months like it"):
        assert words in index
    assert "Rebound from the December fall" not in index


def test_the_whole_article_is_in_its_page(built):
    root, folders = built
    for folder in folders:
        page = " ".join(text(read(root / "site" / "issues" / folder.name / "index.html")).split())
        words = " ".join(text(to_html(article(folder), folder)).split())
        assert words in page


def test_what_a_machine_needs_stays_in_the_build_folder(site):
    assert not [*site.rglob("expectations.json"), *site.rglob("email.eml"), *site.rglob("index.md")]
    assert len(list(site.rglob("edition.json"))) == 3


def test_two_builds_give_the_same_bytes(site, tmp_path):
    root, folders = project(tmp_path, [demo.edition(), demo.earlier(0)])
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING))
    first = contents(root / "site")
    shutil.rmtree(root / "site")
    shutil.rmtree(root / "build" / "docs")
    build_site(
        root, assemble(list(reversed(folders)), demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    )
    assert contents(root / "site") == first
    # Search engines are not shown the way to made-up prices.
    assert "sitemap.xml" not in first
    assert first["robots.txt"].endswith(b"Disallow: /\n")
    assert "feed.xml" not in first


def test_real_prices_carry_no_banner(tmp_path):
    root, folders = project(tmp_path, [replace(demo.edition(), simulated=False)])
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING))
    made = list((root / "site").rglob("*.html"))
    assert len(made) > 10
    for path in made:
        if path.name == "index.html":
            assert "noindex" not in read(path), path
        assert "Simulated" not in read(path), path


def test_machines_find_their_way_through_real_prices(tmp_path):
    editions = [replace(demo.earlier(n), simulated=False) for n in (0, 1)]
    root, folders = project(tmp_path, editions)
    build_site(root, assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING))
    site, slug = root / "site", editions[0].slug
    place = f"https://letter.example/issues/{slug}/"
    page = tags(read(site / "issues" / slug / "index.html"))
    meta = {a.get("property") or a.get("name"): a.get("content") for tag, a in page if tag == "meta"}
    assert meta["og:title"] == editions[0].title
    assert meta["og:url"] == place
    assert meta["og:type"] == "article"
    assert meta["og:image"] == meta["twitter:image"] == f"{place}social.png"
    assert (site / "issues" / slug / "social.png").is_file()
    assert meta["twitter:card"] == "summary_large_image"
    assert meta["article:published_time"] == editions[0].date
    links = {
        a["rel"]: a["href"] for tag, a in page if tag == "link" and a.get("rel") in ("canonical", "alternate")
    }
    assert links == {"canonical": place, "alternate": "../../feed.xml"}
    written = (
        read(site / "issues" / slug / "index.html").split('application/ld+json">')[1].split("</script>")[0]
    )
    article, dataset = json.loads(written)["@graph"]
    assert article["mainEntityOfPage"] == place
    for file in dataset["distribution"]:
        assert (site / file["contentUrl"].removeprefix("https://letter.example/")).is_file()
    sitemap = etree.fromstring(gzip.decompress((site / "sitemap.xml.gz").read_bytes()))
    locations = sorted(element.text for element in sitemap.iter("{*}loc"))
    pages = [str(file.parent.relative_to(site)) for file in site.rglob("index.html")]
    assert "tags/small-caps" in pages
    assert locations == sorted(f"https://letter.example/{'' if at == '.' else at + '/'}" for at in pages)
    assert not [file for file in site.rglob("*") if file.name in ("entry.html", "email.eml")]
    home = {
        a.get("property"): a.get("content") for tag, a in tags(read(site / "index.html")) if tag == "meta"
    }
    assert home["og:image"] == f"{place}social.png"


def test_the_site_shares_no_file_with_an_issue_and_what_was_changed_by_hand_is_mended(tmp_path):
    root, folders = project(tmp_path, [demo.edition()])
    place = root / "site" / "issues" / folders[0].name

    def built() -> None:
        build_site(root, assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING))

    built()
    assert list(place.glob("*.svg"))
    both = [path for path in folders[0].iterdir() if (place / path.name).exists()]
    assert len(both) > 3
    assert not [path for path in both if path.samefile(place / path.name)]
    (place / "price.svg").write_text("by hand")
    built()
    assert (place / "price.svg").read_bytes() == (folders[0] / "price.svg").read_bytes()


def test_a_site_that_cannot_be_written_leaves_the_old_one(tmp_path):
    root, folders = project(tmp_path, [demo.edition()])
    as_of = assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("old")
    (root / "build" / "docs" / "issues" / folders[0].name / "price.svg").unlink()
    with pytest.raises(BuildError, match="The old"):
        build_site(root, as_of)
    assert contents(root / "site") == {"index.html": b"old"}
    assert not list((root / "build").glob(".site*"))


def test_a_letter_without_an_address_or_an_issue_is_a_site(tmp_path):
    root, folders = project(tmp_path, [])
    as_of = assemble(
        folders, demo.LETTER.model_copy(update={"base_url": None}), root, scorecards.NOTHING, surveys.NOTHING
    )
    build_site(root, as_of)
    assert "There is no issue yet" in read(root / "site" / "index.html")


@pytest.mark.parametrize(
    ("setting", "error", "message"),
    [
        ("theme: {name: no-such-theme}", BuildError, "no-such-theme"),
        ("docs_dir: build/docs\nhooks: [killed.py]", EndedError, "ended from outside by signal 9"),
    ],
)
def test_a_build_that_fails_leaves_the_old_site(tmp_path, setting, error, message):
    root, folders = project(tmp_path, [demo.edition()])
    as_of = assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("old")
    (root / "killed.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    (root / "mkdocs.yml").write_text(f"INHERIT: build/letter.yml\n{setting}\n")
    with pytest.raises(error, match=message):
        build_site(root, as_of)
    assert contents(root / "site") == {"index.html": b"old"}
    assert not list((root / "build").glob(".site*"))


def test_a_page_with_a_broken_link_fails_the_build(tmp_path):
    root, folders = project(tmp_path, [])
    as_of = assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    (root / "build" / "docs" / "about" / "index.md").write_text("[gone](gone.md)")
    with pytest.raises(BuildError, match=r"gone\.md"):
        build_site(root, as_of)


@pytest.mark.parametrize(("content", "error"), [(b"{", BadDataError), (None, OutputError)])
def test_a_report_that_cannot_be_read_names_the_file(tmp_path, content, error):
    root, folders = project(tmp_path, [demo.edition()])
    card = folders[0] / "edition.json"
    card.unlink()
    if content is not None:
        card.write_bytes(content)
    with pytest.raises(error, match=r"edition\.json.*Make the report again"):
        assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    assert not (root / "build" / "docs").exists()


def test_topics_are_in_order_and_keep_apart():
    root = demo.edition()
    cards = tuple(
        replace(root, slug=str(n), tags=names) for n, names in enumerate((("b", "A"), ("b",), ("b!",)))
    )
    found = topics(cards)
    assert [(t.name, [c.slug for c in t.cards]) for t in found] == [
        ("A", ["0"]),
        ("b", ["0", "1"]),
        ("b!", ["2"]),
    ]
    assert len({t.folder for t in found}) == 3


def test_the_sites_own_pages_stay_cheap_with_five_hundred_issues():
    cards = tuple(replace(demo.earlier(n % 3), slug=f"issue-{n}", lead=None) for n in range(500))
    pages = {
        file.path: file.content.decode()
        for file in site_pages(cards, demo.LETTER, scorecards.NOTHING, surveys.NOTHING)
    }
    assert pages["index.md"].count("<li>") < 40
    assert len(pages["index.md"]) < 20_000
    assert pages["archive/index.md"].count("issues/issue-") == 500


def test_the_as_of_date_is_the_newest(tmp_path):
    root, folders = project(tmp_path, [demo.earlier(0), demo.edition()])
    as_of = assemble(folders, demo.LETTER, root, scorecards.NOTHING, surveys.NOTHING)
    assert as_of == date(2026, 4, 20)
