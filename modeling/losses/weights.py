"""Weights of classes from how often they occur in training (Kugler 2020, section 5.5.1; torch-free)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_weights(counts: NDArray[np.int64], scheme: str = "sqrt", cap: float = 50.0) -> NDArray[np.float64]:
    """Weights by inverse frequency, or by its square root, capped.

    No class present weighs more than ``cap`` times the commonest one, and the mean weight of a training pixel is 1.
    A class absent from training weighs 1, as much as the average pixel: it can only occur in validation.

    Args:
        counts: (C,) training pixels of each class.
        scheme: ``inverse`` or ``sqrt``.
        cap: At least 1.

    Returns:
        (C,) weights above 0.
    """
    weights = np.ones(len(counts))
    present = counts > 0
    if not present.any():
        return weights
    rarity = counts.max() / counts[present]
    raw = np.minimum(rarity if scheme == "inverse" else np.sqrt(rarity), cap)
    weights[present] = raw / np.average(raw, weights=counts[present])
    return weights
