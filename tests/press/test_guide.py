"""The how-to-read page tells the rules that the program follows."""

from __future__ import annotations

import json
from pathlib import Path

from generator.output.calibration import survivorship, survivorship_sentence
from generator.pages.guide import THRESHOLDS
from generator.site.templating import render
from tests.press.reading import text
from tests.press.test_calibration import TABLE

# Written out once by hand, so that a threshold that moves is seen here too.
TOLD = {
    "fewest": "10", "separate": "5", "unusual": "0.20", "hard": "0.05", "hard_elsewhere": "0.01",
    "hard_typical": "0.10", "neighbours": "80%", "sizes": "10% and 20%", "small": "10", "shift": "three",
    "striking": "First or second", "draws": "2,000", "list_only": "5", "shy": "10", "sharpe_shy": "30",
}  # fmt: skip


def test_the_page_tells_every_threshold() -> None:
    assert dict(THRESHOLDS) == TOLD
    page = " ".join(
        text(render("site/how-to-read.html", rule=THRESHOLDS, calibration=None, survivorship=None)).split()
    )
    assert (
        "fewer than 10 complete cases, or fewer than 5 separate periods, or a history too short for a "
        "p-value, "
        "the verdict is too few cases" in page
    )
    assert (
        "When it or the signal’s own is above 0.20, or when average, median and win rate do not all lie on "
        "one "
        "side of the baseline, the verdict is no clear difference; tables say in full "
        "nothing that this history can tell from luck"
    ) in page
    assert "own p-value is 0.05 or less at the headline horizon, 0.01 or less at any other" in page
    assert "the typical p-value is 0.10 or less" in page
    assert "at least 80% of them lie on the same side" in page
    assert "on average at most one in ten is luck" in page
    assert "How often the rule is wrong" not in page


def test_survivors_are_told_with_what_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    assert survivorship(path) is None
    assert survivorship_sentence(path).endswith("and their averages are too good.")
    path.write_text(json.dumps(TABLE))
    assert survivorship_sentence(path).endswith(
        "too good (of simulated ones, +3.15% in three months, against +1.34% for all)."
    )
    page = render("site/how-to-read.html", rule=THRESHOLDS, calibration=None, survivorship=survivorship(path))
    assert "the survivors brought +3.15%, those of all +1.34%." in text(page)
