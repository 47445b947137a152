"""What changed from one drawing to the next: the offset of a pan, and a mask of what moved on its own."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

LONG_SIDE = 480
"""Pans are found in pictures this large, to a fraction of their pixel."""
CHANGE_LEVELS = 12
"""Levels of averaged difference from which on a pixel counts as changed, well over compression noise."""
_MIN_RESPONSE = 0.05
_MIN_GAIN = 0.9


@dataclass(frozen=True, slots=True)
class Motion:
    """From the drawing before to this one: the picture moved by (pan_x, pan_y) px; ``changed`` (H, W) bool is the rest."""

    pan_x: float
    pan_y: float
    changed: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Share of pixels changed, 0 to 1."""
        return float(self.changed.mean())


def motion_between(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Motion:
    """Compare two drawings of one cut, both (H, W, 3) uint8 of one size.

    The pan is OpenCV's phase correlation under a Hann window (Foroosh et al. 2002 for the fraction), taken only
    when it explains the pictures better than standing still. Pixels that the pan brings in count as unchanged.
    """
    one, other = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) for rgb in (before, after))
    pan_x, pan_y = _pan(one, other)
    moved, inside = _shift(before, pan_x, pan_y)
    signed = np.maximum(cv2.subtract(after, moved), cv2.subtract(moved, after))
    changed = cv2.blur(signed.max(2), (3, 3)) >= CHANGE_LEVELS
    return Motion(pan_x, pan_y, changed & inside)


def _pan(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> tuple[float, float]:
    scale = min(1.0, LONG_SIDE / max(one.shape))
    small = [cv2.resize(x, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for x in (one, other)]
    first, second = (x.astype(np.float32) for x in small)
    window = cv2.createHanningWindow(first.shape[::-1], cv2.CV_32F)
    (x, y), response = cv2.phaseCorrelate(first, second, window)
    if response < _MIN_RESPONSE or max(abs(x), abs(y)) < 0.25 or not _explains(first, second, x, y):
        return 0.0, 0.0
    return round(x / scale, 2), round(y / scale, 2)


def _explains(first: NDArray[np.float32], second: NDArray[np.float32], x: float, y: float) -> bool:
    """Whether moving by (x, y) leaves clearly less difference than standing still, where both are known."""
    moved, inside = _shift(first, x, y)
    if inside.mean() < 0.25:
        return False
    still, panned = (np.abs(second - first)[inside].mean(), np.abs(second - moved)[inside].mean())
    return bool(panned < _MIN_GAIN * still)


def _shift(image: NDArray, x: float, y: float) -> tuple[NDArray, NDArray[np.bool_]]:
    """Move an image by (x, y) px; also return where the result is known."""
    height, width = image.shape[:2]
    if x == 0 and y == 0:
        return image, np.ones((height, width), bool)
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
    moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    rows, columns = np.arange(height)[:, None] - y, np.arange(width)[None] - x
    inside = (rows >= 0) & (rows <= height - 1) & (columns >= 0) & (columns <= width - 1)
    return moved, inside
