"""What the parts of one training share."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS, Task
from modeling.training.config import TrainConfig
from modeling.training.loop import OnEvent
from modeling.training.signals import StopFlag
from modeling.training.splits import Splits
from modeling.training.world import World


@dataclass(frozen=True, slots=True)
class Work:
    """One training: what to do with which frames, where, and whom to tell and to heed."""

    config: TrainConfig
    snapshot: Snapshot
    splits: Splits
    run: RunFolder
    device: torch.device
    stop: StopFlag
    on_event: OnEvent
    world: World

    @property
    def task(self) -> Task:
        """What is learned."""
        return TASKS.get(self.config.task)
