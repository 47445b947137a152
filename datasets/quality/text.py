"""On-screen text: captions, titles, credits, as rows of letter-like shapes (`modeling.picture.letters`)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure
from modeling.images import resize_long_side
from modeling.picture.letters import KERNEL, LONG, WAYS, rows_of_letters


def letters_in_rows(rgb: NDArray[np.uint8]) -> float:
    """How many letter-like shapes of (H, W, 3) uint8 stand in rows of five or more, at 960 px."""
    if min(rgb.shape[:2]) < KERNEL:
        return 0.0
    luma = np.asarray(cv2.cvtColor(resize_long_side(rgb, LONG), cv2.COLOR_RGB2GRAY), np.uint8)
    return float(max(sum(len(row.left) for row in rows_of_letters(luma, way)) for way in WAYS))


TEXT = Measure(
    "text",
    "On-screen text",
    "Shapes in rows that look like letters: captions, titles, credits. Handwriting and text on busy ground are missed;"
    " fences and rows of windows may count.",
    "letters",
    "above",
    10.0,
    0.0,
    100.0,
    letters_in_rows,
    open_ended=True,
)
