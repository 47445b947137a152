"""Losses that are a mean over pixels, binary or of C classes (Kugler 2020, section 5.5.1).

``logits`` (N, C, H, W) float, ``classes`` (N, H, W) uint8, 255 ignored (`modeling.losses.regions`). Each returns a
scalar, 0 with a gradient of 0 when no pixel counts.
"""

from __future__ import annotations

import torch
from torch import Tensor

from modeling.labels import IGNORE
from modeling.losses.overlap import dice
from modeling.losses.regions import entropy, mean_counted


def ce(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy in nats, of sigmoid or softmax."""
    return mean_counted(entropy(logits, classes), classes)


def bce_dice(logits: Tensor, classes: Tensor, dice_weight: float = 0.5) -> Tensor:
    """``dice_weight`` parts Dice, the rest cross-entropy."""
    return dice_weight * dice(logits, classes) + (1 - dice_weight) * ce(logits, classes)


def focal(logits: Tensor, classes: Tensor, gamma: float = 2.0) -> Tensor:
    """Cross-entropy times (1 - p of the true class) to the power ``gamma`` (Lin et al. 2017, no alpha)."""
    values = entropy(logits, classes)
    hardness = (1 - torch.exp(-values)).clamp(min=1e-8)
    return mean_counted(hardness**gamma * values, classes)


def weighted_ce(logits: Tensor, classes: Tensor, weights: Tensor) -> Tensor:
    """Mean cross-entropy in which a pixel counts as much as the weight of its true class.

    Args:
        logits: See above.
        classes: See above.
        weights: (C,) float, two of them in the binary case.

    Raises:
        ValueError: as many weights as classes are needed.
    """
    wanted = max(logits.shape[1], 2)
    if len(weights) != wanted:
        raise ValueError(f"{wanted} classes need as many weights, not {len(weights)}")
    table = weights.to(logits.device, logits.dtype)
    counted = classes != IGNORE
    each = table[classes.long() * counted] * counted
    # The least weight there is: that of a single pixel of the commonest class.
    return (each * entropy(logits, classes)).sum() / each.sum().clamp(min=table.min())
