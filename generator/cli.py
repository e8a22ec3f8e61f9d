"""The command line: arguments in, exit codes out; a command imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from generator.cli_data import data
from generator.cli_parts import (
    BARS,
    INTERRUPTED,
    RETURNS_HELP,
    SOURCE_HELP,
    Commands,
    Day,
    absolute,
    console,
    find_project,
    hand_over_calendars,
    histories_of,
    inspected,
    labels_of,
    open_prices,
    other_histories,
    tell_strange,
)
from generator.cli_publish import publish, verify
from generator.cli_send import send


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
    hand_over_calendars(ctx.obj, ctx.invoked_subcommand)


main.add_command(publish)
main.add_command(data)
main.add_command(send)
main.add_command(verify)


@main.command()
@click.option("--asset", required=True, metavar="TICKER", help="The asset whose bars the signal is read on.")
@click.option("--when", metavar="EXPRESSION", help="What happened, in the condition language.")
@click.option("--signal", metavar="NAME", help="What happened, by its name in the signal library.")
@click.option("--target", "targets", multiple=True, metavar="TICKER", help="Whose returns; repeatable.")
@click.option("--bars", type=BARS, help="Default: the signal's, or daily.")
@click.option("--horizons", metavar="LIST", help="Such as 1M,3M,6M,12M. Default: the usual ones of the bars.")
@click.option("--horizon", "headline", metavar="LABEL", help="The headline. Default: nearest three months.")
@click.option("--cooldown", type=int, metavar="BARS", help="Default: the signal's, or 0.")
@click.option(
    "--entry", type=click.Choice(["close", "next_open", "next_close"]), default="close", show_default=True
)
@click.option("--returns", type=click.Choice(["price", "total"]), help=RETURNS_HELP)
@click.option("--measure", metavar="EXPRESSION", help="What the episode table shows as the move.")
@click.option("--since", type=Day(), help="Leave out episodes and baseline before this day.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the last common session.")
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def study(
    root: Path,
    /,
    targets: tuple[str, ...],
    horizons: str | None,
    as_of: date | None,
    source: str | None,
    form: str,
    asset: str,
    **choices: Any,
) -> None:
    """What happened next, every time before: episodes, forward returns, statistics and baseline."""
    from generator.press import study_output
    from generator.study.question import make_study
    from generator.study.run import run_asked_study

    labels = None if horizons is None else labels_of(horizons)
    prices = open_prices(root, absolute(source))
    name, *others = (prices.spelled(ticker) for ticker in (asset, *targets))
    studies = [make_study(name, target=target, horizons=labels, **choices) for target in others or (name,)]
    histories = histories_of(root, prices, [name for question in studies for name in question.assets])
    results = [run_asked_study(question, histories, as_of) for question in studies]
    writers: dict[str, Callable[[Sequence[Any]], str]] = {
        "json": study_output.as_json,
        "csv": study_output.as_csv,
        "markdown": study_output.as_markdown,
    }
    if form in writers:
        click.echo(writers[form](results), nl=False)
    else:
        from generator.press.terminal import print_study

        print_study(results, console())


@main.command()
@click.argument("name", required=False)
@click.pass_obj
def signals(root: Path, name: str | None) -> None:
    """List the signal library in plain English, or explain the signal NAME."""
    from generator.press.terminal import print_rows
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


@main.command()
@click.option("--asset", required=True, metavar="TICKER", help="The asset whose bars the signal is read on.")
@click.option("--when", metavar="EXPRESSION", help="What happened, in the condition language.")
@click.option("--signal", metavar="NAME", help="What happened, by its name in the signal library.")
@click.option("--all", "every", is_flag=True, help="Every signal of the library, one after another.")
@click.option("--target", metavar="TICKER", help="Whose returns. Default: the asset's.")
@click.option("--bars", type=BARS, help="Default: the signal's, or daily.")
@click.option("--horizons", metavar="LIST", help="Such as 1M,3M,6M,12M. Default: the usual ones of the bars.")
@click.option("--cooldown", type=int, metavar="BARS", help="Default: the signal's, or 0.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the last common session.")
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.pass_context
def lookahead(
    ctx: click.Context,
    /,
    asset: str,
    target: str | None,
    signal: str | None,
    every: bool,
    horizons: str | None,
    as_of: date | None,
    source: str | None,
    **choices: Any,
) -> None:
    """Prove that a study does not look ahead: ask it again at every month-end of the past.

    Whatever it said then of episodes and completed returns must be what it says now. The exit code is 0 when
    nothing changes and 1 when something does.
    """
    from generator.errors import RequestError
    from generator.press import lookahead_output
    from generator.press.terminal import print_rows
    from generator.signals.library import load_library
    from generator.study.lookahead import find_changes
    from generator.study.question import make_study

    if every and (signal or choices["when"]):
        raise RequestError("--all is every signal of the library: leave --signal and --when out.")
    names = list(load_library()) if every else [signal]
    labels = None if horizons is None else labels_of(horizons)
    prices = open_prices(ctx.obj, absolute(source))
    asset, target = prices.spelled(asset), None if target is None else prices.spelled(target)
    studies = [make_study(asset, target=target, signal=name, horizons=labels, **choices) for name in names]
    histories = histories_of(ctx.obj, prices, [name for question in studies for name in question.assets])
    leaks = False
    for question in studies:
        proof = find_changes(question, histories, as_of)
        click.echo(lookahead_output.summary_of(proof))
        if proof.changes:
            leaks = True
            print_rows(lookahead_output.HEADINGS, lookahead_output.rows_of(proof), console())
    if leaks:
        ctx.exit(1)


@main.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--summary", type=click.Path(path_type=Path), help="CSV of its summary rows, checked too.")
@click.option("--asset", required=True, metavar="TICKER", help="The asset that the table is about.")
@click.option("--when", metavar="EXPRESSION", help="What its episodes are, in the condition language.")
@click.option("--signal", metavar="NAME", help="What its episodes are, by name in the signal library.")
@click.option("--bars", type=BARS, help="Default: the signal's, or daily.")
@click.option("--cooldown", type=int, metavar="BARS", help="Default: the signal's, or 0.")
@click.option(
    "--entry", type=click.Choice(["close", "next_open", "next_close"]), default="close", show_default=True
)
@click.option("--returns", type=click.Choice(["price", "total"]), help=RETURNS_HELP)
@click.option("--since", type=Day(), help="The table leaves out episodes before this day.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the last common session.")
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def audit(
    root: Path,
    /,
    table: Path,
    summary: Path | None,
    asset: str,
    as_of: date | None,
    source: str | None,
    form: str,
    **choices: Any,
) -> None:
    """Compute a published TABLE (CSV) of episodes again: what is right, what is wrong, and why.

    The exit code is 0 whatever is found in it.
    """
    from generator.press import audit_output
    from generator.study.audit import audit as audit_table
    from generator.study.audit_table import load_summary, load_table
    from generator.study.question import make_study

    prices = open_prices(root, absolute(source))
    question = make_study(prices.spelled(asset), **choices)
    published, rows = load_table(table), None if summary is None else load_summary(summary)
    histories = histories_of(root, prices, question.assets)
    found = audit_table(published, rows, question, histories, as_of, more=lambda: other_histories(prices))
    if form == "table":
        audit_output.print_audit(found, console())
    else:
        write = audit_output.as_json if form == "json" else audit_output.as_markdown
        click.echo(write(found), nl=False)


@main.command()
@click.option(
    "--asset",
    default="IWM",
    show_default=True,
    metavar="TICKER",
    help="The asset that the claims are about.",
)
@click.option("--signal", required=True, metavar="NAME", help="The definition to read in many ways.")
@click.option("--vary", multiple=True, metavar="NAME=A:B[:STEP]", help="A parameter's range; repeatable.")
@click.option("--claim", "claims", multiple=True, metavar="CLAIM", help="Such as '1Y.best > 60'; repeatable.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the last common session.")
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def fit(
    root: Path,
    /,
    asset: str,
    signal: str,
    vary: tuple[str, ...],
    claims: tuple[str, ...],
    as_of: date | None,
    source: str | None,
    form: str,
) -> None:
    """Which readings of a vague definition reproduce what was claimed of it.

    Every combination of the varied parameters is tried. A claim is <horizon>.<field> <operator> <number>,
    with the fields of the JSON of a study, or "episodes == 36".
    """
    from generator.market.exchanges import calendar_of
    from generator.press import fit_output
    from generator.study.claims import parse_claim
    from generator.study.fit import fit as fit_claims
    from generator.study.fit import parse_variation
    from generator.study.question import make_study

    prices = open_prices(root, absolute(source))
    asset = prices.spelled(asset)
    question = make_study(asset, signal=signal)
    variations = [parse_variation(text) for text in vary]
    wanted = [parse_claim(text, question.bars, calendar_of(question.target)) for text in claims]
    histories = histories_of(root, prices, question.assets)
    result = fit_claims(asset, signal, variations, wanted, histories, as_of)
    if form == "json":
        click.echo(fit_output.as_json(result), nl=False)
    else:
        fit_output.print_fit(result, console())


@main.command()
@click.argument("slugs", nargs=-1)
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option("--as-of", type=Day(), help="Nothing after this day exists, whatever the specs say.")
@click.option("--strict", is_flag=True, help="Refuse sample and stale prices.")
@click.pass_obj
def report(root: Path, slugs: tuple[str, ...], source: str | None, as_of: date | None, strict: bool) -> None:
    """Make the reports (all, or SLUGS) and the site. Unchanged reports are not made again."""
    from generator.editorial.spec_files import folders_without_spec
    from generator.pipeline import Order, make_reports

    for problem in () if slugs else folders_without_spec(root):
        click.echo(f"precedent: note: {problem}", err=True)
    make_reports(root, Order(slugs, absolute(source), as_of, strict), click.echo)


@main.command()
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option(
    "--as-of", type=Day(), help="The newest week completed by this day. Default: the newest there is."
)
@click.pass_obj
def draft(root: Path, source: str | None, as_of: date | None) -> None:
    """Write the issue of the newest completed week, a spec to edit, unless it is there already."""
    from generator.editorial.letter import load_letter
    from generator.editorial.watchlist import load_watchlist
    from generator.files import project_lock
    from generator.pipeline_draft import draft_issue, tell_lacking

    load_letter(root)  # an issue belongs to a letter
    watchlist = load_watchlist(root)
    prices = inspected(root, absolute(source))
    with project_lock(root):
        drafted = draft_issue(root, prices, watchlist, as_of)
    tell_strange(prices.suspicions.found())
    place = drafted.path.relative_to(root)
    if not drafted.new:
        click.echo(f"{place} is there already, for the week to {drafted.as_of}; it is left as it is.")
    else:
        quiet = "" if drafted.noteworthy else " (a quiet week: nothing called for a study)"
        click.echo(
            f"wrote {place} for the week to {drafted.as_of}{quiet}\nNow edit it, then: precedent report"
        )
    tell_lacking(drafted)


@main.command()
@click.argument("slug")
@click.pass_obj
def new(root: Path, slug: str) -> None:
    """Write reports/SLUG/report.yml: a commented spec that works as it stands."""
    from generator.editorial.letter import load_letter
    from generator.editorial.specs import new_spec

    load_letter(root)  # a report belongs to a letter: nothing is begun in a folder that has none
    path = new_spec(root, slug)
    click.echo(f"wrote {path}\nNow edit it, then: precedent check && precedent report {slug}")


@main.command()
@click.pass_obj
def check(root: Path) -> None:
    """Find every mistake in letter.yml, in watchlist.yml and in all specs at once."""
    from generator.editorial.specs import check as find_problems
    from generator.editorial.watchlist import has_watchlist
    from generator.errors import SpecError

    problems = find_problems(root)
    if problems:
        raise SpecError(list(problems))
    click.echo("No mistakes found.")
    if not has_watchlist(root):
        click.echo("note: there is no watchlist.yml here, so no week is drafted.")


@main.command()
@click.argument("file", type=click.Choice(["report", "watchlist"]), default="report")
def schema(file: str) -> None:
    """Print the JSON Schema of report.yml or watchlist.yml, for editors that check as you type."""
    import json

    from generator.editorial.specs import json_schema
    from generator.editorial.watchlist_schema import watchlist_schema

    click.echo(json.dumps(json_schema() if file == "report" else watchlist_schema(), indent=2))


@main.command()
@click.option(
    "--assets", metavar="LIST", help="Such as SPY,IWM. Default: the watchlist, or all of --source files:."
)
@click.option(
    "--signals", metavar="LIST", help="Such as reverse-up,golden-cross. Default: the whole library."
)
@click.option("--since", default="5 sessions", show_default=True, metavar="N sessions", help="How far back.")
@click.option("--as-of", type=Day(), help="Nothing after this day exists. Default: the newest session.")
@click.option("--source", metavar="SOURCE", help=SOURCE_HELP)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
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
    from generator.cli_scan import run_scan
    from generator.scan.values import scan_signals

    chosen = scan_signals(tuple(labels_of(signals or "")))
    if not run_scan(ctx.obj, chosen, assets, since, as_of, absolute(source), form):
        ctx.exit(INTERRUPTED)
