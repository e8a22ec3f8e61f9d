"""Where the parts of a published site are, for everything that cannot use relative links."""

from __future__ import annotations

from generator.spec.letter import Letter


def site_address(letter: Letter) -> str | None:
    """The address of the site, with a slash at the end; None when the letter names none."""
    return None if letter.base_url is None else letter.base_url.rstrip("/") + "/"


def issue_address(letter: Letter, slug: str) -> str | None:
    """The address of an issue's folder, which is its canonical address; None without a site address."""
    site = site_address(letter)
    return None if site is None else f"{site}issues/{slug}/"
