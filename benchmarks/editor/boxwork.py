"""What a person with a box to enclose figures with does: one round the largest wrong place, or round all that is wrong.

Before, the person can only hope that all inside it that is wanted will be taken. While the box is drawn its regions
light up, so that at the far corner one sees what it is worth and lifts, or drops it with Escape. What boxes were worth
beside what was hoped, on this frame, tempers the next hope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from editor.brushwork import Mask, Room, largest_part
from editor.hand import Points

CLEAR = 16.0
"""A corner is put this far from what the box is drawn round, px; the hand is off by as much at most."""
AIM = 2 * CLEAR
"""Width of the place at which a corner is aimed, px."""

TAKEN = """
async () => {
    const { taken } = await import(new URL("/static/editor/tools/enclose.js", location.href).href);
    const { readyMap } = await import(new URL("/static/editor/regions/stroke.js", location.href).href);
    const { store, strokes } = __editor;
    return taken(strokes.current, readyMap(store));
}
"""
"""The regions that are lit while a box is drawn."""


@dataclass(frozen=True)
class Box:
    """From corner to corner, (2, 2) of x, y in frame px; pixels it puts right if all that is wanted is taken."""

    points: Points
    erases: bool
    gain: int
    width: float = AIM


def next_box(truth: Mask, mask: Mask, trust: dict[bool, float]) -> Box | None:
    """The box of which one may hope most; None when nothing is wrong.

    Args:
        truth, mask: (H, W) uint8 of 0 and 1.
        trust: For adding (False) and taking away (True), the share of what was hoped that the last box was worth.
    """
    found = [box for erases in (False, True) for box in _boxes(Room(truth, mask, erases=erases), erases)]
    return max(found, key=lambda box: box.gain * trust[box.erases], default=None)


def _boxes(room: Room, erases: bool) -> Iterator[Box]:
    part = largest_part(room.wanted)
    if part is None:
        return
    for place in (part, room.wanted.astype(bool)):
        y, x = (np.flatnonzero(place.any(axis=axis)) for axis in (1, 0))
        inside = slice(y[0], y[-1] + 1), slice(x[0], x[-1] + 1)
        # What is taken away is all that lies inside.
        harm = int(room.harm[inside].sum()) if erases else 0
        yield Box(_corners(x, y), erases, int(room.wanted[inside].sum()) - harm)


def _corners(x: NDArray[np.intp], y: NDArray[np.intp]) -> Points:
    return np.asarray([(x[0] - CLEAR, y[0] - CLEAR), (x[-1] + CLEAR, y[-1] + CLEAR)], np.float64)
