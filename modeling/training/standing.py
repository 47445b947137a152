"""A run that sees another's predictions keeps what it needs of it, so that its folder can be moved alone."""

from __future__ import annotations

import hashlib

from modeling.errors import UserError
from modeling.inference.predictor import stored_config
from modeling.runs import FINAL, RunFolder
from modeling.tasks import TASKS
from modeling.training.config import TrainConfig


def weights_hash(run: RunFolder) -> str:
    """SHA-256 (hex) of a run's final weights: what `TrainConfig.from_run` and ``stands_on`` name.

    Raises:
        UserError: ``run_unfinished``.
    """
    if not run.weights.is_file():
        raise UserError(f"{run.path} has no trained weights to start from.", code="run_unfinished")
    return hashlib.sha256(run.weights.read_bytes()).hexdigest()


def require_about(run: RunFolder, kind: str, code: str) -> None:
    """Raise a ``UserError`` with that code unless a run is of a task about that label kind (`stored_config`)."""
    theirs = TASKS.get(stored_config(run).task).kind
    if theirs != kind:
        message = f"{run.path.name} predicts {theirs} labels, not {kind} labels."
        raise UserError(message, code=code, remedy=f"Name a run of a task about {kind} labels.")


def stand_on(config: TrainConfig, run: RunFolder, other: RunFolder | None) -> None:
    """Copy config and weights of ``other`` into ``run.beneath``, or check that they are there.

    Raises:
        UserError: ``stands_on_nothing`` where the config asks for predictions and there is no run to make them,
            ``stands_on_other`` where that run predicts something else.
    """
    way = config.way
    if way.predicted and config.stands_on is None:
        message = (
            f"{config.task} with a predicted {way.kind} label needs a trained {way.kind} model to stand on."
        )
        raise UserError(message, code="stands_on_nothing", remedy="Name its run: --stands-on RUN.")
    if config.stands_on is None or run.beneath.weights.is_file():
        return
    if other is None:
        raise UserError(f"{run.path.name} lacks the run it stands on.", code="stands_on_nothing")
    require_about(other, way.kind or TASKS.get(config.task).cut_by, "stands_on_other")
    run.beneath.publish("config.json", (other.path / "config.json").read_bytes())
    run.beneath.publish(f"checkpoints/{FINAL}", other.weights.read_bytes())
