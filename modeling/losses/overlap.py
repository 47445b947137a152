"""Losses of overlap: each class counts alike, however few pixels it has.

A class's overlap is taken over all counted pixels of the batch. The classes that enter are those present in the
batch's truth; the one class of the binary case always does (`modeling.losses.regions.mean_present`).
"""

from __future__ import annotations

from torch import Tensor

from modeling.losses.regions import mean_present, regions, sums


def dice(logits: Tensor, classes: Tensor) -> Tensor:
    """One minus the soft Dice coefficient, smoothed by 1 (Milletari et al. 2016), the mean over classes.

    Args:
        logits: (N, C, H, W) float.
        classes: (N, H, W) uint8, 255 ignored.
    """
    probability, truth = regions(logits, classes)
    hit = sums(probability * truth)
    return mean_present(1 - (2 * hit + 1) / (sums(probability) + sums(truth) + 1), truth)


def tversky(logits: Tensor, classes: Tensor, alpha: float = 0.3, beta: float = 0.7) -> Tensor:
    """One minus the Tversky index (Salehi et al. 2017), the mean over classes.

    The index is hit / (hit + alpha * false + beta * missed), smoothed by 1/2: at alpha = beta = 1/2 it is `dice`.

    Args:
        logits: (N, C, H, W) float.
        classes: (N, H, W) uint8, 255 ignored.
        alpha: Weight of false positives.
        beta: Weight of missed pixels.
    """
    probability, truth = regions(logits, classes)
    hit = sums(probability * truth)
    false, missed = sums(probability) - hit, sums(truth) - hit
    return mean_present(1 - (hit + 0.5) / (hit + alpha * false + beta * missed + 0.5), truth)
