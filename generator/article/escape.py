"""Text that becomes Markdown: what comes from data says exactly what it says, whatever is in it."""

from __future__ import annotations

import re

from markupsafe import Markup


class Markdown(Markup):
    """Text that is Markdown already and is set as it stands: a template's, or an author's after checking."""


_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
"""What ends a line or is no character: in a text of one line each is a space."""
_SPECIAL = re.compile(r"[\\`*_{}\[\]|#]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"[>!:]|[-+](?=[ -]|$)|\d{1,9}[.)](?= |$)|=+$|/{3,}")
"""What means something at the start of a line only. Signs of figures do not: no space follows them."""


def escape(text: str) -> Markdown:
    """A text as Markdown that shows just this text, on one line, wherever in a line it is put.

    Backslashes where Python-Markdown knows them, entities elsewhere: both read the same on a code host.
    """
    line = _BREAKS.sub(" ", text).strip()
    line = _SPECIAL.sub(r"\\\g<0>", _ENTITY.sub("&amp;", line))
    line = line.replace("<", "&lt;").replace("~", "&#126;")
    return Markdown(_LINE_START.sub(_at_the_start, line, count=1) if _LINE_START.match(line) else line)


def _at_the_start(mark: re.Match[str]) -> str:
    found = mark[0]
    if found[0] in "=/:":
        return f"&#{ord(found[0])};{found[1:]}"
    return f"{found[:-1]}\\{found[-1]}" if found[0].isdigit() else f"\\{found}"
