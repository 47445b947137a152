"""One training from snapshot to report: prepare, train or resume, publish the weights, evaluate."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
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
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import TASKS, Task
from modeling.training.calibrating import calibrate
from modeling.training.checkpoints import BEST, drop_surplus, read_weights, write_weights
from modeling.training.config import TrainConfig, differences
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

VERSIONED = ("torch", "torchvision", "timm", "numpy", "sakkan")


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
        threads: CPU threads, all by default.

    Raises:
        UserError: ``run_locked``, ``run_differs``, ``no_labels``, ``stands_on_nothing``, ``stands_on_other``,
            ``hard_by_missing``, ``hard_by_other`` or what reading frames raises.
        Stopped: asked to stop; calling again goes on from the checkpoint.
    """
    stop = stop or StopFlag()
    keep_memory()
    used = set_threads(threads)
    with run.lock(token):
        _same_or_new(run, config)
        if run.done:
            return run.path / "report.json"
        stand_on(config, run, stands_on)
        splits = splits_of(snapshot, config, run)
        if config.recipe_values.hard:
            on_event("phase", phase="ranking frames")
            kept = hard_rows(config, snapshot, splits.train, run, hard_by, device, stop.check)
            splits = replace(splits, train=kept)
        if not run.weights.is_file():
            _learn(config, snapshot, splits, run, device, stop, on_event, from_run, used)
        on_event("phase", phase="evaluating")
        return _evaluate(config, snapshot, splits, run, device, stop)


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
) -> None:
    torch.manual_seed(config.seed)
    spec, network = TASKS.get(config.task), network_of(config)
    if from_run is not None:
        network.load_state_dict(_matching_weights(from_run, config))
        network.weights = "run"
    network.to(device).to(memory_format=torch.channels_last)
    if run.config() is None:
        environment = _environment(device, threads, network.weights)
        run.publish_json("config.json", {**config.model_dump(mode="json"), "environment": environment})
    side = config.working_side
    loss_entry = LOSSES.get(config.loss)
    loss = loss_entry.build(loss_entry.parse(config.loss_params), class_counts(snapshot, splits.train, spec))
    masks = _masks(config, snapshot, [*splits.train, *splits.validation], run, device, stop, on_event)
    validation = Frames(snapshot, splits.validation, spec.kind, side, masks=masks)
    loop = Loop(
        config=config,
        run=run,
        network=network,
        batches=_batches(config, snapshot, splits.train, spec.kind, masks),
        loss=loss,
        device=device,
        stop=stop,
        on_event=on_event,
        validate=_validator(validation, loss, device) if splits.validation else None,
        workers=1 if device.type == "cpu" else max(1, min(8, (os.cpu_count() or 2) - 1)),
    )
    on_event("phase", phase="training")
    loop.run_to_end()
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
    config: TrainConfig, snapshot: Snapshot, rows: list[FrameRow], kind: str, masks: Masks | None
) -> Batches:
    """Frames are kept no larger than the largest scale shows them: what a view cannot show costs time only."""
    side, recipe = config.working_side, config.recipe_values
    largest = math.ceil((recipe.train_side or side) * recipe.augment.scale_max) if side else 0
    return Batches(Frames(snapshot, rows, kind, largest, masks=masks), recipe, side, config.seed)


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
    frames: Frames, loss: Callable[[Tensor, Tensor], Tensor], device: torch.device
) -> Callable[[AnySize], float]:
    """Mean loss over whole frames, without augmentation."""

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
        return float(np.mean(losses))

    return validate


def _environment(device: torch.device, threads: int, weights: str) -> dict[str, Any]:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "device": str(device),
        "device_name": name,
        "threads": threads,
        "encoder_weights": weights,
        "python": platform.python_version(),
        "versions": {package: version(package) for package in VERSIONED},
    }


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
    report["notes"] = list(snapshot.header.notes)
    judgement.publish(judged_frames(judged, spec), {**report, "judged_on": snapshot.id})
    drop_surplus(run)
    return run.publish_json("report.json", report)


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
