"""The JSON Schema knows the keys that the models know, and describes the project's own reports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.check.reading import json_schema, list_slugs
from generator.core.yaml_files import read_yaml
from generator.signals.library import load_library
from generator.spec.folders import REPORTS, SPEC_FILE
from generator.spec.models import SECTION_MODELS, ReportHeader, StudySpec
from generator.spec.watchlist import WATCHLIST_FILE, AssetEntry, WatchlistHeader, check_watchlist
from generator.spec.watchlist_schema import watchlist_schema

PROJECT = Path(__file__).parents[2]


def matches(value: Any, schema: dict[str, Any]) -> bool:
    """A small reading of JSON Schema, as far as ours goes; values are text as the YAML reader gives them."""
    if "anyOf" in schema and not any(matches(value, choice) for choice in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(matches(value, choice) for choice in schema["oneOf"]) != 1:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        if schema.get("type", "object") != "object" or not set(schema.get("required", [])) <= value.keys():
            return False
        named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        rest = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in named:
                part = named[key]
            else:
                part = next((p for pattern, p in patterns.items() if re.search(pattern, key)), rest)
            if part is False or (isinstance(part, dict) and not matches(item, part)):
                return False
        return True
    if isinstance(value, list):
        return schema.get("type") == "array" and all(matches(item, schema["items"]) for item in value)
    if schema.get("type") in ("integer", "number"):
        return bool(re.fullmatch(r"-?[0-9.]+", value))
    return schema.get("type", "string") == "string" and bool(re.search(schema.get("pattern", ""), value))


def test_it_knows_every_key_and_no_other() -> None:
    schema = json_schema()
    assert schema["properties"].keys() == ReportHeader.model_fields.keys() | {"studies", "sections"}
    assert set(schema["required"]) == {"title", "date", "assets", "studies", "sections"}
    study = schema["properties"]["studies"]["additionalProperties"]
    assert study["properties"].keys() == StudySpec.model_fields.keys()
    assert study["properties"]["signal"]["enum"] == sorted(load_library())
    bare, *forms = schema["properties"]["sections"]["items"]["anyOf"]
    assert bare["enum"] == ["key_points", "past_signals", "conclusion", "method"]
    assert [next(iter(form["properties"])) for form in forms] == list(SECTION_MODELS)
    for (kind, model), form in zip(SECTION_MODELS.items(), forms, strict=True):
        keys = form["properties"][kind]
        keys = keys["anyOf"][0] if "anyOf" in keys else keys
        assert keys["properties"].keys() == model.model_fields.keys() - {"kind"}
        assert form["description"]


@pytest.mark.parametrize("slug", list_slugs(PROJECT))
def test_it_accepts_the_projects_reports(slug: str) -> None:
    path = PROJECT / REPORTS / slug / SPEC_FILE
    document = read_yaml(path, str(path))
    assert matches(document.value, json_schema())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("titel",), "x"),
        (("sections",), ["keypoints"]),
        (("sections",), [{"study": {"name": "x"}}]),
        (("sections",), ["study"]),
        (("assets",), {"IWM/..": "x"}),
        (("studies",), {"x": {"asset": "IWM", "when": "a", "signal": "reverse-up"}}),
        (("studies",), {"x": {"asset": "IWM"}}),
    ],
)
def test_it_refuses_what_the_models_refuse(path: tuple[str], value: Any) -> None:
    slug = list_slugs(PROJECT)[0]
    document = read_yaml(PROJECT / REPORTS / slug / SPEC_FILE, slug)
    assert not matches({**document.value, path[0]: value}, json_schema())


def test_it_is_the_same_every_time_and_plain_json() -> None:
    assert json.dumps(json_schema()) == json.dumps(json_schema())


def test_the_watchlists_schema_accepts_the_projects_own() -> None:
    schema = watchlist_schema()
    assert schema["properties"].keys() == WatchlistHeader.model_fields.keys() | {"groups"}
    assert set(schema["required"]) == {"benchmark", "groups"}
    assert matches(read_yaml(PROJECT / WATCHLIST_FILE, WATCHLIST_FILE).value, schema)
    whole = {"name": "Bitcoin", "benchmark": "SPY", "calendar": "24/7"}
    assert set(whole) == AssetEntry.model_fields.keys()
    assert matches({"benchmark": "SPY", "groups": {"Crypto": {"BTC-USD": whole}}}, schema)


@pytest.mark.parametrize(
    "written",
    [
        {"groups": {"All": {"SPY": "S&P 500"}}},
        {"benchmark": "SPY"},
        {"benchmark": "SPY", "groups": {"All": {"SPY/..": "S&P 500"}}},
        {"benchmark": "SPY", "groups": {"All": {"SPY": {"benchmark": "QQQ"}}}},
        {"benchmark": "SPY", "groups": {"All": {"SPY": {"name": "S&P 500", "calendar": "LSE"}}}},
        {"benchmark": "SPY", "groups": {"All": {"SPY": "S&P 500"}}, "cores": ["SPY"]},
    ],
)
def test_the_watchlists_schema_refuses_what_the_models_refuse(written: Any, tmp_path: Path) -> None:
    assert not matches(written, watchlist_schema())
    (tmp_path / WATCHLIST_FILE).write_text(json.dumps(written))
    assert check_watchlist(tmp_path)
