import pytest

from generator.press.email import email_files
from tests.browser.chromium import address, needs_chromium
from tests.press import demo

pytestmark = [pytest.mark.browser, needs_chromium]

DARKEST_OF_PAPER = 0.6


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("email")
    for file in email_files(demo.edition(), demo.LETTER):
        (folder / file.path).write_bytes(file.content)
    return folder / "email.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 600, 1000])
@pytest.mark.parametrize("images", ["on", "off"])
def test_it_is_as_wide_as_it_may_be(browser, page, width, scheme, images):
    tab = browser.open(address(page), width, scheme)
    if images == "off":
        tab.value("() => { for (const image of document.images) image.src = 'none.png' }")
    assert tab.value("document.documentElement.scrollWidth") <= width
    paper = tab.value("document.querySelector('table.paper').getBoundingClientRect().width")
    assert paper <= 600
    assert paper >= min(width, 600) - 20
    assert [request for request in tab.requests if not request.startswith("file:")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_colours_of_the_device(browser, page, scheme):
    tab = browser.open(address(page), 600, scheme)
    brightness = (
        "(c => { const [r, g, b] = c.match(/\\d+/g).map(Number); return (r + g + b) / 765 })"
        "(getComputedStyle(document.querySelector('{0}')).{1})"
    )
    ground = tab.value(brightness.replace("{0}", "table.paper").replace("{1}", "backgroundColor"))
    for place in (".title", ".deck", ".point", ".cell", ".foot", ".kicker", ".gain, .loss, .present, .quiet"):
        ink = tab.value(brightness.replace("{0}", place).replace("{1}", "color"))
        assert abs(ink - ground) > 0.35, place
    assert (ground > DARKEST_OF_PAPER) is (scheme == "light")


def test_columns_that_a_phone_has_no_room_for_are_hidden(browser, page):
    shown = "[...document.querySelectorAll('.wide')].filter(e => e.offsetParent).length"
    tab = browser.open(address(page), 360)
    assert tab.value(shown) == 0
