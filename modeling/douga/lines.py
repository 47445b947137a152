"""How well lines are met: IoU and F with a tolerance, clDice, and the same on skeletons, so that width does not decide.

A measure asks two questions: how many predicted line pixels lie on (or near) a true line, how many true ones on (or
near) a predicted line. Its counts are four numbers, so they add up over frames and can be drawn by cuts:
``[predicted, of them met, true, of them met]``.

255 in the truth: a predicted line there is removed before anything else, and the pixels of a band around it, as wide as
the tolerance, are not counted on either side, met or not, since what they might be matched with is unknown. As partners
of others they stay. Outside the frame nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import LINES, NAMES, ignore_mask, line_mask
from modeling.douga.skeletons import Mask, grown, skeleton
from modeling.metrics import Counts

GROUPS = (*(NAMES[cls] for cls in LINES), "lines")
"""The line classes, and all of them as one."""


class Measure(NamedTuple):
    """Which pixels are asked for (``of``), on what (``on``: ``mask`` or ``skeleton``), how near in px."""

    of: str
    on: str
    reach: float


MEASURES = {
    "0px": Measure("mask", "mask", 0),
    "1px": Measure("mask", "mask", 1),
    "2px": Measure("mask", "mask", 2),
    "skeleton_0px": Measure("skeleton", "skeleton", 0),
    "skeleton_1px": Measure("skeleton", "skeleton", 1),
    "skeleton_2px": Measure("skeleton", "skeleton", 2),
    "cldice": Measure("skeleton", "mask", 0),
    "skeleton_cldice": Measure("skeleton", "skeleton", 1.5),
}
"""Distances are Euclidean, between centres.

``cldice`` is Shit et al. 2021: each skeleton within the other mask. ``skeleton_cldice`` is that with both masks
replaced by their skeletons drawn 3 px wide (thesis 5.7), which reach 1.5 px."""


def line_counts(truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> Counts:
    """Counts of one frame; sums of them are counts too.

    Args:
        truth: (H, W) uint8 classes, 255 ignored.
        prediction: (H, W) uint8 classes; 255 is no line.

    Returns:
        (len(GROUPS), len(MEASURES), 4) int64, see the module.
    """
    ignored = ignore_mask(truth)
    pairs = [(truth == cls, (prediction == cls) & ~ignored) for cls in LINES]
    pairs.append((line_mask(truth), line_mask(prediction) & ~ignored))
    return np.stack([mask_counts(true, predicted, ignored) for true, predicted in pairs])


def mask_counts(true: Mask, predicted: Mask, ignored: Mask) -> Counts:
    """(len(MEASURES), 4) int64 counts of two (H, W) line masks, neither of which has a line where ``ignored``."""
    if not (true.any() or predicted.any()):
        return np.zeros((len(MEASURES), 4), np.int64)
    forms_true = {"mask": true, "skeleton": skeleton(true)}
    forms_predicted = {"mask": predicted, "skeleton": skeleton(predicted)}
    return np.stack([_met(forms_true, forms_predicted, ignored, m) for m in MEASURES.values()])


def _met(true: dict[str, Mask], predicted: dict[str, Mask], ignored: Mask, measure: Measure) -> Counts:
    """(4,) int64 counts of one measure."""
    counted = ~_near(ignored, measure.reach)
    asked = [side[measure.of] & counted for side in (predicted, true)]
    others = [_near(side[measure.on], measure.reach) for side in (true, predicted)]
    numbers = [(each.sum(), (each & other).sum()) for each, other in zip(asked, others, strict=True)]
    return np.array(numbers, np.int64).ravel()


def _near(mask: Mask, reach: float) -> Mask:
    return grown(mask, reach) if reach and mask.any() else mask


def precision(counts: Counts) -> float | None:
    """Share of predicted pixels that are met, None without any; ``counts`` (4,)."""
    return float(counts[1] / counts[0]) if counts[0] else None


def recall(counts: Counts) -> float | None:
    """Share of true pixels that are met, None without any; ``counts`` (4,)."""
    return float(counts[3] / counts[2]) if counts[2] else None


def f_score(counts: Counts) -> float | None:
    """Harmonic mean of precision and recall; 0 if one side is empty or nothing is met, None if both are empty."""
    if not (counts[0] or counts[2]):
        return None
    found, met = precision(counts) or 0.0, recall(counts) or 0.0
    return 2 * found * met / (found + met) if found + met else 0.0


def line_iou(counts: Counts) -> float | None:
    """Met over met and unmet, what is met being the mean of both sides; the common IoU at 0 px. None without lines."""
    met = (counts[1] + counts[3]) / 2
    union = met + (counts[0] - counts[1]) + (counts[2] - counts[3])
    return float(met / union) if union else None


def scalar(
    group: str, measure: str, score: Callable[[Counts], float | None] = f_score
) -> Callable[[Counts], float | None]:
    """A scalar of `line_counts`, to bootstrap or to take the median of.

    Args:
        group: One of `GROUPS`.
        measure: One of `MEASURES`; the F of ``cldice`` is clDice.
        score: `f_score`, `line_iou`, `precision` or `recall`.

    Raises:
        ValueError: for an unknown group or measure.
    """
    row, column = GROUPS.index(group), list(MEASURES).index(measure)
    return lambda counts: score(counts[row, column])


def line_rows(counts: Counts) -> list[dict[str, object]]:
    """One row a group from pooled counts: its name, ``f_``, ``iou_``, ``precision_`` and ``recall_`` of each tolerance.

    ``cldice`` and ``skeleton_cldice`` stand by themselves; None where neither side has such a line.
    """
    return [{"name": name, **_row(of_group)} for name, of_group in zip(GROUPS, counts, strict=True)]


def _row(counts: Counts) -> dict[str, float | None]:
    scores = {"f": f_score, "iou": line_iou, "precision": precision, "recall": recall}
    by_name = dict(zip(MEASURES, counts, strict=True))
    dice = {name: f_score(numbers) for name, numbers in by_name.items() if name.endswith("cldice")}
    return dice | {
        f"{score}_{name}": function(numbers)
        for name, numbers in by_name.items()
        if name not in dice
        for score, function in scores.items()
    }
