"""Frozen values as JSON and back: each object names its kind, so what is read is what was written."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from generator.editorial import edition as editions
from generator.editorial import figures
from generator.editorial.edition import Edition
from generator.errors import BadDataError

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *get_args(editions.Block),
        *get_args(figures.Figure),
        editions.Cell,
        editions.Column,
        editions.Correction,
        editions.Row,
        editions.Section,
        editions.Strip,
        editions.StripCell,
        Edition,
        figures.Line,
        figures.SpreadColumn,
    )
}
"""Every object that an ``edition.json`` can hold, by the name it goes under."""


def write_json(value: object) -> bytes:
    """A frozen value as JSON: UTF-8, keys in the order of the fields, numbers that read back exactly.

    Raises
    ------
    ValueError : a number in it is NaN or infinite, which JSON does not have.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def read_json(content: bytes, name: str, more_kinds: Mapping[str, type] | None = None) -> Any:
    """The frozen value that ``write_json`` wrote; ``name`` says in an error which file it was.

    Raises
    ------
    BadDataError : the file is cut off, is not JSON, or was written by another version.
    """
    kinds = {**KINDS, **(more_kinds or {})}
    try:
        return _value(json.loads(content), kinds)
    except (ValueError, KeyError, TypeError) as error:
        raise BadDataError(
            f"{name} cannot be read back ({type(error).__name__}: {error}). Make the report again."
        ) from error


def edition_json(edition: Edition) -> bytes:
    """An edition as the bytes of its ``edition.json``."""
    return write_json(edition)


def read_edition(content: bytes, name: str = "edition.json") -> Edition:
    """The edition in the bytes of an ``edition.json``.

    Raises
    ------
    BadDataError : it is not an edition, or not a whole one.
    """
    edition = read_json(content, name)
    if not isinstance(edition, Edition):
        raise BadDataError(f"{name} holds no edition. Make the report again.")
    return edition


def edition_in(folder: Path) -> Edition:
    """The edition of a finished report or a published version.

    Raises
    ------
    BadDataError : as ``read_edition``.
    OSError : the file cannot be read.
    """
    path = folder / "edition.json"
    return read_edition(path.read_bytes(), str(path))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        members = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__, **members}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _value(plain: object, kinds: Mapping[str, type]) -> object:
    if isinstance(plain, dict):
        members = {name: _value(item, kinds) for name, item in plain.items() if name != "type"}
        return kinds[plain["type"]](**members)
    if isinstance(plain, list):
        return tuple(_value(item, kinds) for item in plain)
    if isinstance(plain, str):
        return sys.intern(plain)  # ten years of issues say the same words
    return plain
