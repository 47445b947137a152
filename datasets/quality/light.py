"""Darkness and brightness: where even the light parts are dark, or even the dark parts light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure
from modeling.images import within_long_side

LONG = 320
_TENTH, _MOST = 10, 90


def lightness(rgb: NDArray[np.uint8], percentile: float) -> float:
    """A percentile of L* (CIE 1976, 0 to 100) over (H, W, 3) uint8 at 320 px."""
    small = within_long_side(rgb, LONG).astype(np.float32) / np.float32(255)
    return float(np.percentile(cv2.cvtColor(small, cv2.COLOR_RGB2Lab)[..., 0], percentile))


DARK = Measure(
    "dark",
    "Too dark",
    "Lightness L* that nine tenths of the picture stay below: a frame darkened as a whole lies low, a night with a lit"
    " face does not, nor does a caption lighten it. Bars do not count.",
    "L*",
    "below",
    25.0,
    0.0,
    100.0,
    lambda rgb: lightness(rgb, _MOST),
)
BRIGHT = Measure(
    "bright",
    "Too bright",
    "Lightness L* that nine tenths of the picture lie above: flashes, fades to white, glow over everything; drawings on"
    " white paper too.",
    "L*",
    "above",
    75.0,
    0.0,
    100.0,
    lambda rgb: lightness(rgb, _TENTH),
)
