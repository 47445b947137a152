"""Masks of lines as skeletons one pixel wide, and skeletons drawn again at a width."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def skeleton(mask: Mask) -> Mask:
    """Thin (H, W) lines to one pixel (Zhang and Suen 1984, as scikit-image has it; thesis 5.7)."""
    from skimage.morphology import skeletonize

    thinned = np.zeros_like(mask)
    if mask.any():
        box = box_of(mask)
        thinned[box] = skeletonize(mask[box], method="zhang")
    return thinned


def box_of(mask: Mask, margin: int = 0) -> tuple[slice, slice]:
    """Rows and columns that hold the pixels of a mask, which has some, and ``margin`` px around them."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    first = max(rows[0] - margin, 0), max(columns[0] - margin, 0)
    return slice(first[0], rows[-1] + margin + 1), slice(first[1], columns[-1] + margin + 1)


def squares(radius: float) -> NDArray[np.int64]:
    """(2R + 1, 2R + 1) int64 squared distances from the centre, R the whole part of ``radius``."""
    steps = np.arange(-int(radius), int(radius) + 1)
    return steps[:, None] ** 2 + steps[None, :] ** 2


def grown(mask: Mask, radius: float) -> Mask:
    """(H, W) bool, the pixels at most ``radius`` px (Euclidean, between centres) from a pixel of ``mask``."""
    disc = (squares(radius) <= radius**2).astype(np.uint8)
    return cv2.dilate(mask.view(np.uint8), disc).astype(bool)


def drawn(mask: Mask, width: int) -> Mask:
    """Draw an (H, W) skeleton ``width`` px wide.

    A pixel is drawn if it is at most ``width / 2`` px from the skeleton. At 3 px that is the square of 3 x 3, so that
    lines are 3 px wide along the axes and 3.5 on diagonals (a cross would make that 2.1).

    Raises:
        ValueError: for an even or negative width.
    """
    if width < 1 or width % 2 == 0:
        raise ValueError(f"a line is drawn an odd number of pixels wide, not {width}")
    return grown(mask, width / 2)
