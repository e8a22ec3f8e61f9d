"""``looks:`` of a letter, as it is written: read with the files that it names, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.core.errors import Problem
from generator.core.files import is_file
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.core.yaml_models import Written
from generator.spec.looks import HOUSE, Font, LookFile, Looks, coloured, unreadable
from generator.spec.models import COLOUR, FAMILY, FONT_FILE, PICTURE_FILE
from generator.spec.problems import validate_part

LOOKS = "looks"
LARGEST = 2_000_000
_SFNT = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_PNG, _SVG = (
    b"\x89PNG\r\n\x1a\n",
    re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL),
)


Colour = Annotated[str | None, Field(pattern=COLOUR, description='Such as "#0b6470", in quotes.')]
File = Annotated[
    str | None, Field(max_length=300, pattern=FONT_FILE, description="A .ttf or .otf file of the letter.")
]
Image = Annotated[
    str | None, Field(max_length=300, pattern=PICTURE_FILE, description="An SVG or PNG of the letter.")
]
Family = Annotated[str, Field(max_length=80, pattern=FAMILY)]


class WrittenColours(Written):
    """The colours of one scheme, as they are written."""

    paper: Colour = None
    ink: Colour = None
    soft: Colour = None
    rule: Colour = None
    accent: Colour = None
    gain: Colour = None
    loss: Colour = None
    wash: Colour = None
    ground: Colour = None
    second: Colour = None
    third: Colour = None
    fourth: Colour = None


class WrittenFont(Written):
    """A font as it is written."""

    family: Family
    fallback: Annotated[
        tuple[Family, ...], Field(max_length=10, description="Families, the best first.")
    ] = ()
    regular: File = None
    bold: File = None
    italic: File = None


class WrittenLooks(Written):
    """``looks:`` but for its colours and fonts, which are read one by one."""

    logo: Image = None
    logo_dark: Image = None
    icon: Image = None


def read_looks(document: YamlDocument, root: Path) -> tuple[Looks, list[Problem]]:
    """The looks that a letter asks for, and every mistake in what it says of them."""
    written = document.value.get(LOOKS)
    if written is None:
        return HOUSE, []
    top, problems = validate_part(WrittenLooks, written, document, (LOOKS,), ("colours", "fonts"))
    if top is None or not isinstance(written, dict):
        return HOUSE, problems
    files = _Files(root, document)
    schemes = _group(written, "colours", ("light", "dark"), WrittenColours, document, problems)
    problems += _unquoted(document)
    fonts = _group(written, "fonts", ("text", "labels"), WrittenFont, document, problems)
    looks = replace(
        HOUSE,
        logo=files.picture(("logo",), top.logo),
        logo_dark=files.picture(("logo_dark",), top.logo_dark),
        icon=files.picture(("icon",), top.icon),
        colours=tuple(coloured(*(_hex(schemes.get(name)) for name in ("light", "dark"))).items()),
    )
    if isinstance(font := fonts.get("text"), WrittenFont):
        families = (font.family, *(font.fallback or HOUSE.mail_text))
        looks = replace(looks, text=files.font("text", font, families), mail_text=families)
    if isinstance(font := fonts.get("labels"), WrittenFont):
        families = (font.family, *(font.fallback or HOUSE.mail_labels))
        looks = replace(looks, labels=files.font("labels", font, families), mail_labels=families)
    if looks.logo_dark is not None and looks.logo is None:
        problems.append(document.problem((LOOKS, "logo_dark"), "needs a 'logo' for light paper beside it."))
    problems += files.problems
    if not problems:
        problems += (document.problem((LOOKS, "colours", *key), said) for key, said in unreadable(looks))
    return looks, problems


def _group(
    written: Mapping[str, object],
    key: str,
    names: Iterable[str],
    model: type[WrittenColours] | type[WrittenFont],
    document: YamlDocument,
    problems: list[Problem],
) -> dict[str, Written]:
    """What stands under a key's names, each as its model."""

    class Names(Written):
        """The names alone."""

    value = document.value[LOOKS][key] if key in written else None  # type: ignore[index, call-overload]
    if value is None:
        return {}
    _, found = validate_part(Names, value, document, (LOOKS, key), tuple(names))
    problems += found
    parts: dict[str, Written] = {}
    for name in names:
        if isinstance(value, dict) and value.get(name) is not None:
            part, found = validate_part(model, value[name], document, (LOOKS, key, name))
            problems += found
            parts |= {} if part is None else {name: part}
    return parts


def _unquoted(document: YamlDocument) -> Iterator[Problem]:
    """A colour without quotes is a comment, and would be the house's without a word."""
    for path in document.spans:
        if path[:2] == (LOOKS, "colours") and len(path) == 4:
            value: object = document.value
            for part in path:
                value = value[part]  # type: ignore[index]
            if value is None:
                yield document.problem(
                    path, 'has no value. Put the colour in quotes, such as "#0b6470": # begins a comment.'
                )


def _hex(colours: Written | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in ({} if colours is None else colours.model_dump()).items():
        if value is not None:
            digits = value.lstrip("#").lower()
            found[name] = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    return found


class _Files:
    """Reads the files that the looks name, and keeps what is wrong with them."""

    def __init__(self, root: Path, document: YamlDocument) -> None:
        self._root, self._document = root, document
        self.problems: list[Problem] = []

    def picture(self, key: KeyPath, name: str | None) -> LookFile | None:
        """An SVG or PNG."""
        found = self._read(key, name)
        if found is None:
            return None
        file, content = found
        right = content.startswith(_PNG) if file.name.lower().endswith(".png") else _SVG.match(content)
        if not right:
            self._wrong(key, f"{name} is no picture of the kind that its name says. Save it as SVG or PNG.")
        return file

    def font(self, role: str, font: WrittenFont, families: tuple[str, ...]) -> Font:
        """A font with its files."""
        written = (LOOKS, "fonts", role, "regular") in self._document.spans
        if not written and (font.bold or font.italic):
            self._wrong(("fonts", role), "names a bold or an italic and no 'regular'. Add it.")
        files = {
            cut: self._cut(("fonts", role, cut), getattr(font, cut)) for cut in ("regular", "bold", "italic")
        }
        return Font(families, **files)

    def _cut(self, key: KeyPath, name: str | None) -> LookFile | None:
        found = self._read(key, name)
        if found is None:
            return None
        file, content = found
        if not _is_font(content):
            self._wrong(
                key, f"{name} cannot be opened as a font. Take the .ttf or .otf that its maker gives."
            )
        return file

    def _read(self, key: KeyPath, name: str | None) -> tuple[LookFile, bytes] | None:
        if name is None:
            return None
        path = self._root / name
        if not path.resolve().is_relative_to(self._root.resolve()):
            self._wrong(key, f"{name} leads out of the letter's folder. Put the file into it.")
        elif not is_file(path):
            self._wrong(key, f"there is no file {name} in the letter's folder.")
        elif path.stat().st_size > LARGEST:
            self._wrong(key, f"{name} has more than {LARGEST:,} bytes, which every reader would fetch.")
        else:
            try:
                content = path.read_bytes()
            except OSError as error:
                self._wrong(key, f"{name} cannot be read: {error.strerror or error}.")
                return None
            return LookFile(name, path, hashlib.sha256(content).hexdigest()), content
        return None

    def _wrong(self, key: KeyPath, message: str) -> None:
        self.problems.append(self._document.problem((LOOKS, *key), message))


def _is_font(content: bytes) -> bool:
    """An OpenType or TrueType file whose tables, letters and outlines among them, are all inside it."""
    if content[:4] not in _SFNT:
        return False
    count = int.from_bytes(content[4:6], "big")
    records = [content[12 + 16 * n : 28 + 16 * n] for n in range(count)]
    tables = {record[:4] for record in records}
    ends = [int.from_bytes(record[8:12], "big") + int.from_bytes(record[12:16], "big") for record in records]
    return b"cmap" in tables and bool({b"glyf", b"CFF "} & tables) and max(ends) <= len(content)
