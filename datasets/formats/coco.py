"""COCO instances: an annotation a frame and class, its mask as compressed RLE, a JSON file a split.

Class 0 is what no annotation covers. Pixels to ignore (255) are in no mask; where there are any, each category gets
one region with ``iscrowd: 1`` over them, which COCO's own evaluation leaves out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle

from datasets.formats.base import Ticker, place
from modeling.errors import UserError
from modeling.labels import IGNORE, LabelKind
from modeling.snapshots import FrameRow, Snapshot

_SPLITS = ("train", "test")


def write_coco(snapshot: Snapshot, kind: LabelKind, out: Path, tick: Ticker, link: bool) -> dict[str, Any]:
    """Write ``annotations/instances_<split>.json`` and the labelled frames beside; unlabelled ones are left out.

    Raises:
        UserError: ``format_of_classes`` of a kind without classes.
    """
    if not kind.classes:
        raise UserError(
            f"COCO holds instances of classes, and {kind.name} has none.",
            code="format_of_classes",
            remedy="Export the folder: it holds the labels as they are stored.",
        )
    rows = snapshot.frames(kind=kind.name)
    counts: dict[str, Any] = {"frames": {}, "annotations": {}, "ignored_pixels": 0}
    done = 0
    for split in _SPLITS:
        document = _document(snapshot, kind, split)
        for row in (row for row in rows if row.split == split):
            _add(document, snapshot, kind, row)
            place(snapshot.path(row.file), out / row.file, link)
            done += 1
            tick(done, len(rows))
        _write(out / "annotations" / f"instances_{split}.json", document)
        counts["frames"][split] = len(document["images"])
        counts["annotations"][split] = len(document["annotations"])
        counts["ignored_pixels"] += sum(image["ignored_pixels"] for image in document["images"])
    counts["left_out_unlabelled"] = len(snapshot.frames()) - len(rows)
    return counts


def _document(snapshot: Snapshot, kind: LabelKind, split: str) -> dict[str, Any]:
    licences = sorted({row.licence for row in snapshot.frames(kind=kind.name) if row.licence})
    return {
        "info": {
            "description": f"{kind.text}; split {split} of snapshot {snapshot.id}",
            "snapshot": snapshot.id,
            "date_created": datetime.now(UTC).isoformat(timespec="seconds"),
            "class_0": f"{kind.classes[0].name}: what no annotation covers",
            "ignore": f"label value {IGNORE}: in no mask; regions with iscrowd 1 cover it",
            "notes": list(snapshot.notes),
        },
        "licenses": [{"id": number, "name": name, "url": ""} for number, name in enumerate(licences, 1)],
        "categories": [
            {"id": number, "name": cls.name, "supercategory": cls.group}
            for number, cls in enumerate(kind.classes)
            if number
        ],
        "images": [],
        "annotations": [],
    }


def _add(document: dict[str, Any], snapshot: Snapshot, kind: LabelKind, row: FrameRow) -> None:
    label = row.labels[kind.name]
    classes = snapshot.classes(row, kind.name)
    ignored = classes == IGNORE
    image_id = len(document["images"]) + 1
    document["images"].append(
        {
            "id": image_id,
            "file_name": row.file,
            "width": row.width,
            "height": row.height,
            "license": next((x["id"] for x in document["licenses"] if x["name"] == row.licence), 0),
            "key": row.key,
            "production": row.production,
            "cut": row.cut,
            "split": row.split,
            "label_origin": label.origin,
            "ignored_pixels": int(ignored.sum()),
        }
    )
    for number in range(1, len(kind.classes)):
        _annotate(document, image_id, number, classes == number, crowd=0)
        _annotate(document, image_id, number, ignored, crowd=1)


def _annotate(
    document: dict[str, Any], image_id: int, category: int, mask: NDArray[np.bool_], *, crowd: int
) -> None:
    if not mask.any():
        return
    encoded = rle.encode(np.asfortranarray(mask, np.uint8))
    document["annotations"].append(
        {
            "id": len(document["annotations"]) + 1,
            "image_id": image_id,
            "category_id": category,
            "iscrowd": crowd,
            "area": int(rle.area(encoded)),
            "bbox": [float(value) for value in rle.toBbox(encoded)],
            "segmentation": {"size": list(encoded["size"]), "counts": encoded["counts"].decode("ascii")},
        }
    )


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
