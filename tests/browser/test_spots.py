"""A reader points at a dot, touches it, or comes to it by arrow keys, and the chart says what it is."""

import base64
import json
import zlib

import pytest

from tests.browser.chromium import address, needs_chromium
from tests.browser.test_pages import ISSUE, site  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, needs_chromium]
BOX = ".spots"


def chart(browser, site, width):  # noqa: F811
    tab = browser.open(address(site / ISSUE), width)
    # They are unpacked after the page has come.
    tab.page.wait_for_function(
        "document.querySelectorAll('figure[data-spots]:not(:has(.spots))').length === 0"
    )
    box = tab.page.locator(f"figure[data-spots]:not(details *) {BOX}").last
    box.scroll_into_view_if_needed()
    packed = tab.page.locator("figure[data-spots]:not(details *)").last.get_attribute("data-spots")
    kept = json.loads(zlib.decompress(base64.b64decode(packed)))
    return tab, box, kept["phone" if width <= 600 else "page"]


def at(box, spot):
    frame = box.locator("img").bounding_box()
    return frame["x"] + frame["width"] * spot[0] / 1000, frame["y"] + frame["height"] * spot[1] / 1000


def tip(box):
    return box.locator(".tip").inner_text() if box.locator(".tip").is_visible() else None


def test_a_mouse_over_a_dot_is_told_and_away_from_it_is_not(browser, site):  # noqa: F811
    tab, box, spots = chart(browser, site, 1440)
    for spot in (spots[0], spots[-1]):
        tab.page.mouse.move(*at(box, spot))
        assert tip(box) == spot[2]
    frame = box.bounding_box()
    tab.page.mouse.move(frame["x"] + 2, frame["y"] + 2)
    assert tip(box) is None
    assert tab.errors == []


def test_a_finger_on_a_dot_of_the_phone_s_own_drawing_is_told(browser, site):  # noqa: F811
    tab, box, spots = chart(browser, site, 360)
    tab.page.touchscreen.tap(*at(box, spots[0]))
    assert tip(box) == spots[0][2]
    frame = box.locator(".tip").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 360


def test_a_chart_is_one_stop_of_the_keyboard_and_arrows_go_on_in_it(browser, site):  # noqa: F811
    tab, box, spots = chart(browser, site, 1440)
    assert box.locator("[tabindex], a, button").count() == 0
    box.focus()
    assert tip(box) is None
    told = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home"):
        tab.page.keyboard.press(key)
        told.append(tip(box))
    texts = [text for _, _, text in spots]
    assert told == [texts[0], texts[1], texts[0], texts[-1], texts[-1], texts[0]]
    tab.page.keyboard.press("Escape")
    assert tip(box) is None
    tab.page.keyboard.press("Tab")
    assert not tab.value("document.activeElement.matches('.spots')")
