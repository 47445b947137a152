"""Binary pixel-wise losses. ``logits`` (N, 1, H, W) float; ``classes`` (N, H, W) uint8 0, 1 or 255 (ignored).

Each returns a scalar: the mean over pixels that count, 0 (with a gradient of 0) when none does.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from modeling.labels import IGNORE


def _counted(logits: Tensor, classes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, float targets and float weights (1 where a pixel counts), all (N, H, W)."""
    weights = (classes != IGNORE).to(logits.dtype)
    return logits[:, 0], (classes == 1).to(logits.dtype), weights


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1)


def bce(logits: Tensor, classes: Tensor) -> Tensor:
    """Binary cross-entropy in nats."""
    x, target, weights = _counted(logits, classes)
    return _mean(F.binary_cross_entropy_with_logits(x, target, reduction="none"), weights)


def dice(logits: Tensor, classes: Tensor) -> Tensor:
    """One minus the soft Dice coefficient of all counted pixels of the batch (Milletari et al. 2016)."""
    x, target, weights = _counted(logits, classes)
    probability = torch.sigmoid(x) * weights
    target = target * weights
    return 1 - (2 * (probability * target).sum() + 1) / (probability.sum() + target.sum() + 1)


def bce_dice(logits: Tensor, classes: Tensor, dice_weight: float = 0.5) -> Tensor:
    """``dice_weight`` parts Dice, the rest cross-entropy."""
    return dice_weight * dice(logits, classes) + (1 - dice_weight) * bce(logits, classes)


def focal(logits: Tensor, classes: Tensor, gamma: float = 2.0) -> Tensor:
    """Cross-entropy times (1 - p of the true class) to the power ``gamma`` (Lin et al. 2017, no alpha)."""
    x, target, weights = _counted(logits, classes)
    entropy = F.binary_cross_entropy_with_logits(x, target, reduction="none")
    return _mean((1 - torch.exp(-entropy)).clamp(min=1e-8) ** gamma * entropy, weights)
