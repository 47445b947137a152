"""Paintings without layers, read by Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.elsewhere.painting import Painting
from annotation.elsewhere.stamp import PNG_KEY, Stamp, stamp_in
from modeling.errors import UserError
from modeling.images import open_header

_COLORS = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "La", "RGBa")


def read_flat(path: Path, name: str) -> Painting:
    """Read a PNG, TGA, TIFF or any other image as a painting.

    Raises:
        UserError: As `annotation.elsewhere.painting.open_painting`.
    """
    try:
        with open_header(path) as (image, _):
            pictures = getattr(image, "n_frames", 1)
            notes = [f"first of {pictures} pictures"] if pictures > 1 else []
            if image.format == "JPEG":
                notes.append("JPEG wavers at every edge; PNG, TIFF or PSD keep colours exactly")
            rgba = np.array(_eight_bit(image, name).convert("RGBA"))
            alpha = rgba[..., 3]
            return Painting(rgba, (alpha > 0) & (alpha < 255), _stamp(image), None, tuple(notes))
    except UserError as error:
        message = error.message.replace(str(path), name)
        raise UserError(message, code=error.code, remedy=error.remedy) from None


def _eight_bit(image: Image.Image, name: str) -> Image.Image:
    if image.mode.startswith("I"):
        return Image.fromarray(_scaled(np.asarray(image).astype(np.int64), name))
    if image.mode not in _COLORS:
        raise UserError(
            f"{name} stores {image.mode} colours, which have no exact colours of the palette.",
            code="painting_color",
            remedy="Convert it to RGB and export it again.",
        )
    return image


def _scaled(values: NDArray[np.int64], name: str) -> NDArray[np.uint8]:
    """16 bits to 8; small values in 16 bits are taken as they are."""
    if values.min(initial=0) < 0 or values.max(initial=0) > 65535:
        raise UserError(
            f"{name} stores 32-bit values.", code="painting_color", remedy="Export it with 8 bits."
        )
    if values.max(initial=0) > 255:
        values = (values + 128) // 257
    return values.astype(np.uint8)


def _stamp(image: Image.Image) -> Stamp | None:
    image.load()  # text may stand behind the pixels
    text = image.info.get(PNG_KEY)
    return stamp_in(text) if isinstance(text, str) else None
