"""The publication itself: ``letter.yml`` at the top of the project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from generator.core.errors import Problem, SpecError
from generator.core.yaml_files import YamlDocument, read_yaml
from generator.core.yaml_models import Written
from generator.market.reading import AS_WRITTEN, FilesTold
from generator.spec.models import LINK, LIST_ID, MAILBOX, SENDER, SOURCE, SUBSCRIBE, URL, Line, Text
from generator.spec.problems import validate_part

LETTER_FILE = "letter.yml"


def _source(value: object) -> str | FilesTold:
    """A name of a source, or one that a mapping named and ``load_letter`` has read."""
    if isinstance(value, FilesTold) or (isinstance(value, str) and re.search(SOURCE, value)):
        return value
    raise PydanticCustomError("string_pattern_mismatch", "no source", {"pattern": SOURCE})


class Letter(Written):
    """What every issue shares.

    ``base_url`` is where the site is published (None: links stay relative, no feed addresses); it never ends
    in a slash. ``source`` is where prices come from when a command names no other: ``yahoo``, ``sample`` or
    ``files:PATH``, or what a mapping says of files.

    ``subscribe`` is where one subscribes, a page or a mailbox.

    The others are for sending: who it is from, the postal address in its foot, the List-ID, and where one
    leaves: by mail, on a page, by one POST (RFC 8058). ``{token}`` in a link stands for the recipient.
    """

    name: Line
    tagline: Line
    base_url: Annotated[str | None, Field(pattern=URL)] = None
    author: Line
    disclaimer: Text
    source: Annotated[str | FilesTold, PlainValidator(_source)] = "yahoo"
    subscribe: Annotated[str | None, Field(max_length=500, pattern=SUBSCRIBE)] = None
    sender: Annotated[str | None, Field(max_length=300, pattern=SENDER)] = None
    postal_address: Text | None = None
    list_id: Annotated[str | None, Field(max_length=200, pattern=LIST_ID)] = None
    unsubscribe_mail: Annotated[str | None, Field(max_length=254, pattern=MAILBOX)] = None
    unsubscribe_url: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None
    unsubscribe_post: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None

    @property
    def subscribe_link(self) -> str | None:
        """Where a link to subscribe leads."""
        if self.subscribe is None or self.subscribe.startswith("https:"):
            return self.subscribe
        return f"mailto:{self.subscribe}"


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
    told, problems = _told_source(document)
    mapped = isinstance(document.value.get("source"), dict)
    written = {key: value for key, value in document.value.items() if not mapped or key != "source"}
    letter, found = validate_part(Letter, written, document)
    if letter is None or problems or found:
        raise SpecError([*problems, *found])
    return letter if told is None else letter.model_copy(update={"source": told})


def _told_source(document: YamlDocument) -> tuple[FilesTold | None, list[Problem]]:
    """The source, where it is a mapping."""
    value = document.value.get("source")
    if not isinstance(value, dict):
        return None, []
    # Only who says how files are to be read pays for the reader of such mappings.
    from generator.market.tables.mapping import read_source

    return read_source(value, document, ("source",))


def check_source(root: Path, letter: Letter) -> tuple[Problem, ...]:
    """Every mistake in the ``source.yml`` of the folder that the letter takes its prices from."""
    from generator.market.providers.files import folders_reading

    source = letter.source
    if isinstance(source, FilesTold):
        path, reading = source.path, source.reading
    elif source.startswith("files:"):
        path, reading = source.removeprefix("files:"), AS_WRITTEN
    else:
        return ()
    try:
        folders_reading(root / Path(path).expanduser(), reading)
    except SpecError as error:
        return error.problems
    return ()
