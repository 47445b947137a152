"""Line extractors that know no classes, judged as table 5.5 of Kugler 2020 judges them: edges against areas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import ignore_mask, line_mask
from modeling.douga.lines import mask_counts
from modeling.douga.skeletons import Mask
from modeling.douga.tables import EDGES_AREAS, ConfusionTable, confusion_table
from modeling.labels import IGNORE
from modeling.metrics import Counts, confusion, sum_counts

RGB = NDArray[np.uint8]
Pair = tuple[RGB, NDArray[np.uint8]]
MIDDLE = 128
"""Strength from which a pixel is a line where no threshold was given and no truth is there to choose one by."""


@dataclass(frozen=True, slots=True)
class LineExtractor:
    """Finds lines in a picture.

    Args:
        strength: From (H, W, 3) uint8 sRGB to (H, W) uint8, 255 the surest line.
        threshold: Least strength of a line, 1 to 255; None to have it chosen from the frequency of true lines.
    """

    strength: Callable[[RGB], NDArray[np.uint8]]
    threshold: int | None = MIDDLE

    def __call__(self, rgb: RGB) -> Mask:
        """(H, W) bool lines of (H, W, 3) uint8 sRGB."""
        return self.strength(rgb) >= (self.threshold or MIDDLE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an extractor made of some frames.

    ``edges`` holds a (2, 2) int64 confusion a frame, edges first; ``lines`` the (8, 4) counts of
    `modeling.douga.lines.mask_counts` a frame, for F with a tolerance and clDice; both add up.
    """

    threshold: int
    edges: list[Counts]
    lines: list[Counts]

    @property
    def table(self) -> ConfusionTable:
        """Table 5.5 over all frames: shares of all pixels, recall and precision."""
        return confusion_table(sum_counts(self.edges), EDGES_AREAS)


def judge(extractor: LineExtractor, pairs: Iterable[Pair]) -> Judgement:
    """Hold an extractor against drawn douga, all line classes as one and all fills as one (thesis 5.8).

    Where the extractor names no threshold, it is chosen, as in the thesis, by the frequency of true lines over all
    these frames: it has then seen the truth, which flatters it.

    Args:
        extractor: To be judged.
        pairs: (H, W, 3) uint8 sRGB and (H, W) uint8 classes of each frame, 255 ignored.
    """
    seen = [(extractor.strength(rgb), classes) for rgb, classes in pairs]
    threshold = extractor.threshold or threshold_by_frequency(seen)
    masks = [(strength >= threshold, classes) for strength, classes in seen]
    return Judgement(
        threshold,
        [edge_counts(classes, mask) for mask, classes in masks],
        [_line_counts(classes, mask) for mask, classes in masks],
    )


def edge_counts(classes: NDArray[np.uint8], mask: Mask) -> Counts:
    """(2, 2) int64 counts of a frame, rows the truth, edges before areas.

    Args:
        classes: (H, W) uint8 true classes, 255 ignored.
        mask: (H, W) bool lines found.
    """
    sides = np.where(line_mask(classes), 0, 1).astype(np.uint8)
    sides[ignore_mask(classes)] = IGNORE
    return confusion(sides, (~mask).astype(np.uint8), 2)


def threshold_by_frequency(pairs: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> int:
    """Threshold, 1 to 255, at which most nearly as many pixels are lines as truly are; the lowest of several.

    Args:
        pairs: (H, W) uint8 strength and (H, W) uint8 true classes of each frame, 255 ignored.
    """
    found, true = np.zeros(256, np.int64), 0
    for strength, classes in pairs:
        found += np.bincount(strength[~ignore_mask(classes)], minlength=256)
        true += int(line_mask(classes).sum())
    at_least = found[::-1].cumsum()[::-1]
    return int(np.abs(at_least[1:] - true).argmin()) + 1


def _line_counts(classes: NDArray[np.uint8], mask: Mask) -> Counts:
    ignored = ignore_mask(classes)
    return mask_counts(line_mask(classes), mask & ~ignored, ignored)
