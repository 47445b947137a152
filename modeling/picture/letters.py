"""Rows of letter-like shapes: captions, titles, credits. A classical detector, without weights.

Shapes lighter or darker than what surrounds them are taken as letters if their strokes are even and their fill is
one tone (even strokes: Epshtein, Ofek and Wexler 2010); a row is at least five of one height on one line, set as
closely as letters are. Found are printed captions, titles and credits of 8 to 80 lines of 540; missed are handwriting,
letters that touch, and text on busy or equally light ground. Fences, windows and shelves in a row may be taken for
letters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

LONG = 960
"""Long side of the frame at which letters are looked for."""
LETTERS = 5
"""Fewer in a row are no text."""
KERNEL = 25
"""Strokes that stand out are narrower, px; smaller pictures hold no text."""
_SMALLEST = 8
_CONTRAST = 48
_SPREAD = 22.0
"""Standard deviation of luma in a letter's inside, at most."""
TONES = 40.0
"""Levels that letters of a row may differ by: they are of one colour, thin strokes a little blended."""
_CORE = 0.7
"""A stroke's core is so far from its border, as a share of its half width."""
_GAP, _SHIFT, _TALLER = 1.1, 0.35, 2.0
_BRIGHT, _BESIDE_DARK, _NEAR = 150, 72, 11
"""An outlined letter is at least so bright, and by so much brighter than what lies within half so many px of it."""

Way = Literal["light", "dark", "outlined"]
Luma = NDArray[np.uint8]
"""(H, W)."""


class Letters(NamedTuple):
    """(N,) each, px: left, right, vertical centre, height, stroke width; and the luma of their inside."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    centre: NDArray[np.float64]
    height: NDArray[np.float64]
    stroke: NDArray[np.float64]
    tone: NDArray[np.float64]

    def chosen(self, which: NDArray[np.generic]) -> Letters:
        """Those of a mask or of indices."""
        return Letters(*(column[which] for column in self))


def rows_of_letters(luma: Luma, way: Way, least: int = LETTERS, tallest: float = 80) -> list[Letters]:
    """Rows of at least so many shapes of (H, W) luma, from left to right.

    Args:
        luma: Of a frame, or of a band of it, at the size of a long side of `LONG` px.
        way: By which the shapes stand out.
        least: Letters of a row.
        tallest: Letter, px.
    """
    if min(luma.shape) < KERNEL:
        return []
    return _rows(_letters(luma, WAYS[way](luma), tallest), least)


def _lighter(luma: Luma) -> NDArray[np.bool_]:
    return cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, _AROUND) > _CONTRAST


def _darker(luma: Luma) -> NDArray[np.bool_]:
    return cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, _AROUND) > _CONTRAST


def _outlined(luma: Luma) -> NDArray[np.bool_]:
    """Bright beside dark: what an outline separates from a ground that may be as light as the letters."""
    beside = cv2.erode(luma, np.ones((_NEAR, _NEAR), np.uint8))
    return (luma >= _BRIGHT) & (cv2.subtract(luma, beside) >= _BESIDE_DARK)


_AROUND = cv2.getStructuringElement(cv2.MORPH_RECT, (KERNEL, KERNEL))
WAYS: dict[Way, Callable[[Luma], NDArray[np.bool_]]] = {
    "light": _lighter,
    "dark": _darker,
    "outlined": _outlined,
}
"""How shapes may stand out: the mask of each, of (H, W) luma."""


def _letters(luma: Luma, mask: NDArray[np.bool_], tallest: float) -> Letters:
    """Components of a mask that could be letters."""
    count, found, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask.view(np.uint8), 8, cv2.CV_32S, cv2.CCL_GRANA
    )  # in two fifths of the time of the default way, for the same components
    labels = np.asarray(found, np.int32)
    left, top, width, height, area = stats.T.astype(np.float64)
    shaped = (height >= _SMALLEST) & (height <= tallest) & (width <= 1.8 * height)
    shaped &= area / np.maximum(width * height, 1) <= 0.92
    shaped &= np.arange(count) > 0  # the first is the ground
    unknown = np.zeros(count)
    every = Letters(left, left + width, top + height / 2, height, unknown, unknown)
    if shaped.sum() < LETTERS:
        return every.chosen(np.zeros(0, np.int64))
    mask = mask & shaped[labels]
    inner = np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3), np.float32)[mask]
    of, values = labels[mask], luma[mask].astype(np.float64)
    widest = np.zeros(count)
    np.maximum.at(widest, of, inner)
    stroke = 2 * widest
    even = area <= 1.15 * stroke * (height + width) * 2
    core, inside = inner >= _CORE * widest[of], inner > 1
    tone, _ = _moments(of[core], values[core], count)
    _, spread = _moments(of[inside], values[inside], count)
    chosen = shaped & even & (stroke <= 0.45 * height) & (spread <= _SPREAD)
    return every._replace(stroke=stroke, tone=tone).chosen(np.flatnonzero(chosen))


def _moments(
    of: NDArray[np.int32], values: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(count,) mean and standard deviation of the values of each component, 0 where it has none."""
    number = np.maximum(np.bincount(of, minlength=count), 1)
    mean = np.bincount(of, values, count) / number
    square = np.bincount(of, values * values, count) / number
    return mean, np.asarray(np.sqrt(np.maximum(0, square - mean * mean)))


def _rows(letters: Letters, least: int) -> list[Letters]:
    """Letters in rows of at least so many."""
    letters = letters.chosen(np.argsort(letters.left))
    unused = np.ones(len(letters.left), bool)
    rows = []
    for first in range(len(unused)):
        if unused[first]:
            row = _row_from(first, letters, unused)
            unused[row] = False
            if len(row) >= least:
                rows.append(letters.chosen(np.array(row)))
    return rows


def _row_from(first: int, letters: Letters, unused: NDArray[np.bool_]) -> list[int]:
    """The letters that follow one to the right: each the next of like height, stroke and line."""
    row = [first]
    while (after := _next(row[-1], letters, unused)) is not None:
        row.append(after)
    return row


def _next(at: int, letters: Letters, unused: NDArray[np.bool_]) -> int | None:
    height = np.maximum(letters.height, letters.height[at])
    gap = letters.left - letters.right[at]
    near = (gap > -0.2 * height) & (gap <= _GAP * height) & (letters.left > letters.left[at])
    lined = np.abs(letters.centre - letters.centre[at]) <= _SHIFT * height
    like = height <= _TALLER * np.minimum(letters.height, letters.height[at])
    even = np.maximum(letters.stroke, letters.stroke[at]) <= 2 * np.minimum(
        letters.stroke, letters.stroke[at]
    )
    same = np.abs(letters.tone - letters.tone[at]) <= TONES
    found = np.flatnonzero(near & lined & like & even & same & unused)
    return int(found[0]) if len(found) else None
