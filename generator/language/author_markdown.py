"""The author's Markdown as a part of an article: below the section's heading, and shut off from what follows.

All that Markdown has is kept. What would reach out of the section is not: headings of the page's own rank,
fences of blocks, raw HTML, the names of footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape

from generator.language.escape import Markdown

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Kinds of pictures that a report can show: none of them can carry a script."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t])")
_UNDERLINED = re.compile(r" {0,3}[^\s|>*+#-]")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BLOCK = re.compile(r"^(\s*)/(?=//)")
_MARKUP = re.compile(
    r"(?P<code>(`+)(?!`).+?(?<!`)\2(?!`))"
    r"|!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<file>[^\s)>]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)"
    r"|(?P<unnamed>!\[[^\]]*\](?:\[[^\]]*\]|\([^)]*\)?)?)"
    r"|\]\(\s*<?(?P<link>[^\s)>]+)"
    r"|<(?P<address>https?://[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>"
    r"|\[\^(?P<note>[^\]\s]+)\]"
    r"|(?P<html><)"
)
"""What a line is looked through for, code first, so that nothing in it is taken for anything else."""
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]]+\]:\s*<?(?P<link>[^\s>]+)")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose(source: str, key: str, pictures: Collection[str] = (), whole: bool = False) -> Markdown:
    """An author's text as it stands in the article.

    Parameters
    ----------
    key : keeps its footnotes apart from those of other texts.
    pictures : the files that it may show; of any other picture its words are left.
    whole : the text is the whole article, and its headings are of the first rank below the title.
    """
    lines = [line if is_code else _words(line, key, pictures, whole) for line, is_code in _lines(source)]
    if opened := _opened(lines):
        lines.append(opened)
    return Markdown("\n".join(lines))


def pictures_in(source: str) -> tuple[str, ...]:
    """The files of the pictures that a text shows, as they are written."""
    return tuple(dict.fromkeys(found["file"] for found in _found(source) if found["file"]))


def unnamed_picture(source: str) -> str | None:
    """A picture whose file is not named in place; None when there is none."""
    return next((found["unnamed"] for found in _found(source) if found["unnamed"]), None)


def links_in(source: str) -> tuple[str, ...]:
    """The targets of links that no page follows: all but web addresses, mail and places of the site."""
    targets = [found["link"] for found in _found(source) if found["link"]]
    targets += [found["link"] for line, _ in _lines(source) if (found := _DEFINITION.match(line))]
    return tuple(target for target in targets if not _followed(unescape(target)))


def _followed(target: str) -> bool:
    if target.startswith(("//", "\\", "/\\")):
        return False
    return not _SCHEME.match(target) or target.lower().startswith(("https:", "http:", "mailto:"))


def _found(source: str) -> Iterator[re.Match[str]]:
    for line, is_code in _lines(source):
        if not is_code:
            yield from _MARKUP.finditer(line)


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


def _words(line: str, key: str, pictures: Collection[str], whole: bool) -> str:
    """A line that is no code: its heading below the section's, no block, no HTML, footnotes of its own."""
    rank = _HEADING.match(line)
    if rank:
        depth = max(len(rank[1]), 2) if whole else 3 if len(rank[1]) <= 3 else 4
        line = f"{'#' * min(depth, 4)}{line[rank.end() :]}"

    def shown(found: re.Match[str]) -> str:
        if found["file"]:
            return found[0] if found["file"] in pictures else found["alt"].replace("<", "&lt;")
        if found["note"]:
            return f"[^{key}-{found['note']}]"
        return "&lt;" if found["html"] else found[0].replace("<", "&lt;") if found["unnamed"] else found[0]

    return _MARKUP.sub(shown, _BLOCK.sub(r"\1&#47;", line))
