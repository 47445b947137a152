"""The learning part of a training: network, loss and batches into the loop, the best weights out of it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from modeling.errors import UserError
from modeling.inference.predictor import Predictor, network_of, stored_config
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.networks.base import AnySize
from modeling.runs import PROCESSES, RunFolder
from modeling.training.checkpoints import BEST, hash_of, read_weights, write_weights
from modeling.training.config import TrainConfig
from modeling.training.environment import environment_of
from modeling.training.examples import Batches
from modeling.training.frames import Frames
from modeling.training.loop import Loop, autocast
from modeling.training.masks import Masks
from modeling.training.splits import class_counts
from modeling.training.weighing import require_weighable, selection_weights
from modeling.training.work import Work
from modeling.training.world import World


def learn(work: Work, from_run: RunFolder | None, threads: int) -> None:
    """Train to the end of the budget and publish the weights, the checkpoint's if there is one to go on from.

    Args:
        work: The training.
        from_run: Run whose weights to start from.
        threads: CPU threads in use, for the record.

    Raises:
        UserError: ``network_differs`` or what reading frames raises.
        Stopped: Asked to stop.
    """
    torch.manual_seed(work.config.seed)
    network = _network(work, from_run)
    _record(work, threads, network.weights)
    loop = _loop(work, network)
    work.on_event("phase", phase="training")
    loop.run_to_end()
    _publish(work, loop)


def _network(work: Work, from_run: RunFolder | None) -> AnySize:
    network = network_of(work.config)
    if from_run is not None:
        network.load_state_dict(_matching_weights(from_run, work.config))
        network.weights = "run"
    network.to(work.device).to(memory_format=torch.channels_last)
    return network


def _record(work: Work, threads: int, weights: str) -> None:
    """Write down what was asked for and on what it runs, once."""
    if work.world.first and work.run.config() is None:
        environment = environment_of(work.device, threads, weights, work.world)
        stored = {**work.config.model_dump(mode="json"), "environment": environment}
        work.run.publish_json("config.json", stored)


def _loop(work: Work, network: AnySize) -> Loop:
    loss, splits = _loss(work), work.splits
    masks = _masks(work)
    stops_early = bool(splits.validation and work.config.recipe_values.validation)
    judged = splits.validation[work.world.rank :: work.world.size]
    side, subject = work.config.working_side, work.config.subject
    validation = Frames(work.snapshot, judged, work.task.kind, side, masks=masks, subject=subject)
    return Loop(
        config=work.config,
        run=work.run,
        network=network,
        batches=_batches(work, masks),
        loss=loss,
        device=work.device,
        stop=work.stop,
        on_event=work.on_event,
        validate=_validator(validation, loss, work.device, work.world) if stops_early else None,
        workers=_workers(work),
        world=work.world,
    )


def _loss(work: Work) -> Any:
    entry = LOSSES.get(work.config.loss)
    counts = class_counts(work.snapshot, work.splits.train, work.task)
    loss = entry.build(entry.parse(work.config.loss_params), counts)
    require_weighable(loss, work.config)
    return loss


def _workers(work: Work) -> int:
    """Processes that make batches: a GPU's share of the cores, one beside a CPU."""
    if work.device.type == "cpu":
        return 1
    return max(1, min(8, (os.cpu_count() or 2) // work.world.local_size - 1))


def _masks(work: Work) -> Masks | None:
    """The masks of a task that cuts by another kind than it learns, predicted where they are needed."""
    spec, run = work.task, work.run
    if spec.cut_by == spec.kind:
        return None
    beneath = run.beneath if run.beneath.weights.is_file() else None
    predictor = Predictor.open(beneath, work.device) if beneath else None
    masks = Masks(work.snapshot, spec.cut_by, work.config.way, predictor)
    if beneath:
        work.on_event("phase", phase="predicting masks")
        masks.prepare([*work.splits.train, *work.splits.validation], work.stop.check)
    return masks


def _batches(work: Work, masks: Masks | None) -> Batches:
    """Frames are kept no larger than the largest scale shows them: what a view cannot show costs time only."""
    config, rows, kind = work.config, work.splits.train, work.task.kind
    side, recipe = config.working_side, config.recipe_values
    largest = math.ceil((recipe.train_side or side) * recipe.augment.scale_max) if side else 0
    frames = Frames(work.snapshot, rows, kind, largest, masks=masks, subject=config.subject)
    weights = selection_weights(rows, kind, recipe.weigh_by_selection)
    return Batches(frames, recipe, side, config.seed, weights, work.world.rank, work.world.size)


def _publish(work: Work, loop: Loop) -> None:
    """The best weights, or the averaged ones, as the run's; by the first process, when all have ended."""
    hashes = work.world.collected(hash_of(loop.network.state_dict()))
    if not work.world.first:
        return
    if work.world.size > 1:
        work.run.publish_json(PROCESSES, {"weights": hashes, "alike": len(set(hashes)) == 1})
    best = work.run.checkpoints / BEST
    write_weights(work.run.weights, read_weights(best) if best.is_file() else loop.averaged.values)


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
            image, classes = frames.pair(index)
            with autocast(device):
                logits = network(
                    image[None].to(device).float().div(255).contiguous(memory_format=torch.channels_last)
                )
            losses.append(float(loss(logits.float(), classes.to(device))))
        total, count = world.total(float(np.sum(losses)), len(losses))
        return total / count

    return validate
