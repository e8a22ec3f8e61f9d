"""The copy of one recipient: the issue's message with sender, List headers, Message-ID and foot."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from textwrap import wrap

from generator.core.errors import BadDataError, Problem, RequestError, SpecError
from generator.mail.addresses import key_of
from generator.mail.email import POLICY
from generator.mail.text import COLUMNS
from generator.spec.letter import LETTER_FILE, Letter
from generator.spec.looks import Looks

TOKEN = "{token}"
SECRET = "PRECEDENT_UNSUBSCRIBE_SECRET"
"""The environment variable with the key of the tokens."""
_SHORTEST_SECRET = 16
_BODY_END = "</body>"


@dataclass(frozen=True)
class Imprint:
    """What the letter says of its mail, complete: see ``Letter``. ``name`` may be empty. ``secret`` is there
    when a link has a token."""

    letter: str
    name: str
    address: str
    postal_address: str
    list_id: str
    mail: str | None
    url: str | None
    post: str | None
    looks: Looks
    secret: str | None = field(default=None, repr=False)


def imprint_of(letter: Letter, secret: str | None) -> Imprint:
    """The letter's settings for mail, and the secret that its links are made with.

    Raises
    ------
    SpecError : every key that sending needs and ``letter.yml`` does not have.
    RequestError : a link has a token, and there is no secret to make it with, or one that can be guessed.
    """
    if letter.sender is None or letter.postal_address is None or letter.list_id is None or not _ways(letter):
        needed = ("sender", "postal_address", "list_id")
        missing = [key for key in needed if getattr(letter, key) is None]
        missing += [] if _ways(letter) else ["unsubscribe_mail"]
        more = {"unsubscribe_mail": "sending needs this, unsubscribe_url or unsubscribe_post."}
        raise SpecError([Problem(LETTER_FILE, None, k, more.get(k, "sending needs it.")) for k in missing])
    if any(TOKEN in link for link in (letter.unsubscribe_url, letter.unsubscribe_post) if link):
        _check_secret(secret)
    # The name may have a comma or another sign that only quotes would let an address reader take.
    name, _, address = letter.sender.removesuffix(">").rpartition("<")
    return Imprint(
        letter.name,
        name.strip(' "'),
        address,
        letter.postal_address,
        letter.list_id,
        letter.unsubscribe_mail,
        letter.unsubscribe_url,
        letter.unsubscribe_post,
        letter.looks,
        secret,
    )


def _check_secret(secret: str | None) -> None:
    if secret is None:
        raise RequestError(
            f"{LETTER_FILE} has {TOKEN} in a link to leave, which only {SECRET} can make: set it (see "
            "'precedent send' in REFERENCE.md), or leave the token out."
        )
    if len(secret) < _SHORTEST_SECRET:
        raise RequestError(f"{SECRET} is too short to be secret: at least {_SHORTEST_SECRET} characters.")


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
    token = "" if imprint.secret is None else token_of(recipient, imprint.list_id, imprint.secret)
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
    told = "\n".join((imprint.list_id, slug, key_of(recipient)))
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}@{imprint.address.partition('@')[2]}>"


def token_of(recipient: str, list_id: str, secret: str) -> str:
    """What stands for a recipient in a link: the first 32 hexadecimal digits of the HMAC-SHA256, keyed with
    the secret, of the List-ID, a line feed, and the address in small letters.

    Nobody without the secret can make it, so nobody can take others off the list.
    """
    told = f"{list_id}\n{key_of(recipient)}"
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()[:32]


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
    lines = ["", *wrap(why, COLUMNS), "To leave:", leave, "", *imprint.postal_address.splitlines()]
    text.set_content(text.get_content() + "\n".join(lines) + "\n", cte="quoted-printable")
    postal = "<br>".join(escape(line) for line in imprint.postal_address.splitlines())
    colours, fonts = imprint.looks.scheme("light"), imprint.looks.mail_fonts
    font = f"font-family:{fonts['labels']};font-size:13px;color:{colours['soft']}"
    lines_of_foot = (
        ("padding:16px 20px 0 20px;line-height:19px", escape(why)),
        # A line high enough for a thumb.
        (
            "line-height:44px",
            f'<a class="link" style="color:{colours["accent"]}" href="{escape(leave)}">Leave the list</a>',
        ),
        ("padding:0 20px 28px 20px;line-height:19px", postal),
    )
    rows = "".join(
        f'<tr><td align="center" class="soft" style="{place};{font}">{said}</td></tr>'
        for place, said in lines_of_foot
    )
    foot = (
        '<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'bgcolor="{colours["ground"]}">{rows}</table>'
    )
    before, end, after = html.get_content().rpartition(_BODY_END)
    html.set_content(before + foot + end + after, subtype="html", cte="quoted-printable")
