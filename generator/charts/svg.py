"""From matplotlib's SVG to ours: both colour schemes inside, small, the same bytes every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from generator.charts.style import SENTINEL_OF, SENTINELS, Role, shades

_SVG = "http://www.w3.org/2000/svg"
_NAMES = {"s": _SVG}
_XLINK = "{http://www.w3.org/1999/xlink}"
_NUMBER = re.compile(r"-?\d+\.\d+")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}
"""Points that a path's command takes at a time."""
_KEPT_STYLE = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin")
_CLEAR = ("opacity", "fill-opacity", "stroke-opacity")
"""How clear a shape is; a class says how clear its colour is."""
_LETTER = "scale(0.015625)"
"""How matplotlib scales the shape of a letter."""
_ALONG = re.compile(r"translate\(([\d.]+) 0\)")
_FINEST = 0.25
"""The unit that shapes of letters are rounded to, in hundredths of the size of the text."""
_PAINTS = ("fill", "stroke")


def finish(raw: str, width: float, height: float, halo: str) -> bytes:
    """Rewrite an SVG drawn in sentinel colours.

    Sentinels become classes, coloured by a style sheet for light and for dark, over a middle tone as plain
    attributes for viewers that know neither. Metadata and needless names go, path data is rounded to a
    tenth of a pixel, letters to a thirtieth; where they stand stays exact, because it multiplies.
    """
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(raw)
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    _merge_dots(root)
    _draw_halos(root, halo)
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
    return f"{ElementTree.tostring(root, encoding='unicode')}\n".replace(" />", "/>").encode()


def _merge_dots(root: ElementTree.Element) -> None:
    """Make each group of plain dots one path: lines without length, as thick as the dot, with round ends."""
    radius = {}
    for shape in root.iterfind(".//s:defs/s:path", _NAMES):
        data = shape.get("d", "")
        # A circle has no straight piece, a mark with an edge has a style, a letter has a transform.
        if "L" not in data and not shape.attrib.keys() & {"style", "transform"}:
            # Matplotlib begins a circle above its middle.
            radius[f"#{shape.get('id')}"] = float(data.split()[2])
    for group in root.iter(f"{{{_SVG}}}g"):
        marks = group.findall("s:use", _NAMES)
        names = {mark.get(f"{_XLINK}href", "") for mark in marks}
        if names and names <= radius.keys():
            (name,), (style,) = names, {mark.get("style", "") for mark in marks}
            stroke = f"{style.replace('fill:', 'stroke:')}; stroke-width: {2 * radius[name]:g}"
            places = (f"{mark.get('x')} {mark.get('y')}" for mark in marks)
            line = ElementTree.Element(f"{{{_SVG}}}path")
            line.set("d", "".join(f"M {place} L {place} " for place in places))
            line.set("style", f"fill: none; stroke-linecap: round; {stroke}")
            group[:] = [line]
    for shapes in root.iterfind(".//s:defs", _NAMES):
        for shape in shapes.findall("s:path", _NAMES):
            if f"#{shape.get('id')}" in radius:
                shapes.remove(shape)


def _draw_halos(root: ElementTree.Element, name: str) -> None:
    """Under each text of this id, its letters once more with a thick edge in the colour of the paper."""
    paper = SENTINEL_OF["paper"]
    for text in root.iterfind(f".//s:g[@id='{name}']", _NAMES):
        (letters,) = text.findall("s:g", _NAMES)
        place = letters.get("transform", "")
        # As wide on the page whatever the size of the letters, whose own transform comes on top.
        width = 4 / float(place.split("scale(")[1].split()[0]) / _FINEST
        below = ElementTree.Element(f"{{{_SVG}}}g", transform=place)
        below.set("style", f"fill: {paper}; stroke: {paper}; stroke-width: {width:.0f}")
        below.extend(ElementTree.Element(use.tag, use.attrib) for use in letters.findall("s:use", _NAMES))
        text.insert(0, below)


def _plain_attributes(element: ElementTree.Element, used: set[tuple[str, Role]]) -> None:
    """Turn an element's inline style into attributes, and its sentinel colours into classes."""
    classes: list[str] = []
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in _CLEAR:
            element.set("opacity", value)
        if name not in _KEPT_STYLE:
            continue
        role = SENTINELS.get(value)
        if name in _PAINTS and role is not None:
            classes.append(_class(name, role))
            used.add((name, role))
            shade = shades()[role]
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
        if element.get("transform") == _LETTER:
            # A 64th of a unit of the typeface is far finer than any screen.
            element.set("d", compact(element.get("d", ""), 0, 1 / (64 * _FINEST)))
            element.set("transform", f"scale({_FINEST:g})")
        else:
            element.set("d", compact(element.get("d", ""), 1))
    if tag == "use":
        # Letters are moved along their line in units a hundredth of their size.
        move = _ALONG.fullmatch(element.attrib.get("transform", ""))
        if move is not None:
            del element.attrib["transform"]
            element.set("x", move[1])
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


def compact(data: str, decimals: int, scale: float = 1.0) -> str:
    """Path data with every point told from the last one, in as few characters as say so.

    Points are rounded where they lie and not in their distances, so no error adds up.

    Parameters
    ----------
    data : absolute ``M``, ``L``, ``Q``, ``C`` and ``z``, as matplotlib writes them.
    decimals : places after the point that are kept.
    scale : what the numbers are multiplied by first.
    """
    unit = 10**decimals
    said: list[str] = []
    at = start = (0, 0)
    last = ""
    for command, numbers in _COMMAND.findall(data):
        if command in "zZ":
            said.append("z")
            at, last = start, "z"
            continue
        places = [round(float(number) * scale * unit) for number in numbers.split()]
        points = list(zip(places[::2], places[1::2], strict=True))
        for group in (points[n : n + _POINTS[command]] for n in range(0, len(points), _POINTS[command])):
            if command == "L" and group == [at]:
                # A line without length is a dot where it stands alone, and nothing at the end of another.
                said.append("h0" if last == "m" else "")
                last = "h" if last == "m" else last
                continue
            # Pairs after a move are lines already.
            name = command.lower()
            letter = "" if (name == last != "m") or (name, last) == ("l", "m") else name
            deltas = [place - here for point in group for place, here in zip(point, at, strict=True)]
            said.append(letter + _run(deltas, unit, separate=not letter))
            at, last = group[-1], name
            start = at if command == "M" else start
    return "".join(said)


def _run(values: list[int], unit: int, separate: bool) -> str:
    """Numbers one after the other; a minus sign parts them as well as a space does."""
    run = ""
    for value in values:
        text = f"{value / unit:g}"
        if 0 < abs(value) < unit:
            text = text.replace("0.", ".", 1)
        run += text if text.startswith("-") or not (run or separate) else f" {text}"
    return run


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
            f".{_class(paint, role)}{{{paint}:{getattr(shades()[role], scheme)};{paint}-opacity:1}}"
            for paint, role in sorted(used)
        )
        schemes.append(f"@media (prefers-color-scheme:{scheme}){{{rules}}}")
    return "".join(schemes)
