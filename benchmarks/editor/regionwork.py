"""What a person with region fill does next: clicks, drags and loops where they help most, the brush for the rest.

The regions are the tool's own. A region is known once the pointer has been over it, since it lights up then. So the
person moves over the wrong places before clicking, and along the way of a drag to see which regions it would take,
and presses for the stretch of it that gains most. Moving without pressing is no action. What a loop (enclose and
fill) would take is not shown beforehand: the person reckons with all inside it, and is glad of what it leaves out.
Right button: the same takes away. The hand shakes as with the brush.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.brushwork import Mask, Room, along_border, largest_part, rows
from editor.hand import STEP, STROKE_SECONDS, TURN_SECONDS, Points, length_of, reach, resampled

Labels = NDArray[np.int32]
"""(H, W): the region of each pixel, 0 for none."""
MARGINS = (8.0, 25.0, 50.0)
"""A drag keeps this far from the border of what is to be drawn, px. A slip over the border fills all beyond it, so the
hand keeps to a tunnel of this width: half of what there is."""
PITCHES = (25, 60, 140)
"""Distance of rows when a drag goes to and fro over an area, px."""
LOOK = 50
"""Before a click one moves over the wrong places in rows and columns of this distance, px."""
SPOTS = 15
"""A drag may pass this many wrong spots one after the other."""
CROSSINGS = (4.0, 8.0, 16.0)
"""Tunnels of such a drag, px: it goes only where the border is further away than this."""
LOOPS = (40.0, 96.0)
"""Tunnels of loops, px: a careful and a wide one."""


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
    return _best(found)


def next_loop(truth: Mask, mask: Mask, *, seconds: float = STROKE_SECONDS) -> Drag | None:
    """The loop that puts most pixels right if all inside it is filled; None when none does."""
    found: list[Drag] = []
    for erases in (False, True):
        room = Room(truth, mask, erases=erases)
        for width in LOOPS:
            if room.wanted.any():
                found += [
                    _looped(room, loop, width, erases) for loop in _loops(room, width, reach(width, seconds))
                ]
    return _best(found)


def _best(found: list[Drag]) -> Drag | None:
    best = max(found, key=lambda drag: drag.gain, default=None)
    return best if best is not None and best.gain > 0 else None


def _loops(room: Room, width: float, length: float) -> Iterator[Points]:
    """Round the largest wrong place, if the hand gets round it; and a circle where most is wrong."""
    part = largest_part(room.wanted)
    assert part is not None
    out = max(3, round(width / 2))
    grown = cv2.dilate(
        part.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * out + 1, 2 * out + 1))
    )
    line = max(cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=len)
    if cv2.arcLength(line, True) <= length:
        yield resampled(line[:, 0].astype(np.float64))
    radius = round(length / 2 / np.pi)
    side = round(radius * np.sqrt(np.pi))
    near = room.near(side) - cv2.boxFilter(room.harm, cv2.CV_32F, (side, side), normalize=False)
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    turn = np.linspace(0, 2 * np.pi, max(8, round(length / STEP)))
    yield np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)


def _looped(room: Room, loop: Points, width: float, erases: bool) -> Drag:
    inside = cv2.fillPoly(np.zeros_like(room.wanted), [np.round(loop).astype(np.int32).reshape(-1, 1, 2)], 1)
    gain = int((inside & room.wanted).sum()) - int((inside & room.harm).sum())
    return Drag(loop, erases, width, gain)


def _ways(room: Room, seconds: float) -> Iterator[tuple[Points, float]]:
    for margin in MARGINS:
        inner = ((room.depth >= margin) & (room.wanted == 1)).astype(np.uint8)
        area = largest_part(inner)
        if area is None:
            continue
        for pitch in PITCHES:
            yield resampled(rows(area, pitch)), margin
            yield resampled(rows(area.T, pitch)[:, ::-1]), margin
        ring = along_border(room, 1, reach(margin, seconds), margin)
        if ring is not None:
            yield ring, margin
    spots = _spots(room)
    for width in CROSSINGS:
        tour = _tour(spots, room, width)
        if len(tour) > 1:
            yield resampled(tour), width
    for place in np.concatenate([spots, _places(room)]):
        yield place[None], min(8.0, float(room.depth[int(place[1]), int(place[0])]))


def _spots(room: Room) -> Points:
    """Middles of the largest wrong places, largest first; (N, 2) of x, y."""
    deep = cv2.distanceTransform(room.wanted, cv2.DIST_L2, 5)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(room.wanted, connectivity=4)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[: min(SPOTS, count - 1)] + 1
    return np.asarray([_deepest(parts, deep, stats[part], part) for part in order])


def _deepest(
    parts: NDArray[np.int32], deep: NDArray[np.float32], stat: NDArray[np.int32], part: int
) -> Points:
    x0, y0, width, height = stat[:4]
    box = slice(y0, y0 + height), slice(x0, x0 + width)
    y, x = np.unravel_index(int(np.where(parts[box] == part, deep[box], -1).argmax()), (height, width))
    return np.asarray([x0 + x + 0.5, y0 + y + 0.5])


def _tour(spots: Points, room: Room, width: float) -> Points:
    """From the first spot that is well inside straight to the nearest that can be reached there, and so on."""
    left = [spot for spot in spots if _clear(np.asarray([spot]), room, width)]
    tour = left[:1]
    left = left[1:]
    while left:
        near = sorted(range(len(left)), key=lambda number: float(np.hypot(*(left[number] - tour[-1]))))
        ahead = next((n for n in near if _clear(resampled([tour[-1], left[n]]), room, width)), None)
        if ahead is None:
            break
        tour.append(left.pop(ahead))
    return np.asarray(tour)


def _clear(way: Points, room: Room, width: float) -> bool:
    """Whether a way keeps off the border."""
    at = way.astype(int)
    return bool((room.depth[at[:, 1], at[:, 0]] >= width).all())


def _places(room: Room) -> Points:
    """Where the pointer passes over something wrong on its rounds, (N, 2) of x, y."""
    y, x = np.nonzero(room.wanted[LOOK // 2 :: LOOK, LOOK // 2 :: LOOK])
    return np.stack([x, y], axis=1) * LOOK + LOOK // 2 + 0.5


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
