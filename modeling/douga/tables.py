"""Confusion tables in the layout of Kugler 2020: tables 5.1 and 5.2 (all classes), table 5.5 (lines against areas)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import LINES, NAMES
from modeling.metrics import Counts, mean_iou, mean_iou_in_truth, per_class, pixel_accuracy

EDGES_AREAS = ("edges", "areas")
"""Rows and columns of table 5.5: all line classes as one, all fill classes as one."""


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """Rows the true class, columns the predicted one; a cell is its share of *all* counted pixels.

    ``shares`` is (C, C) float64 and sums to one (to zero without pixels). ``recall`` ends each row and ``precision``
    each column, None where undefined. ``pixels`` is what was counted; ``left_out`` the share of pixels that was not,
    because their true or predicted class is left out.
    """

    names: tuple[str, ...]
    shares: NDArray[np.float64]
    recall: tuple[float | None, ...]
    precision: tuple[float | None, ...]
    pixels: int
    left_out: float

    @property
    def accuracy(self) -> float | None:
        """Share of counted pixels on the diagonal, None without any."""
        return float(np.trace(self.shares)) if self.pixels else None

    def as_json(self) -> dict[str, object]:
        """Plain lists and numbers, for reports."""
        return {
            "names": list(self.names),
            "shares": self.shares.tolist(),
            "recall": list(self.recall),
            "precision": list(self.precision),
            "accuracy": self.accuracy,
            "pixels": self.pixels,
            "left_out": self.left_out,
        }

    def as_markdown(self, title: str = "True class") -> str:
        """A table in per cent as the thesis prints it; a share above 0 and below 0.1 % is ``<0.1``."""
        head = [title, *self.names, "recall"]
        body = [
            [name, *map(_percent, row), _percent(recall)]
            for name, row, recall in zip(self.names, self.shares.tolist(), self.recall, strict=True)
        ]
        foot = ["precision", *map(_percent, self.precision), ""]
        lines = [head, ["---", *["---:"] * (len(head) - 1)], *body, foot]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def confusion_table(
    counts: Counts, names: Sequence[str] = NAMES, without: Sequence[str] = ()
) -> ConfusionTable:
    """Lay counts out as the thesis does.

    Args:
        counts: (C, C) int64 of `modeling.metrics.confusion`, pooled.
        names: Of the C classes.
        without: Names of classes to leave out, as tables 5.1 and 5.2 leave out the books.
    """
    kept = [index for index, name in enumerate(names) if name not in without]
    table, total = counts[np.ix_(kept, kept)], int(counts.sum())
    pixels = int(table.sum())
    rows = per_class(table, [names[index] for index in kept])
    return ConfusionTable(
        names=tuple(names[index] for index in kept),
        shares=table / max(pixels, 1),
        recall=tuple(_number(row["recall"]) for row in rows),
        precision=tuple(_number(row["precision"]) for row in rows),
        pixels=pixels,
        left_out=(total - pixels) / max(total, 1),
    )


def lines_against_areas(counts: Counts) -> Counts:
    """(2, 2) int64 from the (10, 10) counts of douga: edges, then areas (table 5.5)."""
    is_area = ~np.isin(np.arange(len(counts)), LINES)
    side = np.stack([~is_area, is_area]).astype(np.int64)
    return side @ counts @ side.T


def headline(counts: Counts, names: Sequence[str] = NAMES) -> dict[str, object]:
    """Accuracy, and the mean IoU by both rules, each with the names of the classes it leaves out.

    ``mean_iou`` is over the classes of the truth (`mean_iou_in_truth`); ``mean_iou_either`` over those in truth or
    prediction (design.md, section 4).
    """
    in_truth, absent = mean_iou_in_truth(counts, names)
    either, nowhere = mean_iou(counts, names)
    return {
        "accuracy": pixel_accuracy(counts),
        "mean_iou": in_truth,
        "absent": absent,
        "mean_iou_either": either,
        "absent_either": nowhere,
    }


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    return "<0.1" if 0 < share < 0.001 else f"{100 * share:.1f}"
