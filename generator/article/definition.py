"""The definition as executed: the signal in words, every choice named, the command that does it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from generator.article.report import Report
from generator.findings.move_words import gap_rule
from generator.findings.view import StudyView
from generator.language import numbers
from generator.language.entries import dates_notes
from generator.language.words import any_moment, bar_span, listed, paragraph, sentence, span
from generator.market.bars import BarKind
from generator.market.providers.registry import shown_option
from generator.signals.english import describe
from generator.signals.tree import Call, walk
from generator.study.columns import column_text
from generator.study.verdict import BAR_WORD

_BARS = {"daily": "daily closes", "weekly": "week-end closes", "monthly": "month-end closes"}
_ENTRIES_OF_DATES = {
    "close": "the close of that day, or else the next",
    "next_open": "the open of the session after it",
    "next_close": "the close of the session after it",
}
_ENTRIES = {
    "close": "the close on which the signal came",
    "next_open": "the open of the session after the signal",
    "next_close": "the close of the session after the signal",
}
WINDOW_LIMIT = 252
"""Sessions; a longer window is not shaded on a chart of the recent past."""


def signal_sentence(view: StudyView) -> str:
    """The condition in plain English, from its parsed tree, with the asset and the bars; of a list of dates
    what became of them."""
    if view.study.listed is not None:
        return paragraph(*dates_notes(view.result))
    text = gap_rule(view.study) or describe(view.study.condition, view.kind)
    return sentence(f"The signal, on {_BARS[view.kind]} of {view.study.asset}: {text}")


def same_dates_sentence(view: StudyView) -> str:
    """That the signal is the one shown elsewhere, and whose returns follow it here."""
    if view.study.listed is not None:
        return f"The dates are those of the same list; the returns are those of {view.full_name}."
    return (
        f"The dates are those of the signal on {view.study.asset}; the returns are those of {view.full_name}."
    )


def _place(kind: BarKind) -> str:
    """``on`` a day, ``in`` a week or month."""
    return "on" if kind == "daily" else "in"


def cooldown_sentence(view: StudyView) -> str:
    """What the cooldown folds together."""
    cooldown, kind = view.study.cooldown, view.kind
    if view.study.listed is not None:
        return _cooldown_of_dates(cooldown, kind)
    start = f"Only the first {BAR_WORD[kind]} counts"
    if cooldown <= 1:
        return f"{start}; {BAR_WORD[kind]}s in a row are one case."
    return f"{start}; repeats within {bar_span(cooldown, kind)} belong to the same case."


def _cooldown_of_dates(cooldown: int, kind: BarKind) -> str:
    if cooldown <= 1:
        apart = f"; several of one {BAR_WORD[kind]} are one case" if kind != "daily" else ""
        return f"Each event is a case of its own{apart}."
    return f"An event fewer than {bar_span(cooldown, kind)} after a case began belongs to that case."


def window_sessions(view: StudyView) -> int | None:
    """The longest window of the condition in sessions, for daily studies; None when there is none to show."""
    if view.kind != "daily":
        return None
    lengths = [
        int(node.literals[0])
        for node in walk(view.study.condition.tree)
        if isinstance(node, Call) and node.literals
    ]
    longest = max(lengths, default=0)
    return longest if 1 < longest <= WINDOW_LIMIT else None


def choices(view: StudyView) -> tuple[str, ...]:
    """Every choice of the study, one to a line."""
    study = view.study
    returns = (
        "without dividends (price return)" if study.basis == "price" else "with dividends (total return)"
    )
    horizons = listed([f"{h.label} ({bar_span(h.bars, view.kind)})" for h in study.horizons])
    lines = [
        *_asked(view),
        cooldown_sentence(view),
        f"Returns of {study.target}, {returns}, from {_entry(view)}.",
        f"Horizons, counted in bars: {horizons}. The verdict speaks of {span(study.headline.label)}.",
        f"Baseline: the same return from {any_moment(view.kind)} since {numbers.month(view.result.first)} "
        "on which the horizon is complete.",
    ]
    if view.history.basis == "total" and study.listed is None:
        lines.append(
            f"The closes of {study.asset} are adjusted for dividends, and the signal is read on those."
        )
    if study.since is not None:
        lines.append(f"Cases and baseline begin on {numbers.day(study.since)}.")
    if study.present is not None:
        lines.append(
            f"This time begins with the {BAR_WORD[study.bars]} of {numbers.day(study.present)}; what came "
            "within the cooldown before belongs to it, and is no earlier case."
        )
    return tuple(lines)


def _asked(view: StudyView) -> tuple[str, ...]:
    study = view.study
    if study.listed is not None:
        return (f"Dates: {study.listed.name}.", *dates_notes(view.result))
    return (
        f"Condition: {study.condition.text}, on the {study.bars} bars of {study.asset}.",
        f"In words: {sentence(describe(study.condition, view.kind))}",
    )


def _entry(view: StudyView) -> str:
    entries = _ENTRIES if view.study.listed is None else _ENTRIES_OF_DATES
    return entries[view.study.entry]


def command(view: StudyView, report: Report) -> str:
    """The one command that prints the same numbers."""
    study, spec = view.study, view.spec
    named = study.signal is not None and not spec.parameters
    words = ["precedent", "study", "--asset", study.asset]
    if study.listed is not None:
        words += ["--dates", f"reports/{report.spec.slug}/{study.listed.name}"]
    else:
        words += ["--signal", study.signal or ""] if named else ["--when", study.condition.text]
    if study.target != study.asset:
        words += ["--target", study.target]
    if not named or spec.bars is not None:
        words += ["--bars", study.bars]
    words += ["--horizons", ",".join(h.label for h in study.horizons)]
    if study.named_headline is not None:
        words += ["--horizon", study.named_headline]
    if not named or spec.cooldown is not None:
        words += ["--cooldown", str(study.cooldown)]
    if study.measure is not None and (not named or spec.measure is not None):
        words += ["--measure", study.measure.text]
    for column in study.columns:
        words += ["--column", column_text(column)]
    if study.entry != "close":
        words += ["--entry", study.entry]
    if study.basis != "price":
        words += ["--returns", study.basis]
    if study.since is not None:
        words += ["--since", study.since.isoformat()]
    if study.present is not None:
        words += ["--present", study.present.isoformat()]
    words += ["--as-of", report.as_of.isoformat()]
    if option := shown_option(report.source):
        words += ["--source", option]
    return shlex.join(words)


@dataclass(frozen=True)
class Steps:
    """What ``report/build.md`` names of a backtest, each in words."""

    bars: str
    asset: str
    mark: str
    occasion: str
    cooldown: str
    entry: str
    target: str
    horizons: str
    any_moment: str


def steps(view: StudyView) -> Steps:
    """How to build the backtest."""
    study, word = view.study, BAR_WORD[view.kind]
    mark = f"every {word} {_place(view.kind)} which this is true: {describe(study.condition, view.kind)}"
    if study.listed is not None:
        mark = f"the first close on or after each date of {study.listed.name}"
        mark += "" if view.kind == "daily" else f", at the end of a {word}"
    return Steps(
        bars=study.bars,
        asset=study.asset,
        mark=mark,
        occasion=view.occasion.removeprefix("the "),
        cooldown=cooldown_sentence(view),
        entry=_entry(view),
        target=study.target,
        horizons=listed([h.label for h in study.horizons]),
        any_moment=any_moment(view.kind),
    )
