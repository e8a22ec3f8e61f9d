"""The site on a local web server that counts what it sends."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
TEXT = {*TYPES, ".json", ".xml", ".txt", ".csv"}


class Server:
    """A running server: its ``address``, and ``sent``: bytes of content by path since it was last emptied."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent: dict[str, int] = {}

    def fetched(self, *endings: str) -> list[str]:
        """Paths asked for that end so."""
        return [path for path in self.sent if path.endswith(endings)]


@contextmanager
def served(site: Path, compressed: bool) -> Iterator[Server]:
    """Serve a folder, compressing text as a usual web server does where ``compressed``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            file = site / path.removeprefix("/")
            if not file.is_file():
                self.send_error(404)
                return
            content = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
            if compressed and file.suffix in TEXT:
                content = gzip.compress(content)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except ConnectionError:  # The page was left before all of it had come.
                return
            answer.sent[path] = len(content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        answer = Server(f"http://127.0.0.1:{running.server_port}/")
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield answer
        finally:
            running.shutdown()
            thread.join()
