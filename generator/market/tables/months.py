"""The names of months in the languages of price files and of published tables."""

from __future__ import annotations

from generator.core.accents import without_accents

_MONTHS = (
    "january januar janvier enero gennaio janeiro januari styczen ocak janv jän jaenner tammikuu ledna "
    "leden stycznia января янв январь ene ιαν sty oca tammi gen",
    "february februar fevrier febrero febbraio fevereiro februari luty subat fev helmikuu unor lutego "
    "февраля фев февраль lut sub helmi fevr unora",
    "march marz mars mae maa marzo marco maart marzec mart maaliskuu brezen marca марта мар март mrz maerz "
    "maalis mrt brezna",
    "april avril abril aprile kwiecien nisan huhtikuu duben kwietnia апреля апр апрель avr abr kwi nis "
    "huhti dubna",
    "may mai mayo maggio maio mei maj toukokuu kveten maja мая май mag touko kvetna mayis",
    "june juni juin junio giugno junho czerwiec haziran kesakuu cerven czerwca июня июн июнь giu cze haz "
    "kesa cervna",
    "july juli juillet julio luglio julho lipiec temmuz heinakuu cervenec lipca июля июл июль juil lug "
    "lip tem heina",
    "august aout aou agosto augusti augustus sierpien agustos elokuu srpen sierpnia августа авг август ago "
    "sie elo agu srpna",
    "september septembre septiembre settembre setembro wrzesien eylul syyskuu zari wrzesnia сентября сен "
    "сентябрь сент sept set wrz eyl syys",
    "october oktober octobre octubre ottobre outubro pazdziernik ekim lokakuu rijen pazdziernika октября "
    "окт октябрь oct okt ott out paz eki loka rijna",
    "november novembre noviembre novembro listopad kasim marraskuu listopada ноября ноя ноябрь lis kas "
    "marras",
    "december dezember decembre diciembre dicembre dezembro desember grudzien aralik joulukuu prosinec "
    "grudnia декабря дек декабрь dez dic des gru ara joulu prosince",
)


def _folded(text: str) -> str:
    return without_accents(text.casefold()).replace("ł", "l")


_MONTH: dict[str, int] = {}
for _number, _names in reversed(list(enumerate(_MONTHS, 1))):
    for _name in _folded(_names).split():
        if len(_name) > 4:
            _MONTH.setdefault(_name[:4], _number)
        _MONTH[_name] = _number
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH |= {_name: _number for _number, _name in enumerate(_ENGLISH, 1)}


def month_of(word: str) -> int | None:
    """The number of a month by its name or the beginning of it; None for any other word."""
    return _MONTH.get(_folded(word)) or _MONTH.get(_folded(word)[:4])
