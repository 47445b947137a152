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
    confusion,
    frame_row,
    iou,
    iou_interval,
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
INSET = 0.3
"""Width of the small input, relative to the picture."""

BACKGROUND_RIGHT, CEL_RIGHT, FALSE_CEL, MISSED_CEL, UNCOUNTED = (
    (128, 128, 128),
    (255, 255, 255),
    (220, 40, 40),
    (40, 80, 230),
    (24, 24, 24),
)

Labeller = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


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
    """Compare ``label(rgb)`` with the truth of each row."""
    kind = KINDS[task.kind]
    judged = []
    for row in rows:
        truth = snapshot.classes(row, kind.name)
        prediction = kind.to_classes(label(read_rgb(snapshot.path(row.file))))
        judged.append(Judged(row, confusion(truth, prediction, len(task.classes))))
    return judged


def report_of(judged: list[Judged], task: Task, counts: dict[str, Any], seed: int) -> dict[str, Any]:
    """The report: ``counts`` first, then metrics, then a row a frame."""
    pooled = sum_counts([item.counts for item in judged], len(task.classes))
    if not judged:
        return {**counts, **_nothing("There are no held-out labels."), "frames": []}
    cuts = [item.row.cut or item.row.key for item in judged]
    interval = iou_interval([item.counts for item in judged], cuts, seed=seed)
    average, absent = mean_iou(pooled, task.classes)
    return {
        **counts,
        "iou": iou(pooled),
        "iou_interval": [interval.low, interval.high] if interval else None,
        "iou_frame_mean": float(np.mean([iou(item.counts) for item in judged])),
        "mean_iou": average,
        "absent_classes": absent,
        "pixel_accuracy": pixel_accuracy(pooled),
        "confusion": pooled.tolist(),
        "per_class": per_class(pooled, task.classes),
        "not_evaluated": None,
        "frames": [{"key": item.row.key, "cut": item.row.cut, **frame_row(item.counts)} for item in judged],
    }


def _nothing(reason: str) -> dict[str, Any]:
    names = ("iou", "iou_interval", "iou_frame_mean", "mean_iou", "pixel_accuracy", "confusion")
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
        picture = resize_long_side(error_picture(rgb, truth, kind.to_classes(label(rgb))), PREVIEW_SIDE)
        buffer = BytesIO()
        Image.fromarray(picture).save(buffer, "WEBP", quality=90)
        run.publish(f"previews/{rank:02d}-{_slug(item.row.key)}.webp", buffer.getvalue())


def _slug(key: str) -> str:
    return re.sub(r"[^\w.-]+", "-", key)
