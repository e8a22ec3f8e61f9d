"""The policy of a page: it stands before every script, and no script is written into a page."""

import pytest

from generator.core.errors import BuildError
from generator.site.policy import check_policy
from generator.site.templating import TEMPLATES

POLICY = next(
    line
    for line in (TEMPLATES / "theme" / "main.html").read_text(encoding="utf-8").splitlines()
    if "Content-Security-Policy" in line
)
PAGE = '<!doctype html><head>\n<meta charset="utf-8">\n{}\n<script src="a.js"></script></head><body>{}</body>'
DATA = '<script type="application/ld+json">{}</script>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "about").mkdir()
    for name in ("404.html", "about/index.html"):
        (tmp_path / name).write_text(PAGE.format(POLICY, f'{DATA}<script defer src="b.js"></script>'))
    return tmp_path


def test_the_theme_s_policy_lets_nothing_in_but_the_site_s_own_files(site):
    check_policy(site)
    rules = dict(rule.split(" ", 1) for rule in POLICY.split('content="')[1].rstrip('">').split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert {rules[name] for name in ("base-uri", "form-action")} == {"'none'"}
    assert {rules[name] for name in ("style-src", "img-src", "connect-src")} == {"'self'"}


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
        check_policy(site)


def test_a_page_without_the_policy_before_its_scripts_is_not_published(site):
    (site / "about" / "index.html").write_text(PAGE.format("", POLICY))
    with pytest.raises(BuildError, match="no policy"):
        check_policy(site)
