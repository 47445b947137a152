"""Checkpoints: weights as safetensors, the rest loadable with ``weights_only=True``.

``<step>.safetensors`` is the network, ``<step>.average.safetensors`` the averaged weights,
``best.safetensors`` the best by validation, ``<step>.state.pt`` optimizer, random state, counters and what a
loss that learns has learned. The state is written last: a step without it is no checkpoint.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from modeling.losses.learning import LearningLoss
from modeling.runs import FINAL, RunFolder, publish
from modeling.training.optimization import Averaged
from modeling.training.world import ALONE, World

BEST = "best.safetensors"
Weights = dict[str, Tensor]


@dataclass(slots=True)
class Progress:
    """Where a training stands. The sampler's state is ``step``: examples depend on seed and step alone."""

    step: int = 0
    seconds: float = 0.0
    best_loss: float = float("inf")
    best_epoch: int = 0
    stopped_early: bool = False


def write_weights(path: Path, weights: Weights) -> Path:
    """Publish weights as safetensors."""
    return publish(path, save(_on_cpu(weights)))


def read_weights(path: Path) -> Weights:
    """Read weights to the CPU."""
    return load(path.read_bytes())


def hash_of(weights: Weights) -> str:
    """SHA-256 (hex) of weights as `write_weights` would write them."""
    return hashlib.sha256(save(_on_cpu(weights))).hexdigest()


def _on_cpu(weights: Weights) -> Weights:
    return {key: value.detach().cpu().contiguous() for key, value in weights.items()}


def save_checkpoint(
    run: RunFolder,
    averaged: Averaged,
    optimizer: torch.optim.Optimizer,
    progress: Progress,
    learner: LearningLoss | None = None,
    world: World = ALONE,
) -> None:
    """Write the checkpoint of ``progress.step``, then remove the earlier ones; the first of several processes does."""
    chances = world.collected(_random_state())
    if not world.first:
        return
    folder, step = run.checkpoints, f"{progress.step:08d}"
    write_weights(folder / f"{step}.safetensors", averaged.network.state_dict())
    write_weights(folder / f"{step}.average.safetensors", averaged.values)
    state = {
        "progress": asdict(progress),
        "optimizer": optimizer.state_dict(),
        "rng": chances[0],
        "others": chances[1:],
        "loss": learner.state() if learner is not None else None,
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    publish(folder / f"{step}.state.pt", buffer.getvalue())
    _remove(path for path in folder.glob("*") if path.name[:8].isdecimal() and path.name[:8] != step)


def load_checkpoint(
    run: RunFolder,
    averaged: Averaged,
    optimizer: torch.optim.Optimizer,
    learner: LearningLoss | None = None,
    world: World = ALONE,
) -> Progress:
    """Restore the newest checkpoint into network, average, optimizer, loss and random state, if there is one.

    One written by another number of processes serves as well: the others' chance then begins anew.
    """
    states = sorted(run.checkpoints.glob("*.state.pt"))
    if not states:
        return Progress()
    step = states[-1].name.partition(".")[0]
    state = torch.load(states[-1], map_location="cpu", weights_only=True)
    averaged.network.load_state_dict(read_weights(run.checkpoints / f"{step}.safetensors"))
    for key, value in read_weights(run.checkpoints / f"{step}.average.safetensors").items():
        averaged.values[key].copy_(value)
    optimizer.load_state_dict(state["optimizer"])
    if learner is not None:
        learner.restore(state["loss"])
    chances = [state["rng"], *state.get("others", [])]
    if world.first or len(chances) == world.size:
        _restore_random_state(chances[world.rank])
    return Progress(**state["progress"])


def _random_state() -> dict[str, Any]:
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"cpu": torch.get_rng_state(), "cuda": cuda}


def _restore_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["cpu"])
    if state["cuda"] and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def drop_surplus(run: RunFolder) -> None:
    """Remove all but the final weights once a run is done."""
    _remove(path for path in run.checkpoints.glob("*") if path.name != FINAL)


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)
