"""Episodes, forward returns, statistics, baseline and tests."""
