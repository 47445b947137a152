"""From logits to classes and to how unsure they are, for one channel (two classes) and for one a class.

Where a number is learned, one channel is its logit, and several predictions of it may be further or less apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor

FAR_APART = 0.1
"""Numbers in 0..1 with this standard deviation are drawn as wholly unsure."""


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


def spread(predictions: Iterable[Tensor]) -> Tensor:
    """Standard deviation of several predictions of one shape, entry by entry; of two it is half their difference."""
    return torch.stack(list(predictions)).std(0, correction=0)
