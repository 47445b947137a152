"""Which labelled frames train, validate and judge, and how many pixels of each class they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labels import IGNORE
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import TASKS, Task
from modeling.training.config import TrainConfig, spared_share


@dataclass(frozen=True, slots=True)
class Splits:
    """Labelled frames by what they are for."""

    train: list[FrameRow]
    validation: list[FrameRow]
    held_out: list[FrameRow]


def splits_of(snapshot: Snapshot, config: TrainConfig, run: RunFolder) -> Splits:
    """Training, validation and held-out frames; no validation below forty labels (design.md, section 4).

    Validation frames are those of early stopping, else, from twenty cuts on, those of calibration.

    Raises:
        UserError: ``no_labels``.
    """
    kind = TASKS.get(config.task).kind
    rows = _with_masks(snapshot.frames("train", kind), config, run)
    if not rows:
        raise UserError(
            f"The snapshot has no {kind} labels to train on.",
            code="no_labels",
            remedy="Label some frames first.",
        )
    cuts = sorted({row.cut or row.key for row in rows})
    share = spared_share(config.recipe_values, len(rows), len(cuts))
    count = min(max(1, round(share * len(cuts))), len(cuts) - 1) if share else 0
    kept = set(np.random.default_rng(config.seed).permutation(cuts)[:count].tolist())
    return Splits(
        train=[row for row in rows if (row.cut or row.key) not in kept],
        validation=[row for row in rows if (row.cut or row.key) in kept],
        held_out=held_out_of(snapshot, config, run),
    )


def held_out_of(snapshot: Snapshot, config: TrainConfig, run: RunFolder) -> list[FrameRow]:
    """Labelled held-out frames that a run can judge: it needs a mask of each where its way asks for one."""
    return _with_masks(snapshot.frames("test", TASKS.get(config.task).kind), config, run)


def _with_masks(rows: list[FrameRow], config: TrainConfig, run: RunFolder) -> list[FrameRow]:
    """Those whose mask is drawn or can be predicted, where one is asked for."""
    kind = config.way.kind
    if kind is None or run.beneath.weights.is_file():
        return rows
    return [row for row in rows if kind in row.labels]


def class_counts(snapshot: Snapshot, rows: list[FrameRow], task: Task) -> NDArray[np.int64] | None:
    """(C,) int64 pixels of each class in the training labels; None where no loss weights them: for two, or none."""
    if task.channels == 1 or not task.classes:
        return None
    counts = np.zeros(IGNORE + 1, np.int64)
    for row in rows:
        counts += np.bincount(snapshot.classes(row, task.kind).ravel(), minlength=IGNORE + 1)
    return counts[: len(task.classes)]
