"""Colour profiles and CMYK to sRGB, by LittleCMS through Pillow."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms


def moves_colors(image: Image.Image) -> bool:
    """Whether the image's profile changes a colour by more than a level; that of sRGB does not."""
    return _color_transform(image.info.get("icc_profile"), image.mode) is not None


def to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Convert an image without alpha to mode RGB in sRGB, noting what was done."""
    profile = image.info.get("icc_profile")
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    transform = _color_transform(profile, image.mode)
    if transform is not None:
        notes.append("colour profile applied")
        return ImageCms.applyTransform(image, transform) or image
    if image.mode == "CMYK":
        notes.append("CMYK without a usable profile, converted by formula")
    return image.convert("RGB")


@lru_cache(maxsize=32)
def _color_transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Transform to sRGB; None where no profile is usable or it changes no colour by more than a level."""
    if not profile:
        return None
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), mode, "RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return None
    return None if mode != "CMYK" and _changes_nothing(transform, mode) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    steps = np.linspace(0, 255, 18).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(18, -1, 3)
    image = Image.fromarray(cube) if mode == "RGB" else Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    moved = ImageCms.applyTransform(image, transform)
    difference = np.asarray(moved).astype(int) - np.asarray(image.convert("RGB"))
    return bool(np.abs(difference).max() <= 1)
