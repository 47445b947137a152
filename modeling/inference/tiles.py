"""Overlapping tiles: a frame at its native pixels, seen piece by piece (design.md, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

TILE = 640
"""Largest side of a tile in pixels: divisible by `STRIDE`."""
STRIDE = 32
"""Divides a tile's sides, as the networks' strides do, so that nothing is padded."""
MARGIN = 64
"""What a tile's border sees of its surroundings is not kept, px."""

Window = tuple[slice, slice]
"""Rows and columns."""


@dataclass(frozen=True, slots=True)
class Tile:
    """What the network sees (``seen``, of the frame) what is kept (``kept`` of the frame, ``inside`` of the tile)."""

    seen: Window
    kept: Window
    inside: Window


def tiles(height: int, width: int, size: int = TILE, margin: int = MARGIN) -> Iterator[Tile]:
    """Tiles of a frame, row by row; what they keep covers each pixel once.

    Args:
        height, width: Of the frame, px.
        size: Of a tile at most: as many as that takes along an axis are made as small as they can be. A frame that is
            smaller along an axis is seen whole along it.
        margin: Kept away from a tile's border where the frame goes on, px; less than half of ``size``.
    """
    rows, columns = (list(_spans(length, size, margin)) for length in (height, width))
    for seen_y, kept_y in rows:
        for seen_x, kept_x in columns:
            inside = _within(kept_y, seen_y), _within(kept_x, seen_x)
            yield Tile((seen_y, seen_x), (kept_y, kept_x), inside)


def _spans(length: int, size: int, margin: int) -> Iterator[tuple[slice, slice]]:
    """Along one axis: what is seen and what is kept, evenly spaced."""
    if length <= size:
        yield slice(0, length), slice(0, length)
        return
    count = -(-(length - 2 * margin) // (size - 2 * margin))
    needed = -(-(length + 2 * margin * (count - 1)) // count)
    size = min(size, -(-needed // STRIDE) * STRIDE)
    starts = [round(number * (length - size) / (count - 1)) for number in range(count)]
    borders = [0, *((a + size + b) // 2 for a, b in pairwise(starts)), length]
    for start, (low, high) in zip(starts, pairwise(borders), strict=True):
        yield slice(start, start + size), slice(low, high)


def _within(kept: slice, seen: slice) -> slice:
    return slice(kept.start - seen.start, kept.stop - seen.start)
