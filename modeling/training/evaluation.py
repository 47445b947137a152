"""Judge a run on held-out frames at frame size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeling.counting import Counting, Counts, counting_of, pooled
from modeling.evaluations import EVALUATIONS, Evaluation
from modeling.images import read_rgb
from modeling.metrics import bootstrap_interval
from modeling.snapshots import FrameRow, Snapshot
from modeling.targets import Made, Target, target_of
from modeling.tasks import Task

Map = NDArray[np.uint8]


class Labels(NamedTuple):
    """(H, W) label maps, or (H, W, 3) pictures, of one frame: as predicted, and as people get it where that differs."""

    predicted: Made
    draft: Made | None = None


Labeller = Callable[[FrameRow, Map], Labels]
"""From a row and its (H, W, 3) uint8 pixels to its labels."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out frame, its counts and how wrong its prediction is (`modeling.counting.Counting.wrong`)."""

    row: FrameRow
    counts: Counts
    wrong: float = 0.0


def judge(
    snapshot: Snapshot,
    rows: Iterable[FrameRow],
    task: Task,
    label: Labeller,
    evaluation: Evaluation | None = None,
    target: Target | None = None,
) -> list[Judged]:
    """Compare ``label(row, rgb)`` with the truth of each row, one frame at a time; ``evaluation`` sees them, too.

    ``target`` says what is true; by default it is that of the task under its default parameters.
    """
    target, counting = target or target_of(task), counting_of(task)
    judged = []
    for row in rows:
        rgb = read_rgb(snapshot.path(row.file))
        truth = target.truth(snapshot, row, rgb)
        labels = label(row, rgb)
        prediction = target.prediction(labels.predicted)
        counts = counting.counts(truth, prediction)
        judged.append(Judged(row, counts, counting.wrong(counts)))
        if evaluation is not None:
            draft = None if labels.draft is None else target.prediction(labels.draft)
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

    ``headline`` is the task's: ``name``, ``value``, ``interval`` over cuts and ``frame_mean``. ``iou`` and its kin are
    of the foreground: tasks of another headline have none. What else is told follows from what is counted
    (`modeling.counting`). The report of the evaluation stands by its name.
    """
    counting = counting_of(task)
    if not judged:
        return {**counts, **_nothing("There are no held-out labels."), "frames": []}
    together = pooled(counting, [item.counts for item in judged])
    headline = _headline(judged, together, task, counting, seed)
    foreground = headline if task.headline == "iou" else {}
    rows = [{"key": item.row.key, "cut": item.row.cut, **counting.row(item.counts)} for item in judged]
    return {
        **counts,
        "headline": headline,
        "iou": foreground.get("value"),
        "iou_interval": foreground.get("interval"),
        "iou_frame_mean": foreground.get("frame_mean"),
        **counting.figures(together),
        "not_evaluated": None,
        **({task.evaluation: evaluation.report(seed)} if evaluation is not None else {}),
        "frames": rows,
    }


def class_figures(judged: list[Judged], task: Task) -> dict[str, Any] | None:
    """``frames`` and their ``per_class`` figures (`modeling.metrics.per_class`), None without any frame.

    Of the validation frames these may steer which frames are labelled next; held-out figures must not.
    """
    if not judged:
        return None
    counting = counting_of(task)
    figures = counting.figures(pooled(counting, [item.counts for item in judged]))
    return {"frames": len(judged), "per_class": figures["per_class"]}


def _headline(
    judged: list[Judged], together: Counts, task: Task, counting: Counting, seed: int
) -> dict[str, Any]:
    cuts = [item.row.cut or item.row.key for item in judged]
    interval = bootstrap_interval([item.counts for item in judged], cuts, counting.headline, seed=seed)
    of_frames = [value for item in judged if (value := counting.headline(item.counts)) is not None]
    return {
        "name": task.headline,
        "value": counting.headline(together),
        "interval": [interval.low, interval.high] if interval else None,
        "frame_mean": float(np.mean(of_frames)) if of_frames else None,
    }


def _nothing(reason: str) -> dict[str, Any]:
    names = ("headline", "iou", "iou_interval", "iou_frame_mean", "mean_iou", "pixel_accuracy", "confusion")
    return {**dict.fromkeys(names), "absent_classes": [], "per_class": [], "not_evaluated": reason}
