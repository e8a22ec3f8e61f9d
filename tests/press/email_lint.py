"""What mail clients do not support, looked for in an e-mail's HTML: each rule with its reason.

The clients are Gmail, Outlook (Word's engine on Windows among them) and Apple Mail; what they know is
written down at caniemail.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html as reader

MOST_BYTES = 80_000
LEAST_TEXT = 13
_OF_STYLE = 8192

# fmt: off
ELEMENTS = frozenset({
    "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "thead", "tr", "td", "th",
    "h1", "h2", "h3", "p", "a", "img", "picture", "source", "span", "strong", "em", "br",
})
"""Known to all of them, or replaced by something harmless: where <picture> is dropped, its <img> stays. No
script, link, svg, form, video."""
PROPERTIES = frozenset({
    "background-color", "border", "border-bottom", "border-top", "border-collapse", "border-color",
    "border-spacing", "color", "color-scheme", "display", "font", "font-family", "font-size", "font-weight",
    "height", "letter-spacing", "line-height", "margin", "max-height", "max-width", "overflow", "padding",
    "padding-left", "padding-right", "text-align", "text-decoration", "text-transform", "vertical-align",
    "white-space", "width",
    # Square corners, and shown text of no height, where these are not known.
    "border-radius", "mso-hide",
})
"""Properties that all of them honour, or do without unharmed. No flex, grid, position, float, transform,
background-image, opacity."""
CELLS = frozenset({"td", "th"})
"""Outlook on Windows knows padding on these only."""
# fmt: on
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_SIZE = re.compile(r"(?<![-\w])(\d+(?:\.\d+)?)px")


def lint(html: str) -> list[str]:
    """Everything that a client would drop or break, one line each; an empty list when it is sound."""
    found = [] if len(html.encode()) <= MOST_BYTES else ["Gmail cuts off at 102 KB; 80 KB are allowed"]
    if not html.lower().startswith("<!doctype html>"):
        found.append("without a doctype clients lay out in quirks mode")
    page = reader.document_fromstring(html.encode(), parser=reader.HTMLParser(encoding="utf-8"))
    if not page.get("lang"):
        found.append("no lang: a screen reader does not know how to speak it")
    if not (page.findtext("head/title") or "").strip():
        found.append("no title: a tab or a screen reader has nothing to say")
    for element in page.iter():
        if isinstance(element.tag, str):
            found += [f"<{element.tag}>: {complaint}" for complaint in _element(element)]
    return [*found, *_sheets("".join(style.text or "" for style in page.iter("style")))]


def _element(element: reader.HtmlElement) -> Iterator[str]:
    if element.tag not in ELEMENTS:
        yield "not known to every client"
    for key in element.attrib:
        if key.startswith("on") or key in ("id", "background"):
            yield f"{key}: scripts and background pictures are dropped, ids renamed"
    yield from _style(element, _DECLARATION.findall(element.get("style") or ""))
    match element.tag:
        case "table":
            yield from _table(element)
        case "img":
            yield from _image(element)
        case "source":
            picture = element.getparent() if element.getparent() is not None else element
            if not (element.get("media") and element.get("srcset") and list(picture.iter("img"))):
                yield "a source needs its media and srcset, and a picture an img behind it"
        case "a":
            if not re.match(r"https://|mailto:|index\.html$", element.get("href") or ""):
                yield "a link that leads nowhere from a mailbox"
            if "color" not in (element.get("style") or ""):
                yield "a link without a colour of its own is blue on dark paper"
        case "body" | "td" | "th":
            yield from _text(element)
    tinted = element.tag in ("body", "table") and "background-color" in (element.get("style") or "")
    if tinted and not element.get("bgcolor"):
        yield "Outlook reads the ground from bgcolor"


def _style(element: reader.HtmlElement, declarations: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in declarations:
        if name not in PROPERTIES:
            yield f"{name}: not supported everywhere"
        if re.search(r"(var|calc|url|rgba?|hsla?)\(|#[0-9a-f]{8}\b|#[0-9a-f]{4}\b", value):
            yield f"{value}: Gmail drops the whole style, or Outlook the colour"
        if name.startswith("margin") and "-" in value:
            yield "negative margins are dropped by Outlook and Gmail"
        if name.startswith("margin") and element.tag in ("img", "span", "td", "th"):
            yield "a margin that Outlook or Gmail does not keep"
        if name.startswith("padding") and element.tag not in CELLS and value.strip("0 ;"):
            yield "padding outside a table cell is dropped by Outlook"
        if "!important" in value:
            yield "an important style in an element beats the dark colours"
        if re.search(r"\d(rem|em|vw|vh)\b", value):
            yield f"{value}: Outlook knows pixels and percent"
        if name == "display" and value.strip() not in ("none", "block"):
            yield f"display:{value} is not known to Outlook"
        if name in ("font", "font-size") and "preheader" not in (element.get("class") or ""):
            yield from (f"{value}: too small to read" for size in _SIZE.findall(value)[:1] if _small(size))


def _small(size: str) -> bool:
    return float(size) < LEAST_TEXT


def _table(table: reader.HtmlElement) -> Iterator[str]:
    if not table.get("width"):
        yield "Outlook sizes tables by their width attribute"
    spaced = any(table.get(name) != "0" for name in ("cellspacing", "border"))
    if spaced or not table.get("cellpadding", "").isdigit():
        yield "cell spacing and borders are not zero by default, nor is padding"
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    of_figures = any(cell.tag == "th" for row in rows for cell in row)
    if of_figures and table.get("role"):
        yield "a table of figures that is called a layout"
    if not of_figures and table.get("role") != "presentation":
        yield "a layout that a screen reader would read out as a table"
    if of_figures and any(cell.tag == "th" and not cell.get("scope") for row in rows for cell in row):
        yield "a heading cell that does not say what it heads"


def _image(image: reader.HtmlElement) -> Iterator[str]:
    for key in ("src", "alt", "width", "height"):
        if not image.get(key):
            yield f"no {key}: shown at the wrong size, or as an empty box"
    if not all((image.get(key) or "").isdigit() for key in ("width", "height")):
        yield "Outlook reads a percentage as one of the file's own width"
    source = image.get("src") or ""
    if source.startswith("data:") or source.endswith(".svg"):
        yield "Gmail and Outlook show neither data addresses nor SVG"


def _text(cell: reader.HtmlElement) -> Iterator[str]:
    if (cell.text or "").strip() and "font" not in (cell.get("style") or ""):
        yield f"text in no typeface of its own: Outlook does not hand one down ({(cell.text or '')[:20]})"


def _sheets(css: str) -> Iterator[str]:
    """The style sheets that stay: media queries only, as some clients drop them whole."""
    if len(css) > _OF_STYLE:
        yield "Gmail ignores style sheets of more than 8,192 characters"
    if "@import" in css or "url(" in css or "@font-face" in css:
        yield "nothing is fetched from elsewhere"
    if re.search(r"@media[^{]+\{[^{}]*@|@media[^{]*height", css):
        yield "Gmail knows neither nested media queries nor heights"
    outside = re.sub(r"(?s)@media[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    outside = outside.replace(":root { color-scheme: light dark; }", "")
    if "{" in outside:
        yield f"a rule outside a media query belongs into its elements: {outside.strip()[:60]}"
    for name, value in _DECLARATION.findall(re.sub(r"@media[^{]+", "", css)):
        if name in ("font", "font-size") and any(_small(size) for size in _SIZE.findall(value)[:1]):
            yield f"{value}: too small to read"
