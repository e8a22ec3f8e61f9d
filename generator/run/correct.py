"""``precedent publish --correct``: the issue, the prices that it is made from, whether anything differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.core.errors import RequestError
from generator.edition.values import Correction
from generator.run.make import Run

if TYPE_CHECKING:
    from generator.publish.freeze import Published
    from generator.spec.models import ReportSpec

LONGEST_NOTE = 500


def spec_to_correct(
    root: Path, published: Mapping[str, Published], slugs: Sequence[str], note: str
) -> tuple[ReportSpec, ...]:
    """The spec of the one published issue that is to be corrected.

    Raises
    ------
    RequestError : it is not one, or not published; its spec is gone; the note is no sentence for a reader.
    """
    from generator.check.reading import load_specs
    from generator.publish.freeze import spec_is_gone

    if len(slugs) != 1 or slugs[0] not in published:
        raise RequestError("--correct takes one issue that is published: name it, and no other.")
    if not note.strip() or len(note) > LONGEST_NOTE or not note.isprintable():
        raise RequestError(
            f"--correct takes a sentence for the reader, what was wrong, of up to {LONGEST_NOTE} characters "
            "in one line."
        )
    if gone := spec_is_gone(root, published[slugs[0]]):
        raise RequestError(f"{gone}. Copy it back, and edit it.")
    return load_specs(root, slugs)


def run_of_correction(run: Run, spec: ReportSpec, note: str, today: date) -> Run:
    """The run of a correction: with its note, and the as-of date of the version that it corrects, where the
    spec gives none: a correction brings no news."""
    from generator.edition.card import read_card

    issue = run.published[spec.slug]
    before = read_card(issue.newest)
    corrections = (*before.corrections, Correction(today.isoformat(), note, issue.version))
    as_of = date.fromisoformat(before.as_of) if spec.as_of is None else None
    return replace(run, as_of=as_of, corrections={spec.slug: corrections})


def refuse_same(run: Run, spec: ReportSpec) -> None:
    """Raise when a correction that is made says nothing but its note that the version before did not say.

    Raises
    ------
    RequestError : what is published cannot be taken back, so a correction of nothing is better not made.
    """
    from generator.assembly.issues import said

    issue = run.published[spec.slug]
    if said(run.made(spec.slug)) == said(issue.newest):
        raise RequestError(
            f"nothing in it differs from v{issue.version}; edit reports/{spec.slug}/report.yml first."
        )
