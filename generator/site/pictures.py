"""Pictures of Markdown as the charts of a page: sizes, the phone's own drawing, hot spots, the credit."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement
from zlib import compress

_VIEWBOX = re.compile(rb'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
"""Names of files that lie beside a page."""


def svg_size(image: bytes) -> tuple[int, int]:
    """Width and height of an SVG's view box, rounded to whole pixels.

    Raises
    ------
    ValueError : it has none.
    """
    found = _VIEWBOX.search(image[:2000])
    if found is None:
        raise ValueError("the chart has no viewBox")
    return round(float(found[1])), round(float(found[2]))


def packed_spots(kept: str) -> str:
    """Hot spots as the attribute ``data-spots`` that ``letter.js`` reads: deflated (RFC 1950), in base64.

    As they are, they would be a third of a page with a hundred cases.

    Parameters
    ----------
    kept : for ``page`` and ``phone`` a list of [thousandths from the left, from the top, words], as JSON.
    """
    written = json.dumps(json.loads(kept), ensure_ascii=False, separators=(",", ":"))
    return b64encode(compress(written.encode(), 9)).decode()


def data_beside(figure: Element) -> str | None:
    """The name of the CSV file that a caption offers, taken off its figure."""
    name = figure.attrib.pop("data-csv", "")
    return name if NAME.fullmatch(name) else None


def chart_of(figure: Element, folder: Path | None) -> None:
    """Make of a ``figure`` with a picture and its caption the chart that a page shows, in place.

    Parameters
    ----------
    folder : where the picture's file lies, with the phone's drawing (``<key>-phone.svg``) and its hot spots
        (``<key>.spots.json``); None where only the Markdown is at hand.
    """
    image, caption = figure[0][0], figure[1]
    csv = data_beside(figure)
    figure.set("class", "chart wide")
    picture = Element("picture")
    figure.remove(figure[0])
    figure.insert(0, picture)
    source = image.get("src", "")
    drawn = folder / source if folder is not None and NAME.fullmatch(source) else None
    if drawn is not None and drawn.suffix == ".svg" and drawn.is_file():
        phone = drawn.with_name(f"{drawn.stem}-phone.svg")
        if phone.is_file():
            smaller = {"media": "(max-width: 600px)", "srcset": phone.name, **_size(phone)}
            SubElement(picture, "source", smaller)
        image.attrib.update(_size(drawn))
        spots = drawn.with_name(f"{drawn.stem}.spots.json")
        if spots.is_file():
            figure.set("data-spots", packed_spots(spots.read_text(encoding="utf-8")))
    if "lead" not in image.attrib.pop("class", "").split():
        image.set("loading", "lazy")
    image.set("decoding", "async")
    image.tail = None
    picture.append(image)
    _caption(caption, csv)


def _size(image: Path) -> dict[str, str]:
    with image.open("rb") as file:
        width, height = svg_size(file.read(2000))
    return {"width": str(width), "height": str(height)}


def _caption(caption: Element, csv: str | None) -> None:
    """The finding, and on a line of its own the credit and the data."""
    parts = list(caption)
    for part in parts[:1]:
        part.tag = "span"
        part.tail = "\n"
    credit = parts[1] if len(parts) > 1 else None
    if credit is not None:
        credit.tag = "span"
        credit.set("class", "credit")
    if csv:
        credit = SubElement(caption, "span", {"class": "credit"}) if credit is None else credit
        place = SubElement(credit, "span", {"class": "download"})
        place.text = " · " if credit.text or len(credit) > 1 else None
        SubElement(place, "a", {"href": csv, "download": csv}).text = "Data (CSV)"
