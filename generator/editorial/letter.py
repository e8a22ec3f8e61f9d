"""The publication itself: ``letter.yml`` at the top of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.editorial.spec_models import LINK, LIST_ID, MAILBOX, SENDER, SOURCE, URL, Line, Text, Written
from generator.editorial.spec_problems import validate_part
from generator.errors import Problem, SpecError
from generator.files_yaml import read_yaml

LETTER_FILE = "letter.yml"


class Letter(Written):
    """What every issue shares.

    ``base_url`` is where the site is published (None: links stay relative, no feed addresses); it never ends
    in a slash. ``source`` is where prices come from when a command names no other: ``yahoo``, ``sample`` or
    ``files:PATH``.

    The others are for sending: who it is from, the postal address in its foot, the List-ID, and where one
    leaves: by mail, on a page, by one POST (RFC 8058). ``{token}`` in a link stands for the recipient.
    """

    name: Line
    tagline: Line
    base_url: Annotated[str | None, Field(pattern=URL)] = None
    author: Line
    disclaimer: Text
    source: Annotated[str, Field(pattern=SOURCE)] = "yahoo"
    sender: Annotated[str | None, Field(max_length=300, pattern=SENDER)] = None
    postal_address: Text | None = None
    list_id: Annotated[str | None, Field(max_length=200, pattern=LIST_ID)] = None
    unsubscribe_mail: Annotated[str | None, Field(max_length=254, pattern=MAILBOX)] = None
    unsubscribe_url: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None
    unsubscribe_post: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None


def load_letter(root: Path) -> Letter:
    """Read ``letter.yml`` of the project at ``root``.

    Raises
    ------
    SpecError : every mistake in it, with line and key.
    """
    if not (root / LETTER_FILE).exists():
        message = f"there is none in {root.absolute()}. Go to the letter's folder, or name it with --project."
        raise SpecError([Problem(LETTER_FILE, None, "", message)])
    document = read_yaml(root / LETTER_FILE, LETTER_FILE)
    letter, problems = validate_part(Letter, document.value, document)
    if letter is None or problems:
        raise SpecError(problems)
    return letter
