"""Letters without their accents, for comparing names that people write in either way."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """The text with every accent and combining mark removed: ``Schlußkurs é`` becomes ``Schlußkurs e``."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parted if not unicodedata.combining(c))
