"""The author's words of a report, held to two rules: templates name what exists, and no number is typed.

The author's words are title, kicker and deck; the titles, measure headings and contexts of studies; and the
headings, points, notes and prose of sections. Author, tags and the names of assets are names; whatever
stands in an asset's name may be written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.check.limits import MOST_IN_BRACES, parts_in_braces, too_much_markup
from generator.check.prose import HIDDEN, StudyWords, Vocabulary, mistakes, words_only
from generator.core.errors import Problem, RequestError
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.language import numbers
from generator.language.asset_names import without_fund
from generator.language.typed_numbers import TypedNumber, holds, is_bare, typed_numbers
from generator.language.words import span
from generator.signals.tree import number_text
from generator.spec.models import (
    BestCasesSection,
    ChartSection,
    KeyPointsSection,
    ProseSection,
    ReportHeader,
    SectionPart,
    StudySpec,
    WorstCasesSection,
    kind_of,
)
from generator.spec.studies import bars_of, build_study, signal_of
from generator.study.horizons import DEFAULTS

_MOST_TOLD = 20
"""Typed numbers that are told of one text; the next check tells of more."""
_NEAR = 200
"""Characters before a number in which the word before it is looked for."""


@dataclass(frozen=True)
class _Passage:
    """A text of the author's: where it is written, and whether facts are filled in (then it is Markdown
    too, or as good as)."""

    path: KeyPath
    text: str
    template: bool


def check_words(
    header: ReportHeader,
    document: YamlDocument,
    names: Collection[str],
    studies: Mapping[str, StudySpec],
    sections: Sequence[tuple[KeyPath, SectionPart]],
    files: Mapping[str, str],
) -> Iterator[Problem]:
    """Every mistake inside braces, every number typed by hand, every needless entry of ``as_written``.

    Parameters
    ----------
    names : of all studies written.
    studies : those that are well formed.
    sections : those that are well formed, with their paths.
    files : texts by name of the files that could be read.
    """
    vocabulary = _vocabulary(header, names, studies, files)
    entries = [entry.text for entry in header.as_written]
    named = header.assets.values()
    allowed = [*entries, *header.assets, *named, *map(without_fund, named)]
    passages = list(_passages(header, studies, sections))
    in_braces = sum(parts_in_braces(passage.text)[0] for passage in passages if passage.template)
    if in_braces > MOST_IN_BRACES:
        message = (
            f"has {in_braces:,} characters in braces; at most {MOST_IN_BRACES:,} are allowed. Shorten it."
        )
        yield document.problem(("sections",), message)
        return
    readable: list[str] = []
    for passage in passages:
        if passage.template and (excess := too_much_markup(passage.text)) is not None:
            yield document.problem(passage.path, excess)
            continue
        wrong = mistakes(passage.text, vocabulary) if passage.template else ()
        for mistake in wrong:
            start = sum(len(line) + 1 for line in passage.text.split("\n")[: mistake.line - 1])
            place = max(start, passage.text.find(mistake.word, start))
            yield _problem(document, passage, place, mistake.word, mistake.message)
        if passage.template and any(not mistake.word for mistake in wrong):
            continue  # What is words and what is template cannot be told, or does not matter yet.
        words = words_only(passage.text) if passage.template else passage.text
        readable.append(words)
        for number in typed_numbers(words, allowed, markdown=passage.template)[:_MOST_TOLD]:
            message = _advice(number, words, vocabulary, passage.template)
            yield _problem(document, passage, number.start, number.text, message)
    if len(readable) == len(passages):
        yield from _check_entries(entries, readable, document)


def _check_entries(entries: Sequence[str], texts: Sequence[str], document: YamlDocument) -> Iterator[Problem]:
    for place, entry in enumerate(entries):
        path = ("as_written", place, "text")
        if is_bare(entry):
            message = f"'{entry}' alone would allow this number everywhere. Write the words around it too."
            yield document.problem(path, message)
        elif not any(holds(text, entry) for text in texts):
            message = f"no number in the report's words stands in '{entry}'. Remove the entry, or mend it."
            yield document.problem(path, message)


def _passages(
    header: ReportHeader,
    studies: Mapping[str, StudySpec],
    sections: Sequence[tuple[KeyPath, SectionPart]],
) -> Iterator[_Passage]:
    for key in ("title", "kicker", "deck"):
        yield from _one((key,), getattr(header, key), key != "kicker")
    for name, study in studies.items():
        path: KeyPath = ("studies", name)
        yield from _one((*path, "title"), study.title)
        yield from _one((*path, "measure_heading"), study.measure_heading)
        for number, column in enumerate(study.columns):
            yield from _one((*path, "columns", number, "heading"), column.heading)
        for key, context in study.contexts.items():
            yield from _one((*path, "contexts", key), context)
    for place, section in sections:
        path = (*place, kind_of(section))
        yield from _one((*path, "heading"), getattr(section, "heading", None))
        match section:
            case ProseSection():
                yield from _one((*path, "text"), section.text, True)
            case ChartSection():
                yield from _one((*path, "caption"), section.caption, True)
                yield from _one((*path, "alt"), section.alt, True)
            case KeyPointsSection():
                for i, point in enumerate(section.points):
                    yield from _one((*path, "points", i), point, True)
            case BestCasesSection() | WorstCasesSection():
                for key, note in section.notes.items():
                    yield from _one((*path, "notes", key), note, True)


def _one(path: KeyPath, text: str | None, template: bool = False) -> Iterator[_Passage]:
    if text is not None:
        yield _Passage(path, text, template)


def _vocabulary(
    header: ReportHeader,
    names: Collection[str],
    studies: Mapping[str, StudySpec],
    files: Mapping[str, str],
) -> Vocabulary:
    known: dict[str, StudyWords | None] = dict.fromkeys(names)
    assets = dict.fromkeys(header.assets)
    for name, study in studies.items():
        try:
            signal = signal_of(study)
            assets |= dict.fromkeys(build_study(study, header.returns, files).assets)
        except RequestError:
            continue  # Told at the study.
        labels = study.horizons or DEFAULTS[bars_of(study, signal)]
        known[name] = StudyWords(
            tuple(label.upper() for label in labels), signal.parameters if signal else {}
        )
    return Vocabulary(known, tuple(assets))


def _advice(number: TypedNumber, words: str, vocabulary: Vocabulary, template: bool) -> str:
    what = "date" if number.is_date else "number"
    found = f"the {what} '{number.text}' is typed by hand{_around(words, number)}."
    same = _same(number, words, vocabulary) if template else None
    instead = f"Write {same}" if same else "Name a fact" if template else "Leave it out"
    return f"{found} {instead}, or list the words it stands in under 'as_written', with a reason."


def _around(words: str, number: TypedNumber) -> str:
    """The words next to a number, so that it is found at a glance."""
    stop = number.start + len(number.text)
    before = re.search(
        rf"(?:[^\s{HIDDEN}]+\s)?[^\s{HIDDEN}]*\Z", words[max(0, number.start - _NEAR) : number.start]
    )
    after = re.match(rf"[^\s{HIDDEN}]*(?:\s[^\s{HIDDEN}]+)?", words[stop : stop + _NEAR])
    near = f"{before[0] if before else ''}{number.text}{after[0] if after else ''}"
    return "" if near == number.text else f", in '{' '.join(near.split())}'"


def _same(number: TypedNumber, words: str, vocabulary: Vocabulary) -> str | None:
    """What gives this number whatever the prices: a horizon in words, or a signal's parameter."""
    rest = " ".join(words[number.start : number.start + _NEAR].lower().split())
    for name, study in vocabulary.studies.items():
        for label in study.horizons if study else ():
            if rest.startswith(span(label)):
                capital = " | capital" if number.text[0].isupper() else ""
                return f'{{{{ study("{name}").at("{label}").span{capital} }}}}'
        for parameter, value in study.parameters.items() if study else ():
            texts = [number_text(value)]
            if value == int(value):
                texts.append(numbers.count(int(value)))
            if number.text.lower().rstrip(" %") in texts:
                percent = "%" if number.text.endswith("%") else ""
                return f'{{{{ study("{name}").parameter("{parameter}") }}}}{percent}'
    return None


def _problem(document: YamlDocument, passage: _Passage, place: int, word: str, message: str) -> Problem:
    """A problem at the line of the file on which the word stands."""
    problem = document.problem(passage.path, message)
    line = _line(document, passage, place, word)
    return Problem(problem.file, line or problem.line, problem.key, message)


def _line(document: YamlDocument, passage: _Passage, place: int, word: str) -> int | None:
    """The line of the file on which a place of a passage is written.

    A word is looked for among its likes, so that folded text is right too; without a word, the row counts.
    None where the file writes the text in another way, with an escape for instance.
    """
    path = passage.path
    while path and path not in document.spans:
        path = path[:-1]
    first, last = document.spans[path]
    if not word:
        block = last - first == passage.text.count("\n") + 1  # It begins on the line after its key.
        return first + 1 + passage.text.count("\n", 0, place) if block else None
    written = "\n".join(document.text.splitlines()[first - 1 : last])
    at = written.find(":") if isinstance(path[-1], str) else 0
    for _ in range(passage.text.count(word, 0, place) + 1):
        at = written.find(word, at + 1)
        if at < 0:
            return None
    return first + written.count("\n", 0, at)
