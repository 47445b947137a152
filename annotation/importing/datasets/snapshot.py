"""A snapshot of this or another server: its labels, each meant for the frame with the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from modeling.errors import UserError
from modeling.snapshots import FrameRow, Snapshot


def find(source: Path, kind: str, classes: Mapping[str, str], report: ImportReport) -> list[LabelFile] | None:
    """Labels of a snapshot folder.

    Raises:
        UserError: ``snapshot_damaged``.
    """
    if not (source / "snapshot.json").is_file() or not (source / "frames.jsonl").is_file():
        return None
    snapshot = Snapshot.open(source)
    rows = [row for row in snapshot.frames(kind=kind) if _is_there(snapshot, row, kind, report)]
    return [_file(snapshot, row, kind) for row in rows]


def _is_there(snapshot: Snapshot, row: FrameRow, kind: str, report: ImportReport) -> bool:
    file = row.labels[kind].file
    if snapshot.path(file).is_file():
        return True
    report.refuse(file, UserError(f"{file} of the snapshot is not there.", code="label_missing"))
    return False


def _file(snapshot: Snapshot, row: FrameRow, kind: str) -> LabelFile:
    label = row.labels[kind]
    return LabelFile(label.file, snapshot.path(label.file), row.key, row.sha256, label.origin)
