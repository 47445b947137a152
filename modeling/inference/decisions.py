"""From logits to classes and to how unsure they are, for one channel (two classes) and for one a class."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def classes_of(logits: Tensor) -> Tensor:
    """(C, H, W) logits to (H, W) uint8 classes: above zero is 1 with one channel, else the largest."""
    chosen = logits[0] > 0 if len(logits) == 1 else logits.argmax(0)
    return chosen.to(torch.uint8)


def probabilities_of(logits: Tensor) -> Tensor:
    """(C, H, W) logits of more than one class to (C, H, W) probabilities that add up to 1."""
    return logits.softmax(0)


def pixel_entropy(logits: Tensor) -> Tensor:
    """(N, C, H, W) logits to (N, H, W) entropy in nats, 0..`most_entropy` (Kugler 2020, 4.1)."""
    if logits.shape[1] == 1:
        return bernoulli_entropy(logits[:, 0])
    log_p = F.log_softmax(logits, 1)
    return (-(log_p.exp() * log_p).sum(1)).clamp_(min=0)


def bernoulli_entropy(logits: Tensor) -> Tensor:
    """Entropy in nats of Bernoulli(sigmoid(x)), stable for large x: softplus(x) - x sigmoid(x)."""
    return (F.softplus(logits) - logits * torch.sigmoid(logits)).clamp_(min=0)


def most_entropy(channels: int) -> float:
    """Largest entropy a pixel can have, nats."""
    return math.log(max(2, channels))
