"""Which pairs of frames are worth a look: those whose edges lie alike, straight or mirrored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST = 0.4
"""Correlation of edge grids below which nothing is looked at."""
CUTS, FRAMES = 4, 3
"""For each frame so many other cuts are looked at, and in each so many frames: the most alike."""
_CHUNK, _CELLS = 512, 2**23
_EITHER = 0.15


class Candidates(NamedTuple):
    """Pairs: ``rows`` (K,) and ``columns`` (K,) index the two sets, the most alike first for each row."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    mirrored: NDArray[np.bool_]


def candidates(
    ours: NDArray[np.uint8],
    theirs: NDArray[np.uint8],
    their_cuts: NDArray[np.int64],
    *,
    tick: Callable[[], None] = lambda: None,
) -> Candidates:
    """For each of our frames, the most alike frames of the most alike of their cuts.

    Likeness is the correlation of edge grids (cosine after each grid's own mean is taken off), so that contrast and
    brightness hardly count; straight and mirrored where they come near each other, else the better one. In planted
    reuse the right cut came first nearly always, whatever else changed, so that few of them suffice.

    Args:
        ours: (N, 256) uint8 grids of ``datasets.features.edge_grid``.
        theirs: (M, 256) uint8.
        their_cuts: (M,) cut of each of theirs.
        tick: Called a chunk.

    Returns:
        At most N x 24 pairs. N x M is never held as a whole: 8 million cells at a time.
    """
    found = list(_chunks(ours, theirs, their_cuts, tick)) if len(ours) and len(theirs) else []
    rows, columns, mirrored = (np.array(part) for part in zip(*found, strict=True)) if found else ([], [], [])
    return Candidates(np.asarray(rows, np.int64), np.asarray(columns, np.int64), np.asarray(mirrored, bool))


def _chunks(
    ours: NDArray[np.uint8],
    theirs: NDArray[np.uint8],
    cuts: NDArray[np.int64],
    tick: Callable[[], None],
) -> Iterator[tuple[int, int, bool]]:
    order = np.argsort(cuts, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cuts[order]) != 0])
    straight, turned = _unit(theirs[order]), _unit(mirrored_grids(theirs[order]))
    step = max(1, min(_CHUNK, _CELLS // len(theirs)))
    for first in range(0, len(ours), step):
        mine = _unit(ours[first : first + step])
        alike, flipped = mine @ straight.T, mine @ turned.T
        best = np.maximum(alike, flipped)
        for row, column in _picked(best, starts):
            for mirrored, how in ((False, alike), (True, flipped)):
                if how[row, column] >= max(LEAST, best[row, column] - _EITHER):
                    yield first + row, int(order[column]), mirrored
        tick()


def _picked(best: NDArray[np.float32], starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Rows and columns (in the order of cuts) of the pairs to look at."""
    ends = np.r_[starts[1:], best.shape[1]]
    of_cuts = np.maximum.reduceat(best, starts, axis=1)
    nearest = np.argsort(-of_cuts, axis=1)[:, :CUTS]
    for row, cuts in enumerate(nearest):
        for cut in cuts[of_cuts[row, cuts] >= LEAST]:
            likely = best[row, starts[cut] : ends[cut]]
            for column in np.argsort(-likely)[:FRAMES]:
                yield row, int(starts[cut] + column)


def mirrored_grids(grids: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 256) grids of the mirrored frames."""
    side = int(np.sqrt(grids.shape[1]))
    return grids.reshape(-1, side, side)[:, :, ::-1].reshape(grids.shape)


def _unit(grids: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of mean 0 and length 1; a frame without edges stays 0 and is like nothing."""
    centred = grids.astype(np.float32)
    centred -= centred.mean(1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0)
