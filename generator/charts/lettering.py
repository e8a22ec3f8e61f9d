"""Which typeface each letter of a line is drawn in: the letter's own, else one that is installed.

The house's typeface has the Latin, Greek and Cyrillic alphabets. Chinese, Japanese, Korean and signs such as
emoji are drawn in a typeface of the machine that has them. Scripts whose letters change their order or their
shape in company (Arabic, Hebrew, the scripts of India, Thai, joined emoji) need more than letters in a row:
they are not drawn, as nothing is that no typeface has. Never a box or a question mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties, findSystemFonts, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.textpath import text_to_path

from generator.charts.style import characters, typeface

Run = tuple[str, FontProperties]
"""Letters side by side in one typeface."""

_BETWEEN = "\ufe0e\ufe0f"
"""Whether a sign is meant as text or as a picture: either way it is drawn as text."""
_SHAPED = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u1100-\u11ff\u1780-\u18af\u1950-\u1aaf\u1b00-\u1cff\ua800-\uabff\ufb1d-\ufdff"
    "\ufe70-\ufeff\U00010800-\U00011fff\U0001e800-\U0001efff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\u200c-\u200f"
    "\u202a-\u202e\u2066-\u2069]"
)
"""Right to left, Indic and South-East Asian, Korean in parts, Mongolian; flags, skin tones, joiners."""
_USELESS = re.compile("lastresort|blank|emojicolor|coloremoji|color emoji", re.IGNORECASE)
"""Typefaces of boxes, of nothing, and of pictures in colour."""
_PIECES = re.compile(r"\s+|[^\s\u1100-\u11ff\u2e80-\uffef\U0001f000-\U0003ffff]+|.")
_CLINGING = "、。，．・：；？！」』】〉》）］｝”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
"""What begins no line."""


def runs(text: str, bold: bool = False) -> tuple[Run, ...] | None:
    """The text on one line, letter by letter in a typeface that has it; None where it cannot be drawn."""
    line = _letters(text)
    if line is None:
        return None
    found: list[Run] = []
    for letter in line:
        face = _face(letter, bold)
        if face is None:
            return None
        if found and (letter == " " or found[-1][1] is face):
            found[-1] = (found[-1][0] + letter, found[-1][1])
        else:
            found.append((letter, face))
    return tuple(found)


def in_house(text: str) -> bool:
    """Any machine draws this alike: the house's own typeface has all of it, or none would do."""
    line = _letters(text)
    return line is None or all(ord(letter) in characters(bold=True) for letter in line)


def faces(text: str, bold: bool = False) -> list[tuple[str, FontProperties | None]]:
    """The text in parts, each in the typeface that has its letters; None where none of the machine has them.

    For who shapes letters in company (``raster``): no script is left out. What has no shape stays with what
    stands before it.
    """
    found: list[tuple[str, FontProperties | None]] = []
    for letter in text:
        shapeless = letter.isspace() or unicodedata.category(letter) in ("Cf", "Mn")
        face = found[-1][1] if shapeless and found else _face(letter, bold)
        if found and face is found[-1][1]:
            found[-1] = (found[-1][0] + letter, face)
        else:
            found.append((letter, face))
    return found


def _letters(text: str) -> str | None:
    """The letters to set side by side; None where that is not enough."""
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    line = "".join(c for c in line if c not in _BETWEEN)
    shaped = _SHAPED.search(line) or any(unicodedata.category(c)[0] in "MC" for c in line)
    return None if shaped else line


def widths(line: tuple[Run, ...], size: float) -> tuple[float, ...]:
    """How wide each run is, in CSS pixels."""
    return tuple(width_of(text, face, size) for text, face in line)


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """What a line may be broken before, and whether a space stood there: words, and each Chinese, Japanese or
    Korean letter with the sign that clings to it."""
    spaced = False
    held: tuple[bool, str] | None = None
    for piece in _PIECES.findall(" ".join(text.split())):
        if piece.isspace():
            spaced = True
        elif held is not None and not spaced and piece in _CLINGING:
            held = (held[0], held[1] + piece)
        else:
            if held is not None:
                yield held
            held, spaced = (spaced, piece), False
    if held is not None:
        yield held


def width_of(text: str, face: FontProperties, size: float) -> float:
    """How wide letters of one typeface are, in CSS pixels."""
    font = face.copy()
    font.set_size(size)
    width: float = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
    return width


def _face(letter: str, bold: bool) -> FontProperties | None:
    return typeface(bold) if ord(letter) in characters(bold) else _other_face(letter, bold)


@cache
def _other_face(letter: str, bold: bool) -> FontProperties | None:
    for path in _installed(bold):
        if _draws(path, letter):
            return _typeface_of(path)
    return None


@cache
def _typeface_of(path: str) -> FontProperties:
    return FontProperties(fname=path)


def _draws(path: str, letter: str) -> bool:
    """A typeface has a shape for a letter: some list letters for which they have a picture, or nothing."""
    try:
        font = get_font(path)
        if not font.scalable or ord(letter) not in font.get_charmap():
            return False
        font.load_char(ord(letter), flags=LoadFlags.NO_SCALE | LoadFlags.NO_HINTING)
        return len(font.get_path()[0]) > 0
    except (OSError, RuntimeError):  # a file that is damaged, or of a kind that is not known
        return False


@cache
def _installed(bold: bool) -> tuple[str, ...]:
    """The files of the machine's typefaces, those first that go best with the house's."""
    paths = [path for path in findSystemFonts() if not _USELESS.search(Path(path).name)]
    return tuple(sorted(paths, key=lambda path: _rank(Path(path).stem.lower(), bold)))


def _rank(name: str, bold: bool) -> tuple[bool, bool, bool, str]:
    """Upright sans first, of the weight that is wanted."""
    heavy = re.search("bold|semibold|heavy|black", name) is not None
    return (
        re.search("italic|oblique|mono|condensed|narrow", name) is not None,
        re.search("serif|ming|song|mincho|batang", name) is not None,
        heavy != bold,
        name,
    )
