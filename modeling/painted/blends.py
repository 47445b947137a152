"""Which ink a blended pixel goes to: the line if that covers at least half of it, else the fill beside it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.painted.inks import Inks
from modeling.painted.ramps import NONE

REACH = 3
"""Pixels (Chebyshev) within which a fill is beside a blend."""
UNREAD = 72.0
"""A pixel whose colour is farther than this (Euclidean in RGB) from every blend it could be is not read."""
_HALF = 0.5 - 1 / 255  # 8 bits round a coverage of one half either way
_FAR = 4.0
"""What each further pixel to the ink costs, in units of colour."""
_UNSEEN = 18.0
"""What a line that is not seen within reach costs beside one that is."""
_CROSS = np.ones((3, 3), np.uint8)


def settle_blends(solid: NDArray[np.uint8], rgb: NDArray[np.uint8], inks: Inks) -> NDArray[np.uint8]:
    """Give each pixel without ink the one it belongs to.

    Every pair of inks that may have been blended (a line over a fill beside it, two fills or two lines beside it)
    is fitted to the colour; the pair that explains it best, nearer inks preferred, decides by coverage.

    Args:
        solid: (H, W) uint8 ink indices, `NONE` where none is certain.
        rgb: (H, W, 3) uint8.
        inks: The palette.

    Returns:
        (H, W) uint8 ink indices, `NONE` only where no blend explains the colour.
    """
    where = np.flatnonzero(solid.ravel() == NONE)
    if not len(where):
        return solid
    best = _Best(rgb.reshape(-1, 3)[where].astype(np.float32), inks)
    near = _distances(solid, where, len(inks.values))
    fills = _fills_beside(solid, where, near, inks)
    for a, b, chosen, cost in _candidates(near, fills, inks):
        best.fit(a, b, chosen, cost)
    settled = solid.ravel().copy()
    settled[where] = best.decided()
    return settled.reshape(solid.shape)


class _Best:
    """The best explanation so far of each blended pixel."""

    def __init__(self, colors: NDArray[np.float32], inks: Inks) -> None:
        self.colors, self.inks = colors, inks
        self.cost = np.full(len(colors), np.inf, np.float32)
        self.rest = np.full(len(colors), np.inf, np.float32)
        self.ink = np.full(len(colors), NONE, np.uint8)

    def fit(self, a: int, b: int, chosen: NDArray[np.intp], cost: NDArray[np.float32]) -> None:
        """Try the blend of ink ``a`` over ``b`` on the chosen pixels, at a cost beside the colour's."""
        over, under = self.inks.colors[a].astype(np.float32), self.inks.colors[b].astype(np.float32)
        axis = over - under
        away = self.colors[chosen] - under
        share = (away @ axis / (axis @ axis)).clip(0, 1)
        rest = np.sqrt(((away - share[:, None] * axis) ** 2).sum(1))
        better = rest + cost < self.cost[chosen]
        taken = chosen[better]
        self.cost[taken] = (rest + cost)[better]
        self.rest[taken] = rest[better]
        self.ink[taken] = np.where(share[better] >= _HALF, a, b)

    def decided(self) -> NDArray[np.uint8]:
        """(N,) ink indices, `NONE` where nothing explains the colour."""
        return np.where(self.rest <= UNREAD, self.ink, np.uint8(NONE))


def _distances(solid: NDArray[np.uint8], where: NDArray[np.intp], count: int) -> NDArray[np.uint8]:
    """(E, N) pixels to the nearest pixel of each ink, 1 to `REACH`; `REACH` + 1 where it is farther."""
    near = np.full((count, len(where)), REACH + 1, np.uint8)
    for ink in np.flatnonzero(np.bincount(solid.ravel(), minlength=256)[:count]):
        grown = (solid == ink).astype(np.uint8)
        for _ in range(REACH):
            grown = cv2.dilate(grown, _CROSS)
            near[ink] -= grown.ravel()[where]
    return near


def _fills_beside(
    solid: NDArray[np.uint8], where: NDArray[np.intp], near: NDArray[np.uint8], inks: Inks
) -> dict[int, NDArray[np.intp]]:
    """Which blended pixels each fill is beside; the nearest one of all where none is within reach."""
    fills = np.flatnonzero(~inks.lines)
    beside = {int(ink): np.flatnonzero(near[ink] <= REACH) for ink in fills}
    alone = np.flatnonzero((near[fills] > REACH).all(0))
    if len(alone):
        nearest = _nearest_fill(solid, inks).ravel()[where[alone]]
        for ink in fills:
            beside[int(ink)] = np.concatenate([beside[int(ink)], alone[nearest == ink]])
    return {ink: chosen for ink, chosen in beside.items() if len(chosen)}


def _nearest_fill(solid: NDArray[np.uint8], inks: Inks) -> NDArray[np.uint8]:
    """(H, W) the nearest fill's ink, however far; the paper where the picture has none."""
    is_fill = np.zeros(256, bool)
    is_fill[: len(inks.lines)] = ~inks.lines
    seeds = is_fill[solid]
    if not seeds.any():
        return np.full(solid.shape, inks.paper, np.uint8)
    _, labels = cv2.distanceTransformWithLabels(
        (~seeds).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    ink_of = np.zeros(labels.max() + 1, np.uint8)
    ink_of[labels[seeds]] = solid[seeds]
    return ink_of[labels]


def _candidates(
    near: NDArray[np.uint8], fills: dict[int, NDArray[np.intp]], inks: Inks
) -> Iterator[tuple[int, int, NDArray[np.intp], NDArray[np.float32]]]:
    """Yield (ink, ink it may cover, pixels, cost of each) of every blend that is possible."""
    lines = [int(ink) for ink in np.flatnonzero(inks.lines)]
    seen = np.zeros(near.shape[1], np.bool_)
    for line in lines:
        seen |= near[line] <= REACH
    for fill, beside in fills.items():
        for line in lines:
            chosen = beside[near[line, beside] <= REACH] if inks.shy[line] else beside
            unseen = seen[chosen] & (near[line, chosen] > REACH)
            yield line, fill, chosen, _cost(near, line, fill, chosen) + _UNSEEN * unseen
    yield from _alike(near, list(fills), fills)
    met = {line: np.flatnonzero(near[line] <= REACH) for line in lines}
    yield from _alike(near, lines, met)


def _alike(
    near: NDArray[np.uint8], group: list[int], beside: dict[int, NDArray[np.intp]]
) -> Iterator[tuple[int, int, NDArray[np.intp], NDArray[np.float32]]]:
    """Blends of two fills, or of two lines, that are both within reach."""
    for place, a in enumerate(group):
        for b in group[:place]:
            chosen = beside[a][(near[a, beside[a]] <= REACH) & (near[b, beside[a]] <= REACH)]
            if len(chosen):
                yield a, b, chosen, _cost(near, a, b, chosen)


def _cost(near: NDArray[np.uint8], a: int, b: int, chosen: NDArray[np.intp]) -> NDArray[np.float32]:
    """What the way to two inks costs."""
    steps = near[a, chosen].astype(np.float32) + near[b, chosen] - 2
    return np.asarray(_FAR * steps, np.float32)
