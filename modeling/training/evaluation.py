"""Judge a run on held-out frames at frame size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeling.evaluations import EVALUATIONS, Evaluation
from modeling.images import read_rgb
from modeling.labels import KINDS
from modeling.metrics import (
    Counts,
    bootstrap_interval,
    confusion,
    frame_row,
    iou,
    mean_iou_in_truth,
    per_class,
    pixel_accuracy,
    sum_counts,
)
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import Task

Map = NDArray[np.uint8]


class Labels(NamedTuple):
    """(H, W) uint8 label maps of one frame: as predicted, and as a person would get it where that differs."""

    predicted: Map
    draft: Map | None = None


Labeller = Callable[[FrameRow, Map], Labels]
"""From a row and its (H, W, 3) uint8 pixels to its labels."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out frame, its confusion and the share of its pixels that is wrong."""

    row: FrameRow
    counts: Counts

    @property
    def wrong(self) -> float:
        """Share of counted pixels that are wrong."""
        return 1 - (pixel_accuracy(self.counts) or 0.0)


def judge(
    snapshot: Snapshot,
    rows: Iterable[FrameRow],
    task: Task,
    label: Labeller,
    evaluation: Evaluation | None = None,
) -> list[Judged]:
    """Compare ``label(row, rgb)`` with the truth of each row, one frame at a time; ``evaluation`` sees them, too."""
    kind = KINDS[task.kind]
    judged = []
    for row in rows:
        rgb, truth = read_rgb(snapshot.path(row.file)), snapshot.classes(row, kind.name)
        labels = label(row, rgb)
        prediction = kind.to_classes(labels.predicted)
        judged.append(Judged(row, confusion(truth, prediction, len(task.classes))))
        if evaluation is not None:
            draft = None if labels.draft is None else kind.to_classes(labels.draft)
            name, cut = row.production, row.cut or row.key
            evaluation.add(rgb, truth, prediction, production=name, cut=cut, processed=draft)
    return judged


def evaluation_of(task: Task, values: Mapping[str, Any]) -> Evaluation | None:
    """What the task's held-out frames are asked beyond their confusion, None for nothing more.

    Args:
        task: Names it.
        values: The task's parameters; those that the evaluation has as well are passed on.
    """
    if not task.evaluation:
        return None
    entry = EVALUATIONS.get(task.evaluation)
    own = {name: value for name, value in values.items() if name in entry.params.model_fields}
    evaluation: Evaluation = entry.build(entry.parse(own))
    return evaluation


def report_of(
    judged: list[Judged],
    task: Task,
    counts: dict[str, Any],
    seed: int,
    evaluation: Evaluation | None = None,
) -> dict[str, Any]:
    """The report: ``counts`` first, then metrics, then a row a frame.

    ``iou`` and its kin are of the foreground: tasks of more than two classes have none. ``mean_iou`` is over the
    classes of the truth (docs/adr/0008). ``headline`` is the task's: ``name``, ``value``, ``interval`` over cuts and
    ``frame_mean``. The report of the evaluation stands by its name.
    """
    pooled = sum_counts([item.counts for item in judged], len(task.classes))
    if not judged:
        return {**counts, **_nothing("There are no held-out labels."), "frames": []}
    headline = _headline(judged, pooled, task, seed)
    foreground = headline if task.headline == "iou" else {}
    average, absent = mean_iou_in_truth(pooled, task.classes)
    return {
        **counts,
        "headline": headline,
        "iou": foreground.get("value"),
        "iou_interval": foreground.get("interval"),
        "iou_frame_mean": foreground.get("frame_mean"),
        "mean_iou": average,
        "absent_classes": absent,
        "pixel_accuracy": pixel_accuracy(pooled),
        "confusion": pooled.tolist(),
        "per_class": per_class(pooled, task.classes),
        "not_evaluated": None,
        **({task.evaluation: evaluation.report(seed)} if evaluation is not None else {}),
        "frames": [{"key": item.row.key, "cut": item.row.cut, **_row(item.counts, task)} for item in judged],
    }


def class_figures(judged: list[Judged], task: Task) -> dict[str, Any] | None:
    """``frames`` and their ``per_class`` figures (`modeling.metrics.per_class`), None without any frame.

    Of the validation frames these may steer which frames are labelled next; held-out figures must not.
    """
    if not judged:
        return None
    pooled = sum_counts([item.counts for item in judged], len(task.classes))
    return {"frames": len(judged), "per_class": per_class(pooled, task.classes)}


def _headline(judged: list[Judged], pooled: Counts, task: Task, seed: int) -> dict[str, Any]:
    measure = _measure(task)
    cuts = [item.row.cut or item.row.key for item in judged]
    interval = bootstrap_interval([item.counts for item in judged], cuts, measure, seed=seed)
    of_frames = [value for item in judged if (value := measure(item.counts)) is not None]
    return {
        "name": task.headline,
        "value": measure(pooled),
        "interval": [interval.low, interval.high] if interval else None,
        "frame_mean": float(np.mean(of_frames)) if of_frames else None,
    }


def _measure(task: Task) -> Callable[[Counts], float | None]:
    """The task's headline metric, of a confusion."""
    return iou if task.headline == "iou" else lambda counts: mean_iou_in_truth(counts, task.classes)[0]


def _row(counts: Counts, task: Task) -> dict[str, float | None]:
    if task.channels == 1:
        return frame_row(counts)
    return {"mean_iou": mean_iou_in_truth(counts, task.classes)[0], "pixel_accuracy": pixel_accuracy(counts)}


def _nothing(reason: str) -> dict[str, Any]:
    names = ("headline", "iou", "iou_interval", "iou_frame_mean", "mean_iou", "pixel_accuracy", "confusion")
    return {**dict.fromkeys(names), "absent_classes": [], "per_class": [], "not_evaluated": reason}
