"""A whole site of payloads in Chromium, over HTTP and with scripts: what of them is more than words there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from generator.assembly.mkdocs import build_site
from generator.assembly.pages import assemble
from generator.site.search import INDEX
from tests.browser.chromium import Chromium, Tab
from tests.press import demo, scorecards
from tests.press.test_site import project
from tests.security.injected import edition_with
from tests.security.payloads import RUN
from tests.security.watched import asset_called, site_with

FOUND_TAGS = {"LI", "A", "SPAN", "MARK"}
"""What the list of results of a search is made of."""
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
  if (!document.querySelector('dialog.search').open) document.querySelector('.search-open').click()
  const said = document.querySelector('.search-said')
  const field = document.querySelector('dialog.search input')
  const list = document.querySelector('.search-found')
  field.value = word
  const loading = () => !window.letterIndex || said.textContent === 'Loading…'
  while (loading()) await new Promise(done => setTimeout(done, 20))
  field.dispatchEvent(new Event('input', {bubbles: true}))
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


def index_faults(site: Path) -> Iterator[str]:
    """What makes the index of the search more than one value: it is a script."""
    text = (site / INDEX).read_text(encoding="utf-8")
    if not text.startswith("letterIndex="):
        yield "the index does more than set its value"
    try:
        json.loads(text.removeprefix("letterIndex="))
    except ValueError as error:
        yield f"the index is no plain value: {error}"
    yield from (f"the index holds {mark!r}" for mark in "<\u2028\u2029" if mark in text)


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
