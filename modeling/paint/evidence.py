"""What one painted drawing says about the regions of another: for each an entry with its chance, or why not.

Merged and split regions are told by where the flow puts the source: a region that covers most of several others that
hold different entries, and whose area is their sum rather than one of them, is merged; pieces whose areas together make
a region, none of them nearly all of it, are split. Neither is guessed at. Merged is also a region with a pocket
behind a passage of a few pixels in which a region of another entry lay that is nowhere else: a line was left open.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.paint.graph import Floats, Graph
from modeling.paint.matching import Match, match_regions
from modeling.paint.sampling import SPECK, UNPAINTED, Values

_MEMBER, _SHARE = 0.5, 0.12
"""A source region is a member of what covers so much of it, if it is so much of that."""
_PIECE, _SLIVER = 0.6, 0.02
"""A target region is a piece of the source region in which so much of it lies, if it is so much of that."""
_LEAK = 4
"""Pixels up to which a passage is looked at as a line left open."""
_KEPT = 0.3
"""A region is still there if its counterpart has so much of its area."""
_POCKET, _OF_IT = 0.5, 0.4
"""A pocket is what so much of it was before, if it holds so much of that (its rim is not counted)."""
_WHOLE = 0.75
"""A piece at least so large, by area, is the region itself with something cut off."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A drawing whose regions have entries; ``values`` (N,) uint16 stored values, ``name`` for messages."""

    name: str
    graph: Graph
    values: Values


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source says of the M regions of a target.

    Attributes:
        source: Name of the painted drawing.
        values: (K,) uint16 stored values that occur in it, without `UNPAINTED`.
        chances: (K, M) float32 chance of each value.
        pending: (M,) float32 chance that the counterpart was left unpainted.
        merged: Values of the parts by merged region.
        split: (value, number of pieces) by region that is a piece.
    """

    source: str
    values: Values
    chances: Floats
    pending: Floats
    merged: dict[int, tuple[int, ...]]
    split: dict[int, tuple[int, int]]


def hear(source: Painted, target: Graph) -> Evidence:
    """Match a painted drawing's regions to a target's and gather what follows."""
    unread = (source.values == UNPAINTED) & (source.graph.regions.areas < SPECK)
    match = match_regions(source.graph, target, without=unread)
    known = np.unique(source.values[source.values != UNPAINTED])
    held = (known[:, None] == source.values[None]).astype(np.float32)
    pending = match.chances[source.values == UNPAINTED].sum(0)
    return Evidence(
        source.name,
        known,
        np.minimum(held @ match.chances, 1),
        pending,
        _leaks(source, target, match) | _merged(source, target, match),
        _split(source, target, match),
    )


def _merged(source: Painted, target: Graph, match: Match) -> dict[int, tuple[int, ...]]:
    """Values of the parts of every target region that several source regions went into."""
    found: dict[int, tuple[int, ...]] = {}
    members = (match.covered >= _MEMBER) & (match.inside >= _SHARE)
    members &= ~_matched_elsewhere(match.chances)
    areas = source.graph.regions.areas
    for region in np.flatnonzero(members.sum(0) > 1).tolist():
        parts = np.flatnonzero(members[:, region])
        values = tuple(dict.fromkeys(source.values[parts].tolist()))
        have = target.regions.areas[region]
        if len(values) > 1 and _nearer(have, int(areas[parts].sum()), int(areas[parts].max())):
            found[region] = values
    return found


def _leaks(source: Painted, target: Graph, match: Match) -> dict[int, tuple[int, ...]]:
    """Values that are in one region because a line between them was left open; that of the region itself first."""
    pockets, region_of = _pockets(target)
    if not len(region_of):
        return {}
    there = (pockets >= 0) & (match.moved >= 0)
    codes = match.moved[there].astype(np.int64) * len(region_of) + pockets[there]
    common = np.bincount(codes, minlength=len(source.values) * len(region_of)).reshape(-1, len(region_of))
    inside = common / np.maximum(np.bincount(pockets[there], minlength=len(region_of)), 1)[None]
    covered = common / np.maximum(source.graph.regions.areas, 1)[:, None]
    one, other = source.graph.regions.areas[:, None], target.regions.areas[None]
    kept = ((match.chances > 0.5) & (other > _KEPT * one)).any(1)
    lost = ~kept & (source.values != UNPAINTED)
    found: dict[int, tuple[int, ...]] = {}
    for number, pocket in zip(
        *np.nonzero((inside >= _POCKET) & (covered >= _OF_IT) & lost[:, None]), strict=True
    ):
        region = int(region_of[pocket])
        own, lain = int(source.values[match.chances[:, region].argmax()]), int(source.values[number])
        if own != lain:
            found[region] = (*found.get(region, (own,)), lain)
    return {region: tuple(dict.fromkeys(values)) for region, values in found.items()}


def _pockets(target: Graph) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(H, W) parts of regions that a passage of `_LEAK` px holds together, -1 elsewhere, and the region of each."""
    labels = target.regions.labels
    depth = cv2.distanceTransform((labels >= 0).view(np.uint8), cv2.DIST_L2, 5)
    deep = (depth > (_LEAK + 1) / 2).astype(np.uint8)
    count, parts = cv2.connectedComponents(deep, connectivity=4, ltype=cv2.CV_32S)
    region_of = np.zeros(count, np.int32)
    region_of[parts[parts > 0]] = labels[parts > 0]
    several = np.bincount(region_of[1:], minlength=len(target)) > 1
    keep = np.append(False, several[region_of[1:]])
    numbers = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
    return numbers[parts], region_of[keep]


def _split(source: Painted, target: Graph, match: Match) -> dict[int, tuple[int, int]]:
    """(value, number of pieces) of every target region that is a piece of a source region."""
    found: dict[int, tuple[int, int]] = {}
    pieces = (match.inside >= _PIECE) & ~_matched_elsewhere(match.chances.T).T
    for region in np.flatnonzero(pieces.sum(1) > 1).tolist():
        parts = np.flatnonzero(pieces[region])
        parts = parts[match.inside[region, parts] * target.regions.areas[parts] >= 1]
        areas, whole = target.regions.areas[parts], int(source.graph.regions.areas[region])
        if len(parts) < 2 or not _nearer(whole, int(areas.sum()), int(areas.max())):
            continue
        for part, area in zip(parts.tolist(), areas.tolist(), strict=True):
            if _SLIVER * whole < area < _WHOLE * whole:
                found[part] = (int(source.values[region]), len(parts))
    return found


def _matched_elsewhere(chances: Floats) -> NDArray[np.bool_]:
    """(N, M) whether the row's region is one with another column's for certain."""
    if not chances.size:
        return np.zeros(chances.shape, bool)
    sure = np.asarray(chances > 0.5)
    return np.asarray(sure.any(axis=1, keepdims=True) & ~sure)


def _nearer(have: int, one: int, other: int) -> bool:
    """Whether an area is nearer, by ratio, to one than to another."""
    return abs(np.log(have / one)) < abs(np.log(have / other))
