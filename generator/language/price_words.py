"""What a reader must know of the prices of a page: dividends in the closes, or left out of the returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.language.asset_names import capital, with_article
from generator.language.words import listed
from generator.market.history import PriceHistory
from generator.study.values import Study

NOT_MARKET_DATA = "SIMULATED SAMPLE PRICES, NOT MARKET DATA."
"""What is said above an answer in the terminal."""

PERFORMANCE_INDICES = frozenset(
    {
        *("^GDAXI", "^MDAXI", "^SDAXI", "^TECDAX", "^BVSP", "^NZ50"),
        *("^SP500TR", "^XNDX", "^DJITR", "^RUTTR", "^RUITR", "^RUATR"),
    }
)
"""Indices whose level has the dividends of their shares in it, by Yahoo's tickers."""

HIGH_PAYERS = frozenset(
    {
        *("AGG", "BND", "BIL", "BIV", "BLV", "BNDX", "BSV", "EMB", "GOVT", "HYG", "IEF", "IEI", "JNK", "LQD"),
        *("MBB", "MUB", "PCY", "PFF", "SHV", "SHY", "SGOV", "SRLN", "TIP", "TLH", "TLT", "USHY", "VCIT"),
        *("VCLT", "VCSH", "VGIT", "VGLT", "VGSH", "VMBS", "BKLN", "EDV", "ZROZ", "JEPI", "JEPQ", "QYLD"),
        *("XYLD", "SPHY", "ANGL", "FLOT", "STIP", "VTIP", "SCHP", "SPTL", "SPTI", "SPTS", "HYD", "PGX"),
    }
)
"""Funds that pay their holders a large part of what they earn them: bonds, high yield, options income."""
MUCH = 0.025
"""A year's payments, as a share of the price, that make returns without them another story."""
_YEAR = 365.25


def pays_much(history: PriceHistory) -> bool:
    """Whether a fund pays its holders 2.5% or more a year: by its adjusted closes, or by its name."""
    adjusted = history.adjusted_close
    years = float((history.last - history.first).astype(int)) / _YEAR
    if adjusted is None or history.basis == "total" or years < 1:
        return history.asset in HIGH_PAYERS
    first, last = adjusted[0] / history.close[0], adjusted[-1] / history.close[-1]
    return bool(first > 0 and last > 0 and (last / first) ** (1 / years) - 1 >= MUCH)


def price_notices(
    histories: Mapping[str, PriceHistory],
    studies: Iterable[Study],
    names: Mapping[str, str],
    moved: Iterable[str] = (),
) -> tuple[str, ...]:
    """What must be read before the first figure, a sentence or two a kind; empty for plain prices.

    Parameters
    ----------
    histories : every asset of the page.
    studies : those whose figures come first.
    names : what the page calls its assets. ``moved`` : those whose own closes it tells of first.
    """
    adjusted = [asset for asset, history in histories.items() if history.basis == "total"]
    indices = [asset for asset in histories if asset in PERFORMANCE_INDICES]
    said = []
    if adjusted:
        said.append(
            f"The closes of {_called(adjusted, names)} are adjusted for dividends: returns are total "
            "returns, and signals are read on those closes, so some fire on other days than on quoted prices."
        )
    if indices:
        verb = "is a performance index" if len(indices) == 1 else "are performance indices"
        said.append(f"{capital(_called(indices, names))} {verb}: dividends are reinvested in the level.")
    told = [asset for asset in moved if histories[asset].basis == "price"]
    bare = payments_left_out(histories, [*priced(studies), *told], names)
    return (*said, bare) if bare else tuple(said)


def priced(studies: Iterable[Study]) -> list[str]:
    """The targets of those studies whose returns leave payments out."""
    return [study.target for study in studies if study.basis == "price"]


def payments_left_out(
    histories: Mapping[str, PriceHistory], targets: Iterable[str], names: Mapping[str, str]
) -> str:
    """That returns of closes leave out much of what these assets pay; empty where they do not."""
    bare = dict.fromkeys(asset for asset in targets if pays_much(histories[asset]))
    if not bare:
        return ""
    verb = "pays its" if len(bare) == 1 else "pay their"
    return (
        f"{capital(_called(list(bare), names))} {verb} holders a large part of the return in cash. The "
        "returns here are price returns, which leave the payments out."
    )


def _called(assets: list[str], names: Mapping[str, str]) -> str:
    return listed(
        [
            asset if names.get(asset, asset) == asset else f"{with_article(names[asset])} ({asset})"
            for asset in assets
        ]
    )
