"""Layered files, read by psd-tools and as OpenRaster's specification says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from datasets.formats import Terms
from modeling.labelio import color_table
from modeling.labels import get_kind
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import ADDED, cel_map, douga_map, export, picture
from tests.datasets.formats.tables import check_table, table

NUMBERS = {"clip/000000": 1, "clip/000003": 2, "図/f0": 0, "図/f3": 3, "図/f4": 4}
ORIGINS = ("import", "person", "oracle", "draft unchanged", "person")
DOUGA = get_kind("douga").extended(ADDED["douga"]["show"])


def read_ora(path: Path) -> dict[str, np.ndarray]:
    """Pictures by name of the layer, bottom to top."""
    with zipfile.ZipFile(path) as file:
        stack = ElementTree.fromstring(file.read("stack.xml"))
        layers = reversed(stack.findall("./stack/layer"))
        return {layer.attrib["name"]: _open(file.read(layer.attrib["src"])) for layer in layers}


def read_psd(path: Path) -> dict[str, np.ndarray]:
    """As `read_ora`."""
    document = PSDImage.open(path)
    found = {}
    for layer in document:
        whole = Image.new("RGBA", document.size)
        picture = layer.topil()
        if picture is not None:
            whole.paste(picture.convert("RGBA"), layer.offset)
        found[layer.name] = np.asarray(whole)
    return found


def _open(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGBA"
        return np.asarray(image)


READ = {"ora": read_ora, "psd": read_psd}


def stored(layers: Mapping[str, np.ndarray]) -> np.ndarray:
    """(H, W) uint8 entries from the exact colours of paint, ink and ignored pixels."""
    colors = {tuple(color): value for value, color in enumerate(color_table(DOUGA).tolist())}
    colors |= {tuple(color): value for value, color in zip(DOUGA.values, DOUGA.palette.tolist(), strict=True)}
    height, width = next(iter(layers.values())).shape[:2]
    found = np.zeros((height, width), np.uint8)
    for name, pixels in layers.items():
        if "douga" in name:
            for y, x in np.argwhere(pixels[..., 3] == 255):
                found[y, x] = colors[tuple(pixels[y, x, :3].tolist())]
    return found


@pytest.mark.parametrize("container", READ)
def test_every_pixel_of_every_layer_comes_back(container: str, snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "layered", out, container=container)
    check_table(out, snapshot, "cel")
    for key, line in table(out).items():
        number = NUMBERS[key]
        layers = READ[container](out / line["label"])
        origin = ORIGINS[number]
        assert list(layers) == [
            "Frame フレーム",
            f"Cel セル [cel: {origin}]",
            f"Ignored 対象外 [cel: {origin}]",
            f"Paint 彩色 [douga: {origin}]",
            f"Ink 線 [douga: {origin}]",
        ]
        frame, cel, ignored, *_ = layers.values()
        drawn, rgb = cel_map(number), picture(number)
        np.testing.assert_array_equal(frame[..., :3], rgb)
        assert (frame[..., 3] == 255).all()
        np.testing.assert_array_equal(cel[..., 3], np.where(drawn == 1, 255, 0))
        np.testing.assert_array_equal(cel[drawn == 1, :3], rgb[drawn == 1])
        np.testing.assert_array_equal(ignored[..., 3], np.where(drawn == 255, 255, 0))
        np.testing.assert_array_equal(stored(layers), douga_map(number))


def test_an_openraster_file_is_as_its_specification_says(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "layered", out)
    path = out / "layers" / "clip" / "000000.ora"
    assert path.read_bytes()[30:54] == b"mimetypeimage/openraster"
    with zipfile.ZipFile(path) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        merged = _open(file.read("mergedimage.png"))
        thumbnail = _open(file.read("Thumbnails/thumbnail.png"))
        image = ElementTree.fromstring(file.read("stack.xml"))
    assert image.attrib == {"version": "0.0.5", "w": "21", "h": "12"}
    drawn, shown = douga_map(1), merged[..., :3]
    np.testing.assert_array_equal(shown[drawn == 1], np.zeros(((drawn == 1).sum(), 3)))
    untouched = (drawn == 0) & (cel_map(1) != 255)
    np.testing.assert_array_equal(shown[untouched], picture(1)[untouched])
    assert thumbnail.shape == (12, 21, 4)


@pytest.mark.parametrize("container", READ)
def test_labels_only_have_no_colour_of_the_frame(container: str, snapshot: Snapshot, out: Path) -> None:
    terms = Terms(labels_only=True)
    export(snapshot, "layered", out, kind="douga", terms=terms, container=container)
    layers = READ[container](out / "layers" / "図" / f"f0.{container}")
    assert "Frame フレーム" not in layers
    cel = layers["Cel セル [cel: import]"]
    np.testing.assert_array_equal(cel[..., 3], np.where(cel_map(0) == 1, 255, 0))
    assert set(cel[cel[..., 3] == 255].ravel()) == {255}
    np.testing.assert_array_equal(stored(layers), douga_map(0))
