"""Debian's Chromium, headless, driven by Playwright: one page at a time, as one reader would see it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

PROGRAM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    PROGRAM is None, reason="chromium is not installed (Debian, Ubuntu: apt install chromium)"
)
Scheme = Literal["light", "dark"]
PHONE = 600
"""A screen narrower than this is a phone's: its own idea of a page's width, and a finger for a mouse."""


class Tab:
    """One page as opened.

    Attributes
    ----------
    page : Playwright's own, for whatever is not said here.
    requests : the addresses that the page asked for.
    errors : what it complained of: exceptions, and errors on the console such as a file not found.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def resize(self, width: int) -> None:
        """Show the page as wide as this; a phone stays a phone, and what is none stays none."""
        self.page.set_viewport_size({"width": width, "height": 800})

    def value(self, expression: str, argument: object = None) -> Any:
        """The value of an expression on the page."""
        return self.page.evaluate(expression, argument)


class Chromium:
    """A running browser. Each page is opened by a reader without a past: no cache, nothing remembered."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._context: BrowserContext | None = None

    def open(self, address: str, width: int, scheme: Scheme = "light", scripts: bool = True) -> Tab:
        """Open an address and wait until everything on it is loaded; the page opened before is closed."""
        self.close()
        self._context = self._browser.new_context(
            viewport={"width": width, "height": 800},
            is_mobile=width < PHONE,
            has_touch=width < PHONE,
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        tab = Tab(self._context.new_page())
        tab.page.goto(address, wait_until="load")
        return tab

    def close(self) -> None:
        """Close the page that is open, if any."""
        if self._context is not None:
            self._context.close()
            self._context = None


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start the browser, hand it over, and end it again."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PROGRAM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        tabs = Chromium(browser)
        yield tabs
        tabs.close()
        browser.close()


def address(file: Path) -> str:
    """The address of a file on disk."""
    return file.resolve().as_uri()
