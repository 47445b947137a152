"""Held drawings: which pictures of a video show the drawing of the picture before.

Compression flickers; a mouth of a few pixels moves. A hash or a mean cannot tell these apart, so the difference is
judged in blocks. A difference is averaged over 4 x 4 pixels with its sign, which cancels most of what a transform
codec or grain adds but not a moved line. Each 16 x 16 block keeps its largest average; what exceeds the noise is
squared and summed. A small part that moves exceeds it strongly in few blocks, a faint motion weakly in many, while
noise does neither. On the sample's clips (x264 and VP9) held pictures stay below 50 and
drawings start at 80; what two pictures differ by below that, the encoder has made equal.
"""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Planes: TypeAlias = tuple[NDArray[np.uint8], ...]
"""Luma (H, W) and two chroma planes (H/2, W/2), uint8."""

NOISE_FLOOR, NOISE_CEILING = 4.0, 10.0
"""Levels that a block's average may differ by through compression alone, at least and at most."""
ENERGY = 60.0
"""Sum of squared excess from which on it is another drawing, for pictures of up to `REFERENCE_PIXELS`."""
DRIFT = 3.0
"""How much more may add up against the drawing that was kept: refinement by the codec, not a slow fade."""
REFERENCE_PIXELS = 960 * 540
_BLOCK, _BOX = 16, 4
_MEMORY = 48
_GRAIN = 3.0
"""Largest to median of what grain makes a block's average differ by."""
_CUT_MEDIAN = 10.0
"""A median that no grain reaches: the picture as a whole is another."""


class HoldFinder:
    """Feed it the pictures of a video in order; it says which show the drawing before them.

    The noise is estimated from the shot itself: of its last pairs' median block differences the lower third, as most
    of a picture is still in limited animation, and a pan must not pass for noise.
    """

    def __init__(self) -> None:
        self._kept: Planes | None = None
        self._before: Planes | None = None
        self._medians: deque[float] = deque(maxlen=_MEMORY)

    def is_held(self, planes: Planes) -> bool:
        """Whether this picture shows the kept drawing; if not, it becomes the kept one."""
        planes = halve(planes)
        before, kept = self._before, self._kept
        self._before = planes
        if before is not None and kept is not None and self._same(planes, before, kept):
            return True
        self._kept = planes
        return False

    def _same(self, planes: Planes, before: Planes, kept: Planes) -> bool:
        if planes[0].shape != before[0].shape:
            return False
        blocks = block_differences(planes, before)
        self._observe(float(np.median(blocks)))
        limit = _limit(planes)
        if self._energy(blocks) > limit:
            return False
        return kept is before or self._energy(block_differences(planes, kept)) <= DRIFT * limit

    def _observe(self, median: float) -> None:
        if median > _CUT_MEDIAN:
            self._medians.clear()
        else:
            self._medians.append(median)

    def _energy(self, blocks: NDArray[np.float32]) -> float:
        grain = _GRAIN * float(np.quantile(self._medians, 0.3)) if self._medians else 0.0
        return _excess(blocks, min(max(grain, NOISE_FLOOR), NOISE_CEILING))


def same_drawing(one: Planes, other: Planes) -> bool:
    """Whether two pictures that need not follow each other show one drawing, both as halved planes.

    The measure of `HoldFinder` at the least noise that it knows: a grainy shot's drawings count as different.
    """
    if one[0].shape != other[0].shape:
        return False
    return _excess(block_differences(one, other), NOISE_FLOOR) <= _limit(one)


def _limit(planes: Planes) -> float:
    return ENERGY * max(1.0, 4 * planes[0].size / REFERENCE_PIXELS)


def _excess(blocks: NDArray[np.float32], noise: float) -> float:
    return float(np.square(np.maximum(0, blocks - noise)).sum())


def halved_rgb(rgb: NDArray[np.uint8]) -> Planes:
    """Luma and chroma of (H, W, 3) uint8 at half size, to compare pictures that are no video's."""
    size = max(1, rgb.shape[1] // 2), max(1, rgb.shape[0] // 2)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return tuple(cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)))  # type: ignore[arg-type]


def halve(planes: Planes) -> Planes:
    """Luma at half size beside the chroma that is stored so: all three (H/2, W/2) uint8."""
    luma, *chroma = planes
    size = chroma[0].shape[1], chroma[0].shape[0]
    return (cv2.resize(luma, size, interpolation=cv2.INTER_AREA), *(np.array(plane) for plane in chroma))  # type: ignore[arg-type]


def block_differences(one: Planes, other: Planes) -> NDArray[np.float32]:
    """Largest averaged difference of halved planes in each 16 x 16 block of the picture, (H/16, W/16) levels."""
    blocks = [_plane_blocks(a, b) for a, b in zip(one, other, strict=True)]
    return np.maximum.reduce(blocks)


def _plane_blocks(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float32]:
    signed = cv2.subtract(a, b, dtype=cv2.CV_16S)
    sums = np.abs(cv2.boxFilter(signed, cv2.CV_16S, (_BOX // 2, _BOX // 2), normalize=False))
    block = _BLOCK // 2
    rows, columns = (-(-side // block) for side in sums.shape)
    below, right = rows * block - sums.shape[0], columns * block - sums.shape[1]
    padded = cv2.copyMakeBorder(sums, 0, below, 0, right, cv2.BORDER_CONSTANT)
    tops = padded.reshape(rows, block, columns * block).max(1)
    return tops.reshape(rows, columns, block).max(2).astype(np.float32) / (_BOX // 2) ** 2
