"""Pascal VOC: class indices in ``SegmentationClass``, named by ``labelmap.txt`` (CVAT writes one) where it is there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.importing.datasets.naming import VOID, class_indices
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from datasets.formats.names import key_of
from datasets.incoming.walk import clean_key
from modeling.errors import UserError
from modeling.labelio import LabelMap
from modeling.labels import IGNORE, LabelKind, get_kind
from modeling.matching import list_images

FOLDER, NAMES, ROWS = "SegmentationClass", "labelmap.txt", "frames.csv"


def find(source: Path, kind: str, classes: Mapping[str, str], report: ImportReport) -> list[LabelFile] | None:
    """Labels of a VOC folder, or of the one in a ``VOCdevkit``. Without a label map indices are our classes in order.

    Names are read as keys that `datasets.formats.names.flat_name` wrote in one name; any other is what it is.
    """
    within = next(
        (path for path in (source, *sorted(source.glob("VOCdevkit/*"))) if (path / FOLDER).is_dir()), None
    )
    if within is None:
        return None
    folder, table = within / FOLDER, _table(within / NAMES, kind, classes)
    hashes = _hashes(source / ROWS)
    files = []
    for name in list_images(folder, suffixes={".png"}):
        key = clean_key(key_of(name.removesuffix(".png")))
        files.append(
            LabelFile(
                name, folder / name, key, *hashes.get(key, ("", "")), make=_reader(folder / name, table)
            )
        )
    return files


def _hashes(path: Path) -> dict[str, tuple[str, str]]:
    """Hash of the frame and origin of the label by key, of our own exports, which say them."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: (row.get("sha256", ""), row.get("origin", ""))
            for row in csv.DictReader(file)
            if "key" in row
        }


def _table(path: Path, kind: str, classes: Mapping[str, str]) -> NDArray[np.int16]:
    """(256,) our class of each of their indices, `IGNORE` for void, -1 for what is no class."""
    table = np.full(256, -1, np.int16)
    table[IGNORE] = IGNORE
    if path.is_file():
        lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        names = [line.split(":", 1)[0].strip() for line in lines]
        indices = class_indices([name for name in names if name.lower() not in VOID], kind, classes, NAMES)
        for number, name in enumerate(names):
            table[number] = indices.get(name, IGNORE)
    else:
        count = len(get_kind(kind).classes)
        table[:count] = np.arange(count)
    return table


def _reader(path: Path, table: NDArray[np.int16]) -> Callable[[LabelKind], LabelMap]:
    def make(kind: LabelKind) -> LabelMap:
        return _read(path, table)

    return make


def _read(path: Path, table: NDArray[np.int16]) -> LabelMap:
    """(H, W) uint8 classes of an indexed PNG.

    Raises:
        UserError: ``label_unreadable`` or ``label_value``.
    """
    try:
        with Image.open(path) as image:
            if image.mode not in ("P", "L"):
                raise UserError(
                    f"{path.name} has no palette.", code="label_unreadable", remedy="Save it indexed."
                )
            indices = np.asarray(image)
    except OSError:
        raise UserError(
            f"{path.name} is no image.", code="label_unreadable", remedy="Export it again."
        ) from None
    found = table[indices]
    if (found < 0).any():
        strange = int(indices[found < 0].max())
        raise UserError(f"{path.name} has the value {strange}, which is no class.", code="label_value")
    return found.astype(np.uint8)
