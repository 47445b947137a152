"""Pascal VOC, read by torchvision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import VOCSegmentation

from datasets.formats.names import key_of
from datasets.formats.voc import color_map
from modeling.errors import UserError
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import cel_map, douga_map, export, picture
from tests.datasets.formats.tables import check_table, frames_are_own, table

NUMBERS = {"clip/000000": 1, "clip/000003": 2, "図/f0": 0, "図/f3": 3, "図/f4": 4}
SETS = {
    "train": ["clip/000000", "clip/000003", "図/f3", "図/f4"],
    "val": ["図/f0"],
    "trainval": list(NUMBERS),
}


@pytest.mark.parametrize("image_set", SETS)
@pytest.mark.parametrize("kind", ["cel", "douga"])
def test_torchvision_gives_the_pairs(kind: str, image_set: str, snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "voc", out, kind=kind)
    pairs = VOCSegmentation(str(out), year="2012", image_set=image_set)
    keys = [key_of(Path(image).stem) for image in pairs.images]
    assert keys == SETS[image_set]
    for key, (frame, label) in zip(keys, pairs, strict=True):
        number = NUMBERS[key]
        drawn = cel_map(number) if kind == "cel" else douga_map(number)
        drawn = np.where(drawn == 10, 1, np.where(drawn == 20, 6, drawn))
        np.testing.assert_array_equal(np.asarray(label), drawn)
        np.testing.assert_array_equal(np.asarray(frame), picture(number))


def test_colours_and_names_are_those_of_voc_and_cvat(snapshot: Snapshot, out: Path) -> None:
    """The colours that everybody knows: aeroplane, bicycle, bird, tv monitor and void."""
    colors = color_map()
    assert [colors[at] for at in (0, 1, 2, 3, 20, 255)] == [
        *("000000", "800000", "008000", "808000", "004080", "E0E0C0")
    ]
    assert len(set(colors)) == 256
    export(snapshot, "voc", out)
    voc = out / "VOCdevkit" / "VOC2012"
    assert (voc / "labelmap.txt").read_text() == (
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncel:128,0,0::\n"
    )
    with Image.open(voc / "SegmentationClass" / "clip%2F000000.png") as label:
        shown = np.asarray(label.convert("RGB"))
    assert shown[3, 4].tolist() == [128, 0, 0]
    assert shown[11, 0].tolist() == [224, 224, 192]


def test_what_voc_has_no_place_for_is_in_the_table(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "voc", out)
    check_table(out, snapshot, "cel")
    assert frames_are_own(out)
    assert table(out)["図/f0"]["frame"] == "VOCdevkit/VOC2012/JPEGImages/図%2Ff0.jpg"


def test_frames_may_keep_their_suffix(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "voc", out, suffix="own")
    assert table(out)["図/f0"]["frame"].endswith("JPEGImages/図%2Ff0.png")
    assert frames_are_own(out)


def test_numbers_are_refused(depth: Snapshot, out: Path) -> None:
    with pytest.raises(UserError, match="VOC holds classes, and depth has none") as refused:
        export(depth, "voc", out, kind="depth")
    assert refused.value.code == "format_of_classes"
