"""Datasets of other tools and servers, as label files: each module finds its own and lists what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from annotation.importing.datasets import coco, label_studio, snapshot, voc
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport

Classes: TypeAlias = Mapping[str, str]
"""Names of our classes by theirs, where they differ."""
Finder: TypeAlias = Callable[[Path, str, Classes, ImportReport], "list[LabelFile] | None"]
"""(file or folder, kind, classes, report) to its labels; None where it is no such dataset."""

FINDERS: tuple[Finder, ...] = (snapshot.find, coco.find, label_studio.find, voc.find)


def dataset_files(source: Path, kind: str, classes: Classes, report: ImportReport) -> list[LabelFile] | None:
    """Labels of a kind in a dataset; None where ``source`` is a plain folder of label files.

    Args:
        source: A folder, or a JSON file alone.
        kind: Which labels.
        classes: Names of our classes by theirs.
        report: Gets a line for each that cannot be taken.

    Raises:
        UserError: ``dataset_damaged``, ``dataset_classes`` where a name is none of ours, or what opening it raises.
    """
    for find in FINDERS:
        found = find(source, kind, classes, report)
        if found is not None:
            return found
    return None
