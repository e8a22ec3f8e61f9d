"""The publication itself: ``letter.yml`` at the top of the project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, InstanceOf, PlainValidator, WithJsonSchema

from generator.core.errors import Problem, RequestError, SourceError, SpecError
from generator.core.yaml_files import KeyPath, Value, YamlDocument, read_yaml
from generator.core.yaml_models import Written
from generator.market.providers.registry import (
    Allowed,
    Told,
    is_bundled,
    is_known,
    kinds,
    open_source,
    refuse_code,
)
from generator.market.reading import FilesTold
from generator.market.sources import USUAL, Source
from generator.spec.looks import HOUSE, Looks
from generator.spec.models import (
    ALIAS,
    LINK,
    LIST_ID,
    MAILBOX,
    PLACE,
    SENDER,
    SUBSCRIBE,
    TAG,
    URL,
    Code,
    Line,
    Name,
    Text,
)
from generator.spec.own_looks import LOOKS, read_looks
from generator.spec.problems import validate_part

LETTER_FILE = "letter.yml"


def _source(value: object) -> Told | tuple[Told, ...]:
    """A word of a source, or what ``load_letter`` has read already."""
    if isinstance(value, FilesTold | tuple):
        return value
    if isinstance(value, str) and is_known(value):
        return value
    raise ValueError(_no_source(value))


def _no_source(value: object) -> str:
    return f"found '{str(value)[:40]}' where a source is needed: {kinds()}"


Places = Annotated[
    tuple[Annotated[str, Field(max_length=300, pattern=PLACE)], ...],
    Field(max_length=30, description="Places such as https://example.org."),
]


class Allowances(Written):
    """What pages may have of other places, and where they may send a form to; nothing, unless it is listed.

    ``scripts`` may also be sent to: that is what analytics do.
    """

    scripts: Places = ()
    styles: Places = ()
    images: Places = ()
    fonts: Places = ()
    frames: Places = ()
    forms: Places = ()
    connections: Places = ()


NOTHING_ELSEWHERE = Allowances()


class Letter(Written):
    """What every issue shares.

    ``base_url`` is where the site is published (None: links stay relative, no feed addresses); it never ends
    in a slash. ``id`` is what feed readers know the letter by wherever it is (a tag URI, RFC 4151; None: its
    address). ``source`` is where prices come from when a command names no other: a word, what a mapping
    says of files, or a list of these, of which the first that has an asset's prices gives them. ``code``
    lists the Python files that may run. ``allow`` lists what pages may have of other places. ``looks`` are
    the colours, fonts and logo of all that is made. ``aliases`` are old addresses of issues, and the slugs
    that they lead to.

    ``subscribe`` is where one subscribes, a page or a mailbox.

    The others are for sending: who it is from, the postal address in its foot, the List-ID, and where one
    leaves: by mail, on a page, by one POST (RFC 8058). ``{token}`` in a link stands for the recipient.
    """

    name: Line
    tagline: Line
    base_url: Annotated[str | None, Field(pattern=URL)] = None
    id: Annotated[str | None, Field(max_length=200, pattern=TAG)] = None
    author: Line
    disclaimer: Text
    source: Annotated[Told | tuple[Told, ...], PlainValidator(_source), WithJsonSchema({})] = USUAL
    code: tuple[Code, ...] = ()
    allow: Allowances = NOTHING_ELSEWHERE
    looks: Annotated[InstanceOf[Looks], WithJsonSchema({})] = HOUSE
    aliases: Annotated[
        Mapping[Annotated[str, Field(max_length=200, pattern=ALIAS)], Name], Field(max_length=2000)
    ] = {}
    subscribe: Annotated[str | None, Field(max_length=500, pattern=SUBSCRIBE)] = None
    sender: Annotated[str | None, Field(max_length=300, pattern=SENDER)] = None
    postal_address: Text | None = None
    list_id: Annotated[str | None, Field(max_length=200, pattern=LIST_ID)] = None
    unsubscribe_mail: Annotated[str | None, Field(max_length=254, pattern=MAILBOX)] = None
    unsubscribe_url: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None
    unsubscribe_post: Annotated[str | None, Field(max_length=500, pattern=LINK)] = None

    @property
    def sources(self) -> tuple[Told, ...]:
        """``source`` as a list."""
        return self.source if isinstance(self.source, tuple) else (self.source,)

    @property
    def subscribe_link(self) -> str | None:
        """Where a link to subscribe leads."""
        if self.subscribe is None or self.subscribe.startswith("https:"):
            return self.subscribe
        return f"mailto:{self.subscribe}"


def unlisted(file: str) -> str:
    """The message that code does not run which the letter does not list."""
    return (
        f"{file} is code that letter.yml does not list. Write code: [{file}] there, beside what it lists "
        "already, if you trust it."
    )


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
    looks, wrong = read_looks(document, root)
    apart = {LOOKS, *(["source"] if isinstance(document.value.get("source"), dict | list) else [])}
    written = {key: value for key, value in document.value.items() if key not in apart}
    letter, found = validate_part(Letter, written, document)
    if letter is None or problems or found or wrong:
        raise SpecError([*problems, *found, *wrong])
    return letter.model_copy(update={"looks": looks, **({} if told is None else {"source": told})})


def _told_source(document: YamlDocument) -> tuple[Told | tuple[Told, ...] | None, list[Problem]]:
    """The source, where it is a mapping or a list."""
    value = document.value.get("source")
    if isinstance(value, dict):
        return _told_files(value, document, ("source",))
    if not isinstance(value, list):
        return None, []
    told: list[Told] = []
    problems: list[Problem] = []
    for number, each in enumerate(value):
        path = ("source", number)
        if isinstance(each, dict):
            files, found = _told_files(each, document, path)
            told += [] if files is None else [files]
            problems += found
        elif isinstance(each, str) and is_known(each):
            told.append(each)
        else:
            problems.append(document.problem(path, f"{_no_source(each)}."))
    if not value:
        problems.append(document.problem(("source",), "is empty. Name one source, or leave it out."))
    return tuple(told), problems


def _told_files(
    value: Value, document: YamlDocument, path: KeyPath
) -> tuple[FilesTold | None, list[Problem]]:
    # Only who says how files are to be read pays for the reader of such mappings.
    from generator.market.tables.mapping import read_source

    return read_source(value, document, path)


def source_of(root: Path, letter: Letter | None, text: str | None = None) -> Source:
    """The source of prices that a command names, else the letter's own, else the usual one.

    Raises
    ------
    RequestError, SourceError, SpecError : as ``registry.open_source``.
    """
    named = () if letter is None else letter.sources
    allowed = Allowed(named, () if letter is None else letter.code)
    return open_source(text if text is not None else named or (USUAL,), root, allowed)


def check_source(root: Path, letter: Letter) -> tuple[Problem, ...]:
    """Every mistake in what the letter says of its source: a folder that is not there, code that is not
    listed, and what is in the folder's ``source.yml``. Nothing is fetched, and no code of a letter runs."""
    problems: list[Problem] = []
    for told in letter.sources:
        try:
            if is_bundled(told):
                open_source(told, root)
            else:
                refuse_code(told, root, letter.code)
        except SpecError as error:
            problems += error.problems
        except (RequestError, SourceError) as error:
            problems.append(Problem(LETTER_FILE, None, "source", str(error)))
    return tuple(problems)
