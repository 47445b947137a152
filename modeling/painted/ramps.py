"""Palette colours that nobody painted: steps of a soft edge that happen to hit one.

Blending black into white passes through the greys of books, and a soft stroke may hit them exactly. Such a pixel lies
*between* the two colours that were blended: the picture goes on changing the same way on both of its sides.
What was painted with that colour has an extent of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.painted.inks import Inks

NONE = 255
"""Marks pixels of no ink, in maps of ink indices."""

_SQUARE = np.ones((3, 3), np.uint8)
_SPECK, _LOSSY_SPECK = 4, 12
"""Palette colours in thin spots of up to so many pixels beside a blend are part of it."""
_STEP, _LOSSY_STEP = 0.004, 0.15
"""A neighbour differs when it lies this much of the way farther along the blend."""
_WAYS = ((0, 1), (1, 0), (1, 1), (1, -1))


def drop_ramps(solid: NDArray[np.uint8], rgb: NDArray[np.uint8], inks: Inks, *, lossy: bool = False) -> None:
    """Set steps of blends in a map of inks to `NONE`, in place.

    Args:
        solid: (H, W) uint8 ink indices, `NONE` where the colour is no ink's; without any, nothing is a blend.
        rgb: (H, W, 3) uint8.
        inks: What ``solid`` counts in.
        lossy: Whether colours near an ink were taken for it, so that blends may be anywhere.
    """
    blended = (solid == NONE).astype(np.uint8)
    if not (lossy or blended.any()):
        return
    beside = np.asarray(cv2.dilate(blended, _SQUARE, iterations=2), np.uint8) | np.uint8(lossy)
    certain = int(np.count_nonzero(solid != NONE))
    _drop(solid, beside, rgb, inks, lossy, everywhere=lossy)
    if not lossy and np.count_nonzero(solid != NONE) < certain:
        _drop(solid, beside, rgb, inks, lossy, everywhere=True)


def _drop(
    solid: NDArray[np.uint8],
    beside: NDArray[np.uint8],
    rgb: NDArray[np.uint8],
    inks: Inks,
    lossy: bool,
    *,
    everywhere: bool,
) -> None:
    """Drop what is a step of a blend: beside a blended pixel, or in a picture known to be soft ``everywhere``."""
    here = {int(ink) for ink in np.flatnonzero(np.bincount(solid.ravel(), minlength=256)) if ink != NONE}
    for ink in sorted(here):
        pairs = _around(ink, here, inks, lossy)
        if pairs is not None:
            found = _ramps(solid == ink, beside, rgb, inks, pairs, lossy, everywhere)
            solid[found] = NONE


def _around(ink: int, here: set[int], inks: Inks, lossy: bool) -> list[tuple[int, int]] | None:
    """Pairs that the ink may be a blend of in this picture; None where it cannot be one.

    Fills and shy lines must be in the picture; other lines may be so thin that they are nowhere in full. In
    compressed pictures such lines stay: their own colour wavers most.
    """
    if lossy and inks.lines[ink] and not inks.shy[ink]:
        return None

    def may_be(other: int) -> bool:
        return other in here or bool(inks.lines[other] and not inks.shy[other])

    pairs = (inks.roughly if lossy else inks.around)[ink]
    return [pair for pair in pairs if may_be(pair[0]) and may_be(pair[1])] or None


def _ramps(
    mask: NDArray[np.bool_],
    beside: NDArray[np.uint8],
    rgb: NDArray[np.uint8],
    inks: Inks,
    pairs: list[tuple[int, int]],
    lossy: bool,
    everywhere: bool,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(rows, columns) of the thin components of an ink that are steps of a blend."""
    grey = mask.astype(np.uint8)
    thick = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_OPEN, _SQUARE), np.uint8)
    count, parts = cv2.connectedComponents(grey - thick, connectivity=8)
    rows, columns = np.nonzero(parts)
    part = parts[rows, columns]
    sizes = np.maximum(np.bincount(part, minlength=count), 1)
    between = _between(rows, columns, rgb, inks, pairs, _LOSSY_STEP if lossy else _STEP)
    is_between = np.bincount(part, between, count) >= 0.5 * sizes
    touches = np.bincount(part, beside[rows, columns], count) > 0
    small = sizes <= (_LOSSY_SPECK if lossy else _SPECK)
    drop = touches & small | is_between & (touches | small | everywhere)
    drop[0] = False
    chosen = drop[part]
    return rows[chosen], columns[chosen]


def _between(
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    rgb: NDArray[np.uint8],
    inks: Inks,
    pairs: list[tuple[int, int]],
    step: float,
) -> NDArray[np.bool_]:
    """Whether the picture goes on changing from one ink of a pair to the other across each pixel."""
    found = np.zeros(len(rows), bool)
    height, width = rgb.shape[:2]
    for a, b in pairs:
        axis = (inks.colors[a].astype(np.float32) - inks.colors[b]) / 255
        axis /= axis @ axis * 255
        here = rgb[rows, columns] @ axis
        for down, right in _WAYS:
            for reach in (1, 2):
                y, x = reach * down, reach * right
                one = rgb[(rows + y).clip(0, height - 1), (columns + x).clip(0, width - 1)] @ axis - here
                two = rgb[(rows - y).clip(0, height - 1), (columns - x).clip(0, width - 1)] @ axis - here
                found |= (np.minimum(one, two) < -step) & (np.maximum(one, two) > step)
    return found
