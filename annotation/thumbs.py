"""Small pictures of labels laid over their frames."""

from __future__ import annotations

import io

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray
from PIL import Image

from annotation.labels import label_get
from annotation.selectors.profiles import kind_of
from core import blobs
from datasets.models import Frame
from modeling.images import read_rgb, resize_long_side
from modeling.labelio import LabelMap, label_thumbnail
from modeling.labels import IGNORE, LabelKind

THUMB_TYPE = "image/webp"
THUMB_LONG = 480
"""Longer side in pixels."""

_CEL_TINT = np.array([255, 92, 138], np.float32)
_IGNORE_TINT = np.array([255, 0, 255], np.float32)


def label_thumb(label: str, kind: str, frame: Frame) -> bytes:
    """Draw a stored label of a frame over it, as WebP bytes; kept in the process's cache."""
    key = f"label-thumb:{label}:{frame.proxy}:{frame.production_id}"
    found = cache.get(key)
    if found is None:
        found = _drawn(label, kind, frame)
        cache.set(key, found, 3600)
    return bytes(found)


def _drawn(label: str, name: str, frame: Frame) -> bytes:
    kind = kind_of(frame.production_id, name)
    rgb = resize_long_side(read_rgb(blobs.blob_path(frame.proxy or frame.blob)), THUMB_LONG)
    return encode_webp(overlay(rgb, label_get(label, kind), kind))


def overlay(rgb: NDArray[np.uint8], label_map: LabelMap, kind: LabelKind) -> NDArray[np.uint8]:
    """Lay a label map of any size over a (h, w, 3) picture.

    A cel is left in its colours, tinted a little and bordered, and its background darkened; other kinds lie
    over the picture half transparently in their colours.
    """
    height, width = rgb.shape[:2]
    picture = rgb.astype(np.float32)
    if kind.name == "cel":
        small = np.asarray(Image.fromarray(label_map).resize((width, height), Image.Resampling.NEAREST))
        shown = _cel_overlay(picture, kind.to_classes(small))
    else:
        colors = label_thumbnail(label_map, kind, max(height, width))[:height, :width]
        shown = 0.45 * picture + 0.55 * colors
    return shown.round().clip(0, 255).astype(np.uint8)


def _cel_overlay(picture: NDArray[np.float32], small: LabelMap) -> NDArray[np.float32]:
    inside = (small == 1)[..., None]
    shown = np.where(inside, 0.82 * picture + 0.18 * _CEL_TINT, 0.45 * picture)
    shown = np.where((small == IGNORE)[..., None], 0.5 * picture + 0.5 * _IGNORE_TINT, shown)
    return np.where(_border(small == 1)[..., None], _CEL_TINT, shown)


def _border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of a (h, w) mask with a neighbour outside it."""
    inner = mask.copy()
    inner[1:] &= mask[:-1]
    inner[:-1] &= mask[1:]
    inner[:, 1:] &= mask[:, :-1]
    inner[:, :-1] &= mask[:, 1:]
    return mask & ~inner


def encode_webp(rgb: NDArray[np.uint8]) -> bytes:
    """Encode (h, w, 3) uint8 for a page."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()
