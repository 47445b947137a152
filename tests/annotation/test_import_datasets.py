"""Datasets of other tools and servers become accepted revisions; a look says first what an import would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annotation.importing.report import ImportReport
from annotation.labels import label_get
from annotation.models import AcceptedLabel, Revision
from annotation.services.labels_import import labels_import
from core import blobs
from datasets.formats import FORMATS, Terms, brush_rle, content_of, write_content
from modeling.errors import UserError
from modeling.labelio import write_label
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.annotation.house import CEL, HEIGHT, WIDTH, House, cel_map


def run(house: House, source: Path, **options: Any) -> ImportReport:
    return labels_import(pool=house.pool, kind="cel", source=source, user=house.reviewer, **options)


def accepted(house: House, number: int) -> np.ndarray:
    return label_get(AcceptedLabel.objects.get(frame=house.frames[number]).revision.label, CEL)


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def coco(path: Path, *, category: str = "cel", **annotation: Any) -> Path:
    """The first frame with one annotation: its first five columns, as a polygon."""
    row = {"id": 1, "image_id": 7, "category_id": 3, "iscrowd": 0} | annotation
    row.setdefault("segmentation", [[0, 0, 5, 0, 5, HEIGHT, 0, HEIGHT]])
    image = {"id": 7, "file_name": "images/show/000000.png", "width": WIDTH, "height": HEIGHT}
    document = {"images": [image], "annotations": [row], "categories": [{"id": 3, "name": category}]}
    return write_json(path, document)


def runs(label_map: np.ndarray) -> dict[str, Any]:
    """COCO's plain RLE by hand: columns, zeros first."""
    flat = np.concatenate([[0], label_map.ravel("F")])
    borders = np.flatnonzero(np.diff(flat))
    return {"counts": np.diff([0, *borders, label_map.size]).tolist(), "size": [HEIGHT, WIDTH]}


@pytest.mark.parametrize("segmentation", [None, runs(cel_map(5))])
def test_coco_by_polygon_and_by_runs(house: House, tmp_path: Path, segmentation: Any) -> None:
    options = {"segmentation": segmentation} if segmentation else {}
    coco(tmp_path / "annotations" / "instances_train.json", **options)
    report = run(house, tmp_path)
    assert (report.imported, report.refused) == (1, [])
    np.testing.assert_array_equal(accepted(house, 0), cel_map(5))
    assert Revision.objects.get().origin == "import"


def test_a_crowd_is_ignored(house: House, tmp_path: Path) -> None:
    run(house, coco(tmp_path / "export.json", iscrowd=1))
    np.testing.assert_array_equal(accepted(house, 0)[:, :5], 255)


def test_classes_of_other_names_are_asked_for(house: House, tmp_path: Path) -> None:
    file = coco(tmp_path / "export.json", category="character")
    with pytest.raises(UserError, match="classes that cel does not have: 'character'") as refused:
        run(house, file)
    assert refused.value.code == "dataset_classes"
    assert run(house, file, classes={"character": "cel"}).imported == 1
    np.testing.assert_array_equal(accepted(house, 0), cel_map(5))


def test_a_damaged_coco_is_said_to_be_so(house: House, tmp_path: Path) -> None:
    file = coco(tmp_path / "export.json", image_id=99)
    with pytest.raises(UserError, match=r"export\.json is damaged"):
        run(house, file)


def test_label_studio_brushes(house: House, tmp_path: Path) -> None:
    """The last annotation that stands counts; a task without one is refused by the name of its image."""
    mask = cel_map(4) == 1
    value = {"format": "rle", "rle": brush_rle.encode(mask), "brushlabels": ["cel"]}
    region = {"type": "brushlabels", "original_width": WIDTH, "original_height": HEIGHT, "value": value}
    tasks = [
        {
            "id": 1,
            "data": {"image": "/data/local-files/?d=frames/show/000002.png"},
            "annotations": [{"result": [region]}, {"was_cancelled": True, "result": []}],
        },
        {"id": 2, "data": {"image": "https://here/frames/show/000004.png?x=1"}, "annotations": []},
    ]
    report = run(house, write_json(tmp_path / "export.json", tasks))
    assert report.imported == 1
    assert [line.code for line in report.refused] == ["label_missing"]
    np.testing.assert_array_equal(accepted(house, 1), cel_map(4))


def test_pascal_voc(house: House, tmp_path: Path) -> None:
    """Index 1 is theirs for background, 2 for cel; 255 is void in every VOC."""
    folder = tmp_path / "SegmentationClass" / "show"
    folder.mkdir(parents=True)
    indices = np.where(cel_map(6) == 1, 2, 1).astype(np.uint8)
    indices[0, 0] = 255
    image = Image.fromarray(indices, "P")
    image.putpalette(list(range(256)) * 3)
    image.save(folder / "000000.png")
    (tmp_path / "labelmap.txt").write_text(
        "# label:color_rgb:parts:actions\nvoid:0,0,0::\nbackground:1,1,1::\ncel:2,2,2::\n"
    )
    run(house, tmp_path)
    expected = cel_map(6)
    expected[0, 0] = 255
    np.testing.assert_array_equal(accepted(house, 0), expected)


def test_a_value_that_is_no_class_is_refused(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "SegmentationClass" / "show"
    folder.mkdir(parents=True)
    Image.fromarray(np.full((HEIGHT, WIDTH), 9, np.uint8)).save(folder / "000000.png")
    report = run(house, tmp_path)
    assert [(line.name, line.code) for line in report.refused] == [("show/000000.png", "label_value")]


def snapshot_of(house: House, root: Path, columns: int) -> Path:
    """A snapshot of another server, whose keys are others, of the third frame."""
    root.mkdir()
    frame = house.frames[2]
    write_label(root / "label.png", cel_map(columns), CEL)
    source = SnapshotSource(
        key="elsewhere/x",
        image=blobs.blob_path(frame.blob),
        suffix=".png",
        labels={"cel": LabelSource(root / "label.png", "oracle")},
    )
    return write_snapshot(root / "snapshots", [source]).folder


def test_a_snapshot_finds_its_frames_by_their_bytes(house: House, tmp_path: Path) -> None:
    report = run(house, snapshot_of(house, tmp_path / "there", 7))
    assert (report.imported, report.refused) == (1, [])
    np.testing.assert_array_equal(accepted(house, 2), cel_map(7))
    revision = Revision.objects.get()
    assert (revision.origin, revision.comment) == ("import", "labels/cel/elsewhere/x.png (oracle there)")


def test_a_look_lists_matches_conflicts_and_refusals_and_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    run(house, snapshot_of(house, tmp_path / "before", 7))
    masks = tmp_path / "masks" / "show"
    masks.mkdir(parents=True)
    for number, columns in ((0, 3), (4, 8)):
        Image.fromarray(cel_map(columns) * np.uint8(255)).save(masks / f"{number:06d}.png")
    (masks / "000099.png").write_bytes((masks / "000000.png").read_bytes())
    report = run(house, tmp_path / "masks", look=True)
    assert [line.text for line in report.matches] == ["means show/000000.", "means show/000004."]
    [conflict] = report.conflicts
    assert (conflict.name, conflict.text) == (
        "show/000004.png",
        f"show/000004 has another label, which differs in {1 / WIDTH:.2%} of its pixels.",
    )
    assert [line.code for line in report.refused] == ["label_unknown"]
    assert report.sentence() == "2 labels would be imported, 1 of them in place of another, 1 refused."
    assert Revision.objects.count() == 1
    np.testing.assert_array_equal(accepted(house, 2), cel_map(7))


@pytest.mark.parametrize("name", ["snapshot", "coco", "voc", "labelstudio"])
def test_what_was_exported_comes_back(house: House, tmp_path: Path, name: str) -> None:
    """By the hashes of the frames: the pool has them under other keys."""
    source = Snapshot.open(snapshot_of(house, tmp_path / "there", 7))
    entry = FORMATS.get(name)
    content = content_of(source, "cel", Terms(unknown_licences=True))
    write_content(content, entry, entry.parse({}), tmp_path / "out", lambda done, total: None)
    report = run(house, tmp_path / "out")
    assert (report.imported, report.refused) == (1, [])
    np.testing.assert_array_equal(accepted(house, 2), cel_map(7))
    assert Revision.objects.get().comment.endswith("(oracle there)")
