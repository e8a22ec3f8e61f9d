"""The policy of a page, which its theme sets (``main.html``): what a browser may do there.

The scripts that may run are the site's own files, and those of places that the letter allows. A page with a
script written into it, or without the policy, is not published: whatever put the script there, the browser
would not run it. What else the policy blocks is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from generator.core.errors import BuildError
from generator.core.shelf import Shelf, program
from generator.spec.letter import Allowances

NOT_FOUND = "404.html"
_SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_DATA = ("application/json", "application/ld+json")
"""Types of scripts that hold data; no browser runs them."""
_POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\">")
_ELEMENT = re.compile(
    r"<(script|link|img|source|iframe|form|button|input|embed|object|video|audio|track|style)\b([^>]*)>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([a-z-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=[^>]*>", re.IGNORECASE)
_IN_STYLES = re.compile(r"(@import\s+)?(?:url\(\s*)?[\"']?((?:https?:)?//[^\"')\s;]+)", re.IGNORECASE)
_FONT = re.compile(r"\.(woff2?|ttf|otf|eot)\b", re.IGNORECASE)
_KINDS = {
    ("script", "src"): "scripts",
    ("img", "src"): "images",
    ("img", "srcset"): "images",
    ("source", "srcset"): "images",
    ("input", "src"): "images",
    ("iframe", "src"): "frames",
    ("form", "action"): "forms",
    ("button", "formaction"): "forms",
    ("input", "formaction"): "forms",
}
_NEVER = {("embed", "src"), ("object", "data"), ("video", "src"), ("audio", "src"), ("track", "src")}
"""What no letter can allow."""
_LINKS = {"stylesheet": "styles", "icon": "images"}
NONE = "'none'"
MOST = 20
"""Blocked addresses that are named, before only their number is."""


def policy(allow: Allowances) -> str:
    """The policy of every page of a letter that allows these."""
    directives = {
        "default-src": (),
        "script-src": ("'self'", *allow.scripts),
        "style-src": ("'self'", *allow.styles),
        # Marks of the scorecard stand where attributes say, as numbers.
        "style-src-attr": ("'unsafe-inline'",),
        "img-src": ("'self'", *allow.images),
        "font-src": ("'self'", *allow.fonts),
        "frame-src": allow.frames,
        "connect-src": ("'self'", *allow.scripts, *allow.connections),
        "base-uri": (),
        "form-action": allow.forms,
    }
    parts = (f"{name} {' '.join(dict.fromkeys(places)) or NONE}" for name, places in directives.items())
    return "; ".join(parts)


def check_policy(site: Path, allow: Allowances, shelf: Shelf | None = None) -> tuple[str, ...]:
    """Look at every page of a built site; a line for every address that the policy blocks, with where it is
    and what to do. What was found in a page lies on the shelf until the page is another.

    Raises
    ------
    BuildError : a page has a script written into it, or does not begin with the policy.
    """
    by, ours = program(("site", "spec"), ()), policy(allow)
    blocked: dict[tuple[str, str], list[str]] = {}
    for path in sorted([*site.rglob("index.html"), site / NOT_FOUND]):
        page, name = path.read_bytes(), str(path.relative_to(site))
        look = partial(_looked_at, page, name, allow)
        found = look() if shelf is None else shelf.of((by, ours, page), look)
        for kind, address in json.loads(found):
            blocked.setdefault((kind, address), []).append(name)
    if shelf is not None:
        shelf.forget()
    for path in sorted(site.rglob("*.css")):
        for outside in _outside_styles(path.read_text(encoding="utf-8"), allow):
            blocked.setdefault(outside, []).append(str(path.relative_to(site)))
    lines = [_told(kind, address, files) for (kind, address), files in blocked.items()]
    more = [f"and {len(lines) - MOST} more addresses that the policy blocks"] if lines[MOST:] else []
    return (*lines[:MOST], *more)


def _looked_at(content: bytes, name: str, allow: Allowances) -> bytes:
    """What a page asks for that the policy blocks, as JSON.

    Raises
    ------
    BuildError : as ``check_policy``.
    """
    page = content.decode()
    if any(map(_written_in, _SCRIPT.findall(page))):
        raise BuildError(f"{name} holds a script, where only files of the theme may run.")
    stated = _POLICY.findall(page.partition("<script")[0])
    if [unescape(each) for each in stated] != [policy(allow)]:
        fault = "another policy than letter.yml asks for" if stated else "no policy for the browser"
        raise BuildError(
            f"{name} has {fault} before its first script. A templates/theme/main.html of your own "
            "needs the line with Content-Security-Policy that the engine's has."
        )
    return json.dumps(list(_outside(page, allow))).encode()


def _written_in(attributes: str) -> bool:
    """Whether a script with these attributes is written into its page, and a browser would run it."""
    values = _values(attributes)
    return not values.get("src") and values.get("type", "") not in _DATA


def _values(attributes: str) -> dict[str, str]:
    """The attributes of an element by name; of one that is written twice, browsers take the first."""
    found = reversed(_ATTRIBUTE.findall(attributes))
    return {name.lower(): unescape(value.strip("\"'")) for name, value in found}


def _told(kind: str, address: str, files: list[str]) -> str:
    more = f" and {len(files) - 1} more" if files[1:] else ""
    said = f"{files[0]}{more}: the policy blocks {address}"
    if not kind:
        return f"{said}. Take it out; what is written into a page itself is never run."
    if kind == "never":
        return f"{said}. Take it out; a letter cannot allow it."
    parts = urlsplit(address)
    place = f"{parts.scheme}://{parts.netloc}"
    return f"{said}. To allow it, list {place} in letter.yml under allow: {kind}:"


def _outside(page: str, allow: Allowances) -> Iterator[tuple[str, str]]:
    """What a page asks of other places and may not have: by which key of ``allow`` it could, and where."""
    for element, written in _ELEMENT.findall(page):
        values = _values(written)
        if element.lower() == "style":
            yield "", "a style written into it"
        for name, value in values.items():
            kind = _KINDS.get((element.lower(), name), "")
            if element.lower() == "link" and name == "href":
                kind = next((k for rel, k in _LINKS.items() if rel in values.get("rel", "").lower()), "")
            if (element.lower(), name) in _NEVER:
                kind = "never"
            if kind:
                addresses = [part.split()[0] for part in value.split(",") if part.strip()]
                for address in addresses if name == "srcset" else [value]:
                    yield from _refused(kind, address, allow)
    for element in _HANDLER.findall(page):
        yield from (("", f"the script in {name}") for name in _values(element) if name.startswith("on"))


def _outside_styles(text: str, allow: Allowances) -> Iterator[tuple[str, str]]:
    for imported, address in _IN_STYLES.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        kind = "styles" if imported else "fonts" if _FONT.search(address) else "images"
        yield from _refused(kind, address, allow)


def _refused(kind: str, address: str, allow: Allowances) -> Iterator[tuple[str, str]]:
    target = urlsplit(f"https:{address}" if address.startswith("//") else address.strip())
    if target.scheme not in ("http", "https", "data", "blob"):
        return
    places: Mapping[str, tuple[str, ...]] = allow.model_dump()
    if not any(_covers(urlsplit(place), target) for place in places.get(kind, ())):
        yield kind, target.geturl() if target.netloc else f"{target.scheme}: addresses"


def _covers(place: SplitResult, target: SplitResult) -> bool:
    """Whether a place of the policy has an address, as browsers see it (CSP 3, 6.7.2.6)."""
    ports = {"http": 80, "https": 443}
    if place.scheme != target.scheme or (place.port or ports[place.scheme]) != (
        target.port or ports.get(target.scheme)
    ):
        return False
    host, wanted = place.hostname or "", target.hostname or ""
    if not (wanted.endswith(host[1:]) if host.startswith("*.") else wanted == host):
        return False
    if place.path in ("", "/"):
        return True
    return target.path.startswith(place.path) if place.path.endswith("/") else target.path == place.path
