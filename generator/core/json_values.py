"""Frozen values as JSON and back."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from generator.core.errors import BadDataError

T = TypeVar("T")
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
"""What reads each kind: to make one takes longer than to read with it."""


def write_json(value: object) -> bytes:
    """A frozen value as JSON: UTF-8, keys in the order of the fields, numbers that read back exactly.

    Raises
    ------
    ValueError : a number in it is NaN or infinite, which JSON does not have.
    """
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def read_json(content: bytes, kind: type[T], name: str) -> T:
    """The value of this kind that ``write_json`` wrote, perhaps with more beside it; ``name`` says in an
    error which file it was.

    Raises
    ------
    BadDataError : the file is cut off, is not JSON, or was written by another version.
    """
    try:
        return parse_json(content, kind)
    except ValueError as error:
        raise BadDataError(f"{name} cannot be read back ({error}). Make the report again.") from error


def parse_json(content: bytes, kind: type[T]) -> T:
    """The value of this kind that the JSON holds; keys that the kind does not have are left out.

    Raises
    ------
    ValueError : says where it is not of this kind, or not JSON, and why.
    """
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    try:
        value: T = _ADAPTERS[kind].validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ValueError(f"{place}: {first['msg']}") from error
    return value
