"""Report specs: ``reports/<slug>/report.yml``, read and checked, every mistake of all of them at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Sized
from pathlib import Path

from generator.check.aliases import check_aliases, check_names
from generator.check.author_prose import read_pictures
from generator.check.checks import check_dates, check_header, check_section, check_study
from generator.check.code import read_code
from generator.check.files import read_files
from generator.check.looks import check_looks
from generator.check.old_articles import check_articles
from generator.check.own_pages import read_pages
from generator.check.template import new_spec
from generator.check.words import check_words
from generator.core.errors import Problem, RequestError, SpecError
from generator.core.suggest import suggest
from generator.core.yaml_files import KeyPath, Value, YamlDocument, read_yaml
from generator.language.own_words import read_words
from generator.spec.folders import (
    REPORTS,
    SPEC_FILE,
    checked_slug,
    folders_without_spec,
    list_slugs,
    refuse_bad_slug,
)
from generator.spec.letter import check_source, load_letter
from generator.spec.models import (
    MOST,
    NAME,
    SECTION_MODELS,
    AlsoFiredSection,
    ReportHeader,
    ReportSpec,
    SectionPart,
    StudySpec,
)
from generator.spec.problems import validate_part
from generator.spec.schema import json_schema
from generator.spec.signals import check_signals
from generator.spec.watchlist import check_watchlist

__all__ = ["check", "json_schema", "list_slugs", "load_spec", "load_specs", "new_spec"]


def load_specs(root: Path, slugs: Sequence[str] = ()) -> tuple[ReportSpec, ...]:
    """The reports of the project at ``root``, in the order of their slugs.

    Parameters
    ----------
    slugs : the reports wanted; none means all.

    Raises
    ------
    RequestError : there is no such report, or its name is not one.
    SpecError : every mistake in all of these specs.
    """
    specs, problems = _read_all(
        root, sorted({checked_slug(root, slug) for slug in slugs}) or list_slugs(root)
    )
    if problems:
        raise SpecError(problems)
    return specs


def load_spec(path: Path) -> ReportSpec:
    """One report; its slug is the name of the folder that ``path`` lies in.

    Raises
    ------
    SpecError : every mistake in it.
    """
    spec, problems = _read(path, f"{REPORTS}/{path.parent.name}/{path.name}")
    if spec is None or problems:
        raise SpecError(problems)
    return spec


def check(root: Path) -> tuple[Problem, ...]:
    """Every mistake in ``letter.yml``, ``watchlist.yml``, ``signals.yml``, ``words.yml``, ``pages/`` and all
    specs, and every folder that should hold a spec and does not; empty when there is none."""
    problems: list[Problem] = []
    try:
        letter = load_letter(root)
    except SpecError as error:
        problems += error.problems
    else:
        problems += [*check_source(root, letter), *check_looks(letter.looks)]
        problems += check_aliases(root, letter)
    problems += [*check_watchlist(root), *check_signals(root), *read_words(root)[1], *read_pages(root)[1]]
    problems += [*check_articles(root), *folders_without_spec(root), *check_names(root)]
    return (*problems, *_read_all(root, list_slugs(root))[1])


def _read_all(root: Path, slugs: Sequence[str]) -> tuple[tuple[ReportSpec, ...], list[Problem]]:
    specs: list[ReportSpec] = []
    problems: list[Problem] = []
    for slug in slugs:
        path = root / REPORTS / slug / SPEC_FILE
        file = f"{REPORTS}/{slug}/{SPEC_FILE}"
        if not path.resolve().is_relative_to((root / REPORTS).resolve()):
            problems.append(
                Problem(file, None, "", "leads out of the project through a link. Put the file here.")
            )
            continue
        spec, found = _read(path, file)
        problems += found
        if spec is not None:
            specs.append(spec)
    return tuple(specs), problems


def _read(path: Path, file: str) -> tuple[ReportSpec | None, list[Problem]]:
    try:
        refuse_bad_slug(path.parent.name)
        document = read_yaml(path, file)
    except SpecError as error:
        return None, list(error.problems)
    except RequestError as error:
        return None, [Problem(file, None, "", f"its folder is misnamed: {error}")]
    spec, problems = _parse(document, path.parent)
    return spec, sorted(problems, key=lambda problem: problem.line or 0)


def _parse(document: YamlDocument, folder: Path) -> tuple[ReportSpec | None, list[Problem]]:
    """The spec (None when a part of it could not be formed), and every problem in it."""
    written = document.value
    header, problems = validate_part(ReportHeader, written, document, (), ("studies", "sections"))
    assets, names = _names(written.get("assets")), _names(written.get("studies"))
    if header is not None:
        problems += check_header(header, document, names)
    studies = _studies(document, assets, problems)
    sections = _sections(document, problems)
    scans = any(isinstance(section, AlsoFiredSection) for _, section in sections)
    for path, section in sections:
        problems += check_section(section, document, path, assets, names, studies, scans=scans)
    files, found = read_files(sections, studies, document, folder)
    pictures, unshown = read_pictures(sections, document, folder)
    code, unlisted = read_code(sections, document, folder)
    problems += [*found, *unshown, *unlisted]
    if header is not None:
        problems += check_dates(header, document, studies, sections)
        if not any(problem.key.startswith(("as_written", "assets")) for problem in problems):
            problems += check_words(header, document, names, studies, sections, files)
    if header is None or problems:
        return None, problems
    return (
        ReportSpec(
            **{name: getattr(header, name) for name in ReportHeader.model_fields},
            slug=folder.name,
            text=document.text,
            excerpts={name: document.excerpt(("studies", name)) for name in studies},
            files=files,
            pictures=pictures,
            code=code,
            studies=studies,
            sections=tuple(section for _, section in sections),
        ),
        problems,
    )


def _names(value: Value) -> Collection[str]:
    """The keys that have a value."""
    return [key for key, item in value.items() if item is not None] if isinstance(value, dict) else []


def _studies(
    document: YamlDocument, assets: Collection[str], problems: list[Problem]
) -> dict[str, StudySpec]:
    """The well-formed studies by name; everything wrong in any of them is added to ``problems``."""
    if "studies" not in document.value and _tells_a_week(document):
        return {}  # A week in which nothing called for a study.
    value = document.value.get("studies")
    if not isinstance(value, dict) or not value:
        problems.append(
            document.problem(("studies",), "needs at least one study: a name, and its keys under it.")
        )
        return {}
    if _too_many(value, "studies", document, problems):
        return {}
    studies: dict[str, StudySpec] = {}
    for name, written in value.items():
        path = ("studies", name)
        if not re.fullmatch(NAME, name):
            message = "name a study with small letters, digits and hyphens, such as ten-percent-months."
            problems.append(document.problem(path, message))
        study, found = validate_part(StudySpec, written, document, path)
        problems += found
        if study is not None:
            problems += check_study(study, _names(written), document, path, assets)
        if study is not None and not found:
            studies[name] = study
    return studies


def _tells_a_week(document: YamlDocument) -> bool:
    sections = document.value.get("sections")
    return isinstance(sections, list) and any(
        isinstance(section, dict) and "market_table" in section for section in sections
    )


def _sections(document: YamlDocument, problems: list[Problem]) -> list[tuple[KeyPath, SectionPart]]:
    """The well-formed sections with their paths; what is wrong with the others is added to ``problems``."""
    value = document.value.get("sections")
    if not isinstance(value, list) or not value:
        problems.append(document.problem(("sections",), "needs a list with at least one section."))
        return []
    if _too_many(value, "sections", document, problems):
        return []
    sections: list[tuple[KeyPath, SectionPart]] = []
    for place, written in enumerate(value):
        section, found = _section(written, document, ("sections", place))
        problems += found
        if section is not None:
            sections.append((("sections", place), section))
    return sections


def _too_many(value: Sized, key: str, document: YamlDocument, problems: list[Problem]) -> bool:
    if len(value) <= MOST[key]:
        return False
    message = f"has {len(value):,}; at most {MOST[key]} are allowed. Make two reports of it."
    problems.append(document.problem((key,), message))
    return True


def _section(
    written: Value, document: YamlDocument, path: KeyPath
) -> tuple[SectionPart | None, list[Problem]]:
    """One item of ``sections``: a kind alone, or a kind with its argument or its keys."""
    if isinstance(written, str):
        written = {written: None}
    if not isinstance(written, dict) or len(written) != 1:
        message = (
            "write a section as '- kind', '- kind: value', or '- kind:' with its keys indented under it."
        )
        return None, [document.problem(path, message)]
    ((kind, value),) = written.items()
    model = SECTION_MODELS.get(kind)
    if model is None:
        return None, [
            document.problem(path, f"there is no section '{kind}'. {suggest(kind, SECTION_MODELS)}")
        ]
    if value is None:
        value = {}
    elif not isinstance(value, dict):
        if model.argument is None:
            keys = ", ".join(name for name in model.model_fields if name != "kind")
            return None, [document.problem(path, f"'{kind}' takes keys, not a value. Allowed: {keys}.")]
        value = {model.argument: value}
    return validate_part(model, value, document, (*path, kind))
