"""From matplotlib's SVG to ours: both colour schemes inside, small, the same bytes every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from generator.charts.style import SENTINELS, SHADES, Role

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_NUMBER = re.compile(r"-?\d+\.\d+")
_AROUND_LETTER = re.compile(r" ?([A-Za-z]) ?")
_KEPT_STYLE = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin")
_PAINTS = ("fill", "stroke")


def finish(raw: str, width: float, height: float) -> bytes:
    """Rewrite an SVG drawn in sentinel colours.

    Sentinels become classes, coloured by a style sheet for light and for dark, over a middle tone as plain
    attributes for viewers that know neither. Metadata and needless names go, path data is rounded to a
    tenth of a pixel; transforms stay exact, because they multiply.
    """
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(raw)
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    used: set[tuple[str, Role]] = set()
    for element in root.iter():
        _plain_attributes(element, used)
        _shrink(element)
    for group in root.iter(f"{{{_SVG}}}g"):
        _share(group)
    root.attrib.update(width=f"{width:g}", height=f"{height:g}")
    root.set("stroke-linejoin", "round")
    root.attrib.pop("version", None)
    style = ElementTree.Element(f"{{{_SVG}}}style")
    style.text = _style_sheet(used)
    root.insert(0, style)
    _drop_empty(root)
    _shorten_ids(root)
    return f"{ElementTree.tostring(root, encoding='unicode')}\n".encode()


def _plain_attributes(element: ElementTree.Element, used: set[tuple[str, Role]]) -> None:
    """Turn an element's inline style into attributes, and its sentinel colours into classes."""
    classes: list[str] = []
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name not in _KEPT_STYLE:
            continue
        role = SENTINELS.get(value)
        if name in _PAINTS and role is not None:
            classes.append(_class(name, role))
            used.add((name, role))
            shade = SHADES[role]
            element.set(name, shade.middle)
            if shade.weight < 1:
                element.set(f"{name}-opacity", f"{shade.weight:g}")
        else:
            element.set(name, value)
    if classes:
        element.set("class", " ".join(classes))


def _shrink(element: ElementTree.Element) -> None:
    tag = element.tag.removeprefix(f"{{{_SVG}}}")
    if tag == "g":
        element.attrib.pop("id", None)
    if tag == "path":
        # Shapes of letters are scaled down by a transform: whole units are finer than a tenth of a pixel.
        decimals = 0 if "transform" in element.attrib else 1
        data = _rounded(" ".join(element.get("d", "").split()), decimals)
        element.set("d", _AROUND_LETTER.sub(r"\1", data))
    if tag == "use":
        for name in ("x", "y"):
            if name in element.attrib:
                element.set(name, _rounded(element.attrib[name], 1))
        target = element.attrib.pop(f"{_XLINK}href", None)
        if target is not None:
            element.set("href", target)
    if element.text is not None and not element.text.strip():
        element.text = None
    if element.tail is not None and not element.tail.strip():
        element.tail = None


def _shorten_ids(root: ElementTree.Element) -> None:
    """Number the ids: every letter and dot refers to one."""
    short: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", short.setdefault(element.attrib["id"], f"i{len(short)}"))
    for element in root.iter():
        if "href" in element.attrib:
            element.set("href", f"#{short[element.attrib['href'].removeprefix('#')]}")
        if "clip-path" in element.attrib:
            old = element.attrib["clip-path"].removeprefix("url(#").removesuffix(")")
            element.set("clip-path", f"url(#{short[old]})")


def _share(group: ElementTree.Element) -> None:
    """Say once, on the group, what all its marks have in common: a chart may hold a thousand dots."""
    children = list(group)
    if not children or any(child.tag != f"{{{_SVG}}}use" for child in children):
        return
    for name in ("fill", "stroke", "stroke-width", "class", "fill-opacity", "stroke-opacity"):
        held = {child.get(name) for child in children}
        if len(held) == 1 and group.get(name) is None and (value := held.pop()) is not None:
            group.set(name, value)
            for child in children:
                del child.attrib[name]


def _rounded(data: str, decimals: int) -> str:
    def round_one(match: re.Match[str]) -> str:
        return f"{round(float(match[0]), decimals) + 0.0:.{decimals}f}".removesuffix(".0")

    return _NUMBER.sub(round_one, data)


def _drop_empty(parent: ElementTree.Element) -> None:
    for child in list(parent):
        _drop_empty(child)
        bare = child.tag in (f"{{{_SVG}}}g", f"{{{_SVG}}}defs") and len(child) == 0
        # Matplotlib's own style sheet sits alone in its defs; what it says is in the attributes already.
        if bare or (child.tag == f"{{{_SVG}}}style" and parent.tag == f"{{{_SVG}}}defs"):
            parent.remove(child)


def _class(paint: str, role: Role) -> str:
    return f"{paint[0]}-{role}"


def _style_sheet(used: set[tuple[str, Role]]) -> str:
    schemes = []
    for scheme in ("light", "dark"):
        rules = "".join(
            f".{_class(paint, role)}{{{paint}:{getattr(SHADES[role], scheme)};{paint}-opacity:1}}"
            for paint, role in sorted(used)
        )
        schemes.append(f"@media (prefers-color-scheme:{scheme}){{{rules}}}")
    return "".join(schemes)
