"""A table on a page of the site's own: written as Markdown, and made a figure as an issue's tables are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from markupsafe import Markup

from generator.article.article import table_alone
from generator.edition.values import Row, Table
from generator.site.markdown import to_html

_FIGURE = re.compile("<figure.*</figure>", re.DOTALL)


def table_html(table: Table, anchor: str, places: Mapping[str, str]) -> Markup:
    """The table under this anchor, the headings of its rows leading to these places, by what they say."""

    def leading(row: Row) -> Row:
        first, *others = row.cells
        return replace(row, cells=(replace(first, href=places.get(first.text, "")), *others))

    linked = replace(table, rows=tuple(map(leading, table.rows)))
    return _figure(table_alone(linked, anchor))


@lru_cache(maxsize=512)
def _figure(markdown: str) -> Markup:
    found = _FIGURE.search(to_html(markdown))
    assert found is not None, "a table with a caption becomes a figure"
    return Markup(found[0])
