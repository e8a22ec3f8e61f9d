"""Markdown, HTML, CSV, JSON, the site: every form an edition takes."""
