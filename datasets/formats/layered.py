"""A layered file a frame, for painters: Photoshop's PSD or OpenRaster, which Krita, GIMP and MyPaint open.

Layers are those of `layers.layers_of`: frame, cel cut out, paint and ink, each called in English and Japanese with the
kind and the origin of its label (``Ink 線 [douga: person]``). All are of the frame's size, alpha 0 or 255, and every
pixel is exact. Whatever kinds of labels a frame has are in its file; the frames are those with the kind that was asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from datasets.formats.base import Note, Piece
from datasets.formats.content import Content
from datasets.formats.frames import Notes, close_with_table, table_row
from datasets.formats.layerfiles import encode_ora, encode_psd
from datasets.formats.layers import layers_of
from datasets.formats.output import Output
from modeling.registry import Params
from modeling.snapshots import FrameRow

LOADER = """\
import csv
import io
import zipfile
import numpy as np
from PIL import Image

rows = list(csv.DictReader(open("frames.csv", encoding="utf-8", newline="")))
file = zipfile.ZipFile(rows[0]["label"])  # psd: psd_tools.PSDImage.open(rows[0]["label"]), a layer is layer.numpy()
for name in sorted(name for name in file.namelist() if name.startswith("data/")):  # bottom to top
    print(name, np.asarray(Image.open(io.BytesIO(file.read(name)))).shape)  # (height, width, 4) RGBA
"""


class LayeredParams(Params):
    """Which kind of file."""

    container: Literal["ora", "psd"] = Field(
        "ora", description="OpenRaster (Krita, GIMP, MyPaint) or PSD (Photoshop, Clip Studio Paint)"
    )


class Layered:
    """The layout."""

    def __init__(self, params: LayeredParams) -> None:
        self._container = params.container

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled frame; unlabelled ones are left out."""
        for row in content.labelled:
            yield Piece(lambda output, row=row: self._frame(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``frames.csv``."""
        return close_with_table(content, output, notes)

    def _frame(self, content: Content, row: FrameRow, output: Output) -> Note:
        file = f"layers/{row.key}.{self._container}"
        encode = encode_ora if self._container == "ora" else encode_psd
        output.write(file, encode(list(layers_of(content, row))))
        return table_row(content, row, frame="", label=file)


def layered(params: LayeredParams) -> Layered:
    """Build the layout."""
    return Layered(params)
