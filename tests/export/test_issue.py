import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from generator.charts.raster import chart_png
from generator.charts.table import Grid, GridRow, table_png
from generator.core.errors import BadDataError
from generator.export.issue import export_files
from tests.export.sample import SKETCH, TEXT, chart, exported, read
from tests.press.reading import tags, text


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def test_every_chart_and_table_is_a_picture():
    files = exported("images")
    assert set(files) == {
        *("strip.png", "average-path.png", "episodes.png", "neighbours.png", "sketch.png", "drawing.png"),
    }
    assert files["sketch.png"] == SKETCH


def test_the_page_has_all_in_it():
    files = exported("html")
    assert set(files) == {"issue.html"}
    page = files["issue.html"].decode()
    found = tags(page)
    sources = [attributes["src"] for name, attributes in found if name == "img"]
    assert len(sources) == 3
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    allowed = {"href", "src", "alt", "width", "style", "lang", "charset", "name", "content"}
    assert {name for _, attributes in found for name in attributes} <= allowed
    assert {"script", "link", "details", "svg", "div", "span"}.isdisjoint(name for name, _ in found)
    assert "<script>alert(1)</script>, AT&T, 5 < 6." in text(page)
    assert [name for name, _ in found].count("table") == 3
    assert [name for name, _ in tags(exported("html", tables=False)["issue.html"].decode())].count(
        "table"
    ) == 0


def test_a_chart_is_drawn_on_paper_at_two_pixels_for_one():
    viewbox = re.search(rb'viewBox="0 0 (\d+) (\d+)"', chart())
    drawn = pixels(exported("markdown")["average-path.png"])
    assert drawn.shape[:2] == (2 * (int(viewbox[2]) + 32), 2 * (int(viewbox[1]) + 32))
    assert drawn[0, 0].tolist() == [0xFF, 0xFC, 0xF7]
    assert (drawn[:32] == drawn[0, 0]).all()
    dark = pixels(chart_png(chart(), "dark"))
    assert dark[0, 0].tolist() == [0x17, 0x18, 0x1A]
    # Ink of that scheme, not the middle tone of a viewer that knows neither.
    assert (drawn == [0x1C, 0x1B, 0x19]).all(axis=2).sum() > 100
    assert (dark == [0xE8, 0xE4, 0xDC]).all(axis=2).sum() > 100


def test_what_is_no_chart_of_ours_is_not_taken_for_one():
    with pytest.raises(ValueError, match="no chart of ours"):
        chart_png(b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>')


def test_a_drawing_of_the_author_is_drawn_as_it_is():
    drawn = pixels(exported("markdown")["drawing.png"])
    assert drawn.shape[:2] == (200, 600)
    assert drawn[100, 100].tolist() == [0xCC, 0, 0]


def with_picture(name: str, content: bytes | None = None):
    def beside(wanted: str) -> bytes:
        if wanted == name and content is not None:
            return content
        return read(wanted)

    return export_files(TEXT.replace("sketch.png", name), beside, "markdown")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.png", None, "shows gone.png, which is not beside it"),
        ("film.mp4", b"x", r"film.mp4 is no picture that other platforms show. Use one of: .png, .jpg"),
        ("bad.svg", b"<svg", "bad.svg cannot be drawn: .*Use a PNG"),
        (
            "spy.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/x.png"/></svg>',
            "spy.svg cannot be drawn: it shows other pictures",
        ),
    ],
)
def test_a_picture_that_cannot_be_had_is_told(name, content, message):
    with pytest.raises(BadDataError, match=message):
        with_picture(name, content)


def test_two_pictures_of_one_name_are_two_files():
    text = TEXT.replace("sketch.png", "average-path.png")
    files = export_files(
        text, lambda name: read("sketch.png" if name == "average-path.png" else name), "markdown"
    )
    assert [file.path for file in files] == [
        "issue.md",
        "average-path.png",
        "average-path-2.png",
        "drawing.png",
    ]


GRID = Grid(
    ("", "", "Return", "Return"),
    ("Signal", "Context", "1M", "3M"),
    (False, False, True, True),
    (
        GridRow(
            "", ("Jun 30, 2000", "Words enough for two lines, and then a few more words", "+1.00", "−2.00")
        ),
        GridRow("group", ("All that follows is of another kind, said at length", "", "", "")),
        GridRow("provisional", ("▸ Apr 20, 2026", "中文", "", "")),
        GridRow("summary", ("Average", "", "+1.00", "same")),
    ),
)


def test_a_table_is_drawn_in_its_colours():
    drawn = pixels(table_png(GRID))
    assert drawn[0, 0].tolist() == [0xFF, 0xFC, 0xF7]

    def inked(colour: list[int]) -> bool:
        return bool((np.abs(drawn - colour).max(axis=2) < 12).any())

    for colour in ([0x1F, 0x7F, 0x86], [0xC4, 0x50, 0x1B], [0x1C, 0x1B, 0x19], [0x0B, 0x64, 0x70]):
        assert inked(colour)
    plain = Grid(GRID.groups, GRID.headings, GRID.right, (GridRow("", ("a", "b", "1.00", "2.00")),))
    assert drawn.shape != pixels(table_png(plain)).shape
    assert not (np.abs(pixels(table_png(plain)) - [0xC4, 0x50, 0x1B]).max(axis=2) < 12).any()


def test_a_letter_that_no_typeface_has_is_told_of():
    """A noncharacter: no typeface will ever have it."""
    grid = Grid(("",), ("A",), (False,), (GridRow("", ("x\ufdd0",)),))
    with pytest.raises(ValueError, match=r"no typeface on this machine has the letter .* \('\\ufdd0'\)"):
        table_png(grid)


def test_the_same_issue_gives_the_same_bytes():
    for form in ("markdown", "html", "images"):
        assert exported(form) == exported(form)
