"""Templates from several folders, the first that has one; a process that runs on sees what comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader


class Loader(FileSystemLoader):
    """Reads a template again when its file has changed, and also when another stands in its place since."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text, its file, and what says whether both are as they were."""
        text, path, unchanged = super().get_source(environment, template)
        return text, path, lambda: unchanged() and self._first(template) == Path(path)

    def _first(self, template: str) -> Path | None:
        files = (Path(folder, template) for folder in self.searchpath)
        return next((file for file in files if file.is_file()), None)
