"""The theme that the site is built with: the engine's files or the letter's, in the letter's looks."""

from __future__ import annotations

from collections.abc import Iterator

from generator.core.files import OutputFile
from generator.mail.email import logo_files
from generator.site.templating import render, template_files
from generator.spec.looks import STRONGEST_TINT, Font, LookFile, Looks

_STYLE, _LOOKS = "assets/letter.css", "assets/looks.css"
_FILLED = (_LOOKS, "assets/mark.svg")
"""Files of the theme that take colours and fonts."""


def theme_files(looks: Looks) -> tuple[OutputFile, ...]:
    """The theme, with a letter's own files in the place of the engine's, and those that its looks name.

    Colours and fonts stand at the head of the style sheet: a page waits for one file and not for two.
    """
    told = {
        "light": looks.scheme("light"),
        "dark": looks.scheme("dark"),
        "faces": _faces,
        "strongest_tint": f"{STRONGEST_TINT:.0%}",
    }
    theme = {
        name: render(f"theme/{name}", **told, text=looks.text, labels=looks.labels).encode()
        if name in _FILLED
        else path.read_bytes()
        for name, path in template_files("theme").items()
    }
    theme[_STYLE] = theme.pop(_LOOKS) + theme[_STYLE]
    return (
        *(OutputFile(name, content) for name, content in theme.items()),
        *_own_files(looks),
        *logo_files(looks),
    )


def _own_files(looks: Looks) -> Iterator[OutputFile]:
    for file in dict.fromkeys((*looks.text.files, *looks.labels.files)):
        yield OutputFile(f"assets/fonts/{file.served}", file.path.read_bytes())
    for picture in dict.fromkeys((looks.logo, looks.logo_dark, looks.icon)):
        if picture is not None:
            yield OutputFile(f"assets/{picture.served}", picture.path.read_bytes())


def look_settings(looks: Looks) -> dict[str, str | None]:
    """What ``main.html`` is told of the looks: the files of logo and icon below ``assets/``."""
    named = {"logo": looks.logo, "logo_dark": looks.logo_dark, "icon": looks.icon}
    return {name: None if file is None else file.served for name, file in named.items()}


def _faces(font: Font) -> Iterator[tuple[LookFile, str, str]]:
    """A font's files, each with the weights and the style that it is for. One without a bold is all weights:
    a variable font has them, and of another the browser makes one."""
    if font.regular is not None:
        yield font.regular, "100 900" if font.bold is None else "400", "normal"
    if font.bold is not None:
        yield font.bold, "600 900", "normal"
    if font.italic is not None:
        yield font.italic, "100 900", "italic"
