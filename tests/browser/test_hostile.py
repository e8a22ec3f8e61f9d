"""A site of payloads, as a reader opens it; ``make torture`` has all of them."""

import pytest

from generator.site.search import INDEX
from tests.browser.chromium import needs_chromium
from tests.browser.server import served
from tests.security import browsed
from tests.security.payloads import PAYLOADS, RUN

pytestmark = [pytest.mark.browser, needs_chromium]
FEW = (f"<img src=x onerror={RUN}>", *PAYLOADS[::64])
ISSUE = "issues/issue-0/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return browsed.site_of(tmp_path_factory.mktemp("hostile"), FEW)


def test_words_stay_words(browser, site):
    assert list(browsed.index_faults(site)) == []
    with served(site, compressed=True) as server:
        assert list(browsed.page_faults(browser, server.address, browsed.pages_of(site))) == []
        assert list(browsed.search_faults(browser, server.address, FEW)) == []


def test_what_was_let_through_would_be_found(browser, site):
    page = site / ISSUE
    whole = page.read_bytes()
    let_through = b"<script>hacked()</script><img src=//evil.example onerror=hacked()>"
    page.write_bytes(whole.replace(b"</article>", let_through + b"</article>", 1))
    index = site / INDEX
    written = index.read_bytes()
    index.write_bytes(written + b";hacked()")
    try:
        with served(site, compressed=False) as server:
            on_the_page = " ".join(browsed.page_faults(browser, server.address, [ISSUE]))
            assert "IMG onerror" in on_the_page
            assert "Content Security Policy" in on_the_page
            assert list(browsed.search_faults(browser, server.address, FEW))
        assert list(browsed.index_faults(site))
    finally:
        page.write_bytes(whole)
        index.write_bytes(written)
