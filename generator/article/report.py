"""Everything that the section builders of one report have at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from generator.article.facts import FactBook
from generator.article.prose import render
from generator.desk.news import News, news_of
from generator.findings.conclusion import TOLD_OTHERS, stands_out
from generator.findings.families import Family, family_of
from generator.findings.standout import Standout, standout
from generator.findings.view import StudyView
from generator.language import numbers
from generator.market.history import PriceHistory
from generator.market.providers.registry import title_of, vendor
from generator.scan.ranking import ScanResult
from generator.spec.letter import Letter
from generator.spec.models import (
    BuildSection,
    KeyPointsSection,
    MarketTableSection,
    ReportSpec,
    SectionSpec,
    SignalSection,
    StudySection,
    WhySection,
)

if TYPE_CHECKING:
    from generator.scorecard.outcomes import Scorecard

_ADJUSTED = {True: "closes adjusted for dividends", False: "some closes adjusted for dividends"}


@dataclass(frozen=True, eq=False)
class Report:
    """A report on its way to an edition.

    Attributes
    ----------
    spec, letter : as written.
    views : its studies by name, in the spec's order.
    histories : prices by ticker, nothing after ``as_of``.
    facts : what the author's templates may say.
    source : name of the price source.
    simulated : whether any price came from the sample market.
    scan : what came in the report's week; None where no section tells it.
    scorecard : the earlier issues, as of the report's own date; None where no section tells them.
    credit : whose prices they are, where a person has said it.
    """

    spec: ReportSpec
    letter: Letter
    views: Mapping[str, StudyView]
    histories: Mapping[str, PriceHistory]
    facts: FactBook
    as_of: date
    source: str
    simulated: bool
    scan: ScanResult | None = None
    scorecard: Scorecard | None = None
    credit: str | None = None

    @cached_property
    def title(self) -> str:
        """The headline, its facts filled in."""
        return self.written(self.spec.title, "title")

    @property
    def lead(self) -> StudyView | None:
        """The study that carries deck, strip and lead chart; None where none does."""
        return None if self.spec.lead_study is None else self.views[self.spec.lead_study]

    @property
    def ordered(self) -> tuple[StudyView, ...]:
        """The lead study, then the others in the spec's order."""
        return tuple(sorted(self.views.values(), key=lambda view: view is not self.lead))

    @cached_property
    def family(self) -> Family:
        """All its results, each weighed as one of them."""
        return family_of(self.views.values())

    @cached_property
    def news(self) -> News:
        """The ranked facts of the week, of all assets that the report reads."""
        tables = self.spec.sections_of(MarketTableSection)
        core = tables[0].assets if tables else tuple(self.spec.assets)
        return news_of(self.histories, (tables[0].benchmark if tables else None) or core[0], core)

    @property
    def source_name(self) -> str:
        """What readers are told about where prices come from."""
        return self.credit or title_of(self.source)

    @property
    def source_line(self) -> str:
        """The line under a chart."""
        line = source_line(self.source, self.simulated, self.as_of, self.credit)
        bases = {history.basis for history in self.histories.values()}
        return line if "total" not in bases else f"{line}; {_ADJUSTED[len(bases) == 1]}"

    def shows_signal(self, view: StudyView, before: SectionSpec) -> bool:
        """Whether the signal and its price chart stand elsewhere: in a signal section, or in an earlier
        section about a study with the same signal."""
        sections = self.spec.sections
        here = next(i for i, s in enumerate(sections) if s is before)
        return any(
            view.same_signal(self.views[s.study])
            for i, s in enumerate(sections)
            if isinstance(s, SignalSection) or (isinstance(s, StudySection) and i < here)
        )

    def deck_tells(self, view: StudyView) -> bool:
        """Whether the deck says what came after a study's signal, so that its section need not."""
        if self.spec.deck is None:
            return view is self.lead
        label = "" if view.headline is None else re.escape(view.headline.horizon.label)
        count = rf"""at\(["']{label}["']\)\.(?:often|average|median)"""
        return self._in_deck(view, f"followed|finding|{count}")

    @property
    def deck_names(self) -> frozenset[str]:
        """The assets of which the deck names a fact."""
        return frozenset(re.findall(r"""market\(["']([^"']+)["']\)""", self.spec.deck or ""))

    def deck_tells_when(self, view: StudyView) -> bool:
        """Whether the deck says from when most cases of a study come, where most come from one time."""
        return self._in_deck(view, "followed") and view.began is None

    def _in_deck(self, view: StudyView, facts: str) -> bool:
        named = rf"""study\(["']{re.escape(view.name)}["']\)\.({facts})\b"""
        return re.search(named, self.spec.deck or "") is not None

    @property
    def writes_points(self) -> bool:
        """Whether there are key points, and not an author's own."""
        return any(not section.points for section in self.spec.sections_of(KeyPointsSection)[:1])

    @cached_property
    def standout(self) -> Standout | None:
        """What stands out of all its studies."""
        return standout(self.ordered, leads=self.lead is not None)

    @property
    def is_weekly(self) -> bool:
        """Whether it tells what happened in the week."""
        return bool(self.spec.sections_of(MarketTableSection))

    @property
    def points_tell_records(self) -> bool:
        """Whether the key points tell what stands out of the signals without a study."""
        return self.writes_points and (self.is_weekly or not self.ordered)

    def points_tell(self, view: StudyView) -> bool:
        """Whether the key points say what came after a study's signal; an author's own ones may not, and a
        week's leave out a second story that does not stand out."""
        if self.is_weekly and view is not self.lead:
            best = self.standout
            told = (best is not None and best.view is view) or stands_out(view, self.family)
            return self.writes_points and told
        return self.writes_points and view in self.ordered[: 1 + TOLD_OTHERS]

    def says_why(self, view: StudyView) -> bool:
        """Whether a section of its own tells when the signal came, and how often before."""
        return any(section.study == view.name for section in self.spec.sections_of(WhySection))

    def shows_study(self, study: str) -> bool:
        """Whether a section of its own tells what came after the study's signal."""
        return any(isinstance(s, StudySection) and s.study == study for s in self.spec.sections)

    def shows_build(self, study: str) -> bool:
        """Whether a section of its own tells how to build the study."""
        return any(isinstance(s, BuildSection) and s.study == study for s in self.spec.sections)

    def written(self, text: str, place: str) -> str:
        """The author's text with its numbers filled in.

        Raises
        ------
        RequestError : a mistake in it; names the file and the place.
        """
        return render(text, self.facts, f"reports/{self.spec.slug}/report.yml, {place}")


def source_line(source: str, simulated: bool, as_of: date, credit: str | None = None) -> str:
    """The line under a chart: where its prices come from, and up to when.

    Parameters
    ----------
    credit : whose prices they are, where a person has said it.
    """
    through = f"through {numbers.day(as_of)}"
    if simulated:
        return f"Simulated sample prices, not market data, {through}"
    named = credit or vendor(title_of(source))
    return f"Prices: {named}, {through}" if named else f"Prices {through}"
