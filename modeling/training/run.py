"""One training from snapshot to report: prepare, train or resume, publish the weights, evaluate."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from modeling.devices import keep_memory, set_threads
from modeling.errors import UserError
from modeling.inference.predictor import NOTHING, Drawn, Predictor, network_of, stored_config
from modeling.judgements import Judgement
from modeling.labels import KINDS
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.networks.base import AnySize
from modeling.runs import PROCESSES, RunFolder
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import TASKS, Task
from modeling.training.calibrating import calibrate
from modeling.training.checkpoints import BEST, drop_surplus, hash_of, read_weights, write_weights
from modeling.training.config import TrainConfig, differences
from modeling.training.environment import environment_of
from modeling.training.evaluation import Labels, class_figures, evaluation_of, judge, report_of
from modeling.training.examples import Batches
from modeling.training.frames import Frames
from modeling.training.hard import hard_rows
from modeling.training.judging import judged_frames, kept
from modeling.training.loop import Loop, OnEvent, autocast
from modeling.training.masks import Masks
from modeling.training.previews import write_previews
from modeling.training.signals import StopFlag
from modeling.training.splits import Splits, class_counts, splits_of
from modeling.training.standing import stand_on
from modeling.training.weighing import require_weighable, selection_weights
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
            ``stands_on_nothing``, ``stands_on_other``, ``hard_by_missing``, ``hard_by_other`` or what reading frames
            raises.
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
        if not world.from_first(run.weights.is_file):
            _learn(config, snapshot, splits, run, device, stop, on_event, from_run, used, world)
        if not world.first:
            return run.path / "report.json"
        on_event("phase", phase="evaluating")
        return _evaluate(config, snapshot, splits, run, device, stop)


def _begun(
    held: ExitStack, config: TrainConfig, run: RunFolder, token: str, stands_on: RunFolder | None
) -> bool:
    """Lock the run folder until ``held`` closes, and check that it may be gone on with; whether it is done already."""
    held.enter_context(run.lock(token))
    _same_or_new(run, config)
    if not run.done:
        stand_on(config, run, stands_on)
    return run.done


def _same_or_new(run: RunFolder, config: TrainConfig) -> None:
    stored = run.config()
    if stored is not None and (changed := differences(config, stored)):
        raise UserError(
            f"{run.path.name} was started with another {', '.join(changed)}.",
            code="run_differs",
            remedy="Name another run folder, or repeat the first settings to resume it.",
        )


def _learn(
    config: TrainConfig,
    snapshot: Snapshot,
    splits: Splits,
    run: RunFolder,
    device: torch.device,
    stop: StopFlag,
    on_event: OnEvent,
    from_run: RunFolder | None,
    threads: int,
    world: World,
) -> None:
    torch.manual_seed(config.seed)
    spec, network = TASKS.get(config.task), network_of(config)
    if from_run is not None:
        network.load_state_dict(_matching_weights(from_run, config))
        network.weights = "run"
    network.to(device).to(memory_format=torch.channels_last)
    if world.first and run.config() is None:
        environment = environment_of(device, threads, network.weights, world)
        run.publish_json("config.json", {**config.model_dump(mode="json"), "environment": environment})
    side = config.working_side
    loss_entry = LOSSES.get(config.loss)
    loss = loss_entry.build(loss_entry.parse(config.loss_params), class_counts(snapshot, splits.train, spec))
    require_weighable(loss, config)
    masks = _masks(config, snapshot, [*splits.train, *splits.validation], run, device, stop, on_event)
    stops_early = bool(splits.validation and config.recipe_values.validation)
    judged = splits.validation[world.rank :: world.size]
    validation = Frames(snapshot, judged, spec.kind, side, masks=masks)
    loop = Loop(
        config=config,
        run=run,
        network=network,
        batches=_batches(config, snapshot, splits.train, spec.kind, masks, world),
        loss=loss,
        device=device,
        stop=stop,
        on_event=on_event,
        validate=_validator(validation, loss, device, world) if stops_early else None,
        workers=1 if device.type == "cpu" else max(1, min(8, (os.cpu_count() or 2) // world.local_size - 1)),
        world=world,
    )
    on_event("phase", phase="training")
    loop.run_to_end()
    hashes = world.collected(hash_of(network.state_dict()))
    if not world.first:
        return
    if world.size > 1:
        run.publish_json(PROCESSES, {"weights": hashes, "alike": len(set(hashes)) == 1})
    best = run.checkpoints / BEST
    write_weights(run.weights, read_weights(best) if best.is_file() else loop.averaged.values)


def _masks(
    config: TrainConfig,
    snapshot: Snapshot,
    rows: list[FrameRow],
    run: RunFolder,
    device: torch.device,
    stop: StopFlag,
    on_event: OnEvent,
) -> Masks | None:
    """The masks of a task that cuts by another kind than it learns, predicted where they are needed."""
    spec = TASKS.get(config.task)
    if spec.cut_by == spec.kind:
        return None
    beneath = run.beneath if run.beneath.weights.is_file() else None
    masks = Masks(snapshot, spec.cut_by, config.way, Predictor.open(beneath, device) if beneath else None)
    if beneath:
        on_event("phase", phase="predicting masks")
        masks.prepare(rows, stop.check)
    return masks


def _batches(
    config: TrainConfig,
    snapshot: Snapshot,
    rows: list[FrameRow],
    kind: str,
    masks: Masks | None,
    world: World,
) -> Batches:
    """Frames are kept no larger than the largest scale shows them: what a view cannot show costs time only."""
    side, recipe = config.working_side, config.recipe_values
    largest = math.ceil((recipe.train_side or side) * recipe.augment.scale_max) if side else 0
    frames = Frames(snapshot, rows, kind, largest, masks=masks)
    weights = selection_weights(rows, TASKS.get(config.task).kind, recipe.weigh_by_selection)
    return Batches(frames, recipe, side, config.seed, weights, world.rank, world.size)


def _matching_weights(from_run: RunFolder, config: TrainConfig) -> dict[str, Tensor]:
    theirs = stored_config(from_run)
    # Parameters that came after their run have their defaults there.
    params = NETWORKS.get(theirs.network).parse(theirs.network_params).model_dump(mode="json")
    if (theirs.network, params) != (config.network, config.network_params):
        raise UserError(
            f"{from_run.path.name} holds another network ({_spelled(theirs)}) than asked for ({_spelled(config)}).",
            code="network_differs",
            remedy="Use the same network and parameters.",
        )
    return read_weights(from_run.weights)


def _spelled(config: TrainConfig) -> str:
    return ", ".join([config.network, *(f"{name}={value}" for name, value in config.network_params.items())])


def _validator(
    frames: Frames, loss: Callable[[Tensor, Tensor], Tensor], device: torch.device, world: World
) -> Callable[[AnySize], float]:
    """Mean loss over whole frames, without augmentation; ``frames`` are this process's share."""

    @torch.inference_mode()
    def validate(network: AnySize) -> float:
        network.eval()
        losses = []
        for index in range(len(frames)):
            image, classes, _ = frames[index]
            with autocast(device):
                logits = network(
                    image[None].to(device).float().div(255).contiguous(memory_format=torch.channels_last)
                )
            losses.append(float(loss(logits.float(), classes.to(device))))
        total, count = world.total(float(np.sum(losses)), len(losses))
        return total / count

    return validate


def _evaluate(
    config: TrainConfig,
    snapshot: Snapshot,
    splits: Splits,
    run: RunFolder,
    device: torch.device,
    stop: StopFlag,
) -> Path:
    spec: Task = TASKS.get(config.task)
    predictor = Predictor.open(run, device)

    masks = Masks(snapshot, spec.cut_by, config.way)

    def drawn(row: FrameRow) -> Drawn:
        stop.check()
        return masks.drawn(row) if config.way.drawn else NOTHING

    def label(row: FrameRow, rgb: Any) -> Labels:
        return Labels(*predictor.label_and_draft(rgb, drawn(row)))

    evaluation, judgement = evaluation_of(spec, config.task_params), Judgement.of(run, snapshot.id)
    remembered = kept(judgement, KINDS[spec.kind], label)
    judged = judge(snapshot, splits.held_out, spec, remembered, evaluation)
    write_previews(run, snapshot, judged, spec, remembered)
    report = report_of(judged, spec, _counts(config, splits, run), config.seed, evaluation)
    report["validation"] = class_figures(judge(snapshot, splits.validation, spec, label), spec)
    report["calibration"] = calibrate(
        predictor, snapshot, splits.validation, splits.held_out, run, drawn, config.seed
    )
    report["notes"] = [*snapshot.header.notes, *_drift(run)]
    judgement.publish(judged_frames(judged, spec), {**report, "judged_on": snapshot.id})
    drop_surplus(run)
    return run.publish_json("report.json", report)


def _drift(run: RunFolder) -> list[str]:
    together = run.processes()
    if together is None or together["alike"]:
        return []
    return ["The processes that trained together ended with different weights; the first one's are kept."]


def _counts(config: TrainConfig, splits: Splits, run: RunFolder) -> dict[str, Any]:
    rows = run.metrics()
    return {
        "train_frames": len(splits.train),
        "validation_frames": len(splits.validation),
        "held_out_frames": len(splits.held_out),
        "train_cuts": len({row.cut or row.key for row in splits.train}),
        "held_out_cuts": len({row.cut or row.key for row in splits.held_out}),
        "steps": rows[-1]["step"] if rows else 0,
        "seconds": rows[-1]["seconds"] if rows else 0.0,
        "snapshot": config.snapshot,
        "stands_on": config.stands_on,
        "hard_by": config.hard_by,
    }
