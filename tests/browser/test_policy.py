"""The policy in every page, in a browser: pages work under it, and what became a script does not run."""

import pytest

from tests.browser.chromium import address, needs_chromium
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
