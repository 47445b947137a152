"""Interlacing: two moments woven into one frame, which combs whatever moved."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure

LEVELS = 12
"""By how much a row must stand out from the rows above and below it."""
ROWS = 6
"""So many rows in turn must stand out to alternating sides: a single drawn line is no comb."""


def combing(rgb: NDArray[np.uint8]) -> float:
    """Share of pixels in a comb, in per mille, of (H, W, 3) uint8 at native size; resized frames show none.

    A row stands out where it is lighter, or darker, than both neighbours (the test of comb filters such as Decomb and
    TIVTC); a comb is six rows doing so to alternating sides in one column.
    """
    if len(rgb) < ROWS + 2:
        return 0.0
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.int16)
    steps = np.diff(luma, axis=0)
    lighter = (steps[:-1] >= LEVELS) & (steps[1:] <= -LEVELS)
    darker = (steps[:-1] <= -LEVELS) & (steps[1:] >= LEVELS)
    combed = sum(int(_alternating(a, b).sum()) for a, b in ((lighter, darker), (darker, lighter)))
    return 1000 * combed / luma.size


def _alternating(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where ``first``, ``second``, ``first`` ... hold in so many rows in turn."""
    last = len(first) - ROWS + 1
    found = first[:last].copy()
    for row in range(1, ROWS):
        found &= (second if row % 2 else first)[row : row + last]
    return found


COMBING = Measure(
    "combing",
    "Interlacing",
    "Pixels whose column combs: rows of two moments in turn. Found at native size only; a frame scaled after it was"
    " woven together shows double outlines instead, which this does not see.",
    "‰ of pixels",
    "above",
    0.2,
    0.0,
    5.0,
    combing,
    open_ended=True,
)
