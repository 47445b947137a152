"""Any still image as 8-bit sRGB, or one clear line."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from modeling import images
from modeling.errors import UserError
from modeling.images import encode_png, probe, read_rgb, read_rgb_noted, resize_long_side, within_long_side
from tests.modeling.pictures import P3_D50, SRGB_D50, encode, gradient, matrix_profile, p3_as_srgb

PICTURE = gradient()


def by_pillow_alone(data: bytes, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    with monkeypatch.context() as patch:
        patch.setattr(images, "_shortcut", lambda *_: None)
        return read_rgb(data)


@pytest.mark.parametrize(
    "options",
    [
        {"format": "PNG"},
        {"format": "WEBP", "lossless": True},
        {"format": "TIFF"},
        {"format": "TIFF", "compression": "tiff_lzw"},
        {"format": "BMP"},
        {"format": "TGA"},
        {"format": "TGA", "compression": "tga_rle"},
    ],
    ids=str,
)
def test_lossless_formats_come_back_exactly(options: dict[str, object]) -> None:
    rgb, notes = read_rgb_noted(encode(PICTURE, **options))
    np.testing.assert_array_equal(rgb, PICTURE)
    assert rgb.dtype == np.uint8
    assert notes == ()


@pytest.mark.parametrize(
    "options",
    [
        *(
            {"format": "JPEG", "quality": q, "subsampling": s, "progressive": p}
            for q in (60, 95)
            for s in (0, 1, 2)
            for p in (False, True)
        ),
        {"format": "WEBP", "quality": 80},
        {"format": "WEBP", "lossless": True},
        {"format": "PNG"},
        {"format": "BMP"},
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(64, 96), (37, 53), (1, 1), (2, 301)])
def test_the_shortcut_gives_the_bytes_of_pillow(
    options: dict[str, object], shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    for picture in (noise, noise[..., 0]):
        data = encode(picture, **options)
        np.testing.assert_array_equal(read_rgb(data), by_pillow_alone(data, monkeypatch))


def test_the_shortcut_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_decode", lambda *_: pytest.fail("the long way"))
    for format in ("PNG", "JPEG", "WEBP", "BMP"):
        read_rgb(encode(PICTURE, format))


@pytest.mark.sample
def test_the_shortcut_gives_the_bytes_of_pillow_on_real_art(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sorted((sample / "frames").iterdir())[::8]:
        data = path.read_bytes()
        np.testing.assert_array_equal(read_rgb(path), by_pillow_alone(data, monkeypatch))


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None)
@given(cut=st.floats(0, 1), where=st.integers(0, 10**6), value=st.integers(0, 255))
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "GIF", "BMP", "TGA", "JPEG"])
def test_damage_gives_pixels_or_one_line(format: str, cut: float, where: int, value: int) -> None:
    data = bytearray(encode(PICTURE, format))
    data[where % len(data)] = value
    for damaged in (bytes(data), bytes(data[: int(cut * len(data))])):
        rgb, sentence = pixels_or_sentence(damaged)
        assert (rgb is None) != (sentence == "")
        assert "\n" not in sentence


def pixels_or_sentence(data: bytes) -> tuple[np.ndarray | None, str]:
    try:
        return read_rgb(data), ""
    except UserError as error:
        return None, str(error)


# --- what a file says about its pixels ---


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(format: str, orientation: int, tmp_path: Path) -> None:
    blocks = np.kron(PICTURE[:2, ::20][:, :2] // 2 * np.uint8(2), np.ones((16, 32, 1), np.uint8))
    blocks[:16, :32], blocks[:16, 32:], blocks[16:, :32], blocks[16:, 32:] = 0, 80, 160, 240
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if format == "WEBP" else {}
    path = tmp_path / f"turned.{format.lower()}"
    path.write_bytes(encode(blocks, format, exif=exif, **options))
    upright = {
        1: blocks,
        2: blocks[:, ::-1],
        3: blocks[::-1, ::-1],
        4: blocks[::-1],
        5: blocks.swapaxes(0, 1),
        6: np.rot90(blocks, -1),
        7: np.rot90(blocks, 2).swapaxes(0, 1),
        8: np.rot90(blocks),
    }[orientation]
    rgb = read_rgb(path)
    assert rgb.shape == upright.shape
    assert np.abs(rgb.astype(int) - upright).max() <= 2
    info = probe(path)
    assert (info.height, info.width) == upright.shape[:2]


def test_orientation_written_after_the_pixels_of_a_png_counts() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    body = exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body)) + b"eXIf" + body + struct.pack(">I", zlib.crc32(b"eXIf" + body))
    data = encode(PICTURE, "PNG")
    data = data[:-12] + chunk + data[-12:]
    np.testing.assert_array_equal(read_rgb(data), np.rot90(PICTURE, -1))
    assert probe(data).width == PICTURE.shape[0]


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_display_p3_becomes_srgb(format: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    rgb, notes = read_rgb_noted(encode(PICTURE, format, icc_profile=matrix_profile(P3_D50), **options))
    assert np.abs(rgb - p3_as_srgb(PICTURE)).max() <= 2
    assert np.abs(rgb.astype(int) - PICTURE).max() > 20
    assert notes == ("colour profile applied",)


def test_p3_pixels_under_transparency_are_converted_first() -> None:
    rgba = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 128, np.uint8)])
    rgb = read_rgb(encode(rgba, "PNG", icc_profile=matrix_profile(P3_D50)))
    assert np.abs(rgb - (p3_as_srgb(PICTURE) * 128 / 255 + 127)).max() <= 2


def test_an_srgb_profile_changes_nothing() -> None:
    rgb, notes = read_rgb_noted(encode(PICTURE, "PNG", icc_profile=matrix_profile(SRGB_D50)))
    np.testing.assert_array_equal(rgb, PICTURE)
    assert notes == ()


def test_a_broken_profile_is_left_aside() -> None:
    np.testing.assert_array_equal(read_rgb(encode(PICTURE, "PNG", icc_profile=b"no profile")), PICTURE)


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_is_converted_and_noted(format: str) -> None:
    inks = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    rgb, notes = read_rgb_noted(encode(inks, format))
    assert np.abs(rgb.astype(int) - [255, 0, 0]).max() <= 3
    assert "CMYK" in notes[0]


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled(format: str) -> None:
    grey = np.linspace(0, 65535, 600).astype(np.uint16).reshape(20, 30)
    rgb, notes = read_rgb_noted(encode(Image.fromarray(grey), format))
    np.testing.assert_array_equal(rgb[..., 1], np.round(grey / 257))
    assert notes == ("16 bit scaled to 8",)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bit_colour_is_scaled(suffix: str, channels: int) -> None:
    import cv2

    rng = np.random.default_rng(0)
    deep = rng.integers(0, 65536, (20, 30, channels)).astype(np.uint16)
    deep[..., 3:] = 65535
    order = [2, 1, 0, 3][:channels]
    data = cv2.imencode(suffix, np.ascontiguousarray(deep[..., order]))[1].tobytes()
    rgb, notes = read_rgb_noted(data)
    assert np.abs(rgb - deep[..., :3] / 257).max() <= 1
    assert notes == ("16 bit scaled to 8",)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "TGA"])
def test_transparency_is_laid_over_white_and_noted(format: str) -> None:
    rgba = np.zeros((8, 9, 4), np.uint8)
    rgba[:, 3:] = (200, 0, 0, 255)
    rgba[:, 6:, 3] = 128
    options = {"lossless": True, "exact": True} if format == "WEBP" else {}
    rgb, notes = read_rgb_noted(encode(rgba, format, **options))
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[0, 3].tolist() == [200, 0, 0]
    assert np.abs(rgb[0, 6].astype(int) - [227, 127, 127]).max() <= 1
    assert notes == ("transparency laid over white",)


def test_an_opaque_alpha_channel_is_not_worth_a_note() -> None:
    rgba = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 255, np.uint8)])
    assert read_rgb_noted(encode(rgba, "PNG"))[1] == ()


def test_transparency_of_a_palette_and_of_one_colour() -> None:
    indexed = Image.fromarray(np.array([[0, 1, 2]], np.uint8))
    indexed.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    rgb, notes = read_rgb_noted(encode(indexed, "PNG", transparency=bytes([255, 0, 255])))
    assert rgb.tolist() == [[[10, 20, 30], [255, 255, 255], [70, 80, 90]]]
    assert notes == ("transparency laid over white",)
    plain = Image.fromarray(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    assert read_rgb(encode(plain, "PNG", transparency=(4, 5, 6))).tolist() == [[[1, 2, 3], [255, 255, 255]]]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_pictures_the_first_is_taken(format: str) -> None:
    first, second = (Image.new("RGB", (8, 6), color) for color in ("red", "blue"))
    options = {"lossless": True} if format == "WEBP" else {}
    data = encode(first, format, save_all=True, append_images=[second], **options)
    rgb, notes = read_rgb_noted(data)
    assert (rgb == [255, 0, 0]).all()
    assert notes == ("first of 2 pictures",)
    assert probe(data).notes == notes


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_other_modes(mode: str) -> None:
    picture = Image.fromarray(np.where(np.arange(40) < 20, 0, 255).astype(np.uint8)[None].repeat(4, 0))
    rgb = read_rgb(encode(picture.convert(mode), "PNG"))
    np.testing.assert_array_equal(rgb, np.asarray(picture.convert("RGB")))


# --- what cannot be read ---


def png_of_size(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b""
    for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")):
        chunks += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000), (10_001, 10_000)])
def test_enormous_images_are_refused_before_decoding(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_of_size(*size))
    monkeypatch.setattr(images, "_decode", lambda *_: pytest.fail("decoded"))
    for read in (read_rgb, probe):
        with pytest.raises(UserError, match=r"huge\.png has more than 100 million pixels") as caught:
            read(path)
        assert caught.value.code == "image_too_large"


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("data", "code"), [
    (b"", "not_an_image"),
    (b"this is a shopping list\n" * 40, "not_an_image"),
    (b"\0" * 5000, "not_an_image"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not_an_image"),
    (encode(PICTURE, "PNG")[:70], "image_truncated"),
    (encode(PICTURE, "JPEG")[:-60], "image_truncated"),
    (encode(PICTURE, "WEBP")[:-60], "image_truncated"),
    (encode(PICTURE, "TIFF")[:40], "image_unreadable"),
    (encode(PICTURE, "BMP")[:300], "image_truncated"),
    (encode(PICTURE, "TGA")[:300], "image_truncated"),
    (encode(PICTURE, "PNG")[:8] + b"rubbish" * 20, "image_truncated"),
    (encode(Image.new("F", (4, 4), 0.5), "TIFF"), "image_unreadable"),
    (encode(Image.fromarray(np.full((4, 4), 70_000, np.int32)), "TIFF"), "image_unreadable"),
], ids=["empty", "text", "zeros", "postscript", *["short"] * 6, "rubbish", "float", "int32"])  # fmt: skip
def test_bad_files_give_one_line_that_names_them(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "frame 1.png"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"frame 1\.png") as caught:
        read_rgb(path)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_missing_files_and_folders_are_the_users(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(UserError) as caught:
            read_rgb(path)
        assert caught.value.code == "image_missing"


def test_the_name_may_lie_about_the_format(tmp_path: Path) -> None:
    path = tmp_path / "jpeg.png"
    path.write_bytes(encode(PICTURE, "BMP"))
    np.testing.assert_array_equal(read_rgb(path), PICTURE)
    assert probe(path) == images.ImageInfo(40, 24, "BMP", ())


def test_probe_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {format: encode(PICTURE, format) for format in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "TGA")}
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("decoded"))
    for format, encoded in data.items():
        assert probe(encoded) == images.ImageInfo(40, 24, format, ())


# --- encoding and scaling ---


def test_encode_png_is_lossless() -> None:
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(encode_png(PICTURE)))), PICTURE)


def test_resize_keeps_the_shape_of_the_picture() -> None:
    assert resize_long_side(PICTURE, 20).shape == (12, 20, 3)
    assert resize_long_side(PICTURE, 80).shape == (48, 80, 3)
    assert resize_long_side(PICTURE, 40) is PICTURE
    assert resize_long_side(np.zeros((1, 500, 3), np.uint8), 10).shape == (1, 10, 3)


def test_within_a_long_side_nothing_grows() -> None:
    assert within_long_side(PICTURE, 20).shape == (12, 20, 3)
    assert within_long_side(PICTURE, 40) is PICTURE
    assert within_long_side(PICTURE, 80) is PICTURE


def test_scaling_down_takes_the_mean_of_what_a_pixel_covers() -> None:
    checks = np.zeros((4, 4, 3), np.uint8)
    checks[::2, ::2] = 200
    assert (resize_long_side(checks, 2) == 50).all()
