"""Frames and labels smaller than they came."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from modeling.images import RGB, encode_png
from modeling.labelio import LabelMap, write_label
from modeling.labels import LabelKind

Size = tuple[int, int]
"""(height, width) in pixels."""


def size_within(rgb: RGB, within: tuple[int, int] | None) -> Size:
    """Size at which a frame fits into ``within``, a (width, height): its own where that is no larger, or None."""
    height, width = rgb.shape[:2]
    scale = min(1.0, within[0] / width, within[1] / height) if within else 1.0
    return max(1, round(height * scale)), max(1, round(width * scale))


def reduced_frame(file: Path, rgb: RGB, size: Size, goal: Path) -> Path:
    """``file`` itself if it has that size, else ``goal``, into which the frame is written reduced by area."""
    if size == rgb.shape[:2]:
        return file
    goal.parent.mkdir(parents=True, exist_ok=True)
    small = np.asarray(cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    goal.write_bytes(encode_png(small))
    return goal


def write_reduced(goal: Path, label_map: LabelMap, kind: LabelKind, size: Size) -> Path:
    """Write (H, W) stored values at that size, by nearest, and return the file."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    if size != label_map.shape:
        reduced = cv2.resize(label_map, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
        label_map = reduced.astype(label_map.dtype, copy=False)
    write_label(goal, label_map, kind)
    return goal
