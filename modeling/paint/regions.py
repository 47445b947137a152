"""The enclosed regions of a douga: what a painter's bucket would fill.

All line classes bound regions, and so does the border between two fills that touch. Regions are 4-connected, so that a
diagonal line one pixel wide parts them.

Gaps: with a tolerance, passages of up to that many pixels are closed, as the editor's filling does it: the *cores*
are what lies farther from every line than half the gap, each core grows back along free pixels, and what holds no core
is a region by itself. That is the trapped ball of Zhang, Chen, Ji, Mao, Gao 2009 ("Vectorizing cartoon animations",
TVCG 15(4)) with one ball, whose leftovers go to the nearest trapped ball by the way within the lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import FILLS, ignore_mask, line_mask
from modeling.douga.skeletons import Mask
from modeling.errors import UserError

NONE = -1
"""Region of pixels that belong to none: lines and ignored pixels."""
WIDEST_GAP = 64

Classes = NDArray[np.uint8]
"""(H, W) uint8 douga classes, 255 ignored."""


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of one drawing, numbered 0 to N - 1.

    Attributes:
        labels: (H, W) int32 region of each pixel, `NONE` on lines and ignored pixels.
        fills: (N,) uint8 fill class of each.
        areas: (N,) int64 pixels of each.
    """

    labels: NDArray[np.int32]
    fills: NDArray[np.uint8]
    areas: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.fills)


def find_regions(classes: Classes, *, gap: int = 0) -> Regions:
    """Find the regions of a drawing.

    Args:
        classes: (H, W) uint8 douga classes, 255 ignored.
        gap: Passages up to so many pixels wide are closed (of odd gaps, even ones a pixel wider, too); 0 takes lines as
            they are.

    Raises:
        UserError: ``paint_gap`` for a gap outside 0 to `WIDEST_GAP`.
    """
    if not 0 <= gap <= WIDEST_GAP:
        message = f"A gap of {gap} px cannot be closed."
        raise UserError(message, code="paint_gap", remedy=f"Give 0 to {WIDEST_GAP}.")
    labels = np.full(classes.shape, NONE, np.int32)
    fills: list[int] = []
    depth = _depth(classes) if gap else None
    for fill in np.intersect1d(np.unique(classes), FILLS).tolist():
        here = classes == fill
        found, count = _parts(here) if depth is None else _closed_parts(here, depth, gap)
        labels[here] = found[here] + len(fills)
        fills += [fill] * count
    areas = np.bincount(labels.ravel() + 1, minlength=len(fills) + 1)[1:]
    return Regions(labels, np.array(fills, np.uint8), areas)


def _depth(classes: Classes) -> NDArray[np.float32]:
    """(H, W) float32 distance to the nearest line or ignored pixel."""
    free = ~(line_mask(classes) | ignore_mask(classes))
    if free.all():
        return np.full(classes.shape, np.inf, np.float32)
    return np.asarray(
        cv2.distanceTransform(free.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32
    )


def _parts(mask: Mask) -> tuple[NDArray[np.int32], int]:
    """(H, W) 4-connected parts of a mask from 0, `NONE` elsewhere, and their number."""
    count, found = cv2.connectedComponents(mask.view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    return np.asarray(found, np.int32) - 1, count - 1


def _whole_balls(deep: Mask, gap: int) -> Mask:
    """Without what is deep only because the frame's edge cut the ball off: small parts there."""
    parts, count = _parts(deep)
    small = np.bincount(parts.ravel() + 1, minlength=count + 1)[1:] < gap * gap
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    cut = np.zeros(count + 1, bool)
    cut[np.unique(edge[edge != NONE])] = True
    return deep & ~(cut[:-1] & small)[np.maximum(parts, 0)] if count else deep


def _closed_parts(mask: Mask, depth: NDArray[np.float32], gap: int) -> tuple[NDArray[np.int32], int]:
    """As `_parts`, each deep part of the mask a part of its own."""
    from skimage.segmentation import watershed

    cores, count = _parts(_whole_balls(mask & (depth > (gap + 1) / 2), gap))
    grown = (
        np.asarray(watershed(np.zeros(mask.shape, np.uint8), cores + 1, connectivity=1, mask=mask), np.int32)
        - 1
    )
    rest, more = _parts(mask & (grown == NONE))
    return np.where(rest == NONE, grown, rest + count), count + more
