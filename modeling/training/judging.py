"""Judge a finished run on the held-out frames of any snapshot of its task, and keep what it predicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.inference.predictor import NOTHING, Predictor, stored_config
from modeling.judgements import JudgedFrame, Judgement
from modeling.runs import RunFolder, publish
from modeling.snapshots import FrameRow, Snapshot
from modeling.targets import Target, target_of
from modeling.tasks import TASKS, Task
from modeling.training.config import TrainConfig
from modeling.training.evaluation import Judged, Labeller, Labels, evaluation_of, judge, report_of
from modeling.training.masks import Masks
from modeling.training.previews import write_previews
from modeling.training.splits import held_out_of

OnDone = Callable[[int, int], None]
"""Called with frames done and their total."""


def judge_run(
    run: RunFolder,
    snapshot: Snapshot,
    out: str | Path,
    *,
    device: torch.device,
    on_done: OnDone = lambda done, total: None,
    token: str = "",
) -> Path:
    """Write a report like the run's own about a snapshot's held-out frames into ``out``, and return its path.

    A run judges the snapshot it was trained on by itself (`Judgement.of`). What is predicted is kept (see
    `modeling.judgements`), so one that was stopped goes on where it was. Frames are not checked against those the run
    was trained on: a snapshot of the same pool holds out the same cuts.

    Args:
        run: Finished, of any task.
        snapshot: With labels of the task's kind.
        out: Folder of the judgement.
        device: Where to compute.
        on_done: Told after each frame.
        token: Of this attempt, kept beside the lock.

    Raises:
        UserError: ``run_missing``, ``run_unfinished``, ``no_held_out_labels``, ``run_locked`` or what reading raises.
    """
    config = stored_config(run)
    task, folder, judgement = TASKS.get(config.task), RunFolder(out), Judgement(out)
    with folder.lock(token):
        if judgement.done:
            return folder.path / "report.json"
        predictor = Predictor.open(run, device)
        rows = _rows(snapshot, config, run)
        target = target_of(task, config.task_params)
        label = kept(judgement, target, labeller(predictor, snapshot, config))
        evaluation = evaluation_of(task, config.task_params)
        judged = judge(snapshot, rows, task, _counted(label, len(rows), on_done), evaluation, target)
        write_previews(folder, snapshot, judged, task, label, target)
        report = report_of(judged, task, _counts(run, snapshot, judged), config.seed, evaluation)
        return judgement.publish(judged_frames(judged, task), report)


def labeller(predictor: Predictor, snapshot: Snapshot, config: TrainConfig) -> Labeller:
    """What the run predicts of a row of the snapshot, seeing the mask that a person drew where its way asks for it.

    Of a task that makes pictures, what it makes of what its subject shows of the row.
    """
    masks = Masks(snapshot, TASKS.get(config.task).cut_by, config.way)
    subject = config.subject

    def label(row: FrameRow, rgb: NDArray[np.uint8]) -> Labels:
        if subject is not None:
            return Labels(*predictor.label_and_draft(*subject.asked(snapshot, row, rgb)))
        drawn = masks.drawn(row) if config.way.drawn else NOTHING
        return Labels(*predictor.label_and_draft(rgb, drawn))

    return label


def kept(judgement: Judgement, target: Target, label: Labeller) -> Labeller:
    """The same, asked once a frame: its answers are kept as files."""

    def look_up(row: FrameRow, rgb: NDArray[np.uint8]) -> Labels:
        file, draft = judgement.label_file(row.key), judgement.draft_file(row.key)
        if not file.is_file():
            labels = label(row, rgb)
            if labels.draft is not None:
                publish(draft, target.encode(labels.draft))
            publish(file, target.encode(labels.predicted))
            return labels
        return Labels(target.read(file), target.read(draft) if draft.is_file() else None)

    return look_up


def judged_frames(judged: Sequence[Judged], task: Task) -> list[JudgedFrame]:
    """A line a frame."""
    return [
        JudgedFrame(
            key=item.row.key,
            cut=item.row.cut,
            production=item.row.production,
            sha256=item.row.sha256,
            label_sha256=item.row.labels[task.kind].sha256,
            counts=item.counts.tolist(),
        )
        for item in judged
    ]


def _rows(snapshot: Snapshot, config: TrainConfig, run: RunFolder) -> list[FrameRow]:
    rows = held_out_of(snapshot, config, run)
    if not rows:
        kind = TASKS.get(config.task).kind
        raise UserError(
            f"{snapshot.folder} holds no held-out {kind} label that this run could be judged on.",
            code="no_held_out_labels",
            remedy="Draw and accept some held-out frames, and freeze a snapshot with them.",
        )
    return rows


def _counted(label: Labeller, total: int, on_done: OnDone) -> Labeller:
    done = 0

    def counting(row: FrameRow, rgb: NDArray[np.uint8]) -> Labels:
        nonlocal done
        labels = label(row, rgb)
        done += 1
        on_done(done, total)
        return labels

    return counting


def _counts(run: RunFolder, snapshot: Snapshot, judged: list[Judged]) -> dict[str, Any]:
    """Counts as in the run's own report, held-out ones of this snapshot; ``judged_on`` names it."""
    own = run.report() or {}
    trained = ("train_frames", "validation_frames", "train_cuts", "steps", "seconds", "snapshot", "stands_on")
    return {
        **{name: own[name] for name in trained if name in own},
        "held_out_frames": len(judged),
        "held_out_cuts": len({item.row.cut or item.row.key for item in judged}),
        "judged_on": snapshot.id,
    }
