"""The policy in every page, in a browser: pages work under it, and what became a script does not run."""

import pytest
from PIL import Image

from generator.site.policy import policy
from generator.spec.letter import Allowances
from tests.browser.chromium import address, needs_chromium
from tests.browser.server import served
from tests.browser.test_pages import ISSUE, PAGES, site  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, needs_chromium]
INJECTED = (
    "<script>window.ran = 1</script><img src='x' onerror='window.ran = 2'>"
    "<a id='trap' href='javascript:window.ran = 3'>x</a><style>body { display: none }</style>"
    "<base href='https://evil.example/'>"
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_work_under_their_policy(browser, site, page):  # noqa: F811
    tab = browser.open(address(site / page), 1440)
    assert "default-src 'none'" in tab.value("document.querySelector('meta[http-equiv]').content")
    tab.value("() => { for (const image of document.images) image.loading = 'eager' }")
    tab.page.wait_for_function("[...document.images].every(image => image.complete)")
    assert tab.value("[...document.images].filter(image => !image.naturalWidth).length") == 0
    assert tab.errors == []


def test_what_was_put_into_a_page_does_not_run(browser, site):  # noqa: F811
    page = site / "issues" / "injected.html"
    whole = (site / ISSUE).read_text(encoding="utf-8")
    page.write_text(whole.replace("</article>", f"{INJECTED}</article>", 1), encoding="utf-8")
    tab = browser.open(address(page), 1440)
    tab.value("document.getElementById('trap').click()")
    tab.page.wait_for_timeout(200)
    assert tab.value("window.ran") is None
    assert tab.value("getComputedStyle(document.body).display") != "none"
    assert tab.value("document.baseURI").startswith("file:")
    assert len([error for error in tab.errors if "Content Security Policy" in error]) >= 4


@pytest.mark.parametrize("width", [360, 1440])
def test_an_author_s_picture_is_no_wider_than_the_words(browser, site, width):  # noqa: F811
    Image.new("RGB", (1800, 20)).save(site / "issues" / "wide.png")
    shown = '<figure class="picture"><img src="wide.png"></figure><p>x <img src="wide.png"></p></article>'
    page = (site / ISSUE).read_text(encoding="utf-8").replace("</article>", shown, 1)
    page = page.replace("../../assets/", "../assets/")
    (site / "issues" / "wide.html").write_text(page, encoding="utf-8")
    tab = browser.open(address(site / "issues" / "wide.html"), width)
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("Math.max(...[...document.images].map((image) => image.width))") <= 800


TAGS = (
    "<script src='{0}ran.js'></script><link rel='stylesheet' href='{0}own.css'><img id='seen' src='{0}a.svg'>"
    "<iframe src='{0}frame.html'></iframe><form action='{0}join.html'>"
    "<button id='join'>x</button></form></article>"
)
ELSEWHERE = {
    "ran.js": "window.ran = 1; const own = document.currentScript.src;"
    "fetch(own.replace('ran.js', 'told.txt'), {mode: 'no-cors'})",
    "own.css": "body { outline: 7px solid red }",
    "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "frame.html": "inside",
    "join.html": "joined",
    "told.txt": "x",
}


@pytest.mark.parametrize("allowed", [True, False])
def test_a_browser_does_what_the_letter_allows_and_nothing_else(browser, site, tmp_path, allowed):  # noqa: F811
    for name, content in ELSEWHERE.items():
        (tmp_path / name).write_text(content)
    with served(tmp_path, False) as other, served(site, False) as own:
        place = (other.address.rstrip("/"),) if allowed else ()
        keys = ("scripts", "styles", "images", "frames", "forms")
        allow = Allowances.model_validate(dict.fromkeys(keys, place))
        whole = (site / ISSUE).read_text(encoding="utf-8").replace(policy(Allowances()), policy(allow))
        page = whole.replace("</article>", TAGS.format(other.address), 1)
        (site / "issues" / "elsewhere.html").write_text(page, encoding="utf-8")
        tab = browser.open(f"{own.address}issues/elsewhere.html", 1440)
        tab.page.wait_for_timeout(300)
        assert tab.value("window.ran") == (1 if allowed else None)
        assert (tab.value("getComputedStyle(document.body).outlineWidth") == "7px") is allowed
        assert (tab.value("document.getElementById('seen').naturalWidth") == 9) is allowed
        tab.value("document.getElementById('join').click()")
        if allowed:
            tab.page.wait_for_url("**/join.html*", timeout=20_000)
        tab.page.wait_for_timeout(300)
        assert tab.page.url.startswith(f"{other.address}join.html" if allowed else own.address)
        assert set(other.sent) == ({f"/{name}" for name in ELSEWHERE} if allowed else set())
        assert any("Content Security Policy" in error for error in tab.errors) is not allowed
