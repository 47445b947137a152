"""Known douga as other programs would save them: anti-aliased, compressed, half opaque."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.labelio import color_table
from modeling.labels import IGNORE, LabelKind

Array = NDArray[np.uint8]
SCALE = 4


def colored(label_map: Array, kind: LabelKind) -> Array:
    """(H, W, 4) uint8, opaque, in the kind's exact colours."""
    return opaque(color_table(kind)[label_map])


def opaque(rgb: Array) -> Array:
    """Add an alpha of 255."""
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def smooth(label_map: Array) -> Array:
    """The same drawing at `SCALE` times its size, its stairs rounded off: (4H, 4W) uint8."""
    height, width = label_map.shape
    best = np.zeros((height * SCALE, width * SCALE), np.float32)
    large = np.zeros(best.shape, np.uint8)
    for value in np.unique(label_map):
        mask = (label_map == value).astype(np.float32)
        mask = cv2.resize(mask, best.shape[::-1], interpolation=cv2.INTER_NEAREST)
        weight = cv2.GaussianBlur(mask, (0, 0), 0.55 * SCALE)
        better = weight > best
        best[better], large[better] = weight[better], value
    return large


def shares(large: Array, value: int) -> NDArray[np.float32]:
    """(H, W) 0 to 1: how much of each pixel a value covers."""
    size = large.shape[1] // SCALE, large.shape[0] // SCALE
    return np.asarray(cv2.resize((large == value).astype(np.float32), size, interpolation=cv2.INTER_AREA))


def truth_of(large: Array, kind: LabelKind) -> Array:
    """(H, W): the line that covers most where lines cover at least half of a pixel, else the fill that does."""
    groups: dict[bool, list[int]] = {True: [], False: []}
    for value in np.unique(large):
        line = value != IGNORE and kind.classes[kind.class_of_entry[value]].group == "line"
        groups[line].append(int(value))
    lines, fills = (_most(large, groups[line]) for line in (True, False))
    return np.where(lines[0] >= 0.5, lines[1], fills[1]).astype(np.uint8)


def _most(large: Array, values: list[int]) -> tuple[NDArray[np.float32], Array]:
    """(summed share, value with the largest share) of some values."""
    size = large.shape[0] // SCALE, large.shape[1] // SCALE
    total, best, value = (np.zeros(size, np.float32) for _ in range(3))
    for candidate in values:
        share = shares(large, candidate)
        total += share
        value[share > best] = candidate
        best = np.maximum(best, share)
    return total, value.astype(np.uint8)


def antialiased(large: Array, kind: LabelKind) -> Array:
    """(H, W, 4): every pixel the mean of what it covers."""
    size = large.shape[1] // SCALE, large.shape[0] // SCALE
    rgb = colored(large, kind)[..., :3]
    return opaque(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)))


def compressed(rgba: Array, quality: int) -> Array:
    """Through JPEG and back, with the halved colour that programs use by default."""
    buffer = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(buffer, "JPEG", quality=quality)
    return opaque(np.asarray(Image.open(buffer)))


def half_opaque(label_map: Array, beneath: Array, kind: LabelKind, alpha: float = 0.5) -> Array:
    """Lines drawn at half opacity over the fills ``beneath`` them, flattened; no anti-aliasing."""
    over, under = colored(label_map, kind), colored(beneath, kind)
    mixed = (alpha * over + (1 - alpha) * under + 0.5).astype(np.uint8)
    return np.where((label_map == beneath)[..., None], over, mixed)


def fills_beneath(label_map: Array, kind: LabelKind) -> Array:
    """The map with each line given to the nearest fill."""
    is_line = np.zeros(256, bool)
    for entry in kind.entries:
        is_line[entry.value] = kind.classes[entry.class_index].group == "line"
    lines = is_line[label_map]
    _, labels = cv2.distanceTransformWithLabels(
        lines.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    value_of = np.zeros(labels.max() + 1, np.uint8)
    value_of[labels[~lines]] = label_map[~lines]
    return value_of[labels]
