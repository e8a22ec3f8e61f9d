"""One report as an e-mail: its HTML, its plain text, and the message that holds both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP

from generator.article.article import Placed, render
from generator.charts.render import Draw, drawer
from generator.core.files import OutputFile
from generator.edition.values import Edition
from generator.export.blocks import Block, changed
from generator.export.issue import elsewhere
from generator.export.read import read_blocks
from generator.export.words import relinked
from generator.language.escape import Markdown
from generator.language.own_words import words
from generator.mail.html import Image, email_html, png_size
from generator.mail.table import first, newest
from generator.mail.text import email_text
from generator.site.addresses import issue_address, site_address
from generator.spec.letter import Letter
from generator.spec.looks import Looks

HTML, TEXT, MESSAGE = "email.html", "email.txt", "email.eml"
BESIDE = "index.html"
CHART, DARK_CHART = "email-lead.png", "email-lead-dark.png"
LOGO, DARK_LOGO = "assets/mail-logo.png", "assets/mail-logo-dark.png"
"""On the site; twice as large as they are shown."""
_LOGO_HEIGHT, _LOGO_WIDTH = 72, 1120
POLICY = SMTP.clone(max_line_length=998)
"""Long headers stay on one line: a folded List-Unsubscribe is mangled by some servers."""


def email_files(edition: Edition, letter: Letter, artist: Draw | None = None) -> tuple[OutputFile, ...]:
    """The e-mail of a report, with paths relative to its folder.

    ``email.html`` is the copy to read in a browser: its chart and its link lead to the files beside it. The
    message shows the chart from the site's address when the letter has one, and carries it otherwise: then
    only the light one, as most mail programs would list the other among the attachments.
    """
    page = issue_address(letter, edition.slug)
    png, dark = _charts(edition, artist or drawer(letter.looks))
    said = _blocks(edition, letter, page)
    sent = _led(said, page, page)
    # The copy lies beside the page, and leads to it where the letter has no address that a message could.
    beside = said if page is not None else _blocks(edition, letter, BESIDE)
    there = _led(beside, BESIDE, page)
    logo = _logo(letter.looks, "../../")
    html = email_html(there, edition, letter, _image(CHART, png, DARK_CHART), logo)
    return (
        OutputFile(HTML, html.encode()),
        OutputFile(TEXT, email_text(sent, edition, letter).encode()),
        OutputFile(MESSAGE, _message(sent, edition, letter, png).as_bytes()),
        *([] if png is None or dark is None else [OutputFile(CHART, png), OutputFile(DARK_CHART, dark)]),
    )


def _blocks(edition: Edition, letter: Letter, page: str | None) -> tuple[Block, ...]:
    """What the e-mail says, by its template; ``page`` is where its link leads."""
    values = {
        "edition": edition,
        "disclaimer": letter.disclaimer,
        "page": Markdown(page or ""),
        "subscribe": Markdown(letter.subscribe_link or ""),
        "letter": letter.name,
        "newest": newest,
        "first": first,
    }
    return read_blocks(render("issue", Placed(), values, "email"))


def _led(blocks: Sequence[Block], place: str | None, address: str | None) -> tuple[Block, ...]:
    """The blocks with the link to the page led to this place; ``address`` is the issue's, which links in the
    author's words are relative to: without one their words stay."""

    def lead(target: str) -> str | None:
        return place if target == (address or BESIDE) else elsewhere(target, address)

    return changed(blocks, lambda block: block, lambda words: relinked(words, lead))


def _charts(edition: Edition, artist: Draw) -> tuple[bytes | None, bytes | None]:
    """The lead chart on light and on dark paper, where the edition has one."""
    if edition.lead is None:
        return None, None
    figure, simulated = edition.lead.figure, edition.simulated
    return artist(figure, "email", simulated), artist(figure, "email-dark", simulated)


def _message(blocks: Sequence[Block], edition: Edition, letter: Letter, png: bytes | None) -> EmailMessage:
    """The message, without sender, recipient and Message-ID, which are known when it is sent."""
    page = issue_address(letter, edition.slug)
    content_id = f"lead.{edition.slug}@precedent.invalid"
    image = _image(f"cid:{content_id}", png) if page is None else _image(page + CHART, png, page + DARK_CHART)
    message = EmailMessage(policy=POLICY)
    title = " ".join(edition.title.split())
    message["Subject"] = words("email.simulated", title=title) if edition.simulated else title
    issued = date.fromisoformat(edition.date)
    message["Date"] = datetime(issued.year, issued.month, issued.day, 12, tzinfo=UTC)
    # Quoted-printable passes every server, whatever it thinks of eight bits and long lines.
    message.set_content(email_text(blocks, edition, letter), cte="quoted-printable")
    site = site_address(letter)
    html = email_html(blocks, edition, letter, image, None if site is None else _logo(letter.looks, site))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if png is not None and page is None:
        message.get_payload()[1].add_related(  # type: ignore[index, union-attr]
            png, "image", "png", cid=f"<{content_id}>", filename=CHART, disposition="inline"
        )
    _name_boundaries(message)
    return message


def logo_files(looks: Looks) -> tuple[OutputFile, ...]:
    """The logo as the site keeps it for e-mails, which show no SVG; none where the letter has none."""
    from generator.charts.logo import logo_png

    named = ((LOGO, looks.logo), (DARK_LOGO, looks.logo_dark))
    return tuple(
        OutputFile(name, logo_png(logo, _LOGO_HEIGHT, _LOGO_WIDTH))
        for name, logo in named
        if logo is not None
    )


def _logo(looks: Looks, site: str) -> Image | None:
    """The logo in an e-mail, where the site's address or the way there is this."""
    found = logo_files(looks)
    dark = None if len(found) < 2 else site + DARK_LOGO
    return _image(site + LOGO, found[0].content, dark) if found else None


def _image(source: str, png: bytes | None, dark: str | None = None) -> Image | None:
    return None if png is None else Image(source, *png_size(png), dark)


def _name_boundaries(message: EmailMessage) -> None:
    """Boundaries of our own: the library's are random, and the same edition gives the same bytes."""
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        # "=_" cannot occur in quoted-printable or base64 text.
        part.set_boundary(f"=_precedent_{number}")
