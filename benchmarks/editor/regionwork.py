"""What a person with region fill does next: clicks and drags of the bucket where it helps most, the brush for the rest.

The regions are the tool's own. A region is known once the pointer has been over it, since it lights up then; before a
drag the person moves along the way to see which regions it would take, and presses for the stretch of it that gains
most. Moving without pressing is no action. Right button: the same takes away. The hand shakes as with the brush.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.brushwork import Mask, Room, along_border, largest_part, rows
from editor.hand import STROKE_SECONDS, TURN_SECONDS, Points, length_of, reach, resampled

Labels = NDArray[np.int32]
"""(H, W): the region of each pixel, 0 for none."""
MARGINS = (4.0, 10.0, 25.0, 50.0)
"""A drag keeps this far from the border of what is to be drawn, px. One slip over the border fills all beyond it: so
the hand's tunnel is twice this, however wide the area is elsewhere."""
PITCHES = (25, 60, 140)
"""Distance of rows when a drag goes to and fro over an area, px."""
PLACES = 4
"""Of the largest wrong places this many are looked at for a click."""


@dataclass(frozen=True)
class Drag:
    """A press on a region, or a drag over several: way in frame px, tunnel, pixels it puts right."""

    points: Points
    erases: bool
    width: float
    gain: int


class Gains:
    """What filling each region would do now: pixels put right less pixels put wrong."""

    def __init__(self, labels: Labels, room: Room, distrusted: set[int]) -> None:
        self.labels = labels
        count = int(labels.max()) + 1
        right = np.bincount(labels.ravel(), room.wanted.ravel(), count)
        self.of = right - np.bincount(labels.ravel(), room.harm.ravel(), count)
        self.of[0] = 0
        self.of[list(distrusted)] = -np.inf

    def under(self, points: Points) -> NDArray[np.int32]:
        """Regions under the points of a way, in its order."""
        height, width = self.labels.shape
        at = np.floor(points).astype(int)
        return self.labels[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)]


def next_drag(
    truth: Mask, mask: Mask, labels: Labels, distrusted: set[int], *, seconds: float = STROKE_SECONDS
) -> Drag | None:
    """The click or drag that puts most pixels right; None when none does.

    Args:
        truth, mask: (H, W) uint8 of 0 and 1.
        labels: Regions of the tool.
        distrusted: Regions that came out otherwise than they looked.
        seconds: Longest drag.
    """
    found: list[Drag] = []
    for erases in (False, True):
        room = Room(truth, mask, erases=erases)
        if room.wanted.any():
            gains = Gains(labels, room, distrusted)
            found += [best_stretch(way, width, gains, erases, seconds) for way, width in _ways(room, seconds)]
    best = max(found, key=lambda drag: drag.gain, default=None)
    return best if best is not None and best.gain > 0 else None


def _ways(room: Room, seconds: float) -> Iterator[tuple[Points, float]]:
    for margin in MARGINS:
        inner = ((room.depth >= margin) & (room.wanted == 1)).astype(np.uint8)
        area = largest_part(inner)
        if area is None:
            continue
        for pitch in PITCHES:
            yield resampled(rows(area, pitch)), 2 * margin
            yield resampled(rows(area.T, pitch)[:, ::-1]), 2 * margin
        ring = along_border(room, 1, reach(2 * margin, seconds), margin)
        if ring is not None:
            yield ring, 2 * margin
    yield from _places(room)


def _places(room: Room) -> Iterator[tuple[Points, float]]:
    """Presses in the middle of the largest wrong places."""
    deep = cv2.distanceTransform(room.wanted, cv2.DIST_L2, 5)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(room.wanted, connectivity=4)
    largest = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:PLACES] + 1
    for part in largest[: count - 1]:
        y, x = np.unravel_index(int(np.where(parts == part, deep, -1).argmax()), deep.shape)
        yield np.asarray([(x + 0.5, y + 0.5)]), float(min(deep[y, x], 8.0))


def best_stretch(way: Points, width: float, gains: Gains, erases: bool, seconds: float) -> Drag:
    """The stretch of a way, within a hand's reach, whose regions together gain most; each region counts once."""
    ids = gains.under(way)
    stops = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    step = length_of(way) / max(1, len(way) - 1)
    most = max(1, int(reach(width, seconds - _turning(way)) / max(step, 1e-6)))
    best, span = -np.inf, (0, 1)
    for number, start in enumerate(stops):
        total, seen = 0.0, set[int]()
        for stop in stops[number:]:
            if stop - start >= most:
                break
            if (region := int(ids[stop])) not in seen:
                seen.add(region)
                total += gains.of[region]
            if total > best:
                best, span = total, (int(start), int(stop) + 1)
    gain = int(best) if np.isfinite(best) else -1
    return Drag(way[span[0] : span[1]], erases, width, gain)


def _turning(way: Points) -> float:
    """Seconds that turning round takes in a drag of full length, at most half of it."""
    steps = np.diff(way, axis=0)
    if len(steps) < 2:
        return 0.0
    turns = int((np.einsum("ij,ij->i", steps[1:], steps[:-1]) < 0).sum())
    return min(STROKE_SECONDS / 2, TURN_SECONDS * turns)
