"""A whole site of payloads in Chromium, over HTTP and with scripts: what of them is more than words there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from generator.press.build import build_site
from generator.press.site import assemble
from tests.browser.chromium import Chromium, Tab
from tests.press import demo, scorecards
from tests.press.test_site import project
from tests.security.injected import edition_with
from tests.security.payloads import RUN
from tests.security.watched import asset_called, site_with

INDEX_TAGS = {"p", "pre", "code", "ol", "ul", "li", "sub", "sup"}
"""What Material keeps of a page in the index of its search, without attributes."""
FOUND_TAGS = {
    *("LI", "A", "ARTICLE", "DIV", "H1", "H2", "P", "MARK", "NAV", "SPAN", "DETAILS", "SUMMARY", "DEL"),
    *(tag.upper() for tag in INDEX_TAGS),
}
"""What its list of results is made of."""
WORDS = (RUN, "hacked", "script", "onerror", "iframe", "evil", "javascript", "onclick")
"""Words of payloads that a reader looks for."""
_WATCH = f"window.{RUN.removesuffix('()')} = () => {{ window.ran = true }}"
_STIR = """() => {
  for (const fold of document.querySelectorAll('details')) fold.open = true
  for (const button of document.querySelectorAll('main button, article button')) button.click()
  const all = [...document.querySelectorAll('*')]
  const handlers = e => [...e.attributes].filter(a => /^on/i.test(a.name)).map(a => `${e.tagName} ${a.name}`)
  return [
    ...all.flatMap(handlers),
    ...all.filter(e => e.protocol === 'javascript:').map(e => `link to ${e.href}`),
    ...(window.ran ? ['a script ran'] : []),
  ]
}"""
_SEARCH = """async (word) => {
  const open = document.querySelector('[data-md-toggle=search]').checked
  if (!open) document.querySelector('.search-open').click()
  const said = document.querySelector('.md-search-result__meta')
  const field = document.querySelector('[data-md-component=search-query]')
  const list = document.querySelector('.md-search-result__list')
  field.value = word
  for (let tries = 0; tries < (/match/.test(said.textContent) ? 6 : 200); tries++) {
    field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}))
    await new Promise(done => setTimeout(done, 50))
  }
  return [list.textContent, [...new Set([...list.querySelectorAll('*')].map(e => e.tagName))],
          [...list.querySelectorAll('*')].some(e => [...e.attributes].some(a => /^on/i.test(a.name)))]
}"""


def site_of(root: Path, payloads: Sequence[str]) -> Path:
    """The built site of an issue and an asset for each of these."""
    with pytest.MonkeyPatch.context() as patch:
        demo.draw_nothing(patch)  # What is said is looked at; charts have letters as shapes.
        # Without the correction: it leads to a version that is not made here.
        editions = [
            replace(edition_with(text), slug=f"issue-{number}", corrections=())
            for number, text in enumerate(payloads)
        ]
        _, folders = project(root, editions)
        assets = tuple(asset_called(text, f"A{number}") for number, text in enumerate(payloads))
        survey = replace(site_with(payloads[0]), assets=assets)
        letter = demo.LETTER.model_copy(
            update=dict.fromkeys(("tagline", "author", "disclaimer"), payloads[0])
        )
        build_site(root, assemble(folders, letter, root, scorecards.demo(), survey))
    return root / "site"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if attrs or tag not in INDEX_TAGS:
            self.found.append(tag)


def index_faults(site: Path) -> Iterator[str]:
    """Fields of the search index that hold more than words: a browser takes them for HTML."""
    for page in json.loads((site / "search" / "search_index.json").read_bytes())["docs"]:
        for name in set(page) - {"location"}:
            parser = _Tags()
            parser.feed("".join(page[name]))
            if parser.found:
                yield f"{page['location']} in the index: {name} with {parser.found[:3]}"


def pages_of(site: Path) -> list[str]:
    """The addresses of all pages."""
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


def page_faults(browser: Chromium, server: str, pages: Iterable[str]) -> Iterator[str]:
    """Pages on which something ran, asked for something elsewhere, or complained."""
    tab = _reader(browser, server)
    for page in pages:
        tab.requests.clear()
        tab.errors.clear()
        tab.page.goto(server + page, wait_until="load")
        found = list(tab.value(_STIR))
        found += [f"asked for {url}" for url in tab.requests if not url.startswith(server)]
        found += [error for error in tab.errors if "/favicon.ico" not in error]  # An e-mail names no icon.
        if unquote(tab.page.url) != server + page:
            found.append(f"went to {tab.page.url}")
        yield from (f"{page}: {fault}" for fault in found)


def search_faults(browser: Chromium, server: str, payloads: Sequence[str]) -> Iterator[str]:
    """Searches whose results are more than words; and words of payloads that are not found as such."""
    tab = _reader(browser, server)
    shown = ""
    for word in (*WORDS, *payloads):
        text, tags, handlers = tab.value(_SEARCH, word)
        shown += text
        strange = set(tags) - FOUND_TAGS
        if strange or handlers or tab.value("window.ran"):
            yield f"search for {word!r:.60}: {sorted(strange) or 'a script'}"
    if RUN not in shown or "<" not in shown:
        yield f"search does not show what it finds: {shown[:100]!r}"
    yield from (f"search asked for {url}" for url in tab.requests if not url.startswith(server))
    yield from (f"search: {error}" for error in tab.errors)


def _reader(browser: Chromium, server: str) -> Tab:
    """A page on which scripts of payloads would leave their mark, and dialogs too."""
    tab = browser.open(server + "index.html", 1440)
    tab.page.context.add_init_script(_WATCH)
    tab.page.on("dialog", lambda dialog: (tab.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.page.goto(server + "index.html", wait_until="load")
    return tab
