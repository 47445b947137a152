"""Edges of a coarse prediction moved to the frame's own: the guided filter (He, Sun and Tang 2013).

A cel is painted in flat colours: around each pixel, what the network says is nearly a linear function of colour.
Coefficients are taken from the reduced frame and applied to the full one (He and Sun 2015, "Fast guided filter").
Written out here because opencv-contrib 5.0's ``ximgproc.guidedFilter`` is not this filter: docs/adr/0005.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.images import within_long_side

Floats = NDArray[np.float32]
SIDE = 320
"""Long side at which coefficients are taken, in pixels."""
FLATNESS = 1e-4
"""Variance of colours in 0..1 (epsilon of the paper) below which a window counts as flat: its mean is kept."""


def guided(rgb: NDArray[np.uint8], values: Floats, radius: float) -> Floats:
    """Values at frame size whose edges are the frame's.

    Args:
        rgb: (H, W, 3) uint8 frame.
        values: (h, w) float32 of any size and range, such as logits.
        radius: Of the windows, relative to the frame's long side.

    Returns:
        (H, W) float32 in about the range of ``values``.
    """
    guide = np.asarray(within_long_side(rgb, SIDE) / np.float32(255), np.float32)
    fitted = _resized(values, guide.shape[:2])
    slope, offset = coefficients(guide, fitted, max(1, round(radius * max(guide.shape[:2]))))
    slope, offset = _resized(slope, rgb.shape[:2]), _resized(offset, rgb.shape[:2])
    return np.einsum("hwc,hwc->hw", slope, rgb, dtype=np.float32) / np.float32(255) + offset


def coefficients(guide: Floats, values: Floats, radius: int) -> tuple[Floats, Floats]:
    """Slopes (H, W, 3) and offsets (H, W) of the linear functions of colour that fit ``values`` around each pixel.

    Each is the mean over all windows of ``2 radius + 1`` pixels a side that hold the pixel (the paper's filter with a
    colour guide).

    Args:
        guide: (H, W, 3) float32 RGB in 0..1.
        values: (H, W) float32.
        radius: In pixels.
    """
    window = (2 * radius + 1, 2 * radius + 1)
    colour, value = _mean(guide, window), _mean(values, window)
    together = _mean(guide * values[..., None], window) - colour * value[..., None]
    slope = _solved(_covariance(guide, colour, window), together)
    offset = value - np.einsum("hwc,hwc->hw", slope, colour)
    return _mean(slope, window), _mean(offset, window)


def _covariance(guide: Floats, mean: Floats, window: tuple[int, int]) -> Floats:
    """(H, W, 6): the upper triangle of each window's covariance of colours, plus epsilon on its diagonal."""
    rows, columns = np.triu_indices(3)
    products = _mean(guide[..., rows] * guide[..., columns], window)
    flat = np.where(rows == columns, np.float32(FLATNESS), np.float32(0))
    return products - mean[..., rows] * mean[..., columns] + flat


def _solved(upper: Floats, right: Floats) -> Floats:
    """Solve the symmetric 3 x 3 system at each pixel by its adjugate, on whole arrays at once."""
    a, b, c, d, e, f = (upper[..., index] for index in range(6))
    x, y, z = (right[..., index] for index in range(3))
    aa, ab, ac = d * f - e * e, c * e - b * f, b * e - c * d
    bb, bc, cc = a * f - c * c, b * c - a * e, a * d - b * b
    determinant = a * aa + b * ab + c * ac
    solved = np.stack([aa * x + ab * y + ac * z, ab * x + bb * y + bc * z, ac * x + bc * y + cc * z], -1)
    return solved / determinant[..., None]


def _mean(values: Floats, window: tuple[int, int]) -> Floats:
    return np.asarray(cv2.blur(values, window), np.float32)


def _resized(values: Floats, shape: tuple[int, ...]) -> Floats:
    return np.asarray(cv2.resize(values, shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)
