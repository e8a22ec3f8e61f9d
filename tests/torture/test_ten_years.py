"""A part of ten years, as in ``make torture``: what grows with the archive stays in bounds."""

from __future__ import annotations

import pytest

from tests.torture.ten_years import results


@pytest.mark.slow
def test_forty_issues() -> None:
    found = list(results(full=False))
    assert found
    for result in found:
        assert result.held, f"{result.name}: {result.measured} (aim: {result.aim})"
