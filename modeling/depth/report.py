"""The evaluation of depth: every metric of table 1 with and without alignment, layer order, by production."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.depth.metrics import ALIGNED, FARTHEST, ORDER, RAW, SHAPE, depth_counts, figures_of, order_of
from modeling.metrics import bootstrap_interval

Counts = NDArray[np.float64]

PUBLISHED = {
    "source": "He and Jia 2023, table 1, experiment 4: their own frames",
    "mae": 0.097,
    "within_1_25": 0.944,
}
"""What the paper reports; other data, so a mark to look at and no comparison."""
SPREAD = ("mae", "within_1_25")
"""Figures with an interval."""


class DepthEvaluation:
    """Sums of held-out frames, one at a time."""

    def __init__(self) -> None:
        self._counts: list[Counts] = []
        self._cuts: list[str] = []
        self._productions: list[str] = []

    def add(
        self,
        rgb: NDArray[np.uint8],
        truth: NDArray[Any],
        prediction: NDArray[Any],
        *,
        production: str,
        cut: str,
        processed: NDArray[Any] | None = None,
    ) -> None:
        """Count a frame: (H, W) inverse depths in 0..1, 0 in the truth unknown; a draft is the prediction itself."""
        self._counts.append(depth_counts(truth, prediction))
        self._cuts.append(cut)
        self._productions.append(production)

    def report(self, seed: int = 0) -> dict[str, Any]:
        """``raw`` and ``aligned`` figures, ``order``, ``intervals`` over cuts, and the same by production.

        ``farthest`` is the cap under which ratios were taken, ``published`` what the paper reports.
        """
        names = sorted(set(self._productions))
        groups = {name: self._scope([p == name for p in self._productions]) for name in names}
        return {
            **self._scope([True] * len(self._counts)),
            "intervals": self._intervals(seed),
            "groups": groups,
            "farthest": FARTHEST,
            "published": PUBLISHED,
        }

    def _scope(self, chosen: Sequence[bool]) -> dict[str, Any]:
        counts = [one for one, of_it in zip(self._counts, chosen, strict=True) if of_it]
        cuts = {(p, c) for p, c, of_it in zip(self._productions, self._cuts, chosen, strict=True) if of_it}
        pooled = np.sum(counts, axis=0) if counts else np.zeros(SHAPE)
        return {
            "frames": len(counts),
            "cuts": len(cuts),
            "raw": figures_of(pooled[RAW]),
            "aligned": figures_of(pooled[ALIGNED]),
            "order": order_of(pooled[ORDER]),
        }

    def _intervals(self, seed: int) -> dict[str, dict[str, list[float] | None]]:
        return {
            form: {name: self._interval(row, name, seed) for name in SPREAD}
            for form, row in (("raw", RAW), ("aligned", ALIGNED))
        }

    def _interval(self, row: int, name: str, seed: int) -> list[float] | None:
        cuts = [f"{p}/{c}" for p, c in zip(self._productions, self._cuts, strict=True)]
        found = bootstrap_interval(self._counts, cuts, lambda sums: figures_of(sums[row])[name], seed=seed)
        return [found.low, found.high] if found else None
