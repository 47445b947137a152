"""Blur: how little a further blur would change (Crete, Dolmiere, Ladret and Nicolas 2007)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure
from modeling.images import within_long_side

LONG = 960
"""Long side at which it is measured: a soft transfer is soft at this size too, fine grain no longer counts."""


def blur(rgb: NDArray[np.uint8]) -> float:
    """0 (sharp) to 1 (as blurred as can be) of (H, W, 3) uint8; a flat picture has nothing to be blurred: 0."""
    from skimage.measure import blur_effect  # late: starting the site needs no scikit-image

    luma = cv2.cvtColor(within_long_side(rgb, LONG), cv2.COLOR_RGB2GRAY)
    if min(luma.shape) < 16 or luma.min() == luma.max():
        return 0.0
    value = blur_effect(luma.astype(np.float32) / 255, h_size=11)
    return float(np.nan_to_num(value))


BLUR = Measure(
    "blur",
    "Blur",
    "Share of local contrast that a further blur leaves as it is, at 960 px; soft releases lie high, and so do shots"
    " that are out of focus on purpose.",
    "",
    "above",
    0.55,
    0.0,
    1.0,
    blur,
)
