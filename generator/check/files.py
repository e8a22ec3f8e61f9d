"""The files in a report's own folder that it reads, checked with the spec: lists of dates, and the published
tables that it audits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.audit.grid import read_published
from generator.audit.reading import fit_to_bars, refuse_columns
from generator.audit.table import read_summary, read_table
from generator.core.errors import Problem, RequestError
from generator.core.files import is_file
from generator.core.yaml_files import KeyPath, YamlDocument
from generator.market.bars import BarKind
from generator.signals.dates import read_dates
from generator.spec.models import AuditSection, SectionPart, StudySpec, kind_of
from generator.spec.studies import bars_of, signal_of


def read_files(
    sections: Sequence[tuple[KeyPath, SectionPart]],
    studies: Mapping[str, StudySpec],
    document: YamlDocument,
    folder: Path,
) -> tuple[dict[str, str], list[Problem]]:
    """The texts of all files that studies and sections name, by name, and everything wrong with any of them.

    Parameters
    ----------
    studies : those that are well formed; the table of another is checked without its bars.
    folder : the report's own; no path leads out of it.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for study_name, study in studies.items():
        if study.dates is None:
            continue
        try:
            texts[study.dates] = _text(folder, study.dates)
            read_dates(texts[study.dates], study.dates)
        except RequestError as error:
            problems.append(document.problem(("studies", study_name, "dates"), str(error)))
    for path, section in sections:
        if not isinstance(section, AuditSection):
            continue
        for key, name in (("table", section.table), ("summary", section.summary)):
            if name is None:
                continue
            try:
                texts[name] = _text(folder, name)
                _check(key, name, texts[name], _bars(studies.get(section.study)))
            except RequestError as error:
                problems.append(document.problem((*path, kind_of(section), key), str(error)))
    return texts, problems


def _text(folder: Path, name: str) -> str:
    """The text of a file of the report's folder.

    Raises
    ------
    RequestError : the path leads out of the folder, or the file cannot be read.
    """
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise RequestError(f"'{name}' leads out of the report's folder. Put the file beside report.yml.")
    if not is_file(path):
        raise RequestError(f"{name} is no file here. Put it beside report.yml.")
    return read_published(path, name)


def _check(key: str, name: str, text: str, bars: BarKind | None) -> None:
    if key == "summary":
        summary = read_summary(text, name)
        if bars is not None:
            refuse_columns(summary, bars)
        return
    table = read_table(text, name)
    if bars is not None:
        fit_to_bars(table, bars)


def _bars(study: StudySpec | None) -> BarKind | None:
    """The bars of a study; None where its signal is not known, which is told at the study."""
    try:
        return None if study is None else bars_of(study, signal_of(study))
    except RequestError:
        return None
