"""The looks of a letter: colours, fonts and logo, the house's or its own.

Pages, print, charts, e-mails and cards take all colours, fonts and the logo from one value, ``Looks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from generator.core.yaml_files import KeyPath

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Shade:
    """A colour on light paper, on dark paper, and where a viewer knows no colour schemes: then a middle tone
    that reads on both, as strong as ``weight``."""

    light: str
    dark: str
    middle: str = "#808080"
    weight: float = 1.0


HOUSE_COLOURS: Mapping[str, Shade] = {
    "paper": Shade("#fffcf7", "#17181a", "#808080", 0.0),
    "ink": Shade("#1c1b19", "#e8e4dc", "#7d7a75"),
    "soft": Shade("#676259", "#a8a398", "#7d7a75"),
    "rule": Shade("#e6e1d7", "#2d2e31", "#808080", 0.3),
    "accent": Shade("#0b6470", "#62c3cc", "#2a8f99"),
    "gain": Shade("#14757c", "#62bcbd"),
    "loss": Shade("#b8430f", "#ee8f5d"),
    "wash": Shade("#f6f2e9", "#1f2023"),
    # What an e-mail's paper lies on: it glares less where a mail program darkens all but the pictures.
    "ground": Shade("#f3eee3", "#17181a"),
    "second": Shade("#456b9f", "#8fb2e0", "#6f93c0"),
    "third": Shade("#8f6614", "#d8ae5e", "#b58a3a"),
    "fourth": Shade("#8e5f93", "#c79acb", "#a377a8"),
    # From here on: not written in a letter, but led by those above.
    "strong_rule": Shade("#1c1b19", "#a8a398"),
    "mail_rule": Shade("#e6e1d7", "#3a3b3f"),
    "gain_tint": Shade("#1f7f86", "#3f9fa3"),
    "loss_tint": Shade("#d2602c", "#d26a35"),
    "gain_mark": Shade("#1f7f86", "#58b5b6", "#2f9397"),
    "loss_mark": Shade("#c4501b", "#ea8550", "#d06a34"),
    "zero": Shade("#8c867b", "#77736b"),
    "line": Shade("#5a564f", "#b9b4aa", "#7d7a75"),
    "band": Shade("#e9e8e1", "#26292b", "#808080", 0.2),
}
_LED = {
    "mail_rule": "rule",
    "gain_tint": "gain",
    "loss_tint": "loss",
    "gain_mark": "gain",
    "loss_mark": "loss",
    "zero": "soft",
    "line": "soft",
    "band": "wash",
    "ground": "wash",
}
WORDS = ("ink", "soft", "accent", "gain", "loss")
LINES = ("second", "third", "fourth")
READABLE, SEEN = 4.5, 3.0
"""Contrast that words need (WCAG 2.2, 1.4.3), and that lines need (1.4.11)."""
MOST_TOLD_APART = 2
"""Where more colours cannot be read, it is the paper's fault."""
STRONGEST_TINT = 0.42
"""So much of its colour has the strongest tint of a cell."""


@dataclass(frozen=True)
class LookFile:
    """A file of the letter: its name from the letter's folder, where it is, and the hash of what is in it."""

    name: str
    path: Path = field(repr=False, compare=False)
    sha256: str

    @property
    def served(self) -> str:
        """What it is called on the site; a file of other content has another name."""
        return f"{self.sha256[:12]}{Path(self.name).suffix.lower()}"


@dataclass(frozen=True)
class Font:
    """A font: its family and what stands in where it is not to be had, best first; and its files, if any."""

    families: tuple[str, ...]
    regular: LookFile | None = None
    bold: LookFile | None = None
    italic: LookFile | None = None

    @property
    def stack(self) -> str:
        """The families as CSS."""
        return ",".join(f if re.fullmatch(r"-?[A-Za-z][A-Za-z-]*", f) else f"'{f}'" for f in self.families)

    @property
    def files(self) -> tuple[LookFile, ...]:
        """Its files."""
        return tuple(file for file in (self.regular, self.bold, self.italic) if file is not None)


@dataclass(frozen=True)
class Looks:
    """What everything of a letter looks like; ``logo`` stands in the place of its name."""

    colours: tuple[tuple[str, Shade], ...]
    text: Font
    labels: Font
    mail_text: tuple[str, ...]
    mail_labels: tuple[str, ...]
    logo: LookFile | None = None
    logo_dark: LookFile | None = None
    icon: LookFile | None = None

    @cached_property
    def shades(self) -> Mapping[str, Shade]:
        """The colours by name."""
        return dict(self.colours)

    def scheme(self, scheme: Scheme) -> dict[str, str]:
        """The colours of one scheme by name."""
        return {name: getattr(shade, scheme) for name, shade in self.colours}

    @property
    def mail_fonts(self) -> Mapping[str, str]:
        """What e-mails are set in, as CSS: families alone, as most mail programs load no files."""
        fonts = {"text": self.mail_text, "labels": self.mail_labels}
        return {name: Font(families).stack for name, families in fonts.items()}

    @property
    def files(self) -> tuple[LookFile, ...]:
        """Every file that is part of the looks, each once."""
        found = (*self.text.files, *self.labels.files, self.logo, self.logo_dark, self.icon)
        return tuple(dict.fromkeys(file for file in found if file is not None))


_SERIF = ("Charter", "Bitstream Charter", "Iowan Old Style", "Source Serif 4", "Source Serif Pro", "Cambria")
_SANS = ("Source Sans 3", "Source Sans Pro", "-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto")
HOUSE = Looks(
    tuple(HOUSE_COLOURS.items()),
    Font((*_SERIF, "Georgia", "serif")),
    Font((*_SANS, "Helvetica Neue", "Arial", "sans-serif")),
    ("Charter", "Georgia", "serif"),
    ("Helvetica", "Arial", "sans-serif"),
)


def coloured(light: Mapping[str, str], dark: Mapping[str, str]) -> dict[str, Shade]:
    """The house's colours with those of a letter in their place.

    What is written for light paper only is made light enough to be read on dark paper.
    """
    house = HOUSE_COLOURS
    found = {name: _mixed(shade, light.get(name), dark.get(name)) for name, shade in house.items()}
    for name in (*WORDS, *LINES):
        if name in light and name not in dark and name != "ink":
            lit = lightened(light[name], found["paper"].dark, found["ink"].dark)
            found[name] = _mixed(house[name], light[name], lit)
    for name, leader in _LED.items():
        if found[leader] != house[leader] and found[name] == house[name]:
            found[name] = replace(found[leader], weight=house[name].weight)
    found["strong_rule"] = Shade(found["ink"].light, found["soft"].dark)
    return found


def _mixed(shade: Shade, light: str | None, dark: str | None) -> Shade:
    if light is None and dark is None:
        return shade
    both = light or shade.light, dark or shade.dark
    return Shade(*both, shade.middle if shade.weight < 1 else mixed(*both, 0.5), shade.weight)


def mixed(first: str, second: str, share: float) -> str:
    """So much of the second colour in the first, as ``color-mix(in srgb)`` does it."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lightened(colour: str, paper: str, ink: str) -> str:
    """The colour with as little ink in it as makes it readable on the paper; ink where nothing does."""
    steps = (mixed(colour, ink, step / 20) for step in range(20))
    return next((step for step in steps if contrast(step, paper) >= READABLE), ink)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in _parts(colour))
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def unreadable(looks: Looks) -> Iterator[tuple[KeyPath, str]]:
    """The colours that could not be read where they stand: scheme and name, and what is wrong."""
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        colours = looks.scheme(scheme)
        found = {name: said for name in (*WORDS, *LINES) if (said := _unreadable(name, colours))}
        if len(found) > MOST_TOLD_APART:
            said = f"cannot be read on: {', '.join(found)}. {found[next(iter(found))]}"
            yield (scheme, "paper"), f"{colours['paper']} {said} Give it another one, or all of these."
        else:
            yield from (((scheme, name), f"{said} Change one of the two.") for name, said in found.items())


def _unreadable(name: str, colours: Mapping[str, str]) -> str:
    least = SEEN if name in LINES else READABLE
    for ground, paper in _grounds(name, colours).items():
        if (found := contrast(colours[name], paper)) < least:
            return f"{colours[name]} has a contrast of {found:.1f} on {ground} ({paper}); it takes {least:g}."
    return ""


def _grounds(name: str, colours: Mapping[str, str]) -> dict[str, str]:
    """What a colour stands on: all words on paper, some also on what is tinted."""
    on = {"paper": colours["paper"]}
    if name in ("ink", "soft"):
        on |= {ground: colours[ground] for ground in ("wash", "ground")}
    if name == "ink":
        for sign in ("gain", "loss"):
            tint = mixed(colours["paper"], colours[f"{sign}_tint"], STRONGEST_TINT)
            on[f"the strongest tint of a {sign}"] = tint
    return on
