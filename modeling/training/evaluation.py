"""Judge a run on held-out frames at frame size, and draw where it errs (Kugler 2020, figure 4.10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.images import read_rgb, resize_long_side
from modeling.labels import IGNORE, KINDS
from modeling.metrics import (
    Counts,
    bootstrap_interval,
    confusion,
    frame_row,
    iou,
    mean_iou,
    per_class,
    pixel_accuracy,
    sum_counts,
)
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import Task

PREVIEWS = 12
PREVIEW_SIDE = 640
FAINT = 0.3
"""Brightness of what is right, where what is wrong has its full colour."""
INSET = 0.3
"""Width of the small input, relative to the picture."""

BACKGROUND_RIGHT, CEL_RIGHT, FALSE_CEL, MISSED_CEL, UNCOUNTED = (
    (128, 128, 128),
    (255, 255, 255),
    (220, 40, 40),
    (40, 80, 230),
    (24, 24, 24),
)

Labeller = Callable[[FrameRow, NDArray[np.uint8]], NDArray[np.uint8]]
"""From a row and its (H, W, 3) uint8 pixels to its (H, W) uint8 label map."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out frame, its confusion and the share of its pixels that is wrong."""

    row: FrameRow
    counts: Counts

    @property
    def wrong(self) -> float:
        """Share of counted pixels that are wrong."""
        return 1 - (pixel_accuracy(self.counts) or 0.0)


def judge(snapshot: Snapshot, rows: Iterable[FrameRow], task: Task, label: Labeller) -> list[Judged]:
    """Compare ``label(row, rgb)`` with the truth of each row."""
    kind = KINDS[task.kind]
    judged = []
    for row in rows:
        truth = snapshot.classes(row, kind.name)
        prediction = kind.to_classes(label(row, read_rgb(snapshot.path(row.file))))
        judged.append(Judged(row, confusion(truth, prediction, len(task.classes))))
    return judged


def report_of(judged: list[Judged], task: Task, counts: dict[str, Any], seed: int) -> dict[str, Any]:
    """The report: ``counts`` first, then metrics, then a row a frame.

    ``iou`` and its kin are of the foreground: tasks of more than two classes have none. ``headline`` is the task's:
    ``name``, ``value``, ``interval`` over cuts and ``frame_mean``.
    """
    pooled = sum_counts([item.counts for item in judged], len(task.classes))
    if not judged:
        return {**counts, **_nothing("There are no held-out labels."), "frames": []}
    headline = _headline(judged, pooled, task, seed)
    foreground = headline if task.headline == "iou" else {}
    average, absent = mean_iou(pooled, task.classes)
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
        "frames": [{"key": item.row.key, "cut": item.row.cut, **_row(item.counts, task)} for item in judged],
    }


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
    return iou if task.headline == "iou" else lambda counts: mean_iou(counts, task.classes)[0]


def _row(counts: Counts, task: Task) -> dict[str, float | None]:
    if task.channels == 1:
        return frame_row(counts)
    return {"mean_iou": mean_iou(counts, task.classes)[0], "pixel_accuracy": pixel_accuracy(counts)}


def _nothing(reason: str) -> dict[str, Any]:
    names = ("headline", "iou", "iou_interval", "iou_frame_mean", "mean_iou", "pixel_accuracy", "confusion")
    return {**dict.fromkeys(names), "absent_classes": [], "per_class": [], "not_evaluated": reason}


def error_picture(
    rgb: NDArray[np.uint8], truth: NDArray[np.uint8], prediction: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Draw the thesis's figure 4.10.

    White and grey where cel and background are right, red background taken for cel, blue cel that was missed,
    dark where nothing counts; the input small in the top left corner.

    Args:
        rgb: (H, W, 3) uint8 input.
        truth: (H, W) uint8 classes, 255 ignored.
        prediction: (H, W) uint8 classes.

    Returns:
        (H, W, 3) uint8.
    """
    colors = np.array([[BACKGROUND_RIGHT, FALSE_CEL], [MISSED_CEL, CEL_RIGHT]], np.uint8)
    counted = truth != IGNORE
    picture = colors[np.where(counted, truth, 0), prediction]
    picture[~counted] = UNCOUNTED
    return _with_inset(picture, rgb)


def class_error_picture(
    rgb: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    palette: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Draw where a map of many classes errs: what is right faint, what is wrong in the colour that was predicted.

    Args:
        rgb: (H, W, 3) uint8 input, small in the top left corner.
        truth: (H, W) uint8 classes, 255 ignored and dark.
        prediction: (H, W) uint8 classes.
        palette: (C, 3) uint8 colour of each class.

    Returns:
        (H, W, 3) uint8.
    """
    counted = truth != IGNORE
    faint = (palette * FAINT).astype(np.uint8)
    picture = np.where((truth == prediction)[..., None], faint[prediction], palette[prediction])
    picture[~counted] = UNCOUNTED
    return _with_inset(picture, rgb)


def _with_inset(picture: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    inset = resize_long_side(rgb, max(1, round(max(rgb.shape) * INSET)))
    picture[: inset.shape[0], : inset.shape[1]] = inset
    return picture


def write_previews(
    run: RunFolder, snapshot: Snapshot, judged: list[Judged], task: Task, label: Labeller
) -> None:
    """Draw the worst frames into ``previews/``, named by rank and key."""
    kind = KINDS[task.kind]
    worst = sorted(judged, key=lambda item: (-item.wrong, item.row.key))[:PREVIEWS]
    for rank, item in enumerate(worst):
        rgb = read_rgb(snapshot.path(item.row.file))
        truth = snapshot.classes(item.row, kind.name)
        picture = resize_long_side(
            _errors(rgb, truth, kind.to_classes(label(item.row, rgb)), task), PREVIEW_SIDE
        )
        buffer = BytesIO()
        Image.fromarray(picture).save(buffer, "WEBP", quality=90)
        run.publish(f"previews/{rank:02d}-{_slug(item.row.key)}.webp", buffer.getvalue())


def _errors(
    rgb: NDArray[np.uint8], truth: NDArray[np.uint8], prediction: NDArray[np.uint8], task: Task
) -> NDArray[np.uint8]:
    if task.error_picture == "false_and_missed":
        return error_picture(rgb, truth, prediction)
    # The classes' own colours come first among the entries.
    return class_error_picture(rgb, truth, prediction, KINDS[task.kind].palette[: len(task.classes)])


def _slug(key: str) -> str:
    return re.sub(r"[^\w.-]+", "-", key)
