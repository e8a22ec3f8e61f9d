"""The process in which MkDocs builds the site of a run: what ``mkdocs build`` makes, and none of it twice.

Of ten years of issues a week changes a few. Pages that are as they were are taken up (``kept_pages``), and
what lies beside issues is linked, not copied. All of it goes by MkDocs' own events; ``mkdocs build`` knows
nothing of it and makes the same site.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

import generator.site.markdown  # noqa: F401  # read while this process waits
from generator.assembly.kept_pages import KeptPage, KeptPages, made_of_their_own

_ISSUES = "issues/"


def main() -> None:
    """Wait on standard input for where to build, the time that the site carries, and the settings; build."""
    aside, epoch, settings = [*sys.stdin.read().split("\n", 2), "", ""][:3]
    if not epoch:
        return  # whoever began this has ended
    os.environ["SOURCE_DATE_EPOCH"] = epoch
    logging.basicConfig(format="%(levelname)-8s-  %(message)s", level=logging.WARNING)
    # Paths in the settings count from the letter's folder, wherever their file is.
    file = io.BytesIO(settings.encode())
    file.name = "mkdocs.yml"
    try:
        config = load_config(file, strict=True, site_dir=aside)
        others = len(config.plugins) > 0  # which may have a say in pages
        config.plugins["precedent"] = Saving(config, pages=not others)
        build(config)
    except MkDocsException as error:
        error.show()
        sys.exit(1)


class _NoSettings(Config):
    """MkDocs asks for settings of whatever hears its events."""


class Saving(BasePlugin[_NoSettings]):
    """Takes up what earlier builds have made."""

    def __init__(self, config: MkDocsConfig, *, pages: bool) -> None:
        self._pages = KeptPages(config) if pages and made_of_their_own(config) else None

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Take up pages that are not in the bar on top."""
        if self._pages is not None:
            self._pages.take_up(files, config)
        return files

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Once links are looked at: link what lies beside issues. A page that is whole needs no template."""
        whole = env.from_string("{{ page.dressed() }}")
        folders: set[str] = set()
        for file in list(files):
            if isinstance(file.page, KeptPage):
                if file.page.is_dressed:
                    file.page.meta["template"] = whole
            elif file.src_uri.startswith(_ISSUES) and file.inclusion.is_included() and file.page is None:
                place = f"{config.site_dir}/{file.dest_uri}"
                if _linked(f"{config.docs_dir}/{file.src_uri}", place, folders):
                    files.remove(file)
        return env

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Keep a page that was just dressed."""
        if isinstance(page, KeptPage):
            page.keep_dressed(output)
        return output

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Forget pages that are no longer there, or others now."""
        if self._pages is not None:
            self._pages.forget()


def _linked(source: str, place: str, folders: set[str]) -> bool:
    """Whether a file could be linked, which not every disk can; ``folders`` are those that are there."""
    folder = place.rpartition("/")[0]
    if folder not in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
        folders.add(folder)
    try:
        os.link(source, place)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
