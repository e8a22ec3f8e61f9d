"""Surveys for tests of pages: of nothing, and of a small market."""

from __future__ import annotations

from generator.editorial.signal_pages import SignalIndex
from generator.editorial.survey_site import SurveySite

NOTHING = SurveySite(SignalIndex("", "", None, ()), (), (), None, simulated=False)
