"""The copy of one recipient: the issue's message with sender, List headers, Message-ID and foot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from html import escape

from generator.editorial.letter import LETTER_FILE, Letter
from generator.errors import BadDataError, Problem, SpecError
from generator.post.addresses import key_of
from generator.press.email import POLICY

TOKEN = "{token}"
_BODY_END = "</body>"


@dataclass(frozen=True)
class Imprint:
    """What the letter says of its mail, complete: see ``Letter``. ``name`` may be empty."""

    letter: str
    name: str
    address: str
    postal_address: str
    list_id: str
    mail: str | None
    url: str | None
    post: str | None


def imprint_of(letter: Letter) -> Imprint:
    """The letter's settings for mail.

    Raises
    ------
    SpecError : every key that sending needs and ``letter.yml`` does not have.
    """
    if letter.sender is None or letter.postal_address is None or letter.list_id is None or not _ways(letter):
        needed = ("sender", "postal_address", "list_id")
        missing = [key for key in needed if getattr(letter, key) is None]
        missing += [] if _ways(letter) else ["unsubscribe_mail"]
        more = {"unsubscribe_mail": "sending needs this, unsubscribe_url or unsubscribe_post."}
        raise SpecError([Problem(LETTER_FILE, None, k, more.get(k, "sending needs it.")) for k in missing])
    name, address = parseaddr(letter.sender)
    return Imprint(
        letter.name,
        name,
        address,
        letter.postal_address,
        letter.list_id,
        letter.unsubscribe_mail,
        letter.unsubscribe_url,
        letter.unsubscribe_post,
    )


def copy_for(recipient: str, slug: str, issue: bytes, imprint: Imprint) -> bytes:
    """The message as it goes to one recipient; the same arguments give the same bytes.

    Parameters
    ----------
    issue : the issue's ``email.eml``.

    Raises
    ------
    BadDataError : the issue's message has no plain or no HTML part.
    """
    message = BytesParser(EmailMessage, policy=POLICY).parsebytes(issue)
    token = token_of(recipient, imprint)
    local, _, domain = imprint.address.partition("@")
    message["From"] = Address(imprint.name, local, domain)
    message["To"] = recipient
    message["Message-ID"] = message_id(recipient, slug, imprint)
    message["List-ID"] = f"<{imprint.list_id}>"
    links = [
        *([f"<mailto:{imprint.mail}?subject=unsubscribe>"] if imprint.mail else []),
        *(f"<{link.replace(TOKEN, token)}>" for link in (imprint.post or imprint.url,) if link),
    ]
    message["List-Unsubscribe"] = ", ".join(links)
    if imprint.post is not None:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _add_foot(message, imprint, _leave(imprint, token))
    return message.as_bytes()


def message_id(recipient: str, slug: str, imprint: Imprint) -> str:
    """The same for the same issue and recipient, and nobody's address can be read from it."""
    return f"<{_digest(imprint.list_id, slug, key_of(recipient))}@{imprint.address.partition('@')[2]}>"


def token_of(recipient: str, imprint: Imprint) -> str:
    """What stands for a recipient in a link: 32 hexadecimal digits of the SHA-256 of the List-ID, a line
    feed, and the address in small letters."""
    return _digest(imprint.list_id, key_of(recipient))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _ways(letter: Letter) -> bool:
    return any((letter.unsubscribe_mail, letter.unsubscribe_url, letter.unsubscribe_post))


def _leave(imprint: Imprint, token: str) -> str:
    """Where a reader's click leads. The address for POST is for mail programs, unless there is no other."""
    if imprint.url is None and imprint.mail is not None:
        return f"mailto:{imprint.mail}?subject=unsubscribe"
    return (imprint.url or imprint.post or "").replace(TOKEN, token)


def _add_foot(message: EmailMessage, imprint: Imprint, leave: str) -> None:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    if not isinstance(text, EmailMessage) or not isinstance(html, EmailMessage):
        raise BadDataError("the issue's email.eml lacks a part. Make the report again.")
    why = f"You get this because you subscribed to {imprint.letter}."
    lines = ["", why, "To leave:", leave, "", *imprint.postal_address.splitlines()]
    text.set_content(text.get_content() + "\n".join(lines) + "\n", cte="quoted-printable")
    postal = "<br>".join(escape(line) for line in imprint.postal_address.splitlines())
    style = "font-family:Helvetica,Arial,sans-serif;font-size:12px;line-height:18px;color:#676259"
    foot = (
        '<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'bgcolor="#f3eee3"><tr><td align="center" class="soft" style="padding:16px 20px 28px 20px;{style}">'
        f'{escape(why)} <a class="link" style="color:#0b6470" href="{escape(leave)}">Leave the list</a>'
        f"<br>{postal}</td></tr></table>"
    )
    before, end, after = html.get_content().rpartition(_BODY_END)
    html.set_content(before + foot + end + after, subtype="html", cte="quoted-printable")
