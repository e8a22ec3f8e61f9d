"""The frame of an article: its head, its sections, its folds, its code and its foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from generator.site.pictures import chart_of

_HEAD = ("kicker", "deck", "byline")


def frame(root: Element, folder: Path | None) -> None:
    """Put an article whose tables are set into its frame, in place.

    A page with a kicker or a byline is an issue; other pages of Markdown are set as plain reading.
    """
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            _set(parent, place, child, folder)
    _name_what_scrolls(root)
    blocks = list(root)
    root[:] = []
    root.text = None
    issue = any(_has(block, *_HEAD) for block in blocks)
    article = SubElement(root, "article", {"class": "letter issue" if issue else "letter reading"})
    article.text = "\n"
    _fill(article, blocks)


def _set(parent: Element, place: int, child: Element, folder: Path | None) -> None:
    """Set one block of the article, where it stands in the tree."""
    if child.tag == "figure" and len(child) == 2 and "class" not in child.attrib:
        if _alone(child[0], "img"):
            chart_of(child, folder)
        else:
            _code(child)
    elif child.tag == "p" and _alone(child, "img") and parent.tag != "figure":
        child.tag = "figure"
        child.set("class", "picture")
        child[0].set("loading", "lazy")
    elif child.tag == "table" and parent.tag != "div" and not parent.get("class", "").startswith("scroll"):
        parent[place] = box = Element("div", {"class": "prose"})
        box.tail, child.tail = child.tail, None
        box.append(child)
    elif child.tag == "pre":
        child.attrib.update({"tabindex": "0", "role": "group", "aria-label": "To copy"})
    elif child.tag == "details":
        child.set("class", "fold")
    elif child.tag == "blockquote" and all(_has(line, "notice") for line in child):
        _notices(parent, child)


def _alone(block: Element, tag: str) -> bool:
    """A block holds one such element, and nothing beside it."""
    return (
        len(block) == 1
        and block[0].tag == tag
        and not (block.text or "").strip()
        and not (block[0].tail or "").strip()
    )


def _code(figure: Element) -> None:
    """Code with its caption, which comes first."""
    figure.attrib = {"class": "code"}
    code, caption = figure
    figure[:] = [caption, code]
    if len(caption) == 1 and caption[0].tag == "p":
        caption[0].tag = "span"


def _notices(parent: Element, quote: Element) -> None:
    place = list(parent).index(quote)
    parent.remove(quote)
    for number, line in enumerate(quote):
        line.set("role", "note")
        parent.insert(place + number, line)


def _has(block: Element, *names: str) -> bool:
    return block.tag == "p" and not set(names).isdisjoint(block.get("class", "").split())


def _name_what_scrolls(root: Element) -> None:
    """Every part of the page that scrolls is named, as no other part is."""
    names = Counter[str]()
    for figure in root.iter("figure"):
        box = next((part for part in figure if part.get("class") == "scroll"), None)
        if box is not None:
            name = " ".join("".join(next(box.iter("caption"), Element("p")).itertext()).split()) or "Table"
            names[name] += 1
            box.set("aria-label", name if names[name] == 1 else f"{name} ({names[name]})")
    for strip in root.iter("section"):
        if strip.get("class") == "strip":
            _strip(strip, strip[0])


def _strip(strip: Element, caption: Element) -> None:
    """Name the strip by its caption, and set the guide to its words apart."""
    links = [part for part in caption if part.tag == "a"]
    for link in links[-1:]:
        before = caption if len(caption) == 1 else caption[-2]
        if before is caption:
            caption.text = (caption.text or "").rstrip(" ·\n")
        else:
            before.tail = (before.tail or "").rstrip(" ·\n")
        caption.remove(link)
        strip.set("aria-label", " ".join("".join(caption.itertext()).split()))
        guide = SubElement(caption, "span", {"class": "guide"})
        guide.text = " · "
        guide.append(link)
        link.tail = None
    if not links:
        strip.set("aria-label", " ".join("".join(caption.itertext()).split()))


def _fill(article: Element, blocks: list[Element]) -> None:
    """Head, notices, sections and foot, in that order."""
    rest = blocks
    if any(block.tag == "h1" for block in blocks):
        head = SubElement(article, "header", {"class": "head"})
        rest = _take(head, rest, lambda block: block.tag == "h1" or _has(block, *_HEAD))
    rest = _take(article, rest, lambda block: _has(block, "notice"))
    foot = [block for block in rest if _has(block, "disclaimer")]
    section: Element | None = None
    for block in rest:
        if block in foot:
            continue
        if block.tag == "h2" or section is None or (block.tag == "div" and block.get("class") == "footnote"):
            section = SubElement(article, "section")
            section.text = section.tail = "\n"
            if block.tag == "h2" and block.get("id") == "the-short-version":
                section.set("class", "short")
                section.set("aria-labelledby", "the-short-version")
        section.append(block)
    if foot:
        SubElement(article, "footer", {"class": "foot"}).extend(foot)


def _take(into: Element, blocks: Iterable[Element], wanted: Callable[[Element], bool]) -> list[Element]:
    """Move the first blocks, as long as they are wanted; the rest."""
    rest = list(blocks)
    while rest and wanted(rest[0]):
        into.append(rest.pop(0))
    return rest
