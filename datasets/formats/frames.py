"""What formats of plain files have in common: frames put beside their labels, and ``frames.csv``, a line a frame.

In the table is what such formats have no place for: hash, split, cut, production, licence, rights, the label's origin,
and how the frame was picked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from datasets.formats.base import Note
from datasets.formats.content import Content
from datasets.formats.facts import FACTS, facts_of
from datasets.formats.output import Output
from modeling.headers import is_sixteen_bit, opened, orientation
from modeling.images import encode_png, probe, read_rgb
from modeling.snapshots import FrameRow

TABLE = "frames.csv"
COLUMNS = ("key", "frame", "label", *(name for name in FACTS if name != "key"))
"""Of ``frames.csv``: ``frame`` and ``label`` are files of the export, the rest are the `FACTS`; ``sha256`` is the
frame's as it came in. What nobody knows is empty."""

Notes = Callable[[], Iterable[Note]]


def table_row(content: Content, row: FrameRow, *, frame: str, label: str) -> dict[str, Any]:
    """A note for `close_with_table`.

    Args:
        content: What is written.
        row: With a label of the content's kind.
        frame: The frame's file in the export, or where it belongs when it is left out.
        label: The label's.
    """
    own = {**facts_of(content, row), "frame": frame, "label": label}
    return {"line": [own[name] for name in COLUMNS]}


def close_with_table(content: Content, output: Output, notes: Notes) -> dict[str, Any]:
    """Write ``frames.csv`` from the pieces' notes and return what a layout's close returns."""
    by_split = {"train": 0, "test": 0}
    split = COLUMNS.index("split")
    with output.stream(TABLE) as stream:
        stream.write(_csv(COLUMNS))
        for note in notes():
            assert note is not None
            stream.write(_csv(note["line"]))
            by_split[note["line"][split]] += 1
    return {
        "frames": sum(by_split.values()),
        "frames_by_split": by_split,
        "left_out_unlabelled": len(content.rows) - len(content.labelled),
    }


def _csv(values: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def place_frame(content: Content, row: FrameRow, output: Output, stem: str, suffix: str = "") -> str:
    """Put a frame beside its label, unless frames stay out, and return its file.

    Its bytes are those of the snapshot, but where its EXIF turns it: then it is a PNG of the pixels that were labelled,
    since not every reader turns pictures.

    Args:
        content: What is written.
        row: Whose frame.
        output: Where to.
        stem: Path in the export, without suffix.
        suffix: Of the name, with its dot; that of the frame where none is given.
    """
    path = content.snapshot.path(row.file)
    own = stem + (suffix or PurePosixPath(row.file).suffix)
    if content.terms.labels_only:
        return own  # whoever joins frames again brings them as they came in
    turned = _is_turned(path)
    file = own if suffix or not turned else f"{stem}.png"
    if turned:
        output.write_png(file, read_rgb(path))
    else:
        output.place(path, file, row.sha256)
    return file


def place_png(content: Content, row: FrameRow, output: Output, file: str) -> None:
    """Put a frame as PNG, its pixels as they were labelled: its own bytes where these are such a PNG already."""
    path = content.snapshot.path(row.file)
    info = probe(path)
    if info.format == "PNG" and not info.notes and _is_plain(path):
        output.place(path, file, row.sha256)
    else:
        output.write_png(file, read_rgb(path))


def frame_bytes(content: Content, row: FrameRow) -> tuple[str, bytes]:
    """Suffix (with its dot) and bytes of a frame, for files that hold many: those that `place_frame` puts."""
    path = content.snapshot.path(row.file)
    if _is_turned(path):
        return ".png", encode_png(read_rgb(path))
    return PurePosixPath(row.file).suffix, path.read_bytes()


def _is_turned(path: Path) -> bool:
    with opened(path) as (image, stream, _):
        return orientation(image, stream) != 1


def _is_plain(path: Path) -> bool:
    """Whether every reader sees the same 8-bit colours: no alpha, profile, or deeper pixels."""
    with opened(path) as (image, stream, _):
        deep = is_sixteen_bit(image, stream)
        return (
            image.mode == "RGB"
            and not deep
            and not {"icc_profile", "transparency", "gamma"} & set(image.info)
        )
