"""Is it more than luck, and would it hold: statistics, tests, intervals, neighbouring definitions."""
