"""``source.yml`` in a folder of prices, and a mapping under ``source:`` in ``letter.yml``: how files are
to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.core.errors import Problem, SpecError
from generator.core.suggest import suggest
from generator.core.yaml_files import KeyPath, Value, YamlDocument, read_yaml
from generator.core.yaml_models import Written, validate_part
from generator.market.checks import DATE, PRICE_COLUMNS
from generator.market.history import Basis
from generator.market.reading import AS_WRITTEN, SOURCE_FILE, DecimalSign, FilesTold, Reading
from generator.market.tables.basis import DIVIDENDS
from generator.market.tables.dates import Order, parse_order

ROLES = (DATE, "Ticker", *PRICE_COLUMNS, DIVIDENDS)
SIGNS: dict[str, DecimalSign] = {"point": ".", "comma": ","}


def _known_roles(columns: Mapping[str, str]) -> Mapping[str, str]:
    for role in columns:
        if role not in ROLES:
            raise ValueError(
                f"there is no column '{role}' to be read. {suggest(role, ROLES).removesuffix('.')}"
            )
    names = list(columns.values())
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the column '{twice}' is said to be two things")
    return columns


def _order(text: str) -> str:
    if parse_order(text) is None:
        raise ValueError(
            f"found '{text[:40]}' where an order such as day/month/year, month/day/year or "
            f"year/month/day is needed"
        )
    return text


def _one_line(text: str | None) -> str | None:
    if text is not None and len(text.strip().splitlines()) > 1:
        raise ValueError("must be one line")
    return text


Line = Annotated[str, Field(max_length=100)]


class ReadingSpec(Written):
    """How the price files of a folder are to be read, as written."""

    columns: Annotated[
        Mapping[str, Line],
        AfterValidator(_known_roles),
        Field(description="The files' own name of a column, such as {Close: Last}."),
    ] = {}
    date_format: Annotated[
        str | None, AfterValidator(lambda text: None if text is None else _order(text))
    ] = None
    decimal_sign: Literal["point", "comma"] | None = None
    basis: Basis | None = None
    credit: Annotated[
        str | None,
        AfterValidator(_one_line),
        Field(max_length=100, description="Whose prices they are: the byline says so."),
    ] = None

    def reading(self) -> Reading:
        """The same as the reader of files takes it."""
        order: Order | None = None if self.date_format is None else parse_order(self.date_format)
        sign = None if self.decimal_sign is None else SIGNS[self.decimal_sign]
        return Reading(self.columns, order, sign, self.basis, self.credit)


class SourceSpec(ReadingSpec):
    """A source of files, as a mapping under ``source:``."""

    path: Annotated[str, Field(max_length=1000, description="The folder or file, as after files:.")]


def read_source(
    value: Value, document: YamlDocument, path: KeyPath
) -> tuple[FilesTold | None, list[Problem]]:
    """A mapping that stands for a source, and every problem in it."""
    spec, problems = validate_part(SourceSpec, value, document, path)
    return None if spec is None else FilesTold(spec.path, spec.reading()), problems


def load_reading(file: Path, elsewhere: Reading = AS_WRITTEN) -> Reading:
    """What a ``source.yml`` says, together with what was said elsewhere.

    Raises
    ------
    SpecError : every mistake in it; also a key to which both give a value, and not the same.
    """
    document = read_yaml(file, str(file))
    spec, problems = validate_part(ReadingSpec, document.value, document)
    if spec is None or problems:
        raise SpecError(problems)
    own = spec.reading()
    both = [
        each.name
        for each in fields(Reading)
        if getattr(own, each.name)
        and getattr(elsewhere, each.name)
        and getattr(own, each.name) != getattr(elsewhere, each.name)
    ]
    if both:
        raise SpecError(
            [
                document.problem(
                    (name,), f"{SOURCE_FILE} and the source of letter.yml differ here. Say it in one of them."
                )
                for name in both
            ]
        )
    said = {each.name: getattr(own, each.name) or getattr(elsewhere, each.name) for each in fields(Reading)}
    return replace(AS_WRITTEN, **said)
