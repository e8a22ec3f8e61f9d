"""The scan: every signal on every asset, what fired, what is near, what it is worth looking at."""
