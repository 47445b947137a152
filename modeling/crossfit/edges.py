"""Does a label lie on its frame's edges, and where would it? No model is asked.

The outline of a drawing is where its picture changes. The share of the outline's edge strength that is found when the
label is moved tells whether it belongs there: a mask that has slipped gains much by being moved back.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from modeling.labels import IGNORE

REACH = 0.12
"""How far a label is moved, relative to the frame's long side."""
_FEWEST = 24
"""Outline pixels below which nothing can be said."""
_NEAR = 0.008
"""Moves below this, relative to the long side, are none: an outline is drawn within a pixel or two."""

_WORTH = 0.05
"""Edge strength that a move must gain to be one."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a label lies on a frame's edges.

    ``here`` is the mean edge strength (0..1) under the outline, ``best`` the most that a move by ``x`` and ``y``
    (relative to the frame's width, positive right and down) finds, ``gain`` their difference in standard deviations
    of the strength over all moves.
    """

    here: float
    best: float
    x: float
    y: float
    gain: float


NOTHING = Fit(0.0, 0.0, 0.0, 0.0, 0.0)
"""Of a label without an outline."""


def edge_fit(rgb: NDArray[np.uint8], classes: NDArray[np.uint8]) -> Fit:
    """Fit a (h, w) label to the edges of its (h, w, 3) frame."""
    return best_move(edge_strength(rgb), outline(classes))


def edge_strength(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w) 0..1: the largest change of any channel, so that a line counts as an edge of any colour; strong is 1."""
    smooth = cv2.GaussianBlur(rgb, (0, 0), 1.0).astype(np.float32)
    changes = [cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1))]
    strength = np.hypot(*changes).max(2)
    return np.minimum(strength / max(float(np.quantile(strength, 0.95)), 1.0), 1.0).astype(np.float32)


def outline(classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w) 1 where a class meets another, 0 elsewhere: not along the frame's border, nor at ignored pixels."""
    found = np.zeros(classes.shape, bool)
    for axis in (0, 1):
        a, b = (np.moveaxis(classes, axis, 0)[part] for part in (slice(1, None), slice(None, -1)))
        differs = (a != b) & (a != IGNORE) & (b != IGNORE)
        np.moveaxis(found, axis, 0)[1:] |= differs
    return found.astype(np.float32)


def best_move(strength: NDArray[np.float32], line: NDArray[np.float32]) -> Fit:
    """Where a (h, w) outline finds most of a (h, w) edge strength; what leaves the frame counts neither way."""
    if line.sum() < _FEWEST:
        return NOTHING
    height, width = line.shape
    reach = max(2, round(REACH * max(height, width)))
    means = _moved(strength, line, reach)
    here = float(means[reach, reach])
    y, x = (int(n) - reach for n in np.unravel_index(means.argmax(), means.shape))
    best, spread = float(means.max()), float(means.std())
    near = max(abs(x), abs(y)) <= max(1, _NEAR * max(height, width))
    if near or best - here < _WORTH:
        return Fit(here, best, 0.0, 0.0, 0.0)
    return Fit(here, best, x / width, y / width, (best - here) / max(spread, 1e-6))


def _moved(strength: NDArray[np.float32], line: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """(2 reach + 1, 2 reach + 1) mean strength under the outline by its move (rows down, columns right)."""
    padded = np.pad(strength, reach)
    inside = np.pad(np.ones_like(strength), reach)
    kernel = line[::-1, ::-1]
    sums, counts = (fftconvolve(field, kernel, mode="valid") for field in (padded, inside))
    return np.where(counts > 0.5 * line.sum(), sums / np.maximum(counts, 1), 0).astype(np.float32)
