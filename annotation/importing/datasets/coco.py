"""COCO instances: RLE or polygons of categories, painted in their order.

What two annotations cover has the class of the later one. Crowd regions become ignore: COCO's own evaluation leaves
them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle

from annotation.importing.datasets.naming import class_indices, damaged, json_files, key_of_url, read_json
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from modeling.errors import UserError
from modeling.labelio import LabelMap
from modeling.labels import IGNORE, LabelKind

_KEYS = frozenset({"images", "annotations", "categories"})
_ANNOTATED = ("image_id", "category_id", "segmentation")


def find(source: Path, kind: str, classes: Mapping[str, str], report: ImportReport) -> list[LabelFile] | None:
    """Labels of the COCO files in a folder or its ``annotations``; an image without annotations is all class 0."""
    documents = [(path, read_json(path)) for path in json_files(source, "annotations")]
    ours = [(path, value) for path, value in documents if isinstance(value, dict) and value.keys() >= _KEYS]
    if not ours:
        return None
    return [file for path, value in ours for file in _files(path, value, kind, classes)]


def _files(path: Path, document: dict[str, Any], kind: str, classes: Mapping[str, str]) -> list[LabelFile]:
    try:
        names = {row["id"]: str(row["name"]) for row in document["categories"]}
        by_image: dict[Any, list[dict[str, Any]]] = {row["id"]: [] for row in document["images"]}
        for row in document["annotations"]:
            by_image[row["image_id"]].append(
                {name: row[name] for name in _ANNOTATED} | {"crowd": row.get("iscrowd", 0)}
            )
        used = {row["category_id"] for rows in by_image.values() for row in rows}
        numbers = class_indices([names[number] for number in sorted(used)], kind, classes, path.name)
        indices = {number: numbers[names[number]] for number in used}
        return [_file(path, row, by_image[row["id"]], indices) for row in document["images"]]
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise damaged(path, f"{error!r} is missing or not what COCO has there") from None


def _file(
    path: Path, image: dict[str, Any], annotations: list[dict[str, Any]], indices: dict[int, int]
) -> LabelFile:
    size = int(image["height"]), int(image["width"])
    name = str(image["file_name"])

    def make(kind: LabelKind) -> LabelMap:
        return painted(annotations, indices, size, name)

    key = str(image.get("key") or key_of_url(name))
    return LabelFile(name, path, key, str(image.get("sha256", "")), str(image.get("label_origin", "")), make)


def painted(
    annotations: list[dict[str, Any]], indices: Mapping[int, int], size: tuple[int, int], name: str
) -> LabelMap:
    """(H, W) uint8 classes of an image's annotations.

    Raises:
        UserError: ``label_unreadable``.
    """
    found = np.zeros(size, np.uint8)
    for row in sorted(annotations, key=lambda row: bool(row["crowd"])):
        mask = _mask(row["segmentation"], size, name)
        found[mask] = IGNORE if row["crowd"] else indices[row["category_id"]]
    return found


def _mask(segmentation: Any, size: tuple[int, int], name: str) -> NDArray[np.bool_]:
    """(H, W) bool of compressed or plain RLE, or of polygons."""
    try:
        encoded = rle.frPyObjects(segmentation, *size) if _is_plain(segmentation) else segmentation
        merged = rle.merge(encoded) if isinstance(encoded, list) else encoded
        mask = rle.decode(merged)
    except (TypeError, ValueError, KeyError, IndexError):
        raise _unreadable(name, "its segmentation is neither RLE nor polygons") from None
    if mask.shape != size:
        raise _unreadable(name, f"a mask is {mask.shape[1]}x{mask.shape[0]}, the image {size[1]}x{size[0]}")
    return np.asarray(mask, bool)


def _is_plain(segmentation: Any) -> bool:
    return isinstance(segmentation, list) or isinstance(segmentation["counts"], list)


def _unreadable(name: str, what: str) -> UserError:
    return UserError(f"{name}: {what}.", code="label_unreadable", remedy="Export it again.")
