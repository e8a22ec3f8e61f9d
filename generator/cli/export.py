"""``precedent export``: its arguments."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example: precedent export 2026-04-21-small-caps --to html")
@click.argument("slug")
@click.option(
    "--to",
    "form",
    type=click.Choice(["markdown", "html", "images"]),
    required=True,
    help="CommonMark with its pictures; one page to copy from; or every chart and table as a PNG.",
)
@click.option(
    "--tables",
    type=click.Choice(["text", "images"]),
    default="text",
    show_default=True,
    help="images: tables are pictures, for platforms that take none.",
)
@click.pass_obj
def export(root: Path, slug: str, form: str, tables: str) -> None:
    """Write the issue SLUG for another platform, to build/export/SLUG/."""
    from generator.run.export import export_issue

    export_issue(root, slug, form, tables == "text", click.echo)  # type: ignore[arg-type]
