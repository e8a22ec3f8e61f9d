"""``precedent publish`` and ``precedent verify``: their arguments."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli_parts import SOURCE_HELP, absolute


@click.command()
@click.argument("slugs", nargs=-1)
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option("--drafts", is_flag=True, help="Publish drafts too that nobody has edited.")
@click.pass_obj
def publish(root: Path, slugs: tuple[str, ...], source: str | None, drafts: bool) -> None:
    """Freeze issues (SLUGS, or all that are due) as they are published, and build the site from those.

    Only from real prices that are fresh and trusted. What is published does not change.
    """
    from generator.market.calendar import utc_now
    from generator.pipeline_publish import Publishing
    from generator.pipeline_publish import publish as publish_issues

    publish_issues(root, Publishing(slugs, absolute(source), drafts), utc_now(), click.echo)


@click.command()
@click.argument("slugs", nargs=-1)
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.pass_context
def verify(ctx: click.Context, slugs: tuple[str, ...], source: str | None) -> None:
    """Check published issues (SLUGS, or all): every file, and every byte when they are made again.

    They are made from the prices kept at their publication, which are compared with today's. The exit code is
    0 when all is the same, 1 when something is not, and 3 when a file is not what was published.
    """
    from generator.pipeline_verify import verify as verify_issues

    if not verify_issues(ctx.obj, slugs, absolute(source), click.echo):
        ctx.exit(1)
