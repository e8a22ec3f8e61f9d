"""Hostile inputs, made by chance: from the grammar, from valid files made wrong, from nowhere.

Every maker takes a ``random.Random``: seeded ones in great numbers, and those of Hypothesis, which shrinks
what it finds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from generator.signals.vocabulary import FUNCTIONS
from tests.signals import expressions as valid

ODD = (
    *("\0", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u202e", "\u2028", "\ufeff", "é", "٣", "𝟙", "\ud800"),
    *("\r", "\t"),
    *("'", '"', "\\", "$", "%s", "{0}", "{{", "}}", "{%", "%}", "#", "&a", "*a", "!!", "<<", "|", ">"),
    *("- ", ": "),
    *("..", "/", "~", "NaN", "inf", "1e308", "1e-308", "0x10", "1_000", "9" * 400, "0" * 300, "-0"),
    *("True", "None"),
    *("__class__", "lambda: 0", "import os", "A" * 3000, "(" * 400, ")" * 400, "[" * 400, "not " * 90),
    "-" * 90,
    *("../../etc", "/etc/passwd", "CON", "a" * 301, "files:/etc", "2026-02-30", ""),
    "!!python/object:os.system",
)
"""Pieces that have broken one parser or another."""

NUMBERS = (
    "0",
    "1",
    "2",
    "8.5",
    "20",
    "100",
    "1e308",
    "1e309",
    "5e-324",
    "9" * 60,
    ".5",
    "0.0",
    "00012",
    "-3",
)
WINDOWS = ("1", "2", "5", "20", "60", "252", "2519", "2520", "2521", "0", "10000", "999999999999")
DEAR = (
    *("{f}({x}, 2520)", "{f}({x}, 2)", "({x})", "-{x}", "not {x}", 'on("BBB", {x})', "on('AAA', {x})"),
    *("percentile({x}, 2519)", "count({x} > 0, 2520)", "bb_upper({x}, 2520, 1e300)", "macd({x}, 2520, 1)"),
)
FACTS = (
    'study("only").at("1M").average',
    'study("only").at("3M").win_rate',
    'market("IWM").close',
    'study("only").episodes',
)
TEMPLATES = (
    *("''.__class__.__mro__[1].__subclasses__()", "cycler.__init__.__globals__.os.popen('id').read()"),
    "7*7",
    *("range(10**9)", "'a'*10**10", "9**9**9", "self", "self.__init__.__globals__", "config", "lipsum"),
    "joiner",
    *("study.__globals__", "study('only').__class__", "market.__func__.__globals__", "namespace(a=1)"),
    "dict()",
    *("'%s'|format(study)", "'{0.__class__}'.format(study)", "study|attr('__globals__')"),
    "study|map('x')|list",
    *("[1,2][0]", "{'a':1}", "a if b else c", "'a' ~ 'b'", "1 in [1]", "x is defined", "loop"),
    *("caller()", "super()"),
    *("(" * 140, "not " * 70 + "a", "-" * 250 + "1", "9" * 290, "a" + ".a" * 140, "a" + "()" * 140),
    '"\\x41"',
    *("study('only').at('1M').average.__class__", "market('IWM').close.value", "study('../x')", "x" * 5000),
)
"""What is tried in the braces of a template."""
SOUND = ("after the low ", "**words** ", "[a](https://b.example) ", "\n\n- point\n\n", "> quoted\n\n")
MARKS = (
    *("**", "*", "_", "`", "[a](b)", "[", "](", "![", "<", "> ", "- ", "1. ", "\n\n", "\n    ", "|"),
    *("<b>", "\\"),
    *("after ", "three ", "2003 ", "in May ", "one in five ", "http://a", "{% endif %}", "{% else %}"),
    *("{#", "#}"),
    *("{% raw %}", "{% for x in y %}", "{% include 'a' %}", "{% macro a() %}", "{% set a = 1 %}"),
    "{% extends 'a' %}",
)


def expression(chance: Random, depth: int = 4) -> str:
    """A condition: well formed, nearly so, or not at all."""
    kind = chance.randrange(8)
    if kind == 0:
        return _nested(chance)
    if kind == 1:
        return torn(chance, chance.choice(valid.TRUTHS))
    if kind == 2:
        return torn(chance, f"{_grown(chance, 2)} > 0")
    if kind == 3:
        pieces = (*ODD, *valid.FIELDS, *"(),><", "and", " ", "==")
        return "".join(chance.choice(pieces) for _ in range(chance.randrange(30)))
    if kind == 4:
        return "".join(
            chr(chance.randrange(0x20, chance.choice([0x80, 0x3000, 0x11000]))) for _ in range(200)
        )
    return f"{_grown(chance, depth)} {chance.choice(['>', '<=', '==', 'and', '>'])} {_grown(chance, 1)}"


def _grown(chance: Random, depth: int) -> str:
    """An expression from the grammar whose kinds mostly fit."""
    if depth == 0 or chance.random() < 0.1:
        return chance.choice((*valid.FIELDS, *NUMBERS, "gap()", "month()", "atr(14)", 'on("BBB", close)'))
    shape, inner = chance.randrange(8), lambda: _grown(chance, depth - 1)
    if shape < 4:
        return _called(chance, inner)
    if shape < 6:
        return f"{inner()} {chance.choice('+-*/')} {inner()}"
    return chance.choice(["({})", "-{}", 'on("BBB", {})', "not ({})"]).format(inner())


def _called(chance: Random, inner: Callable[[], str]) -> str:
    function = FUNCTIONS[chance.choice(sorted(FUNCTIONS))]
    given = []
    for parameter in function.parameters:
        if parameter.kind == "window":
            given.append(chance.choice(WINDOWS[:8] if chance.random() < 0.9 else WINDOWS))
        elif parameter.kind == "factor":
            given.append(chance.choice(NUMBERS))
        else:
            given.append(f"{inner()} > {inner()}" if parameter.kind == "truth" else inner())
    return f"{function.name}({', '.join(given)})"


def _nested(chance: Random) -> str:
    """One function around itself, as deep as is allowed and deeper: the dearest there is."""
    names = ("sma", "wma", "stdev", "zscore", "percentile", "ema", "rsi", "highest", "lag", "roc", "drawdown")
    text = chance.choice(("close", "volume", "1", "close / open"))
    shape = chance.choice(DEAR).replace("{f}", chance.choice(names))
    for _ in range(chance.randint(1, 24)):
        text = shape.replace("{x}", text)
    return f"{text} > 0"


def torn(chance: Random, text: str) -> str:
    """A text with pieces cut out, doubled, or replaced by odd ones."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text) + 1)
        cut = text[at : at + chance.randrange(20)]
        text = text[:at] + chance.choice(("", cut * 2, chance.choice(ODD))) + text[at + len(cut) :]
    return text


def prose(chance: Random) -> str:
    """An author's text: templates and Markdown, sound and unsound."""
    kind = chance.randrange(4)
    if kind == 0:
        pieces = (*SOUND, *(f"{{{{ {fact} }}}} " for fact in FACTS))
    elif kind == 1:
        braces = (f"{{{{ {each} }}}}" for each in (*FACTS, *TEMPLATES, f"{FACTS[0]} | {chance.choice(ODD)}"))
        pieces = (*braces, *(f"{{% if {each} %}}" for each in (*FACTS, *TEMPLATES)), *SOUND)
    else:
        pieces = (*MARKS, *SOUND, *ODD) if kind == 2 else MARKS
    if chance.random() < 0.05:  # the same again and again: what a parser goes back over
        piece = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 3)))
        return (piece * chance.choice((20, 400, 20_000)))[:19_990]
    return "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 25)))


def _value(chance: Random, depth: int = 2) -> Any:
    kind = chance.randrange(9)
    if kind == 0 and depth:
        return [_value(chance, depth - 1) for _ in range(chance.choice((0, 1, 3, 40)))]
    if kind == 1 and depth:
        return {
            chance.choice(ODD)[:20] + str(n): _value(chance, depth - 1)
            for n in range(chance.choice((1, 3, 30)))
        }
    if kind == 2:
        return chance.choice((None, True, -1, 10**30, 1e308, 0.1))
    if kind == 3:
        return prose(chance)
    if kind == 4:
        return expression(chance, 2)
    return chance.choice((*ODD, "IWM", "1M", "only", "close", "2026-04-20", "reverse-up", "monthly"))


def _changed(chance: Random, value: Any) -> Any:
    """The same with a value somewhere in it replaced, taken out, or added."""
    whole = json.loads(json.dumps(value))
    at = whole
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = chance.choice(keys)
        if not isinstance(at[key], dict | list) or not at[key] or chance.random() < 0.3:
            break
        at = at[key]
    if chance.random() < 0.1:
        del at[key]
    elif isinstance(at, dict) and chance.random() < 0.2:
        at[chance.choice(("asset", "tags", "as_written", *ODD))] = _value(chance)
    else:
        at[key] = _value(chance)
    return whole


def _file(chance: Random, value: Any) -> str:
    """The text of a YAML file: sound, with values replaced, or torn."""
    kind = chance.randrange(8)
    if kind in (1, 2, 3, 4):
        value = _changed(chance, value)
    if kind in (3, 4):
        value = _changed(chance, value) if value else value
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return torn(chance, text) if kind in (5, 6) else text


def spec(chance: Random) -> str:
    """The text of a ``report.yml``."""
    when = "close > 0" if chance.random() < 0.7 else expression(chance)
    study = {"asset": "IWM", "when": when, "bars": "monthly", "horizons": ["1M", "3M"]}
    sections = ["key_points", {"study": "only"}, {"prose": {"text": prose(chance)}}, "conclusion", "method"]
    extra: dict[str, Any] = {"kicker": "Small caps", "tags": ["one"], "author": "The desk"}
    title = "A title" if chance.random() < 0.8 else prose(chance)[:200]
    head = {"title": title, "date": "2026-04-21", "assets": {"IWM": "Small caps"}}
    return _file(chance, {**head, "studies": {"only": study}, "sections": sections, **extra})


def letter(chance: Random) -> str:
    """The text of a ``letter.yml``."""
    address = "https://letter.example"
    value = {"name": "Precedent", "tagline": "What happened next?", "base_url": address, "author": "The desk"}
    mail = {"sender": "The Letter <letter@letter.example>", "list_id": "letter.example"}
    leave = {"disclaimer": "No advice.", "unsubscribe_url": f"{address}/leave?reader={{token}}"}
    return _file(chance, {**value, **mail, **leave})


def watchlist(chance: Random) -> str:
    """The text of a ``watchlist.yml``."""
    second = {"name": "Small caps", "calendar": "XNYS", "benchmark": "SPY"}
    groups = {"US": {"SPY": "Large caps", "IWM": second}, "Coins": {"BTC-USD": "Bitcoin"}}
    return _file(chance, {"benchmark": "SPY", "core": ["SPY"], "groups": groups})


_DAYS = [f"2024-01-{day:02}" for day in (2, 3, 4, 5, 8, 9, 10, 11, 12)]
_CSV = "Date,Open,High,Low,Close,Adj Close,Volume\n" + "".join(f"{d},10,11,9,10.5,10.1,1000\n" for d in _DAYS)
_LONG = "Date,Ticker,Close\n" + "".join(f"{d},{name},10.5\n" for name in ("IWM", "SPY") for d in _DAYS)
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp037")
CELLS = (
    *("", "-1", "0", "nan", "inf", "1e400", "1,000", '"1"', '"', '""', "1\n2", "\0", "2024-13-01"),
    "0000-00-00",
    *("0000-01-01", "0001-01-01", "9999-12-31", "-0001-01-01", "2024-01-02T00:00:00Z"),
    *("2024-01-02 00:00", "1e-300"),
    *("12/31/2024", "=1+1", "true", "\ufeff", "\r", "\r\n", "A" * 200_000, "Close", "Ticker", "Date"),
    *("Symbol", "IWM"),
)


def table(chance: Random) -> bytes:
    """The content of a CSV of prices."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(300))
    lines = [line.split(",") for line in chance.choice((_CSV, _LONG)).splitlines()]
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        line = chance.choice(lines[:1] if chance.random() < 0.3 else lines)
        if chance.random() < 0.1 and len(line) > 1:
            line.pop()
        else:
            line[chance.randrange(len(line))] = chance.choice(CELLS)
    text = chance.choice(("\n", "\n", "\r\n", "\r", "\n\r")).join(map(",".join, lines)) + "\n"
    text = torn(chance, text) if kind == 1 else text
    tail = chance.randbytes(40) if kind == 2 else b""
    return text.encode(chance.choice(ENCODINGS), "replace") + tail


MAKERS: dict[str, Callable[[Random], str | bytes]] = {
    "expressions": expression,
    "specs": spec,
    "letters": letter,
    "watchlists": watchlist,
    "tables": table,
}
