"""Letterbox and pillarbox bars: what lies between them is the picture."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

BLACK = 24
"""Luma of a bar, limited range shown as full range and compression noise included."""
WIDEST = 0.3
"""Share of a side that a bar may take: 2.39:1 inside 4:3 has bars of 22 %."""
_FLAT = 6
_MOST_OF_A_ROW = 5, 60


class Box(NamedTuple):
    """Rows ``top:bottom`` and columns ``left:right``."""

    top: int
    bottom: int
    left: int
    right: int

    def cut(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of (H, W, ...) as a view."""
        return picture[self.top : self.bottom, self.left : self.right]


def picture_box(rgb: NDArray[np.uint8]) -> Box:
    """Where the picture of (H, W, 3) uint8 lies inside its bars; without any it is all of it.

    Bars come in pairs of equal width, black and flat but for captions on them. The outermost row is black from side to
    side, and so is the innermost, on one side at least: a figure in front of black is not cut. A night sky is not
    paired, a frame that is black as a whole has no bars, and coloured bars are picture.
    """
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = luma.shape
    tall, wide = _bar(luma), _bar(luma.T)
    return Box(tall, height - tall, wide, width - wide)


def inside_bars(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) uint8: the picture without its bars, a view."""
    return picture_box(rgb).cut(rgb)


def _bar(luma: NDArray[np.uint8]) -> int:
    """Width of the bars at the first and the last rows of (H, W), the same for both."""
    if max(luma[0].max(), luma[-1].max()) > BLACK:
        return 0
    most = int(WIDEST * len(luma))
    first, last = _runs(luma[: most + 1]), _runs(luma[::-1][: most + 1])
    width = min(first[0], last[0])
    for (wholly, _), (_, mostly) in ((first, last), (last, first)):
        if (
            abs(wholly - mostly) <= 1
        ):  # the picture begins there on either side: a caption lies across the border
            width = max(width, min(wholly, mostly))
    return width if width <= most else 0


def _runs(rows: NDArray[np.uint8]) -> tuple[int, int]:
    """How many rows from the first on are mostly black: up to the last that is so wholly, and in all."""
    low, high = np.percentile(rows[:, :: max(1, rows.shape[1] // 480)], _MOST_OF_A_ROW, axis=1)
    black = (high <= BLACK) & (high - low <= _FLAT)
    mostly = len(rows) if black.all() else int(np.argmin(black))
    wholly = np.flatnonzero(rows[:mostly].max(1, initial=0) <= BLACK)
    return (int(wholly[-1]) + 1 if len(wholly) else 0), mostly
