"""How a drawing moved: one shift for all, then dense flow, both of how near lines are.

The shift is the peak of the cross-correlation of both pictures; the flow is dense inverse search (Kroeger, Timofte,
Dai, Van Gool 2016, as OpenCV has it). Lines alone have no texture to follow; their blurred surroundings have.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.douga.skeletons import Mask

LONG = 640
"""Long side, in pixels, of the pictures by which movement is found."""
_GLOW = 6.0
"""How far, in pixels of that picture, a line is felt."""
_SMALLEST = 32
"""Side, in pixels, from which flow is sought; below, the shift stands alone."""

Picture = NDArray[np.uint8]


def glow_of(lines: Mask) -> Picture:
    """(h, w) uint8 lines of long side `LONG` at most, blurred so far that those of two drawings overlap.

    255 on a line, and exponential in the distance from it.

    Args:
        lines: (H, W) bool.
    """
    height, width = lines.shape
    scale = min(1.0, LONG / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if not lines.any():
        return np.zeros(size[::-1], np.uint8)
    away = cv2.distanceTransform((~lines).view(np.uint8), cv2.DIST_L2, 5)
    glow = (255 * np.exp(-away * scale / _GLOW)).astype(np.uint8)
    return np.asarray(cv2.resize(glow, size, interpolation=cv2.INTER_AREA), np.uint8)


def find_flow(target: Picture, source: Picture, size: tuple[int, int]) -> NDArray[np.float32]:
    """Where each pixel of a target was in a source.

    Args:
        target, source: (h, w) uint8 `glow_of` either, of one size.
        size: (height, width) of the drawings.

    Returns:
        (height, width, 2) float32: x and y to add, in pixels of the drawings.
    """
    dx, dy = find_shift(target, source)
    height, width = target.shape
    matrix = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    moved = cv2.warpAffine(source, matrix, (width, height))
    flow = np.zeros((height, width, 2), np.float32)
    if min(height, width) >= _SMALLEST:
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        flow = search.calc(target, moved, None)  # type: ignore[call-overload]
    flow = (flow + np.array([dx, dy], np.float32)) * np.array([size[1] / width, size[0] / height], np.float32)
    return np.asarray(cv2.resize(flow, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def find_shift(target: Picture, source: Picture) -> tuple[int, int]:
    """The one (dx, dy), in whole pixels, for which target (x, y) resembles source (x + dx, y + dy) most."""
    height, width = target.shape
    size = cv2.getOptimalDFTSize(2 * height), cv2.getOptimalDFTSize(2 * width)
    spectra = [np.fft.rfft2(picture - picture.mean(dtype=np.float32), size) for picture in (source, target)]
    agrees = np.fft.irfft2(spectra[0] * np.conj(spectra[1]), size)
    dy, dx = (int(at) for at in np.unravel_index(int(agrees.argmax()), agrees.shape))
    if agrees[dy, dx] <= agrees[0, 0] * (1 + 1e-6):
        return 0, 0
    return dx - size[1] * (dx > size[1] // 2), dy - size[0] * (dy > size[0] // 2)


def seen_from(values: NDArray[np.int32], flow: NDArray[np.float32]) -> NDArray[np.int32]:
    """Take (H, W) values of the source to the target's pixels by (H, W, 2) flow; beyond the edge the edge's counts."""
    height, width = values.shape
    x = np.rint(flow[..., 0] + np.arange(width, dtype=np.float32)).astype(np.int32).clip(0, width - 1)
    y = (
        np.rint(flow[..., 1] + np.arange(height, dtype=np.float32)[:, None])
        .astype(np.int32)
        .clip(0, height - 1)
    )
    return np.asarray(values[y, x])
