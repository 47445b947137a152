"""What other programs get and give back: templates, palettes, layered and flat files, broken ones."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Tag

from annotation.elsewhere.painting import Box, open_painting
from annotation.elsewhere.palettes import krita_palette, palette_picture
from annotation.elsewhere.stamp import PNG_KEY, Stamp, stamp_in
from annotation.elsewhere.template import write_template
from modeling.errors import UserError
from modeling.labels import Entry, get_kind
from modeling.painted import inks_of, read_painting
from modeling.swatches import COLUMNS, gimp_palette, swatches

CEL, DOUGA = get_kind("cel"), get_kind("douga")
HEIGHT, WIDTH = 40, 60
BLACK, SHADE = (0, 0, 0), (0xC9, 0xA7, 0xEB)


def picture(
    alpha: int = 255, color: tuple[int, int, int] = BLACK, size: tuple[int, int] = (10, 8)
) -> Image.Image:
    return Image.new("RGBA", size, (*color, alpha))


class Psd:
    """A PSD in the making."""

    def __init__(self, mode: str = "RGBA", size: tuple[int, int] = (WIDTH, HEIGHT), depth: int = 8) -> None:
        self.document = PSDImage.new(mode, size, depth=depth)  # type: ignore[arg-type]

    def layer(self, image: Image.Image, name: str, left: int = 0, top: int = 0):
        layer = self.document.create_pixel_layer(image, name="layer", left=left, top=top)
        layer.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, name)
        return layer

    def save(self, path: Path) -> Path:
        self.document.save(path)
        return path


def refused(path: Path, code: str) -> UserError:
    with pytest.raises(UserError) as caught:
        open_painting(path, "cut 3.psd")
    error = caught.value
    assert error.code == code
    assert error.message.startswith("cut 3.psd")
    assert "\n" not in str(error)
    return error


# --- stamps ---


@pytest.mark.parametrize("key", ["", "clip/000012", "カット12/000003", "a b]c"])
def test_a_stamp_is_found_again_in_a_layers_name(key: str) -> None:
    found = stamp_in(f"Frame フレーム {Stamp(1920, 1080, key).text()}")
    assert found == Stamp(1920, 1080, key.replace("]", ")"))
    assert stamp_in(Stamp(1920, 1080, key).ascii()) is not None
    assert Stamp(1920, 1080, key).ascii().isascii()
    assert stamp_in("Frame") is None


# --- templates ---


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with a draft."""
    draft = np.zeros((HEIGHT, WIDTH), np.uint8)
    draft[10:20, 10:20], draft[9, 10:20] = 6, 1
    path = tmp_path / "cut 3.psd"
    frame = np.full((HEIGHT, WIDTH, 3), 77, np.uint8)
    path.write_bytes(write_template(frame, DOUGA, Stamp(WIDTH, HEIGHT, "カット/000003"), draft))
    return path


def test_a_template_has_frame_and_draft_below_and_empty_layers_above(template: Path) -> None:
    document = PSDImage.open(template)
    names = [layer.name for layer in document]
    stamp = f" [sakkan {WIDTH}x{HEIGHT} カット/000003]"
    assert names == [
        f"Frame フレーム{stamp}",
        f"Draft fills 下書き 塗り{stamp}",
        f"Draft lines 下書き 線{stamp}",
        "Paint 彩色",
        "Ink 線",
    ]
    assert document[0].locks is not None
    assert document[0].locks.complete
    assert document.size == (WIDTH, HEIGHT)
    assert document.topil().convert("RGB").getpixel((30, 30)) == (77, 77, 77), (
        "a preview for programs without layers"
    )
    assert document[1].topil().getpixel((12, 12)) == (*SHADE, 255)
    assert document[2].topil().getpixel((12, 9)) == (*BLACK, 255)


def test_a_cels_template_has_no_layer_for_lines(tmp_path: Path) -> None:
    path = tmp_path / "cel.psd"
    path.write_bytes(write_template(np.zeros((8, 8, 3), np.uint8), CEL, Stamp(8, 8)))
    assert [layer.name for layer in PSDImage.open(path)][1:] == ["Paint 彩色"]


def test_a_template_comes_back_with_what_was_painted_only(template: Path) -> None:
    document = PSDImage.open(template)
    for name, color, left in (("Paint 彩色", SHADE, 20), ("Ink 線", BLACK, 24)):
        layer = document.create_pixel_layer(picture(color=color), name="new", left=left, top=5)
        layer.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, name)
    document.save(template)
    painting = open_painting(template)
    read = read_painting(painting.rgba, inks_of(DOUGA)).label_map
    assert read[6, [10, 20, 24, 33, 40]].tolist() == [0, 6, 1, 1, 0]
    assert (read[9:20, 10:20] == 0).all(), "the draft is looked at, not read"
    assert painting.stamp == Stamp(WIDTH, HEIGHT, "カット/000003")
    assert painting.box == Box(0, 0, WIDTH, HEIGHT)


def test_an_unpainted_template_says_so(template: Path) -> None:
    document = PSDImage.open(template)
    for layer in list(document)[3:]:
        layer.visible = False
    document.save(template)
    assert "no visible painted layer" in refused(template, "painting_empty").message


def test_a_changed_canvas_tells_where_the_frame_lies(tmp_path: Path) -> None:
    psd = Psd(size=(100, 90))
    psd.layer(picture(size=(30, 20)), f"Frame {Stamp(WIDTH, HEIGHT, 'a').text()}", left=12, top=-4)
    psd.layer(picture(), "Ink 線")
    assert open_painting(psd.save(tmp_path / "a.psd")).box == Box(12, -4, 30, 20)


# --- layers ---


def test_the_topmost_layer_that_covers_half_counts_and_soft_pixels_are_counted(tmp_path: Path) -> None:
    psd = Psd()
    psd.layer(picture(color=SHADE, size=(30, 30)), "塗り")
    psd.layer(picture(127), "線", left=2, top=2)
    psd.layer(picture(100), "線 2", left=15, top=2)
    painting = open_painting(psd.save(tmp_path / "a.psd"))
    assert painting.rgba[4, [4, 17]].tolist() == [[*BLACK, 255], [*SHADE, 255]]
    assert painting.semi.sum() == 2 * 80
    assert painting.rgba[35, 35].tolist() == [0, 0, 0, 0]


def test_hidden_layers_groups_and_names_are_left_out_and_named(tmp_path: Path) -> None:
    psd = Psd()
    psd.layer(picture(), "線")
    psd.layer(picture(size=(WIDTH, HEIGHT)), "下書き 2")
    hidden = psd.layer(picture(size=(WIDTH, HEIGHT)), "試し")
    hidden.visible = False
    group = psd.document.create_group([psd.layer(picture(size=(WIDTH, HEIGHT)), "線 2")], name="folder")
    group.visible = False
    painting = open_painting(psd.save(tmp_path / "a.psd"))
    assert (painting.rgba[..., 3] > 0).sum() == 80
    assert painting.notes == (
        "layer 下書き 2 left out by its name",
        "hidden layer 試し left out",
        "hidden layer folder left out",
    )


def test_layers_in_a_group_are_read_and_clipped_ones_stay_inside_their_base(tmp_path: Path) -> None:
    psd = Psd()
    base = psd.layer(picture(color=SHADE), "塗り", left=5, top=5)
    over = psd.layer(picture(size=(WIDTH, HEIGHT)), "影")
    over.clipping = True
    group = psd.document.create_group([base, over], name="folder")
    group.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, "フォルダー")
    painting = open_painting(psd.save(tmp_path / "a.psd"))
    assert (painting.rgba[..., 3] > 0).sum() == 80
    assert painting.rgba[8, 8].tolist() == [*BLACK, 255]


def test_a_layers_mask_hides_and_its_opacity_is_for_the_eye(tmp_path: Path) -> None:
    psd = Psd()
    layer = psd.layer(picture(), "線")
    layer.opacity = 102
    layer.blend_mode = BlendMode.MULTIPLY
    mask = Image.new("L", (10, 8), 255)
    mask.paste(0, (0, 0, 5, 8))
    layer.create_mask(mask)
    painting = open_painting(psd.save(tmp_path / "a.psd"))
    assert (painting.rgba[..., 3] > 0).sum() == 40
    assert painting.notes == (
        "layer 線 is at 40 %; read as if in full",
        "layer 線 blends by multiply; read as if normal",
    )


def test_sixteen_bits_give_the_exact_colour(tmp_path: Path) -> None:
    psd = Psd(depth=16)
    psd.layer(picture(color=SHADE), "塗り")
    assert open_painting(psd.save(tmp_path / "a.psd")).rgba[2, 2].tolist() == [*SHADE, 255]


def test_a_psd_without_layers_is_its_merged_picture(tmp_path: Path) -> None:
    document = PSDImage.frompil(Image.new("RGB", (6, 4), SHADE))
    document.save(tmp_path / "a.psd")
    painting = open_painting(tmp_path / "a.psd")
    assert painting.rgba.shape == (4, 6, 4)
    assert painting.rgba[1, 1].tolist() == [*SHADE, 255]


@pytest.mark.parametrize(("mode", "word"), [("CMYK", "CMYK"), ("LAB", "Lab")])
def test_a_psd_in_other_colours_is_refused_with_the_remedy(tmp_path: Path, mode: str, word: str) -> None:
    PSDImage.new(mode, (8, 8)).save(tmp_path / "a.psd")
    error = refused(tmp_path / "a.psd", "painting_color")
    assert word in error.message
    assert "RGB" in error.remedy


@pytest.mark.parametrize("share", [0.0002, 0.01, 0.2, 0.4])
def test_a_psd_that_breaks_off_gets_one_line(tmp_path: Path, share: float) -> None:
    data = noisy(tmp_path / "whole.psd")[1]
    (tmp_path / "a.psd").write_bytes(data[: max(5, int(len(data) * share))])
    refused(tmp_path / "a.psd", "image_truncated" if share < 0.001 else "image_unreadable")


def test_a_psd_that_lacks_only_its_preview_is_read(tmp_path: Path) -> None:
    noise, data = noisy(tmp_path / "whole.psd")
    (tmp_path / "a.psd").write_bytes(data[: int(len(data) * 0.9)])
    np.testing.assert_array_equal(open_painting(tmp_path / "a.psd").rgba[..., 3] == 255, noise[..., 3] >= 127)


def noisy(path: Path) -> tuple[np.ndarray, bytes]:
    """A layer of noise, and its PSD: a half of it the layer, a half the preview."""
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 4), np.uint8)
    psd = Psd()
    psd.layer(Image.fromarray(noise), "線")
    return noise, psd.save(path).read_bytes()


def test_a_psd_with_a_damaged_inside_gets_one_line(tmp_path: Path) -> None:
    data = bytearray(Psd().save(tmp_path / "a.psd").read_bytes())
    data[26:40] = b"\xff" * 14
    (tmp_path / "a.psd").write_bytes(data)
    refused(tmp_path / "a.psd", "image_unreadable")


# --- flat files ---


@pytest.mark.parametrize("suffix", ["png", "tga", "tiff"])
def test_flat_files_keep_their_pixels(tmp_path: Path, suffix: str) -> None:
    rgba = np.random.default_rng(1).integers(0, 255, (7, 9, 4), np.uint8)
    Image.fromarray(rgba).save(tmp_path / f"a.{suffix}")
    painting = open_painting(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(painting.rgba, rgba)
    np.testing.assert_array_equal(painting.semi, (rgba[..., 3] > 0) & (rgba[..., 3] < 255))


def test_a_profile_in_the_file_moves_no_colour(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Image.new("RGB", (4, 4), SHADE).save(tmp_path / "a.png", icc_profile=profile)
    assert open_painting(tmp_path / "a.png").rgba[0, 0].tolist() == [*SHADE, 255]


def test_a_png_of_ours_is_known_by_its_text(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(PNG_KEY, Stamp(8, 4, "カット/1").text())
    Image.new("RGB", (8, 4)).save(tmp_path / "a.png", pnginfo=info)
    assert open_painting(tmp_path / "a.png").stamp == Stamp(8, 4, "カット/1")


def test_sixteen_bit_grey_is_scaled_and_small_values_are_not(tmp_path: Path) -> None:
    for values, expected in (([0, 65535], [0, 255]), ([0, 1], [0, 1])):
        Image.fromarray(np.array([values], np.uint16)).save(tmp_path / "a.png")
        assert open_painting(tmp_path / "a.png").rgba[0, :, 0].tolist() == expected


def test_flat_cmyk_is_refused(tmp_path: Path) -> None:
    Image.new("CMYK", (4, 4)).save(tmp_path / "a.tif")
    assert "RGB" in refused(tmp_path / "a.tif", "painting_color").remedy


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "not_an_image"), (b"no picture", "not_an_image"), (b"8BPS", "image_truncated")],
)
def test_what_is_no_painting_gets_one_line(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "a").write_bytes(data)
    refused(tmp_path / "a", code)
    refused(tmp_path / "absent", "image_missing")


def test_a_png_that_breaks_off_gets_one_line(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 50, 3), np.uint8)).save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue()[:2000])
    refused(tmp_path / "a.png", "image_truncated")


# --- palettes ---

NAMED = DOUGA.extended([Entry(20, "223344", 1, "ベタ")])


def test_palettes_name_every_colour_as_the_production_does() -> None:
    found = swatches(NAMED, {"6": "shade 1"})
    assert len(found) == 22
    assert (found[6].color, found[6].name) == ("C9A7EB", "shade 1")
    assert (found[20].name, found[-1].color) == ("ベタ", "FF00FF")


def test_a_gimp_palette_has_a_line_a_colour() -> None:
    lines = gimp_palette("Show douga", swatches(NAMED)).decode().splitlines()
    assert lines[:2] == ["GIMP Palette", "Name: Show douga"]
    assert "201 167 235\tshading_fill" in lines
    assert " 34  51  68\tベタ" in lines


def test_a_krita_palette_is_a_zip_that_says_what_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(krita_palette("Show", swatches(NAMED)))) as file:
        assert file.infolist()[0].filename == "mimetype"
        assert file.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert file.read("mimetype") == b"application/x-krita-palette"
        root = ElementTree.fromstring(file.read("colorset.xml"))
        assert ElementTree.fromstring(file.read("profiles.xml")).tag == "Profiles"
    entries = root.findall("ColorSetEntry")
    assert (root.tag, len(entries)) == ("ColorSet", 22)
    color = entries[20].find("sRGB")
    assert color is not None
    assert [round(float(color.get(channel, "")) * 255) for channel in "rgb"] == [0x22, 0x33, 0x44]
    places = [entry.find("Position") for entry in entries]
    assert len({(place.get("row"), place.get("column")) for place in places if place is not None}) == 22


def test_a_picture_of_the_palette_shows_each_colour_exactly() -> None:
    found = swatches(NAMED)
    with Image.open(io.BytesIO(palette_picture(found))) as image:
        seen = {
            image.getpixel((96 * (n % COLUMNS) + 48, 64 * (n // COLUMNS) + 20)) for n in range(len(found))
        }
    assert seen == {tuple(bytes.fromhex(swatch.color)) for swatch in found}
