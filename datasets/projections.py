"""Many numbers a frame made two, so that alike frames lie near each other on a map of the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from modeling.errors import UserError
from modeling.registry import propose

BLOCK = 16_384
"""Rows read at once."""
MOST_FITTED = 50_000
"""Rows that UMAP is fitted to, drawn by a seed; the others are put where their neighbours lie."""
_NEIGHBOURS = 15
_LEAST = 8
"""Rows below which neighbours tell nothing."""

Block = NDArray[np.float32]
Tick = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is done; it may raise to end the work."""


@dataclass(frozen=True, slots=True)
class Points:
    """Rows to project, read in blocks: ``read`` takes (K,) row numbers and returns (K, D) float32 without NaN."""

    count: int
    size: int
    read: Callable[[NDArray[np.int64]], Block]

    def blocks(self) -> Iterator[tuple[slice, Block]]:
        """All rows in order."""
        for start in range(0, self.count, BLOCK):
            stop = min(self.count, start + BLOCK)
            yield slice(start, stop), self.read(np.arange(start, stop))


@dataclass(frozen=True, slots=True)
class Projection:
    """A way to make two numbers of many. ``missing`` is a sentence where it cannot run here, else empty."""

    name: str
    title: str
    text: str
    fit: Callable[[Points, int, Tick], Block]
    missing: Callable[[], str] = lambda: ""


def principal(points: Points, seed: int, tick: Tick) -> Block:
    """(N, 2) float32: the two directions in which the rows differ most, exact and in two passes over them.

    The covariance is summed block by block, so that memory holds D x D numbers however many rows there are.
    Each direction points to where its largest loading is positive: the same rows give the same map.
    """
    total, products = np.zeros(points.size), np.zeros((points.size, points.size))
    for rows, block in points.blocks():
        wide = block.astype(np.float64)
        total += wide.sum(0)
        products += wide.T @ wide
        tick(rows.stop / points.count / 2, "Finding the main directions")
    mean = total / max(1, points.count)
    axes = _axes(products / max(1, points.count) - np.outer(mean, mean))
    found = np.zeros((points.count, 2), np.float32)
    for rows, block in points.blocks():
        found[rows, : axes.shape[1]] = (block - mean) @ axes
        tick(0.5 + rows.stop / points.count / 2, "Placing frames")
    return found


def _axes(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """(D, 2) eigenvectors of the largest eigenvalues, the larger first; (D, 1) of a single column."""
    size = len(covariance)
    _, vectors = eigh(covariance, subset_by_index=(max(0, size - 2), size - 1))
    vectors = vectors[:, ::-1]
    largest = np.abs(vectors).argmax(0)
    return vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])


def neighbourhoods(points: Points, seed: int, tick: Tick) -> Block:
    """(N, 2) float32 by UMAP (McInnes, Healy and Melville 2018): near neighbours stay near.

    Fitted to at most 50,000 rows drawn by the seed. Fewer than eight rows are placed by `principal`.
    """
    if points.count < _LEAST:
        return principal(points, seed, tick)
    from umap import UMAP

    fitted = np.arange(points.count)
    if points.count > MOST_FITTED:
        fitted = np.sort(np.random.default_rng(seed).permutation(points.count)[:MOST_FITTED])
    tick(0.05, f"Finding the neighbours of {len(fitted):,} frames: this takes minutes")
    model = UMAP(
        n_neighbors=min(_NEIGHBOURS, len(fitted) - 1),
        init="random" if len(fitted) < 4 * _LEAST else "spectral",
        random_state=seed,
        n_jobs=1,
    )
    found = np.empty((points.count, 2), np.float32)
    found[fitted] = model.fit_transform(points.read(fitted))
    rest = np.setdiff1d(np.arange(points.count), fitted, assume_unique=True)
    for start in range(0, len(rest), BLOCK):
        rows = rest[start : start + BLOCK]
        tick(0.5 + 0.5 * start / len(rest), f"Placing {start:,} of {len(rest):,} more frames")
        found[rows] = model.transform(points.read(rows))
    return found


def _umap_missing() -> str:
    if find_spec("umap") is not None:
        return ""
    return "UMAP is not installed here: pip install 'sakkan[map]'."


PROJECTIONS: dict[str, Projection] = {
    one.name: one
    for one in (
        Projection("pca", "PCA", "The two directions in which frames differ most: seconds.", principal),
        Projection(
            "umap",
            "UMAP",
            "Keeps near neighbours near, so that groups stand apart: minutes.",
            neighbourhoods,
            _umap_missing,
        ),
    )
}
"""By name, the one that is always there first."""


def get_projection(name: str) -> Projection:
    """Return the projection of that name, if it can run here.

    Raises:
        UserError: ``unknown_projection`` or ``not_installed``.
    """
    if name not in PROJECTIONS:
        message = f"There is no projection {name!r}."
        raise UserError(message, code="unknown_projection", remedy=propose(name, PROJECTIONS))
    if missing := PROJECTIONS[name].missing():
        raise UserError(missing, code="not_installed", remedy="Or take pca.")
    return PROJECTIONS[name]
