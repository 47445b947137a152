"""How much of a transfer is right: segments and pixels, how many were painted, and how right those are.

Counts add up over drawings. Regions whose true value is not known, and those that a book covers, are not counted.
Pixels are those of the cel: counting the plate would praise whoever paints nothing. As Dai et al. 2024 ("Learning
inclusion matching for animation paint bucket colorization", CVPR) do, segments below `SPECK` pixels are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from modeling.paint.graph import Graph
from modeling.paint.matching import BOOK_FILL
from modeling.paint.sampling import BACKGROUND, SPECK, UNPAINTED, Values


@dataclass(frozen=True, slots=True)
class PaintCounts:
    """Sums over drawings, of regions of `SPECK` pixels and more unless it says specks.

    Attributes:
        drawings, segments: How many.
        painted, right: Segments that were painted, and rightly.
        guessed: Open segments whose best guess is right.
        known: Segments whose true value some reference has: more cannot be right.
        pixels, pixels_painted, pixels_right: The same of the true cel's pixels.
        specks, specks_painted, specks_right: The same of smaller regions.
    """

    drawings: int = 0
    segments: int = 0
    painted: int = 0
    right: int = 0
    guessed: int = 0
    known: int = 0
    pixels: int = 0
    pixels_painted: int = 0
    pixels_right: int = 0
    specks: int = 0
    specks_painted: int = 0
    specks_right: int = 0

    def __add__(self, other: PaintCounts) -> PaintCounts:
        return PaintCounts(
            *(getattr(self, field.name) + getattr(other, field.name) for field in fields(self))
        )

    @property
    def segment_accuracy(self) -> float | None:
        """Right among all segments; what stayed open is not right."""
        return _share(self.right, self.segments)

    @property
    def forced_accuracy(self) -> float | None:
        """The same if every open segment took its best guess: what methods that always answer report."""
        return _share(self.right + self.guessed, self.segments)

    @property
    def coverage(self) -> float | None:
        """Painted among all segments."""
        return _share(self.painted, self.segments)

    @property
    def precision(self) -> float | None:
        """Right among the painted segments."""
        return _share(self.right, self.painted)

    @property
    def pixel_accuracy(self) -> float | None:
        """Right among the cel's pixels."""
        return _share(self.pixels_right, self.pixels)


def count(
    graph: Graph, values: Values, truth: Values, known: Values, guesses: Values | None = None
) -> PaintCounts:
    """Counts of one drawing.

    Args:
        graph: Its regions.
        values: (N,) uint16 stored values that were painted, `UNPAINTED` where open.
        truth: (N,) uint16 true ones, `UNPAINTED` where not known.
        known: (K,) stored values that the references have.
        guesses: (N,) uint16 best guess of open regions, `UNPAINTED` for none.
    """
    counted = (truth != UNPAINTED) & (graph.regions.fills != BOOK_FILL)
    painted = values != UNPAINTED
    right = painted & (values == truth)
    guessed = ~painted & (guesses == truth) if guesses is not None else np.zeros(len(graph), bool)
    areas = graph.regions.areas
    large, specks = counted & (areas >= SPECK), counted & (areas < SPECK)
    cel = counted & (truth != BACKGROUND)
    numbers = [large, large & painted, large & right, large & guessed, large & np.isin(truth, known)]
    pixels = [areas[cel], areas[cel & painted], areas[cel & right]]
    small = [specks, specks & painted, specks & right]
    return PaintCounts(1, *(int(part.sum()) for part in (*numbers, *pixels, *small)))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
