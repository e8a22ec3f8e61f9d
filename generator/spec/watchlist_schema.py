"""The JSON Schema of ``watchlist.yml``, for editors that complete and check while one types."""

from __future__ import annotations

from generator.spec.models import TICKER
from generator.spec.schema import Schema, written_schema
from generator.spec.watchlist import AssetEntry, WatchlistHeader


def watchlist_schema() -> Schema:
    """The schema (draft 2020-12) of a watchlist as it is written; the same on every call."""
    header = written_schema(WatchlistHeader)
    entry = written_schema(AssetEntry)
    name = {**entry["properties"]["name"], "description": "The asset's name alone."}
    groups: Schema = {
        "type": "object",
        "description": "Groups by name, each with its assets by ticker.",
        "minProperties": 1,
        "additionalProperties": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {TICKER: {"anyOf": [name, entry]}},
            "additionalProperties": False,
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Precedent watchlist",
        **header,
        "description": "The assets that a market letter follows, as a person writes them.",
        "properties": {**header["properties"], "groups": groups},
        "required": [*header["required"], "groups"],
    }
