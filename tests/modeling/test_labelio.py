"""Our own label files, and strict import of other tools'."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from modeling.errors import UserError
from modeling.labelio import (
    IGNORE_COLOR,
    decode_label,
    encode_label,
    import_label,
    label_thumbnail,
    read_label,
    write_label,
)
from modeling.labels import IGNORE, Entry, LabelKind, get_kind
from tests.modeling.pictures import encode

CEL, DOUGA, DEPTH = get_kind("cel"), get_kind("douga"), get_kind("depth")
ADDED = (Entry(20, "8844AA", 6, "shade 3"), Entry(37, "010101", 1, "solid black"), Entry(254, "00FF7F", 7))
SHOW = DOUGA.extended(ADDED)
"""The douga of a production that added three entries."""


def label_maps(kind: LabelKind) -> st.SearchStrategy[np.ndarray]:
    values = st.sampled_from([*kind.values.tolist(), IGNORE])
    return arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=20), elements=values)


KINDS_AND_MAPS = st.sampled_from([CEL, DOUGA, SHOW]).flatmap(lambda k: st.tuples(st.just(k), label_maps(k)))


def colored(label_map: np.ndarray, kind: LabelKind) -> np.ndarray:
    table = np.zeros((256, 3), np.uint8)
    table[kind.values] = kind.palette
    table[IGNORE] = IGNORE_COLOR
    return table[label_map]


# --- round trips ---


@settings(deadline=None)
@given(KINDS_AND_MAPS)
def test_a_label_comes_back_as_it_was_written(kind_and_map: tuple[LabelKind, np.ndarray]) -> None:
    kind, label_map = kind_and_map
    data = encode_label(label_map, kind)
    for read in (decode_label, import_label):
        back = read(data, kind)
        np.testing.assert_array_equal(back, label_map)
        assert back.dtype == np.uint8


@settings(deadline=None)
@given(KINDS_AND_MAPS, st.sampled_from(["PNG", "BMP", "TIFF", "TGA"]))
def test_exact_colours_come_back(kind_and_map: tuple[LabelKind, np.ndarray], format: str) -> None:
    kind, label_map = kind_and_map
    np.testing.assert_array_equal(import_label(encode(colored(label_map, kind), format), kind), label_map)


@settings(deadline=None)
@given(KINDS_AND_MAPS)
def test_exact_colours_under_another_palette_come_back(kind_and_map: tuple[LabelKind, np.ndarray]) -> None:
    kind, label_map = kind_and_map
    image = Image.fromarray(colored(label_map, kind)).quantize(colors=64, dither=Image.Dither.NONE)
    if np.array_equal(np.asarray(image.convert("RGB")), colored(label_map, kind)):
        np.testing.assert_array_equal(import_label(encode(image, "PNG"), kind), label_map)


def test_the_file_is_an_indexed_png_with_our_colours(tmp_path: Path) -> None:
    write_label(tmp_path / "a.png", np.array([[0, 1, 2]], np.uint8), DOUGA)
    image = Image.open(tmp_path / "a.png")
    assert (image.format, image.mode) == ("PNG", "P")
    assert image.getpalette()[:60] == DOUGA.palette.ravel().tolist()
    assert [path.name for path in tmp_path.glob("**/*") if path.is_file()] == ["a.png"]


def test_ignored_pixels_have_a_colour_of_their_own() -> None:
    image = Image.open(io.BytesIO(encode_label(np.array([[1, IGNORE]], np.uint8), CEL)))
    assert np.asarray(image).tolist() == [[1, IGNORE]]
    assert np.asarray(image.convert("RGB")).tolist() == [[[255] * 3, list(IGNORE_COLOR)]]


def test_a_file_does_not_change_with_entries_it_does_not_have() -> None:
    plain, black = np.array([[0, 3, 255]], np.uint8), np.array([[0, 3, 37]], np.uint8)
    assert encode_label(plain, SHOW) == encode_label(plain, DOUGA)
    one = DOUGA.extended(ADDED[1:2])
    assert encode_label(black, SHOW) == encode_label(black, one)
    assert Image.open(io.BytesIO(encode_label(black, one))).getpalette()[37 * 3 :] == [1, 1, 1]


def test_what_a_production_drew_stays_readable_when_its_colours_change() -> None:
    old = encode_label(np.array([[0, 20, 37, 254, 255]], np.uint8), SHOW)
    changed = DOUGA.extended(entry._replace(color=f"0000{entry.value:02X}") for entry in ADDED)
    for read in (decode_label, import_label):
        assert read(old, changed).tolist() == [[0, 20, 37, 254, 255]]
    with pytest.raises(UserError, match="no palette entries"):
        decode_label(old, DOUGA)


def test_writing_refuses_what_is_no_label(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_label(tmp_path / "a.png", np.array([[7]], np.uint8), CEL)
    assert caught.value.code == "label_value"
    assert not [path for path in tmp_path.glob("**/*") if path.is_file()]


def test_reading_ours_refuses_other_files(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    path.write_bytes(encode(np.zeros((2, 2), np.uint8), "PNG"))
    with pytest.raises(UserError, match=r"grey\.png is not an indexed PNG"):
        read_label(path, CEL)
    path.write_bytes(encode_label(np.full((2, 2), 9, np.uint8), DOUGA))
    with pytest.raises(UserError, match=r"grey\.png") as caught:
        read_label(path, CEL)
    assert caught.value.code == "label_value"


# --- what is imported ---

MASK = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)


@pytest.mark.parametrize("picture", [
    MASK,
    MASK * np.uint8(255),
    MASK.astype(bool),
    MASK.astype(np.uint16) * np.uint16(65535),
    MASK.astype(np.uint16),
    np.stack([MASK] * 3, -1),
    np.stack([MASK * np.uint8(255)] * 3, -1),
    np.dstack([*[MASK * np.uint8(255)] * 3, np.full_like(MASK, 255)]),
], ids=["0/1", "0/255", "1 bit", "0/65535", "16 bit 0/1", "rgb 0/1", "rgb", "opaque rgba"])  # fmt: skip
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_cel_masks_of_other_tools(picture: np.ndarray, format: str) -> None:
    np.testing.assert_array_equal(import_label(encode(picture, format), CEL, size=(2, 3)), MASK)


@pytest.mark.parametrize("value", [0, 1, 255])
def test_cel_masks_of_one_value(value: int) -> None:
    mask = import_label(encode(np.full((2, 2), value, np.uint8), "PNG"), CEL)
    assert (mask == (value > 0)).all()


def test_indices_beyond_our_palette_are_foreign() -> None:
    image = Image.fromarray(np.array([[0, 1, 50]], np.uint8))
    image.putpalette(DOUGA.palette.ravel().tolist() + [0] * (768 - 60))
    with pytest.raises(UserError) as caught:
        import_label(encode(image, "PNG"), DOUGA)
    assert caught.value.code == "label_colors"


@pytest.mark.parametrize("picture", [
    np.array([[0, 128, 255]], np.uint8),
    np.array([[0, 1, 255]], np.uint8),
    np.array([[0, 1, 2]], np.uint8),
    np.array([[[0, 0, 0], [255, 255, 255], [1, 1, 1]]], np.uint8),
    np.array([[[255, 0, 0]]], np.uint8),
    np.array([[0, 300, 65535]], np.uint16),
])  # fmt: skip
def test_foreign_colours_are_refused(picture: np.ndarray) -> None:
    with pytest.raises(UserError) as caught:
        import_label(encode(picture, "PNG"), CEL)
    assert caught.value.code == "label_colors"


def test_the_refusal_names_file_number_and_colours(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture = np.zeros((2, 4, 3), np.uint8)
    picture[0] = (18, 52, 86)
    picture[1, 0] = (1, 2, 3)
    path.write_bytes(encode(picture, "PNG"))
    with pytest.raises(UserError, match=r"a\.png has 5 pixels .* 123456, 010203\..*--nearest"):
        import_label(path, CEL)


def test_nearest_takes_the_nearest_colour() -> None:
    grey = np.array([[0, 100, 127, 128, 200, 255]], np.uint8)
    for picture in (grey, np.stack([grey] * 3, -1)):
        mask = import_label(encode(picture, "PNG"), CEL, nearest=True)
        assert mask.tolist() == [[0, 0, 0, 1, 1, 1]]
    pink = np.array([[[255, 10, 10], [250, 0, 250], [0, 0, 0]]], np.uint8)
    assert import_label(encode(pink, "PNG"), DOUGA, nearest=True)[0, [0, 2]].tolist() == [4, 1]
    assert import_label(encode(pink, "PNG"), DOUGA, nearest=True)[0, 1] != IGNORE


def test_a_wrong_size_is_refused_even_with_nearest() -> None:
    with pytest.raises(UserError, match="is 3x2, its frame 3x4") as caught:
        import_label(encode(MASK, "PNG"), CEL, size=(4, 3), nearest=True)
    assert caught.value.code == "label_size"


def test_transparent_pixels_are_refused() -> None:
    rgba = np.full((2, 2, 4), 255, np.uint8)
    rgba[0, 0, 3] = 254
    indexed = Image.fromarray(MASK)
    indexed.putpalette([0, 0, 0, 255, 255, 255])
    for data in (encode(rgba, "PNG"), encode(indexed, "PNG", transparency=0)):
        with pytest.raises(UserError) as caught:
            import_label(data, CEL)
        assert caught.value.code == "label_transparent"


def test_damaged_labels_give_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    noise = np.random.default_rng(0).integers(0, 2, (64, 64), np.uint8)
    path.write_bytes(encode(noise, "PNG")[:300])
    with pytest.raises(UserError, match=r"a\.png breaks off"):
        import_label(path, CEL)


# --- real labels and thumbnails ---


@pytest.mark.sample
def test_the_masks_of_the_sample(sample: Path) -> None:
    for path in sorted((sample / "masks").iterdir()):
        mask = import_label(path, CEL)
        np.testing.assert_array_equal(mask, np.asarray(Image.open(path).convert("L")) == 255)


@pytest.mark.sample
def test_the_douga_of_the_sample(sample: Path) -> None:
    for path in sorted((sample / "real_douga" / "class").iterdir()):
        indices = np.asarray(Image.open(path))
        np.testing.assert_array_equal(import_label(path, DOUGA), indices)
        rgb = encode(Image.open(path).convert("RGB"), "PNG")
        np.testing.assert_array_equal(import_label(rgb, DOUGA), indices)


def test_a_thumbnail_shows_the_palette() -> None:
    label_map = np.zeros((40, 80), np.uint8)
    label_map[:, 40:] = 1
    small = label_thumbnail(label_map, CEL, 20)
    assert small.shape == (10, 20, 3)
    assert (small[:, :10] == 0).all()
    assert (small[:, 10:] == 255).all()


# --- numbers instead of classes ---

DEPTHS = arrays(np.uint16, array_shapes(min_dims=2, max_dims=2, max_side=20))


@settings(deadline=None)
@given(DEPTHS)
def test_depth_comes_back_as_it_was_written(levels: np.ndarray) -> None:
    data = encode_label(levels, DEPTH)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "I;16")
    for read in (decode_label, import_label):
        back = read(data, DEPTH)
        np.testing.assert_array_equal(back, levels)
        assert back.dtype == np.uint16


@settings(deadline=None)
@given(DEPTHS)
def test_depth_that_opencv_wrote_is_read_value_for_value(levels: np.ndarray) -> None:
    for suffix in (".png", ".tiff"):
        data = cv2.imencode(suffix, levels)[1].tobytes()
        np.testing.assert_array_equal(import_label(data, DEPTH, size=levels.shape), levels)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "LA"])
def test_depth_of_eight_bits_or_in_colour_is_refused(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (3, 2)).save(buffer, "PNG")
    for read in (decode_label, import_label):
        with pytest.raises(UserError) as caught:
            read(buffer.getvalue(), DEPTH)
        assert caught.value.code == "label_not_16_bit"


def test_depth_of_another_size_and_classes_in_sixteen_bits_are_refused() -> None:
    data = encode_label(np.full((2, 3), 300, np.uint16), DEPTH)
    with pytest.raises(UserError, match="3x2, its frame 2x3"):
        import_label(data, DEPTH, size=(3, 2))
    with pytest.raises(UserError, match="not an indexed PNG"):
        decode_label(data, CEL)


def test_depth_is_drawn_from_dark_to_pale_and_unknown_as_ignore() -> None:
    shown = label_thumbnail(np.array([[0, 1, 32768, 65535]], np.uint16), DEPTH, 4)
    assert tuple(shown[0, 0]) == IGNORE_COLOR
    assert shown[0, 1:].sum(-1).tolist() == sorted(shown[0, 1:].sum(-1).tolist())
    assert len(set(shown[0, 1:].sum(-1).tolist())) == 3
