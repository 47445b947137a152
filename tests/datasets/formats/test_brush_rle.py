"""Label Studio's brush masks."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from datasets.formats.brush_rle import decode, encode
from modeling.errors import UserError

masks = arrays.arrays(np.bool_, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40))
# 4 values by 2 pixels, opaque then clear: 8 values of 8 bits, sizes 3, 4, 8 and 16, two runs of 4.
BY_HAND = "00000000000000000000000000001000 00111 0010 0011 0111 1111 1 00 011 11111111 1 00 011 00000000"
# The same sizes, one run of 8 values that are written out: clear red, green, blue; soft alphas 127 and 128.
WRITTEN_OUT = "00000000000000000000000000001000 00111 0010 0011 0111 1111 0 00 111" + 2 * (
    " 00000000 00000001 00000010 {:08b}"
)


def packed(text: str) -> list[int]:
    """Bytes of a text of bits."""
    found: list[int] = np.packbits([int(bit) for bit in text.replace(" ", "")]).tolist()
    return found


def in_runs(alpha: NDArray[np.uint8]) -> list[int]:
    """Four equal bytes a pixel in runs of up to 256 bytes, by the format's definition."""
    values = np.repeat(alpha.ravel(), 4)
    bits = f"{len(values):032b}" + f"{7:05b}" + "".join(f"{7:04b}" for _ in range(4))
    at = 0
    while at < len(values):
        same = 1
        while at + same < len(values) and same < 256 and values[at + same] == values[at]:
            same += 1
        bits += f"1{0:02b}{same - 1:08b}{values[at]:08b}"
        at += same
    return packed(bits)


def literally(alpha: NDArray[np.uint8]) -> list[int]:
    """The same without runs."""
    values = np.repeat(alpha.ravel(), 4)
    bits = f"{len(values):032b}" + f"{7:05b}" + "".join(f"{15:04b}" for _ in range(4))
    bits += f"0{0:02b}{len(values) - 1:016b}" + "".join(f"{value:08b}" for value in values)
    return packed(bits)


def test_soft_masks_are_read_with_runs_and_without() -> None:
    alpha = np.zeros((7, 11), np.uint8)
    alpha[2:5, 3:9] = 255
    alpha[5, 3:9] = 128
    np.testing.assert_array_equal(decode(in_runs(alpha), 7, 11), alpha)
    np.testing.assert_array_equal(decode(literally(alpha), 7, 11), alpha)


@given(masks)
def test_a_mask_comes_back(mask: NDArray[np.bool_]) -> None:
    rle = encode(mask)
    assert all(isinstance(byte, int) and 0 <= byte <= 255 for byte in rle)
    np.testing.assert_array_equal(decode(rle, *mask.shape), mask * np.uint8(255))


def test_runs_that_are_longer_than_a_length_can_say() -> None:
    """16,384 pixels are the 65,536 values that 16 bits count."""
    for inside in (16_383, 16_384, 16_385, 40_000):
        mask = np.arange(300 * 300).reshape(300, 300) < inside
        np.testing.assert_array_equal(decode(encode(mask), 300, 300) > 127, mask)


def test_bits_by_hand() -> None:
    assert encode(np.array([[True, False]])) == packed(BY_HAND)


def test_values_that_are_written_out_and_soft() -> None:
    assert decode(packed(WRITTEN_OUT.format(127, 128)), 1, 2).tolist() == [[127, 128]]


@given(masks, st.data())
def test_what_is_cut_off_is_refused(mask: NDArray[np.bool_], data: st.DataObject) -> None:
    rle = encode(mask)
    shorter = rle[: data.draw(st.integers(0, len(rle) - 1))]
    with pytest.raises(UserError) as refused:
        decode(shorter, *mask.shape)
    assert refused.value.code == "brush_rle"


@given(st.lists(st.integers(0, 255), max_size=40))
def test_any_bytes_are_read_or_refused(rle: list[int]) -> None:
    head = packed(BY_HAND.split(" ", 1)[0])
    with contextlib.suppress(UserError):
        assert decode(head + rle, 1, 2).shape == (1, 2)


@pytest.mark.parametrize("rle", [[256, 0], ["a"], encode(np.zeros((3, 3), np.bool_))])
def test_what_is_no_mask_of_this_size_is_refused(rle: list[int]) -> None:
    with pytest.raises(UserError, match="brush mask cannot be read"):
        decode(rle, 1, 2)
