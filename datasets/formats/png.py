"""Frames and label maps as PNG under the frames' keys, for NumPy: class indices, or the palette entries people drew.

``labels/<key>.png`` is an indexed picture whose *index* counts; of numbers, such as depth, a grey one of 16 bits where
0 is unknown. ``palette.json`` says what an index or a number means, ``palette.gpl`` shows the colours in GIMP, Krita or
Aseprite.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from datasets.formats.base import Note, Piece
from datasets.formats.content import Content
from datasets.formats.frames import Notes, close_with_table, place_frame, table_row
from datasets.formats.indexed import encode_indexed
from datasets.formats.output import Output
from datasets.formats.palette import PALETTE, palette_text
from modeling.labels import IGNORE_HEX, LabelKind
from modeling.registry import Params
from modeling.snapshots import FrameRow
from modeling.swatches import gimp_palette, swatches

LOADER = """\
import csv
import json
import numpy as np
from PIL import Image

palette = json.load(open("palette.json", encoding="utf-8"))  # what the numbers in a label mean
rows = list(csv.DictReader(open("frames.csv", encoding="utf-8", newline="")))
frame = np.asarray(Image.open(rows[0]["frame"]).convert("RGB"))  # (height, width, 3)
label = np.asarray(Image.open(rows[0]["label"]))  # (height, width) numbers; 255 is ignore, of depth 0
print(rows[0]["key"], frame.shape, np.unique(label), palette["kind"])
"""


class PngParams(Params):
    """What a pixel holds."""

    pixels: Literal["classes", "entries"] = Field(
        "classes",
        description="What a pixel of a label is: the index of its class, or the palette entry drawn",
    )


class Png:
    """The layout."""

    def __init__(self, params: PngParams) -> None:
        self._params = params

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled frame; unlabelled ones are left out."""
        for row in content.labelled:
            yield Piece(lambda output, row=row: self._frame(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``palette.json``, ``palette.gpl`` and ``frames.csv``."""
        kind = content.kind
        output.write(PALETTE, palette_text(content, self._params.pixels))
        if not kind.scalar:
            output.write("palette.gpl", gimp_palette(kind.name, swatches(kind)))
        return close_with_table(content, output, notes)

    def _as_stored(self, kind: LabelKind) -> bool:
        return kind.scalar or self._params.pixels == "entries"

    def _frame(self, content: Content, row: FrameRow, output: Output) -> Note:
        kind, snapshot = content.kind, content.snapshot
        frame, label = place_frame(content, row, output, f"frames/{row.key}"), f"labels/{row.key}.png"
        stored = row.labels[kind.name]
        if self._as_stored(kind):
            output.place(snapshot.path(stored.file), label, stored.sha256)
        else:
            colors = [cls.colors[0] for cls in kind.classes]
            output.write(label, encode_indexed(snapshot.classes(row, kind.name), colors, IGNORE_HEX))
        return table_row(content, row, frame=frame, label=label)


def png(params: PngParams) -> Png:
    """Build the layout."""
    return Png(params)
