"""What sentences call an asset: with or without its article, as a fund or as what the fund holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAKES_AN_ARTICLE = re.compile(
    r"\d|^(?:Dow|Nasdaq|S&P|Russell|Nikkei|Topix|FTSE|DAX|Hang Seng)\b"
    r"|(?:Industrials|Composite|Seven|market|index|fund|ETF|trust)$",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\s+index$", re.IGNORECASE)
_FUND = re.compile(r"\s+(?:fund|ETF|trust)$", re.IGNORECASE)


def with_article(name: str) -> str:
    """``the Russell 2000 fund``, ``gold``; what follows a comma in a name is left out."""
    short = name.split(",")[0].strip()
    if short.lower().startswith("the "):
        return f"the {short[4:]}"
    return f"the {short}" if _TAKES_AN_ARTICLE.search(short) else short


def called(ticker: str, names: Mapping[str, str]) -> str:
    """What sentences call an asset: ``the Russell 2000 fund``; the ticker when it has no other name."""
    return with_article(names.get(ticker, ticker))


def market_name(name: str) -> str:
    """What a headline calls what a fund holds, or an index measures: ``the S&P 500`` of the S&P 500 fund."""
    short = without_fund(name.split(",")[0].strip())
    market = _INDEX.sub("", short)
    return with_article(market if _TAKES_AN_ARTICLE.search(market) else short)


def is_basket(name: str) -> bool:
    """Whether a name is that of a fund or an index."""
    return bool(_FUND.search(name) or _INDEX.search(name))


def capital(text: str) -> str:
    """The text as it begins a line."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """A sentence that begins with no name, as it goes on after a colon."""
    return text[:1].lower() + text[1:]


def is_many(name: str) -> bool:
    """Whether a name is one of many things: long Treasuries, energy stocks."""
    last = _FUND.sub("", name).split()[-1] if not _FUND.search(name) else ""
    return last.endswith("s") and last not in ("Holdings", "Sachs", "Business")


def was(name: str) -> str:
    """The verb that goes with a name."""
    return "were" if is_many(name) else "was"


def is_or_are(name: str) -> str:
    """The same of the present."""
    return "are" if is_many(name) else "is"


def has_or_have(name: str) -> str:
    """The same of what has been."""
    return "have" if is_many(name) else "has"


def it(name: str) -> str:
    """The pronoun that stands for a name."""
    return "they" if is_many(name) else "it"


def its(name: str) -> str:
    """The possessive that stands for a name."""
    return "their" if is_many(name) else "its"


def without_fund(name: str) -> str:
    """``S&P 500`` of ``S&P 500 fund``."""
    return _FUND.sub("", name)
