"""What is made of every frame once: the working-size proxy and the thumbnail."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.images import read_rgb, within_long_side
from modeling.labelio import IGNORE_COLOR, LabelMap, label_colors
from modeling.labels import LabelKind
from modeling.snapshots import changed_pixels

PROXY_LONG = 960
"""Long side of the proxy: the working size of cel scoring (design.md, section 4)."""
PROXY_QUALITY = 85
THUMB_LONG = 320
THUMB_QUALITY = 75
GAP_GREY = 70
STRIP_LONG = 280
"""Long side of each picture in a strip of four."""


def encode_proxy(rgb: NDArray[np.uint8]) -> bytes:
    """WebP of (H, W, 3) uint8 at the working size, never larger than the frame."""
    return _webp(within_long_side(rgb, PROXY_LONG), PROXY_QUALITY)


def encode_thumb(rgb: NDArray[np.uint8]) -> bytes:
    """WebP of (H, W, 3) uint8 for grids."""
    return _webp(within_long_side(rgb, THUMB_LONG), THUMB_QUALITY)


def change_strip(frame: Path, was: tuple[LabelMap, LabelKind], now: tuple[LabelMap, LabelKind]) -> bytes:
    """WebP of a frame, its label before and after, and where they differ, side by side.

    Every changed pixel shows in the last, in ``IGNORE_COLOR`` over the faded frame, however small it is drawn.
    """
    rgb = read_rgb(frame)
    small = within_long_side(rgb, STRIP_LONG)
    size = small.shape[1], small.shape[0]
    changed = changed_pixels(was[0], now[0]).astype(np.float32)
    faded = small // 3
    faded[cv2.resize(changed, size, interpolation=cv2.INTER_AREA) > 0] = IGNORE_COLOR
    drawn = [cv2.resize(label_colors(*side), size, interpolation=cv2.INTER_AREA) for side in (was, now)]
    gap = np.full((size[1], 4, 3), GAP_GREY, np.uint8)
    parts = [part for panel in (small, *drawn, faded) for part in (panel, gap)]
    return _webp(np.hstack(parts[:-1]).astype(np.uint8), THUMB_QUALITY)


def encode_mask(mask: NDArray[np.bool_]) -> bytes:
    """1-bit PNG of an (H, W) bool array."""
    done, buffer = cv2.imencode(
        ".png", mask.astype(np.uint8) * 255, [cv2.IMWRITE_PNG_BILEVEL, 1, cv2.IMWRITE_PNG_COMPRESSION, 3]
    )
    if not done:
        raise ValueError(f"cannot encode a mask of shape {mask.shape}")
    return buffer.tobytes()


def _webp(rgb: NDArray[np.uint8], quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "WEBP", quality=quality, method=0)  # method 4 takes four times as long
    return buffer.getvalue()
