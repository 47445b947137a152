"""Black bars that a frame was put between: they are no picture, and nobody is unsure about them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from modeling.inference.tiles import Window

BLACK = 16
"""Largest value of a channel that is black: what video calls black, and coding noise on true black."""
UNEVEN = 0.02
"""How much the two bars of a pair may differ, as a share of the frame's height or width."""
MOST = 0.5
"""Share of the height or width from which on a pair is not taken for bars: a night scene is a picture."""


def picture_of(rgb: NDArray[np.uint8]) -> Window:
    """Rows and columns of a (H, W, 3) uint8 frame between its letterbox and pillarbox bars.

    A bar is a run of rows from the upper or lower edge (of columns from the left or right) in which every pixel is
    black. Bars count in pairs only: about equally thick, and together less than half of the frame. Captions on a bar
    make it picture from there on; coloured bars are picture.
    """
    rows = _between(rgb)
    return rows, _between(rgb[rows].swapaxes(0, 1))


def _between(lines: NDArray[np.uint8]) -> slice:
    """Along the first axis of (L, M, 3): what lies between two bars."""
    length = len(lines)
    first, last = _bar(lines), _bar(lines[::-1])
    pair = min(first, last) > 0 and abs(first - last) <= UNEVEN * length and first + last < MOST * length
    return slice(first, length - last) if pair else slice(0, length)


def _bar(lines: Iterable[NDArray[np.uint8]]) -> int:
    """How many lines are black before the first that is not."""
    for number, line in enumerate(lines):
        if line.max() > BLACK:
            return number
    return 0
