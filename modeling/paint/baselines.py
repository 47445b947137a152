"""What a painter's tool does without matching: the colour that lay there before, or the nearest region's."""

from __future__ import annotations

import numpy as np

from modeling.paint.evidence import Painted
from modeling.paint.graph import Graph
from modeling.paint.regions import NONE
from modeling.paint.sampling import UNPAINTED, Values


def largest_overlap(source: Painted, target: Graph) -> Values:
    """(M,) stored value of the source region that shares most pixels with each; `UNPAINTED` where none does."""
    one, other = source.graph.regions.labels, target.regions.labels
    both = (one != NONE) & (other != NONE)
    codes = one[both].astype(np.int64) * len(target) + other[both]
    shared = np.bincount(codes, minlength=len(source.graph) * len(target)).reshape(-1, len(target))
    if not shared.size:
        return np.full(len(target), UNPAINTED, np.uint16)
    return np.where(shared.max(0) > 0, source.values[shared.argmax(0)], UNPAINTED).astype(np.uint16)


def nearest_center(source: Painted, target: Graph) -> Values:
    """(M,) stored value of the source region whose centre is nearest to each."""
    if not len(source.graph):
        return np.full(len(target), UNPAINTED, np.uint16)
    away = ((source.graph.centers[:, None] - target.centers[None]) ** 2).sum(-1)
    return source.values[away.argmin(0)]
