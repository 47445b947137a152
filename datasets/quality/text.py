"""On-screen text: captions, titles, credits, as rows of letter-like shapes. A classical detector, without weights.

Shapes lighter or darker than what surrounds them are taken as letters if their strokes are even and their fill is
one tone; a row is at least five of one height on one line, set as closely as letters are. Found are printed captions,
titles and credits of 8 to 80 lines of 540; missed are handwriting, letters that touch, and text on busy or equally
light ground. Fences, windows and shelves in a row may be taken for letters: the page shows what was found worst.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure
from modeling.images import resize_long_side

LONG = 960
LETTERS = 5
"""Fewer in a row are no text."""
_HEIGHTS = 8, 80
_CONTRAST = 48
_KERNEL = 25
_SPREAD = 22.0
"""Standard deviation of luma in a letter's inside, at most."""
_GAP, _SHIFT, _TALLER = 1.1, 0.35, 2.0


class _Letters(NamedTuple):
    """(N,) each, px: left, right, vertical centre, height, stroke width."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    centre: NDArray[np.float64]
    height: NDArray[np.float64]
    stroke: NDArray[np.float64]

    def chosen(self, which: NDArray[np.generic]) -> _Letters:
        return _Letters(*(column[which] for column in self))


def letters_in_rows(rgb: NDArray[np.uint8]) -> float:
    """How many letter-like shapes of (H, W, 3) uint8 stand in rows of five or more, at 960 px."""
    if min(rgb.shape[:2]) < _KERNEL:
        return 0.0
    luma = np.asarray(cv2.cvtColor(resize_long_side(rgb, LONG), cv2.COLOR_RGB2GRAY), np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_KERNEL, _KERNEL))
    found = (cv2.morphologyEx(luma, way, kernel) for way in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
    return float(max(_in_rows(_letters(luma, stands_out > _CONTRAST)) for stands_out in found))


def _letters(luma: NDArray[np.uint8], mask: NDArray[np.bool_]) -> _Letters:
    """Components of a mask that could be letters."""
    count, found, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    left, top, width, height, area = stats.T.astype(np.float64)
    inner = np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3), np.float32)
    widest = np.zeros(count)
    np.maximum.at(widest, labels[mask], inner[mask])
    stroke = 2 * widest
    even = area <= 1.15 * stroke * (height + width) * 2
    sized = (height >= _HEIGHTS[0]) & (height <= _HEIGHTS[1]) & (width <= 1.8 * height)
    drawn = (area / np.maximum(width * height, 1) <= 0.92) & (stroke <= 0.45 * height)
    chosen = sized & drawn & even & (_spread(luma, labels, inner, count) <= _SPREAD)
    chosen[0] = False
    every = _Letters(left, left + width, top + height / 2, height, stroke)
    return every.chosen(np.flatnonzero(chosen))


def _spread(
    luma: NDArray[np.uint8], labels: NDArray[np.int32], inner: NDArray[np.float32], count: int
) -> NDArray[np.float64]:
    """(count,) standard deviation of luma in each component away from its smoothed border."""
    inside = inner > 1
    of, values = labels[inside], luma[inside].astype(np.float64)
    number = np.maximum(np.bincount(of, minlength=count), 1)
    mean = np.bincount(of, values, count) / number
    square = np.bincount(of, values * values, count) / number
    return np.asarray(np.sqrt(np.maximum(0, square - mean * mean)))


def _in_rows(letters: _Letters) -> int:
    """Letters in rows of at least `LETTERS`."""
    letters = letters.chosen(np.argsort(letters.left))
    unused = np.ones(len(letters.left), bool)
    total = 0
    for first in range(len(unused)):
        if unused[first]:
            row = _row_from(first, letters, unused)
            unused[row] = False
            total += len(row) if len(row) >= LETTERS else 0
    return total


def _row_from(first: int, letters: _Letters, unused: NDArray[np.bool_]) -> list[int]:
    """The letters that follow one to the right: each the next of like height, stroke and line."""
    row = [first]
    while (after := _next(row[-1], letters, unused)) is not None:
        row.append(after)
    return row


def _next(at: int, letters: _Letters, unused: NDArray[np.bool_]) -> int | None:
    height = np.maximum(letters.height, letters.height[at])
    gap = letters.left - letters.right[at]
    near = (gap > -0.2 * height) & (gap <= _GAP * height) & (letters.left > letters.left[at])
    lined = np.abs(letters.centre - letters.centre[at]) <= _SHIFT * height
    like = height <= _TALLER * np.minimum(letters.height, letters.height[at])
    even = np.maximum(letters.stroke, letters.stroke[at]) <= 2 * np.minimum(
        letters.stroke, letters.stroke[at]
    )
    found = np.flatnonzero(near & lined & like & even & unused)
    return int(found[0]) if len(found) else None


TEXT = Measure(
    "text",
    "On-screen text",
    "Shapes in rows that look like letters: captions, titles, credits. Handwriting and text on busy ground are missed;"
    " fences and rows of windows may count.",
    "letters",
    "above",
    10.0,
    0.0,
    100.0,
    letters_in_rows,
    open_ended=True,
)
