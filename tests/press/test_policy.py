"""The policy of a page: it stands before every script, and no script is written into a page."""

import pytest

from generator.core.errors import BuildError
from generator.site.policy import check_policy, policy
from generator.spec.letter import Allowances

NOTHING = Allowances()
META = '<meta http-equiv="Content-Security-Policy" content="{}">'
POLICY = META.format(policy(NOTHING))
PAGE = '<!doctype html><head>\n<meta charset="utf-8">\n{}\n<script src="a.js"></script></head><body>{}</body>'
DATA = '<script type="application/ld+json">{}</script>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "about").mkdir()
    for name in ("404.html", "about/index.html"):
        (tmp_path / name).write_text(PAGE.format(POLICY, f'{DATA}<script defer src="b.js"></script>'))
    return tmp_path


def test_the_theme_s_policy_lets_nothing_in_but_the_site_s_own_files(site):
    assert check_policy(site, NOTHING) == ()
    rules = dict(rule.split(" ", 1) for rule in POLICY.split('content="')[1].rstrip('">').split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert {rules[name] for name in ("base-uri", "form-action", "frame-src")} == {"'none'"}
    assert {rules[name] for name in ("style-src", "img-src", "connect-src", "font-src")} == {"'self'"}


@pytest.mark.parametrize(
    "script",
    [
        "<script>alert(1)</script>",
        "<SCRIPT\n>alert(1)</SCRIPT >",
        '<script type="module">alert(1)</script>',
        "<script data-x=' src='>alert(1)</script>",
    ],
)
def test_a_script_that_is_written_in_stops_the_build(site, script):
    path = site / "about" / "index.html"
    path.write_text(path.read_text() + script)
    with pytest.raises(BuildError, match=r"about/index\.html holds a script"):
        check_policy(site, NOTHING)


def test_a_page_without_the_policy_before_its_scripts_is_not_published(site):
    (site / "about" / "index.html").write_text(PAGE.format("", POLICY))
    with pytest.raises(BuildError, match="no policy"):
        check_policy(site, NOTHING)
    (site / "about" / "index.html").write_text(PAGE.format(META.format("default-src *"), ""))
    with pytest.raises(BuildError, match=r"another policy than letter\.yml asks for.*main\.html"):
        check_policy(site, NOTHING)


ELSEWHERE = """<script defer data-site="x" src="https://stats.example/js/s.js"></script>
<link rel="stylesheet" href="//styles.example/a.css"><link rel="canonical" href="https://own.example/">
<img src="https://pictures.example/a.png" srcset="b.png 1x, https://pictures.example/b.png 2x">
<iframe src='https://talk.example/thread'></iframe>
<form action="https://join.example/add" method="post"></form>
<a href="https://anywhere.example/">A link is no request</a>"""


def with_elsewhere(site, allow):
    page = PAGE.format(META.format(policy(allow)), ELSEWHERE)
    (site / "about" / "index.html").write_text(page)
    (site / "404.html").write_text(PAGE.format(META.format(policy(allow)), ""))
    (site / "own.css").write_text('@font-face { src: url("https://fonts.example/a.woff2") }')
    return check_policy(site, allow)


def test_what_the_policy_blocks_is_named_with_its_file_its_address_and_the_key_that_allows_it(site):
    lines = with_elsewhere(site, NOTHING)
    told = {
        ("about/index.html", "https://stats.example/js/s.js", "https://stats.example", "scripts"),
        ("about/index.html", "https://styles.example/a.css", "https://styles.example", "styles"),
        ("about/index.html", "https://pictures.example/a.png", "https://pictures.example", "images"),
        ("about/index.html", "https://pictures.example/b.png", "https://pictures.example", "images"),
        ("about/index.html", "https://talk.example/thread", "https://talk.example", "frames"),
        ("about/index.html", "https://join.example/add", "https://join.example", "forms"),
        ("own.css", "https://fonts.example/a.woff2", "https://fonts.example", "fonts"),
    }
    assert set(lines) == {
        f"{file}: the policy blocks {address}. To allow it, list {place} in letter.yml under allow: {key}:"
        for file, address, place, key in told
    }


def test_what_is_allowed_is_in_the_policy_and_not_named(site):
    allow = Allowances(
        scripts=("https://stats.example",),
        styles=("https://styles.example/",),
        images=("https://pictures.example/a.png", "https://pictures.example/b.png"),
        frames=("https://talk.example",),
        forms=("https://join.example/",),
        fonts=("https://fonts.example",),
    )
    assert with_elsewhere(site, allow) == ()
    rules = dict(rule.split(" ", 1) for rule in policy(allow).split("; "))
    assert rules["script-src"] == "'self' https://stats.example"
    assert rules["connect-src"] == "'self' https://stats.example"
    assert (rules["frame-src"], rules["form-action"]) == ("https://talk.example", "https://join.example/")
    assert rules["default-src"] == "'none'"


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        ("https://stats.example", True),
        ("https://stats.example/js/", True),
        ("https://stats.example/js/s.js", True),
        ("https://*.stats.example", False),
        ("https://stats.example:8443", False),
        ("https://stats.example/j", False),
        ("https://other.example", False),
    ],
)
def test_a_place_covers_what_browsers_say_it_covers(site, place, covered):
    lines = with_elsewhere(site, Allowances(scripts=(place,)))
    assert any("stats.example/js" in line for line in lines) is not covered


def test_handlers_and_styles_in_a_page_are_named_for_they_are_never_run(site):
    page = PAGE.format(POLICY, '<p onclick="go()">x</p><style>p {}</style><p title="once = 3">y</p>')
    (site / "about" / "index.html").write_text(page)
    told = "\n".join(check_policy(site, NOTHING))
    assert "the policy blocks the script in onclick. Take it out" in told
    assert "the policy blocks a style written into it" in told
    assert told.count("blocks") == 2
