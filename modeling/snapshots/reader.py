"""Opening a snapshot folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from modeling.errors import UserError
from modeling.labelio import LabelMap, read_label
from modeling.labels import Entry, LabelKind, get_kind
from modeling.snapshots.rows import Counts, FrameRow, Header, Split


class Snapshot:
    """A snapshot folder, opened for reading. Use `Snapshot.open`."""

    def __init__(self, folder: Path, header: Header, rows: list[FrameRow]) -> None:
        self.folder = folder
        self.header = header
        self._rows = rows

    @classmethod
    def open(cls, folder: str | Path) -> Snapshot:
        """Read header and rows and check that they belong together; `verify` checks the files too.

        Raises:
            UserError: ``snapshot_missing`` or ``snapshot_damaged``.
        """
        folder = Path(folder)
        try:
            header_text = (folder / "snapshot.json").read_bytes()
            rows_text = (folder / "frames.jsonl").read_bytes()
        except OSError:
            raise UserError(f"{folder} is not a snapshot folder.", code="snapshot_missing") from None
        try:
            header = Header.model_validate_json(header_text)
            rows = [FrameRow.model_validate_json(line) for line in rows_text.splitlines()]
        except ValidationError as error:
            raise _damaged(folder, f"{error.error_count()} fields cannot be read") from None
        if hashlib.sha256(rows_text).hexdigest() != header.frames_sha256:
            raise _damaged(folder, "frames.jsonl is not the one its header names")
        return cls(folder, header, rows)

    @classmethod
    def open_one(cls, folder: str | Path, key: str) -> Snapshot:
        """Open with the row of one key only, or none: reads no other row, and checks nothing.

        Raises:
            UserError: As `open`.
        """
        start = f'{{"key":{json.dumps(key, ensure_ascii=False)},'.encode()
        try:
            header = Header.model_validate_json(Path(folder, "snapshot.json").read_bytes())
            with Path(folder, "frames.jsonl").open("rb") as lines:
                rows = [FrameRow.model_validate_json(line) for line in lines if line.startswith(start)]
        except OSError:
            raise UserError(f"{folder} is not a snapshot folder.", code="snapshot_missing") from None
        except ValidationError as error:
            raise _damaged(Path(folder), f"{error.error_count()} fields cannot be read") from None
        return cls(Path(folder), header, rows)

    @property
    def id(self) -> str:
        """SHA-256 (hex) of the content."""
        return self.header.id

    @property
    def kinds(self) -> tuple[str, ...]:
        """Label kinds in it, sorted."""
        return self.header.kinds

    @property
    def counts(self) -> Counts:
        """Frames, cuts and labels by split."""
        return self.header.counts

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for whoever reads a result, for example that the split is optimistic."""
        return self.header.notes

    def frames(self, split: Split | None = None, kind: str | None = None) -> list[FrameRow]:
        """Rows in the order of their keys, of one split and with a label of one kind where asked."""
        return [r for r in self._rows if split in (None, r.split) and (kind is None or kind in r.labels)]

    def label_kind(self, row: FrameRow, kind: str) -> LabelKind:
        """The kind as the row's production draws it: with the palette entries it added."""
        added = self.header.entries.get(kind, {}).get(row.production, ())
        return get_kind(kind).extended(Entry(**entry.model_dump()) for entry in added)

    def stored(self, row: FrameRow, kind: str) -> LabelMap:
        """(H, W) uint8 palette entries of a row's label, 255 ignored, or uint16 numbers, 0 unknown."""
        return read_label(self.path(row.labels[kind].file), self.label_kind(row, kind))

    def classes(self, row: FrameRow, kind: str) -> NDArray[np.uint8]:
        """(H, W) uint8 classes of a row's label, 255 ignored."""
        return self.label_kind(row, kind).to_classes(self.stored(row, kind))  # type: ignore[arg-type]

    def truth(self, row: FrameRow, kind: str) -> NDArray[Any]:
        """(H, W) what a model learns of a row's label and is judged by, see `LabelKind.truth_of`."""
        return self.label_kind(row, kind).truth_of(self.stored(row, kind))

    def path(self, file: str) -> Path:
        """Absolute path of a row's ``file``."""
        return self.folder / file

    def verify(self) -> None:
        """Compare each file with its hash.

        Raises:
            UserError: ``snapshot_damaged``, naming the first file that differs.
        """
        for row in self._rows:
            for file, sha256 in [(row.file, row.sha256)] + [(x.file, x.sha256) for x in row.labels.values()]:
                if not self.path(file).is_file() or file_sha256(self.path(file)) != sha256:
                    raise _damaged(self.folder, f"{file} is not the file it was")


def _damaged(folder: Path, what: str) -> UserError:
    return UserError(f"{folder} is damaged: {what}.", code="snapshot_damaged", remedy="Make it again.")


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
