"""What a browser may do on a page of the site: its Content-Security-Policy, by the theme's hashes.

Should words ever become markup, the browser still runs no script of theirs, and asks no other server for
anything. The scripts that may run are the site's own files, and those that the theme writes into a page, by
their SHA-256. What the theme writes is known from the page for addresses that lead nowhere, which no author
has a word in; any other script stops the build.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from generator.errors import BuildError

NOT_FOUND = "404.html"
_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_DATA = (b' type="application/json"', b' type="application/ld+json"')
"""Attributes of scripts that hold data; no browser runs them."""
_PLACE = re.compile(rb'(?<=__md_scope=new URL\(")(?:/[A-Za-z0-9._~/%-]*|[./]+)(?=",location\))')
"""Where a page stands in the site: the one thing in the theme's scripts that differs between pages."""
_FIRST = b'<meta charset="utf-8">'


def protect(site: Path) -> None:
    """Write its policy into every page of a built site.

    Raises
    ------
    BuildError : a page holds a script that is not the theme's, or has no head.
    """
    known = {_PLACE.sub(b"", script) for script in _inline((site / NOT_FOUND).read_bytes())}
    for path in sorted([*site.rglob("index.html"), site / NOT_FOUND]):
        page = path.read_bytes()
        scripts = list(dict.fromkeys(_inline(page)))
        if any(_PLACE.sub(b"", script) not in known for script in scripts):
            raise BuildError(f"{path.relative_to(site)} holds a script that the theme does not have.")
        before, head, after = page.partition(_FIRST)
        if not head:
            raise BuildError(f"{path.relative_to(site)} has no head for its policy.")
        path.write_bytes(b"".join((before, head, b"\n", _meta(policy(scripts)), after)))


def policy(scripts: list[bytes]) -> str:
    """The policy of a page with these scripts in it.

    The site's own files, and nothing else. Styles may stand in attributes: tints of tables do, as numbers.
    """
    hashes = [f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(" ".join((name, *sources)) for name, sources in rules.items())


def _inline(page: bytes) -> Iterator[bytes]:
    """The scripts written into a page that a browser would run."""
    for attributes, script in _SCRIPT.findall(page):
        if b"src=" not in attributes and not attributes.endswith(_DATA):
            yield script


def _meta(text: str) -> bytes:
    return f'<meta http-equiv="Content-Security-Policy" content="{text}">'.encode()
