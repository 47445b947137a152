"""Lists of frames to work on: JSON lines with a frame's file and the labels that people drew of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labelio import read_label
from modeling.labels import Entry, get_kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of files: whose, where, and the label files that people drew of it by kind.

    ``entries`` are the palette entries that its production added, by kind, as `modeling.labels.Entry` takes them.
    """

    id: str | int
    file: Path
    labels: Mapping[str, Path] = field(default_factory=dict, hash=False)
    entries: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict, hash=False)

    def drawn(self) -> dict[str, NDArray[Any]]:
        """(H, W) what its labels tell, by kind: `modeling.labels.LabelKind.truth_of`.

        Raises:
            UserError: ``label_...``, of a file that cannot be read.
        """
        kinds = {
            kind: get_kind(kind).extended(Entry(**entry) for entry in self.entries.get(kind, ()))
            for kind in self.labels
        }
        return {
            kind: kinds[kind].truth_of(read_label(path, kinds[kind])) for kind, path in self.labels.items()
        }


class ListFile(Collection[Listed]):
    """A list of any length on disk, read line by line each time it is gone through.

    Lines are ``{"id": ..., "file": ..., "labels": {KIND: PATH}, "entries": {KIND: [...]}}``, see `Listed`; ``labels``
    and ``entries`` may be left out, further fields are ignored.

    Args:
        path: JSON lines; all of them are checked at once, so that a long work does not end at a bad one.

    Raises:
        UserError: ``bad_list``, naming the line.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._length = sum(1 for _ in self)

    def __len__(self) -> int:
        return self._length

    def __contains__(self, listed: object) -> bool:
        return any(listed == other for other in self)

    def __iter__(self) -> Iterator[Listed]:
        with self.path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield self._parsed(line, number)

    def _parsed(self, line: str, number: int) -> Listed:
        try:
            row = json.loads(line)
            labels = {kind: Path(file) for kind, file in row.get("labels", {}).items()}
            return Listed(row["id"], Path(row["file"]), labels, row.get("entries", {}))
        except (ValueError, KeyError, TypeError, AttributeError):
            message = f'{self.path}, line {number}: not a JSON object with "id" and "file".'
            raise UserError(message, code="bad_list") from None


def read_list(path: str | Path) -> list[Listed]:
    """All of a `ListFile`.

    Raises:
        UserError: ``bad_list``, naming the line.
    """
    return list(ListFile(path))
