"""The snapshot folder itself, with every kind in it; it opens with `modeling.snapshots.Snapshot.open`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from datasets.formats.base import NoParams, Note, Piece
from datasets.formats.content import Content
from datasets.formats.output import Output
from modeling.snapshots import FrameRow, Header, count_rows

LOADER = """\
import json
import numpy as np
from PIL import Image

rows = [json.loads(line) for line in open("frames.jsonl", encoding="utf-8")]
row = next(row for row in rows if "{kind}" in row["labels"])
frame = np.asarray(Image.open(row["file"]).convert("RGB"))  # (height, width, 3)
label = np.asarray(Image.open(row["labels"]["{kind}"]["file"]))  # (height, width) stored values; 255 is ignore
print(row["key"], frame.shape, np.unique(label))
"""


class Folder:
    """The layout; it has no parameters."""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a drawing; pictures of a hold share its files."""
        for row in content.drawings:
            yield Piece(lambda output, row=row: _drawing(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Callable[[], Iterable[Note]]) -> dict[str, Any]:
        """Write ``frames.jsonl`` and ``snapshot.json``: as they are, or those of what is handed out."""
        lines = "".join(f"{row.model_dump_json()}\n" for row in content.rows).encode()
        output.write("frames.jsonl", lines)
        header = _header(content, hashlib.sha256(lines).hexdigest())
        output.write("snapshot.json", json.dumps(header.content(), indent=2, ensure_ascii=False) + "\n")
        return {"frames": len(content.rows), "kinds": list(header.kinds), "snapshot": header.id}


def folder(params: NoParams) -> Folder:
    """Build the layout."""
    return Folder()


def _drawing(content: Content, row: FrameRow, output: Output) -> Note:
    snapshot = content.snapshot
    if not content.terms.labels_only:
        output.place(snapshot.path(row.file), row.file, row.sha256)
    for label in row.labels.values():
        output.place(snapshot.path(label.file), label.file, label.sha256)
    return None


def _header(content: Content, frames_sha256: str) -> Header:
    """The snapshot's own header, or, of a part of it, a child's that says what it is a part of."""
    header = content.snapshot.header.model_copy(update={"created": None})
    if content.is_whole:
        return header.model_copy(update={"frames_sha256": frames_sha256})
    counts = count_rows(list(content.rows))
    notes = (*header.notes, *_notes(content))
    update = {"counts": counts, "parent": content.snapshot.id, "frames_sha256": frames_sha256, "notes": notes}
    return header.model_copy(update=update)


def _notes(content: Content) -> Iterator[str]:
    if content.left_out:
        yield f"Part of snapshot {content.snapshot.id}: frames under chosen licences."
    if content.terms.expand_holds:
        yield "A row for each picture of a video: pictures of one drawing share its files."
