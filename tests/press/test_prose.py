import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.press.prose import allowed_link, markdown_html
from tests.press.reading import OF_PROSE, tags, text

REFUSED = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&#58;alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//elsewhere.example/x",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
]
ALLOWED = [
    "https://example.org/a?b=c#d",
    "http://example.org",
    "mailto:desk@example.org",
    "../archive/index.html",
    "#method",
    "page.html?at=10:30",
]


@pytest.mark.parametrize("target", REFUSED)
def test_a_link_that_could_run_or_leave_unseen_is_refused(target):
    assert allowed_link(target) is None
    assert all(tag != "a" for tag, _ in tags(markdown_html(f"[here](<{target}>)")))


@pytest.mark.parametrize(
    "target", [r"javascript\:alert(1)", r"\javascript:alert(1)", "javascript&colon;alert(1)"]
)
def test_markdowns_own_escapes_hide_nothing(target):
    links = [attributes["href"] for tag, attributes in tags(markdown_html(f"[here]({target})")) if tag == "a"]
    assert not any(link.startswith("javascript") for link in links)


@pytest.mark.parametrize("target", ALLOWED)
def test_an_ordinary_link_is_kept(target):
    assert allowed_link(target) == target
    assert ("a", {"href": target}) in tags(markdown_html(f"[here]({target})"))


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b>",
        "<!-- hidden -->",
        "<div>\n\nblock\n\n</div>",
        "<img src=x onerror=alert(1)>",
        "&lt;script&gt;",
    ],
)
def test_raw_html_comes_out_as_text(source):
    page = markdown_html(source)
    assert {tag for tag, _ in tags(page)} <= {"p"}
    shown = "".join(text(page).split())
    assert shown == "".join(source.replace("&lt;", "<").replace("&gt;", ">").split())


def test_markdown_itself_works():
    page = markdown_html("# Title\n\nSome **strong** and *soft* words.\n\n- one\n- two\n\n1. first")
    assert "<h3>Title</h3>" in page
    assert "<strong>strong</strong>" in page
    assert "<em>soft</em>" in page
    assert page.count("<li>") == 3


def test_a_picture_would_be_a_request_so_its_words_stay_alone():
    page = markdown_html("![a chart](https://elsewhere.example/pixel.png)")
    assert "elsewhere" not in page
    assert text(page).strip() == "a chart"


@given(st.text(max_size=200))
def test_any_text_gives_only_the_tags_of_prose(source):
    for tag, attributes in tags(markdown_html(source)):
        assert tag in OF_PROSE
        assert set(attributes) <= {"href", "title", "style", "start"}
