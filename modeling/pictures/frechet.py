"""The Fréchet distance of two sets of pictures in the features of a network: FID, and its stand-in (torch-free)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from modeling.pictures.subjects import Pixels

FEWEST = 10
"""Frames below which no distance is told. Far more are needed for one that is near that of endless frames: means and
covariances are estimated, and what they miss by is added to the distance."""
BATCH = 16

Vectors = NDArray[np.floating[Any]]


class Extractor(Protocol):
    """A network that turns pictures into vectors. ``figure`` is what a distance in them is called."""

    figure: str

    def prepare(self, rgb: Pixels) -> NDArray[Any]:
        """What is kept of a (H, W, 3) uint8 picture until its batch is full: of one shape, and small."""

    def vectors(self, prepared: NDArray[Any]) -> NDArray[np.float32]:
        """(N, D) float32 of N prepared pictures, stacked."""

    def about(self) -> dict[str, Any]:
        """``network`` and ``sha256`` of its weights."""


def frechet_distance(one: Vectors, other: Vectors) -> float:
    """The squared Fréchet distance of the Gaussians with the means and covariances of two sets of vectors.

    That is the squared distance of the means, plus the trace of S + T - 2 (S T)^(1/2) (Heusel et al. 2017, equation 6).
    The last trace is the sum of the singular values of A B', where A'A = S and B'B = T: exact, and with few vectors
    cheap, where a root of (D, D) matrices is neither.

    Args:
        one: (N, D), N at least 2.
        other: (M, D), M at least 2.
    """
    apart = one.mean(0, dtype=np.float64) - other.mean(0, dtype=np.float64)
    left, right = _root(one), _root(other)
    shared = np.linalg.svd(left @ right.T, compute_uv=False).sum()
    return max(0.0, float((apart**2).sum() + (left**2).sum() + (right**2).sum() - 2 * shared))


def _root(vectors: Vectors) -> NDArray[np.float64]:
    """A of at most D rows with A'A the (D, D) covariance of (N, D) vectors."""
    centred = (vectors - vectors.mean(0, dtype=np.float64)) / np.sqrt(len(vectors) - 1)
    tall = len(centred) > centred.shape[1]
    return np.asarray(np.linalg.qr(centred, mode="r") if tall else centred, np.float64)


class FeatureSets:
    """Vectors of pictures by form, a frame at a time; the network is not asked before there are `FEWEST` frames."""

    def __init__(self, extractor: Extractor) -> None:
        self.extractor, self._frames = extractor, 0
        self._waiting: list[tuple[str, NDArray[Any]]] = []
        self._vectors: dict[str, list[NDArray[np.float32]]] = defaultdict(list)

    def add(self, forms: Mapping[str, Pixels]) -> None:
        """Take a frame's (H, W, 3) uint8 pictures; every frame has the same forms."""
        self._frames += 1
        self._waiting += [(name, self.extractor.prepare(rgb)) for name, rgb in forms.items()]
        if self._frames >= FEWEST and len(self._waiting) >= BATCH:
            self._ask()

    def distance(self, form: str, other: str, chosen: Sequence[bool]) -> float | None:
        """Between two forms of the chosen frames, None of fewer than `FEWEST`.

        Args:
            form: Name of one.
            other: Name of the other.
            chosen: Of each frame in the order of `add`, whether it counts.
        """
        if sum(chosen) < FEWEST:
            return None
        self._ask()
        one, two = (np.stack(self._vectors[name])[np.asarray(chosen)] for name in (form, other))
        return frechet_distance(one, two)

    def _ask(self) -> None:
        for start in range(0, len(self._waiting), BATCH):
            part = self._waiting[start : start + BATCH]
            found = self.extractor.vectors(np.stack([prepared for _, prepared in part]))
            for (name, _), vector in zip(part, found, strict=True):
                self._vectors[name].append(vector)
        self._waiting.clear()
