"""What happens to the exported page in an editor: opened, copied whole, pasted as rich text."""

import pytest

from tests.browser.chromium import address, needs_chromium
from tests.export.sample import exported

pytestmark = [pytest.mark.browser, needs_chromium]

EDITOR = """<!doctype html><meta charset="utf-8"><title>An editor</title>
<div id="editor" contenteditable="true" style="min-height: 200px"></div>"""


@pytest.fixture(params=[True, False], ids=["tables", "images"])
def pasted(request, browser, tmp_path):
    """The page in an editor, and whether its tables are tables."""
    (tmp_path / "issue.html").write_bytes(exported("html", tables=request.param)["issue.html"])
    (tmp_path / "editor.html").write_text(EDITOR)
    tab = browser.open(address(tmp_path / "issue.html"), 1000)
    assert tab.errors == []
    assert [request for request in tab.requests if not request.startswith(("file:", "data:"))] == []
    tab.page.keyboard.press("Control+A")
    tab.page.keyboard.press("Control+C")
    tab.page.goto(address(tmp_path / "editor.html"))
    tab.page.focus("#editor")
    tab.page.keyboard.press("Control+V")
    tab.page.wait_for_function("document.querySelectorAll('#editor img').length > 0")
    return tab, request.param


def test_it_is_pasted_with_its_tables_and_pictures(pasted):
    tab, tables = pasted
    count = "name => document.querySelectorAll(`#editor ${name}`).length"
    assert tab.value(count, "table") == (3 if tables else 0)
    assert tab.value(count, "img") == (3 if tables else 6)
    assert tab.value(count, "h2") == 2
    assert tab.value(count, "li") == 2 + 4 + 1
    assert tab.value(count, "blockquote") == 1
    assert tab.value(
        "[...document.querySelectorAll('#editor img')].every(i => i.complete && i.naturalWidth > 0)"
    )
    words = tab.value("document.querySelector('#editor').innerText")
    for said in ("Small caps are having their best month", "How sure we are", "<script>alert(1)</script>"):
        assert said in words
    if tables:
        rows = "[...document.querySelectorAll('#editor table')][1].rows[2].innerText.split('\\t')"
        assert [cell.strip() for cell in tab.value(rows)] == [
            *("Nov 30, 2020", "Vaccines; the vote is over | counted", "+18.24", "+8.50", "+11.84"),
        ]
