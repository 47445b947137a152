"""Which pixels of a frame are picture."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from modeling.picture.bars import Box, picture_box
from modeling.picture.captions import caption_boxes


def picture_mask(rgb: NDArray[np.uint8], shape: tuple[int, int] | None = None) -> NDArray[np.bool_] | None:
    """(h, w) bool: False on bars and captions of a (H, W, 3) uint8 frame; None where all of it is picture.

    Args:
        rgb: At native size: letters are not found in a reduced frame.
        shape: Height and width of the mask, the frame's by default. A pixel of it that a bar or caption touches is out.
    """
    size = rgb.shape[:2]
    shape = shape or (size[0], size[1])
    whole, inner = Box(0, size[0], 0, size[1]), picture_box(rgb)
    captions = caption_boxes(rgb)
    if inner == whole and not captions:
        return None
    scale = shape[0] / size[0], shape[1] / size[1]
    mask = np.zeros(shape, bool)
    mask[_window(inner, scale, ceil, floor)] = True
    for box in captions:
        mask[_window(box, scale, floor, ceil)] = False
    return mask


def _window(
    box: Box, scale: tuple[float, float], first: Callable[[float], int], last: Callable[[float], int]
) -> tuple[slice, slice]:
    """Rows and columns of a box in a frame of other size, its ends rounded as told."""
    rows = slice(first(box.top * scale[0]), last(box.bottom * scale[0]))
    return rows, slice(first(box.left * scale[1]), last(box.right * scale[1]))
