"""What a person may say about how price files are to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.market.history import Basis

SOURCE_FILE = "source.yml"
"""In a folder of prices: how its files are to be read."""
Part = Literal["day", "month", "year"]
DecimalSign = Literal[".", ","]


@dataclass(frozen=True)
class Reading:
    """How files are to be read, where they leave a choice.

    Attributes
    ----------
    columns : the file's own name of ``Date``, ``Close`` and so on.
    date_format : the order of day, month and year.
    decimal_sign : the decimal sign.
    basis : what the closes are.
    credit : whose prices readers are told that they are.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: tuple[Part, Part, Part] | None = None
    decimal_sign: DecimalSign | None = None
    basis: Basis | None = None
    credit: str | None = None


AS_WRITTEN = Reading()
"""Nobody has said anything."""


@dataclass(frozen=True)
class FilesTold:
    """A source of files that a mapping names: the folder or file, and how it is to be read."""

    path: str
    reading: Reading = AS_WRITTEN

    def __str__(self) -> str:
        return f"files:{self.path}"
