"""The author's Markdown as a part of an article: below the section's heading, and shut off from what follows.

All that Markdown has is kept. What would reach out of the section is not: headings of the page's own rank,
fences of blocks, raw HTML, the names of footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from urllib.parse import quote, unquote

from generator.language.author_lines import FENCE, Line, author_lines
from generator.language.escape import Markdown

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Kinds of pictures that a report can show: none of them can carry a script."""
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_NO_HEADING = re.compile(r"^( *)#")
_BLOCK = re.compile(r"^(\s*)/(?=//)")
_ALT = r"(?:[^\[\]]|\[[^\[\]]*\])*"
_MARKUP = re.compile(
    r"(?P<code>(?<!\\)(`+)(?!`)(?s:.+?)(?<!`)\2(?!`))"
    rf"|!\[(?P<alt>{_ALT})\]\(\s*(?P<file><[^<>\n]+>|[^\s()<>\"'][^()<>\"'\n]*?)"
    r"(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
    rf"|(?P<unnamed>!\[{_ALT}\](?:\[[^\]]*\]|\([^)]*\)?)?)"
    r"|\]\(\s*<?(?P<link>[^\s)>]+)"
    r"|<(?P<address>https?://[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>"
    r"|\[\^(?P<note>[^\]\s]+)\]"
    r"|(?P<html><)"
)
"""What a paragraph is looked through for, code first, so that nothing in it is taken for anything else."""
_DEFINITION = re.compile(r" *\[(?!\^)[^\]]+\]:\s*<?(?P<link>[^\s>]+)")
_NOTE = re.compile(r" *\[\^(?P<note>[^\]\s]+)\]:")
_BOX = re.compile(r" *[-*+] \[[ xX]\] ")
_TERM = re.compile(r" {0,3}: {1,3}\S")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>|<!--")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose(source: str, key: str, pictures: Collection[str] = (), whole: bool = False) -> Markdown:
    """An author's text as it stands in the article.

    Parameters
    ----------
    key : keeps its footnotes apart from those of other texts.
    pictures : the files that it may show; of any other picture its words are left.
    whole : the text is the whole article, and its headings are of the first rank below the title.
    """
    parts = (part if is_code else _words(part, key, pictures, whole) for part, is_code in _parts(source))
    text = "\n".join(parts)
    opened = _opened(text.splitlines())
    return Markdown(f"{text}\n{opened}" if opened else text)


def pictures_in(source: str) -> tuple[str, ...]:
    """The files of the pictures that a text shows, by their names."""
    return tuple(dict.fromkeys(_name(found["file"]) for found in _found(source) if found["file"]))


def _name(written: str) -> str:
    return unquote(written.strip("<> "))


def unnamed_picture(source: str) -> str | None:
    """A picture whose file is not named in place; None when there is none."""
    return next((found["unnamed"] for found in _found(source) if found["unnamed"]), None)


def links_in(source: str) -> tuple[str, ...]:
    """The targets of links that no page follows: all but web addresses, mail and places of the site."""
    targets = [found["link"] for found in _found(source) if found["link"]]
    targets += [found["link"] for line in author_lines(source) if (found := _DEFINITION.match(line.text))]
    return tuple(target for target in targets if not _followed(unescape(target)))


def _followed(target: str) -> bool:
    if target.startswith(("//", "\\", "/\\")):
        return False
    return not _SCHEME.match(target) or target.lower().startswith(("https:", "http:", "mailto:"))


def unknown_marks(source: str) -> Iterator[tuple[str, str]]:
    """Marks that other dialects of Markdown know and no page of this one, and what to write instead."""
    for part, is_code in _parts(source):
        if is_code:
            continue
        if found := _BOX.match(part):
            yield found[0].strip(), "there are no boxes to tick. Write a plain list."
        lines = part.split("\n")
        yield from (
            (line.strip(), "write a list of terms as **Term**: words.") for line in lines if _TERM.match(line)
        )
        if found := next(
            (f for f in _MARKUP.finditer(part) if f["html"] and _TAG.match(part, f.start())), None
        ):
            tag = _TAG.match(part, found.start())
            yield tag[0] if tag else "<", "HTML is not read. Use Markdown, or write it as `code`."


def missing_notes(source: str) -> tuple[str, ...]:
    """The names of footnotes that a text refers to and does not have."""
    noted = {found["note"] for line in author_lines(source) if (found := _NOTE.match(line.text))}
    return tuple(dict.fromkeys(f["note"] for f in _found(source) if f["note"] and f["note"] not in noted))


def _found(source: str) -> Iterator[re.Match[str]]:
    for part, is_code in _parts(source):
        if not is_code:
            yield from _MARKUP.finditer(part)


def unclosed_fence(source: str) -> bool:
    """Whether a block of code begins that does not end."""
    return bool(_opened(source.splitlines()))


def _parts(source: str) -> Iterator[tuple[str, bool]]:
    """Its paragraphs and other lines, and whether each is code."""
    part: list[Line] = []
    for line in author_lines(source):
        if part and not line.goes_on:
            yield "\n".join(each.text for each in part), part[0].is_code
            part = []
        part.append(line)
    if part:
        yield "\n".join(each.text for each in part), part[0].is_code


def _opened(lines: list[str]) -> str:
    """The fence that is open at the end of these lines; empty when none is."""
    fence = ""
    for line in lines:
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
    return fence


def _words(part: str, key: str, pictures: Collection[str], whole: bool) -> str:
    """A part that is no code: its heading below the section's, no block, no HTML, footnotes of its own."""
    lines = (_BLOCK.sub(r"\1&#47;", line) for line in part.split("\n"))

    def shown(found: re.Match[str]) -> str:
        if found["file"]:
            alt, name = found["alt"].replace("<", "&lt;"), _name(found["file"])
            return f"![{alt}]({quote(name)}{found['title'] or ''})" if name in pictures else alt
        if found["note"]:
            return f"[^{key}-{found['note']}]"
        return "&lt;" if found["html"] else found[0].replace("<", "&lt;") if found["unnamed"] else found[0]

    return _MARKUP.sub(shown, "\n".join(_below(line, whole) for line in lines))


def _below(line: str, whole: bool) -> str:
    """A line whose heading, if it is one, stands below the section's, or below the title of the whole."""
    rank = _HEADING.match(line)
    if rank:
        depth = max(len(rank[1]), 2) if whole else 3 if len(rank[1]) <= 3 else 4
        return f"{'#' * min(depth, 4)}{line[rank.end() :]}"
    return _NO_HEADING.sub(r"\1\\#", line)
