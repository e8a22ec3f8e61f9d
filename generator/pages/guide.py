"""What the how-to-read page tells of the program's rules, read from the code so that they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping

from generator.findings.robust import STRIKING
from generator.findings.view import MIN_CASES, MIN_CASES_FOR_SHARPE, MIN_CASES_IN_PROSE
from generator.language import numbers
from generator.language.words import listed
from generator.study import verdict
from generator.study.evidence.bootstrap import DRAWS
from generator.study.evidence.neighbours import SHIFTS, SMALL, STEPS

THRESHOLDS: Mapping[str, str] = {
    "fewest": f"{verdict.FEWEST_CASES}",
    "separate": f"{verdict.FEWEST_SEPARATE}",
    "unusual": numbers.p_value(verdict.UNUSUAL),
    "hard": numbers.p_value(verdict.HARD_AT_HEADLINE),
    "hard_elsewhere": numbers.p_value(verdict.HARD_ELSEWHERE),
    "hard_typical": numbers.p_value(verdict.HARD_TYPICAL),
    "neighbours": numbers.rate(verdict.MOST_NEIGHBOURS),
    "sizes": listed([numbers.rate(step) for step in STEPS]),
    "small": f"{SMALL}",
    "shift": numbers.count(max(SHIFTS)),
    "striking": listed([numbers.ordinal(place) for place in range(1, STRIKING + 1)], "or").capitalize(),
    "draws": f"{DRAWS:,}",
    "list_only": f"{MIN_CASES}",
    "shy": f"{MIN_CASES_IN_PROSE}",
    "sharpe_shy": f"{MIN_CASES_FOR_SHARPE}",
}
"""Every threshold that the page names, as text."""
