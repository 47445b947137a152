"""Drawings that return: in limited animation a mouth or a pose comes back later in the cut, and so does its label."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.video.holds import Planes, same_drawing

MEMORY = 64 << 20
"""Bytes of drawings kept to compare with: at 1080p the last 40 different ones."""
_GRID = 32, 18
_NEAR = 6.0
"""Levels by which the mean of a cell may differ at most when the drawing is the same."""
_VERIFIED = 6
"""So many of the nearest drawings are compared block by block."""


@dataclass(slots=True)
class _Seen:
    key: Hashable
    planes: Planes
    means: NDArray[np.float32]


class ReturnFinder:
    """Feed it the drawings of one cut after another; it says which earlier drawing of the cut one repeats.

    Means of cells only choose what to compare with, as they cannot tell a mouth from a closed one; the answer is
    ingest's own measure of a held drawing, at the least noise it knows.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._cut: Hashable = None
        self._seen: list[_Seen] = []

    def find(self, cut: Hashable, key: Hashable, planes: Planes) -> Any:
        """Return the key of the cut's earlier drawing that this one repeats, or None and remember it.

        Args:
            cut: Which cut; another one begins anew.
            key: What to call this drawing.
            planes: Halved planes, as `datasets.video.holds.halve` or ``halved_rgb`` gives them.
        """
        if cut != self._cut:
            self._cut, self._seen = cut, []
        means = _means(planes)
        found = next((seen for seen in self._nearest(means) if same_drawing(planes, seen.planes)), None)
        if found is None:
            self._remember(_Seen(key, planes, means))
            return None
        self._seen.remove(found)
        self._seen.append(found)
        return found.key

    def _nearest(self, means: NDArray[np.float32]) -> list[_Seen]:
        far = {id(seen): float(np.abs(seen.means - means).max()) for seen in self._seen}
        near = [seen for seen in self._seen if far[id(seen)] <= _NEAR]
        return sorted(near, key=lambda seen: far[id(seen)])[:_VERIFIED]

    def _remember(self, seen: _Seen) -> None:
        self._seen.append(seen)
        size = sum(plane.nbytes for plane in seen.planes)
        del self._seen[: -max(1, self._memory // size)]


def _means(planes: Planes) -> NDArray[np.float32]:
    cells = [cv2.resize(plane.astype(np.float32), _GRID, interpolation=cv2.INTER_AREA) for plane in planes]
    return np.stack(cells)  # type: ignore[return-value]
