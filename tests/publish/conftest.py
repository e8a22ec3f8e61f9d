"""A letter of which one report is published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.publish.letter import (
    ISSUE,
    OTHER,
    publish,
)
from tests.running import project_with
from tests.test_report_runs import prices


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two reports, of which one is published."""
    root = project_with(tmp_path_factory.mktemp("publish") / "letter", one=ISSUE, two=OTHER)
    prices(root / "mine")
    said = publish(root, "one")
    assert "one: published as v1" in said
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The project again, for a test to change."""
    return Path(shutil.copytree(made, tmp_path / "letter"))
