"""The loss of depth: absolute error, error of the gradient and structure (He and Jia 2023, section 2).

``logits`` (N, 1, H, W) float, whose sigmoid is the guess in 0..1; ``truth`` (N, H, W) float in 0..1, 0 where it is
unknown. Unknown pixels are left out, and so is every pair or window that holds one; a sum over nothing is 0.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

C1, C2 = 0.01**2, 0.03**2
"""Keep SSIM finite where a window is flat (Wang et al. 2004, for numbers in 0..1)."""


def l1_gradient_ssim(
    logits: Tensor, truth: Tensor, eta1: float = 1.0, eta2: float = 1.0, eta3: float = 1.0, window: int = 7
) -> Tensor:
    """Weighted sum of `absolute`, `gradient` and `dissimilarity`.

    Raises:
        ValueError: ``truth`` is classes, not numbers.
    """
    if not truth.is_floating_point():
        raise ValueError("the loss of depth takes numbers, not classes")
    guess, known = torch.sigmoid(logits[:, 0]), truth > 0
    return (
        eta1 * absolute(guess, truth, known)
        + eta2 * gradient(guess, truth, known)
        + eta3 * dissimilarity(guess, truth, known, window)
    )


def absolute(guess: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    """Mean absolute error over the known pixels; all (N, H, W)."""
    return _mean((guess - truth).abs(), known)


def gradient(guess: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    """Sum of the error's absolute differences between neighbours in rows and columns, a known pixel.

    The paper writes the sum alone, which would grow with the picture.
    """
    error = guess - truth
    across = (error.diff(dim=2).abs() * (known[:, :, 1:] & known[:, :, :-1])).sum()
    down = (error.diff(dim=1).abs() * (known[:, 1:] & known[:, :-1])).sum()
    return (across + down) / known.sum().clamp(min=1)


def dissimilarity(guess: Tensor, truth: Tensor, known: Tensor, window: int) -> Tensor:
    """(1 - SSIM) / 2, the mean over all windows of ``window`` pixels a side that are wholly known.

    A window is cut down to a picture that is smaller along an axis.
    """
    size = min(window, guess.shape[1]), min(window, guess.shape[2])
    whole = F.max_pool2d((~known).float()[:, None], size, 1)[:, 0] == 0
    return _mean((1 - similarity(guess, truth, size)) / 2, whole)


def similarity(one: Tensor, other: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, H - h + 1, W - w + 1) SSIM of (N, H, W) numbers in 0..1, over even windows of (h, w) pixels."""
    x, y = one[:, None], other[:, None]
    mean_x, mean_y, xx, yy, xy = (F.avg_pool2d(values, size, 1) for values in (x, y, x * x, y * y, x * y))
    both = (2 * mean_x * mean_y + C1) * (2 * (xy - mean_x * mean_y) + C2)
    each = (mean_x**2 + mean_y**2 + C1) * ((xx - mean_x**2).clamp(min=0) + (yy - mean_y**2).clamp(min=0) + C2)
    return (both / each)[:, 0]


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return (values * where).sum() / where.sum().clamp(min=1)
