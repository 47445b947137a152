"""One training from snapshot to report: prepare, train or resume, publish the weights, evaluate."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from modeling.devices import keep_memory, set_threads
from modeling.errors import UserError
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.training.concluding import conclude
from modeling.training.config import TrainConfig, differences
from modeling.training.hard import hard_rows
from modeling.training.learning import learn
from modeling.training.loop import OnEvent
from modeling.training.signals import StopFlag
from modeling.training.splits import splits_of
from modeling.training.standing import stand_on
from modeling.training.work import Work
from modeling.training.world import ALONE, World


def train(
    config: TrainConfig,
    snapshot: Snapshot,
    run: RunFolder,
    *,
    device: torch.device,
    token: str = "",
    stop: StopFlag | None = None,
    on_event: OnEvent = lambda name, **fields: None,
    from_run: RunFolder | None = None,
    stands_on: RunFolder | None = None,
    hard_by: RunFolder | None = None,
    threads: int | None = None,
    world: World = ALONE,
) -> Path:
    """Train into ``run``, or resume it from its checkpoint, and return the path of its report.

    Args:
        config: What to do; a run that exists must have been started with the same.
        snapshot: Its frames and labels.
        run: Where everything goes.
        device: Where to compute.
        token: Of this attempt, kept beside the lock.
        stop: Set it to have training write a checkpoint and end.
        on_event: Called with ``progress`` and ``phase`` and their fields.
        from_run: Run whose weights to start from.
        stands_on: Run whose predictions it sees; what is needed of it is kept in ``run``.
        hard_by: Run that tells hard examples; its ranking is kept in ``run``.
        threads: CPU threads of this process, by default its part of all there are.
        world: The processes that train together, each of which calls this with the same arguments; the first writes,
            and judges the run when the others have returned.

    Raises:
        UserError: ``run_locked``, ``batch_not_shared``, ``run_not_shared``, ``run_differs``, ``no_labels``,
            ``no_weights``, ``stands_on_nothing``, ``stands_on_other``, ``hard_by_missing``, ``hard_by_other`` or what
            reading frames raises.
        Stopped: asked to stop; calling again goes on from the checkpoint.
    """
    stop = stop or StopFlag()
    keep_memory()
    used = set_threads(threads, world.local_size)
    world.require_even(config.recipe_values.batch)
    with ExitStack() as held:
        if world.from_first(partial(_begun, held, config, run, token, stands_on)):
            return run.path / "report.json"
        world.require_sight(run)
        splits = splits_of(snapshot, config, run)
        if config.recipe_values.hard:
            on_event("phase", phase="ranking frames")
            rank = partial(hard_rows, config, snapshot, splits.train, run, hard_by, device, stop.check)
            splits = replace(splits, train=world.from_first(rank))
        work = Work(config, snapshot, splits, run, device, stop, on_event, world)
        if not world.from_first(run.weights.is_file):
            learn(work, from_run, used)
        if not world.first:
            return run.path / "report.json"
        on_event("phase", phase="evaluating")
        return conclude(work)


def _begun(
    held: ExitStack, config: TrainConfig, run: RunFolder, token: str, stands_on: RunFolder | None
) -> bool:
    """Lock the run folder until ``held`` closes, and check that it may be gone on with; whether it is done already."""
    held.enter_context(run.lock(token))
    _same_or_new(run, config)
    if not run.done:
        _require_files(config)
        stand_on(config, run, stands_on)
    return run.done


def _require_files(config: TrainConfig) -> None:
    """Refuse at once what would be missed when the run is judged."""
    for path in config.task_values.files:
        if not Path(path).is_file():
            raise UserError(f"There is no file {path}.", code="no_weights", remedy="Name a file of weights.")


def _same_or_new(run: RunFolder, config: TrainConfig) -> None:
    stored = run.config()
    if stored is not None and (changed := differences(config, stored)):
        raise UserError(
            f"{run.path.name} was started with another {', '.join(changed)}.",
            code="run_differs",
            remedy="Name another run folder, or repeat the first settings to resume it.",
        )
