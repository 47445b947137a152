"""What is made of every frame once: the working-size proxy and the thumbnail."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.images import within_long_side

PROXY_LONG = 960
"""Long side of the proxy: the working size of cel scoring (design.md, section 4)."""
PROXY_QUALITY = 85
THUMB_LONG = 320
THUMB_QUALITY = 75


def encode_proxy(rgb: NDArray[np.uint8]) -> bytes:
    """WebP of (H, W, 3) uint8 at the working size, never larger than the frame."""
    return _webp(within_long_side(rgb, PROXY_LONG), PROXY_QUALITY)


def encode_thumb(rgb: NDArray[np.uint8]) -> bytes:
    """WebP of (H, W, 3) uint8 for grids."""
    return _webp(within_long_side(rgb, THUMB_LONG), THUMB_QUALITY)


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
