"""What one painted drawing says about the regions of another: for each an entry with its chance, or why not.

Merged and split regions are told by where the flow puts the source: a region that covers most of several others that
hold different entries, and whose area is their sum rather than one of them, is merged; pieces whose areas together make
a region, none of them nearly all of it, are split. Neither is guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.paint.graph import Floats, Graph
from modeling.paint.matching import Match, match_regions
from modeling.paint.sampling import SPECK, UNPAINTED, Values

_MEMBER, _SHARE = 0.5, 0.12
"""A source region is a member of what covers so much of it, if it is so much of that."""
_PIECE, _SLIVER = 0.6, 0.02
"""A target region is a piece of the source region in which so much of it lies, if it is so much of that."""
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
        _merged(source, target, match),
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
