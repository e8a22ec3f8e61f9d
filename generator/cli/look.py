"""``precedent doctor`` and ``precedent template``: their arguments."""

from __future__ import annotations

import os
from pathlib import Path

import click

from generator.cli.options import SOURCE, absolute

TO_DO = 5
"""Exit code of ``doctor`` where something is to be done."""


@click.command(epilog="Example: precedent doctor")
@SOURCE
@click.pass_context
def doctor(ctx: click.Context, source: str | None) -> None:
    """Look the letter through: files, templates, addresses, archive, prices, mail, policy; say what to do."""
    from generator.mail.message import SECRET
    from generator.market.calendar import utc_now
    from generator.run.doctor import examine

    to_do = 0
    for finding in examine(ctx.obj, absolute(source), os.environ.get(SECRET) or None, utc_now()):
        to_do += finding.to_do
        click.echo(f"{'TO DO' if finding.to_do else '   ok'}  {finding.subject}: {finding.said}")
    click.echo("Nothing is to be done." if not to_do else f"{to_do} to do.")
    if to_do:
        ctx.exit(TO_DO)


@click.command(epilog="Example: precedent template report/key_points.md")
@click.argument("name", required=False)
@click.option("--keep", is_flag=True, help="The letter's file is up to date: write that down, copy nothing.")
@click.pass_obj
def template(root: Path, name: str | None, keep: bool) -> None:
    """Copy the engine's template NAME into templates/, to be changed there; without NAME, list all."""
    from generator.site.originals import copy_template, engine_names
    from generator.site.templating import overridden
    from generator.spec.letter import load_letter

    load_letter(root)  # templates belong to a letter
    if name is None:
        own = set(overridden())
        for each in engine_names():
            click.echo(f"{each}{'  (your own)' if each in own else ''}")
        return
    path = copy_template(root, name, keep)
    click.echo(f"{'kept' if keep else 'wrote'} {path.relative_to(root)}")
