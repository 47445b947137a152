"""Thumbnails of an order's results, of whatever kind of picture they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from datasets.pictures import encode_thumb

GROUND = 64
"""Grey behind what is transparent."""


def thumb_of(path: Path) -> bytes:
    """WebP for grids: 16 bits scaled to 8, what is transparent over grey."""
    with Image.open(path) as image:
        return encode_thumb(_rgb(image))


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I"):
        grey = (np.asarray(image, np.uint32) // 257).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    rgba = np.asarray(image.convert("RGBA"), np.float32)
    alpha = rgba[..., 3:] / 255
    return np.asarray(rgba[..., :3] * alpha + GROUND * (1 - alpha), np.uint8)
