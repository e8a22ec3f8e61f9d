"""``precedent send``: its arguments."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command(epilog="Example: precedent send 2026-04-21-small-caps --to me@example.org --dry-run")
@click.argument("slug")
@click.option("--to", multiple=True, metavar="FILE|ADDRESS", help="Who gets it; repeatable.")
@click.option("--dry-run", is_flag=True, help="Say who would get it; send nothing, write nothing.")
@click.option(
    "--rate", type=click.IntRange(1, 6000), default=60, show_default=True, help="At most so many a minute."
)
@click.pass_obj
def send(root: Path, /, slug: str, to: tuple[str, ...], dry_run: bool, rate: int) -> None:
    """Send the e-mail of the issue SLUG, one message a recipient, nobody twice.

    After any end it can be run again, without --to for the same recipients, and goes on where it was.
    """
    from generator.mail.message import SECRET
    from generator.mail.send import Delivery, preview
    from generator.mail.send import send as send_issue
    from generator.mail.server import server_from

    delivery = Delivery(slug, to, rate, os.environ.get(SECRET) or None)
    if dry_run:
        preview(root, delivery, click.echo)
    else:
        send_issue(root, delivery, server_from(os.environ), click.echo)
