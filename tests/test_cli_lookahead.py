"""``precedent lookahead``: what it prints and how it ends, with and without a leak."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator.signals import evaluate
from generator.signals.library import load_library
from generator.study import lookahead, prepare
from tests.running import refused, run

SAMPLE = ("--source", "sample")
MONTHS = ("lookahead", "--asset", "IWM", "--signal", "ten-percent-month", *SAMPLE)


def test_an_honest_study() -> None:
    result = run(*MONTHS, "--as-of", "2005-04-20")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    assert result.stdout.startswith("ten-percent-month on IWM, monthly: asked again on ")
    assert result.stdout.endswith("to Apr 20, 2005: nothing in its past changes\n")


def test_a_leak_is_shown_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evaluate.truth

    def a_bar_early(*arguments: Any) -> Any:
        return np.append(real(*arguments)[1:], np.int8(0))

    monkeypatch.setattr(prepare, "truth", a_bar_early)
    result = run(
        "lookahead", "--asset", "IWM", "--when", "roc(close, 1) > 1", *SAMPLE, "--as-of", "2001-06-29"
    )
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].endswith("changes")
    assert lines[1].split() == ["As", "of", "Episode", "What", "Said", "then", "Says", "now"]
    assert "not there" in lines[2]
    # Twenty rows, however many there are, and a last one that counts the rest.
    assert len(lines) == 2 + 20 + 1
    assert lines[-1].startswith("… and ")


def test_every_signal_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def short(study: Any, histories: Any, as_of: Any) -> lookahead.Proof:
        asked.append(study.signal)
        return lookahead.Proof(study, as_of, (as_of,), ())

    monkeypatch.setattr(lookahead, "find_changes", short)
    result = run("lookahead", "--asset", "IWM", "--all", *SAMPLE, "--as-of", "2005-04-20")
    assert result.exit_code == 0
    assert asked == list(load_library())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--all", "--signal", "reverse-up"), "leave --signal, --when and --dates out"),
        (("--all", "--when", "close > 1"), "leave --signal, --when and --dates out"),
        ((), "say what, with a signal of the library"),
        (("--signal", "revers-up"), "Did you mean reverse-up"),
        (("--when", "close > lag(close, -1)"), "lag"),
        (("--signal", "ten-percent-month", "--horizons", "1W"), "1W"),
    ],
)
def test_a_mistake_in_what_is_asked(arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(run("lookahead", "--asset", "IWM", *arguments, *SAMPLE), 2)


def test_an_asset_that_is_not_there() -> None:
    assert "NOPE" in refused(run("lookahead", "--asset", "NOPE", "--signal", "reverse-up", *SAMPLE), 3)
