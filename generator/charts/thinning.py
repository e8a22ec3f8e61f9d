"""Thinning of long series to what a plot of a given width can show."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from generator.market.history import FloatArray


def shown(x: FloatArray, y: FloatArray, pixels: float, keep: Iterable[int] = ()) -> NDArray[np.intp]:
    """Positions of a series that make the same picture as all of it, ascending.

    Of every pixel of width the lowest and the highest point stay, so no peak or trough is lost; the first,
    the last and the ``keep`` positions stay too, and so do gaps (NaN).

    Parameters
    ----------
    x, y : shape (T,); ``x`` not descending.
    pixels : width of the plot.
    """
    count = len(x)
    everything = np.arange(count)
    if count <= 2 * pixels or x[-1] <= x[0]:
        return everything
    column = np.minimum((x - x[0]) * pixels / (x[-1] - x[0]), pixels - 1).astype(np.intp)
    gaps = ~np.isfinite(y)
    lowest = np.lexsort((np.where(gaps, np.inf, y), column))
    highest = np.lexsort((np.where(gaps, np.inf, -y), column))
    stay = np.zeros(count, dtype=np.bool_)
    for order in (lowest, highest):
        first_of_column = np.r_[True, column[order][1:] != column[order][:-1]]
        stay[order[first_of_column]] = True
    stay[gaps] = True
    stay[[0, -1, *keep]] = True
    return everything[stay]
