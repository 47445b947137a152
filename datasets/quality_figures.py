"""Numbers of a pool's quality page: histograms, how many a threshold leaves out, the worst frames. All on arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.permissions import Person
from datasets.models import Pool, Split
from datasets.pool_table import pool_table, splits_of
from datasets.quality import MEASURES, Measure
from datasets.selectors import quality_values

BINS, HEIGHT = 60, 120


@dataclass(frozen=True, slots=True)
class PoolQuality:
    """Frames of a pool that a user may see, ids (N,), values (N, M) with NaN where not measured, sides (N,) bool."""

    ids: NDArray[np.int64]
    values: NDArray[np.float32]
    trainable: NDArray[np.bool_]
    held_out: NDArray[np.bool_]

    def column(self, measure: Measure) -> NDArray[np.float32]:
        """(N,) values of one measure."""
        return self.values[:, list(MEASURES).index(measure.name)]

    def poor(self, thresholds: Mapping[str, float]) -> NDArray[np.bool_]:
        """(N,) bool: beyond at least one of the thresholds, by name of the measure."""
        mask = np.zeros(len(self.ids), bool)
        for name, threshold in thresholds.items():
            mask |= MEASURES[name].poor(self.column(MEASURES[name]), threshold)
        return mask


def pool_quality(pool: Pool, user: Person) -> PoolQuality:
    """Read what was measured of the frames that the user may see."""
    table = pool_table(pool, user)
    sides = splits_of(pool, table.cuts, (Split.TRAIN, Split.TEST))
    return PoolQuality(table.ids, quality_values(table.ids), sides == 0, sides == 1)


def counts(quality: PoolQuality, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """How many frames each threshold, and all together, would leave out of selection; and held-out ones beyond it."""
    each = {name: quality.poor({name: limit}) for name, limit in thresholds.items()}
    together = quality.poor(thresholds)
    return {
        "measures": {name: _sides(quality, mask) for name, mask in each.items()},
        "together": _sides(quality, together),
    }


def _sides(quality: PoolQuality, mask: NDArray[np.bool_]) -> dict[str, int]:
    return {
        "left_out": int((mask & quality.trainable).sum()),
        "held_out": int((mask & quality.held_out).sum()),
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a histogram, 10 wide on a ground of 600 x 120: its values, how many frames, its height."""

    number: int
    start: float
    end: float
    frames: int
    height: float

    @property
    def x(self) -> int:
        """Where it stands."""
        return 10 * self.number

    @property
    def top(self) -> float:
        """Where it ends, from above."""
        return HEIGHT - self.height


def histogram(quality: PoolQuality, measure: Measure) -> list[Bar]:
    """Frames by value, in equal steps of the measure's axis; what lies beyond its ends is in the outermost columns.

    Heights are logarithmic: what matters are the few at the end.
    """
    values = quality.column(measure)
    known = np.clip(values[~np.isnan(values)], measure.low, measure.high)
    frames, edges = np.histogram(known, BINS, (measure.low, measure.high))
    most = np.log1p(max(1, frames.max(initial=0)))
    heights = HEIGHT * np.log1p(frames) / most
    rows = zip(edges[:-1].tolist(), edges[1:].tolist(), frames.tolist(), heights.tolist(), strict=True)
    return [Bar(number, *row) for number, row in enumerate(rows)]


class Worst(NamedTuple):
    """A frame's id, its value, and whether it is on the held-out side."""

    frame_id: int
    value: float
    held_out: bool


def worst(quality: PoolQuality, measure: Measure, *, start: int = 0, size: int = 48) -> list[Worst]:
    """The poorest frames from the ``start``-th on; equal ones in the order they came in."""
    values = quality.column(measure)
    known = np.flatnonzero(~np.isnan(values))
    poorness = values[known] if measure.direction == "below" else -values[known]
    if start + size < len(known):
        near = poorness <= np.partition(poorness, start + size)[start + size]
        known, poorness = known[near], poorness[near]
    order = known[np.argsort(poorness, kind="stable")][start : start + size]
    return [
        Worst(int(quality.ids[at]), float(values[at]), bool(quality.held_out[at])) for at in order.tolist()
    ]
