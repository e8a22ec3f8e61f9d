"""The torture of runs, short: what ``make torture`` does at full length."""

from __future__ import annotations

import pytest

from tests.torture import crashes, together
from tests.torture._workbench import COMPILER, NO_COMPILER


@pytest.mark.skipif(COMPILER is None, reason=NO_COMPILER)
def test_a_run_that_fails_or_dies_leaves_nothing_torn() -> None:
    for result in crashes.results(full=False):
        assert result.held, result


def test_many_runs_at_once_and_the_same_bytes() -> None:
    for result in together.results(full=False):
        assert result.held, result
