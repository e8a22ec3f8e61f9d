from email import message_from_bytes, policy
from pathlib import Path

import pytest

from generator.mail.email import email_files
from generator.mail.message import copy_for, imprint_of
from tests.browser.chromium import address, needs_chromium
from tests.press import demo

pytestmark = [pytest.mark.browser, needs_chromium]

DARKEST_OF_PAPER = 0.6


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
OF_MAIL = {
    "sender": "The Letter <letter@example.org>",
    "postal_address": "The Letter\n1 Sample Street",
    "list_id": "letter.example.org",
    "unsubscribe_mail": "leave@example.org",
    "base_url": None,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The e-mail beside its charts, and as one recipient gets it, with its foot."""
    folder = tmp_path_factory.mktemp("email")
    letter = demo.LETTER.model_copy(update=OF_MAIL)
    for file in email_files(demo.edition(), letter):
        (folder / file.path).write_bytes(file.content)
    imprint = imprint_of(letter, None)
    sent = copy_for("reader@example.com", "demo", (folder / "email.eml").read_bytes(), imprint)
    message = message_from_bytes(sent, policy=policy.default)
    (folder / "copy.html").write_text(message.get_body(("html",)).get_content())
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return folder / "email.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
def test_the_foot_of_a_copy_belongs_to_it(browser, folder, width, scheme):
    """What `precedent send` adds fits, can be read, and its link can be hit with a thumb."""
    tab = browser.open(address(folder / "copy.html"), width, scheme)
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value(CONTRAST) == []
    heights = tab.value(
        "[...document.querySelectorAll('.onward a, a[href^=mailto]')]"
        ".map(a => parseFloat(getComputedStyle(a).lineHeight))"
    )
    assert heights
    assert min(heights) >= 44
    assert tab.value("document.body.innerText.includes('1 Sample Street')")


@pytest.mark.parametrize(("scheme", "chart"), [("light", "email-lead.png"), ("dark", "email-lead-dark.png")])
def test_the_chart_does_not_glare(browser, page, scheme, chart):
    tab = browser.open(address(page), 360, scheme)
    assert tab.value("document.images[0].currentSrc.split('/').pop()") == chart
    assert tab.value("document.images[0].naturalWidth") == 1120


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
