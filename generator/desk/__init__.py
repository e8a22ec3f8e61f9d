"""The week: what happened, what leads, the draft."""
