"""Everything that a reader or a program gets, kept as text: moving code must change nothing of it."""
