"""The sources of prices by the words that name them, and what opens one."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from generator.core.errors import PrecedentError, RequestError, SourceError
from generator.market.history import SAMPLE
from generator.market.reading import FilesTold
from generator.market.sources import USUAL, Source

Told = str | FilesTold
"""One source as a letter writes it: a word, or what a mapping says of files."""
GROUP = "precedent.sources"
"""The entry points by which an installed package brings sources: a name, and the class."""
_CLASS = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Z]\w*)")
_MEMBERS = (
    *("name", "simulated", "vetted", "lists_all", "notes", "stale", "held", "credit", "spelled"),
    *("history", "histories", "identity", "assets", "key"),
)
"""What ``Source`` asks for."""
_NO_CLASS = "there is no such class. Look at its spelling."


@dataclass(frozen=True)
class Provider:
    """A source that comes with the program.

    Attributes
    ----------
    title : what readers are told that it is.
    about : what it is, for messages; empty where its word says it.
    opened : makes it of the project's folder and, where its word has one, of the path behind the colon.
    path : whether its word has a path behind a colon.
    """

    title: str
    about: str
    opened: Callable[[Path, str], Source]
    path: bool = False


def _yahoo(root: Path, path: str) -> Source:
    # Each provider is imported when it is asked for: none pays for the others' libraries.
    from generator.market.providers.yahoo_source import YahooSource

    return YahooSource(root)


def _files(root: Path, path: str) -> Source:
    from generator.market.providers.files import FilesSource

    return FilesSource(root / Path(path).expanduser())


def _sample(root: Path, path: str) -> Source:
    from generator.market.providers.sample import SampleSource

    return SampleSource()


NAMELESS = "local files"
"""What files of prices are called whose vendor nobody has named."""

PROVIDERS: Mapping[str, Provider] = {
    USUAL: Provider("Yahoo Finance", "", _yahoo),
    "files": Provider(
        NAMELESS, "a folder of <TICKER>.csv files or one table with a Ticker column", _files, path=True
    ),
    SAMPLE: Provider("simulated sample market", "the bundled simulated market", _sample),
}


@dataclass(frozen=True)
class Allowed:
    """What a letter allows to run: the sources that it names, and the files of code that it lists."""

    sources: Sequence[Told] = ()
    code: Sequence[str] = ()


def title_of(name: str) -> str:
    """What readers are told that a source is."""
    return PROVIDERS[name].title if name in PROVIDERS else name


def vendor(title: str) -> str:
    """A source's title where it tells a reader whose prices they are; empty for a folder of files."""
    return "" if title == NAMELESS else title


def shown_option(name: str) -> str | None:
    """How a source is named on a command line that anybody may read; None for the usual one, and for what a
    letter alone can name."""
    if name == USUAL or name not in PROVIDERS:
        return None
    return f"{name}:PATH" if PROVIDERS[name].path else name


def absolute(text: str) -> str:
    """A source as it is named on the command line: a path is meant from where the command is given."""
    kind, colon, path = text.partition(":")
    if not path or kind not in PROVIDERS or not PROVIDERS[kind].path:
        return text
    return f"{kind}{colon}{Path(path).expanduser().absolute()}"


def is_bundled(told: Told) -> bool:
    """Whether a source comes with the program: its code is the program's own."""
    if isinstance(told, FilesTold):
        return True
    kind, colon, path = told.partition(":")
    return kind in PROVIDERS and (bool(path) if PROVIDERS[kind].path else not colon)


def is_known(told: Told) -> bool:
    """Whether there is such a source, or could be one in a file of the letter."""
    return is_bundled(told) or _class_named(told) is not None or str(told) in installed()


def _class_named(told: Told) -> re.Match[str] | None:
    """The module and the class of a word such as ``sources.mine:Prices``; None for any other."""
    match = _CLASS.fullmatch(str(told))
    return None if match is None or match[1] in PROVIDERS else match


def installed() -> tuple[str, ...]:
    """The names of the sources that installed packages bring, sorted."""
    return tuple(sorted(entry_points(group=GROUP).names))


def words() -> list[str]:
    """The sources that come with the program as they are named on a command line."""
    return [f"{name}:PATH" if each.path else name for name, each in PROVIDERS.items()]


def kinds() -> str:
    """What a source may be, in words."""
    bundled = [
        f"'{word}'{f' ({each.about})' if each.about else ''}"
        for word, each in zip(words(), PROVIDERS.values(), strict=True)
    ]
    others = "".join(f", '{name}' (installed)" for name in installed())
    own = "a class in a file that letter.yml lists under code, such as sources.mine:Prices"
    return f"{', '.join(bundled)}{others}, or {own}"


def open_source(asked: Told | Sequence[Told], root: Path, allowed: Allowed = Allowed()) -> Source:
    """The source that ``--source`` or ``letter.yml`` names; of a list, the first that has an asset's prices.

    Parameters
    ----------
    asked : see ``kinds``; what a mapping says of files; or a list of these.
    root : the project's folder; a path that is not absolute starts there, and so does the price store.
    allowed : what the letter allows; another's code never runs without it.

    Raises
    ------
    RequestError : any other text; code that the letter does not allow, or that is no source.
    SourceError : the folder of files cannot be read, or a source of the letter's own fails to open.
    SpecError : mistakes in ``source.yml``.
    """
    if isinstance(asked, str | FilesTold):
        return _open(asked, root, allowed)
    if len(asked) == 1:
        return _open(asked[0], root, allowed)
    from generator.market.providers.stand_in import StandIn

    if SAMPLE in asked:
        raise RequestError(
            f"'{SAMPLE}' cannot be combined with other sources: its prices are simulated. Leave it out."
        )
    return StandIn([(str(told), partial(_open, told, root, allowed)) for told in asked], title_of)


def _open(told: Told, root: Path, allowed: Allowed) -> Source:
    if isinstance(told, FilesTold):
        from generator.market.providers.files import FilesSource

        return FilesSource(root / Path(told.path).expanduser(), reading=told.reading)
    if is_bundled(told):
        kind, _, path = told.partition(":")
        return PROVIDERS[kind].opened(root, path)
    if not is_known(told):
        raise RequestError(f"source '{told}' is not known. A source is {kinds()}.")
    if told not in allowed.sources:
        raise RequestError(
            f"source '{told}' runs code that is not the program's own, and letter.yml does not name it. "
            "Write it there under source, if you trust it."
        )
    return _made(told, _class_of(told, root, allowed.code), root)


def _class_of(told: str, root: Path, code: Sequence[str]) -> Callable[[Path], object]:
    """The class that a word of the letter names, loaded."""
    match = _class_named(told)
    try:
        if match is None:
            (entry,) = entry_points(group=GROUP, name=told)
            found = entry.load()
        else:
            found = getattr(_module(match[1], root, code), match[2], None)
    except PrecedentError:
        raise
    except Exception as error:
        raise SourceError(f"source '{told}' cannot be loaded: {type(error).__name__}: {error}.") from error
    if not callable(found):
        raise RequestError(f"source '{told}': {_NO_CLASS}")
    return found  # type: ignore[no-any-return]


def refuse_code(told: Told, root: Path, code: Sequence[str]) -> None:
    """Refuse a class of a file that the letter does not list, that is not in the project, or that cannot have
    it: its text is looked at, and nothing runs.

    Raises
    ------
    RequestError, SourceError : says which file, and what to write where.
    """
    if match := _class_named(told):
        _refuse_without_class(told, match[2], _file_of(match[1], root, code))


def _refuse_without_class(told: Told, name: str, path: Path) -> None:
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except (OSError, SyntaxError, ValueError) as error:
        raise SourceError(f"source '{told}' cannot be loaded: {type(error).__name__}: {error}.") from error
    # An imported class, or one made otherwise, will do: its name stands somewhere.
    found = {getattr(node, at, None) for node in ast.walk(tree) for at in ("id", "name", "asname")}
    if name not in found:
        classes = ", ".join(node.name for node in tree.body if isinstance(node, ast.ClassDef)) or "none"
        raise RequestError(f"source '{told}': {_NO_CLASS} The file's classes: {classes}.")


def _file_of(name: str, root: Path, code: Sequence[str]) -> Path:
    """The file of the letter that is a module."""
    file = f"{name.replace('.', '/')}.py"
    if file not in code:
        raise RequestError(
            f"source '{name}:…' is in {file}, which letter.yml does not list under code. Write "
            f"code: [{file}] there, if you trust it."
        )
    path = root / file
    if not path.is_file():
        raise SourceError(
            f"{file}, which letter.yml lists under code, is not there. Put it into the project."
        )
    if not path.resolve().is_relative_to(root.resolve()):
        raise RequestError(f"{file} leads out of the project through a link. Put the file itself there.")
    return path


def _module(name: str, root: Path, code: Sequence[str]) -> ModuleType:
    path = _file_of(name, root, code)
    spec = importlib.util.spec_from_file_location(f"precedent_code.{name}", path)
    assert spec is not None  # it ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


def _made(told: str, kind: Callable[[Path], object], root: Path) -> Source:
    try:
        made = kind(root)
    except PrecedentError:
        raise
    except Exception as error:
        raise SourceError(f"source '{told}' cannot be opened: {type(error).__name__}: {error}.") from error
    lacking = [name for name in _MEMBERS if not hasattr(made, name)]
    if lacking:
        raise RequestError(
            f"source '{told}' is no source: it lacks {', '.join(lacking)}. Make it a TableSource of "
            "generator.market.own_source, or give it what Source of generator.market.sources asks for."
        )
    assert isinstance(made, Source)  # it has all members
    if made.name in PROVIDERS:
        raise RequestError(
            f"source '{told}' calls itself '{made.name}', as one of the program's own. Rename it."
        )
    return made
