"""Pages that MkDocs made before, taken up again while nothing of them has changed.

A page's HTML is kept under the hash of all that it was made from: its Markdown, the pictures beside it, the
program; and the whole page, with all that the theme puts around, under that and the hash of theme and
settings. Where a page links to is looked at in every build: one that leads to something that is gone is
converted again, and MkDocs warns of it; headings that others link to are shown to MkDocs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from generator.core.files import visible_files
from generator.core.shelf import KEPT, Shelf, program

FOLDER = Path(KEPT.name, "pages")
"""Beside the folder of the pages."""
_ROOMS = ("assembly", "site", "language")
"""Those that have a say in how a page is made."""
_LIBRARIES = ("mkdocs", "jinja2", "markdown", "pymdown-extensions")
_OWN_HTML = re.compile(rb"---\n.*?\n---\n\s*<article ", re.DOTALL)
_LEADS = re.compile(r'\b(?:href|src)="([^"]*)"')
_ASKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_MORE = re.compile(
    r"\b(?:pages|build_date_utc|update_date|toc|next_page|previous_page|homepage|parent|ancestors|file)\b"
    r"|(?<!page)\.meta\b"
)
"""What a template asks for that is not the page's own, or hangs on the day."""


@dataclass(frozen=True)
class Converted:
    """A page when MkDocs has converted it.

    Attributes
    ----------
    ids : what others can link to in it.
    files : what its links and pictures lead to, by their paths among the pages.
    anchors : what it links to in these pages, by the same paths, as ``Page.links_to_anchors``.
    """

    meta: dict[str, Any]
    title: str | None
    content: str
    ids: list[str]
    files: list[str]
    anchors: dict[str, dict[str, str]]


def made_of_their_own(config: MkDocsConfig) -> bool:
    """Whether the theme puts nothing on a page but what is the page's, or every page's. A letter's own theme
    may list other pages, say."""
    alone = config.theme.static_templates
    pages = (content for name, content in _theme(config) if name.endswith(".html") and name not in alone)
    asked = (_ASKS.findall(content.decode("utf-8", "replace")) for content in pages)
    return not any(_MORE.search(each) for template in asked for each in template)


class KeptPages:
    """The pages that are kept for the next build."""

    def __init__(self, config: MkDocsConfig) -> None:
        self.docs = Path(config.docs_dir)
        self.shelf = Shelf(self.docs.parent / FOLDER)
        self.files = Files([])
        self.by_url: dict[str, str] = {}
        by = program(_ROOMS, _LIBRARIES)
        self._converts = by, config.markdown_extensions, config.mdx_configs, config.use_directory_urls
        self._dresses = hashlib.sha256(repr((_theme(config), _settings(config))).encode()).hexdigest()

    def take_up(self, files: Files, config: MkDocsConfig) -> None:
        """Have MkDocs ask here for those of these pages that are not in the navigation."""
        self.files, self.by_url = files, {file.url: file.src_uri for file in files}
        for file in files.documentation_pages():
            if file.inclusion.is_not_in_nav():
                KeptPage(file, config, self)

    def name_of(self, file: File, source: bytes) -> str:
        """The name of a conversion; of a picture its size and time count for what it holds."""
        with os.scandir(self.docs / dirname(file.src_uri)) as entries:
            pictures = sorted((e.name, e.stat()) for e in entries if e.name.endswith((".svg", ".json")))
        seen = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in pictures]
        return self.shelf.name(self._converts, file.src_uri, seen, source)

    def name_of_dressed(self, conversion: str) -> str:
        """The name of the whole page around a conversion."""
        return self.shelf.name(self._dresses, conversion)

    def found(self, name: str) -> Converted | None:
        """A conversion, where all that it leads to is there."""
        content = self.shelf.find(name)
        if content is None:
            return None
        page = Converted(**json.loads(content))
        return page if all(map(self.files.get_file_from_path, page.files)) else None

    def leads_to(self, page: Page, source: bytes) -> list[str] | None:
        """The files that a page leads to; None where there is one that MkDocs does not know, for it shall say
        so again. It does not look at the generator's own HTML."""
        if _OWN_HTML.match(source):
            return []
        places = [urlsplit(unescape(target)) for target in set(_LEADS.findall(page.content or ""))]
        paths = [place.path for place in places if not place.scheme and not place.netloc and place.path]
        found = [self.by_url.get(normpath(join(dirname(page.file.url), path))) for path in paths]
        return None if None in found else sorted({path for path in found if path is not None})

    def forget(self) -> None:
        """Remove what this build did not ask for."""
        self.shelf.forget()


class KeptPage(Page):
    """A page that is taken up where it was made before, and kept where it was not.

    Attributes
    ----------
    is_dressed : the whole page was made before.
    """

    def __init__(self, file: File, config: MkDocsConfig, kept: KeptPages) -> None:
        super().__init__(None, file, config)
        self.is_dressed = False
        self._kept = kept
        self._name = ""
        self._source = b""
        self._found: Converted | None = None

    def read_source(self, config: MkDocsConfig) -> None:
        """Look for the page, and read it only where it is not found."""
        self._source = self.file.content_bytes
        self._name = self._kept.name_of(self.file, self._source)
        self._found = self._kept.found(self._name)
        if self._found is None:
            super().read_source(config)
        else:
            self.markdown, self.meta = self._source.decode(), self._found.meta

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Take the page up, or convert and keep it."""
        if self._found is None:
            super().render(config, files)
            self._keep()
        else:
            self.content, self._title_from_render = self._found.content, self._found.title
            self.present_anchor_ids = set(self._found.ids)
            anchors = self._found.anchors.items()
            self.links_to_anchors = {files.src_uris[path]: links for path, links in anchors}
            self.is_dressed = self._kept.shelf.find(self._kept.name_of_dressed(self._name)) is not None
        self._source, self._found = b"", None

    def dressed(self) -> str:
        """The whole page, which ``is_dressed`` says is there."""
        page = self._kept.shelf.find(self._kept.name_of_dressed(self._name))
        assert page is not None
        return page.decode()

    def keep_dressed(self, page: str) -> None:
        """Keep the whole page, if its conversion is."""
        if self._name and not self.is_dressed:
            self._kept.shelf.keep(self._kept.name_of_dressed(self._name), page.encode())

    def _keep(self) -> None:
        files = self._kept.leads_to(self, self._source)
        if files is None:
            self._name = ""
            return
        anchors = {file.src_uri: links for file, links in (self.links_to_anchors or {}).items()}
        page = Converted(
            dict(self.meta),
            self._title_from_render,
            self.content or "",
            sorted(self.present_anchor_ids or ()),
            files,
            anchors,
        )
        self._kept.shelf.keep(self._name, json.dumps(asdict(page)).encode())


def _theme(config: MkDocsConfig) -> list[tuple[str, bytes]]:
    """The files of the letter's theme."""
    folder = Path(config.theme.custom_dir or config.theme.dirs[0])
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in sorted(visible_files(folder))]


def _settings(config: MkDocsConfig) -> list[tuple[str, str]]:
    """All that the settings say, but for where the site goes."""
    said = {**config, **{f"theme.{key}": value for key, value in config.theme.items()}}
    return [(key, repr(value)) for key, value in said.items() if key not in ("site_dir", "plugins", "theme")]
