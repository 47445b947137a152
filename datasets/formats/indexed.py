"""Indexed PNGs with any palette. Always Pillow: others expand the palette to colours."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.labels import IGNORE


def encode_indexed(values: NDArray[np.uint8], colors: Sequence[str], ignore: str) -> bytes:
    """Encode (H, W) uint8 values as an indexed PNG.

    Args:
        values: Indices into ``colors``, or 255.
        colors: RRGGBB of each value from 0.
        ignore: RRGGBB of 255; further values are black.
    """
    palette = np.zeros((256, 3), np.uint8)
    palette[: len(colors)] = [list(bytes.fromhex(color)) for color in colors]
    palette[IGNORE] = list(bytes.fromhex(ignore))
    image = Image.fromarray(values)
    image.putpalette(palette.ravel().tolist())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
