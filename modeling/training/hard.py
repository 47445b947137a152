"""Hard examples only: the training frames on which an earlier run errs most (Kugler 2020, section 4.2).

The thesis chose its 73 by eye and lost six points with them (table 4.2); here a run says which they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from modeling.counting import counting_of
from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.inference.predictor import Predictor, stored_config
from modeling.runs import RANKING, RunFolder
from modeling.snapshots import FrameRow, Snapshot
from modeling.targets import target_of
from modeling.tasks import TASKS, Task
from modeling.training.config import TrainConfig
from modeling.training.judging import labeller
from modeling.training.standing import require_about


def ranked(rows: Sequence[FrameRow], wrong: Mapping[str, float]) -> list[FrameRow]:
    """Rows by ``wrong`` (share of wrong pixels by a row's ``file``), the worst first; of those alike by key."""
    return sorted(rows, key=lambda row: (-wrong[row.file], row.key, row.file))


def hardest(rows: Sequence[FrameRow], wrong: Mapping[str, float], share: float) -> list[FrameRow]:
    """The ``share`` (0..1) of ``rows`` that comes first in `ranked`, at least one, in the order they came in."""
    kept = {row.file for row in ranked(rows, wrong)[: max(1, round(share * len(rows)))]}
    return [row for row in rows if row.file in kept]


def wrong_shares(
    snapshot: Snapshot,
    rows: Sequence[FrameRow],
    run: RunFolder,
    device: torch.device,
    tick: Callable[[], None],
) -> dict[str, float]:
    """How wrong a run labels frames at their size (`modeling.counting.Counting.wrong`), by a row's ``file``.

    Args:
        snapshot: Where the frames lie.
        rows: Which of them; each has a label of what the run's task learns.
        run: The run.
        device: Where to compute.
        tick: Called before each frame; may raise to end it.

    Raises:
        UserError: ``run_missing``, ``run_unfinished``, ``no_mask``, or what reading frames raises.
    """
    config, predictor = stored_config(run), Predictor.open(run, device)
    spec = TASKS.get(config.task)
    target, counting = target_of(spec, config.task_params), counting_of(spec)
    label, shares = labeller(predictor, snapshot, config), {}
    for row in rows:
        tick()
        rgb = read_rgb(snapshot.path(row.file))
        made = target.prediction(label(row, rgb).predicted)
        shares[row.file] = counting.wrong(counting.counts(target.truth(snapshot, row, rgb), made))
    return shares


def hard_rows(
    config: TrainConfig,
    snapshot: Snapshot,
    rows: list[FrameRow],
    run: RunFolder,
    by: RunFolder | None,
    device: torch.device,
    tick: Callable[[], None] = lambda: None,
) -> list[FrameRow]:
    """The training frames that the recipe keeps: all, or the hardest by ``by``, ranked once and kept in ``run``.

    Raises:
        UserError: ``hard_by_missing`` without the run that ranks them, ``hard_by_other`` where it learned another kind
            of label, or what `wrong_shares` raises.
    """
    share = config.recipe_values.hard
    if not share:
        return rows
    wrong = _stored(run, config)
    if wrong.keys() != {row.file for row in rows}:
        wrong = wrong_shares(snapshot, rows, _fitting(by, TASKS.get(config.task)), device, tick)
        run.publish_json(RANKING, {"by": config.hard_by, "frames": _listed(rows, wrong, share)})
    return hardest(rows, wrong, share)


def _stored(run: RunFolder, config: TrainConfig) -> dict[str, float]:
    """What was ranked before training was interrupted, by the same run; empty if nothing was."""
    ranking = run.ranking() or {}
    return (
        {row["file"]: row["wrong"] for row in ranking["frames"]}
        if ranking.get("by") == config.hard_by
        else {}
    )


def _fitting(by: RunFolder | None, task: Task) -> RunFolder:
    if by is None:
        raise UserError(
            "Hard examples are told by an earlier run.",
            code="hard_by_missing",
            remedy="Name it: --hard-by RUN.",
        )
    require_about(by, task.kind, "hard_by_other")
    return by


def _listed(rows: list[FrameRow], wrong: Mapping[str, float], share: float) -> list[dict[str, Any]]:
    kept = {row.file for row in hardest(rows, wrong, share)}
    return [
        {"key": row.key, "file": row.file, "wrong": wrong[row.file], "kept": row.file in kept}
        for row in ranked(rows, wrong)
    ]
