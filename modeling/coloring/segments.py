"""The segments that lines bound, and one colour for each: what a painter fills with the bucket.

A network's colours run and bleed; a painted cel is flat. So each segment takes the colour that most of its pixels have,
and it is right when that colour looks like the true one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.coloring.palettes import BITS, nearest_in
from modeling.paint.sampling import SPECK

Pixels = NDArray[np.uint8]
Segments = NDArray[np.int32]

NONE = -1
"""Of pixels on lines, and of those that are not to be judged."""
LINE = 128
"""Ink from which on a pixel is a line."""
ALIKE = 10.0
"""Difference (CIEDE2000) up to which a segment's colour is right: seen side by side, yet the same colour by name."""


def segments_of(ink: Pixels) -> Segments:
    """(H, W) int32 4-connected parts of what is no line in (H, W) uint8 ink, from 0; `NONE` on lines."""
    free = (ink < LINE).astype(np.uint8)
    _, found = cv2.connectedComponents(free, connectivity=4, ltype=cv2.CV_32S)
    return np.asarray(found, np.int32) - 1


def majority_colors(rgb: Pixels, segments: Segments) -> Pixels:
    """(N, 3) uint8 a segment: the mean of those of its pixels whose colour, to `BITS` a channel, it has most of.

    Of colours that it has as much of, the darkest red counts first, then green, then blue. A number without any pixel
    is white.

    Args:
        rgb: (H, W, 3) uint8.
        segments: (H, W) int32 from 0 to N - 1, `NONE` elsewhere.
    """
    count = int(segments.max()) + 1
    inside = segments != NONE
    of, colors = segments[inside].astype(np.int64), rgb[inside].astype(np.int64)
    coarse = colors >> (8 - BITS)
    codes = (coarse[:, 0] << 2 * BITS) | (coarse[:, 1] << BITS) | coarse[:, 2]
    keys, which, sizes = np.unique((of << 3 * BITS) | codes, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(which, colors[:, c], len(keys)) for c in range(3)], 1)
    owner = keys >> 3 * BITS
    order = np.lexsort((keys, -sizes, owner))  # of each segment its largest colour first
    owners, first = np.unique(owner[order], return_index=True)
    largest = order[first]
    found = np.full((count, 3), 255, np.uint8)
    found[owners] = np.rint(sums[largest] / sizes[largest, None]).astype(np.uint8)
    return found


def flattened(
    rgb: Pixels, ink: Pixels, palette: Pixels | None = None, bounds: Pixels | None = None
) -> Pixels:
    """(H, W, 3) uint8: each segment in its majority colour, lines drawn over them in black as dark as their ink is.

    Below a line lies the colour of the nearest segment. With a (K, 3) palette the nearest colour of it is taken. Ink
    bounds the segments, or (H, W) uint8 ``bounds`` as `modeling.coloring.drawings.bounds_of` gives them.
    """
    from scipy.ndimage import distance_transform_edt

    segments = segments_of(ink if bounds is None else bounds)
    if not (segments != NONE).any():
        return rgb
    _, nearest = distance_transform_edt(segments == NONE, return_indices=True)
    colors = majority_colors(rgb, segments)
    if palette is not None and len(palette):
        colors = nearest_in(palette, colors)
    flat = colors[segments[tuple(nearest)]]
    kept = (255 - ink)[..., None].astype(np.float32) / 255
    return np.asarray(np.rint(flat * kept), np.uint8)


def judged_segments(segments: Segments, counted: NDArray[np.bool_]) -> Segments:
    """The same without those of fewer than `SPECK` pixels, and without those of which half or more is not counted."""
    inside = segments != NONE
    size = np.bincount(segments[inside], minlength=1)
    known = np.bincount(segments[inside & counted], minlength=len(size))
    kept = (size >= SPECK) & (2 * known > size)
    return np.where(inside & kept[np.maximum(segments, 0)], segments, np.int32(NONE))


def right_segments(truth: Pixels, made: Pixels, segments: Segments) -> tuple[int, int]:
    """How many segments there are, and of how many both pictures have the same colour (`ALIKE`) for the most part."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    present = np.unique(segments[segments != NONE])
    if not len(present):
        return 0, 0
    one, other = (rgb2lab(majority_colors(rgb, segments)[present] / 255.0) for rgb in (truth, made))
    return len(present), int((deltaE_ciede2000(one, other) <= ALIKE).sum())
