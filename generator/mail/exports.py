"""A subscriber export: the table that a mailing service writes, with a heading line, as recipients.

Found in it: the column of addresses, and whatever says that somebody is not to be written to. Services name
these differently; the words below are theirs.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from generator.core.errors import RequestError

_DELIMITERS = ",;\t"
_MAIL = re.compile(
    r"mail|courriel|correoelectronico|^correo$|epost|adresseelectronique|postaelettronica|sahkoposti"
    "|メール|邮件|郵件|邮箱|郵箱|이메일"
)
"""In the heading of the column of addresses, without capitals, accents and signs."""
_JUST_MAIL = re.compile("e?mail(address|adresse|adresses|adres|addr|adress)?|adresseemail|courriel")
_STATUS = re.compile("stat(us|ut|o)$|^(status|statut|estado|stato)|subscribertype$")
_MAYBE_STATUS = re.compile("^(state|type|tags?|etat|zustand)$")
"""Also the headings of other things, such as a federal state: only what surely means a leaver counts."""
_GONE = re.compile(
    "unsub|clean(ed|time|edat)|bounced|complain|deleted|cancel|optout|optedout|removed|suppressed|blocked|disabled"
    "|abgemeldet|desinscri|disiscri|uitgeschreven"
)
"""In a heading whose cell says when, why or that somebody left."""
_STAYS = re.compile(
    "(is)?subscribed(toemails)?|(is)?active|optin|optedin|emailoptin|(is)?(confirmed|enabled|verified)|consent"
)
_LEFT = re.compile(
    "unsub|clean|bounce|complain|spam|inactive|pending|unconfirmed|notconfirmed|unactivated|unverified|block|"
    "blacklist|suppress|remove|delete|disable|cancel|archive|invalid|undeliver|optedout|optout|donot|"
    "never|nonsub|notsub|transactional|expired|abgemeldet|gekundigt|inaktiv|inactif|inactivo|"
    "inattivo|desabonne|desinscri|desuscri|debaja|^baja|disiscri|uitgeschreven|afgemeld|left"
)
_THERE = re.compile(
    "|active|subscribed|subscriber|regular|free|paid|premium|comp|complimentary|gift|gifted|trial|trialing|"
    "lifetime|founding|member|confirmed|verified|enabled|optedin|optin|yes|true|1|ok|valid|current|new|"
    "aktiv|angemeldet|bestatigt|actif|abonne|inscrit|activo|suscrito|attivo|iscritto|actief|aangemeld"
)
_NO = ("false", "no", "0", "n", "f", "nein", "non", "falsch", "faux", "nee", "off")
_NOTHING = ("", *_NO, "none", "null", "nan", "never", "na")


@dataclass(frozen=True)
class Export:
    """What was found: each address with its line, who is left out, and one line of words about it."""

    addresses: tuple[tuple[int, str], ...]
    left: tuple[str, ...]
    understood: str


def read_export(text: str, name: str) -> Export | None:
    """The recipients of an export; None where the text is no table, but a plain list.

    Raises
    ------
    RequestError : it is a table, and which column has the addresses, or what a status means, cannot be told.
    """
    first = next((line for line in text.split("\n") if line.strip()), "")
    if first.strip().lower().startswith("sep="):  # how some programs tell others of their delimiter
        text = text.partition("\n")[2]
        first = next((line for line in text.split("\n") if line.strip()), "")
    if not first:
        return None
    delimiter = max(_DELIMITERS, key=lambda sign: len(_cells(first, sign)))
    headings = _cells(first, delimiter)
    if first.lstrip().startswith("#") or (len(headings) == 1 and not _MAIL.search(_plain(headings[0]))):
        return None
    if any("@" in heading for heading in headings):
        if len(headings) == 1 or all("@" in heading for heading in headings):
            return None
        raise RequestError(
            f"{name} has several columns and no heading line above them. Put one there, such as "
            f"{delimiter.join(('email', 'name', 'status'))}, so that who left can be told from who is there."
        )
    rows = _rows(text, delimiter, name)[1:]
    column = _column_of_addresses(headings, rows, name)
    return _sorted_out(headings, rows, column, name)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _rows(text: str, delimiter: str, name: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells))
    except csv.Error as error:
        raise RequestError(
            f"{name}:{reader.line_num} is no row of a table ({error}). Mend its quotes, or export it again."
        ) from error
    return rows


def _column_of_addresses(headings: Sequence[str], rows: Sequence[tuple[int, list[str]]], name: str) -> int:
    places = range(len(headings))
    filled = [[cell for _, row in rows if (cell := _cell(row, place))] for place in places]
    holding = [place for place in places if any("@" in cell for cell in filled[place])]
    found = [place for place in places if _MAIL.search(_plain(headings[place]))]
    found = [place for place in found if place in holding] or (found if not rows else [])
    if not found:
        found = [place for place in holding if all("@" in cell for cell in filled[place])]
    if len(found) > 1:
        found = [place for place in found if _JUST_MAIL.fullmatch(_plain(headings[place]))] or found
    if len(found) == 1:
        return found[0]
    if not found:
        told = ", ".join(repr(heading) for heading in headings[:12])
        raise RequestError(
            f"{name} has columns, and none of them is one of e-mail addresses: {told}. Name that column "
            "'email', or give a file with one address a line."
        )
    several = " and ".join(repr(headings[place]) for place in found)
    raise RequestError(
        f"{name} has several columns of e-mail addresses: {several}. Name the one that is meant 'email'."
    )


def _sorted_out(
    headings: Sequence[str], rows: Sequence[tuple[int, list[str]]], column: int, name: str
) -> Export:
    there: dict[str, tuple[int, str]] = {}
    gone: dict[str, str] = {}
    nameless = 0
    for line, row in rows:
        address = _cell(row, column)
        if not any(row):
            continue
        if len(row) > len(headings):
            raise RequestError(
                f"{name}:{line} has {len(row)} cells under {len(headings)} headings. Put quotes around "
                "a cell that has the separator in it."
            )
        if not address:
            nameless += 1
        elif (why := _why_left(headings, row, column, f"{name}:{line}")) is not None:
            gone[address.lower()] = why
        else:
            there.setdefault(address.lower(), (line, address))
    meant = tuple(found for key, found in there.items() if key not in gone)
    counts = Counter(gone.values())
    if nameless:
        counts["without an address"] = nameless
    said = f"{name}: {_counted(len(meant))} from the column {headings[column]!r}"
    if counts:
        said += f"; {sum(counts.values())} left out: " + ", ".join(f"{n} {why}" for why, n in counts.items())
    return Export(meant, tuple(gone), said + ".")


def _why_left(headings: Sequence[str], row: Sequence[str], column: int, place: str) -> str | None:
    """Why somebody is not written to, in the words of the table; None for who is."""
    for number, heading in enumerate(headings):
        if number == column:
            continue
        plain, cell = _plain(heading), _cell(row, number)
        value = _plain(cell)
        if _STATUS.search(plain) or _MAYBE_STATUS.search(plain):
            if _LEFT.search(value):
                return cell.lower()
            if _STATUS.search(plain) and not _THERE.fullmatch(value):
                raise RequestError(
                    f"{place}: the {heading} {cell!r} may mean that this reader is written to, or not. Write "
                    "'active' or 'unsubscribed' there, or take the column out if it is about something else."
                )
        elif _STAYS.fullmatch(plain):
            if value in _NO:
                return f"with {heading} {cell}"
        elif _GONE.search(plain) and not re.search("count|rate|number", plain) and value not in _NOTHING:
            return f"with {heading}"
    return None


def _cell(row: Sequence[str], number: int) -> str:
    return row[number] if number < len(row) else ""


def _plain(text: str) -> str:
    """Letters and digits alone, without capitals and accents."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in parted if c.isalnum())
    return unicodedata.normalize("NFC", kept)


def _counted(number: int) -> str:
    return f"{number:,} recipient{'' if number == 1 else 's'}"
