"""COCO instances: an annotation a frame and class, its mask as compressed RLE, a JSON file a split.

Class 0 is what no annotation covers. Pixels to ignore (255) are in no mask; where there are any, each category gets
one region with ``iscrowd: 1`` over them, which COCO's own evaluation leaves out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as rle

from datasets.formats.base import NoParams, Note, Piece, require_classes
from datasets.formats.content import Content
from datasets.formats.output import Output
from modeling.labels import IGNORE
from modeling.snapshots import FrameRow

SPLITS = ("train", "test")
LOADER = """\
from pycocotools.coco import COCO

coco = COCO("annotations/instances_train.json")
image = coco.loadImgs(coco.getImgIds()[:1])[0]
found = coco.loadAnns(coco.getAnnIds(image["id"], iscrowd=0))
masks = {coco.cats[one["category_id"]]["name"]: coco.annToMask(one) for one in found}  # (height, width), 1 inside
print(image["file_name"], {name: int(mask.sum()) for name, mask in masks.items()})
"""

Notes = Callable[[], Iterable[Note]]


class Coco:
    """The layout; it has no parameters."""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled frame; unlabelled ones are left out.

        Raises:
            UserError: ``format_of_classes`` of a kind without classes.
        """
        require_classes(content.kind, "COCO holds instances of classes")
        for row in content.labelled:
            yield Piece(lambda output, row=row: _frame(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``annotations/instances_<split>.json``."""
        report: dict[str, Any] = {"frames_by_split": {}, "annotations": {}, "ignored_pixels": 0}
        for split in SPLITS:
            counts = _write_split(content, split, output, notes)
            report["frames_by_split"][split] = counts["images"]
            report["annotations"][split] = counts["annotations"]
            report["ignored_pixels"] += counts["ignored"]
        report["frames"] = sum(report["frames_by_split"].values())
        report["left_out_unlabelled"] = len(content.rows) - len(content.labelled)
        return report


def coco(params: NoParams) -> Coco:
    """Build the layout."""
    return Coco()


def _frame(content: Content, row: FrameRow, output: Output) -> Note:
    if not content.terms.labels_only:
        output.place(content.snapshot.path(row.file), row.file, row.sha256)
    kind = content.kind
    classes = content.snapshot.classes(row, kind.name)
    ignored = classes == IGNORE
    annotations = []
    for number in range(1, len(kind.classes)):
        annotations += _annotations(number, classes == number, crowd=0)
        annotations += _annotations(number, ignored, crowd=1)
    image = {
        "file_name": row.file,
        "width": row.width,
        "height": row.height,
        "licence": row.licence,
        "rights": row.rights,
        "sha256": row.sha256,
        "key": row.key,
        "production": row.production,
        "cut": row.cut,
        "split": row.split,
        "label_origin": row.labels[kind.name].origin,
        "ignored_pixels": int(ignored.sum()),
    }
    return {"split": row.split, "image": image, "annotations": annotations}


def _annotations(category: int, mask: NDArray[np.bool_], *, crowd: int) -> list[dict[str, Any]]:
    if not mask.any():
        return []
    encoded = rle.encode(np.asfortranarray(mask, np.uint8))
    return [
        {
            "category_id": category,
            "iscrowd": crowd,
            "area": int(rle.area(encoded)),
            "bbox": [float(value) for value in rle.toBbox(encoded)],
            "segmentation": {"size": list(encoded["size"]), "counts": encoded["counts"].decode("ascii")},
        }
    ]


def _write_split(content: Content, split: str, output: Output, notes: Notes) -> Counter[str]:
    """Pass over the notes twice, so that a file of many gigabytes needs no memory."""
    licences = {name: number for number, name in enumerate(sorted(set(content.licences) - {""}), 1)}
    counts: Counter[str] = Counter()
    with output.stream(f"annotations/instances_{split}.json") as stream:
        stream.write(_json(_head(content, split, licences))[:-1] + b', "images": [')
        for number, note in _of(split, notes):
            image = {"id": number, **note["image"]}
            image["license"] = licences.get(image.pop("licence"), 0)
            stream.write((b"," if counts["images"] else b"") + _json(image))
            counts["images"] += 1
            counts["ignored"] += image["ignored_pixels"]
        stream.write(b'], "annotations": [')
        for number, note in _of(split, notes):
            for annotation in note["annotations"]:
                own = {"id": counts["annotations"] + 1, "image_id": number, **annotation}
                stream.write((b"," if counts["annotations"] else b"") + _json(own))
                counts["annotations"] += 1
        stream.write(b"]}")
    return counts


def _of(split: str, notes: Notes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Notes of a split, numbered from 1."""
    return enumerate((note for note in notes() if note and note["split"] == split), 1)


def _head(content: Content, split: str, licences: dict[str, int]) -> dict[str, Any]:
    kind = content.kind
    return {
        "info": {
            "description": f"{kind.text}; split {split} of snapshot {content.snapshot.id}",
            "snapshot": content.snapshot.id,
            "class_0": f"{kind.classes[0].name}: what no annotation covers",
            "ignore": f"label value {IGNORE}: in no mask; regions with iscrowd 1 cover it",
            "notes": list(content.snapshot.notes),
        },
        "licenses": [{"id": number, "name": name, "url": ""} for name, number in licences.items()],
        "categories": [
            {"id": number, "name": cls.name, "supercategory": cls.group}
            for number, cls in enumerate(kind.classes)
            if number
        ],
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
