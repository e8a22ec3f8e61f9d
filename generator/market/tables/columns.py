"""Which column is which: the names that vendors, languages and programs give to dates, prices and tickers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.core.accents import without_accents
from generator.core.errors import BadDataError

Role = str
"""``Date``, ``Ticker``, ``Dividends`` or one of Yahoo's names of prices."""

NAMES: dict[Role, tuple[str, ...]] = {
    "Date": (
        "date|datum|fecha|data|dato|dag|tag|handelstag|borsentag|tarih|pvm|paivamaara|datum cas|datums|"
        "kuupaev|dates|tanggal|ngay|dtyyyymmdd|tradedate|datetime utc|handelsdag|kaupankayntipaiva",
        "date time|datetime|dt|day|jour|seance|trade date|trading date|trading day|business date|"
        "exchange date|pricing date|price date|session|session date|observation date|time period|period|"
        "as of date|as of|effective date|snapped at|trade dt|valuation date|nav date|quote date|date heure|"
        "date time utc|日付|日期|交易日期|날짜|일자|дата|ημερομηνια|תאריך|التاريخ|วันที่",
        "time|timestamp|zeit|zeitpunkt|datum zeit|datum uhrzeit|unix|unix time|unix timestamp|epoch|"
        "open time|t|时间|時間",
    ),
    "Close": (
        "close|prc|close price|closing|closing price|price close|px close|close value|closing value|schluss|"
        "schlusskurs|schlusskurse|schlussstand|cloture|cours de cloture|fermeture|cierre|precio de cierre|"
        "chiusura|prezzo di chiusura|ultimo chiusura|fechamento|preco de fechamento|fecho|zamkniecie|"
        "stangning|senast betalt|kurs zamkniecia|slutkurs|stangningskurs|sluttkurs|lukukurssi|paatoskurssi|"
        "slotkoers|slot|zaverecny kurz|kapanis|penutupan|gia dong cua|dong cua|clot|"
        "close close price adjusted for splits|zaverecna cena|zaviraci cena|inchidere|lukkekurs|zaroar|終値|"
        "收盘|收盘价|收盤|收盤價|종가|закрытие|цена закрытия|c|κλεισιμο|fix",
        "last|close last|last close|price|px last|last price|px mid|letzter|letzter kurs|zuletzt|kurs|"
        "dernier|cours|prix|ultimo|ultimo precio|precio|prezzo|ult|koers|laatste|laatst|senast|senaste|"
        "seneste|siste|ostatni|kurz|simdi|settle|settlement|settle price|settlement price|settlement last|"
        "value|index value|closing index value|obs value|nav|net asset value|level|index level|wert|rate|"
        "wechselkurs|taux|last trade|latest|latest price|terakhir|lan cuoi|ล่าสุด|utolso|trade price|"
        "universal close price|最新|最新价|现价|現値|цена|rentgen|usd pm|rate mid",
    ),
    "Adj Close": (
        "adj close adjusted close price adjusted for splits and dividend and or capital gain distributions|"
        "closeadj|adj close|adjusted close|adj closing|adjusted closing price|adjusted close price|"
        "adj close price|close adj|close adjusted|adjclose|adj price|adjusted price|adj last|adjusted|"
        "adjusted last|schlusskurs bereinigt|bereinigter schlusskurs|schluss bereinigt|bereinigt|"
        "adj schlusskurs|cloture ajustee|cours ajuste|cierre ajustado|cierre aj|chiusura rettificata|"
        "chiusura aggiustata|fechamento ajustado|fechamento ajust|justerad stangningskurs|"
        "tot return index gross dvds|調整後終値|調整済み終値|复权收盘价|后复权价|수정주가|수정종가",
    ),
    "Open": (
        "open|eroffn|eroeffn|eroeffnung|eroeffnungskurs|pembukaan|เปิด|open price|opening|opening price|"
        "px open|price open|eroffnung|eroffnungskurs|erster|erster kurs|anfangskurs|ouverture|ouv|premier|"
        "apertura|precio de apertura|abertura|otwarcie|oppning|oppningskurs|apning|apningskurs|abning|"
        "abningskurs|openingskoers|opening koers|avaus|acilis|始値|开盘|开盘价|開盤|開盤價|시가|"
        "открытие|откр|цена открытия|o|ouvert",
    ),
    "High": (
        "high|high price|hoechst|hoechstkurs|tertinggi|สูง|px high|price high|hoch|hochst|hochstkurs|"
        "tageshoch|hoog|hoogste|plus haut|haut|le plus haut|max|maximo|massimo|maxima|maximum|maks|"
        "najwyzszy|kurs najwyzszy|hogst|hogsta|hogstakurs|hogsta kurs|hoy|hoyest|hojeste|hojest|ylin|yuksek|"
        "高値|高|最高|最高价|最高價|고가|макс|h|daily high",
    ),
    "Low": (
        "low|low price|terendah|ต่ำ|px low|price low|tief|tiefst|tiefstkurs|tagestief|laag|laagste|plus bas|"
        "bas|le plus bas|min|minimo|minima|minimum|najnizszy|kurs najnizszy|lagst|lagsta|lagstakurs|"
        "lagsta kurs|lav|lavest|laveste|alin|dusuk|安値|低|最低|最低价|最低價|저가|мин|l|daily low",
    ),
    "Volume": (
        "volume|vol|volumen|volym|wolumen|volumes|volume traded|trade volume|total volume|totvol|px volume|"
        "shares traded|share volume|stucke|stuecke|umsatz stuck|umsatz stueck|stuck|stuckzahl|"
        "gehandelte stucke|volumen stuck|omsattning antal|交易量|成交股数|omsatt|omsetning antall|antal|"
        "anzahl|titres|hacim|出来高|成交量|거래량|объем|v|quantity|qty|volume shares|volume usd|no of shares|"
        "number of shares|total traded quantity|ttl trd qnty",
        "tickvol|tick volume|turnover volume",
    ),
    "Ticker": (
        "ticker|tickers|symbol|symbols|tic|ticker symbol|stock symbol|act symbol|ric|instrument|mnemonic|"
        "ts code|secid|kurzel|symbole|simbolo",
        "name|code|asset|stock|index name|isin|security|company",
    ),
    "Dividends": (
        "dividends|dividend|div cash|dividend amount|ex dividend|dividende|cash dividend|dividendo|divs",
    ),
}
"""Names as ``folded`` leaves them, the surest first: one group a line of tuples, and within it all alike."""
IGNORED = frozenset(
    (
        *("stock splits", "capital gains", "split factor", "splits", "split ratio", "adj open", "adj high"),
        *("adj low", "adj volume", "open int", "openint", "open interest", "per", "spread", "change"),
        *("change percent", "percent change", "vwap", "vw", "average", "transactions", "trades", "n"),
        "repaired",
    )
)
"""Columns that are known to be none of those, so that none of them is taken for a series of its own."""
_ENGLISH = frozenset(
    (
        *("date", "time", "datetime", "timestamp", "unix", "epoch", "day", "dt", "t", "trade", "trading"),
        *("session", "observation", "period", "exchange", "business", "pricing", "as", "of", "effective"),
        *("valuation", "quote", "close", "closing", "price", "last", "px", "value", "level", "index"),
        *("settle", "settlement", "adj", "adjusted", "c", "nav", "net", "asset", "obs", "rate"),
    )
)
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"^\d+[a-z]?[.)]\s*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OTHER = re.compile(r"[^\w]+|_+")
_PERCENT = re.compile(r"%|±|\+/-|percent|prozent")


@dataclass(frozen=True)
class Roles:
    """What each column of a table is.

    Attributes
    ----------
    of : the position of the column of each role that is there.
    others : names of the columns that are not read.
    rivals : positions of columns that may as well be the close as the one in ``of``, the one itself first.
    """

    of: Mapping[Role, int]
    others: tuple[str, ...] = ()
    rivals: tuple[int, ...] = ()

    def said(self, names: Sequence[str]) -> list[str]:
        """Columns whose name is another than Yahoo's, be it in other letters: ``Datum → Date``."""
        return [
            f"{names[at].strip()} → {role}"
            for role, at in self.of.items()
            if folded(names[at]) != role.casefold()
        ]


@lru_cache(maxsize=256)
def folded(name: str) -> str:
    """A column's name without case, accents, marks, numbering and units: ``1. Open (USD)`` becomes
    ``open``."""
    text = unicodedata.normalize("NFKC", name).replace("\ufeff", "").strip().strip("\"'<>* ")
    text = _BRACKETS.sub(" ", _NUMBERED.sub("", text))
    text = _CAMEL.sub(" ", text).casefold().translate(_PLAIN)
    return " ".join(_OTHER.sub(" ", unicodedata.normalize("NFC", without_accents(text))).split())


_ROLES: dict[str, tuple[Role, int]] = {
    folded(name): (role, rank)
    for role, groups in NAMES.items()
    for rank, group in enumerate(groups)
    for name in group.split("|")
}


def role_of(name: str) -> tuple[Role, int] | None:
    """What a column of this name is, and how sure that is (0 is surest); None for a name that is not
    known."""
    return None if _PERCENT.search(name) else _ROLES.get(folded(name))


def is_continental(name: str) -> bool:
    """Whether a name is of a country that may write decimal commas: neither English nor East Asian."""
    words = folded(name).split()
    return role_of(name) is not None and all(c < "\u3000" for c in name) and not _ENGLISH.issuperset(words)


def is_ignored(name: str) -> bool:
    """Whether a column is known to be neither a price nor anything else that is read."""
    return not name.strip() or bool(_PERCENT.search(name)) or folded(name) in IGNORED


def roles_of(names: Sequence[str], told: Mapping[Role, str], place: str) -> Roles:
    """The role of each column.

    Parameters
    ----------
    told : the file's own name of some roles, as a person has said.
    place : where the names stand, for messages.

    Raises
    ------
    BadDataError : a column that was told is not there.
    """
    of = {role: _position(names, name, role, place) for role, name in told.items()}
    taken = set(of.values())
    found: dict[Role, list[tuple[int, int]]] = {}
    # Beside names that are not known, letters alone are tickers (C, V, O) and no close, volume and open.
    strangers = any(name.strip() and role_of(name) is None and not is_ignored(name) for name in names)
    for at, name in enumerate(names):
        known = role_of(name)
        letter = len(name.strip()) == 1 and name.isascii()
        if strangers and letter and known is not None and known[0] != "Date":
            continue
        if known is not None and at not in taken and known[0] not in of:
            found.setdefault(known[0], []).append((known[1], at))
    rivals: tuple[int, ...] = ()
    for role, columns in found.items():
        best = min(rank for rank, _ in columns)
        equal = [at for rank, at in columns if rank == best]
        of[role] = equal[0]
        if role == "Close" and len(equal) > 1:
            rivals = tuple(equal)
        elif len(equal) > 1 and role != "Volume":
            exact = [at for at in equal if names[at].strip().casefold() == role.casefold()]
            of[role] = exact[0] if exact else equal[0]
    used = set(of.values()) | set(rivals)
    others = tuple(name.strip() for at, name in enumerate(names) if at not in used and name.strip())
    return Roles(of, others, rivals)


def _position(names: Sequence[str], name: str, role: Role, place: str) -> int:
    for same in (lambda other: other.strip() == name.strip(), lambda other: folded(other) == folded(name)):
        found = [at for at, other in enumerate(names) if same(other)]
        if len(found) == 1:
            return found[0]
    there = ", ".join(other.strip() for other in names if other.strip())
    raise BadDataError(
        f"{place}: no column '{name}', which is said to be {role}. The columns are {there[:300]}. Correct "
        "'columns' in the source.yml or the source of letter.yml."
    )
