"""Label Studio's tasks; its own decoder reads the masks in `tests/strangers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from datasets.formats.brush_rle import decode
from modeling.errors import UserError
from modeling.labels import IGNORE, get_kind
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import FREE, export


def tasks_of(out: Path) -> dict[str, dict[str, Any]]:
    found = [
        task for path in sorted(out.glob("tasks/*.json")) for task in json.loads(path.read_text("utf-8"))
    ]
    return {task["data"]["key"]: task for task in found}


def painted(result: list[dict[str, Any]], names: list[str]) -> np.ndarray:
    """Stored classes of a task's masks; no two overlap."""
    size = result[0]["original_height"], result[0]["original_width"]
    found = np.zeros(size, np.uint8)
    for one in result:
        mask = decode(one["value"]["rle"], *size) > 127
        assert not found[mask].any()
        [name] = one["value"]["brushlabels"]
        found[mask] = IGNORE if name == "ignore" else names.index(name)
    return found


@pytest.mark.parametrize("kind", ["cel", "douga"])
def test_masks_give_the_classes(kind: str, snapshot: Snapshot, out: Path) -> None:
    report = export(snapshot, "labelstudio", out, kind=kind)
    assert report["frames_by_split"] == {"train": 4, "test": 1}
    names = [cls.name for cls in get_kind(kind).classes]
    tasks = tasks_of(out)
    for row in snapshot.frames(kind=kind):
        result = tasks[row.key]["annotations"][0]["result"]
        np.testing.assert_array_equal(painted(result, names), snapshot.classes(row, kind))
    assert sum(report["masks"].values()) == sum(len(t["annotations"][0]["result"]) for t in tasks.values())


def test_tasks_name_their_picture_and_what_is_known(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "labelstudio", out, image_root="https://frames.example/a/")
    tasks = tasks_of(out)
    for task in tasks.values():
        assert task["data"]["image"].isascii()
        assert (out / unquote(task["data"]["image"]).removeprefix("https://frames.example/a/")).is_file()
    data = tasks["clip/000003"]["data"]
    assert [data[name] for name in ("licence", "rights", "origin", "split")] == [
        FREE,
        "A. Nobody",
        "oracle",
        "train",
    ]
    assert tasks["clip/000003"]["annotations"][0]["lead_time"] == 120


def test_the_interface_names_every_class_in_its_colour(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "labelstudio", out, kind="douga")
    root = ElementTree.parse(out / "label_config.xml").getroot()
    labels = {one.get("value"): one.get("background") for one in root.iter("Label")}
    expected = {cls.name: f"#{cls.colors[0]}" for cls in get_kind("douga").classes[1:]}
    assert labels == expected | {"ignore": "#FF00FF"}
    result = tasks_of(out)["clip/000000"]["annotations"][0]["result"][0]
    assert root.find(f"BrushLabels[@name='{result['from_name']}'][@toName='{result['to_name']}']") is not None


def test_predictions_say_where_they_are_from(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "labelstudio", out, labels_as="predictions")
    task = tasks_of(out)["図/f3"]
    assert "annotations" not in task
    assert task["predictions"][0]["model_version"] == "draft unchanged"


def test_files_hold_as_many_tasks_as_one_asks(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "labelstudio", out, tasks_per_file=3)
    counts = {path.name: len(json.loads(path.read_text("utf-8"))) for path in (out / "tasks").iterdir()}
    assert counts == {"train-00000.json": 3, "train-00001.json": 1, "test-00000.json": 1}


def test_a_kind_without_classes_is_refused(depth: Snapshot, out: Path) -> None:
    with pytest.raises(UserError, match="Label Studio's brush draws classes") as refused:
        export(depth, "labelstudio", out, kind="depth")
    assert refused.value.code == "format_of_classes"
