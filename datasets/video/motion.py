"""What changed from one drawing to the next: the offset of a pan, and a mask of what moved on its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

LONG_SIDE = 384
"""Pans are looked for in pictures this large, then settled to the pixel at full size."""
CHANGE_LEVELS = 12
"""Levels of averaged difference from which on a pixel counts as changed, well over compression noise."""
_BLOCKS = 32
_ROWS = 64
"""So many rows settle a pan to the pixel."""
_BETTER, _CAP = 0.3, 1.5
"""Levels by which a block's mean difference must fall or rise to say anything, and at most says."""
_MOVING_SHARE = 0.1
"""A pan changes at least this share of all blocks."""
_MIN_SHARE, _MIN_ODDS = 0.03, 3.0
"""A pan makes at least this share of all blocks better, and so many times more better than worse."""
_MAX_SHIFT = 0.4
"""Of a side; more cannot be told from a cut."""
_PEAKS = 6
_EPSILON = 1e-6

Grey = NDArray[Any]
"""(H, W) uint8; OpenCV types what it returns more loosely."""


@dataclass(frozen=True, slots=True)
class Motion:
    """The picture moved by whole (pan_x, pan_y) px since the drawing before; ``changed`` (H, W) bool is the rest."""

    pan_x: float
    pan_y: float
    changed: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Share of pixels changed, 0 to 1."""
        return float(self.changed.mean())


def motion_between(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Motion:
    """Compare two drawings of one cut, both (H, W, 3) uint8 of one size.

    The pan is a peak of the phase correlation (Kuglin and Hines 1975) under a Hann window, taken only when it explains
    the picture better than standing still. Pixels that a pan brings in count as unchanged.
    """
    one, other = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) for rgb in (before, after))
    x, y = _pan(one, other)
    changed = np.zeros(one.shape, bool)
    source, goal = _overlap(one.shape, x, y)
    difference = cv2.absdiff(np.ascontiguousarray(before[source]), np.ascontiguousarray(after[goal]))
    red, green, blue = cv2.split(cv2.blur(difference, (3, 3)))
    changed[goal] = cv2.max(cv2.max(red, green), blue) >= CHANGE_LEVELS
    return Motion(float(x), float(y), changed)


def _pan(one: Grey, other: Grey) -> tuple[int, int]:
    scale = min(1.0, LONG_SIDE / max(one.shape))
    first, second = (
        cv2.resize(x, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for x in (one, other)
    )
    shifts = [] if _stands_still(first, second) else [s for s in _candidates(first, second) if s != (0, 0)]
    if not shifts:
        return 0, 0
    x, y = max(shifts, key=lambda shift: _gains(first, second, shift).mean())
    rows = slice(None, None, max(1, one.shape[0] // _ROWS))
    best = _settle(one, other, (round(x / scale), round(y / scale)), math.ceil(0.5 / scale), rows)
    return best if best != (0, 0) and _explains(_gains(one, other, best, rows)) else (0, 0)


def _stands_still(one: Grey, other: Grey) -> bool:
    """Whether so little of the picture differs that its plate cannot have moved: the rule, and quick to see."""
    return float((_means(cv2.absdiff(one, other)) > _BETTER).mean()) < _MOVING_SHARE


def _settle(one: Grey, other: Grey, start: tuple[int, int], reach: int, rows: slice) -> tuple[int, int]:
    """The best offset within ``reach`` px of ``start``, first along x, then along y, then along x again."""

    def gain(shift: tuple[int, int]) -> float:
        return float(_gains(one, other, shift, rows).mean())

    x, y = start
    steps = range(-reach, reach + 1)
    x = max((x + step for step in steps), key=lambda value: gain((value, y)))
    y = max((y + step for step in steps), key=lambda value: gain((x, value)))
    return max((x + step for step in (-1, 0, 1)), key=lambda value: gain((value, y))), y


def _explains(gains: NDArray[np.float32]) -> bool:
    """Whether moving makes clearly more of the picture fit than it makes misfit."""
    better, worse = float((gains > _BETTER).mean()), float((gains < -_BETTER).mean())
    return better >= _MIN_SHARE and better >= _MIN_ODDS * worse


def _candidates(one: Grey, other: Grey) -> list[tuple[int, int]]:
    """Offsets at the highest peaks of the phase correlation.

    Libraries return one peak; where a large figure moves against the plate the second is the pan.
    """
    window = _hann(one.shape[0], one.shape[1])
    first, second = (fft.rfft2((x - x.mean(dtype=np.float32)) * window) for x in (one, other))
    cross = second * first.conj()
    surface = fft.irfft2(cross / (np.abs(cross) + _EPSILON), one.shape)
    surface = cv2.GaussianBlur(np.roll(surface, [side // 2 for side in one.shape], (0, 1)), (3, 3), 0)
    limits = [_MAX_SHIFT * side for side in one.shape]
    return [(x, y) for x, y in _peaks(surface) if abs(x) <= limits[1] and abs(y) <= limits[0]]


def _peaks(surface: NDArray[np.float32]) -> list[tuple[int, int]]:
    """(x, y) of the highest peaks from the middle, highest first."""
    found = []
    middle = surface.shape[1] // 2, surface.shape[0] // 2
    for _ in range(_PEAKS):
        _, _, _, (x, y) = cv2.minMaxLoc(surface)
        found.append((x - middle[0], y - middle[1]))
        surface[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = -1
    return found


@lru_cache(maxsize=4)
def _hann(height: int, width: int) -> NDArray[np.float32]:
    return np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)


def _gains(one: Grey, other: Grey, shift: tuple[int, int], rows: slice = slice(None)) -> NDArray[np.float32]:
    """By how many levels each block fits better after moving ``one`` by ``shift``; a bright figure counts no more."""
    source, goal = _overlap(one.shape, *shift)
    after = np.ascontiguousarray(other[goal][rows])
    still = _means(cv2.absdiff(np.ascontiguousarray(one[goal][rows]), after))
    moved = _means(cv2.absdiff(np.ascontiguousarray(one[source][rows]), after))
    return np.clip(still - moved, -_CAP, _CAP)


def _means(difference: Grey) -> NDArray[np.float32]:
    """Means of `_BLOCKS` x `_BLOCKS` blocks; what does not divide is left out on the right and below."""
    rows, columns = (max(1, side // _BLOCKS) for side in difference.shape)
    whole = difference[: rows * _BLOCKS, : columns * _BLOCKS]
    sums = np.add.reduceat(whole, np.arange(0, whole.shape[0], rows), axis=0, dtype=np.uint32)
    totals = np.add.reduceat(sums, np.arange(0, whole.shape[1], columns), axis=1)
    return totals.astype(np.float32) / np.float32(rows * columns)


def _overlap(shape: tuple[int, ...], x: int, y: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a picture lies before and after moving by (x, y) px, as far as it stays inside."""
    height, width = shape[:2]
    goal = slice(max(0, y), min(height, height + y)), slice(max(0, x), min(width, width + x))
    source = slice(max(0, -y), min(height, height - y)), slice(max(0, -x), min(width, width - x))
    return source, goal
