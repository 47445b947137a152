"""What a skilled person with brush and eraser does next, seeing the map and knowing the truth.

The person weighs, for every width of brush and both tools, the strokes that one would think of: to follow the border of
what is to be drawn from inside (with a steady, an ordinary and a quick hand: see hand.py), to hatch to and fro over an
area, to dab at one place; and makes the one that puts most pixels right an action. Another width or tool costs an
action of its own. Borders are followed with brushes of at most `BORDER_MOST` pixels: one watches the place where the
brush touches the border, and that of a wide disc jumps. It reckons with the shaking of its hand: what a stroke gains is
judged by the same way as a hand might really take it. So this is a greedy planner with perfect sight: better than
people, and what it is compared with has to be better still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.hand import STROKE_SECONDS, TURN_SECONDS, Points, cut_to, length_of, reach, resampled, shaken

Mask = NDArray[np.uint8]
SIZES = (2, 5, 10, 20, 40, 80, 160)
CARE = (3.0, 6.0, 16.0, 40.0)
"""Widths of the tunnel in which a border is followed: zoomed in (which is not counted), steady, ordinary, quick."""
BORDER_MOST = 40
HATCH = 0.75
"""Distance of hatching rows as a share of the brush."""
EDGE = 4.0
"""Hatching keeps this far from the border, px."""


@dataclass(frozen=True)
class Stroke:
    """A stroke one could make: way in frame px, brush width, whether it erases, the hand's tunnel, pixels put right."""

    points: Points
    size: int
    erases: bool
    width: float
    gain: int = 0

    def actions(self, size: int, erases: bool) -> int:
        """Press-to-release and what has to be chosen anew before it."""
        return 1 + (self.size != size) + (self.erases != erases)


class Room:
    """What one tool may draw over, still has to, and must not, at one moment.

    Attributes:
        wanted: (H, W) uint8, 1 where the map is wrong and the tool puts it right.
        harm: 1 where the map is right and the tool would put it wrong.
        depth: Distance to the border of where it may draw, px.
    """

    def __init__(self, truth: Mask, mask: Mask, *, erases: bool) -> None:
        allowed = 1 - truth if erases else truth
        self.wanted = allowed & (mask if erases else 1 - mask)
        self.harm = (1 - allowed) & (mask if erases else 1 - mask)
        # The frame's edge is no border: one draws over it.
        framed = cv2.copyMakeBorder(allowed, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        self.depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
        self._near: dict[int, NDArray[np.float32]] = {}

    def near(self, size: int) -> NDArray[np.float32]:
        """Wanted pixels in the square of a brush round each pixel."""
        if size not in self._near:
            self._near[size] = cv2.boxFilter(self.wanted, cv2.CV_32F, (size, size), normalize=False)
        return self._near[size]

    def gain(self, points: Points, size: int) -> int:
        """Pixels that a stroke puts right less those that it puts wrong."""
        box = self._box(points, size)
        trace = np.zeros(self.wanted[box].shape, np.uint8)
        moved = np.round(points - [box[1].start, box[0].start]).astype(np.int32)
        cv2.polylines(trace, [moved.reshape(-1, 1, 2)], False, 1, size)
        return int((trace & self.wanted[box]).sum()) - int((trace & self.harm[box]).sum())

    def _box(self, points: Points, size: int) -> tuple[slice, slice]:
        height, width = self.wanted.shape
        x0, y0 = (np.floor(points.min(axis=0)) - size).astype(int).clip(0)
        x1, y1 = (np.ceil(points.max(axis=0)) + size).astype(int)
        return slice(min(y0, height - 1), max(y1, 1)), slice(min(x0, width - 1), max(x1, 1))


def next_stroke(
    truth: Mask, mask: Mask, size: int, erases: bool, *, seconds: float = STROKE_SECONDS
) -> Stroke | None:
    """The stroke that puts most pixels right an action; None when none puts any right.

    Args:
        truth, mask: (H, W) uint8 of 0 and 1: what is to be drawn and what is.
        size, erases: Width and tool in the hand now.
        seconds: Longest stroke.
    """
    best, worth = None, 0.0
    for stroke in _strokes(truth, mask, seconds):
        value = stroke.gain / stroke.actions(size, erases)
        if value > worth:
            best, worth = stroke, value
    return best


def _strokes(truth: Mask, mask: Mask, seconds: float) -> Iterator[Stroke]:
    imagined = np.random.default_rng(int(mask.sum()))
    for erases in (False, True):
        room = Room(truth, mask, erases=erases)
        if not room.wanted.any():
            continue
        for size in SIZES:
            for points, width in ways(room, size, seconds):
                gain = room.gain(shaken(points, width, imagined), size)
                yield Stroke(points, size, erases, width, gain)


def ways(room: Room, size: int, seconds: float) -> Iterator[tuple[Points, float]]:
    """Ways of a brush that one would think of, each with the tunnel that the hand must keep to."""
    for care in CARE if size <= BORDER_MOST else ():
        way = along_border(room, size, reach(care, seconds), care / 4)
        if way is not None:
            yield way, care
    area = roomy(room, size)
    if area is not None:
        yield hatching(room, size, seconds, area, transposed=False)
        yield hatching(room, size, seconds, area, transposed=True)
    yield dab(room, size)


def roomy(room: Room, size: int) -> NDArray[np.bool_] | None:
    """The largest area where a brush has room and something to draw, (H, W); None when there is none."""
    return largest_part(((room.depth >= size / 2 + EDGE) & (room.near(size) > 0)).astype(np.uint8))


def along_border(room: Room, size: int, length: float, margin: float) -> Points | None:
    """The stretch of a given length that runs half a brush inside the border and passes most of what is wanted."""
    inner = (room.depth >= size / 2 + margin).astype(np.uint8)
    near = room.near(size)
    best, most = None, 0.0
    for line in cv2.findContours(inner, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
        ring = line[:, 0].astype(np.float64)
        value = near[line[:, 0, 1], line[:, 0, 0]]
        stretch = min(len(ring), max(1, round(length)))
        sums = np.convolve(np.concatenate([value, value[: stretch - 1]]), np.ones(stretch), "valid")
        at = int(sums.argmax())
        if sums[at] > most:
            best, most = np.roll(ring, -at, axis=0)[:stretch], float(sums[at])
    return None if best is None else resampled(cut_to(best, length))


def hatching(
    room: Room, size: int, seconds: float, area: NDArray[np.bool_], *, transposed: bool
) -> tuple[Points, float]:
    """To and fro over an area; and its tunnel."""
    pitch = max(1, round(HATCH * size))
    points = rows(area.T, pitch)[:, ::-1] if transposed else rows(area, pitch)
    width = max(8.0, 2 * float(np.median(room.depth[area])) - size)
    turns = TURN_SECONDS * len(points) / 2
    whole = resampled(points)
    share = min(1.0, seconds / (turns + seconds * length_of(whole) / reach(width, seconds)))
    return cut_to(whole, share * length_of(whole)), width


def largest_part(area: Mask) -> NDArray[np.bool_] | None:
    """The largest connected part of an area, (H, W); None when it is empty."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(area, connectivity=4)
    return None if count < 2 else parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())


def rows(area: NDArray[np.bool_], pitch: int) -> Points:
    """One stroke to and fro over an area, row after row, as long as each row meets the one before; (N, 2) of x, y."""
    filled = np.flatnonzero(area.any(axis=1))
    points: list[tuple[float, float]] = []
    last: tuple[int, int] | None = None
    for turn, y in enumerate(range(filled[0] + min(pitch // 2, len(filled) - 1), filled[-1] + 1, pitch)):
        run = _run(area[y], last)
        if run is None:
            break
        ends = run if turn % 2 == 0 else run[::-1]
        points += [(float(ends[0]), float(y)), (float(ends[1]), float(y))]
        last = run
    return np.asarray(points or [(float(area[filled[0]].argmax()), float(filled[0]))])


def _run(row: NDArray[np.bool_], last: tuple[int, int] | None) -> tuple[int, int] | None:
    """The longest run of a row, of those that overlap the last one: first and last column."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    runs = [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if last is not None:
        runs = [run for run in runs if run[0] <= last[1] and run[1] >= last[0]]
    return max(runs, key=lambda run: run[1] - run[0], default=None)


def dab(room: Room, size: int) -> tuple[Points, float]:
    """One press where the brush covers most of what is wanted."""
    near = room.near(size) - cv2.boxFilter(room.harm, cv2.CV_32F, (size, size), normalize=False)
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    return np.asarray([(float(x), float(y))]), min(CARE[2], size / 4)
