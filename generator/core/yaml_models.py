"""Checking a part of a YAML file against its model, with messages for the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

from generator.core.errors import Problem
from generator.core.suggest import SHOWN, nearest, suggest
from generator.core.yaml_files import KeyPath, Value, YamlDocument

M = TypeVar("M", bound=BaseModel)

_NEEDED = {
    "string_type": "a text",
    "tuple_type": "a list, such as [a, b],",
    "mapping_type": "keys and values",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "date_type": "a date such as 2026-04-21",
}


class Written(BaseModel):
    """Base of everything a person writes: frozen, no unknown key, no blanks around a text, no empty text."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _no_other_key(cls, value: object) -> object:
        """Name a key that there is not in a part within a part; of the others ``validate_part`` does."""
        unknown = [key for key in value if key not in cls.model_fields] if isinstance(value, dict) else []
        if unknown:
            raise ValueError(
                f"there is no key '{unknown[0]}'. {suggest(unknown[0], cls.model_fields)}".rstrip(".")
            )
        return value


def validate_part(
    model: type[M],
    value: Value,
    document: YamlDocument,
    path: KeyPath = (),
    elsewhere: Sequence[str] = (),
    patterns: Mapping[str, str] | None = None,
) -> tuple[M | None, list[Problem]]:
    """A part of a document as its model, and every problem in it.

    A key without a value counts as not written. A key with a problem is left out of the model, so that the
    others can be checked further; where the model cannot be without it, the model is None.

    Parameters
    ----------
    model : the model; its field ``kind``, if any, is not a key that can be written.
    value : what stands at ``path`` in ``document``.
    elsewhere : keys that are allowed here and checked elsewhere.
    patterns : what a text that a pattern of the model asks for is called.
    """
    if not isinstance(value, dict):
        return None, [document.problem(path, f"found {_shown(value)} where keys and values are needed.")]
    allowed = [name for name in model.model_fields if name != "kind"]
    unknown = [key for key in value if key not in allowed and key not in elsewhere]
    problems = [
        document.problem((*path, key), f"there is no such key. {suggest(key, [*allowed, *elsewhere])}")
        for key in unknown[:SHOWN]
    ]
    if len(unknown) > SHOWN:
        problems.append(document.problem(path, f"has {len(unknown) - SHOWN:,} more keys that there are not."))
    known = {key: entry for key, entry in value.items() if key in allowed and entry is not None}
    try:
        return model.model_validate(known), problems
    except ValidationError as error:
        details = error.errors()
    # A key that is misspelt is not missing, too.
    misspelt = {(nearest(key, allowed),) for key in unknown}
    told = (d for d in details if d["type"] != "missing" or d["loc"] not in misspelt)
    problems += [_problem(detail, document, path, patterns or {}) for detail in told]
    broken = {detail["loc"][0] for detail in details}
    if any(model.model_fields[str(name)].is_required() for name in broken):
        return None, problems
    return model.model_validate({key: known[key] for key in known.keys() - broken}), problems


def _problem(
    detail: ErrorDetails, document: YamlDocument, path: KeyPath, patterns: Mapping[str, str]
) -> Problem:
    place: KeyPath = (*path, *(part for part in detail["loc"] if part != "[key]"))
    return document.problem(place, _message(detail, patterns))


def _message(detail: ErrorDetails, patterns: Mapping[str, str]) -> str:
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return f"'{detail['loc'][-1]}' is missing. Add it."
    if kind == "value_error":
        return f"{context['error']}."
    if kind == "literal_error":
        choices = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"found {_shown(found)}. {suggest(str(found), choices)}"
    if kind == "string_pattern_mismatch":
        return f"found {_shown(found)} where {patterns[context['pattern']]} is needed."
    if kind == "string_too_short":
        return "is empty. Write something, or leave the key out."
    if kind == "string_too_long":
        return f"is longer than {context['max_length']:,} characters. Shorten it."
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"found {_shown(found)}; it must be {bound}."
    if kind == "too_short":
        return f"needs at least {context['min_length']}."
    if kind == "too_long":
        return f"has {context['actual_length']}; at most {context['max_length']} are allowed."
    if kind in _NEEDED:
        return f"found {_shown(found)} where {_NEEDED[kind]} is needed."
    return f"found {_shown(found)}: {detail['msg']}."


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}…'"
