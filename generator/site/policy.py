"""The policy of a page, which its theme sets (``main.html``): what a browser may do there.

The scripts that may run are the site's own files. A page with a script written into it, or without the
policy, is not published: whatever put the script there, the browser would not run it.
"""

from __future__ import annotations

import re
from pathlib import Path

from generator.core.errors import BuildError

NOT_FOUND = "404.html"
_SCRIPT = re.compile(rb"<script\b([^>]*)>", re.IGNORECASE)
_DATA = (b' type="application/json"', b' type="application/ld+json"')
"""Attributes of scripts that hold data; no browser runs them."""
_POLICY = b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self';"


def check_policy(site: Path) -> None:
    """Look at every page of a built site.

    Raises
    ------
    BuildError : a page has a script written into it, or does not begin with the policy.
    """
    for path in sorted([*site.rglob("index.html"), site / NOT_FOUND]):
        page = path.read_bytes()
        if any(map(_written_in, _SCRIPT.findall(page))):
            raise BuildError(
                f"{path.relative_to(site)} holds a script, where only files of the theme may run."
            )
        if _POLICY not in page.partition(b"<script")[0]:
            raise BuildError(
                f"{path.relative_to(site)} has no policy for the browser before its first script."
            )


def _written_in(attributes: bytes) -> bool:
    """Whether a script with these attributes is written into its page, and a browser would run it."""
    return not attributes.startswith((b" src=", b" defer src=")) and not attributes.endswith(_DATA)
