"""Articles that were written elsewhere: ``reports/<slug>/article.md``, pictures beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from generator.check.markdown_files import read_each, read_markdown
from generator.core.errors import Problem, RequestError, SpecError
from generator.core.yaml_models import Written
from generator.spec.folders import ARTICLE_FILE, REPORTS, SPEC_FILE, list_articles, refuse_bad_slug
from generator.spec.models import Day, Line, Text

_TITLE = re.compile(r"#[ \t]+(.*?)[ \t#]*\n+")


class ArticleHeader(Written):
    """What stands on top of an article, between two lines of ``---``."""

    title: Line
    date: Annotated[Day, Field(description="The day on which it was published.")]
    deck: Text | None = None
    kicker: Line | None = None
    author: Line | None = None
    tags: Annotated[tuple[Line, ...], Field(max_length=20)] = ()


@dataclass(frozen=True)
class OldArticle:
    """An article as it is written: its header, its Markdown, its pictures by file, the whole file."""

    slug: str
    header: ArticleHeader
    text: str
    pictures: Mapping[str, bytes]
    written: str

    @property
    def content(self) -> str:
        """A hash of all that is written."""
        shown = sorted((name, hashlib.sha256(picture).hexdigest()) for name, picture in self.pictures.items())
        return hashlib.sha256(repr((self.slug, self.written, shown)).encode()).hexdigest()


def load_articles(root: Path, slugs: Sequence[str]) -> tuple[OldArticle, ...]:
    """These articles of the project at ``root``.

    Raises
    ------
    SpecError : every mistake in all of them.
    """
    articles, problems = _read_all(root, slugs)
    if problems:
        raise SpecError(problems)
    return articles


def check_articles(root: Path) -> list[Problem]:
    """Every mistake in all articles."""
    return _read_all(root, list_articles(root))[1]


def _read_all(root: Path, slugs: Sequence[str]) -> tuple[tuple[OldArticle, ...], list[Problem]]:
    return read_each(read_article, (root / REPORTS / slug for slug in slugs))


def read_article(folder: Path) -> OldArticle:
    """The article of a folder, whose name is its slug.

    Raises
    ------
    SpecError : every mistake in it.
    """
    file = f"{REPORTS}/{folder.name}/{ARTICLE_FILE}"
    try:
        refuse_bad_slug(folder.name)
    except RequestError as error:
        raise SpecError([Problem(file, None, "", f"its folder is misnamed: {error}")]) from error
    if (folder / SPEC_FILE).exists():
        message = f"lies beside a {SPEC_FILE}. An issue is one of the two: take the other away."
        raise SpecError([Problem(file, None, "", message)])
    article = read_markdown(
        folder / ARTICLE_FILE, file, ArticleHeader, "title: A quiet week and date: 2019-05-03"
    )
    body, first = article.body, _TITLE.match(article.body)
    if first is not None and first[1].strip() == article.header.title:
        body = body[first.end() :]
    return OldArticle(folder.name, article.header, body.strip("\n"), article.pictures, article.whole)
