"""The JSON Schema of ``report.yml``, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from generator.core.yaml_models import Written
from generator.signals.library import load_library
from generator.spec.models import (
    NAME,
    SECTION_MODELS,
    ReportHeader,
    SectionPart,
    StudySpec,
)

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema (draft 2020-12) of a report as it is written; the same on every call."""
    header = written_schema(ReportHeader)
    studies: Schema = {
        "type": "object",
        "description": "The questions, by name.",
        "minProperties": 1,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": _study(),
    }
    sections: Schema = {
        "type": "array",
        "description": "What the report shows, in this order. A section can be left out or repeated.",
        "minItems": 1,
        "items": {"anyOf": _sections()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Precedent report",
        **header,
        "description": "A report of a market letter, as a person writes it.",
        "properties": {**header["properties"], "studies": studies, "sections": sections},
        "required": [*header["required"], "studies", "sections"],
    }


def _study() -> Schema:
    study = written_schema(StudySpec)
    study["properties"]["signal"]["enum"] = sorted(load_library())
    return {**study, "oneOf": [{"required": ["signal"]}, {"required": ["when"]}, {"required": ["dates"]}]}


def _sections() -> list[Schema]:
    """A bare name, or one key with the section's value or keys, for every kind."""
    bare = [kind for kind, model in SECTION_MODELS.items() if not _required(model)]
    names: Schema = {"enum": bare, "description": "A section that needs nothing more."}
    return [names, *(_section(kind, model) for kind, model in SECTION_MODELS.items())]


def _section(kind: str, model: type[SectionPart]) -> Schema:
    keys = written_schema(model)
    forms = [keys]
    if model.argument is not None:
        forms.append(keys["properties"][model.argument])
    return {
        "type": "object",
        "description": keys["description"],
        "properties": {kind: forms[0] if len(forms) == 1 else {"anyOf": forms}},
        "required": [kind],
        "additionalProperties": False,
    }


def _required(model: type[SectionPart]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]


def written_schema(model: type[Written]) -> Schema:
    """A model's schema without the noise of its making: no titles, no ``kind``, no way to write null."""
    schema: Schema = _tidied(model.model_json_schema())
    schema["properties"].pop("kind", None)
    schema.setdefault("required", [])
    return schema


def _tidied(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    named = {"properties"} & schema.keys()
    kept = {
        key: {name: _tidied(value) for name, value in item.items()} if key in named else _tidied(item)
        for key, item in schema.items()
        if not (key == "title" and isinstance(item, str)) and not (key == "default" and item is None)
    }
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
        kept.pop("propertyNames", None)
    if "anyOf" in kept:
        kept["anyOf"] = [choice for choice in kept["anyOf"] if choice != {"type": "null"}]
        if len(kept["anyOf"]) == 1:
            kept = {**kept.pop("anyOf")[0], **kept}
    return kept
