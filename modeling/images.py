"""The only reader of frames: any still image a studio hands over, as (H, W, 3) uint8 sRGB.

Pillow decides what a file is and how it must be treated; OpenCV is a shortcut inside, taken only for files on
which both decoders give the same bytes (`tests/modeling/test_images.py` proves it). Pixels are never decoded
before the header's size has been checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.color import moves_colors, to_srgb
from modeling.errors import UserError
from modeling.headers import (
    MAX_PIXELS,
    PHOTOMETRIC,
    REMEDY_SAVE,
    TRANSPOSE,
    TURNED,
    ImageInput,
    decoding,
    header_notes,
    is_sixteen_bit,
    opened,
    orientation,
)

__all__ = [
    "IMAGE_SUFFIXES",
    "MAX_PIXELS",
    "RGB",
    "ImageInfo",
    "ImageInput",
    "encode_grey",
    "encode_png",
    "encode_rgba",
    "long_side_shape",
    "open_header",
    "probe",
    "read_rgb",
    "read_rgb_noted",
    "resize_long_side",
    "within_long_side",
]

RGB: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8 sRGB."""

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".tga", ".bmp", ".gif"})
"""Lower-case suffixes taken for images when a folder is read; what a file really is, its content says."""

# Runs of equal differences to the row above: on painted frames faster than zlib's default, and smaller.
_FAST_PNG = [
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
]


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header says: size in pixels after rotation, Pillow's name of the format, and remarks."""

    width: int
    height: int
    format: str
    notes: tuple[str, ...]


def read_rgb(source: ImageInput) -> RGB:
    """Decode a frame to (H, W, 3) uint8 sRGB; see `read_rgb_noted`."""
    return read_rgb_noted(source)[0]


def read_rgb_noted(source: ImageInput) -> tuple[RGB, tuple[str, ...]]:
    """Decode a frame to (H, W, 3) uint8 sRGB and say what was done to it.

    EXIF orientation, ICC profiles and CMYK are applied, 16 bits scaled to 8, transparency laid over white.
    Of several pictures in one file the first is taken.

    Args:
        source: Path of the file, or its bytes.

    Raises:
        UserError: ``image_missing``, ``not_an_image``, ``image_too_large``, ``image_truncated`` or
            ``image_unreadable``, each naming the file.
    """
    with opened(source) as (image, stream, name), decoding(name):
        notes = list(header_notes(image, stream))
        rgb = _shortcut(image, stream)
        if rgb is None:
            rgb = _decode(image, stream, name, notes)
        return rgb, tuple(notes)


def probe(source: ImageInput) -> ImageInfo:
    """Read size, format and remarks from the header, decoding no pixel.

    Raises:
        UserError: As `read_rgb_noted`, as far as the header tells.
    """
    with opened(source) as (image, stream, name), decoding(name):
        width, height = image.size
        if orientation(image, stream) in TURNED:
            width, height = height, width
        return ImageInfo(width, height, image.format or "", header_notes(image, stream))


def encode_png(rgb: RGB) -> bytes:
    """Encode (H, W, 3) uint8 losslessly, tuned for speed rather than size."""
    done, buffer = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _FAST_PNG)
    if not done:
        raise ValueError(f"cannot encode an array of shape {rgb.shape} and type {rgb.dtype}")
    return buffer.tobytes()


def encode_grey(values: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    """(H, W) uint8 or uint16 as a grey PNG of 8 or 16 bits."""
    done, buffer = cv2.imencode(".png", values)
    if not done or values.ndim != 2:
        raise ValueError(f"cannot encode an array of shape {values.shape} and type {values.dtype}")
    return buffer.tobytes()


def encode_rgba(rgba: NDArray[np.uint8]) -> bytes:
    """(H, W, 4) uint8 as a PNG."""
    done, buffer = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    if not done:
        raise ValueError(f"cannot encode an array of shape {rgba.shape}")
    return buffer.tobytes()


def by_fours(change: Callable[[NDArray[Any]], Any], pixels: NDArray[Any]) -> NDArray[Any]:
    """Apply ``change`` to (H, W, C), four channels at a time at most: OpenCV takes no more in some functions."""
    if pixels.ndim == 2 or pixels.shape[2] <= 4:
        return np.asarray(change(pixels))
    parts = (np.ascontiguousarray(pixels[..., at : at + 4]) for at in range(0, pixels.shape[2], 4))
    return np.dstack([change(part) for part in parts])


def resize_long_side(rgb: RGB, long: int) -> RGB:
    """Scale (H, W, C) uint8 so that the longer side is ``long``: area means down, linear up."""
    height, width = rgb.shape[:2]
    if long == max(height, width):
        return rgb
    how = cv2.INTER_AREA if long < max(height, width) else cv2.INTER_LINEAR
    size = long_side_shape(height, width, long)[::-1]
    return by_fours(lambda part: cv2.resize(part, size, interpolation=how), rgb)


def long_side_shape(height: int, width: int, long: int) -> tuple[int, int]:
    """Height and width of a picture scaled so that the longer side is ``long``."""
    scale = long / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def within_long_side(rgb: RGB, long: int) -> RGB:
    """Reduce (H, W, C) uint8 so that no side is longer than ``long``; smaller pictures stay as they are."""
    return resize_long_side(rgb, long) if max(rgb.shape[:2]) > long else rgb


@contextmanager
def open_header(source: ImageInput) -> Iterator[tuple[Image.Image, str]]:
    """Yield (Pillow image with only its header read, its name for messages), for readers of raw values.

    Raises:
        UserError: As `read_rgb_noted`, also for what decoding raises inside the `with`.
    """
    with opened(source) as (image, _, name), decoding(name):
        yield image, name


# --- the shortcut ---


def _shortcut(image: Image.Image, stream: BinaryIO) -> RGB | None:
    """Decode by OpenCV where it gives the very bytes of Pillow, else None."""
    if image.format not in ("JPEG", "PNG", "WEBP", "BMP") or image.mode not in ("RGB", "L"):
        return None
    if "transparency" in image.info or getattr(image, "n_frames", 1) > 1 or orientation(image, stream) > 1:
        return None
    if moves_colors(image) or is_sixteen_bit(image, stream):
        return None
    stream.seek(0)
    data = stream.read()
    if not _is_whole(data, image.format):
        return None
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    rgb = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if rgb is None or rgb.shape != (image.height, image.width, 3):
        return None
    return np.asarray(rgb, np.uint8)


def _is_whole(data: bytes, image_format: str) -> bool:
    """Whether the end marker is at the end: OpenCV fills what is missing with grey, Pillow says so."""
    if image_format == "JPEG":
        return data.find(b"\xff\xd9") == len(data) - 2
    return image_format != "PNG" or data.endswith(b"IEND\xaeB`\x82")


# --- the long way ---


def _decode(image: Image.Image, stream: BinaryIO, name: str, notes: list[str]) -> RGB:
    turn = TRANSPOSE.get(orientation(image, stream))
    image = _to_eight_bit(image, stream, name, notes)
    color, alpha = _split_alpha(image)
    color = to_srgb(color, notes)
    if alpha is not None and alpha.getextrema()[0] < 255:  # type: ignore[operator]
        notes.append("transparency laid over white")
        color = Image.composite(color, Image.new("RGB", color.size, "white"), alpha)
    return np.array(color if turn is None else color.transpose(turn))


def _to_eight_bit(image: Image.Image, stream: BinaryIO, name: str, notes: list[str]) -> Image.Image:
    if image.mode in ("F", "LAB", "HSV"):
        raise UserError(f"{name} stores {image.mode} pixels.", code="image_unreadable", remedy=REMEDY_SAVE)
    if not image.mode.startswith("I"):
        if is_sixteen_bit(image, stream):
            notes.append("16 bit scaled to 8")
        return image
    notes.append("16 bit scaled to 8")
    values = np.asarray(image).astype(np.int64)
    if image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) == 0:  # type: ignore[attr-defined]
        values = 65535 - values  # white is zero; Pillow turns only 8 bits round
    if values.min() < 0 or values.max() > 65535:
        raise UserError(f"{name} stores 32-bit values.", code="image_unreadable", remedy=REMEDY_SAVE)
    scaled = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    scaled.info = {"icc_profile": image.info.get("icc_profile")}
    return scaled


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    if "transparency" in image.info or image.mode in ("RGBa", "La", "PA"):
        image = image.convert("RGBA")
    if image.mode not in ("RGBA", "LA"):
        return image, None
    alpha = image.getchannel("A")
    color = Image.merge("RGB", image.split()[:3]) if image.mode == "RGBA" else image.getchannel("L")
    color.info = dict(image.info)
    return color, alpha
