"""Losses that learn beside the network they judge."""

from __future__ import annotations

from typing import Any, Protocol, Self, runtime_checkable

import torch
from torch import Tensor


@runtime_checkable
class LearningLoss(Protocol):
    """A loss with weights and an optimizer of its own; ordinary losses are plain functions and have none of this.

    Called like any loss it gives what can be compared between epochs, for validation.
    """

    def __call__(self, logits: Tensor, classes: Tensor) -> Tensor: ...

    def to(self, device: torch.device) -> Self:
        """Move its weights."""
        ...

    def contend(self, frames: Tensor, logits: Tensor, classes: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Learn one step from a batch, then judge it.

        Args:
            frames: (N, 3 or more, H, W) float RGB in 0..1, then whatever else the network sees.
            logits: (N, C, H, W) float of the network, with their graph.
            classes: (N, H, W) uint8, 255 ignored.

        Returns:
            The scalar that the network is to lower, and figures for the log by name.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Everything that going on from here needs: tensors, numbers and words, for ``weights_only=True``."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        ...
