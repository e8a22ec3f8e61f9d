"""``precedent publish``, ``unpublish`` and ``verify``: their arguments."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import SOURCE, absolute


@click.command(epilog="Example: precedent publish 2026-04-21-small-caps")
@click.argument("slugs", nargs=-1)
@SOURCE
@click.option("--drafts", is_flag=True, help="Publish drafts too that nobody has edited.")
@click.option(
    "--correct", metavar="NOTE", help="Publish a new version of SLUG, with this note to the reader."
)
@click.pass_obj
def publish(
    root: Path, slugs: tuple[str, ...], source: str | None, drafts: bool, correct: str | None
) -> None:
    """Freeze issues (SLUGS, or all that are due) as they are published, and build the site from those.

    Only from real prices that are fresh and trusted. What is published does not change.
    """
    from generator.market.calendar import utc_now
    from generator.run.publish import Publishing
    from generator.run.publish import publish as publish_issues

    publish_issues(root, Publishing(slugs, absolute(source), drafts, correct), utc_now(), click.echo)


@click.command(epilog="Example: precedent unpublish 2026-04-21-small-caps --reason 'Its prices were wrong.'")
@click.argument("slug")
@click.option("--reason", required=True, metavar="SENTENCE", help="Why; readers find it at the address.")
@click.pass_obj
def unpublish(root: Path, slug: str, reason: str) -> None:
    """Take the published issue SLUG back for good: its folder goes, and a page at its address says why."""
    from generator.market.calendar import utc_now
    from generator.run.unpublish import unpublish as take_back

    take_back(root, slug, reason, utc_now().date())
    click.echo(f"{slug}: taken back. Now: precedent publish, which makes the site without it; then commit.")


@click.command(epilog="Example: precedent verify")
@click.argument("slugs", nargs=-1)
@SOURCE
@click.pass_obj
def verify(root: Path, slugs: tuple[str, ...], source: str | None) -> None:
    """Check the files of published issues (SLUGS, or all), and every byte when they are made again.

    Without SLUGS only the newest is made again. It is made from the prices kept at its publication, which are
    compared with today's.
    """
    from generator.run.verify import verify as verify_issues

    verify_issues(root, slugs, absolute(source), click.echo)
