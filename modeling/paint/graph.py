"""What is known of every region of a drawing: place, shape, and which regions lie beside it across which line."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects
from scipy.sparse import csr_array

from modeling.douga.classes import line_mask
from modeling.paint.motion import glow_of
from modeling.paint.regions import NONE, Classes, Regions

GRID = 16
"""Cells a side of the small picture in which a region's shape is kept."""
_REACH = 2.5
"""The small picture reaches so many root areas across: an ellipse of 1 to 3 fits, a hair's tip is cut."""
KINDS = 6
"""Kinds of borders: line classes 1 to 5, and 0 where two fills touch."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Graph:
    """The regions of one drawing and how they lie; arrays of length N.

    Attributes:
        regions: The regions themselves.
        territory: (H, W) int32 nearest region of every pixel, lines included; `NONE` only in a drawing without regions.
        centers: (N, 2) float32 mean x, y in pixels.
        shapes: (N, GRID * GRID) float32 share of each cell about the centre that is covered, of length 1.
        borders: One (N, N) sparse array a kind (`KINDS`): pixel sides that two regions share.
        edge: (N,) float32 pixels on the frame's edge.
        box: (N, 4) int32 left, top, right, bottom (exclusive).
        glow: (h, w) uint8 how near lines are, 255 on them, as `glow_of` gives it.
    """

    regions: Regions
    territory: NDArray[np.int32]
    centers: Floats
    shapes: Floats
    borders: tuple[csr_array, ...]
    edge: Floats
    box: NDArray[np.int32]
    glow: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.regions)


def make_graph(classes: Classes, regions: Regions) -> Graph:
    """Measure the regions of a drawing.

    Args:
        classes: (H, W) uint8 douga classes the regions were found in.
        regions: Of `find_regions`.
    """
    territory = _territory(regions.labels)
    centers, box = _places(regions)
    return Graph(
        regions,
        territory,
        centers,
        _shapes(regions, centers, box),
        _borders(territory, classes, len(regions)),
        _edge(regions),
        box,
        glow_of(line_mask(classes)),
    )


def _territory(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """(H, W) nearest region of every pixel."""
    seeds = labels != NONE
    if seeds.all() or not seeds.any():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        (~seeds).view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    region_of = np.full(int(nearest.max()) + 1, NONE, np.int32)
    region_of[nearest[seeds]] = labels[seeds]
    return np.asarray(region_of[nearest])


def _places(regions: Regions) -> tuple[Floats, NDArray[np.int32]]:
    """Centres and boxes."""
    slices = find_objects(regions.labels + 1)
    box = np.array([[x.start, y.start, x.stop, y.stop] for y, x in slices], np.int32).reshape(-1, 4)
    height, width = regions.labels.shape
    flat = regions.labels.ravel() + 1
    sums = [
        np.bincount(flat, at.ravel(), minlength=len(regions) + 1)[1:]
        for at in (
            np.broadcast_to(np.arange(width, dtype=np.float32), (height, width)),
            np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], (height, width)),
        )
    ]
    centers = np.stack(sums, 1) / np.maximum(regions.areas, 1)[:, None]
    return centers.astype(np.float32), box


def _shapes(regions: Regions, centers: Floats, box: NDArray[np.int32]) -> Floats:
    """Small pictures about the centres, scaled by the root of the area."""
    found = np.zeros((len(regions), GRID * GRID), np.float32)
    for number, (left, top, right, bottom) in enumerate(box.tolist()):
        mask = (regions.labels[top:bottom, left:right] == number).astype(np.float32)
        step = _REACH * float(np.sqrt(regions.areas[number])) / GRID
        middle = centers[number] - (left, top)
        matrix = np.array([[step, 0, 0], [0, step, 0]], np.float64)
        matrix[:, 2] = middle - step * (GRID - 1) / 2
        if step > 2:
            mask = cv2.blur(mask, (int(step), int(step)), borderType=cv2.BORDER_CONSTANT)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        found[number] = cv2.warpAffine(mask, matrix, (GRID, GRID), flags=flags).ravel()
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.maximum(length, 1e-6)


def _borders(territory: NDArray[np.int32], classes: Classes, count: int) -> tuple[csr_array, ...]:
    """Pixel sides between regions by the kind of line there, both ways round."""
    kinds = np.where(classes < KINDS, classes, 0).astype(np.uint8)
    pairs = [_sides(territory, kinds, axis) for axis in (0, 1)]
    a, b, kind = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    found = []
    for wanted in range(KINDS):
        here = kind == wanted
        both = np.concatenate([a[here], b[here]]), np.concatenate([b[here], a[here]])
        ones = np.ones(len(both[0]), np.float32)
        found.append(csr_array((ones, both), shape=(count, count)))
    return tuple(found)


def _sides(
    territory: NDArray[np.int32], kinds: NDArray[np.uint8], axis: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Region on either side of every pixel side that parts two, and the line there."""
    first, second = (np.moveaxis(territory, axis, 0)[part] for part in (slice(None, -1), slice(1, None)))
    there = np.nonzero(first != second)
    one, other = (np.moveaxis(kinds, axis, 0)[part][there] for part in (slice(None, -1), slice(1, None)))
    return first[there], second[there], np.where(one > 0, one, other)


def _edge(regions: Regions) -> Floats:
    labels = regions.labels
    around = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    return np.bincount(around + 1, minlength=len(regions) + 1)[1:].astype(np.float32)
