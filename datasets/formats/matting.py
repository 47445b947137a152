"""Folders for anime matting and segmentation trainers: frames, masks, cut-out cels and backgrounds, by split.

The folders are called as SkyTNT's anime-segmentation asks by default (``train.py --data-dir train``), every file is a
PNG:

- ``imgs``: the frame, its pixels as they were labelled.
- ``masks``: grey, 255 on the cel and 0 elsewhere.
- ``fg``: the cel as RGBA, transparent elsewhere.
- ``bg``: the background as RGBA, with a transparent hole where the cel is. Readers that drop transparency find black
  there, never the cel.
- ``trimaps``: grey, 255 on the cel, 0 on the background, 128 where nobody could decide. Such pixels are 0 in ``masks``
  and transparent in both ``fg`` and ``bg``.

Alpha is 0 or 255: labels have no soft rims.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from datasets.formats.base import NoParams, Note, Piece
from datasets.formats.content import Content
from datasets.formats.frames import Notes, close_with_table, place_png, table_row
from datasets.formats.layers import cut_out
from datasets.formats.names import flat_name
from datasets.formats.output import Output
from modeling.images import read_rgb
from modeling.labels import IGNORE
from modeling.snapshots import FrameRow

UNDECIDED = 128
"""In a trimap."""
LOADER = """\
import csv
import numpy as np
from PIL import Image

rows = list(csv.DictReader(open("frames.csv", encoding="utf-8", newline="")))
mask = np.asarray(Image.open(rows[0]["label"]))  # (height, width), 255 on the cel
cel = np.asarray(Image.open(rows[0]["frame"].replace("/imgs/", "/fg/")))  # (height, width, 4) RGBA
background = np.asarray(Image.open(rows[0]["frame"].replace("/imgs/", "/bg/")))
print(rows[0]["key"], cel.shape, background.shape, (mask == cel[..., 3]).all())
"""


class Matting:
    """The layout; it has no parameters."""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled frame; unlabelled ones are left out.

        Raises:
            UserError: ``format_name``.
        """
        for row in content.labelled:
            yield Piece(lambda output, row=row: _frame(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``frames.csv``."""
        return close_with_table(content, output, notes)


def matting(params: NoParams) -> Matting:
    """Build the layout."""
    return Matting()


def _frame(content: Content, row: FrameRow, output: Output) -> Note:
    name = f"{flat_name(row.key)}.png"
    folder = {kind: f"{row.split}/{kind}/{name}" for kind in ("imgs", "masks", "fg", "bg", "trimaps")}
    classes = content.snapshot.classes(row, content.kind.name)
    cel, ignored = classes == 1, classes == IGNORE
    output.write_png(folder["masks"], np.where(cel, np.uint8(255), np.uint8(0)))
    output.write_png(folder["trimaps"], np.select([cel, ignored], [255, UNDECIDED], 0).astype(np.uint8))
    if not content.terms.labels_only:
        rgb = read_rgb(content.snapshot.path(row.file))
        place_png(content, row, output, folder["imgs"])
        output.write_png(folder["fg"], cut_out(rgb, cel))
        output.write_png(folder["bg"], cut_out(rgb, ~cel & ~ignored))
    return table_row(content, row, frame=folder["imgs"], label=folder["masks"])
