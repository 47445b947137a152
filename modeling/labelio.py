"""Label files: our own PNG, indexed or of 16 bits, and strict import of what other tools write.

Always Pillow: other readers expand or drop the palette. No value is ever blended,
resampled or colour-managed.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.errors import UserError
from modeling.images import open_header, resize_long_side
from modeling.labels import IGNORE, IGNORE_HEX, UNKNOWN, LabelKind

LabelMap: TypeAlias = NDArray[Any]
"""(H, W) uint8 palette entries, 255 = ignore; of a scalar kind (H, W) uint16, 0 = unknown."""

IGNORE_COLOR = tuple(bytes.fromhex(IGNORE_HEX))
"""Colour of ignored pixels in files and thumbnails; no entry has it."""

_FOREIGN = -1
"""Marks a colour of no entry, in look-up tables only."""
_SHOWN = 4


# --- our own files ---


def encode_label(label_map: LabelMap, kind: LabelKind) -> bytes:
    """Encode (H, W) palette entries as an indexed PNG with the kind's palette, numbers as a grey one of 16 bits.

    Of a production's added entries only those present are in the palette: a file stays the same file, byte for byte,
    whatever else the production adds.

    Raises:
        UserError: As `LabelKind.validate`.
    """
    kind.validate(label_map)
    image = Image.fromarray(label_map)
    if not kind.scalar:
        image.putpalette(_file_palette(label_map, kind))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _file_palette(label_map: LabelMap, kind: LabelKind) -> list[int]:
    present = np.bincount(label_map.ravel(), minlength=256) > 0
    present[: len(kind.entries) - len(kind.added)] = True
    colors = color_table(kind) * present[:, None]
    return colors[: np.flatnonzero(present)[-1] + 1].ravel().tolist()


def color_table(kind: LabelKind) -> NDArray[np.uint8]:
    """(256, 3) uint8 sRGB of each stored value: ``IGNORE_COLOR`` for 255, black for values of no entry."""
    colors = np.zeros((256, 3), np.uint8)
    colors[kind.values] = kind.palette
    colors[IGNORE] = IGNORE_COLOR
    return colors


def label_colors(label_map: LabelMap, kind: LabelKind) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB of (H, W) stored values.

    Class maps are in their palette's colours; scalar maps go from black (small) over red to pale yellow (large), with
    ``IGNORE_COLOR`` where they are unknown.
    """
    if not kind.scalar:
        return color_table(kind)[label_map]
    colors = cv2.applyColorMap((label_map >> 8).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1].copy()
    colors[label_map == UNKNOWN] = IGNORE_COLOR
    return np.asarray(colors, np.uint8)


def decode_label(source: str | Path | bytes, kind: LabelKind, *, strict: bool = True) -> LabelMap:
    """Decode a file written by `encode_label` to (H, W) stored values: uint8 palette entries, or uint16.

    Args:
        source: File or its bytes.
        kind: What the label is.
        strict: Refuse what the kind does not allow; off for files that were checked when they came in.

    Raises:
        UserError: ``label_not_indexed``, ``label_not_16_bit``, one of `LabelKind.validate`, or one of
            `images.read_rgb`.
    """
    with open_header(source) as (image, name):
        _refuse_other_storage(image, kind, name)
        label_map = np.array(image)
        try:
            if strict:
                kind.validate(label_map)
        except UserError as error:
            raise UserError(f"{name}: {error.message}", code=error.code, remedy=error.remedy) from None
        return label_map


def _refuse_other_storage(image: Image.Image, kind: LabelKind, name: str) -> None:
    wanted, what, code = (
        ("I;16", "a grey PNG of 16 bits", "label_not_16_bit")
        if kind.scalar
        else ("P", "an indexed PNG", "label_not_indexed")
    )
    if image.mode != wanted:
        raise UserError(f"{name} is not {what}.", code=code, remedy="Import it as a label first.")


def write_label(path: str | Path, label_map: LabelMap, kind: LabelKind) -> None:
    """Write a label file; a reader sees all of it or none."""
    path = Path(path)
    data = encode_label(label_map, kind)
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    part.write_bytes(data)
    part.replace(path)


def read_label(path: str | Path, kind: LabelKind) -> LabelMap:
    """Read a file written by `write_label`."""
    return decode_label(path, kind)


def label_thumbnail(label_map: LabelMap, kind: LabelKind, long: int) -> NDArray[np.uint8]:
    """Draw a label map in its colours, (h, w, 3) uint8 with ``long`` as its longer side."""
    return resize_long_side(label_colors(label_map, kind), long)


# --- import ---


def import_label(
    path: str | Path | bytes, kind: LabelKind, *, size: tuple[int, int] | None = None, nearest: bool = False
) -> LabelMap:
    """Read a label that another tool wrote as (H, W) stored values: uint8 palette entries, or uint16.

    Of a scalar kind grey pictures of 16 bits are taken, value for value. Of a class map, images in the kind's exact
    colours, indexed or not, ``FF00FF`` being ignore; indexed PNGs that begin with the kind's palette, index 255 being
    ignore; for ``cel`` grey 0/1 or 0/255 of 1, 8 or 16 bits.

    Args:
        path: File or its bytes.
        kind: What the label is.
        size: (height, width) of its frame, when known.
        nearest: Take the nearest entry for each foreign colour instead of refusing.

    Raises:
        UserError: ``label_colors``, ``label_size``, ``label_transparent``, ``label_not_16_bit`` or one of
            `images.read_rgb`.
    """
    with open_header(path) as (image, name):
        if size is not None and (image.height, image.width) != tuple(size):
            raise _wrong_size(name, image.size, size)
        if kind.scalar:
            return _from_numbers(image, kind, name)
        _refuse_transparency(image, name)
        if image.mode in ("1", "L", "P") or image.mode.startswith("I"):
            return _from_indices(image, kind, name, nearest)
        return _from_colors(image, kind, name, nearest)


def _from_numbers(image: Image.Image, kind: LabelKind, name: str) -> LabelMap:
    """Read grey pixels of 16 bits, of any byte order."""
    if not image.mode.startswith("I;16") or "transparency" in image.info:
        raise UserError(
            f"{name} is no grey picture of 16 bits, as a label of kind {kind.name} is.",
            code="label_not_16_bit",
            remedy="Export it as a grey PNG of 16 bits without transparency: larger is nearer, 0 is unknown.",
        )
    return np.array(image).astype(np.uint16)


def _wrong_size(name: str, have: tuple[int, int], want: tuple[int, int]) -> UserError:
    message = f"{name} is {have[0]}x{have[1]}, its frame {want[1]}x{want[0]}."
    return UserError(message, code="label_size", remedy="Export the label at the frame's size.")


def _refuse_transparency(image: Image.Image, name: str) -> None:
    if image.mode in ("PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    if "A" in image.getbands() and image.getchannel("A").getextrema()[0] < 255:  # type: ignore[operator]
        message = f"{name} has transparent pixels, which mean nothing in a label."
        raise UserError(message, code="label_transparent", remedy="Flatten it over a colour of the palette.")


def _from_indices(image: Image.Image, kind: LabelKind, name: str, nearest: bool) -> LabelMap:
    """Read grey or indexed pixels: at most 256 values, so one look-up does it."""
    values = _small_values(image, name)
    colors = _value_colors(image)
    present = np.bincount(values.ravel(), minlength=256) > 0
    codes = _pack(colors)
    table = np.full(256, _FOREIGN, np.int16)
    table[present] = _entries_of(codes[present], kind)
    if image.mode == "P" and _is_own(colors, kind):
        table = _own_table(kind)
    foreign = present & (table == _FOREIGN)
    if foreign.any():
        if not nearest:
            counts = np.bincount(values.ravel(), minlength=256)
            raise _foreign_colors(name, kind, codes[foreign], counts[foreign])
        table[foreign] = _nearest_entries(codes[foreign], kind)
    return table.astype(np.uint8)[values]


def _is_own(colors: NDArray[np.uint8], kind: LabelKind) -> bool:
    """Whether a (256, 3) palette begins with the kind's; added entries may have had other colours once."""
    own = len(kind.entries) - len(kind.added)
    return np.array_equal(colors[:own], kind.palette[:own])


def _own_table(kind: LabelKind) -> NDArray[np.int16]:
    """(256,) entries of a file with the kind's own palette: index = entry, padding colours mean nothing."""
    table = np.full(256, _FOREIGN, np.int16)
    table[kind.values] = kind.values
    table[IGNORE] = IGNORE
    return table


def _small_values(image: Image.Image, name: str) -> LabelMap:
    values = np.asarray(image)
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8:
        return values
    wide = values.astype(np.int64)
    if wide.max(initial=0) > 255 and not (wide % 257).any():
        wide //= 257
    if wide.min(initial=0) < 0 or wide.max(initial=0) > 255:
        message = f"{name} has grey values beyond 8 bits that are no label."
        raise UserError(message, code="label_colors", remedy="Export it with 8 bits.")
    return wide.astype(np.uint8)


def _value_colors(image: Image.Image) -> NDArray[np.uint8]:
    """(256, 3) colour of each stored value; values beyond a short palette are black."""
    if image.mode != "P":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
    palette = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    return np.concatenate([palette, np.zeros((256 - len(palette), 3), np.uint8)])


def _from_colors(image: Image.Image, kind: LabelKind, name: str, nearest: bool) -> LabelMap:
    """Read true-colour pixels through a table of all 2^24 colours."""
    rgba = np.asarray(image.convert("RGBA"))
    codes = rgba.view("<u4")[..., 0] & np.uint32(0xFFFFFF)
    table = np.full(1 << 24, _FOREIGN, np.int16)
    for code, entry in _color_codes(kind).items():
        table[code] = entry
    found = table[codes]
    foreign = found == _FOREIGN
    if not foreign.any():
        return found.astype(np.uint8)
    values, where, counts = np.unique(codes[foreign], return_inverse=True, return_counts=True)
    entries = _entries_of(np.append(values, codes[~foreign][:1]), kind)[: len(values)]
    if (found == 1).any() or (entries == _FOREIGN).any():
        if not nearest:
            raise _foreign_colors(name, kind, values, counts)
        entries = _nearest_entries(values, kind).astype(np.int16)
    found[foreign] = entries[where]
    return found.astype(np.uint8)


def _pack(colors: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(N, 3) uint8 to (N,) codes with red in the lowest byte, as RGBA pixels read as little-endian words."""
    return colors.astype(np.int64) @ np.array([1, 1 << 8, 1 << 16])


def _color_codes(kind: LabelKind) -> dict[int, int]:
    codes = dict(zip(_pack(kind.palette).tolist(), kind.values.tolist(), strict=True))
    return codes | {int(_pack(np.array([IGNORE_COLOR], np.uint8))[0]): IGNORE}


def _entries_of(codes: NDArray[np.generic], kind: LabelKind) -> NDArray[np.int16]:
    """Entries of the (N,) colours present in a file, ``_FOREIGN`` for strangers. A cel may be grey 0/1."""
    known = _color_codes(kind)
    one = 0x010101
    if kind.name == "cel" and set(codes.tolist()) <= {0, one}:
        known[one] = 1
    return np.array([known.get(int(code), _FOREIGN) for code in codes], np.int16)


def _nearest_entries(codes: NDArray[np.generic], kind: LabelKind) -> NDArray[np.uint8]:
    """Entry with the nearest colour (Euclidean in RGB) of each code; never ignore."""
    words = codes.astype(np.int64)
    colors = np.stack([words & 255, words >> 8 & 255, words >> 16 & 255], -1)
    palette = kind.palette.astype(np.int64)
    best = np.zeros(len(colors), np.uint8)
    distance = np.full(len(colors), np.iinfo(np.int64).max)
    for value, color in zip(kind.values, palette, strict=True):
        there = ((colors - color) ** 2).sum(-1)
        best[there < distance] = value
        distance = np.minimum(distance, there)
    return best


def _foreign_colors(
    name: str, kind: LabelKind, codes: NDArray[np.generic], counts: NDArray[np.integer]
) -> UserError:
    order = np.argsort(-counts, kind="stable")
    shown = [f"{c & 255:02X}{c >> 8 & 255:02X}{c >> 16 & 255:02X}" for c in codes[order[:_SHOWN]].tolist()]
    more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
    return UserError(
        f"{name} has {int(counts.sum())} pixels in colours that {kind.name} does not have: "
        f"{', '.join(shown)}{more}.",
        code="label_colors",
        remedy="Export it unsmoothed in the kind's colours, or use --nearest to take the nearest ones.",
    )
