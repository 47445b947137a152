"""PNG folders, read by Pillow and NumPy alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from datasets.formats import FORMATS, Terms
from modeling.labelio import write_label
from modeling.labels import get_kind
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.datasets.formats.shown import cel_map, depth_map, douga_map, export, picture
from tests.datasets.formats.tables import check_table, frames_are_own, table

NUMBERS = {"clip/000000": 1, "clip/000003": 2, "図/f0": 0, "図/f3": 3, "図/f4": 4}


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "P"
        return np.asarray(image)


@pytest.mark.parametrize("pixels", ["classes", "entries"])
@pytest.mark.parametrize("kind", ["cel", "douga"])
def test_every_pixel_comes_back(kind: str, pixels: str, snapshot: Snapshot, out: Path) -> None:
    """The production's own entry 20 is of class 6, the further colour 10 of class 1."""
    export(snapshot, "png", out, kind=kind, pixels=pixels)
    palette = json.loads((out / "palette.json").read_text("utf-8"))
    assert palette["ignore"] == 255
    check_table(out, snapshot, kind)
    assert frames_are_own(out)
    for key, line in table(out).items():
        drawn = (cel_map if kind == "cel" else douga_map)(NUMBERS[key])
        if pixels == "classes":
            drawn = np.where(drawn == 10, 1, np.where(drawn == 20, 6, drawn))
        np.testing.assert_array_equal(read(out / line["label"]), drawn)
        assert line["label"] == f"labels/{key}.png"
        with Image.open(out / line["frame"]) as frame:
            np.testing.assert_array_equal(np.asarray(frame), picture(NUMBERS[key]))


def test_a_palette_names_what_an_entry_is(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "png", out, kind="douga", pixels="entries")
    palette = json.loads((out / "palette.json").read_text("utf-8"))
    (added,) = palette["added"]["show"]
    assert added == {"value": 20, "color": "8844AA", "class_index": 6, "name": "shade 3"}
    assert palette["entries"][10] == {"value": 10, "color": "6B3410", "class_index": 1, "name": ""}
    assert palette["classes"][6]["name"] == "shading_fill"
    assert (out / "palette.gpl").read_text("utf-8").splitlines()[0] == "GIMP Palette"


def test_numbers_stay_16_bit(depth: Snapshot, out: Path) -> None:
    export(depth, "png", out, kind="depth")
    with Image.open(out / "labels" / "a" / "b.png") as image:
        assert image.mode == "I;16"
        np.testing.assert_array_equal(np.asarray(image), depth_map())
    assert json.loads((out / "palette.json").read_text())["full"] == 65535
    assert table(out)["a/b"]["origin"] == "oracle"


def test_a_turned_frame_lies_as_its_label_does(tmp_path: Path) -> None:
    """Readers that ignore EXIF see the pixels that were labelled."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (20, 12), (200, 10, 10)).save(tmp_path / "frame.jpg", exif=exif)
    label = np.zeros((20, 12), np.uint8)
    write_label(tmp_path / "cel.png", label, get_kind("cel"))
    labels = {"cel": LabelSource(tmp_path / "cel.png", "person")}
    source = SnapshotSource("a", tmp_path / "frame.jpg", licence="CC0-1.0", labels=labels)
    frozen = write_snapshot(tmp_path / "s", [source])
    export(frozen, "png", tmp_path / "out")
    line = table(tmp_path / "out")["a"]
    assert line["frame"] == "frames/a.png"
    with Image.open(tmp_path / "out" / line["frame"]) as frame:
        assert frame.size == (12, 20)
    export(frozen, "png", tmp_path / "labels", terms=Terms(labels_only=True))
    assert table(tmp_path / "labels")["a"]["frame"] == "frames/a.jpg"


def test_parameters_are_named(snapshot: Snapshot) -> None:
    assert FORMATS.get("png").parse({}).model_dump() == {"pixels": "classes"}
