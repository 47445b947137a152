"""Label Studio's JSON: brush masks of the last annotation of each task that was not cancelled.

A soft brush stores coverage; more than 127 of 255 is inside. What two brushes cover has the class of the later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from annotation.importing.datasets.naming import class_indices, damaged, json_files, key_of_url, read_json
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from datasets.formats import brush_rle
from modeling.errors import UserError
from modeling.labelio import LabelMap
from modeling.labels import IGNORE, LabelKind

HALF = 127
BRUSH = "brushlabels"
_IGNORED = "ignore"


def find(source: Path, kind: str, classes: Mapping[str, str], report: ImportReport) -> list[LabelFile] | None:
    """Labels of the exports in a folder or its ``tasks``; tasks that nobody annotated are refused by name."""
    documents = [(path, read_json(path)) for path in json_files(source, "tasks")]
    ours = [(path, value) for path, value in documents if _is_export(value)]
    if not ours:
        return None
    return [file for path, tasks in ours for file in _files(path, tasks, kind, classes, report)]


def _is_export(value: Any) -> bool:
    def is_task(task: Any) -> bool:
        return isinstance(task, dict) and "data" in task and ("annotations" in task or "predictions" in task)

    return isinstance(value, list) and bool(value) and all(is_task(task) for task in value)


def _files(
    path: Path, tasks: list[dict[str, Any]], kind: str, classes: Mapping[str, str], report: ImportReport
) -> Iterator[LabelFile]:
    try:
        drawn = [(task, list(_regions(task))) for task in tasks]
        names = sorted({name for _, regions in drawn for name, _ in regions if name != _IGNORED})
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise damaged(path, f"{error!r} is not what Label Studio has there") from None
    indices = class_indices(names, kind, classes, path.name) | {_IGNORED: IGNORE}
    for task, regions in drawn:
        image = _image(task)
        if regions:
            yield _file(path, task, image, regions, indices)
        else:
            message = f"Task {task.get('id', '?')} ({image}) has no brush masks."
            report.refuse(image, UserError(message, code="label_missing"))


def _regions(task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of the class and value of each brush region."""
    kept = [one for one in task.get("annotations") or [] if not one.get("was_cancelled")]
    kept = kept or list(task.get("predictions") or [])
    for region in kept[-1]["result"] if kept else []:
        value = region.get("value", {})
        if value.get("format") == "rle" and value.get(BRUSH):
            size = {"height": region["original_height"], "width": region["original_width"]}
            yield str(value[BRUSH][0]), {"rle": value["rle"], **size}


def _image(task: dict[str, Any]) -> str:
    """The first value of the task's data that names a file."""
    data = task["data"]
    found = data.get("image") or next((str(value) for value in data.values() if "." in str(value)), "")
    return str(found).rpartition("?d=")[2]


def _file(
    path: Path,
    task: dict[str, Any],
    image: str,
    regions: list[tuple[str, dict[str, Any]]],
    indices: Mapping[str, int],
) -> LabelFile:
    data = task["data"]

    def make(kind: LabelKind) -> LabelMap:
        return painted(regions, indices)

    key = str(data.get("key") or key_of_url(image))
    return LabelFile(image, path, key, str(data.get("sha256", "")), str(data.get("origin", "")), make)


def painted(regions: list[tuple[str, dict[str, Any]]], indices: Mapping[str, int]) -> LabelMap:
    """(H, W) uint8 classes of a task's regions, painted in their order.

    Raises:
        UserError: ``brush_rle``.
    """
    first = regions[0][1]
    found = np.zeros((first["height"], first["width"]), np.uint8)
    for name, value in regions:
        found[brush_rle.decode(value["rle"], *found.shape) > HALF] = indices[name]
    return found
