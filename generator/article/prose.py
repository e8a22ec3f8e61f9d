"""The author's Markdown as a part of an article: below the section's heading, and shut off from what follows.

All that Markdown has is kept. What would reach out of the section is not: headings of the page's own rank,
fences of blocks, raw HTML, the names of footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.article.escape import Markdown

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Kinds of pictures that a report can show: none of them can carry a script."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t])")
_UNDERLINED = re.compile(r" {0,3}[^\s|>*+#-]")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BLOCK = re.compile(r"^(\s*)/(?=//)")
_CODE_OR_HTML = re.compile(
    r"(?P<code>(`+)(?!`).+?(?<!`)\2(?!`))|<(?P<link>https?://[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>|<"
)
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^\s)>]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)")


def prose(source: str, key: str) -> Markdown:
    """An author's text as it stands in the article; ``key`` keeps its footnotes apart from others."""
    lines = []
    for line, is_code in _lines(source):
        lines.append(line if is_code else _words(line, key))
    if lines and _opened(lines):
        lines.append(_opened(lines))
    return Markdown("\n".join(lines))


def pictures_in(source: str) -> tuple[str, ...]:
    """The files of the pictures that a text shows, as they are written."""
    found = (_PICTURE.findall(line) for line, is_code in _lines(source) if not is_code)
    return tuple(dict.fromkeys(name for names in found for name in names))


def unclosed_fence(source: str) -> bool:
    """Whether a block of code begins that does not end."""
    return bool(_opened(source.splitlines()))


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Its lines, underlined headings as marked ones, and whether each is code."""
    lines, fence, place = source.splitlines(), "", 0
    while place < len(lines):
        line = lines[place]
        below = lines[place + 1] if place + 1 < len(lines) else ""
        place += 1
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not line.strip(" `~") else fence
            yield line, True
        elif mark:
            fence = mark[1]
            yield line, True
        elif line.startswith(("    ", "\t")):
            yield line, True
        elif _UNDERLINED.match(line) and (rank := _UNDERLINE.match(below)):
            place += 1
            yield f"{'#' if rank[1][0] == '=' else '##'} {line.strip()}", False
        else:
            yield line, False


def _opened(lines: list[str]) -> str:
    """The fence that is open at the end of these lines; empty when none is."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
    return fence


def _words(line: str, key: str) -> str:
    """A line that is no code: its heading below the section's, no block, no HTML, footnotes of its own."""
    rank = _HEADING.match(line)
    if rank:
        line = f"{'###' if len(rank[1]) <= 3 else '####'}{line[rank.end() :]}"
    line = _BLOCK.sub(r"\1&#47;", line)
    line = _CODE_OR_HTML.sub(_shown, line)
    return _FOOTNOTE.sub(rf"[^{key}-\1]", line)


def _shown(found: re.Match[str]) -> str:
    return found[0] if found["code"] or found["link"] else "&lt;"
