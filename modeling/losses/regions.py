"""Logits and class maps as a loss reads them, binary or of C classes; 255 counts nowhere.

``logits`` (N, C, H, W) float: C = 1 is the logit of class 1 against 0 (sigmoid), C > 1 one logit a class (softmax).
``classes`` (N, H, W) uint8, 255 where ignored.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from modeling.labels import IGNORE


def entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """(N, H, W) cross-entropy in nats a pixel, 0 where ignored."""
    if logits.shape[1] > 1:
        return F.cross_entropy(logits, classes.long(), ignore_index=IGNORE, reduction="none")
    truth = (classes == 1).to(logits.dtype)
    values = F.binary_cross_entropy_with_logits(logits[:, 0], truth, reduction="none")
    return values * (classes != IGNORE)


def mean_counted(values: Tensor, classes: Tensor) -> Tensor:
    """Mean of (N, H, W) values, 0 where ignored, over the pixels that count; 0 when none does."""
    return values.sum() / (classes != IGNORE).sum().clamp(min=1)


def regions(logits: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities and truth, both (N, K, H, W) float in 0..1 and 0 where ignored; K = C.

    The one channel of the binary case is class 1.
    """
    channels = logits.shape[1]
    probability = torch.sigmoid(logits) if channels == 1 else torch.softmax(logits, 1)
    truth = one_hot(classes, 2)[:, 1:] if channels == 1 else one_hot(classes, channels)
    return probability * (classes != IGNORE)[:, None], truth.to(logits.dtype)


def one_hot(classes: Tensor, count: int) -> Tensor:
    """(N, count, H, W) float32, 1 in the channel of a pixel's class; all 0 where ignored."""
    wanted = torch.arange(count, device=classes.device).view(1, -1, 1, 1)
    return (classes[:, None] == wanted).float()


def sums(x: Tensor) -> Tensor:
    """(K,) sums of (N, K, H, W) over the batch."""
    return x.sum((0, 2, 3))


def mean_present(values: Tensor, truth: Tensor) -> Tensor:
    """Mean of (K,) values over the channels that are anywhere in ``truth`` (N, K, H, W); 0 when none is.

    A single channel always counts: where it is absent, what is predicted of it is false. Among several, one that is
    absent is left out: predicting it takes probability from those that are there, which their values show.
    """
    if len(values) == 1:
        return values[0]
    present = (sums(truth) > 0).to(values.dtype)
    return (values * present).sum() / present.sum().clamp(min=1)
