"""The only reader of frames: any still image a studio hands over, as (H, W, 3) uint8 sRGB.

Pillow decides what a file is and how it must be treated; OpenCV is a shortcut inside, taken only for files on
which both decoders give the same bytes (`tests/modeling/test_images.py` proves it). Pixels are never decoded
before the header's size has been checked.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from modeling.color import moves_colors, to_srgb
from modeling.errors import UserError

RGB: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8 sRGB."""
ImageInput: TypeAlias = str | Path | bytes

MAX_PIXELS = 100_000_000
"""Images with more pixels than this are refused before a pixel is decoded."""
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".tga", ".bmp", ".gif"})
"""Lower-case suffixes taken for images when a folder is read; what a file really is, its content says."""

# Runs of equal differences to the row above: on painted frames faster than zlib's default, and smaller.
_FAST_PNG = [
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
]

# Pillow warns of sizes, which are checked here, and of odd metadata, which matters to nobody.
warnings.filterwarnings("ignore", module=r"PIL\.")

# TGA has no magic number, so it is tried last. EPS, PDF and the like are not frames and start other programs.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "TGA")
_MAGIC = (b"\x89PNG", b"\xff\xd8", b"RIFF", b"II*\0", b"MM\0*", b"GIF8")
_REMEDY_SAVE = "Save it again as PNG, JPEG, WebP or TIFF."
# What Pillow's parsers and codecs raise on damaged data; our own bugs are of other types.
_DECODER_ERRORS = (
    *(OSError, SyntaxError, ValueError, LookupError, EOFError, OverflowError, MemoryError, TypeError),
    *(struct.error, zlib.error, cv2.error),
)
_ORIENTATION = 0x0112
_PHOTOMETRIC = 262
_TURNED = (5, 6, 7, 8)
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TRUNCATED_WORDS = ("truncat", "unexpected end", "broken data stream", "not enough", "eof")


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
    with _opened(source) as (image, stream, name), _decoding(name):
        notes = list(_header_notes(image, stream))
        rgb = _shortcut(image, stream)
        if rgb is None:
            rgb = _decode(image, stream, name, notes)
        return rgb, tuple(notes)


def probe(source: ImageInput) -> ImageInfo:
    """Read size, format and remarks from the header, decoding no pixel.

    Raises:
        UserError: As `read_rgb_noted`, as far as the header tells.
    """
    with _opened(source) as (image, stream, name), _decoding(name):
        width, height = image.size
        if _orientation(image, stream) in _TURNED:
            width, height = height, width
        return ImageInfo(width, height, image.format or "", _header_notes(image, stream))


def encode_png(rgb: RGB) -> bytes:
    """Encode (H, W, 3) uint8 losslessly, tuned for speed rather than size."""
    done, buffer = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _FAST_PNG)
    if not done:
        raise ValueError(f"cannot encode an array of shape {rgb.shape} and type {rgb.dtype}")
    return buffer.tobytes()


def resize_long_side(rgb: RGB, long: int) -> RGB:
    """Scale (H, W, 3) uint8 so that the longer side is ``long``: area means down, linear up."""
    height, width = rgb.shape[:2]
    scale = long / max(height, width)
    if scale == 1:
        return rgb
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=how), np.uint8)


# --- opening ---


@contextmanager
def open_header(source: ImageInput) -> Iterator[tuple[Image.Image, str]]:
    """Yield (Pillow image with only its header read, its name for messages), for readers of raw values.

    Raises:
        UserError: As `read_rgb_noted`, also for what decoding raises inside the `with`.
    """
    with _opened(source) as (image, _, name), _decoding(name):
        yield image, name


@contextmanager
def _opened(source: ImageInput) -> Iterator[tuple[Image.Image, BinaryIO, str]]:
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
    return UserError(f"{name} is not an image we read.", code="not_an_image", remedy=_REMEDY_SAVE)


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
    return UserError(f"{name} cannot be decoded: {detail}.", code="image_unreadable", remedy=_REMEDY_SAVE)


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises on damaged data into one line that names the file."""
    try:
        yield
    except _DECODER_ERRORS as error:
        raise _unreadable(name, error) from None


# --- what the header says ---


def _header_notes(image: Image.Image, stream: BinaryIO) -> tuple[str, ...]:
    notes = []
    if _orientation(image, stream) in _TRANSPOSE:
        notes.append("rotated as its EXIF says")
    pictures = getattr(image, "n_frames", 1)
    if pictures > 1:
        notes.append(f"first of {pictures} pictures")
    return tuple(notes)


def _orientation(image: Image.Image, stream: BinaryIO) -> int:
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


def _is_sixteen_bit(image: Image.Image, stream: BinaryIO) -> bool:
    if image.format == "PNG":
        stream.seek(24)  # IHDR's bit depth
        return stream.read(1) == b"\x10"
    if image.format == "TIFF":
        return max(image.tag_v2.get(258, (1,))) == 16  # type: ignore[attr-defined]
    return False


# --- the shortcut ---


def _shortcut(image: Image.Image, stream: BinaryIO) -> RGB | None:
    """Decode by OpenCV where it gives the very bytes of Pillow, else None."""
    if image.format not in ("JPEG", "PNG", "WEBP", "BMP") or image.mode not in ("RGB", "L"):
        return None
    if "transparency" in image.info or getattr(image, "n_frames", 1) > 1 or _orientation(image, stream) > 1:
        return None
    if moves_colors(image) or _is_sixteen_bit(image, stream):
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
    turn = _TRANSPOSE.get(_orientation(image, stream))
    image = _to_eight_bit(image, stream, name, notes)
    color, alpha = _split_alpha(image)
    color = to_srgb(color, notes)
    if alpha is not None and alpha.getextrema()[0] < 255:  # type: ignore[operator]
        notes.append("transparency laid over white")
        color = Image.composite(color, Image.new("RGB", color.size, "white"), alpha)
    return np.array(color if turn is None else color.transpose(turn))


def _to_eight_bit(image: Image.Image, stream: BinaryIO, name: str, notes: list[str]) -> Image.Image:
    if image.mode in ("F", "LAB", "HSV"):
        raise UserError(f"{name} stores {image.mode} pixels.", code="image_unreadable", remedy=_REMEDY_SAVE)
    if not image.mode.startswith("I"):
        if _is_sixteen_bit(image, stream):
            notes.append("16 bit scaled to 8")
        return image
    notes.append("16 bit scaled to 8")
    values = np.asarray(image).astype(np.int64)
    if image.format == "TIFF" and image.tag_v2.get(_PHOTOMETRIC) == 0:  # type: ignore[attr-defined]
        values = 65535 - values  # white is zero; Pillow turns only 8 bits round
    if values.min() < 0 or values.max() > 65535:
        raise UserError(f"{name} stores 32-bit values.", code="image_unreadable", remedy=_REMEDY_SAVE)
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
