"""The draft of a week's issue: an ordinary spec, written as a person would, for a person to edit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from generator.editorial import draft_words, numbers
from generator.editorial.draft_choice import Choice, reason
from generator.editorial.spec_models import ReportSpec
from generator.editorial.watchlist import Watchlist
from generator.market.exchanges import calendar_of, shared_calendar
from generator.scan.ranking import Finding, ScanResult
from generator.signals.library import find_signal

REMARK = "# Drafted from the prices to"
"""How the first line of a draft begins; who has edited it removes the line before it is sent."""
WITHOUT = "# Without "
"""How a line of the remarks begins that names an asset of the core whose prices were not all there."""
WEEKLY = "weekly"
"""The tag of a week's issue."""
WEEK = re.compile(r"\d{4}-w\d{2}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9&.' -]*[A-Za-z0-9.']|[A-Z]")
_WORDS_OF_YAML = ("ON", "OFF", "YES", "NO", "Y", "N", "TRUE", "FALSE", "NULL")


@dataclass(frozen=True)
class Draft:
    """What a draft is made from.

    Attributes
    ----------
    as_of : the last session of the week.
    assets : tickers with prices on that day, of the watchlist, in its order. ``core`` are those of its core.
    move : what the benchmark did in the week, a decimal.
    aside : whether it is made for the site only, from a simulated market.
    lacking : assets of the core that it is without, although the source has them, and why.
    """

    as_of: date
    watchlist: Watchlist
    assets: tuple[str, ...]
    scan: ScanResult
    choice: Choice
    move: float
    aside: bool
    lacking: Mapping[str, str]

    @property
    def core(self) -> tuple[str, ...]:
        """The core's assets, the benchmark first."""
        wanted = dict.fromkeys((self.watchlist.benchmark, *self.watchlist.core))
        return tuple(asset for asset in wanted if asset in self.assets)

    @property
    def week(self) -> int:
        """A running number of the week."""
        return self.as_of.toordinal() // 7

    def name(self, asset: str) -> str:
        """What the watchlist calls an asset."""
        return self.watchlist.names.get(asset, asset)


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
    if draft.choice.findings:
        lines += [*_studies(draft), ""]
    lines += _sections(draft)
    return "\n".join(lines) + "\n"


def _remarks(draft: Draft) -> Iterator[str]:
    until = numbers.day(draft.as_of)
    yield f"{REMARK} {until}; yours to edit. It is not written again while it is here."
    for asset, why in draft.lacking.items():
        yield f"{WITHOUT}{asset}: {why}"
    for finding in draft.choice.findings:
        firing = finding.firing
        yield f"# {firing.signal} on {firing.asset}: {reason(finding, draft.scan)}."
    if not draft.choice.findings:
        yield "# Nothing came that is worth a study: the issue says so, and is short."


def _header(draft: Draft) -> Iterator[str]:
    lead = draft.choice.lead
    signals = [find_signal(f.firing.signal) for f in draft.choice.findings]
    if lead is None:
        benchmark = draft.name(draft.watchlist.benchmark)
        title, subject = draft_words.quiet_title(benchmark, draft.move, draft.week), "The week"
    else:
        name = draft.name(lead.firing.asset)
        title, subject = draft_words.title(signals[0], name, draft.week), draft_words.capital(name)
    kicker = f"Draft · {subject}" if draft.aside else subject
    tags = ["draft"] if draft.aside else []
    tags += [WEEKLY, *dict.fromkeys(signal.kind for signal in signals)]
    yield f"title: {_text(title)}"
    if lead is not None:
        deck = draft_words.deck(signals[0], name, lead, _study_names(draft)[0], draft.as_of)
        yield "deck: '" + deck.replace("'", "''") + "'"
    yield f"kicker: {_text(kicker)}"
    yield f"date: {draft.as_of}"
    yield f"as_of: {draft.as_of}"
    yield f"tags: [{', '.join(tags)}]"
    if lead is not None:
        yield f"lead: {_study_names(draft)[0]}"


def _assets(draft: Draft) -> Iterator[str]:
    yield "assets:"
    for asset in _shown(draft):
        yield f"  {_text(asset)}: {_text(draft.name(asset))}"


def _shown(draft: Draft) -> tuple[str, ...]:
    """The assets of the market table and of the studies."""
    chosen = [finding.firing.asset for finding in draft.choice.findings]
    beside = [_benchmark(draft, asset) for asset in chosen]
    return tuple(dict.fromkeys((*draft.core, *chosen, *(b for b in beside if b))))


def _benchmark(draft: Draft, asset: str) -> str | None:
    """What an asset is put beside, if that is another one and has prices."""
    benchmark = draft.watchlist.assets[asset].benchmark
    return benchmark if benchmark != asset and benchmark in draft.assets else None


def _study_names(draft: Draft) -> list[str]:
    """A name for the study of each finding."""
    return [f"{finding.firing.signal}-{_plain(finding.firing.asset)}" for finding in draft.choice.findings]


def _plain(asset: str) -> str:
    return "".join(c for c in asset.lower().replace("=", "-").replace(".", "-") if c.isalnum() or c == "-")


def _studies(draft: Draft) -> Iterator[str]:
    yield "studies:"
    for number, (name, finding) in enumerate(zip(_study_names(draft), draft.choice.findings, strict=True)):
        firing, signal = finding.firing, find_signal(finding.firing.signal)
        called = draft.name(firing.asset)
        yield f"  {name}:"
        yield f"    asset: {_text(firing.asset)}"
        yield f"    signal: {signal.name}"
        yield f"    title: {_text(draft_words.study_title(signal, called))}"
        benchmark = _benchmark(draft, firing.asset)
        if number == 0 and benchmark is not None:
            yield f"  {name}-{_plain(benchmark)}:"
            yield f"    asset: {_text(firing.asset)}"
            yield f"    target: {_text(benchmark)}"
            yield f"    signal: {signal.name}"
            yield f"    title: {_text(draft_words.beside_title(signal, called, draft.name(benchmark)))}"


def _sections(draft: Draft) -> Iterator[str]:
    """The story and what it means; then the lists of the week."""
    yield "sections:"
    if draft.choice.findings:
        yield "  - key_points"
    core = ", ".join(_text(asset) for asset in draft.core)
    benchmark = draft.watchlist.benchmark
    compared = shared_calendar(draft.core) == calendar_of(benchmark)
    clock = "" if compared else f", benchmark: {_text(benchmark)}"
    yield f"  - market_table: {{assets: [{core}]{clock}}}"
    names = _study_names(draft)
    for number, (name, finding) in enumerate(zip(names, draft.choice.findings, strict=True)):
        yield from _study_sections(draft, name, finding, lead=number == 0)
    if draft.choice.lead is not None:
        yield f"  - seasonality: {_text(draft.choice.lead.firing.asset)}"
        yield "  - conclusion"
    yield "  - also_fired:"
    yield "      assets:"
    for asset in draft.assets:
        yield f"        {_text(asset)}: {_text(draft.name(asset))}"
    yield "  - past_signals"
    yield "  - method"


def _study_sections(draft: Draft, name: str, finding: Finding, *, lead: bool) -> Iterator[str]:
    why = "Why this one" if lead else "The second signal of the week"
    yield f"  - why: {{study: {name}, heading: {_text(why)}}}"
    yield f"  - study: {name}"
    benchmark = _benchmark(draft, finding.firing.asset)
    if lead and benchmark is not None:
        yield f"  - study: {name}-{_plain(benchmark)}"


def _text(text: str) -> str:
    """A text as YAML: in quotes unless it can be taken for nothing else, in brackets neither."""
    bare = _PLAIN.fullmatch(text) and text.upper() not in _WORDS_OF_YAML
    return text if bare else json.dumps(text, ensure_ascii=False)
