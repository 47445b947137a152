"""The colours of a painted picture, and what is nearest to them.

A painted cel has a few dozen colours, chosen by a person. Who shows a model such a picture of the same character has
said which colours there are: what it makes of a segment is then one of them, exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeling.coloring.drawings import PAPER

Pixels = NDArray[np.uint8]
Colors = NDArray[np.uint8]
"""(K, 3) uint8 sRGB."""

BITS = 4
"""Colours that agree in so many bits a channel are one when it is counted which there are, or most of."""
LEAST = 1 / 500
"""Share of the painted pixels below which a colour is a blend along lines and none of the palette."""
DIRECTIONS = np.array(
    [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0), (0.5, -0.5, 0), (0, 0.5, -0.5), (0.5, 0, -0.5)],
    np.float32,
)
"""Of RGB, along which colours are compared: channels, a sum and differences."""


def palette_of(painted: Pixels) -> Colors:
    """The colours of (H, W, 3) uint8 paint on white paper, each the most frequent of those like it, and the white.

    Empty where nothing is painted.
    """
    colors, counts = _counted(painted.reshape(-1, 3))
    paint = (colors != PAPER).any(1)
    colors, counts = colors[paint], counts[paint]
    if not len(colors):
        return np.empty((0, 3), np.uint8)
    _, of = np.unique(colors >> (8 - BITS), axis=0, return_inverse=True)
    of = of.ravel()
    enough = np.bincount(of, counts) >= LEAST * counts.sum()
    order = np.lexsort((-counts, of))
    _, first = np.unique(of[order], return_index=True)
    return np.vstack([colors[order[first]][enough], np.full((1, 3), PAPER, np.uint8)])


def _counted(colors: Colors) -> tuple[Colors, NDArray[np.int64]]:
    """Which colours there are, and how often; many times as fast as `numpy.unique` along an axis."""
    codes = colors.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, counts = np.unique(codes, return_counts=True)
    return np.stack([found >> 16, found >> 8 & 255, found & 255], 1).astype(np.uint8), counts


def nearest_in(palette: Colors, colors: Colors) -> Colors:
    """(N, 3) uint8: for each colour the one of the palette that looks most like it (CIEDE2000)."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    have, want = rgb2lab(palette[None] / 255.0), rgb2lab(colors[:, None] / 255.0)
    return np.asarray(palette[deltaE_ciede2000(want, have).argmin(1)], np.uint8)


def colors_apart(one: Pixels, other: Pixels) -> float:
    """How much the colours of two pictures differ, wherever they lie: sliced Wasserstein distance in 0..1.

    Mean over `DIRECTIONS` of the mean difference of their sorted values (Rabin et al. 2012). Unlike a distance from the
    nearest colour it also counts a colour that is missing: white paper alone is no picture of a painted character.

    Args:
        one: (h, w, 3) uint8.
        other: (H, W, 3) uint8, looked at in as many places as there are pixels of the first.
    """
    height, width = one.shape[:2]
    y, x = np.arange(height) * len(other) // height, np.arange(width) * other.shape[1] // width
    first, second = (np.sort(_along(picture), 0) for picture in (one, other[y[:, None], x]))
    return float(np.abs(first - second).mean())


def _along(picture: Pixels) -> NDArray[np.float32]:
    """(N, D) values in 0..1 along each direction."""
    return np.asarray((picture.reshape(-1, 3) / 255) @ DIRECTIONS.T, np.float32)
