"""Where prices come from: Yahoo, files, the sample market."""
