"""FSIM, the likeness of two pictures by phase congruency and gradients (Zhang et al. 2011), as `piq` computes it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modeling.pictures.subjects import Pixels, TruePicture


def judged(truth: TruePicture, made: Pixels) -> Pixels:
    """(H, W, 3) uint8 ``made`` where pixels count, the truth elsewhere: for measures that need a whole picture."""
    return np.where(truth.counted[..., None], made, truth.rgb)


def feature_similarities(truth: TruePicture, made: Sequence[Pixels]) -> list[float | None]:
    """FSIM of (H, W, 3) uint8 pictures of one size to their truth, 1 for no difference; None where it has no number.

    It is of luminance alone: FSIM of the name, not FSIMc. Pictures are first averaged down to a short side of about
    256 px, as its authors ask; what does not count is no different (`judged`).
    """
    import torch
    from piq import fsim

    if not made or not truth.counted.any():
        return [None] * len(made)
    pairs = np.stack([judged(truth, one) for one in made]), np.stack([truth.rgb] * len(made))
    guess, right = (torch.from_numpy(one).permute(0, 3, 1, 2).float() for one in pairs)
    with torch.inference_mode():
        found: NDArray[np.float32] = fsim(
            guess, right, reduction="none", data_range=255, chromatic=False
        ).numpy()
    return [float(value) if np.isfinite(value) else None for value in found]
