"""The fixed words of a letter: English, and what its ``words.yml`` puts in their place, key by key.

A process works for one letter; a process that it starts is given its words (``current``, ``take``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.core.errors import Problem, SpecError

if TYPE_CHECKING:
    from generator.core.yaml_files import Value, YamlDocument

WORDS_FILE = "words.yml"
Words = Mapping[str, str | tuple[str, ...]]
"""By their keys, such as ``dates.day``; a list where one is written."""
_FIELD = re.compile(r"\{(\w*)\}")
_MARKS = ("numbers.decimal", "numbers.thousands")
_letters: list[Path] = []
_taken: list[Words] = []


def use_words(root: Path) -> None:
    """From now on, speak in the words of the letter at ``root``; they are read when they are first needed."""
    _letters[:] = [root.absolute()]
    _taken.clear()


def take(words: Words) -> None:
    """From now on, speak in these words: those of the process that started this one."""
    _taken[:] = [words]


def current() -> Words:
    """The words in use.

    Raises
    ------
    SpecError : every mistake in the letter's ``words.yml``.
    """
    if not _taken:
        own, problems = read_words(_letters[0]) if _letters else ({}, [])
        if problems:
            raise SpecError(problems)
        take({**english(), **own})
    return _taken[0]


def words(key: str, **fields: object) -> str:
    """The words of a key, its fields filled in."""
    text = current()[key]
    assert isinstance(text, str), f"{key} is a list"
    return _FIELD.sub(lambda field: str(fields[field[1]]), text) if fields else text


def listed_words(key: str) -> tuple[str, ...]:
    """The words of a key that is a list, such as the months."""
    texts = current()[key]
    assert isinstance(texts, tuple), f"{key} is no list"
    return texts


@cache
def english() -> Words:
    """The words that come with the program."""
    # Every command is told which letter it speaks for; only those that speak pay for reading words.
    from generator.core.yaml_files import read_yaml

    document = read_yaml(Path(__file__).with_name(WORDS_FILE), WORDS_FILE)
    return dict(_flat(document.value))


def _flat(value: Mapping[str, Value]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for group, members in value.items():
        assert isinstance(members, dict)
        for name, text in members.items():
            yield f"{group}.{name}", tuple(map(str, text)) if isinstance(text, list) else str(text)


def read_words(root: Path) -> tuple[Words, list[Problem]]:
    """The words of the letter at ``root`` that stand in place of English ones, and everything wrong with any;
    none where it has no ``words.yml``."""
    if not (root / WORDS_FILE).exists():
        return {}, []
    from generator.core.suggest import suggest
    from generator.core.yaml_files import read_yaml

    try:
        document = read_yaml(root / WORDS_FILE, WORDS_FILE)
    except SpecError as error:
        return {}, list(error.problems)
    own: dict[str, str | tuple[str, ...]] = {}
    problems: list[Problem] = []
    groups = {key.split(".")[0] for key in english()}
    for group, members in document.value.items():
        if group not in groups:
            message = f"there is no such key. {suggest(group, sorted(groups))}"
            problems.append(document.problem((group,), message))
        elif not isinstance(members, dict):
            problems.append(document.problem((group,), "needs keys and their words, indented under it."))
        else:
            for name, written in members.items():
                found = _mistake(group, name, written)
                if found:
                    problems.append(document.problem((group, name), found))
                elif written is not None:
                    own[f"{group}.{name}"] = (
                        tuple(map(str, written)) if isinstance(written, list) else str(written)
                    )
    if not problems:
        problems += _marks(own, document)
    return own, problems


def _mistake(group: str, name: str, written: Value) -> str:
    """What is wrong with the words of a key; nothing where they can be used."""
    from generator.core.suggest import suggest

    usual = english().get(f"{group}.{name}")
    if usual is None:
        there = [key.split(".")[1] for key in english() if key.startswith(f"{group}.")]
        return f"there is no such key. {suggest(name, there)}"
    if isinstance(usual, tuple):
        if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
            return f"needs a list of {len(usual)} words: {usual[0]}, {usual[1]} and so on in English."
        return "" if len(written) == len(usual) else f"has {len(written)} words; it needs {len(usual)}."
    if isinstance(written, list | dict):
        return f"needs words, such as {usual!r}."
    allowed = _FIELD.findall(usual)
    unknown = [field for field in _FIELD.findall(written or "") if field not in allowed]
    if unknown:
        return f"there is no '{{{unknown[0]}}}' here. {suggest(unknown[0], allowed)}"
    return ""


def _marks(own: Words, document: YamlDocument) -> Iterator[Problem]:
    """What is wrong with the signs in numbers: each is one, and no digit, and they differ."""
    decimal, thousands = (str(own.get(key, english()[key])) for key in _MARKS)
    for key, mark in zip(_MARKS, (decimal, thousands), strict=True):
        if len(mark) != 1 or mark.isdigit() or mark in "+-−":
            message = f"found {mark!r}; it is one sign, such as '.' or ','."
            yield document.problem(tuple(key.split(".")), message)
    if decimal == thousands:
        message = f"{decimal!r} is the sign of decimals and of thousands. Choose another for one of them."
        yield document.problem(("numbers",), message)
