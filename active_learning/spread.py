"""An order in which any first part of the frames lies evenly over their cuts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BITS = 20


def spread(cuts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order frames: the leader of each cut, then the middles, the quarters, and so on (van der Corput 1935).

    Args:
        cuts: (N,) cut of each frame, in the order of frames within their cuts.

    Returns:
        (N,) indices into ``cuts``.
    """
    if not len(cuts):
        return np.empty(0, np.int64)
    _, place, sizes = np.unique(cuts, return_inverse=True, return_counts=True)
    grouped = np.argsort(place, kind="stable")
    position = np.empty(len(cuts), np.int64)
    position[grouped] = np.arange(len(cuts)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    turn = _mirrored(_coarsest(position, sizes[place]))
    return np.lexsort((place, turn))


def _coarsest(position: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) coarsest of 0, 1/2, 1/4, 3/4, ... in [position / size, (position + 1) / size), times 2 ** 20."""
    found = np.full(len(position), -1, np.int64)
    for level in range(_BITS + 1):
        point = -(-(position << level) // size)
        inside = (found < 0) & (point * size < (position + 1) << level)
        found[inside] = point[inside] << (_BITS - level)
    return found


def _mirrored(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) values below 2 ** 20, bits reversed: the turn at which van der Corput's sequence gets there."""
    mirrored = np.zeros_like(values)
    for bit in range(_BITS):
        mirrored |= ((values >> bit) & 1) << (_BITS - 1 - bit)
    return mirrored
