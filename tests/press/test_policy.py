"""The policy of a page: the theme's own scripts by their hashes, no other script at all."""

import base64
import hashlib
import re

import pytest

from generator.errors import BuildError
from generator.press.policy import protect

OWN = '__md_scope=new URL("{}",location),__md_get=1'
HEAD = '<!doctype html><head>\n<meta charset="utf-8">\n<script src="a.js"></script><script>{}</script>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "about").mkdir()
    (tmp_path / "404.html").write_text(HEAD.format(OWN.format("/")))
    (tmp_path / "about" / "index.html").write_text(HEAD.format(OWN.format("..")))
    return tmp_path


def test_every_page_names_the_hashes_of_its_own_scripts(site):
    protect(site)
    page = (site / "about" / "index.html").read_text()
    digest = base64.b64encode(hashlib.sha256(OWN.format("..").encode()).digest()).decode()
    assert re.findall("'sha256-[^']+'", page) == [f"'sha256-{digest}'"]
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "default-src 'none'" in page
    assert "base-uri 'none'" in page


@pytest.mark.parametrize(
    "script",
    [
        "<script>alert(1)</script>",
        "<SCRIPT\n>alert(1)</SCRIPT >",
        '<script type="module">alert(1)</script>',
        f"<script>{OWN.format('..')};alert(1)</script>",
        '<script>__md_scope=new URL("..",location),alert(1),__md_get=1</script>',
    ],
)
def test_a_script_that_is_not_the_theme_s_stops_the_build(site, script):
    path = site / "about" / "index.html"
    path.write_text(path.read_text() + script)
    with pytest.raises(BuildError, match=r"about/index\.html holds a script"):
        protect(site)


def test_what_is_data_needs_no_hash(site):
    path = site / "about" / "index.html"
    path.write_text(path.read_text() + '<script type="application/ld+json">{}</script>')
    protect(site)
    assert path.read_text().count("sha256-") == 1


def test_a_page_without_a_head_is_not_published(site):
    (site / "about" / "index.html").write_text("<p>words")
    with pytest.raises(BuildError, match="no head"):
        protect(site)
