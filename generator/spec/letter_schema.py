"""The JSON Schema of ``letter.yml``, for editors that complete and check while one types."""

from __future__ import annotations

from generator.spec.letter import Letter
from generator.spec.own_looks import WrittenColours, WrittenFont, WrittenLooks
from generator.spec.schema import Schema, written_schema


def letter_schema() -> Schema:
    """The schema of ``letter.yml``."""
    letter = written_schema(Letter)
    scheme, font = written_schema(WrittenColours), written_schema(WrittenFont)
    looks = written_schema(WrittenLooks)
    groups = {"colours": (scheme, ("light", "dark")), "fonts": (font, ("text", "labels"))}
    for name, (part, names) in groups.items():
        parts = dict.fromkeys(names, part)
        looks["properties"][name] = {"type": "object", "properties": parts, "additionalProperties": False}
    letter["properties"] |= {"looks": looks, "source": _source()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Precedent letter",
        **letter,
        "description": "A market letter, as a person writes it.",
    }


def _source() -> Schema:
    one: Schema = {"anyOf": [{"type": "string"}, {"type": "object"}]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "minItems": 1, "items": one}]}
