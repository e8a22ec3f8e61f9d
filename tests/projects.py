"""A project of its own for a test: what a person keeps in git, in another folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from generator.publish.ledger import FILE as LEDGER

ROOT = Path(__file__).parent.parent


def copy_project(place: Path, *, reports: bool = True) -> Path:
    """Copy the project's settings and (unless told otherwise) its reports to ``place``."""
    place.mkdir(parents=True, exist_ok=True)
    for name in ("letter.yml", "requirements.lock", "watchlist.yml"):
        shutil.copy2(ROOT / name, place / name)
    if reports:
        shutil.copytree(ROOT / "reports", place / "reports")
    if reports and (ROOT / LEDGER).exists():
        shutil.copy2(ROOT / LEDGER, place / LEDGER)
    return place
