"""The different colours of a picture and the ink nearest to each: work is done once a colour, not once a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.painted.inks import Inks

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Counted:
    """A picture by its different colours.

    Attributes:
        colors: (U, 3) uint8, each colour once.
        index: (H, W) int32 into ``colors``.
        counts: (U,) int64 pixels of each.
        nearest: (U,) uint8 index of the nearest ink (Euclidean in RGB; the first of equals).
        distance: (U,) float32 how far it is; 0 is exact.
    """

    colors: NDArray[np.uint8]
    index: NDArray[np.int32]
    counts: NDArray[np.int64]
    nearest: NDArray[np.uint8]
    distance: NDArray[np.float32]


def count_colors(rgb: NDArray[np.uint8], inks: Inks) -> Counted:
    """Find the different colours of an (H, W, 3) uint8 picture and the ink nearest to each."""
    codes = _codes(rgb)
    present = np.zeros(1 << 24, bool)
    present[codes] = True
    different = np.flatnonzero(present)
    place = np.zeros(1 << 24, np.int32)
    place[different] = np.arange(len(different), dtype=np.int32)
    index = place[codes]
    colors = np.stack([different >> 16, different >> 8 & 255, different & 255], -1).astype(np.uint8)
    counts = np.bincount(index.ravel(), minlength=len(different))
    return Counted(colors, index, counts, *_nearest(colors, inks))


def _codes(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    codes = rgb[..., 0].astype(np.uint32)
    for channel in (1, 2):
        codes <<= 8
        codes |= rgb[..., channel]
    return codes


def _nearest(colors: NDArray[np.uint8], inks: Inks) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    nearest = np.empty(len(colors), np.uint8)
    distance = np.empty(len(colors), np.float32)
    wanted = inks.colors.astype(np.float32)
    for start in range(0, len(colors), _CHUNK):
        part = colors[start : start + _CHUNK].astype(np.float32)
        squares = ((part[:, None] - wanted[None]) ** 2).sum(-1)
        nearest[start : start + _CHUNK] = best = squares.argmin(1)
        distance[start : start + _CHUNK] = np.sqrt(squares[np.arange(len(part)), best])
    return nearest, distance
