"""An issue in the Markdown that templates write, with a chart and an author's pictures beside it."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from generator.charts.render import draw
from generator.export.issue import Form, export_files
from tests.press import demo

ADDRESS = "https://letter.example/issues/april/"
TEXT = (Path(__file__).parent / "april.md").read_text()
SKETCH = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100" '
    b'fill="#eeeeee"/><rect x="10" y="10" width="80" height="80" fill="#cc0000"/></svg>'
)


@cache
def chart() -> bytes:
    """The chart of the sample, as the page has it."""
    return draw(demo.edition().lead.figure, "page", False)


def read(name: str) -> bytes:
    """A file beside the sample."""
    files = {"average-path.svg": chart(), "sketch.png": SKETCH, "drawing.svg": DRAWING}
    if name not in files:
        raise FileNotFoundError(name)
    return files[name]


def exported(
    form: Form, text: str = TEXT, tables: bool = True, address: str | None = ADDRESS
) -> dict[str, bytes]:
    """The sample as another platform gets it."""
    made = export_files(text, read, form, tables, address)
    files = {file.path: file.content for file in made}
    assert len(files) == len(made)
    return files
