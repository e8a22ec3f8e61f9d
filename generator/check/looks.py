"""Whether charts, cards and e-mails can be drawn with the files that a letter's looks name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.core.errors import BuildError, Problem
from generator.spec.letter import LETTER_FILE
from generator.spec.looks import Looks
from generator.spec.own_looks import LOOKS


def check_looks(looks: Looks) -> Iterator[Problem]:
    """Every file of them that opens and is still of no use."""
    # Only who has files of their own waits for what draws.
    if not looks.files:
        return
    from generator.charts.logo import logo_png
    from generator.charts.style import typeface_fault

    for cut in ("regular", "bold"):
        file = getattr(looks.labels, cut)
        if file is not None and (why := typeface_fault(file.path)):
            yield Problem(LETTER_FILE, None, f"{LOOKS}.fonts.labels.{cut}", f"{file.name} {why}")
    for name in ("logo", "logo_dark", "icon"):
        picture = getattr(looks, name)
        if picture is not None:
            try:
                logo_png(picture, 64, 512)
            except BuildError as error:
                yield Problem(LETTER_FILE, None, f"{LOOKS}.{name}", str(error))
