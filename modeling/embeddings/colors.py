"""Colour histogram: which colours a frame is of, wherever they are (after Swain and Ballard, Color Indexing, 1991)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = 1
CELLS = 6
"""Cells a channel."""
SIZE = CELLS**3
_LONG_SIDE = 480


def color_histogram(rgb: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Root of the share of pixels in each of 6 x 6 x 6 equal cells of sRGB, (216,) float16, red slowest.

    Distances of the roots are Hellinger's: half a frame turned from one colour into another counts the same for rare
    and for common colours. Large frames are thinned out, not blended: blending makes colours that nobody painted.
    """
    step = max(1, max(rgb.shape[:2]) // _LONG_SIDE)
    thinned = np.ascontiguousarray(rgb[step // 2 :: step, step // 2 :: step])
    counts = cv2.calcHist([thinned], [0, 1, 2], None, [CELLS] * 3, [0, 256] * 3)
    return np.sqrt(counts.ravel() / counts.sum()).astype(np.float16)


class Colors:
    """`color_histogram` as an `Embedder`."""

    batch = 64

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.float16]:
        """(216,) float16."""
        return color_histogram(rgb)

    def vectors(self, prepared: NDArray[np.float16]) -> NDArray[np.float32]:
        """(N, 216) float32."""
        return prepared.astype(np.float32)
