"""COCO, read by COCO's own library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import FREE, SHARED, cel_map, export


@pytest.mark.parametrize(
    ("split", "numbers"), [("train", {"clip/000000": 1, "clip/000003": 2, "図/f3": 3, "図/f4": 4})]
)
def test_pycocotools_gives_the_masks(
    split: str, numbers: dict[str, int], snapshot: Snapshot, out: Path
) -> None:
    export(snapshot, "coco", out)
    coco = COCO(str(out / "annotations" / f"instances_{split}.json"))
    images = {image["key"]: image for image in coco.loadImgs(coco.getImgIds())}
    assert set(images) == set(numbers)
    for key, number in numbers.items():
        found = coco.loadAnns(coco.getAnnIds(images[key]["id"], iscrowd=0))
        crowds = coco.loadAnns(coco.getAnnIds(images[key]["id"], iscrowd=1))
        np.testing.assert_array_equal(sum(coco.annToMask(one) for one in found), cel_map(number) == 1)
        np.testing.assert_array_equal(sum(coco.annToMask(one) for one in crowds), cel_map(number) == 255)
        assert (out / images[key]["file_name"]).is_file()
    names = {one["id"]: one["name"] for one in coco.dataset["licenses"]}
    assert names[images["clip/000000"]["license"]] == FREE
    assert names[images["図/f3"]["license"]] == SHARED
    assert images["図/f4"]["license"] == 0
