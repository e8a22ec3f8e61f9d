"""The ranking of a week's facts with its reasons, and the choice, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.desk.choice import Choice, Story, reason_of
from generator.desk.facts import Fact
from generator.language import numbers

SHOWN = 20
"""Facts that are printed; the rest is counted."""


def explanation(day: date, choice: Choice) -> str:
    """The whole text, lines and all."""
    return "\n".join(_lines(day, choice)) + "\n"


def _lines(day: date, choice: Choice) -> Iterator[str]:
    news = choice.news
    yield f"The week to {numbers.day(day)}: {news.looked_at} facts, the weightiest first."
    for each in news.ranked[:SHOWN]:
        yield f"  {each.weight:4.2f}  {each.fact.key:<32} {value_text(each.fact):>8}  {reason_of(each)}"
    if news.looked_at > SHOWN:
        yield f"  and {news.looked_at - SHOWN} more, of less weight"
    for story, place in zip(choice.stories, ("Lead", "Second"), strict=False):
        yield f"{place}: {_story(story)}"
    if not choice.stories:
        yield "Nothing leads: the issue is short."


def value_text(fact: Fact) -> str:
    """A fact's value: a percentage, or a number of periods."""
    if fact.kind == "streak":
        return f"{abs(fact.value):.0f}"
    if fact.kind in ("record", "high", "low"):
        return numbers.DASH
    return numbers.percent_sign(fact.value)


def _story(story: Story) -> str:
    question = story.question
    if question is None:
        asked = "told without a study"
    elif question.rung is not None:
        asked = f"study: {question.rung.condition} on {question.asset}, {question.rung.earlier} earlier cases"
    else:
        asked = f"study: the signal {question.signal} on {question.asset}"
    return f"{story.ranked.fact.key}; {asked}" if story.ranked is not None else asked
