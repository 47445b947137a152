"""Masks as Label Studio stores what its brush drew: thi.ng's rle-pack of the picture's RGBA values, rows first.

The stream of bits (see https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack) begins with the number of
values (32 bits), the bits of a value less one (5) and four sizes less one (4 each). Then come runs: a bit that says
whether one value repeats, two bits that choose a size, a length less one of that size, and the value or all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError

CHANNELS, OPAQUE = 4, 255
SIZES = (3, 4, 8, 16)
"""Bits of a run's length that Label Studio's own encoder chooses from."""

_WORD = 8
_LONGEST = 1 << SIZES[-1]


def encode(mask: NDArray[np.bool_]) -> list[int]:
    """Encode a mask as Label Studio's own converter does: all four channels are 255 inside and 0 outside.

    Args:
        mask: (H, W) bool.

    Returns:
        Bytes, 0..255.
    """
    values, lengths = _runs(mask)
    sizes = np.searchsorted(1 << np.array(SIZES), lengths)
    width = np.array(SIZES)[sizes]
    codes = ((0b100 | sizes) << width | (lengths - 1)) << _WORD | values
    head = [(mask.size * CHANNELS, 32), (_WORD - 1, 5), *((size - 1, 4) for size in SIZES)]
    numbers = np.concatenate([[number for number, _ in head], codes])
    return _packed(numbers, np.concatenate([[bits for _, bits in head], 3 + width + _WORD]))


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(runs,) value and number of repeated values; none is longer than the largest size can say."""
    flat = mask.ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=~flat[:1]))
    whole = np.diff(starts, append=flat.size) * CHANNELS
    parts = -(-whole // _LONGEST)
    lengths = np.full(parts.sum(), _LONGEST, np.int64)
    lengths[np.cumsum(parts) - 1] = whole - (parts - 1) * _LONGEST
    return np.repeat(flat[starts], parts) * np.int64(OPAQUE), lengths


def _packed(numbers: NDArray[np.int64], bits: NDArray[np.int64]) -> list[int]:
    """The lowest ``bits`` of each number, one after the other, as bytes; zeros fill the last one."""
    spread = np.unpackbits(numbers.astype(">u4").view(np.uint8).reshape(-1, 4), axis=1)
    kept = spread[np.arange(32) >= 32 - bits[:, None]]
    found: list[int] = np.packbits(kept).tolist()
    return found


def decode(rle: Sequence[int], height: int, width: int) -> NDArray[np.uint8]:
    """Decode what Label Studio stored to (H, W) uint8 alpha: 0 outside, 255 inside, between on a soft edge.

    Args:
        rle: Bytes, 0..255.
        height, width: Of the picture, in pixels; rle-pack itself knows only their product.

    Raises:
        UserError: ``brush_rle``, where these are not such bytes, or those of a picture of another size.
    """
    try:
        data = bytes(rle)
    except (TypeError, ValueError):
        raise _damaged("it is no list of bytes") from None
    bits = _Bits(data)
    count, word = bits.read(32), bits.read(5) + 1
    if count != height * width * CHANNELS or word != _WORD:
        raise _damaged(f"it holds {count} values of {word} bits, not those of {width}x{height} pixels")
    out, at = np.empty(count, np.uint8), 0
    for values, length in _read_runs(bits, count):
        out[at : at + length] = values
        at += length
    return out.reshape(height, width, CHANNELS)[..., 3]


class _Bits:
    """Reads numbers bit by bit, the highest first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def read(self, count: int) -> int:
        """The next ``count`` (at most 32) bits."""
        first, self._at = self._at, self._at + count
        if self._at > 8 * len(self._data):
            raise _damaged("it ends too early")
        window = int.from_bytes(self._data[first // 8 : first // 8 + 5].ljust(5, b"\0"))
        return window >> (40 - first % 8 - count) & ((1 << count) - 1)

    def words(self, count: int) -> NDArray[np.uint8]:
        """(count,) uint8, the next bytes, wherever they begin."""
        first, self._at = self._at, self._at + 8 * count
        if self._at > 8 * len(self._data):
            raise _damaged("it ends too early")
        raw = np.frombuffer(self._data[first // 8 : -(-self._at // 8)], np.uint8)
        return np.packbits(np.unpackbits(raw)[first % 8 :][: 8 * count])


def _read_runs(bits: _Bits, count: int) -> Iterator[tuple[int | NDArray[np.uint8], int]]:
    """Each run's value, or values, and its length; together ``count`` values."""
    sizes = [bits.read(4) + 1 for _ in SIZES]
    done = 0
    while done < count:
        repeats, size = bits.read(1), sizes[bits.read(2)]
        length = bits.read(size) + 1
        done += length
        if done > count:
            raise _damaged("its runs are longer than the picture")
        yield bits.read(_WORD) if repeats else bits.words(length), length


def _damaged(what: str) -> UserError:
    return UserError(f"A brush mask cannot be read: {what}.", code="brush_rle", remedy="Export it again.")
