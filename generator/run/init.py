"""``precedent init``: a letter of one's own, in a folder of its own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from generator.check.template import new_spec
from generator.core.errors import RequestError, SpecError
from generator.core.files import OutputFile, write_atomically, write_folder
from generator.core.names import slug
from generator.market.calendar import utc_now
from generator.site.templating import TEMPLATES
from generator.spec.letter import LETTER_FILE, load_letter
from generator.spec.signals import SIGNALS_FILE

STARTER = TEMPLATES / "starter"
REQUIREMENTS = "requirements.txt"
EXAMPLE = "after-a-strong-month"
"""The report that a new letter begins with."""
_FILES = {
    LETTER_FILE: "letter.yml",
    "watchlist.yml": "watchlist.yml",
    SIGNALS_FILE: "signals.yml",
    "README.md": "README.md",
    "Makefile": "Makefile",
    "pages/about.md": "about.md",
    "templates/README.md": "templates.md",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".github/workflows/weekly.yml": "weekly.yml",
}
_FILLED = frozenset(("letter.yml", "README.md", "Makefile", "about.md"))
"""In these the letter's own name and such stand in braces."""
_ABOUT = "# A wheel or an address. Never a bare name: it could be somebody else's at the next index.\n"


@dataclass(frozen=True)
class Beginning:
    """What a new letter is told of itself."""

    name: str = "My market letter"
    tagline: str = "This just happened. What happened next, every time before?"
    author: str = "The editor"
    base_url: str | None = None


@dataclass(frozen=True)
class Engine:
    """The program as a letter installs it: a line of requirements, a wheel to keep in the letter, and what a
    person should know of it."""

    requirement: str
    wheel: Path | None = None
    note: str | None = None


def init(folder: Path, beginning: Beginning) -> tuple[str, ...]:
    """Write a letter into a folder that is empty or not there; what a person should be told.

    Raises
    ------
    RequestError : something lies in the folder already, or a value is one that ``letter.yml`` does not take;
        nothing is written.
    OutputError : a file cannot be written.
    """
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if folder.exists() and (not folder.is_dir() or set(there) - {".git"}):
        raise RequestError(
            f"{folder} is not empty{f' ({there[0]} is in it)' if there else ''}; nothing was written. "
            "Name a folder that is not there yet."
        )
    engine = installed_from((distribution("precedent").read_text("direct_url.json")) or "{}")
    files = (*_files(beginning), *_engine_files(engine))
    with TemporaryDirectory() as aside:
        write_folder(Path(aside) / "letter", files)
        _refuse_mistakes(Path(aside) / "letter")
    for file in files:
        write_atomically(folder / file.path, file.content)
    new_spec(folder, EXAMPLE)
    return () if engine.note is None else (engine.note,)


def _refuse_mistakes(folder: Path) -> None:
    """What ``letter.yml`` does not take is told of the option that it came from."""
    try:
        load_letter(folder)
    except SpecError as error:
        told = (f"--{problem.key.replace('_', '-')}: {problem.message}" for problem in error.problems)
        raise RequestError(f"{'; '.join(told)} Nothing was written.") from error


def _files(beginning: Beginning) -> Iterator[OutputFile]:
    # What is not written here is read by YAML: in quotes, whatever is in it.
    values = {
        "about": _quoted(f"About {beginning.name}"),
        "told": _quoted(f"What {beginning.name} is and how it is made."),
        "name": " ".join(beginning.name.split()),
    }
    letter = {
        "name": _quoted(beginning.name),
        "tagline": _quoted(beginning.tagline),
        "author": _quoted(beginning.author),
        "base_url": "" if beginning.base_url is None else _quoted(beginning.base_url),
        "id": new_id(beginning),
    }
    for path, name in _FILES.items():
        text = (STARTER / name).read_text(encoding="utf-8")
        if name in _FILLED:
            text = text.format(**(letter if path == LETTER_FILE else values))
        yield OutputFile(path, text.encode())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def new_id(beginning: Beginning) -> str:
    """A name for good (a tag URI, RFC 4151): of the address's host, or of none, and not to be met twice."""
    host = urlsplit(beginning.base_url or "").hostname or "letter.invalid"
    return f"tag:{host},{utc_now():%Y-%m-%d}:{slug(beginning.name)}-{secrets.token_hex(4)}"


def installed_from(told: str) -> Engine:
    """Where the running program was installed from, by what the installer wrote down (PEP 610).

    Never its bare name: whoever owns that name at the next index would be run.
    """
    written = json.loads(told)
    url = str(written.get("url", ""))
    if "vcs_info" in written:
        vcs = written["vcs_info"]
        return Engine(f"precedent @ {vcs['vcs']}+{url}@{vcs['commit_id']}")
    if url.startswith("file:"):
        place = Path(unquote(urlsplit(url).path))
        if place.is_file():
            return Engine(f"./engine/{place.name}", wheel=place)
        editable = "-e " if written.get("dir_info", {}).get("editable") and place.is_dir() else ""
        return Engine(
            f"{editable}{url}",
            note=f"{REQUIREMENTS} names {place}, where this program was installed from. Others have no such "
            "folder: before you move, put a wheel (`pip wheel --no-deps`) or an address there.",
        )
    if url:
        digest = written.get("archive_info", {}).get("hashes", {}).get("sha256")
        return Engine(f"precedent @ {url}{f'#sha256={digest}' if digest else ''}")
    return Engine(
        "",
        note=f"It is not known where this program was installed from: put its wheel or address into "
        f"{REQUIREMENTS}.",
    )


def _engine_files(engine: Engine) -> Iterator[OutputFile]:
    yield OutputFile(REQUIREMENTS, f"{_ABOUT}{engine.requirement}\n".encode())
    if engine.wheel is not None:
        yield OutputFile(engine.requirement.removeprefix("./"), engine.wheel.read_bytes())
