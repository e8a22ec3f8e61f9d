"""What an issue leads with, and its second story: the week's rarest facts, then the signals of the
library."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from generator.desk.between import ALIKE, correlation
from generator.desk.facts import Fact, Kind, key_parts
from generator.desk.news import News, Ranked
from generator.desk.question import Question, question_of
from generator.desk.signals import Told, choose_signals, is_telling
from generator.desk.week_words import same_news
from generator.market.history import PriceHistory
from generator.scan.ranking import Finding, ScanResult
from generator.spec.watchlist import Watchlist

LEAD, SECOND = 0.75, 1.2
"""Weight from which a fact can lead, or be the second story: about that of what the benchmark does once a
year."""
LEAD_OF_ITS_OWN = 0.6
"""Weight from which one of the benchmark leads where no other can."""
ALONE = 1.5
"""Weight from which a fact of the core leads although no study can be made of it."""
GREAT = 2.0
"""Weight from which a second fact comes before a signal of the library."""
LEADS: tuple[Kind, ...] = ("move", "gap", "record", "low", "correction", "bear", "streak", "calm")
"""Kinds that make a headline; the others are told."""
NEARLY = 0.65
"""Part of the weightiest fact's weight from which another leads in place of one with too few earlier cases,
or of one that few readers have a stake in."""
RIVAL = 0.8
"""The same for one that few readers have a stake in, in place of one with too few earlier cases."""
SIGNAL_LEADS = 65.0
"""Interest from which a signal of the benchmark leads a week without a fact that can."""
FALL_SIGNALS = ("correction", "bear-market")
"""Signals of falls, which last and lead as the facts that they are."""
SEPARATE = 10
"""Separate periods without which a signal does not lead: it would be too few cases for a verdict."""
RARE_SIGNAL = 1.5
"""Years for each case from which a signal whose history tells nothing is a second story."""
REPEATED = timedelta(days=28)
GREW, RAN_ON = 1.1, 1.25
"""How many times as far a story must have gone to be led with again within four weeks, and how many times as
long a run must be: that a run of eight weeks is one of nine is no news."""


@dataclass(frozen=True)
class Led:
    """The fact that an earlier issue led with, how far it had gone, as of when."""

    fact: str
    size: float
    as_of: date


@dataclass(frozen=True)
class Story:
    """A story of an issue: a ranked fact, or a signal of the library; with the study that it asks, if any."""

    ranked: Ranked | None
    question: Question | None

    @property
    def asset(self) -> str:
        """What it is about."""
        if self.ranked is not None:
            return self.ranked.fact.asset
        assert self.question is not None, "a story has a fact or a question"
        return self.question.asset


@dataclass(frozen=True)
class Choice:
    """The stories of an issue, the lead first; none in a dull week. ``news`` is what they were picked
    from."""

    stories: tuple[Story, ...]
    news: News

    @property
    def lead(self) -> Story | None:
        """The story that the issue is about."""
        return self.stories[0] if self.stories else None

    def falls(self, benchmark: str) -> tuple[Fact, ...]:
        """The week's corrections and bear markets of the benchmark, which every issue tells."""
        return tuple(r.fact for r in self.news.of(benchmark) if r.fact.kind in ("correction", "bear"))


def _makes_headlines(ranked: Ranked) -> bool:
    """Whether a fact is of a kind that can lead: a calm, in which nothing happened, only of an asset that
    readers have a stake in."""
    fact = ranked.fact
    return fact.kind in LEADS and (fact.kind != "calm" or ranked.concern != "rest")


def choose(
    news: News,
    scan: ScanResult,
    watchlist: Watchlist,
    histories: Mapping[str, PriceHistory],
    as_of: date,
    led: Collection[Led] = (),
    told: Collection[Told] = (),
) -> Choice:
    """The lead and the second story.

    The weightiest fact leads of whose study a verdict can be hoped for; no fact that an issue of the last
    four weeks led with does, unless it has grown. A correction or bear market of the benchmark is among the
    two.

    Parameters
    ----------
    news, scan : of the week. ``histories`` : cut at the as-of date, with the clock of the letter.
    led, told : what earlier issues led with, and which signals they studied.
    """
    facts = [r for r in news.ranked if _makes_headlines(r) and not is_worn(r.fact, news, led, as_of)]
    known = [r for r in facts if r.weight >= (LEAD if r.concern != "benchmark" else LEAD_OF_ITS_OWN)]
    all_stories = [Story(r, question_of(r.fact, histories, scan, as_of)) for r in known]
    stories = [s for s in all_stories if _weight(s) >= LEAD]
    lead = _lead(stories) or _lead([s for s in all_stories if _weight(s) < LEAD])
    signals = [
        Story(None, Question(f.firing.asset, finding=f)) for f in choose_signals(scan, watchlist, told)
    ]
    if lead is None:
        lead = next((s for s in signals if _can_lead(s, watchlist)), None)
        return Choice(() if lead is None else (lead,), news)
    second = next(_seconds(lead, stories, signals, watchlist, histories), None)
    return Choice((lead,) if second is None else (lead, second), news)


def _lead(stories: Sequence[Story]) -> Story | None:
    """The weightiest story that can lead; of those that weigh nearly as much one of which a verdict can be
    hoped for, the benchmark's first, then one of the core."""
    able = [s for s in stories if s.question is not None or _leads_alone(s)]
    if not able:
        return None
    close = [s for s in able if _weight(s) >= NEARLY * _weight(able[0])]
    own = [s for s in close if s.ranked is not None and s.ranked.concern == "benchmark"]
    known = [s for s in close if s.ranked is not None and s.ranked.concern != "rest"] or close
    others = [s for s in close if _weight(s) >= RIVAL * _weight(able[0])]
    enough = (s for s in (*own, *known, *others) if s.question is not None and s.question.is_enough)
    return next(enough, known[0])


def _leads_alone(story: Story) -> bool:
    """Whether a story leads without a study: one that is rare, and that readers have a stake in."""
    known = story.ranked is not None and story.ranked.concern != "rest"
    return known and _weight(story) >= ALONE


def _seconds(
    lead: Story,
    stories: Sequence[Story],
    signals: Sequence[Story],
    watchlist: Watchlist,
    histories: Mapping[str, PriceHistory],
) -> Iterator[Story]:
    """What the second story may be, the best first."""
    others = [s for s in stories if s is not lead and s.ranked and lead.ranked and s.question is not None]
    yield from (
        s for s in stories if s is not lead and _is_fall(s, watchlist.benchmark) and not _asks_same(s, lead)
    )
    apart = [s for s in others if not _is_told_with(s, lead, histories) and not _asks_same(s, lead)]
    elsewhere = [s for s in signals if correlation(histories[s.asset], histories[lead.asset]) < ALIKE]
    yield from (s for s in elsewhere if _tells(s))
    yield from (s for s in apart if _weight(s) >= GREAT)
    yield from (s for s in elsewhere if _is_rare(s))
    yield from (s for s in apart if _weight(s) >= SECOND)


def _finding(story: Story) -> Finding | None:
    return None if story.question is None else story.question.finding


def _is_rare(story: Story) -> bool:
    """Whether a signal comes so seldom on its asset that it is a story, whatever its history tells."""
    finding = _finding(story)
    return finding is not None and finding.firing.years >= RARE_SIGNAL * finding.firing.episodes


def _tells(story: Story) -> bool:
    """Whether a signal's history stands out of all that came in the week."""
    finding = _finding(story)
    return finding is not None and is_telling(finding)


def _weight(story: Story) -> float:
    return 0.0 if story.ranked is None else story.ranked.weight


def _is_fall(story: Story, benchmark: str) -> bool:
    fact = None if story.ranked is None else story.ranked.fact
    return fact is not None and fact.asset == benchmark and fact.kind in ("correction", "bear")


def _is_told_with(story: Story, lead: Story, histories: Mapping[str, PriceHistory]) -> bool:
    """Whether two facts are one event: of the same assets, or moves to one side of two that move together."""
    if story.ranked is None or lead.ranked is None:
        return False
    one, other = story.ranked.fact, lead.ranked.fact
    if same_news(one, other):
        return True
    falls = ("move", "correction", "bear", "low")
    # A fall and the rise after it are one event too.
    moved = one.kind in falls and other.kind in falls
    alike = moved or (one.side == other.side and one.kind == other.kind)
    return alike and correlation(histories[one.asset], histories[other.asset]) >= ALIKE


def _asks_same(story: Story, lead: Story) -> bool:
    """Whether both ask the same signal of the same asset."""
    mine, its = story.question, lead.question
    return (
        mine is not None
        and its is not None
        and (mine.asset, mine.signal) == (its.asset, its.signal)
        and (mine.signal is not None)
    )


def _can_lead(story: Story, watchlist: Watchlist) -> bool:
    """Whether a signal of the benchmark leads. A correction that goes on is none of the week, though its
    signal has cooled down."""
    finding = _finding(story)
    if finding is None or finding.firing.signal in FALL_SIGNALS:
        return False
    enough = finding.firing.independent_n >= SEPARATE
    return finding.firing.asset == watchlist.benchmark and enough and finding.interest >= SIGNAL_LEADS


def is_worn(fact: Fact, news: News, led: Collection[Led], as_of: date) -> bool:
    """Whether an issue of the last four weeks led with this story, and it has not grown since. Facts of one
    kind, asset and side are one story: a week and a month, a lead over one asset and over another. A lead
    over another asset is no larger for that: what the issue led with must have grown."""
    story, grown = key_parts(fact.key), RAN_ON if fact.kind == "streak" else GREW
    lately = [each for each in led if timedelta() < as_of - each.as_of <= REPEATED]
    return any(
        _size_beside(each, fact, news) < grown * each.size for each in lately if key_parts(each.fact) == story
    )


def _size_beside(led: Led, fact: Fact, news: News) -> float:
    """How far the story of a fact has gone between the assets that an earlier issue told it of."""
    pair = _pair_of(led.fact)
    if _pair_of(fact.key) == pair:
        return abs(fact.value)
    alike = (r.fact for r in news.ranked if _pair_of(r.fact.key) == pair)
    return max((abs(f.value) for f in alike if key_parts(f.key) == key_parts(fact.key)), default=0.0)


def _pair_of(key: str) -> str:
    """Asset of a fact's key, and what it is compared with."""
    return key.split()[0]


def reason_of(ranked: Ranked) -> str:
    """Why a fact stands where it does, for the person who edits the draft."""
    standing = ranked.fact.standing
    rare = (
        f"once in {standing.rare:.1f} years"
        if standing.rare >= 1
        else f"{1 / standing.rare:.0f} times a year"
    )
    since = "none before" if standing.since is None else f"the last {standing.since}"
    concern = {"benchmark": "the benchmark", "core": "of the core", "rest": "watched"}[ranked.concern]
    return f"{rare}, {since}, place {standing.place:,} of {standing.of:,}; {concern}"


def findings_of(choice: Choice) -> tuple[Finding, ...]:
    """The signals of the library that the issue studies."""
    questions = (story.question for story in choice.stories)
    return tuple(q.finding for q in questions if q is not None and q.finding is not None)
