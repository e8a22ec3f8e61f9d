"""What the patterns of the written models ask for, in words, and the check of a part of a file with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from generator.core import yaml_models
from generator.core.errors import Problem
from generator.core.yaml_files import KeyPath, Value, YamlDocument
from generator.spec.models import (
    ALIAS,
    COLOUR,
    FAMILY,
    FONT_FILE,
    LINK,
    LIST_ID,
    MAILBOX,
    NAME,
    NOTE_KEY,
    ONE_LINE,
    PICTURE_FILE,
    PLACE,
    SENDER,
    SUBSCRIBE,
    TAG,
    TICKER,
    URL,
)

M = TypeVar("M", bound=BaseModel)

_PATTERNS = {
    TICKER: "a ticker such as IWM, ^GSPC, BTC-USD or SPX Index",
    NAME: "a name of small letters, digits and hyphens, such as ten-percent-months,",
    NOTE_KEY: "a month such as 2003-04 (on monthly bars) or a day such as 2003-04-30",
    ONE_LINE: "a text on a single line",
    URL: "an address such as https://example.org/letter, without a slash at the end,",
    MAILBOX: "an address such as leave@example.org",
    SENDER: "a sender such as The Letter <letter@example.org>",
    TAG: "a tag URI such as tag:example.org,2026:letter,",
    LIST_ID: "a List-ID such as letter.example.org, without < and >,",
    SUBSCRIBE: "a page such as https://example.org/join, or a mailbox such as join@example.org,",
    ALIAS: "an old slug, or an old address from the site's root such as 2019/05/a-quiet-week,",
    COLOUR: 'a colour such as "#0b6470", in quotes,',
    FAMILY: "the name of a font family, such as Source Serif 4,",
    FONT_FILE: "a .ttf or .otf file of the letter, such as looks/serif.ttf (charts can draw no others),",
    PICTURE_FILE: "an .svg or .png file of the letter, such as looks/logo.svg,",
    PLACE: "a place such as https://plausible.io, https://*.example.org or https://example.org/js/",
    LINK: "an address such as https://example.org/leave?reader={token}",
}


def validate_part(
    model: type[M], value: Value, document: YamlDocument, path: KeyPath = (), elsewhere: Sequence[str] = ()
) -> tuple[M | None, list[Problem]]:
    """See ``yaml_models.validate_part``."""
    return yaml_models.validate_part(model, value, document, path, elsewhere, _PATTERNS)
