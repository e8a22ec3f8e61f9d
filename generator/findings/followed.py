"""What followed a signal: the two sentences of a deck, and one of a study beside the lead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.findings.bunched import bunch_of, stretch
from generator.findings.first_time import without_precedent
from generator.findings.gap_after import kept_ahead
from generator.findings.move_words import in_time, move_words
from generator.findings.sentences import SAID, is_large, later, times_before, waited
from generator.findings.view import MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.asset_names import called, capital, has_or_have, lowered, market_name
from generator.language.words import beside, listed, of_times, paragraph, sentence
from generator.signals.library import Signal
from generator.study.ladder import move_of
from generator.study.values import HorizonSummary


def followed(view: StudyView) -> str:
    """How often it came before, then how often the target was higher at the headline and at the longest
    horizon; the longest is told whatever it shows, so neither is picked."""
    came = came_before(view)
    head = view.headline
    if head is None:
        return came
    both = view.told
    last = both[-1]
    # After a signal “it” would be the signal.
    target = view.it if view.target == view.study.asset and _move(view) is not None else view.called
    often = [of_times(view.wins(s), s.n) for s in both]
    told = f"{later(head.horizon.label)} {target} {view.was} higher {often[0]}"
    if len(both) > 1:
        told += f", {later(last.horizon.label)} {often[1].removesuffix(' times')}"
    told = f"{capital(told)}{_usual(view, both)}"
    if head.verdict.key == "too-few":
        few = f"{told}; {beside(head.n, head.n)} cases are too few for a verdict."
        return paragraph(came, few, capital(kept_ahead(view, both)))
    return paragraph(came, f"{told}: {_judged(view, head, last)}.", capital(kept_ahead(view, both)))


def _judged(view: StudyView, head: HorizonSummary, last: HorizonSummary) -> str:
    """The verdict; both, each with its horizon, where the longest is not judged alike, or where one of them
    needs more than the shares that were told."""
    judged = [_judged_by(view, summary) for summary in (head, last)]
    if judged[0] == judged[1]:
        return judged[0]
    first, second = (
        f"at {waited(s.horizon.label)}, {said}" for s, said in zip((head, last), judged, strict=True)
    )
    if last.verdict.key == "too-few":
        second = f"at {waited(last.horizon.label)}, the cases overlap too much to judge"
    return f"{first}; {second}"


def _judged_by(view: StudyView, summary: HorizonSummary) -> str:
    """A verdict in words; by which figure, where the share of gains does not show it: ``better than usual by
    the average, +14.5% against +9.9%``."""
    said, middle = SAID[summary.verdict.key], view.typical(summary)
    shown = is_large(summary.win_rate, summary.baseline.win_rate)
    if shown or not summary.verdict.is_unusual or middle is None or middle.usual is None:
        return said
    measure = "median" if middle.is_median else "average"
    figures = f"{numbers.percent_sign(middle.value)} against {numbers.percent_sign(middle.usual)}"
    return said.replace("than usual", f"than usual by the {measure}, {figures}")


def came_before(view: StudyView) -> str:
    """How often a study's signal or move came before, and what of this time never did."""
    words, count = _move(view), view.earlier
    if count == 0:
        return "That has never happened before."
    times = times_before(count)
    if words is not None:
        came = f"{capital(view.it)} {has_or_have(view.called)} {words} {how_often(view)}"
        began = view.began
        most = _most_when(view) if began is None else "" if began in came else f"; this one began {began}"
    else:
        came = f"{_headline(view.signal)} has come {times}" if view.signal else f"That has happened {times}"
        most = _most_when(view)
    return paragraph(f"{came}{most}.", without_precedent(view))


def how_often(view: StudyView) -> str:
    """How often a move came before, every one counted: ``15 times before, in ten spells``."""
    moves, count, asked = view.moves, view.earlier, move_of(view.study)
    # Of several days' moves one day's and the next one's are the same: only cases apart are counted.
    if moves is None or asked is None or asked[0].length > 1 or moves.before <= count:
        return times_before(count)
    many, s = beside(count, moves.before), "" if count == 1 else "s"
    if view.began is None or view.study.present is None:
        return f"{times_before(moves.before)}, in {many} spell{s}"
    return f"{times_before(moves.before)}, in {many} earlier spell{s} and this one, which began {view.began}"


def _most_when(view: StudyView) -> str:
    """``, eight of them from Mar 2000 to Dec 2002``, where most cases come from one time."""
    found = bunch_of(view)
    if found is None:
        return ""
    most = "all" if found.count == found.of else numbers.count(found.count)
    return f", {most} of them {stretch(found)}"


def _headline(signal: Signal) -> str:
    """A signal as the subject of a sentence: ``An unusual calm``, ``“Overbought (RSI above 70)”``."""
    if signal.title.startswith(("A ", "An ")) and not signal.title.endswith(")"):
        return signal.title + ("," if "," in signal.title else "")
    return f"“{signal.title}”"


def said_of(view: StudyView, label: str, what: str) -> str:
    """A sentence of a study beside the lead: what it comes after, and ``what`` the target did by a horizon.

    ``Six months after the MACD turn in long Treasuries, the fund was higher 41 of 65 times.``
    """
    name, words, own = view.title, _move(view), view.target == view.study.asset
    if own and words is not None and view.earlier > 0:
        came = f"{capital(view.called)} {has_or_have(view.called)} {words} {how_often(view)}"
        return sentence(f"{came}; {later(label)} {view.it} {what}")
    if own and view.signal is not None and name.startswith(("The ", "A ", "An ")) and " after " not in name:
        # No reader has met this one yet; the sentence names the fund.
        one = re.sub(r"^The (?=([aeio])?)", lambda found: "an " if found[1] else "a ", name)
        market = market_name(view.names.get(view.target, view.target))
        event = re.sub(rf" (?:in|of|for) {re.escape(market)}$", "", lowered(one))
        return sentence(f"{capital(waited(label))} after {event}{_of_the_week(view)}, {view.called} {what}")
    return sentence(f"{name}: {later(label)} {view.called} {what}")


def _of_the_week(view: StudyView) -> str:
    """`` such as that of Mar 16``: that a signal has come just now."""
    episode = view.present_episode
    if episode is None:
        return ""
    week = "the week to " if view.kind == "weekly" else ""
    return f" such as that of {week}{view.near_text(episode.named_day)}"


def _move(view: StudyView) -> str | None:
    """What the fund has done before: ``been up 5% or more in a day``; of a gap, where two funds have been
    named, ``trailed the S&P 500 fund by 5 points or more in a month``."""
    words, found = move_words(view.study, view.names), move_of(view.study)
    if words is None or found is None or found[0].other is None:
        return None if words is None else f"been {words}"
    other = called(found[0].other, view.names)
    size = words.partition(" or more")[0]
    return f"{'beaten' if found[0].up else 'trailed'} {other} by {size} or more {in_time(found[0])}"


def _usual(view: StudyView, summaries: Sequence[HorizonSummary]) -> str:
    """`` (any day: 69% and 78%)``, and that the present case is one of them; nothing where shares are not
    told and it is none."""
    rates = [s.baseline.win_rate for s in summaries]
    asides = ["this one counted"] if view.counts_present(summaries[0]) else []
    if min(s.n for s in summaries) >= MIN_CASES_IN_PROSE and None not in rates:
        asides.append(f"{view.any_moment}: {listed([numbers.rate(rate) for rate in rates])}")
    return f" ({'; '.join(asides)})" if asides else ""
