"""Where two models agree with the truth and where one of them alone does, drawn over the frame (torch-free)."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.labels import IGNORE, LabelKind
from modeling.training.previews import UNCOUNTED, Coded, class_colors, coded_classes

Picture = NDArray[np.uint8]
Classes = NDArray[np.uint8]

BOTH_RIGHT, ONLY_OLD, ONLY_NEW, BOTH_WRONG = range(4)
"""Codes of `verdicts`; 255 where nothing counts."""
COLORS: dict[int, tuple[int, int, int]] = {
    ONLY_OLD: (255, 123, 114),
    ONLY_NEW: (108, 182, 255),
    BOTH_WRONG: (227, 179, 65),
    IGNORE: UNCOUNTED,
}
"""Red, blue and yellow are told apart with any colour vision; where both are right the frame shows, in grey."""
GREY = 0.5
"""Brightness of the frame below."""
CHANGED, WRONG = 8.0, 4.0
"""How much more a pixel weighs in a reduction when one of them, or neither, is right: lines are a pixel wide."""


def verdicts(truth: Classes, old: Classes, new: Classes) -> Classes:
    """(H, W) uint8: who is right.

    Args:
        truth: (H, W) uint8 classes, 255 ignored.
        old: (H, W) uint8 classes of one model.
        new: (H, W) uint8 classes of the other.
    """
    codes = np.where(truth == old, 0, 2) + np.where(truth == new, 0, 1)  # 0 both, 1 old, 2 new, 3 neither
    return np.where(truth == IGNORE, IGNORE, codes).astype(np.uint8)


def shares(codes: Classes) -> tuple[float, float, float, float]:
    """Shares of counted pixels by code of `verdicts`, 0 to 1; zeros where none counts."""
    counts = np.bincount(codes.ravel(), minlength=256)[:4]
    both, old, new, neither = (counts / max(1, counts.sum())).tolist()
    return both, old, new, neither


def three_way(rgb: Picture, truth: Classes, old: Classes, new: Classes, side: int) -> Picture:
    """Draw `verdicts` over the frame in grey, at most ``side`` long; what changed stays visible when it is reduced.

    Args:
        rgb: (H, W, 3) uint8 frame.
        truth: (H, W) uint8 classes, 255 ignored.
        old: (H, W) uint8 classes of one model.
        new: (H, W) uint8 classes of the other.
        side: Longest side of the picture, px.

    Returns:
        (h, w, 3) uint8.
    """
    codes = verdicts(truth, old, new)
    weights = np.ones(256, np.float32)
    weights[[ONLY_OLD, ONLY_NEW]] = CHANGED
    weights[BOTH_WRONG] = WRONG
    size = _fitting(truth.shape, side)
    reduced = Coded(codes, weights[codes]).reduced(size)
    grey = cv2.cvtColor(_reduced(rgb, size), cv2.COLOR_RGB2GRAY)
    picture = np.repeat((grey * GREY).astype(np.uint8)[..., None], 3, 2)
    for code, color in COLORS.items():
        picture[reduced == code] = color
    return picture


def painted(classes: Classes, kind: LabelKind, side: int) -> Picture:
    """(h, w, 3) uint8: a class map in its colours, at most ``side`` long, dark where nothing counts."""
    size = _fitting(classes.shape, side)
    reduced = coded_classes(classes, kind).reduced(size).astype(np.int64)
    # The full colours stand behind the faint ones.
    return class_colors(kind)[np.minimum(reduced + len(kind.classes), IGNORE)]


def encode_webp(picture: Picture) -> bytes:
    """Lossless: the colours of lines one pixel wide would run."""
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", lossless=True, method=2)
    return buffer.getvalue()


def _fitting(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """(height, width) no longer than ``side``."""
    scale = min(1.0, side / max(shape))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _reduced(rgb: Picture, size: tuple[int, int]) -> Picture:
    same = rgb.shape[:2] == size
    return np.asarray(rgb if same else cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
