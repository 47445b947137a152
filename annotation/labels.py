"""Label maps in and out of the blob store, and what can be said of two of them."""

from __future__ import annotations

import zlib
from typing import TypeAlias

import numpy as np

from core import blobs
from datasets.models import Frame
from modeling.errors import UserError
from modeling.images import probe
from modeling.labelio import LabelMap, decode_label, encode_label
from modeling.labels import LabelKind

Size: TypeAlias = tuple[int, int]
"""(height, width)."""

PNG_MARK = b"\x89PNG\r\n\x1a\n"
_SLACK = 1 << 16


def frame_size(frame: Frame) -> Size:
    """Return (height, width) of a frame."""
    return frame.height, frame.width


def body_limit(size: Size) -> int:
    """Bytes beyond which no sensible label of that size goes, however it is packed."""
    return 2 * size[0] * size[1] + _SLACK


def unpack_label(body: bytes, kind: LabelKind, size: Size, *, gzipped: bool = False) -> LabelMap:
    """Read what an editor or a model sends: a label PNG, or H x W stored values as plain or gzipped bytes.

    Nothing is unpacked beyond the frame's size.

    Returns:
        (H, W) stored values, uint8 palette entries or uint16 (little-endian in bytes).

    Raises:
        UserError: ``label_body``, ``label_size``, ``label_value`` or one of `decode_label`.
    """
    if len(body) > body_limit(size):
        raise UserError("The label is larger than its frame allows.", code="label_body")
    if gzipped:
        body = gunzip_limited(body, max(size[0] * size[1] * kind.dtype.itemsize, len(PNG_MARK)))
    label_map = _from_png(body, kind, size) if body.startswith(PNG_MARK) else _from_raw(body, kind, size)
    kind.validate(label_map, size)
    return label_map


def gunzip_limited(body: bytes, limit: int) -> bytes:
    """Unpack to at most ``limit`` bytes; UserError ``label_body`` or ``label_size``."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise UserError("The label is not gzip as its header says.", code="label_body") from None
    if len(data) > limit:
        raise UserError("The label unpacks to more than its frame has pixels.", code="label_size")
    if not unpacker.eof:
        raise UserError("The label breaks off.", code="label_body", remedy="Send it again.")
    return data


def _from_png(body: bytes, kind: LabelKind, size: Size) -> LabelMap:
    info = probe(body)
    if (info.height, info.width) != size:
        message = f"The label is {info.width}x{info.height}, its frame {size[1]}x{size[0]}."
        raise UserError(message, code="label_size", remedy="Save it at the frame's size.")
    return decode_label(body, kind)


def _from_raw(body: bytes, kind: LabelKind, size: Size) -> LabelMap:
    values = len(body) / kind.dtype.itemsize
    if values != size[0] * size[1]:
        message = f"The label has {values:g} values, its frame {size[0] * size[1]} pixels."
        raise UserError(message, code="label_size", remedy="Save it at the frame's size.")
    return np.frombuffer(body, kind.dtype.newbyteorder("<")).astype(kind.dtype, copy=False).reshape(size)


def label_put(label_map: LabelMap, kind: LabelKind) -> str:
    """Store a label map as our PNG: the same map always gets the same SHA-256."""
    return blobs.put_bytes(encode_label(label_map, kind))


def label_get(sha256: str, kind: LabelKind) -> LabelMap:
    """Read a stored label map, (H, W) stored values.

    Its values were checked when it came in and are not checked again: they may be of a production's own.
    """
    return decode_label(blobs.blob_path(sha256), kind, strict=False)


def changed_share(label_map: LabelMap, draft: LabelMap) -> float:
    """Share of pixels (0 to 1) in which two label maps of one shape differ."""
    return float(np.count_nonzero(label_map != draft)) / label_map.size
