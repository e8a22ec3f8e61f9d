"""Strings that were meant to be f-strings, and braces that are doubled where nothing halves them."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from tests.projects import ROOT

SOURCES = sorted((ROOT / "generator").rglob("*.py"))
PLACE = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)[^{}]*\}(?!\})")
"""As in an f-string: ``{asset}``, ``{asset.name!r}``, ``{count:,}``."""
DOUBLED = re.compile(r"\{\{(?=[^\s`{}])|(?<=[^\s`{}])\}\}")
"""Doubled as an f-string wants it; Jinja's own braces have a space inside."""


def forgotten(text: str) -> Iterator[str]:
    """Texts with a place for a name that the function around them knows."""
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        names |= {
            n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        documented = ast.get_docstring(function, clean=False)
        for part in ast.walk(function):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value != documented:
                found = [name for name in PLACE.findall(part.value) if name in names]
                if found:
                    yield f"line {part.lineno}: {part.value}"


def doubled(text: str) -> Iterator[str]:
    """Strings without an f whose braces are doubled."""
    for token in tokenize.generate_tokens(StringIO(text).readline):
        plain = re.match("[a-z]*f[a-z]*[\"']", token.string.lower()) is None
        if token.type == tokenize.STRING and plain and DOUBLED.search(token.string):
            yield f"line {token.start[0]}: {token.string}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_string_lacks_its_f(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [*forgotten(text), *doubled(text)] == []


@pytest.mark.parametrize(
    "line",
    [
        'return "no prices of {asset}"',
        'return f"{asset}: " "no {asset.name!r}"',
        'return "{asset:,} rows"',
        "return f'{asset}' 'and {{% if %}} asks'",
        'return "a {{place}}"',
    ],
)
def test_a_forgotten_one_is_found(line: str) -> None:
    text = f"def told(asset):\n    {line}\n"
    assert [*forgotten(text), *doubled(text)]


@pytest.mark.parametrize(
    "line",
    ['return f"of {asset}, {{not}} more"', 'return "{{ market }}"', 'return "{token}"', 'return "{% if %}"'],
)
def test_what_is_meant_is_not(line: str) -> None:
    text = f"def told(asset):\n    {line}\n"
    assert [*forgotten(text), *doubled(text)] == []
