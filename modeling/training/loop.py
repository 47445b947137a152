"""The training loop: batches, steps, log, checkpoints and the budget."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from modeling.losses.learning import LearningLoss
from modeling.networks.base import AnySize
from modeling.recipes import RecipeParams
from modeling.runs import RunFolder
from modeling.training.checkpoints import BEST, Progress, load_checkpoint, save_checkpoint, write_weights
from modeling.training.config import TrainConfig
from modeling.training.examples import Batches
from modeling.training.optimization import Averaged, freeze_norms, optimizer_of, rate_at, set_rate
from modeling.training.signals import StopFlag
from modeling.training.weighing import weighed
from modeling.training.world import ALONE, World

CHECKPOINT_SECONDS = 30.0
LOG_ROWS = 2000
"""About as many rows a log has at most under a budget of steps."""

OnEvent = Callable[..., None]


@dataclass
class Loop:
    """One training from its start or checkpoint to the end of its budget.

    ``validate`` gives the loss on the validation frames, None where there are none. A ``loss`` that learns itself
    (`LearningLoss`) takes its own step before each of the network's and is kept in the checkpoints.

    In a ``world`` of several processes each has a loop of its own: they take every decision together, and the first
    alone writes. ``batches`` then gives this process's share of each batch.
    """

    config: TrainConfig
    run: RunFolder
    network: AnySize
    batches: Batches
    loss: Callable[[Tensor, Tensor], Tensor]
    device: torch.device
    stop: StopFlag
    on_event: OnEvent
    validate: Callable[[AnySize], float] | None = None
    workers: int = 1
    world: World = ALONE
    recipe: RecipeParams = field(init=False)

    def __post_init__(self) -> None:
        self.recipe = self.config.recipe_values
        self.optimizer = optimizer_of(self.recipe, self.network)
        self.averaged = Averaged(self.network, self.recipe.average)
        self.learner = self.loss.to(self.device) if isinstance(self.loss, LearningLoss) else None
        self.world.part_chance(self.config.seed, len(self.run.metrics()))
        self.progress = load_checkpoint(self.run, self.averaged, self.optimizer, self.learner, self.world)
        self.seeing = self.world.spread(self.network, self.device)
        if self.world.first:
            self.run.cut_metrics(self.progress.step)
        self._saved_at = time.monotonic()

    # --- the budget ---

    @property
    def steps(self) -> int | None:
        """The budget in steps, None when it is in seconds."""
        if self.config.steps is not None or self.config.seconds is not None:
            return self.config.steps
        return self.recipe.epochs * self.batches.steps_an_epoch

    @property
    def spent(self) -> float:
        """Share of the budget used so far."""
        if self.steps is not None:
            return self.progress.step / self.steps
        return self.progress.seconds / (self.config.seconds or 1.0)

    def expected_steps(self) -> int:
        """How many steps there will be, by the pace so far."""
        return self.steps or max(self.progress.step, round(self.progress.step / max(self.spent, 1e-6)))

    # --- running ---

    def run_to_end(self) -> Progress:
        """Train until the budget is spent.

        Raises:
            Stopped: asked to stop; the checkpoint is written.
        """
        with closing(self.batches.stream(self.progress.step, self.workers)) as stream:
            while self.spent < 1 and not self.progress.stopped_early:
                started = time.monotonic()
                figures = self._step(*next(stream))
                self._early_stopping()
                self.progress.seconds += self.world.largest(time.monotonic() - started)[0]
                self._log(**figures)
                self._checkpoint_if_due()
        self._save()
        return self.progress

    def _step(self, images: Tensor, classes: Tensor) -> dict[str, float]:
        """One optimizer step; its ``loss`` and learning ``rate``, and what a loss that learns says of itself."""
        self.network.train()
        if self.recipe.freeze_norm and self.network.pretrained:
            freeze_norms(self.network.encoder)
        rate = rate_at(self.recipe, self.spent)
        set_rate(self.optimizer, rate)
        self.optimizer.zero_grad(set_to_none=True)
        x = images.to(self.device, non_blocking=True).float().div_(255)
        with autocast(self.device):
            logits = self.seeing(x.contiguous(memory_format=torch.channels_last))
        loss, parts = self._judged(x, logits.float(), classes.to(self.device))
        (loss * self.world.size).backward()  # processes' gradients are averaged: see `World.whole`
        if self.recipe.clip_norm:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self.progress.step += 1
        self.averaged.update(self.progress.step)
        return {"loss": float(loss.detach()), "rate": rate, **parts}

    def _judged(self, seen: Tensor, logits: Tensor, classes: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The loss of the whole batch, of which this is a process's share, and what else there is to log of it."""
        logits, classes = self.world.whole(logits), self.world.whole(classes)
        if self.learner is None:
            weights = self.batches.weights_of(self.progress.step)
            return weighed(self.loss, logits, classes, weights), {}
        return self.learner.contend(self.world.whole(seen), logits, classes)

    def _early_stopping(self) -> None:
        if self.validate is None or self.progress.step % self.batches.steps_an_epoch:
            return
        epoch = self.progress.step // self.batches.steps_an_epoch
        loss = self.validate(self.network)
        if loss < self.progress.best_loss:
            self.progress.best_loss, self.progress.best_epoch = loss, epoch
            if self.world.first:
                write_weights(self.run.checkpoints / BEST, self.averaged.values)
        elif self.recipe.patience and epoch - self.progress.best_epoch >= self.recipe.patience:
            self.progress.stopped_early = True

    def _log(self, loss: float, rate: float, **parts: float) -> None:
        every = max(1, (self.steps or 0) // LOG_ROWS)
        if not self.world.first or (self.progress.step % every and self.spent < 1):
            return
        row: dict[str, Any] = {
            "step": self.progress.step,
            "loss": round(loss, 6),
            **{name: round(value, 6) for name, value in parts.items()},
            "rate": rate,
            "seconds": round(self.progress.seconds, 3),
        }
        self.run.append_metrics(row)
        self.on_event("progress", **row, steps=self.expected_steps(), spent=round(min(self.spent, 1.0), 4))

    def _checkpoint_if_due(self) -> None:
        due = time.monotonic() - self._saved_at > CHECKPOINT_SECONDS
        stop, due = map(bool, self.world.largest(self.stop.is_set, due))
        if stop or due:
            self._save()
            self._saved_at = time.monotonic()
        if stop:
            self.stop.set("another process was told to")
            self.stop.check()

    def _save(self) -> None:
        save_checkpoint(self.run, self.averaged, self.optimizer, self.progress, self.learner, self.world)
        self.world.wait()  # one that went on and ended would have the launcher end the first while it writes


def autocast(device: torch.device) -> Any:
    """bfloat16 on a GPU; full precision elsewhere, where it gains nothing."""
    return torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()
