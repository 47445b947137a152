"""Post-processing of a predicted douga (Kugler 2020, section 5.7): lines of one width, one class to an area.

Both steps are optional and know nothing of each other. Neither writes a class that the map does not hold, and neither
touches 255: nothing is drawn over it, and it bounds areas as a line does, since what lies beneath it is unknown.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import FILLS, NAMES, fill_mask, ignore_mask, line_mask
from modeling.douga.skeletons import Mask, box_of, drawn, skeleton, squares

Classes = NDArray[np.uint8]
LINE_WIDTH = 3
"""Width in px at which lines are drawn again at `LINES` lines (thesis 5.7)."""

LINES = 1080
"""Height in px of the frames for which `LINE_WIDTH` is meant."""

NEAR = 3
"""Up to how many px away the nearest fill is looked for pixel by pixel; real lines are far thinner."""

SOLID = 11
"""Diameter in px of the disc that no line holds: what holds it is no line, and there is no middle of it to draw."""

NONE = np.uint8(255)
"""Marks pixels of a map of candidates that are none; higher than any class."""


def postprocess(
    classes: Classes,
    probabilities: NDArray[np.floating] | None = None,
    *,
    thin: bool = True,
    average: bool = True,
    width: int = 0,
) -> Classes:
    """Clean a prediction; areas are those between its raw lines, so averaging comes first (thesis 5.7).

    Args:
        classes: (H, W) uint8 classes, 255 ignored.
        probabilities: (10, H, W) float of the same prediction, for `average_fills`.
        thin: Draw all lines ``width`` px wide, see `thin_lines`.
        average: Give each area one fill, see `average_fills`.
        width: Odd number of pixels, 0 for `line_width` of the map.

    Returns:
        (H, W) uint8 classes, 255 exactly where it was. The input is left as it is.

    Raises:
        ValueError: for an even width, or probabilities of another shape.
    """
    cleaned = average_fills(classes, probabilities) if average else classes.copy()
    return thin_lines(cleaned, width or line_width(*classes.shape)) if thin else cleaned


def line_width(height: int, width: int) -> int:
    """Width in px at which lines of a frame of ``height`` x ``width`` px are drawn again.

    `LINE_WIDTH` at `LINES` lines (the frame's shorter side: a pan is long) and in proportion, made the nearest odd
    number, of two equally near the wider: 1 below 720 lines, 3 below 1440, 5 below 2160.
    """
    return 2 * (LINE_WIDTH * min(height, width) // (2 * LINES)) + 1


def thin_lines(classes: Classes, width: int = LINE_WIDTH) -> Classes:
    """Reduce all lines to one mask, skeletonize it, draw it ``width`` px wide, recover each pixel's class.

    Where a disc of `SOLID` px fits into the mask it is no line but a solid, which stays as predicted.

    A drawn pixel takes the class of the nearest raw line pixel (its own, if it is one); a raw line pixel that is not
    drawn takes that of the nearest fill pixel, or stays a line where the map holds no fill at all. Of several equally
    near, the lowest class index wins, so that a visible line wins over an invisible one; only fills further than 3 px
    away, in the midst of blots, tie as SciPy's exact distance transform breaks them.

    Args:
        classes: (H, W) uint8 classes, 255 ignored.
        width: Odd number of pixels.

    Returns:
        (H, W) uint8 classes.
    """
    lines = line_mask(classes)
    lines &= ~_solid(lines)
    ink = drawn(skeleton(lines), width) & ~ignore_mask(classes)
    thinned = classes.copy()
    _take_nearest(thinned, np.where(lines, classes, NONE), ink & ~lines, width / 2)
    freed = lines & ~ink
    fills = np.where(fill_mask(classes), classes, NONE)
    far = _take_nearest(thinned, fills, freed, NEAR)
    if far.any() and (fills != NONE).any():
        _take_farther(thinned, fills, far)
    return thinned


def _solid(lines: Mask) -> Mask:
    """(H, W) bool, the pixels of a mask that lie in a disc of `SOLID` px inside of it; nothing goes on outside."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (SOLID, SOLID))
    opened = cv2.morphologyEx(
        lines.view(np.uint8), cv2.MORPH_OPEN, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return opened.astype(bool)


def _take_nearest(target: Classes, source: Classes, at: Mask, radius: float) -> Mask:
    """Write the nearest class of ``source`` (`NONE` where it has none) into ``target`` where ``at`` says.

    Returns:
        (H, W) bool, where nothing was found within ``radius``.
    """
    pad = int(radius)
    padded = np.pad(source, pad, constant_values=NONE)
    left = np.argwhere(at)
    for offsets in _rings(radius):
        y, x = (left[:, None, :] + offsets + pad).transpose(2, 0, 1)
        found = padded[y, x].min(1)
        target[tuple(left[found != NONE].T)] = found[found != NONE]
        left = left[found == NONE]
    missed = np.zeros_like(at)
    missed[tuple(left.T)] = True
    return missed


def _rings(radius: float) -> list[NDArray[np.int64]]:
    """Offsets (n, 2) of all pixels at each distance up to ``radius``, nearest first, without the centre."""
    away = squares(radius)
    reached = np.unique(away[(away > 0) & (away <= radius**2)])
    return [np.argwhere(away == square) - int(radius) for square in reached]


def _take_farther(target: Classes, source: Classes, at: Mask) -> None:
    """As `_take_nearest`, however far; ``source`` has a class somewhere."""
    from scipy.ndimage import distance_transform_edt

    empty = source == NONE
    away = cv2.distanceTransform(empty.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # All that is nearest lies within this box: SciPy's transform is the slowest step, and blots are small.
    box = box_of(at, margin=int(away[at].max()) + 1)
    at, source, target = at[box], source[box], target[box]
    rows, columns = distance_transform_edt(empty[box], return_distances=False, return_indices=True)
    target[at] = source[rows[at], columns[at]]


def average_fills(classes: Classes, probabilities: NDArray[np.floating] | None = None) -> Classes:
    """Give each area between lines the one fill class that suits it best, ties to the lowest class index.

    Areas are 4-connected, so that a diagonal line one pixel wide parts them. With probabilities the class of the
    highest mean over the area wins, among the fills that the map holds anywhere; without, the one with most pixels.

    Args:
        classes: (H, W) uint8 classes, 255 ignored.
        probabilities: (10, H, W) float.

    Returns:
        (H, W) uint8 classes; lines and 255 as they were.

    Raises:
        ValueError: for probabilities of another shape.
    """
    if probabilities is not None and probabilities.shape != (len(NAMES), *classes.shape):
        raise ValueError(f"probabilities of shape {probabilities.shape} for a map of {classes.shape}")
    fills = fill_mask(classes)
    count, found = cv2.connectedComponents(fills.view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    areas = np.asarray(found, np.int32)
    votes = _pixels(classes, areas, count) if probabilities is None else _means(classes, probabilities, areas)
    winners = np.array(FILLS, np.uint8)[votes.argmax(1)]
    return np.where(fills, winners[areas], classes)


def _pixels(classes: Classes, areas: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """(areas, fills): how many pixels of each fill an area has."""
    cells = np.bincount((areas * np.int64(256) + classes).ravel(), minlength=256 * count)
    return cells.reshape(count, 256)[:, FILLS].astype(np.float64)


def _means(
    classes: Classes, probabilities: NDArray[np.floating], areas: NDArray[np.int32]
) -> NDArray[np.float64]:
    """(areas, fills): sums of probabilities, which order the classes of an area as means do; -inf for absent fills."""
    flat = areas.ravel()
    # Summing runs of one area first takes a tenth of the time that weighing each pixel does.
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    held = np.bincount(classes.ravel(), minlength=256)
    votes = np.full((int(flat.max()) + 1, len(FILLS)), -np.inf)
    for column, cls in enumerate(FILLS):
        if held[cls]:
            runs = np.add.reduceat(probabilities[cls].astype(np.float32, copy=False).ravel(), starts)
            votes[:, column] = np.bincount(flat[starts], runs)
    return votes
