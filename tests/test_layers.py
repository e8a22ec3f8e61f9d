"""The rooms of the program import only from those before them, and some libraries live in one room only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "generator"
LAYERS = (
    "accents",
    "errors",
    "files",
    "names",
    "processes",
    "market",
    "signals",
    "study",
    "scan",
    "language",
    "editorial",
    "article",
    "charts",
    "site",
    "export",
    "press",
    "post",
    "pipeline",
    "cli",
)
AT_HOME = {
    "yfinance": ("market/providers/yahoo",),
    "yaml": ("files_yaml.py", "signals/library.py"),
    "matplotlib": ("charts/",),
    "click": ("cli",),
    "jinja2": ("press/", "article/article.py", "editorial/prose.py", "editorial/prose_check.py"),
    "mkdocs": (),
    "zensical": (),
}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def room(name: str) -> int:
    """The position of a room; it may be some files whose names begin alike (cli.py, cli_parts.py).

    What happened in a week (desk) is told with the words and numbers of editorial, which tells it: they are
    one layer, without circles of modules."""
    return LAYERS.index({"desk": "editorial"}.get(name, name.partition("_")[0]))


def layer(path: Path) -> int:
    """The position of the room a file is in."""
    return room(path.relative_to(PACKAGE).parts[0].removesuffix(".py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_those_before_it(path: Path) -> None:
    for module in imported(path):
        if module.startswith("generator."):
            assert room(module.split(".")[1]) <= layer(path), f"{path} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_stays_in_its_room(path: Path) -> None:
    place = str(path.relative_to(PACKAGE))
    for module in imported(path):
        allowed = AT_HOME.get(module.split(".")[0])
        assert allowed is None or place.startswith(allowed), f"{place} imports {module}"


def test_no_module_grows_beyond_one_job() -> None:
    long = {str(path): len(path.read_text().splitlines()) for path in FILES}
    assert {path: lines for path, lines in long.items() if lines > 420} == {}
