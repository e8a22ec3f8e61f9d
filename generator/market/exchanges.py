"""Which exchange a ticker is of: by its ending, by an index's name, by what a provider or the letter says.

A calendar is named by the exchange's market identifier code (``XTKS`` for Tokyo), or ``24/5`` for currencies
and futures, ``24/7`` for crypto. Its sessions and hours stand in a table, see ``timetable``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

CalendarName = str
"""A market identifier code of ``CALENDARS``, ``24/5`` or ``24/7``."""
NEW_YORK = "XNYS"
WEEKDAYS, EVERY_DAY = "24/5", "24/7"
"""Without an exchange: every weekday, every day. Their days end at midnight UTC."""

CRYPTO = re.compile(
    r"[A-Z0-9]+-(USD|EUR|GBP|JPY|CAD|AUD|CHF|KRW|INR|BRL|CNY|HKD|SGD|TRY|USDT|USDC|BTC|ETH)"
    r"|[A-Z0-9]{2,}[/_]?(USDT|USDC)|(BTC|XBT|ETH)[/_]?(USD|EUR|GBP)"
)
ROUND_THE_CLOCK = re.compile(r".+=[XF]")

ENDINGS: Mapping[str, str] = {
    # The Americas
    "US": "XNYS",
    "TO": "XTSE", "V": "XTSE", "CN": "XTSE", "NE": "XTSE",
    "MX": "XMEX", "SA": "BVMF", "BA": "XBUE", "SN": "XSGO", "CL": "XBOG", "LM": "XLIM", "CR": "BVCA",
    "CBT": "24/5", "CME": "24/5", "CMX": "24/5", "NYB": "24/5", "NYM": "24/5",
    # Europe
    "L": "XLON", "IL": "XLON", "XC": "XLON", "AQ": "XLON",
    "DE": "XETR", "F": "XFRA", "BE": "XFRA", "BM": "XFRA", "HA": "XFRA", "MU": "XFRA",
    "DU": "XDUS", "HM": "XHAM", "SG": "XSTU",
    "PA": "XPAR", "NX": "XPAR", "XD": "XPAR", "AS": "XAMS", "BR": "XBRU", "LS": "XLIS", "IR": "XDUB",
    "MI": "XMIL", "TI": "XMIL", "MC": "XMAD", "SW": "XSWX", "VI": "XWBO", "LU": "XLUX",
    "ST": "XSTO", "CO": "XCSE", "HE": "XHEL", "OL": "XOSL", "IC": "XICE",
    "TL": "XTAL", "RG": "XRIS", "VS": "XLIT",
    "WA": "XWAR", "PR": "XPRA", "BD": "XBUD", "RO": "XBSE", "AT": "ASEX", "IS": "XIST", "ME": "XMOS",
    # Africa and the Middle East
    "JO": "XJSE", "CA": "XCAI", "TA": "XTAE", "SR": "XSAU", "SAU": "XSAU", "QA": "DSMD", "KW": "XKUW",
    "AE": "XDFM",
    # Asia and the Pacific
    "T": "XTKS", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "TW": "XTAI", "TWO": "XTAI",
    "KS": "XKRX", "KQ": "XKRX", "NS": "XBOM", "BO": "XBOM", "KA": "XKAR", "CM": "XCOL",
    "SI": "XSES", "KL": "XKLS", "JK": "XIDX", "BK": "XBKK", "PS": "XPHS", "VN": "XSTC",
    "AX": "XASX", "XA": "XASX", "NZ": "XNZE",
}  # fmt: skip
"""The calendar of each ending of Yahoo's tickers, after the last point. Another (``BRK.B``) is New York's."""

INDICES: Mapping[str, str] = {
    "^GSPTSE": "XTSE", "^SPCDNX": "XTSE", "^TX60": "XTSE",
    "^MXX": "XMEX", "^BVSP": "BVMF", "^IBX50": "BVMF", "^MERV": "XBUE", "^IPSA": "XSGO", "^SPIPSA": "XSGO",
    "^FTSE": "XLON", "^FTMC": "XLON", "^FTAS": "XLON", "^FTLC": "XLON", "^FTAI": "XLON", "^NMX": "XLON",
    "^BUK100P": "XLON",
    "^GDAXI": "XETR", "^MDAXI": "XETR", "^SDAXI": "XETR", "^TECDAX": "XETR", "^GDAXIP": "XETR",
    "^CDAXX": "XETR", "^HDAX": "XETR", "^VDAX": "XETR", "^V1X": "XETR",
    "^STOXX": "XPAR", "^STOXX50E": "XPAR", "^V2TX": "XPAR", "^N100": "XPAR", "^N150": "XPAR",
    "^FCHI": "XPAR", "^SBF120": "XPAR", "^SBF250": "XPAR", "^CACT": "XPAR",
    "^AEX": "XAMS", "^AMX": "XAMS", "^BFX": "XBRU", "^PSI20": "XLIS", "^ISEQ": "XDUB",
    "^IBEX": "XMAD", "^SMSI": "XMAD", "^SSMI": "XSWX", "^SSHI": "XSWX", "^ATX": "XWBO",
    "^OMX": "XSTO", "^OMXS30": "XSTO", "^OMXSPI": "XSTO", "^OMXN40": "XSTO",
    "^OMXC20": "XCSE", "^OMXC25": "XCSE", "^OMXCPI": "XCSE", "^OMXH25": "XHEL", "^OMXHPI": "XHEL",
    "^OSEAX": "XOSL", "^OBX": "XOSL", "^WIG20": "XWAR", "^WIG": "XWAR", "^PX": "XPRA", "^BUX": "XBUD",
    "^ATG": "ASEX", "^GD": "ASEX", "^XU100": "XIST", "^XU030": "XIST", "^IMOEX": "XMOS", "^RTSI": "XMOS",
    "^TA125": "XTAE", "^TA35": "XTAE", "^TA100": "XTAE", "^TASI": "XSAU", "^CASE30": "XCAI", "^EGX30": "XCAI",
    "^J200": "XJSE", "^J203": "XJSE", "^JN0U": "XJSE",
    "^N225": "XTKS", "^N300": "XTKS", "^N500": "XTKS", "^NKX": "XTKS", "^TOPX": "XTKS", "^TPX": "XTKS",
    "^JNIV": "XTKS",
    "^HSI": "XHKG", "^HSCE": "XHKG", "^HSCC": "XHKG", "^HSTECH": "XHKG", "^VHSI": "XHKG", "^HSIL": "XHKG",
    "^SSEC": "XSHG", "^SSE50": "XSHG", "^CSI300": "XSHG",
    "^TWII": "XTAI", "^TWOII": "XTAI", "^KS11": "XKRX", "^KS200": "XKRX", "^KQ11": "XKRX", "^KOSPI": "XKRX",
    "^BSESN": "XBOM", "^NSEI": "XBOM", "^NSEBANK": "XBOM", "^NSEMDCP50": "XBOM", "^CRSLDX": "XBOM",
    "^INDIAVIX": "XBOM",
    "^KSE": "XKAR", "^STI": "XSES", "^KLSE": "XKLS", "^JKSE": "XIDX", "^JKLQ45": "XIDX", "^SET": "XBKK",
    "^SETI": "XBKK", "^PSEI": "XPHS", "^PSI": "XPHS", "^VNINDEX": "XSTC",
    "^AXJO": "XASX", "^AORD": "XASX", "^AXKO": "XASX", "^ATOI": "XASX", "^AFLI": "XASX", "^AXVI": "XASX",
    "^NZ50": "XNZE",
}  # fmt: skip
"""The calendar of each index outside New York. ``^CNX…`` and ``^NIFTY…`` are India's."""

INDIAN = re.compile(r"\^(CNX|NIFTY)[A-Z0-9]*")

ZONES: Mapping[str, str] = {
    "America/New_York": "XNYS", "America/Chicago": "XNYS", "America/Toronto": "XTSE",
    "America/Mexico_City": "XMEX", "America/Sao_Paulo": "BVMF", "America/Buenos_Aires": "XBUE",
    "America/Argentina/Buenos_Aires": "XBUE", "America/Santiago": "XSGO", "America/Bogota": "XBOG",
    "America/Lima": "XLIM", "America/Caracas": "BVCA",
    "Europe/London": "XLON", "Europe/Berlin": "XETR", "Europe/Paris": "XPAR", "Europe/Amsterdam": "XAMS",
    "Europe/Brussels": "XBRU", "Europe/Lisbon": "XLIS", "Europe/Dublin": "XDUB", "Europe/Rome": "XMIL",
    "Europe/Madrid": "XMAD", "Europe/Zurich": "XSWX", "Europe/Vienna": "XWBO", "Europe/Luxembourg": "XLUX",
    "Europe/Stockholm": "XSTO", "Europe/Copenhagen": "XCSE", "Europe/Helsinki": "XHEL",
    "Europe/Oslo": "XOSL", "Atlantic/Reykjavik": "XICE", "Europe/Tallinn": "XTAL", "Europe/Riga": "XRIS",
    "Europe/Vilnius": "XLIT", "Europe/Warsaw": "XWAR", "Europe/Prague": "XPRA", "Europe/Budapest": "XBUD",
    "Europe/Bucharest": "XBSE", "Europe/Athens": "ASEX", "Europe/Istanbul": "XIST", "Europe/Moscow": "XMOS",
    "Africa/Johannesburg": "XJSE", "Africa/Cairo": "XCAI", "Asia/Jerusalem": "XTAE",
    "Asia/Tel_Aviv": "XTAE", "Asia/Riyadh": "XSAU", "Asia/Qatar": "DSMD", "Asia/Kuwait": "XKUW",
    "Asia/Dubai": "XDFM",
    "Asia/Tokyo": "XTKS", "Asia/Hong_Kong": "XHKG", "Asia/Shanghai": "XSHG", "Asia/Taipei": "XTAI",
    "Asia/Seoul": "XKRX", "Asia/Kolkata": "XBOM", "Asia/Calcutta": "XBOM", "Asia/Karachi": "XKAR",
    "Asia/Colombo": "XCOL", "Asia/Singapore": "XSES", "Asia/Kuala_Lumpur": "XKLS", "Asia/Jakarta": "XIDX",
    "Asia/Bangkok": "XBKK", "Asia/Manila": "XPHS", "Asia/Ho_Chi_Minh": "XSTC",
    "Australia/Sydney": "XASX", "Pacific/Auckland": "XNZE",
}  # fmt: skip
"""The calendar of each time zone that a provider names beside an index whose name is not known here."""

CALENDARS: tuple[str, ...] = (
    WEEKDAYS,
    EVERY_DAY,
    *sorted({*ENDINGS.values(), *INDICES.values(), *ZONES.values()} - {WEEKDAYS}),
)
"""Every calendar there is."""

_SAID: dict[str, str] = {}
"""Handed over once, when a process begins."""


def say_calendars(calendars: Mapping[str, str]) -> None:
    """Take it that these assets keep these calendars, in this process and from now on.

    A file's name need not tell: ``NIKKEI.csv`` is Tokyo's when the watchlist says so. The command line hands
    over what the project says, and a process hands it to those that it begins.
    """
    _SAID.clear()
    _SAID.update(calendars)


def said_calendars() -> dict[str, str]:
    """What was handed over to ``say_calendars``."""
    return dict(_SAID)


def calendar_of(asset: str, zone: str | None = None) -> CalendarName:
    """The calendar of an asset: what ``say_calendars`` was told, what the ticker tells, what the provider's
    time zone tells, or else New York's.

    Parameters
    ----------
    zone : of the exchange, such as ``Asia/Tokyo``, where a provider tells it.
    """
    return _SAID.get(asset) or told_by_ticker(asset) or ZONES.get(zone or "", NEW_YORK)


def shared_calendar(assets: Iterable[str]) -> CalendarName:
    """The calendar by which these assets are compared when none is named: that of the first which does not
    trade round the clock, else of the first."""
    calendars = [calendar_of(asset) for asset in assets]
    return next((each for each in calendars if each not in (EVERY_DAY, WEEKDAYS)), calendars[0])


def told_by_ticker(asset: str) -> CalendarName | None:
    """``24/7`` for ``BTC-USD``, ``24/5`` for ``ES=F``, ``XTKS`` for ``7203.T`` and ``^N225``; None for a
    ticker that tells nothing, such as ``SPY``. Capitals and small letters are alike."""
    asset = asset.upper()
    if CRYPTO.fullmatch(asset):
        return EVERY_DAY
    if ROUND_THE_CLOCK.fullmatch(asset):
        return WEEKDAYS
    stem, point, ending = asset.rpartition(".")
    if point and stem:
        return ENDINGS.get(ending)
    return "XBOM" if INDIAN.fullmatch(asset) else INDICES.get(asset)
