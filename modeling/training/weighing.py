"""Importance weights in training: frames that a selection took more often than others count for less, and conversely.

A frame taken with chance p stands for 1 / p frames (Horvitz and Thompson 1952); without that, what is learned from
actively chosen labels is biased towards what was chosen (Farquhar, Gal and Rainforth 2021, "On statistical bias in
active learning", section 3). They find too that the bias may help a large network: it is off by default, and weights
may be flattened by an exponent, for less variance (Shimodaira 2000).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.errors import UserError
from modeling.losses.learning import LearningLoss
from modeling.snapshots import FrameRow
from modeling.training.config import TrainConfig

Loss = Callable[[Tensor, Tensor], Tensor]


def selection_weights(rows: Sequence[FrameRow], kind: str, exponent: float) -> NDArray[np.float64] | None:
    """What each frame's examples count for: its selection's weight to the power of ``exponent``, of mean 1.

    A frame without a known weight (picked by hand, imported, or by a strategy that leaves nothing to chance) counts as
    one of an even sample: 1 before the mean is taken.

    Args:
        rows: Training frames, labelled with ``kind``.
        kind: Label kind.
        exponent: In 0..1; 0 weighs nothing.

    Returns:
        (F,) above zero, None where all count alike.
    """
    selections = [row.labels[kind].selection for row in rows]
    weights = np.array([one.weight if one and one.weight else 1.0 for one in selections]) ** exponent
    return None if np.ptp(weights) == 0 else weights / weights.mean()


def weighed(loss: Loss, logits: Tensor, classes: Tensor, weights: Tensor | None) -> Tensor:
    """The loss of a batch, or the mean of its examples' own losses times their weights.

    The sum is divided by the number of examples, not by their weights: over an epoch every frame then counts for its
    weight, whichever frames it shares a batch with.

    Args:
        loss: Of (N, C, H, W) logits and (N, H, W) classes.
        logits: (N, C, H, W) float.
        classes: (N, H, W) uint8.
        weights: (N,), or None for the plain loss of the batch.
    """
    if weights is None:
        return loss(logits, classes)
    own = [loss(logits[i : i + 1], classes[i : i + 1]) for i in range(len(logits))]
    return (torch.stack(own) * weights.to(logits.device)).mean()


def require_weighable(loss: Loss, config: TrainConfig) -> None:
    """Raise a ``UserError`` (``loss_not_weighed``) where a loss that learns of whole batches is to weigh examples."""
    if config.recipe_values.weigh_by_selection and isinstance(loss, LearningLoss):
        message = f"recipe.weigh_by_selection cannot weigh examples in {config.loss!r}, which learns of whole batches."
        raise UserError(message, code="loss_not_weighed", remedy="Choose another loss, or leave it at 0.")
