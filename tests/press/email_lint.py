"""What mail clients do not support, looked for in an e-mail's HTML: each rule with its reason."""

from __future__ import annotations

import re

from tests.press.reading import tags

MOST_BYTES = 80_000

# fmt: off
ELEMENTS = frozenset({
    "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "thead", "tr", "td", "th",
    "h1", "h2", "p", "a", "img", "span", "strong", "em", "br",
})
"""Known to Outlook's word processor, Gmail and Apple Mail alike. No script, link, svg, form, video."""
PROPERTIES = frozenset({
    "background-color", "border", "border-bottom", "border-top", "border-collapse", "border-spacing", "color",
    "color-scheme", "display", "font", "font-family", "font-size", "font-weight", "height", "letter-spacing",
    "line-height", "margin", "max-height", "max-width", "overflow", "padding", "text-align",
    "text-decoration", "text-transform", "vertical-align", "white-space", "width",
})
"""Properties that all of them honour, or do without unharmed. No flex, grid, position, float, transform,
background-image, opacity."""
# fmt: on
STYLE = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")


def lint(html: str) -> list[str]:
    """Everything that a client would drop or break, one line each; an empty list when it is sound."""
    found = [] if len(html.encode()) <= MOST_BYTES else ["Gmail cuts off at 102 KB; 80 KB are allowed"]
    if not html.lower().startswith("<!doctype html>"):
        found.append("without a doctype clients lay out in quirks mode")
    for name, attributes in tags(html):
        found += [f"<{name}>: {complaint}" for complaint in _element(name, attributes)]
    for block in re.findall(r"(?s)<style[^>]*>(.*?)</style>", html):
        found += _sheet(block)
    return found


def _element(name: str, attributes: dict[str, str | None]) -> list[str]:
    found = [] if name in ELEMENTS else ["not known to every client"]
    style = attributes.get("style") or ""
    dropped = [key for key in attributes if key.startswith("on") or key in ("id", "background")]
    found += [f"{key}: scripts and background pictures are dropped, ids renamed" for key in dropped]
    for prop, value in STYLE.findall(style):
        if prop not in PROPERTIES:
            found.append(f"{prop}: not supported everywhere")
        if "var(" in value or "calc(" in value or "url(" in value:
            found.append(f"{value}: Gmail drops the whole style")
        if prop.startswith("margin") and "-" in value:
            found.append("negative margins are dropped by Outlook and Gmail")
        if "!important" in value:
            found.append("an important style in an element beats the dark colours")
        if re.search(r"\d(rem|em|vw|vh)\b", value):
            found.append(f"{value}: Outlook knows pixels and percent")
        if prop == "display" and value.strip() not in ("none", "block"):
            found.append(f"display:{value} is not known to Outlook")
    if name == "table":
        if not attributes.get("width"):
            found.append("Outlook sizes tables by their width attribute")
        if (attributes.get("cellpadding"), attributes.get("cellspacing"), attributes.get("border")) != (
            "0",
        ) * 3:
            found.append("cell spacing and borders are not zero by default")
    if name == "img":
        missing = {"src", "alt", "width", "height"} - set(attributes)
        found += [f"no {key}: shown at the wrong size, or as an empty box" for key in sorted(missing)]
        source = attributes.get("src") or ""
        if not attributes.get("alt"):
            found.append("no words where images are off")
        if source.startswith("data:") or source.endswith(".svg"):
            found.append("Gmail and Outlook show neither data addresses nor SVG")
    if name in ("body", "table") and "background-color" in style and not attributes.get("bgcolor"):
        found.append("Outlook reads the ground from bgcolor")
    if name == "a" and not re.match(r"https://|mailto:|index\.html$", attributes.get("href") or ""):
        found.append("a link that leads nowhere from a mailbox")
    return found


def _sheet(css: str) -> list[str]:
    """The one style sheet that stays: media queries only, as some clients drop it whole."""
    found = []
    if len(css) > 8192:
        found.append("Gmail ignores a style sheet of more than 8,192 characters")
    if "@import" in css or "url(" in css or "@font-face" in css:
        found.append("nothing is fetched from elsewhere")
    outside = re.sub(r"(?s)@media[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    outside = outside.replace(":root { color-scheme: light dark; }", "")
    if "{" in outside:
        found.append(f"a rule outside a media query belongs into its elements: {outside.strip()[:60]}")
    return found
