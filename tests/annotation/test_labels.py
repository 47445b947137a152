"""What an editor sends, unpacked; and small pictures of it."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from annotation.labels import changed_share, label_get, label_put, unpack_label
from annotation.thumbs import overlay
from modeling.errors import UserError
from modeling.labelio import encode_label
from modeling.labels import IGNORE, Entry, get_kind

DOUGA = get_kind("douga")
VALUES = st.sampled_from([*range(len(DOUGA.entries)), IGNORE])
MAPS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=VALUES)


@given(MAPS)
def test_every_way_of_sending_a_map_gives_the_map(label_map: np.ndarray) -> None:
    raw, png = label_map.tobytes(), encode_label(label_map, DOUGA)
    for body, gzipped in ((raw, False), (gzip.compress(raw), True), (png, False)):
        got = unpack_label(body, DOUGA, label_map.shape, gzipped=gzipped)
        assert np.array_equal(got, label_map)


@given(st.binary(max_size=64))
def test_any_bytes_give_a_map_or_one_clear_line(body: bytes) -> None:
    for gzipped in (False, True):
        try:
            assert unpack_label(body, DOUGA, (4, 5), gzipped=gzipped).shape == (4, 5)
        except UserError as error:
            said = str(error)
            if "\n" in said:
                pytest.fail(said)


def test_a_picture_of_another_size_is_refused_undecoded() -> None:
    png = encode_label(np.zeros((5, 4), np.uint8), DOUGA)
    with pytest.raises(UserError, match="The label is 4x5, its frame 5x4"):
        unpack_label(png, DOUGA, (4, 5))


def test_one_map_is_one_blob_however_it_came() -> None:
    label_map = np.array([[0, 9], [19, 255]], np.uint8)
    first = label_put(label_map, DOUGA)
    assert label_put(unpack_label(label_map.tobytes(), DOUGA, (2, 2)), DOUGA) == first
    assert np.array_equal(label_get(first, DOUGA), label_map)


def test_the_share_counts_pixels() -> None:
    draft = np.zeros((2, 4), np.uint8)
    drawn = np.array([[0, 0, 0, 1], [1, 255, 0, 0]], np.uint8)
    assert changed_share(drawn, draft) == 3 / 8


def test_an_overlay_dims_the_background_and_borders_the_cel() -> None:
    label_map = np.zeros((5, 7), np.uint8)
    label_map[1:4, 1:6] = 1
    shown = overlay(np.full((5, 7, 3), 200, np.uint8), label_map, get_kind("cel"))
    assert tuple(shown[0, 0]) == (90, 90, 90)
    assert tuple(shown[1, 1]) == (255, 92, 138)
    assert shown[2, 3].min() > 150


def test_an_overlay_of_other_kinds_shows_their_colours() -> None:
    shown = overlay(np.zeros((2, 2, 3), np.uint8), np.full((2, 2), 4, np.uint8), DOUGA)
    assert shown[0, 0, 0] > 130
    assert shown[0, 0, 1:].max() == 0


def test_cels_that_a_production_added_are_shown_as_cel() -> None:
    kind = get_kind("cel").extended([Entry(20, "FF8800", 1, "cel B")])
    label_map = np.zeros((5, 7), np.uint8)
    label_map[2:, 2:] = 20
    shown = overlay(np.full((5, 7, 3), 200, np.uint8), label_map, kind)
    np.testing.assert_array_equal(
        shown, overlay(np.full((5, 7, 3), 200, np.uint8), (label_map == 20) * np.uint8(1), kind)
    )
