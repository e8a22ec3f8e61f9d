"""The command line: arguments in, exit codes out; a command imports what it needs when it runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from generator.cli.ask import audit, fit, lookahead, study
from generator.cli.data import data
from generator.cli.export import export
from generator.cli.look import doctor, template
from generator.cli.options import (
    INTERRUPTED,
    SOURCE,
    Commands,
    Day,
    absolute,
    console,
    format_option,
    hand_over,
    inspected,
    labels_of,
    tell_strange,
)
from generator.cli.publish import publish, unpublish, verify
from generator.cli.send import send
from generator.core.files import find_project
from generator.site.templating import use_templates


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="precedent", message="%(prog)s %(version)s")
@click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the letter (where letter.yml is). Default: this folder or the nearest one above it.",
)
@click.pass_context
def main(ctx: click.Context, project: Path | None) -> None:
    """This just happened in the market; what happened next, every time before?"""
    ctx.obj = project if project is not None else find_project()
    use_templates(ctx.obj)
    # Late, so that help loads no YAML.
    from generator.language.own_words import use_words

    use_words(ctx.obj)
    hand_over(ctx.obj, ctx.invoked_subcommand)


for command in (
    study,
    lookahead,
    audit,
    fit,
    data,
    publish,
    unpublish,
    verify,
    send,
    export,
    doctor,
    template,
):
    main.add_command(command)


@main.command(epilog="Example: precedent signals golden-cross")
@click.argument("name", required=False)
@click.pass_obj
def signals(root: Path, name: str | None) -> None:
    """List the signal library in plain English, or explain the signal NAME."""
    from generator.output.terminal import print_rows
    from generator.signals.library import find_signal, load_library

    if name is None:
        rows = [[signal.name, signal.bars, signal.sentence] for signal in load_library().values()]
        print_rows(["Signal", "Bars", "What it says"], rows, console())
        return
    signal = find_signal(name)
    parameters = ", ".join(f"{key} = {value:g}" for key, value in signal.parameters.items()) or "none"
    rows = [
        ["sentence", signal.sentence],
        ["expression", signal.condition],
        ["template", signal.expression],
        ["parameters", parameters],
        ["bars", signal.bars],
        ["cooldown", f"{signal.cooldown} bars"],
        ["measure", f"{signal.measure_text}  ({signal.measure_heading}; {signal.measure_unit})"],
        ["kind", signal.kind],
        ["origin", signal.origin],
        ["try it", f"precedent study --asset IWM --signal {signal.name} --source sample"],
    ]
    print_rows([signal.name, signal.title], rows, console())


@main.command(epilog="Example: precedent report --source sample")
@click.argument("slugs", nargs=-1)
@SOURCE
@click.option("--as-of", type=Day(), help="Nothing after this day exists, whatever the specs say.")
@click.option("--strict", is_flag=True, help="Refuse sample and stale prices.")
@click.pass_obj
def report(root: Path, slugs: tuple[str, ...], source: str | None, as_of: date | None, strict: bool) -> None:
    """Make the reports (all, or SLUGS) and the site. Unchanged reports are not made again."""
    from generator.run.report import Reporting, make_reports
    from generator.spec.folders import folders_without_spec

    for problem in () if slugs else folders_without_spec(root):
        click.echo(f"precedent: note: {problem}", err=True)
    make_reports(root, Reporting(slugs, absolute(source), as_of, strict), click.echo)


@main.command(epilog="Example: precedent serve --port 8001")
@click.argument("slugs", nargs=-1)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Default: 8000; 0: any free one.")
@SOURCE
@click.option("--as-of", type=Day(), help="Nothing after this day exists, whatever the specs say.")
@click.pass_obj
def serve(root: Path, slugs: tuple[str, ...], port: int, source: str | None, as_of: date | None) -> None:
    """Show the site in a browser; make reports (all, or SLUGS) and site again after every change."""
    from generator.run.report import Reporting
    from generator.run.serve import serve as serve_site

    serve_site(root, Reporting(slugs, absolute(source), as_of), port, click.echo)


@main.command(epilog="Example: precedent draft --as-of 2026-04-17")
@SOURCE
@click.option(
    "--as-of", type=Day(), help="The newest week completed by this day. Default: the newest there is."
)
@click.option(
    "--explain", "explained", is_flag=True, help="Print the ranked facts and the choice; write nothing."
)
@click.pass_obj
def draft(root: Path, source: str | None, as_of: date | None, explained: bool) -> None:
    """Write the issue of the newest completed week, a spec to edit, unless it is there already."""
    from generator.core.files import project_lock
    from generator.run.draft import draft_issue, tell_lacking
    from generator.spec.letter import load_letter
    from generator.spec.watchlist import load_watchlist

    load_letter(root)  # an issue belongs to a letter
    watchlist = load_watchlist(root)
    prices = inspected(root, absolute(source))
    if explained:
        from generator.desk.explain import explanation
        from generator.run.draft import explain

        click.echo(explanation(*explain(root, prices, watchlist, as_of)), nl=False)
        return
    with project_lock(root):
        drafted = draft_issue(root, prices, watchlist, as_of)
    for note in prices.notes:
        click.echo(f"precedent: note: {note}", err=True)
    tell_strange(root, prices, prices.suspicions.found())
    place = drafted.path.relative_to(root)
    if not drafted.new:
        click.echo(f"{place} is there already, for the week to {drafted.as_of}; it is left as it is.")
    else:
        quiet = "" if drafted.noteworthy else " (a quiet week: nothing called for a study)"
        click.echo(
            f"wrote {place} for the week to {drafted.as_of}{quiet}\nNow edit it, then: precedent report"
        )
    tell_lacking(drafted)


@main.command(epilog="Example: precedent new 2026-04-21-small-caps")
@click.argument("slug")
@click.pass_obj
def new(root: Path, slug: str) -> None:
    """Write reports/SLUG/report.yml: a commented spec that works as it stands."""
    from generator.check.reading import new_spec
    from generator.publish.ledger import refuse_taken_back
    from generator.spec.letter import load_letter

    load_letter(root)  # a report belongs to a letter: nothing is begun in a folder that has none
    refuse_taken_back(root, [slug])
    path = new_spec(root, slug)
    click.echo(f"wrote {path}\nNow edit it, then: precedent check && precedent report {slug}")


@main.command(epilog="Example: precedent init my-letter --name 'My Letter' --author 'A. Writer'")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="My market letter", show_default=True, help="What the letter is called.")
@click.option("--tagline", help="One line of what it is.")
@click.option("--author", default="The editor", show_default=True, help="Who signs it.")
@click.option("--base-url", help="Where the site will be, such as https://example.org/letter.")
def init(folder: Path, name: str, tagline: str | None, author: str, base_url: str | None) -> None:
    """Begin a letter of your own in FOLDER, with an example that works as it stands."""
    from generator.run.init import Beginning
    from generator.run.init import init as begin

    words = {"name": name, "author": author, **({} if tagline is None else {"tagline": tagline})}
    for note in begin(folder, Beginning(**words, base_url=base_url)):
        click.echo(f"note: {note}")
    click.echo(f"Wrote {folder}. Now: cd {folder} && precedent report --source sample")


@main.command(epilog="Example: precedent check")
@click.pass_obj
def check(root: Path) -> None:
    """Find every mistake in letter.yml, watchlist.yml, signals.yml, pages/ and all specs at once."""
    from generator.check.reading import check as find_problems
    from generator.core.errors import SpecError
    from generator.spec.watchlist import has_watchlist

    problems = find_problems(root)
    if problems:
        raise SpecError(list(problems))
    click.echo("No mistakes found.")
    if not has_watchlist(root):
        click.echo("note: there is no watchlist.yml here, so no week is drafted.")


@main.command(epilog="Example: precedent schema watchlist")
@click.argument("file", type=click.Choice(["report", "watchlist", "signals", "letter"]), default="report")
def schema(file: str) -> None:
    """Print the JSON Schema of FILE (such as report.yml), for editors that check as you type."""
    import json

    from generator.check.reading import json_schema
    from generator.spec.letter_schema import letter_schema
    from generator.spec.signals_schema import signals_schema
    from generator.spec.watchlist_schema import watchlist_schema

    schemas = {"report": json_schema, "watchlist": watchlist_schema}
    schemas |= {"signals": signals_schema, "letter": letter_schema}
    click.echo(json.dumps(schemas[file](), indent=2))


@main.command(epilog="Example: precedent scan --assets SPY,IWM --since '10 sessions'")
@click.option(
    "--assets", metavar="LIST", help="Such as SPY,IWM. Default: the watchlist, or all of --source files:."
)
@click.option(
    "--signals", metavar="LIST", help="Such as reverse-up,golden-cross. Default: the whole library."
)
@click.option("--since", default="5 sessions", show_default=True, metavar="N sessions", help="How far back.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the newest session.")
@SOURCE
@format_option("table", "json", "csv")
@click.pass_context
def scan(
    ctx: click.Context,
    /,
    assets: str | None,
    signals: str | None,
    since: str,
    as_of: date | None,
    source: str | None,
    form: str,
) -> None:
    """Every signal on every asset: what fired, what is one step from firing, and what followed before.

    Ctrl-C ends it with what has been found so far, and exit code 130.
    """
    from generator.cli.scan import run_scan
    from generator.scan.values import scan_signals

    chosen = scan_signals(tuple(labels_of(signals or "")))
    if not run_scan(ctx.obj, chosen, assets, since, as_of, absolute(source), form):
        ctx.exit(INTERRUPTED)
