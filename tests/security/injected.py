"""One issue with a payload in every text field, in each form it goes out in; what of it has survived."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy

from lxml import etree
from lxml import html as lxml_html

from generator.article.sections import CaseWords, Choices
from generator.assembly.feed import feed
from generator.assembly.issue import report_files
from generator.core.json_values import read_json
from generator.edition.card import CARD, Card
from generator.edition.values import (
    Cell,
    Column,
    Correction,
    Edition,
    Row,
    Section,
    Strip,
    StripCell,
    Table,
)
from generator.language.author_markdown import prose
from generator.site.markdown import to_html
from tests.press import demo

EMAIL_HEADERS = {"Subject", "Date", "MIME-Version", "Content-Type", "List-ID", "X-Entity-Ref-ID"}
_BANNED = {
    *("script", "iframe", "object", "embed", "base", "form", "link", "meta", "style", "svg", "math"),
    "template",
    *("video", "audio", "input", "button", "textarea", "noscript", "marquee", "frame", "frameset"),
    "applet",
}
_ADDRESSES = ("href", "src", "srcset", "action", "formaction", "data", "xlink:href", "poster", "background")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SAFE = re.compile(r"^(?:https?://|mailto:|[#?.]|/(?!/)|[a-z0-9-]+(?:\.[a-z]+)?(?:[/#?]|$))")
_PICTURE = re.compile(r"^(?:https://letter\.example/)?(?:issues/[a-z0-9-]+/)?[a-z0-9-]+\.(?:svg|png)$")


def edition_with(payload: str) -> Edition:
    """An issue that says this in every field that carries words."""
    rows = (
        Row((Cell(payload), Cell(payload, payload)), "episode"),
        Row((Cell("+1.00", 0.01), Cell(payload)), "episode"),
    )
    columns = (Column("date", payload, "date"), Column("words", payload, "text", group=payload))
    table = Table(payload, payload, columns, rows, notes=(payload,), download=True)
    study = demo.study(episodes=table, statistics=table, neighbours=table)
    words = {n: payload if isinstance(v, str) else v for n, v in study.values.items()}
    case = CaseWords(payload, payload, prose(payload, "note"))
    own = f"{payload}\n\n- {payload}\n\n> {payload}\n\n| a |\n|---|\n| {payload} |"
    method = {"studies": (Choices(payload, (payload,)),), "source_line": payload, "prices": (payload,)}
    method["single_stocks"] = True
    sections = (
        Section("mine", "prose", payload, {"words": prose(own, "mine")}),
        replace(study, heading=payload, values={**words, "how_many": 30, "newest": table}),
        Section("best", "best_cases", payload, {"after": payload, "cases": (case,)}),
        Section("method", "method", payload, {**method, "fingerprint": payload}),
        *demo.tables("more", payload, table),
    )
    lead = demo.edition().lead
    assert lead is not None
    return replace(
        demo.edition(),
        **dict.fromkeys(("title", "deck", "kicker", "author", "source", "finding", "verdict"), payload),
        simulated=False,
        tags=(payload,),
        strip=Strip(payload, (StripCell(payload, payload, payload, payload, "gain"),)),
        key_points=(payload,),
        lead=replace(lead, caption=payload, alt=payload, source=payload, data=table),
        short=Section("the-short-version", "key_points", payload, {"points": (payload,)}),
        sections=sections,
        notices=(payload,),
        corrections=(Correction("2026-04-24", payload, 1),),
    )


def forms(payload: str) -> dict[str, bytes]:
    """Every file of the issue that somebody reads, and the feed with it."""
    words = dict.fromkeys(("name", "tagline", "author", "disclaimer"), payload)
    letter = demo.LETTER.model_copy(update=words)
    files = {file.path: file.content for file in report_files(edition_with(payload), letter)}
    card = read_json(files[CARD], Card, CARD)
    article = files["index.md"].decode().partition("\n---\n")[2]
    page = to_html(article)
    return {**files, "index.html": page.encode(), "feed.xml": feed([(card, page)], letter)}


def survivors(payload: str) -> Iterator[str]:
    """What of a payload is more than words in any of the forms; nothing when all is well."""
    made = forms(payload)
    page = made["index.html"].decode()
    entries = etree.fromstring(made["feed.xml"]).findall(".//{*}content")
    for name, text in (("page", page), ("feed", "".join(entry.text or "" for entry in entries))):
        yield from (f"{name}: {found}" for found in markup_in(text, own=()))
    yield from (f"e-mail: {found}" for found in markup_in(made["email.html"].decode(), own=("meta", "style")))
    for name, content in made.items():
        if name.endswith(".csv"):
            yield from (f"{name}: {found}" for found in formulas_in(content))
    yield from (f"message: {found}" for found in wrong_headers(made["email.eml"], payload))


def markup_in(text: str, own: Sequence[str]) -> Iterator[str]:
    """Elements, attributes and addresses that no page of ours has; ``own`` elements are its template's."""
    for element in lxml_html.document_fromstring(
        f"<div>{text}</div>" if "<html" not in text else text
    ).iter():
        if not isinstance(element.tag, str):
            # A comment: ours say where an abstract is; conditional ones are for Outlook.
            continue
        if element.tag in _BANNED and element.tag not in own:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name.startswith("on"):
                yield f"{element.tag} {name}"
            plain = re.sub(r"[\x00-\x20]", "", str(value)).lower()
            if name in _ADDRESSES and not _SAFE.match(plain):
                yield f"{element.tag} {name}={value!r:.60}"
            if name in ("src", "srcset") and not _PICTURE.match(plain):
                yield f"picture from {value!r:.60}"
        if element.tag == "meta" and element.get("http-equiv"):
            yield "meta http-equiv"


def formulas_in(content: bytes) -> Iterator[str]:
    """Fields of a CSV that a spreadsheet would run, whichever sign parts its cells."""
    for row in list(csv.reader(io.StringIO(content.decode())))[1:]:
        for field in row:
            for part in re.split(r"[;\t]", field):
                start = part.strip(' "')
                if start.startswith(_FORMULA) and not re.match(r"[+-]?\d[\d,.]*%?$", start):
                    yield f"{field!r:.60}"


def wrong_headers(content: bytes, title: str) -> Iterator[str]:
    """Headers of a message that were not meant, and a subject that is not the title."""
    message = message_from_bytes(content, policy=policy.default)
    yield from sorted(set(message.keys()) - EMAIL_HEADERS)
    if " ".join(str(message["Subject"]).split()) != " ".join(title.split()):
        yield f"subject {str(message['Subject'])!r:.80}"
