"""What the author's Markdown asks for and cannot be shown; the pictures of the report's folder in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.core.errors import Problem, RequestError
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.language.author_markdown import (
    PICTURES,
    links_in,
    missing_notes,
    pictures_in,
    unclosed_fence,
    unknown_marks,
    unnamed_picture,
)
from generator.spec.folders import SPEC_FILE
from generator.spec.models import (
    BestCasesSection,
    ProseSection,
    SectionPart,
    WorstCasesSection,
    kind_of,
)

LARGEST = 2_000_000
"""Bytes of a picture; a page that a phone loads has room for no more."""
_BEGINS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_OURS = ("social.png", "email-lead.png", "email-lead-dark.png")


def read_pictures(
    sections: Sequence[tuple[KeyPath, SectionPart]], document: YamlDocument, folder: Path
) -> tuple[dict[str, bytes], list[Problem]]:
    """The pictures that the author's words show, by name, and everything in the words that cannot be shown.

    Parameters
    ----------
    folder : the report's own; pictures lie in it, beside report.yml.
    """
    pictures: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path, text in _texts(sections):
        problems += [document.problem(path, why) for why in (*unshown(text), *_typed(text))]
        for name in pictures_in(text):
            try:
                pictures[name] = picture(folder, name)
            except RequestError as error:
                problems.append(document.problem(path, str(error)))
    return pictures, problems


def _texts(sections: Sequence[tuple[KeyPath, SectionPart]]) -> Iterator[tuple[KeyPath, str]]:
    for place, section in sections:
        path = (*place, kind_of(section))
        if isinstance(section, ProseSection):
            yield (*path, "text"), section.text
        elif isinstance(section, BestCasesSection | WorstCasesSection):
            for key, note in section.notes.items():
                yield (*path, "notes", key), note


def _typed(text: str) -> Iterator[str]:
    for marks, what in unknown_marks(text):
        yield f"'{marks[:60]}' would be shown as it is typed: {what}"


def unshown(text: str) -> Iterator[str]:
    """What an author's text asks for and no page shows: a line each, with what to do."""
    if unclosed_fence(text):
        yield "a block of code begins with ``` or ~~~ and does not end. Close it with the same marks."
    if (found := unnamed_picture(text)) is not None:
        yield f"'{found[:60]}' names no file. Write a picture as ![what it shows](file.png)."
    for name in missing_notes(text):
        yield f"the footnote [^{name[:40]}] is not there. Write it below, as [^{name[:40]}]: and its words."
    for target in links_in(text):
        yield (
            f"the link to '{target[:60]}' cannot be shown: links begin with https://, http:// or mailto:, or "
            "lead to a part of the site, as #method does."
        )


def picture(folder: Path, name: str, beside: str = SPEC_FILE) -> bytes:
    """A picture that lies beside the file that shows it.

    Raises
    ------
    RequestError : it is not in the folder, cannot be read, or is none that a page shows.
    """
    if Path(name).name != name or name.startswith(".") or ":" in name:
        raise RequestError(
            f"the picture '{name[:80]}' is not in the same folder. Put it beside {beside} and write "
            "its name alone: nothing is loaded from elsewhere."
        )
    if not name.lower().endswith(PICTURES):
        raise RequestError(f"'{name[:80]}' is no picture that can be shown. Allowed: {', '.join(PICTURES)}.")
    if name in _OURS:
        raise RequestError(f"'{name}' is the name of a file that is made. Give the picture another.")
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise RequestError(f"the picture '{name}' leads out of its folder. Put the file itself there.")
        if path.stat().st_size > LARGEST:
            raise RequestError(f"the picture '{name}' has more than {LARGEST:,} bytes. Make it smaller.")
        content = path.read_bytes()
    except OSError as error:
        raise RequestError(
            f"the picture '{name}' cannot be read: {error.strerror or error}. It belongs beside {beside}."
        ) from error
    if not content.startswith(_BEGINS):
        raise RequestError(f"'{name}' does not hold a picture, whatever it is called. Save it anew.")
    return content
