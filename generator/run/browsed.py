"""A finished site on a web server of this machine; pages load again when the site is a new one."""

from __future__ import annotations

import json
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from generator.core.errors import RequestError

SCRIPT, STATE = "/-/reload.js", "/-/state"
PATIENCE = 20
"""Seconds after which a page that waits for news asks again."""
TAG = b'<script defer src="/-/reload.js"></script>\n'
RELOAD = b"""// Set into pages by `precedent serve` alone: loads the page again when the site is a new one.
(async () => {
  const box = document.createElement("pre");
  box.setAttribute("role", "alert");
  box.id = "trouble";
  box.style.cssText = "position:fixed;inset:auto 0 0 0;margin:0;padding:1em;max-height:50vh;overflow:auto;" +
    "z-index:99;background:#7a1f12;color:#fff;font:14px/1.4 monospace;white-space:pre-wrap";
  for (let first = null, now = null; ; ) {
    try {
      const query = now === null ? "" : "?" + new URLSearchParams(now);
      now = await (await fetch("/-/state" + query)).json();
      first ??= now.site;
      if (now.site !== first) return location.reload();
      box.textContent = now.trouble;
      now.trouble ? document.body.append(box) : box.remove();
    } catch {
      now = null;
      await new Promise((done) => setTimeout(done, 300));
    }
  }
})();
"""
NO_SITE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Not made yet</title>
<body style="font:18px/1.5 serif;margin:3em auto;max-width:34em"><p>There is no site yet: it is being made, or
what stands below must be mended first. This page turns into the site by itself.</p>
</body></html>
"""


class News:
    """Which site there is, and what went wrong when it was last made; who asks waits until that is another.

    Attributes
    ----------
    site : the folder of the finished site.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self._trouble = ""
        self._changed = threading.Condition()

    def tell(self, trouble: str) -> None:
        """The site was made, or could not be made because of this."""
        with self._changed:
            self._trouble = trouble
            self._changed.notify_all()

    def now(self) -> dict[str, str]:
        """The site's mark, and the trouble."""
        try:
            mark = (self.site / "index.html").stat()
        except FileNotFoundError:
            return {"site": "", "trouble": self._trouble}
        return {"site": f"{mark.st_ino}-{mark.st_mtime_ns}", "trouble": self._trouble}

    def other_than(self, query: str) -> dict[str, str]:
        """``now``, as soon as it is not what this query says."""
        known = dict(parse_qsl(query, keep_blank_values=True))
        with self._changed:
            self._changed.wait_for(lambda: self.now() != known, PATIENCE)
            return self.now()


class _Pages(SimpleHTTPRequestHandler):
    """The files of the site; pages with the script that loads them again."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, news: News, **extra: object) -> None:
        self._news = news
        super().__init__(*args, directory=str(news.site), **extra)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer a browser."""
        address, _, query = self.path.partition("?")
        if address == SCRIPT:
            return self._answer(RELOAD, "text/javascript; charset=utf-8")
        if address == STATE:
            content = json.dumps(self._news.other_than(query)).encode()
            return self._answer(content, "application/json")
        path = Path(self.translate_path(self.path))
        if path.is_dir() and address.endswith("/"):
            path /= "index.html"
        if path.suffix == ".html" or not (path.exists() or path.suffix):
            return self._page(path)
        return super().do_GET()

    def _page(self, path: Path) -> None:
        """A page as it is now: while the site is swapped there may be none for a moment."""
        for page, status in ((path, HTTPStatus.OK), (self._news.site / "404.html", HTTPStatus.NOT_FOUND)):
            if page.is_file():
                return self._answer(_reloading(page.read_bytes()), "text/html; charset=utf-8", status)
        return self._answer(_reloading(NO_SITE), "text/html; charset=utf-8", HTTPStatus.NOT_FOUND)

    def _answer(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Nothing is kept by a browser: the next look is to see what is there then."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of each file that is asked for."""


def _reloading(page: bytes) -> bytes:
    before, end, after = page.rpartition(b"</body>")
    return before + TAG + end + after if end else page + TAG


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves in the middle of an answer is no fault."""


class Browsed:
    """The site behind an address of this machine, for as long as a ``with`` statement lasts.

    Raises
    ------
    RequestError : the port cannot be used.
    """

    def __init__(self, site: Path, port: int) -> None:
        self._news = News(site)
        try:
            self._server = _Server(("127.0.0.1", port), partial(_Pages, news=self._news))
        except OSError as error:
            raise RequestError(
                f"port {port} cannot be used ({error.strerror or error}): most likely another program has "
                "it. Choose another with --port, such as 8765."
            ) from error
        self.address = f"http://localhost:{self._server.server_address[1]}"

    def show(self, trouble: str) -> None:
        """Have the pages that are open look again; ``trouble`` is shown on them."""
        self._news.tell(trouble)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
