"""The JSON Schema of ``signals.yml``, for editors that complete and check while one types."""

from __future__ import annotations

from typing import get_args

from generator.signals.library import SignalKind
from generator.spec.schema import Schema, written_schema
from generator.spec.signals import MOST, SignalEntry


def signals_schema() -> Schema:
    """The schema of ``signals.yml``, a list of signals as they are written."""
    entry = written_schema(SignalEntry)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Precedent signals",
        "description": "The signals of a market letter's own.",
        "type": "array",
        "maxItems": MOST,
        "items": {
            **entry,
            "properties": {**entry["properties"], "kind": {"enum": list(get_args(SignalKind))}},
            "required": [*entry["required"], "kind"],
        },
    }
