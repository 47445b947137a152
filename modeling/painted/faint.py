"""Lines drawn at one low opacity and flattened: black at a half over white is exactly the grey of a book line.

No single pixel tells the two apart. The whole picture does: black itself is nowhere, and where lines cross other
fills, or lines of other colours run, their colours are blends at that same opacity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeling.painted.colors import Counted
from modeling.painted.inks import Inks
from modeling.painted.ramps import NONE

_SAME = 4.0
"""Colours within this (Euclidean in RGB) of a blend are that blend."""
_MOST = 0.5


def drop_faint(solid: NDArray[np.uint8], counted: Counted, inks: Inks) -> None:
    """Set shy lines that are another line at the opacity of all others to `NONE`, in place.

    Args:
        solid: (H, W) uint8 ink indices, `NONE` where the colour is no ink's.
        counted: The picture's colours.
        inks: The palette.
    """
    present = np.bincount(solid.ravel(), minlength=256)[: len(inks.values)] > 0
    off = counted.distance > 0
    if not off.any():
        return
    colors, counts = counted.colors[off].astype(np.float32), counted.counts[off]
    for ink in np.flatnonzero(inks.shy & present):
        if any(
            _explains(share, colors, counts, present, inks) for share in _opacities(int(ink), present, inks)
        ):
            solid[solid == ink] = NONE


def _opacities(ink: int, present: NDArray[np.bool_], inks: Inks) -> list[float]:
    """At which opacities lines that are nowhere in full, over fills that are there, give an ink's colour."""
    found = []
    for line, fill in inks.around[ink]:
        absent = inks.lines[line] and not inks.shy[line] and not present[line]
        if absent and present[fill] and not inks.lines[fill]:
            under = inks.colors[fill].astype(np.float64)
            axis, away = inks.colors[line] - under, inks.colors[ink] - under
            found.append(float(away @ axis / (axis @ axis)))
    return found


def _explains(
    share: float,
    colors: NDArray[np.float32],
    counts: NDArray[np.int64],
    present: NDArray[np.bool_],
    inks: Inks,
) -> bool:
    """Whether most off-palette pixels are some line over some fill at that opacity."""
    over = inks.colors[inks.lines & ~inks.shy].astype(np.float32)
    under = inks.colors[~inks.lines & present].astype(np.float32)
    blends = (share * over[:, None] + (1 - share) * under[None]).reshape(-1, 3)
    explained = np.zeros(len(colors), bool)
    for blend in blends:
        explained |= ((colors - blend) ** 2).sum(1) <= _SAME**2
    return bool(counts[explained].sum() >= _MOST * counts.sum())
