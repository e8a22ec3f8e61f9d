"""The commands that ask of the past: ``study``, ``lookahead``, ``audit`` and ``fit``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from generator.cli.options import (
    SOURCE,
    Day,
    absolute,
    console,
    dates_in,
    format_option,
    histories_of,
    labels_of,
    open_prices,
    other_histories,
)

ASSET = click.option(
    "--asset", required=True, metavar="TICKER", help="The asset whose bars the signal is read on."
)
WHEN = click.option("--when", metavar="EXPRESSION", help="What happened, in the condition language.")
SIGNAL = click.option("--signal", metavar="NAME", help="What happened, by its name in the signal library.")
DATES = click.option(
    "--dates",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What happened, as a list: a date a line, after a comma what it stands for.",
)
BARS = click.option(
    "--bars", type=click.Choice(["daily", "weekly", "monthly"]), help="Default: the signal's, or daily."
)
HORIZONS = click.option(
    "--horizons", metavar="LIST", help="Such as 1M,3M,6M,12M. Default: the usual ones of the bars."
)
COOLDOWN = click.option("--cooldown", type=int, metavar="BARS", help="Default: the signal's, or 0.")
ENTRY = click.option(
    "--entry", type=click.Choice(["close", "next_open", "next_close"]), default="close", show_default=True
)
RETURNS = click.option(
    "--returns",
    type=click.Choice(["price", "total"]),
    help="Without or with dividends. Default: price, or total where the closes have them in already.",
)
AS_OF = click.option(
    "--as-of", type=Day(), help="Nothing after this day exists. Default: the last common session."
)


@click.command(epilog="Example: precedent study --asset SPY --when 'roc(close, 5) <= -5'")
@ASSET
@WHEN
@SIGNAL
@DATES
@click.option("--target", "targets", multiple=True, metavar="TICKER", help="Whose returns; repeatable.")
@BARS
@HORIZONS
@click.option("--horizon", "headline", metavar="LABEL", help="The headline. Default: nearest three months.")
@COOLDOWN
@ENTRY
@RETURNS
@click.option("--measure", metavar="EXPRESSION", help="What the episode table shows as the move.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING:SHOWN",
    help="One more column of the table; repeatable.",
)
@click.option("--since", type=Day(), help="Leave out episodes and baseline before this day.")
@click.option("--present", type=Day(), help="The case under way begins on the bar of this day.")
@AS_OF
@SOURCE
@format_option("table", "json", "csv", "markdown")
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
    dates: Path | None,
    columns: tuple[str, ...],
    **choices: Any,
) -> None:
    """What happened next, every time before: episodes, forward returns, statistics and baseline."""
    from generator.market.asof import told_holding_back
    from generator.output import study as study_output
    from generator.study.columns import read_columns
    from generator.study.question import make_study
    from generator.study.run import run_asked_study

    labels = None if horizons is None else labels_of(horizons)
    choices |= {"dates": None if dates is None else dates_in(dates), "columns": read_columns(columns)}
    prices = open_prices(root, absolute(source))
    name, *others = (prices.spelled(ticker) for ticker in (asset, *targets))
    studies = [make_study(name, target=target, horizons=labels, **choices) for target in others or (name,)]
    histories = histories_of(root, prices, [name for question in studies for name in question.assets])
    results = [run_asked_study(question, histories, as_of) for question in studies]
    for question in studies:
        if told := told_holding_back([histories[name] for name in question.assets], as_of, "this study"):
            click.echo(f"precedent: note: {told}", err=True)
    writers: dict[str, Callable[[Sequence[Any]], str]] = {
        "json": study_output.as_json,
        "csv": study_output.as_csv,
        "markdown": study_output.as_markdown,
    }
    if form in writers:
        click.echo(writers[form](results), nl=False)
    else:
        from generator.output.terminal import print_study

        print_study(results, console())


@click.command(epilog="Example: precedent lookahead --asset SPY --signal golden-cross")
@ASSET
@WHEN
@SIGNAL
@DATES
@click.option("--all", "every", is_flag=True, help="Every signal of the library, one after another.")
@click.option("--target", metavar="TICKER", help="Whose returns. Default: the asset's.")
@BARS
@HORIZONS
@COOLDOWN
@AS_OF
@SOURCE
@click.pass_context
def lookahead(
    ctx: click.Context,
    /,
    asset: str,
    target: str | None,
    signal: str | None,
    every: bool,
    dates: Path | None,
    horizons: str | None,
    as_of: date | None,
    source: str | None,
    **choices: Any,
) -> None:
    """Prove that a study does not look ahead: ask it again at every month-end of the past.

    Whatever it said then of episodes and completed returns must be what it says now. The exit code is 0 when
    nothing changes and 1 when something does.
    """
    from generator.core.errors import RequestError
    from generator.output import lookahead as lookahead_output
    from generator.output.terminal import print_rows
    from generator.signals.library import load_library
    from generator.study.lookahead import find_changes
    from generator.study.question import make_study

    if every and (signal or dates or choices["when"]):
        raise RequestError("--all is every signal of the library: leave --signal, --when and --dates out.")
    choices["dates"] = None if dates is None else dates_in(dates)
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


@click.command(epilog="Example: precedent audit table.csv --asset IWM --signal ten-percent-month")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--summary", type=click.Path(path_type=Path), help="CSV of its summary rows, checked too.")
@click.option("--asset", required=True, metavar="TICKER", help="The asset that the table is about.")
@click.option("--when", metavar="EXPRESSION", help="What its episodes are, in the condition language.")
@click.option("--signal", metavar="NAME", help="What its episodes are, by name in the signal library.")
@BARS
@COOLDOWN
@ENTRY
@RETURNS
@click.option("--since", type=Day(), help="The table leaves out episodes before this day.")
@AS_OF
@SOURCE
@format_option("table", "json", "markdown")
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
    from generator.audit.run import audit as audit_table
    from generator.audit.table import load_summary, load_table
    from generator.output import audit as audit_output
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


@click.command(
    epilog="Example: precedent fit --signal reverse-up --vary lookback=15:25 --claim 'episodes == 36'"
)
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
@AS_OF
@SOURCE
@format_option("table", "json")
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
    from generator.fit.claims import parse_claim
    from generator.fit.run import fit as fit_claims
    from generator.fit.run import parse_variation
    from generator.market.exchanges import calendar_of
    from generator.output import fit as fit_output
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
