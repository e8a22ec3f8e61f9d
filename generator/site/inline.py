"""Marks in a line that Python-Markdown does not know: a backslash that breaks it, words struck out."""

from __future__ import annotations

from markdown import Markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor, SubstituteTagInlineProcessor


def register_inline(md: Markdown) -> None:
    """Have a parser read them, once escaped marks are gone."""
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 101)
    md.inlinePatterns.register(
        SimpleTagInlineProcessor(r"()(?<!~)~~(?=[^\s~])(.+?)(?<=[^\s~])~~(?!~)", "del"), "struck", 55
    )
