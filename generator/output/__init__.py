"""The answers of commands, for a terminal, as JSON, CSV and Markdown."""
