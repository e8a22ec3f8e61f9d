"""Articles that were written elsewhere, made and published like the other issues, without prices."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.check.old_articles import OldArticle, load_articles, read_article
from generator.core.errors import DataError, RequestError
from generator.core.files import OutputFile, write_folder
from generator.edition.values import Edition
from generator.run.make import INPUTS, Run, Say, versions
from generator.scorecard.values import Expectations
from generator.spec.folders import ARTICLE_FILE, REPORTS, list_articles
from generator.spec.letter import LETTER_FILE, Letter

if TYPE_CHECKING:
    from generator.publish.freeze import Published


def unpublished_articles(
    root: Path, published: Mapping[str, Published], slugs: Sequence[str] = ()
) -> tuple[OldArticle, ...]:
    """The articles of these slugs (none: all) that are not published; slugs of others are passed over.

    Raises
    ------
    SpecError : every mistake in all of them.
    """
    there = list_articles(root)
    return load_articles(root, [s for s in there if s not in published and (not slugs or s in slugs)])


def article_files(article: OldArticle, letter: Letter) -> tuple[OutputFile, ...]:
    """All files of an article's issue, as of a report."""
    from generator.assembly.issue import report_files
    from generator.assembly.pages import expectations_file

    edition = _edition(article, letter)
    expected = Expectations(edition.slug, edition.title, edition.date, edition.as_of, edition.source, ())
    return (*report_files(edition, letter), expectations_file(expected))


def _edition(article: OldArticle, letter: Letter) -> Edition:
    from generator.article.old_article import edition_of_article

    header = article.header
    return edition_of_article(
        article.slug,
        header.title,
        header.date,
        article.text,
        article.pictures,
        header.author or letter.author,
        header.deck,
        header.kicker,
        header.tags,
    )


def make_articles(run: Run, articles: Sequence[OldArticle], say: Say) -> tuple[str, ...]:
    """Make the articles that something has changed for; their slugs.

    Raises
    ------
    OutputError : one cannot be written.
    """
    made = []
    for article in articles:
        told = f"{run.made_with}\n{article.content}\n{run.letter!r}"
        inputs = hashlib.sha256(told.encode()).hexdigest()
        marker = run.made(article.slug) / INPUTS
        if marker.exists() and marker.read_text(encoding="utf-8") == inputs:
            continue
        files = article_files(article, run.letter)
        write_folder(run.made(article.slug), [*files, OutputFile(INPUTS, inputs.encode())])
        made.append(article.slug)
    if made:
        say(f"  articles from elsewhere: {len(made)} made")
    return tuple(made)


def due_articles(
    root: Path, published: Mapping[str, Published], slugs: Sequence[str], today: date, say: Say
) -> tuple[OldArticle, ...]:
    """The articles to publish: those named, or all whose date has come.

    Raises
    ------
    RequestError : one that was named is dated later, or was taken back.
    SpecError : every mistake in all of them.
    """
    from generator.publish.ledger import withdrawn

    taken_back = withdrawn(root)
    due = []
    for article in unpublished_articles(root, published, slugs):
        problem = ""
        if article.header.date > today:
            problem = f"its date, {article.header.date}, has not come"
        elif article.slug in taken_back:
            problem = f"an issue of this name was taken back on {taken_back[article.slug].withdrawn}"
        if problem and slugs:
            raise RequestError(f"{article.slug}: {problem}.")
        if problem:
            say(f"  {article.slug}: {problem}")
        else:
            due.append(article)
    return tuple(sorted(due, key=lambda article: (article.header.date, article.slug)))


def publish_articles(run: Run, articles: Sequence[OldArticle], say: Say) -> Run:
    """Freeze these articles; the run with them among the published.

    Raises
    ------
    DataError : one was edited meanwhile.
    OutputError : a file cannot be written.
    """
    from generator.publish.freeze import Manifest, freeze, published_issues, sha256
    from generator.publish.ledger import write_ledger
    from generator.run.earlier import earlier_file

    for article in articles:
        folder = run.root / REPORTS / article.slug
        if read_article(folder) != article:
            raise DataError(f"{REPORTS}/{article.slug} was edited while it was published. Try again.")
        day = article.header.date.isoformat()
        spec = sha256((folder / ARTICLE_FILE).read_bytes())
        code = f"sha256:{run.made_with}"
        manifest = Manifest(article.slug, 1, day, day, "", {}, {}, spec, code, versions(), {})
        inputs = [
            OutputFile(f"{article.slug}/{name}", (folder / name).read_bytes())
            for name in (ARTICLE_FILE, *sorted(article.pictures))
        ]
        inputs.append(OutputFile(LETTER_FILE, (run.root / LETTER_FILE).read_bytes()))
        inputs += [OutputFile(file.name, file.path.read_bytes()) for file in run.letter.looks.files]
        freeze(run.root, manifest, article_files(article, run.letter), [*inputs, earlier_file(())])
        shutil.rmtree(run.made(article.slug), ignore_errors=True)
        say(f"  {article.slug}: published as v1")
    if articles:
        run = replace(run, published=published_issues(run.root))
        write_ledger(run.root, run.published)
    return run


def refuse_correction(root: Path, slugs: Sequence[str]) -> None:
    """Raise where an article written elsewhere is to be corrected.

    Raises
    ------
    RequestError : says what to do.
    """
    for slug in slugs:
        if slug in list_articles(root):
            raise RequestError(
                f"{slug} was written elsewhere, and its article is not corrected here. Take it back with "
                f"'precedent unpublish {slug} --reason ...', and publish the right one under another name."
            )
