"""Where bugs are planted, and which tests look there: those of the room and its nearest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Room:
    """``sources`` and ``tests`` are patterns from the project's folder; the quickest tests come first."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self, root: Path) -> list[Path]:
        """The files of Python in the room; an error when a pattern has none, for the room has moved then."""
        found = []
        for pattern in self.sources:
            files = sorted(root.glob(pattern))
            if not files:
                raise FileNotFoundError(f"no file is like {pattern}: mend tests/mutants/rooms.py")
            found += [path for path in files if path.name != "__init__.py"]
        return found


ROOMS = {
    "study": Room(
        ("generator/study/**/*.py", "generator/audit/*.py", "generator/fit/*.py"),
        ("tests/study", "tests/desk/test_ladder.py"),
    ),
    "signals": Room(("generator/signals/*.py",), ("tests/signals",)),
    "market": Room(
        ("generator/market/**/*.py",),
        ("tests/market", "tests/test_cli_data.py", "tests/torture/test_data.py"),
    ),
    "scan": Room(("generator/scan/*.py",), ("tests/scan",)),
    "scorecard": Room(
        (
            "generator/scorecard/*.py",
            "generator/article/expectations.py",
            "generator/article/past_signals.py",
            "generator/pages/scorecard.py",
            "generator/assembly/scorecard_csv.py",
        ),
        (
            "tests/editorial/test_scorecard.py",
            "tests/editorial/test_scorecard_targets.py",
            "tests/press/test_scorecard_words.py",
            "tests/editorial/test_past_signals.py",
            "tests/press/test_scorecard.py",
        ),
    ),
    "desk": Room(
        (
            "generator/desk/*.py",
            "generator/findings/market_*.py",
            "generator/article/market_table.py",
            "generator/run/draft.py",
            "generator/run/week.py",
        ),
        (
            "tests/desk",
            "tests/editorial/test_facts.py",
            "tests/editorial/test_sentences.py",
            "tests/editorial/test_draft.py",
            "tests/editorial/test_weeks.py",
            "tests/editorial/test_market_clock.py",
            "tests/editorial/test_market_facts.py",
            "tests/editorial/test_market_sentences.py",
        ),
    ),
    "mail": Room(
        ("generator/mail/*.py", "generator/export/*.py", "generator/assembly/feed.py"),
        ("tests/export", "tests/press/test_feed.py", "tests/press/test_email.py", "tests/post"),
    ),
    "publish": Room(
        (
            "generator/run/publish.py",
            "generator/run/correct.py",
            "generator/run/verify.py",
            "generator/run/strange.py",
            "generator/run/make.py",
            "generator/publish/*.py",
        ),
        (
            # The quick ones alone: whole runs, in the tests beside them, would take minutes a bug.
            "tests/publish/test_versions.py",
            "tests/publish/test_rules_of_publishing.py",
            "tests/publish/test_what_is_made.py",
            "tests/publish/test_what_may_go_out.py",
            "tests/publish/test_strange_by_hand.py",
            "tests/publish/test_verified_by_hand.py",
            "tests/press/test_whole.py",
            "tests/press/test_frozen.py",
            "tests/test_publish_prices.py",
        ),
    ),
}
