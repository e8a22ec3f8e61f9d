"""The article: its context by name, written as Markdown by the templates under ``templates/report/``."""
