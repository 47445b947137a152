"""Folders for matting trainers."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from datasets.formats import Terms
from datasets.formats.names import key_of
from modeling.errors import UserError
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import cel_map, export, picture
from tests.datasets.formats.tables import check_table, table

NUMBERS = {"clip/000000": 1, "clip/000003": 2, "図/f0": 0, "図/f3": 3, "図/f4": 4}
FOLDERS = ("imgs", "masks", "fg", "bg", "trimaps")


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_cel_over_background_is_the_frame(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "matting", out)
    check_table(out, snapshot, "cel")
    for key, line in table(out).items():
        drawn, rgb = cel_map(NUMBERS[key]), picture(NUMBERS[key])
        found = {name: read(out / line["frame"].replace("/imgs/", f"/{name}/")) for name in FOLDERS}
        np.testing.assert_array_equal(found["imgs"], rgb)
        np.testing.assert_array_equal(found["masks"], np.where(drawn == 1, 255, 0))
        np.testing.assert_array_equal(found["trimaps"], np.choose(np.minimum(drawn, 2), [0, 255, 128]))
        for name, value in (("fg", 1), ("bg", 0)):
            np.testing.assert_array_equal(found[name][..., 3], np.where(drawn == value, 255, 0))
            np.testing.assert_array_equal(found[name][drawn == value, :3], rgb[drawn == value])
            assert not found[name][drawn != value].any()


def test_anime_segmentation_finds_its_pairs(snapshot: Snapshot, out: Path) -> None:
    """As its ``create_training_datasets`` and ``AnimeSegDataset`` read: a glob, one name in both folders, OpenCV."""
    export(snapshot, "matting", out)
    for split, count in (("train", 4), ("test", 1)):
        images = sorted((out / split / "imgs").glob("*.png"))
        assert len(images) == count
        for image in images:
            drawn = cel_map(NUMBERS[key_of(image.stem)])
            mask = cv2.imread(str(out / split / "masks" / image.name), cv2.IMREAD_GRAYSCALE)
            cel = cv2.imread(str(out / split / "fg" / image.name), cv2.IMREAD_UNCHANGED)
            background = cv2.imread(str(out / split / "bg" / image.name), cv2.IMREAD_COLOR)
            assert mask is not None
            assert cel is not None
            assert background is not None
            np.testing.assert_array_equal(mask.astype(np.float32) / 255 > 0.3, drawn == 1)
            assert cel.shape[2] == 4
            assert not background[drawn == 1].any(), "transparency dropped, the cel must not show"


def test_labels_only_are_masks(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "matting", out, terms=Terms(labels_only=True))
    assert {path.name for path in (out / "train").iterdir()} == {"masks", "trimaps"}


def test_only_cels_are_matted(snapshot: Snapshot, out: Path) -> None:
    with pytest.raises(UserError, match="made for cel, not for douga") as refused:
        export(snapshot, "matting", out, kind="douga")
    assert refused.value.code == "format_kind"
    assert not out.exists()
