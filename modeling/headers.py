"""Opening an image without decoding it: what it is, how large, how turned, or what is wrong with it."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

import cv2
from PIL import Image, UnidentifiedImageError

from modeling.errors import UserError

ImageInput: TypeAlias = str | Path | bytes

MAX_PIXELS = 100_000_000
"""Images with more pixels than this are refused before a pixel is decoded."""

# Pillow warns of sizes, which are checked here, and of odd metadata, which matters to nobody.
warnings.filterwarnings("ignore", module=r"PIL\.")

# TGA has no magic number, so it is tried last. EPS, PDF and the like are not frames and start other programs.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "TGA")
_MAGIC = (b"\x89PNG", b"\xff\xd8", b"RIFF", b"II*\0", b"MM\0*", b"GIF8")
REMEDY_SAVE = "Save it again as PNG, JPEG, WebP or TIFF."
_TRUNCATED_WORDS = ("truncat", "unexpected end", "broken data stream", "not enough", "eof")
# What Pillow's parsers and codecs raise on damaged data; our own bugs are of other types.
_DECODER_ERRORS = (
    *(OSError, SyntaxError, ValueError, LookupError, EOFError, OverflowError, MemoryError, TypeError),
    *(RuntimeError, struct.error, zlib.error, cv2.error),
)
_ORIENTATION = 0x0112
PHOTOMETRIC = 262
TURNED = (5, 6, 7, 8)
"""Orientations that swap width and height."""
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What EXIF orientations 2 to 8 ask for (Exif 2.32, tag 0x0112)."""


@contextmanager
def opened(source: ImageInput) -> Iterator[tuple[Image.Image, BinaryIO, str]]:
    """Yield (image with only its header read, its stream, its name), the size checked."""
    name = "The file" if isinstance(source, bytes) else str(source)
    with _stream(source, name) as stream:
        image = _identify(stream, name)
        _check_size(image.width, image.height, name)
        yield image, stream, name


@contextmanager
def _stream(source: ImageInput, name: str) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed by the `with` below
    except OSError as error:
        raise UserError(f"{name} cannot be opened: {error.strerror}.", code="image_missing") from None
    with stream:
        yield stream


def _identify(stream: BinaryIO, name: str) -> Image.Image:
    _refuse_short_webp(stream, name)
    try:
        return Image.open(stream, formats=_FORMATS)
    except UnidentifiedImageError:
        raise _unidentified(stream, name) from None
    except Image.DecompressionBombError:
        raise _too_large(name, "") from None
    except _DECODER_ERRORS as error:
        raise _unreadable(name, error) from None


def _unidentified(stream: BinaryIO, name: str) -> UserError:
    stream.seek(0)
    head = stream.read(12)
    if not head:
        return UserError(f"{name} is empty.", code="not_an_image", remedy="Copy it again from its source.")
    if head.startswith(_MAGIC):
        what = f"{name} cannot be decoded: its header is damaged or cut off."
        return UserError(what, code="image_unreadable", remedy="Copy it again from its source.")
    return UserError(f"{name} is not an image we read.", code="not_an_image", remedy=REMEDY_SAVE)


def _refuse_short_webp(stream: BinaryIO, name: str) -> None:
    """Name a cut-off WebP for what it is: its decoder would only say that it failed."""
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        announced, there = int.from_bytes(head[4:8], "little"), stream.seek(0, io.SEEK_END)
        if there < announced:
            raise _unreadable(name, EOFError(f"truncated, {announced} bytes announced and {there} there"))
    stream.seek(0)


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MAX_PIXELS:
        raise _too_large(name, f" ({width}x{height})")


def _too_large(name: str, size: str) -> UserError:
    message = f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels{size}."
    return UserError(message, code="image_too_large", remedy="Scale it down or cut it up.")


def _unreadable(name: str, error: Exception) -> UserError:
    detail = " ".join(str(error).split()) or type(error).__name__
    if any(word in detail.lower() for word in _TRUNCATED_WORDS):
        return UserError(
            f"{name} breaks off: {detail}.", code="image_truncated", remedy="Copy it again from its source."
        )
    return UserError(f"{name} cannot be decoded: {detail}.", code="image_unreadable", remedy=REMEDY_SAVE)


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises on damaged data into one line that names the file."""
    try:
        yield
    except _DECODER_ERRORS as error:
        raise _unreadable(name, error) from None


def header_notes(image: Image.Image, stream: BinaryIO) -> tuple[str, ...]:
    """Remarks that need no pixel: rotation, and other pictures in the file."""
    notes = []
    if orientation(image, stream) in TRANSPOSE:
        notes.append("rotated as its EXIF says")
    pictures = getattr(image, "n_frames", 1)
    if pictures > 1:
        notes.append(f"first of {pictures} pictures")
    return tuple(notes)


def orientation(image: Image.Image, stream: BinaryIO) -> int:
    """EXIF orientation 1 to 8. Pillow turns a TIFF by itself, whose tag is part of the format."""
    if image.format == "TIFF":
        return 1
    if image.format != "PNG" or "Raw profile type exif" in image.info or "XML:com.adobe.xmp" in image.info:
        return int(image.getexif().get(_ORIENTATION, 1))
    exif = Image.Exif()
    exif.load(_png_chunk(stream, b"eXIf"))
    return int(exif.get(_ORIENTATION, 1))


def _png_chunk(stream: BinaryIO, kind: bytes) -> bytes:
    """Find a chunk, empty where there is none. Pillow would decode a PNG when asked for its EXIF."""
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        length = int.from_bytes(head[:4], "big")
        if head[4:] == kind:
            return stream.read(length)
        stream.seek(length + 4, io.SEEK_CUR)
    return b""


def is_sixteen_bit(image: Image.Image, stream: BinaryIO) -> bool:
    """Whether the file stores 16 bits a channel, which Pillow's mode does not always tell."""
    if image.format == "PNG":
        stream.seek(24)  # IHDR's bit depth
        return stream.read(1) == b"\x10"
    if image.format == "TIFF":
        return max(image.tag_v2.get(258, (1,))) == 16  # type: ignore[attr-defined]
    return False
