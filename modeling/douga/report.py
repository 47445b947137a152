"""The evaluation of douga that stands in a run's report (Kugler 2020, section 5.8): counts a frame, figures at the end.

Frames come one at a time and only their counts are kept, so that any number of them at any size can be judged. Each
set of figures is given for the prediction as it came and for the post-processed one (5.7), for all held-out frames and
for each production by itself: one production may be a single character, and must not hide among many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.douga.baselines import EXTRACTORS
from modeling.douga.classes import NAMES, ignore_mask, line_mask
from modeling.douga.extractors import RGB, LineExtractor, edge_counts
from modeling.douga.lines import GROUPS, MEASURES, f_score, line_counts, line_iou, line_rows, mask_counts
from modeling.douga.postprocess import postprocess
from modeling.douga.published import PUBLISHED
from modeling.douga.tables import EDGES_AREAS, confusion_table, headline, lines_against_areas
from modeling.metrics import (
    Counts,
    Interval,
    bootstrap_interval,
    confusion,
    mean_iou_in_truth,
    median_interval,
    per_class,
    pixel_accuracy,
)

Classes = NDArray[np.uint8]
Score = Callable[[Counts], float | None]

BASELINES = ("xdog", "canny")
"""Extractors of `modeling.douga.baselines.EXTRACTORS` that need no weights."""

OF_FRAMES: Mapping[str, Score] = {
    "accuracy": pixel_accuracy,
    "mean_iou": lambda counts: mean_iou_in_truth(counts, NAMES)[0],
}
"""Scalars of a confusion that get an interval and a median."""

OF_LINES: Mapping[str, tuple[str, Score]] = {
    "iou_0px": ("0px", line_iou),
    "f_1px": ("1px", f_score),
    "f_2px": ("2px", f_score),
    "cldice": ("cldice", f_score),
    "f_skeleton_1px": ("skeleton_1px", f_score),
    "skeleton_cldice": ("skeleton_cldice", f_score),
}
"""Scores of `line_rows` that get an interval and a median, with the measure and the function they are of."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Counts of one frame and one prediction.

    ``classes`` is a (C, C) int64 confusion; ``lines`` (..., 8, 4) int64 of `modeling.douga.lines`.
    """

    classes: Counts
    lines: Counts


@dataclass(frozen=True, slots=True)
class Frame:
    """Counts of one held-out frame: ``sides`` by ``raw`` and ``processed``, ``baselines`` by extractor."""

    production: str
    cut: str
    sides: Mapping[str, Sides]
    baselines: Mapping[str, Sides]


class DougaEvaluation:
    """Collects held-out frames of douga, then tells how well they were met.

    Args:
        baselines: Names of `EXTRACTORS` to hold against the same frames; they take about as long as the rest.
    """

    def __init__(self, baselines: Sequence[str] = ()) -> None:
        self.frames: list[Frame] = []
        self.extractors: dict[str, LineExtractor] = {}
        for name in baselines:
            entry = EXTRACTORS.get(name)
            self.extractors[name] = entry.build(entry.parse())

    def add(
        self,
        rgb: RGB,
        truth: Classes,
        prediction: Classes,
        *,
        production: str,
        cut: str,
        processed: Classes | None = None,
    ) -> None:
        """Count one frame.

        Args:
            rgb: (H, W, 3) uint8 sRGB, for the baselines.
            truth: (H, W) uint8 classes, 255 ignored.
            prediction: (H, W) uint8 classes as the network gave them.
            production: Name of its production.
            cut: Name of its cut; frames of one cut are drawn together in intervals.
            processed: (H, W) uint8 classes after post-processing; without, lines are thinned to the frame's
                `line_width` and each area gets the class of most of its pixels.
        """
        cleaned = postprocess(prediction) if processed is None else processed
        sides = {"raw": sides_of(truth, prediction), "processed": sides_of(truth, cleaned)}
        found = {name: line_sides(truth, extract(rgb)) for name, extract in self.extractors.items()}
        self.frames.append(Frame(production, f"{production}/{cut}", sides, found))

    def report(self, seed: int = 0) -> dict[str, Any]:
        """All figures, as JSON has it: see `summary`; ``groups`` holds the same by production.

        ``published`` are the thesis's own figures, of other data; see `modeling.douga.published`.

        Args:
            seed: Of the intervals.
        """
        names = sorted({frame.production for frame in self.frames})
        groups = {name: [frame for frame in self.frames if frame.production == name] for name in names}
        return {
            **summary(self.frames, seed),
            "groups": {name: summary(frames, seed) for name, frames in groups.items()},
            "published": PUBLISHED,
        }


def sides_of(truth: Classes, prediction: Classes) -> Sides:
    """Counts of one (H, W) uint8 class map against another, 255 of the truth ignored."""
    return Sides(confusion(truth, prediction, len(NAMES)), line_counts(truth, prediction))


def line_sides(truth: Classes, mask: NDArray[np.bool_]) -> Sides:
    """Counts of (H, W) bool lines without classes: (2, 2) edges and areas, (8, 4) lines."""
    ignored = ignore_mask(truth)
    return Sides(edge_counts(truth, mask), mask_counts(line_mask(truth), mask & ~ignored, ignored))


def summary(frames: Sequence[Frame], seed: int) -> dict[str, Any]:
    """``frames`` and ``cuts`` counted, `figures` as ``raw`` and ``processed``, ``baselines`` by name."""
    cuts = [frame.cut for frame in frames]
    forms = {
        form: figures([frame.sides[form] for frame in frames], cuts, seed) for form in ("raw", "processed")
    }
    names = frames[0].baselines if frames else ()
    baselines = {
        name: line_figures([frame.baselines[name] for frame in frames], cuts, seed) for name in names
    }
    return {"frames": len(frames), "cuts": len(set(cuts)), **forms, "baselines": baselines}


def figures(sides: Sequence[Sides], cuts: Sequence[str], seed: int) -> dict[str, Any]:
    """Figures of one form of the predictions.

    Returns:
        `modeling.douga.tables.headline`; ``intervals`` and ``medians`` of ``accuracy`` and ``mean_iou``;
        ``per_class``; ``confusion`` (table 5.1) and ``lines_areas`` (table 5.5); ``lines``, a row a line class and
        one of all lines, each `modeling.douga.lines.line_rows` with ``intervals`` and ``medians``.
    """
    counts = [side.classes for side in sides]
    pooled = np.sum(counts, axis=0) if counts else np.zeros((len(NAMES),) * 2, np.int64)
    return {
        **headline(pooled),
        **_spread({name: (counts, score) for name, score in OF_FRAMES.items()}, cuts, seed),
        "per_class": per_class(pooled, NAMES),
        "confusion": confusion_table(pooled).as_json(),
        "lines_areas": confusion_table(lines_against_areas(pooled), EDGES_AREAS).as_json(),
        "lines": _line_rows([side.lines for side in sides], cuts, seed),
    }


def line_figures(sides: Sequence[Sides], cuts: Sequence[str], seed: int) -> dict[str, Any]:
    """``lines_areas`` (table 5.5) of an extractor, and the row of all ``lines``."""
    pooled = np.sum([side.classes for side in sides], axis=0)
    # An extractor has no classes: its counts stand where those of all lines do.
    alone = [np.repeat(side.lines[None], len(GROUPS), axis=0) for side in sides]
    return {
        "lines_areas": confusion_table(pooled, EDGES_AREAS).as_json(),
        "lines": _line_rows(alone, cuts, seed)[-1:],
    }


def _line_rows(counts: Sequence[Counts], cuts: Sequence[str], seed: int) -> list[dict[str, Any]]:
    empty = np.zeros((len(GROUPS), len(MEASURES), 4), np.int64)
    rows = line_rows(np.sum(counts, axis=0) if counts else empty)
    return [{**row, **_line_spread(counts, index, cuts, seed)} for index, row in enumerate(rows)]


def _line_spread(counts: Sequence[Counts], group: int, cuts: Sequence[str], seed: int) -> dict[str, Any]:
    names = list(MEASURES)
    of = {
        name: ([frame[group, names.index(measure)] for frame in counts], score)
        for name, (measure, score) in OF_LINES.items()
    }
    return _spread(of, cuts, seed)


def _spread(
    of: Mapping[str, tuple[Sequence[Counts], Score]], cuts: Sequence[str], seed: int
) -> dict[str, Any]:
    """``intervals`` of pooled counts and ``medians`` over frames, both bootstrapped over cuts, by name."""
    medians = {name: _median(counts, score, cuts, seed) for name, (counts, score) in of.items()}
    intervals = {
        name: _bounds(bootstrap_interval(counts, cuts, score, seed=seed))
        for name, (counts, score) in of.items()
    }
    return {"intervals": intervals, "medians": medians}


def _median(counts: Sequence[Counts], score: Score, cuts: Sequence[str], seed: int) -> dict[str, Any]:
    value, interval = median_interval([score(each) for each in counts], cuts, seed=seed)
    return {"value": value, "interval": _bounds(interval)}


def _bounds(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None
