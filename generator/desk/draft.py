"""The draft of a week's issue: an ordinary spec, written as a person would, for a person to edit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from generator.desk import words as draft_words
from generator.desk.choice import Choice, Story, findings_of, reason_of
from generator.desk.facts import Fact, is_past
from generator.desk.titles import also_of, deed_of, fall_of, place_of, swing_of, title_of, turn_of
from generator.desk.week_words import extremes, far_mover, is_wide, same_news, told_facts, turns
from generator.language import numbers
from generator.language.asset_names import capital, market_name, with_article
from generator.market.history import PriceHistory
from generator.signals.library import find_signal
from generator.signals.tree import number_text
from generator.spec.models import ReportSpec
from generator.spec.watchlist import Watchlist
from generator.study.verdict import BAR_WORD

REMARK = "# Drafted from the prices to"
"""How the first line of a draft begins; who has edited it removes the line before it is sent."""
WITHOUT = "# Without "
"""How a line of the remarks begins that names an asset of the core whose prices were not all there."""
WEEKLY = "weekly"
"""The tag of a week's issue."""
WEEK = re.compile(r"\d{4}-w\d{2}")
A_WHILE = 0.5
"""Years without one like it from which the benchmark's day or week is the title of a short issue."""
NEW_RECORD = 0.25
"""Years without a record close from which one is told with the last; else it is one of many."""
LOUD = 0.1
"""A week's move from which one of the core is in the deck of a short issue."""
YEAR_IS_OVER = (12, 18)
"""Month and day from which an issue has no time of year: too little of it is left."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9&.' -]*[A-Za-z0-9.']|[A-Z]")
_WORDS_OF_YAML = ("ON", "OFF", "YES", "NO", "Y", "N", "TRUE", "FALSE", "NULL")


@dataclass(frozen=True)
class Draft:
    """What a draft is made from.

    Attributes
    ----------
    as_of : the last session of the week.
    histories : prices of the watchlist's assets that have any on that day, in its order, cut there.
    aside : whether it is made for the site only, from a simulated market.
    lacking : assets of the core that it is without, although the source has them, and why.
    """

    as_of: date
    watchlist: Watchlist
    histories: Mapping[str, PriceHistory]
    choice: Choice
    aside: bool
    lacking: Mapping[str, str]

    @property
    def core(self) -> tuple[str, ...]:
        """The core's assets, the benchmark first."""
        wanted = dict.fromkeys((self.watchlist.benchmark, *self.watchlist.core))
        return tuple(asset for asset in wanted if asset in self.histories)

    def name(self, asset: str | None) -> str:
        """What the watchlist calls an asset."""
        return "" if asset is None else self.watchlist.names.get(asset, asset)

    def over(self, fact: Fact) -> bool:
        """Whether the month, quarter, year or run of a fact has ended."""
        return is_past(fact, self.histories[fact.asset])


def is_draft(spec: ReportSpec) -> bool:
    """Whether a spec is as it was drafted: nobody has removed its first line."""
    return spec.text.startswith(REMARK) or "draft" in spec.tags


def left_out(spec: ReportSpec) -> tuple[str, ...]:
    """What a draft says that it is without, while nobody has read it; see ``Draft.lacking``."""
    if not is_draft(spec):
        return ()
    lines = spec.text.splitlines()
    return tuple(line.removeprefix(WITHOUT) for line in lines if line.startswith(WITHOUT))


def week_slug(day: date) -> str:
    """The folder of a week's issue: ``2026-w05``."""
    year, week, _ = day.isocalendar()
    return f"{year}-w{week:02}"


def draft_text(draft: Draft) -> str:
    """The spec as it is written to ``report.yml``."""
    lines = [*_remarks(draft), *_header(draft), "", *_assets(draft), ""]
    if _asked(draft):
        lines += [*_studies(draft), ""]
    lines += _sections(draft)
    return "\n".join(lines) + "\n"


def _remarks(draft: Draft) -> Iterator[str]:
    until = numbers.day(draft.as_of)
    yield f"{REMARK} {until}; yours to edit. It is not written again while it is here."
    for asset, why in draft.lacking.items():
        yield f"{WITHOUT}{asset}: {why}"
    for story in draft.choice.stories:
        if story.ranked is not None:
            yield f"# {story.ranked.fact.key}: {reason_of(story.ranked)}."
    for finding in findings_of(draft.choice):
        yield f"# {finding.firing.signal} on {finding.firing.asset}: interest {finding.interest:.0f} of 100."
    if not draft.choice.stories:
        yield "# Nothing in the week is rare enough to lead with: the issue says so, and is short."


def _header(draft: Draft) -> Iterator[str]:
    lead = draft.choice.lead
    if lead is None:
        title, deck, subject = _dull_title(draft), _dull_deck(draft), "The week"
    else:
        subject = capital(market_name(draft.name(lead.asset)))
        title, deck = _lead_title(draft, lead), _lead_deck(draft, lead)
    kicker = f"Draft · {subject}" if draft.aside else subject
    kinds = [find_signal(finding.firing.signal).kind for finding in findings_of(draft.choice)]
    yield f"title: {_quoted(title)}"
    yield f"deck: {_quoted(deck)}"
    yield f"kicker: {_text(kicker)}"
    yield f"date: {draft.as_of}"
    yield f"as_of: {draft.as_of}"
    yield f"tags: [{', '.join([*(['draft'] if draft.aside else []), WEEKLY, *dict.fromkeys(kinds)])}]"
    if lead is not None and lead.question is not None:
        yield f"lead: {_study_name(lead)}"
    if lead is not None and lead.ranked is not None:
        fact = lead.ranked.fact
        picked = "" if lead.question else f", picked_from: {draft.choice.news.looked_at}"
        yield f"story: {{fact: {_text(fact.key)}, size: {abs(fact.value):.4f}{picked}}}"


def _lead_title(draft: Draft, lead: Story) -> str:
    if lead.ranked is not None:
        fact = lead.ranked.fact
        return title_of(fact, draft.name(fact.asset), draft.name(fact.other), over=draft.over(fact))
    (finding,) = findings_of(draft.choice)[:1]
    week = draft.as_of.toordinal() // 7
    return draft_words.title(find_signal(finding.firing.signal), draft.name(lead.asset), week)


def _lead_deck(draft: Draft, lead: Story) -> str:
    if lead.ranked is None:
        (finding,) = findings_of(draft.choice)[:1]
        signal = find_signal(finding.firing.signal)
        return draft_words.deck(signal, draft.name(lead.asset), finding, _study_name(lead), draft.as_of)
    fact = lead.ranked.fact
    done = deed_of(fact, draft.name(fact.asset), draft.name(fact.other), over=draft.over(fact))
    for fall in draft.choice.falls(draft.watchlist.benchmark):
        if fall is not fact:
            same = fall.asset == fact.asset
            done += f" {fall_of(fall, 'it' if same else with_article(draft.name(fall.asset)))}"
    turned = next(turns(draft.choice.news, fact), None)
    if turned is not None:
        done += f" {turn_of(turned, draft.name(fact.asset))}"
    own = [each.fact for each in draft.choice.news.of(fact.asset)]
    if any(is_wide(each, own) for each in own) and fact.kind != "range":
        done += f" {swing_of(fact, draft.name(fact.asset))}"
    if lead.question is None:
        return " ".join(filter(None, (done, place_of(fact, over=draft.over(fact)), _also(draft, fact))))
    study = f'study("{_study_name(lead)}")'
    return f"{done} {{{{ {study}.followed }}}} {{{{ {study}.standout }}}}"


def _also(draft: Draft, lead: Fact) -> str:
    """The weightiest other story of the week; nothing where none is rare, or the second story tells it."""
    studied = {story.asset for story in draft.choice.stories}
    told = (each.fact for each in told_facts(draft.choice.news))
    other = next(
        (f for f in told if f.kind != "breadth" and f.asset not in studied and not same_news(f, lead)), None
    )
    if other is None:
        return ""
    return also_of(other, draft.name(other.asset), draft.name(other.other), over=draft.over(other))


def _dull_title(draft: Draft) -> str:
    benchmark = draft.watchlist.benchmark
    fact = _dull_fact(draft)
    if fact is not None:
        return title_of(fact, draft.name(benchmark), "", over=True)
    the = capital(with_article(draft.name(benchmark)))
    moved = f'{{{{ market("{benchmark}").week_to_date | moved }}}}'
    if _record(draft) is not None:
        return f"{the} {moved} to a record close"
    return f"{the} {moved} in the week"


def _record(draft: Draft) -> Fact | None:
    """The benchmark's record close, if it had one."""
    own = draft.choice.news.of(draft.watchlist.benchmark)
    return next((each.fact for each in own if each.fact.kind == "record"), None)


def _dull_fact(draft: Draft) -> Fact | None:
    """The benchmark's day or week, where there was none like it for a while and no record is to be told."""
    own = [each.fact for each in draft.choice.news.of(draft.watchlist.benchmark)]
    if _record(draft) is not None:
        return None
    moves = (fact for fact in own if fact.kind == "move" and fact.period in ("day", "week"))
    return next((fact for fact in moves if fact.standing.waited >= A_WHILE), None)


def _dull_deck(draft: Draft) -> str:
    fact = _dull_fact(draft)
    if fact is not None:
        done = deed_of(fact, draft.name(fact.asset), "", over=True)
        return f"{done} Moves like it are too common to ask what came next, so this issue is short."
    told = _dull_also(draft)
    if any(extremes(draft.choice.news, draft.core)):
        return f"{told}Nothing in the week was rare enough to make a study of, so this issue is short."
    return f"{told}No move of the week was rare enough to ask what came next, so this issue is short."


def _weeks(draft: Draft) -> list[Fact]:
    """The weeks of the core, the largest first."""
    facts = (each.fact for each in draft.choice.news.ranked)
    own = [f for f in facts if (f.kind, f.period) == ("move", "week") and f.asset in draft.core]
    return sorted(own, key=lambda f: -abs(f.value))


def _dull_also(draft: Draft) -> str:
    """A record of the benchmark, where the last one is no few weeks old, and the loudest of the rest."""
    benchmark, record = draft.watchlist.benchmark, _record(draft)
    loud = next((f for f in _weeks(draft) if f.asset != benchmark and abs(f.value) >= LOUD), None)
    said = []
    if record is not None and record.standing.waited >= NEW_RECORD:
        said.append(also_of(record, draft.name(record.asset), "", over=True))
    if loud is not None:
        said.append(deed_of(loud, draft.name(loud.asset), "", over=True))
    return "".join(f"{text} " for text in said)


def _assets(draft: Draft) -> Iterator[str]:
    yield "assets:"
    for asset in _shown(draft):
        yield f"  {_text(asset)}: {_text(draft.name(asset))}"


def _shown(draft: Draft) -> tuple[str, ...]:
    """The assets of the market table, of the studies and of the facts that are told."""
    facts = [each.fact for each in told_facts(draft.choice.news)]
    told = [asset for fact in facts for asset in (fact.asset, fact.other) if asset]
    stories = [
        a for s in draft.choice.stories if s.ranked for a in (s.ranked.fact.asset, s.ranked.fact.other) if a
    ]
    far = far_mover(draft.histories, draft.core)
    own = (s.asset for s in draft.choice.stories)
    return tuple(dict.fromkeys((*draft.core, *own, *stories, *told, *([] if far is None else [far]))))


def _study_name(story: Story) -> str:
    """A name for the study of a story: ``spy-day-up-5``, ``correction-qqq``."""
    question = story.question
    assert question is not None, "only a question has a study"
    if question.signal is not None:
        return f"{question.signal}-{_plain(question.asset)}"
    assert question.rung is not None, "a question is a rung or a signal"
    rung, move = question.rung, question.rung.move
    against = f"-{_plain(move.other)}" if move.other else ""
    size = number_text(rung.size).replace(".", "-")
    return f"{_plain(question.asset)}{against}-{BAR_WORD[move.bars]}-{'up' if move.up else 'down'}-{size}"


def _plain(asset: str) -> str:
    return "".join(c for c in asset.lower().replace("=", "-").replace(".", "-") if c.isalnum() or c == "-")


def _studies(draft: Draft) -> Iterator[str]:
    yield "studies:"
    for story in _asked(draft):
        question = story.question
        assert question is not None, "only stories with a question are asked"
        yield f"  {_study_name(story)}:"
        yield f"    asset: {_text(question.asset)}"
        if question.rung is None:
            signal = find_signal(question.signal or "")
            yield f"    signal: {signal.name}"
            if story.ranked is not None:
                yield f"    picked_from: {draft.choice.news.looked_at}"
            title = draft_words.study_title(signal, draft.name(question.asset))
            if title:
                yield f"    title: {_text(title)}"
        else:
            yield f"    when: {_quoted(question.rung.condition)}"
            yield f"    bars: {question.rung.move.bars}"
            yield f"    cooldown: {question.rung.move.cooldown}"
            assert story.ranked is not None, "a move is a fact"
            yield f"    present: {story.ranked.fact.day}"
            yield f"    picked_from: {draft.choice.news.looked_at}"


def _asked(draft: Draft) -> list[Story]:
    return [story for story in draft.choice.stories if story.question is not None]


def _sections(draft: Draft) -> Iterator[str]:
    """The story; then the lists of the week."""
    yield "sections:"
    yield "  - key_points"
    core = ", ".join(_text(asset) for asset in draft.core)
    yield f"  - market_table: {{assets: [{core}], benchmark: {_text(draft.watchlist.benchmark)}}}"
    for story in _asked(draft):
        name = _study_name(story)
        if story is draft.choice.lead:
            yield f"  - why: {{study: {name}, heading: Why this one}}"
        elif story.ranked is None:
            # A signal is one of many that came, and of many assets; a move was picked like the first one.
            yield f"  - why: {{study: {name}, heading: The second story}}"
        yield f"  - study: {name}"
    if draft.choice.lead is not None and (draft.as_of.month, draft.as_of.day) < YEAR_IS_OVER:
        yield f"  - seasonality: {_text(draft.choice.lead.asset)}"
    yield "  - also_fired:"
    yield "      assets:"
    for asset in draft.histories:
        yield f"        {_text(asset)}: {_text(draft.name(asset))}"
    yield "  - past_signals"
    yield "  - method"


def _quoted(text: str) -> str:
    """A text as YAML in single quotes, in which braces and double quotes stand as they are."""
    return "'" + text.replace("'", "''") + "'"


def _text(text: str) -> str:
    """A text as YAML: in quotes unless it can be taken for nothing else, in brackets neither."""
    bare = _PLAIN.fullmatch(text) and text.upper() not in _WORDS_OF_YAML
    return text if bare else json.dumps(text, ensure_ascii=False)
