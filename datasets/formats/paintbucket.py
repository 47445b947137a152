"""Lines and numbered segments for paint-bucket trainers, in the layout of PaintBucket-Character.

That is the data set of Dai, Zhou, Li, Li, Loy 2024 ("Learning Inclusion Matching for Animation Paint Bucket
Colorization", CVPR), which BasicPBC trains on; its ``dataset/README.md`` describes the folders. Give it ``train`` or
``test`` as root. What they call a character is a cut here (production and cut as in `names.flat_name`), whose labelled
drawings are numbered in the order of their keys:

- ``line/0000.png``: RGBA, every line of the douga in black, transparent white elsewhere.
- ``seg/0000.png``: the number of each enclosed segment as R * 65536 + G * 256 + B, from 1; 0 on lines and where nobody
  could decide. Segments are those of `modeling.paint.regions.find_regions`: 4-connected, parted by lines and where two
  fills touch.
- ``json_class/0000.json``: the fill class of each segment; ours, not theirs.

With frames also, from each segment's most frequent colour in the frame:

- ``gt/0000.png``: RGBA, segments flat in that colour, lines black, the background transparent. The background is what
  the row's cel label says; without one nothing is.
- ``json_color/0000.json`` and ``seg/0000.json``: that colour by segment, RGBA, in the place of their training and of
  their test set.
- ``label/0000.png`` and ``json_index/0000.json``: what matches across drawings. Theirs number the parts of a 3D model;
  a label map does not know parts, so a number stands for a colour, to `BITS` bits a channel: two parts of one colour
  are one, and a colour that changes between drawings is another. Transparent (-1) in the background.

It is no full copy: line classes become one, palette entries are dropped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.formats.base import NoParams, Note, Piece
from datasets.formats.content import Content
from datasets.formats.frames import Notes, close_with_table, table_row
from datasets.formats.layers import RGBA
from datasets.formats.names import flat_name
from datasets.formats.output import Output
from modeling.coloring.segments import BITS, majority_colors
from modeling.douga.classes import NAMES, line_mask
from modeling.images import read_rgb
from modeling.paint.regions import NONE, Regions, find_regions
from modeling.snapshots import FrameRow

LOADER = """\
import csv
import json
import numpy as np
from PIL import Image

rows = list(csv.DictReader(open("frames.csv", encoding="utf-8", newline="")))
line = np.asarray(Image.open(rows[0]["frame"]))  # (height, width, 4), black on transparent
coded = np.asarray(Image.open(rows[0]["label"])).astype(int)  # (height, width, 3)
segments = coded @ (1 << 16, 1 << 8, 1)  # (height, width) from 1, 0 on lines
print(rows[0]["key"], segments.max(), "segments", (segments == 0).sum(), (line[..., 3] == 255).sum())
"""


class PaintBucket:
    """The layout; it has no parameters."""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled drawing; unlabelled ones are left out.

        Raises:
            UserError: ``format_name``.
        """
        sizes = Counter(_folder(row) for row in content.labelled)
        seen: Counter[str] = Counter()
        for row in content.labelled:
            folder = _folder(row)
            name = f"{seen[folder]:0{max(4, len(str(sizes[folder] - 1)))}d}"
            seen[folder] += 1
            write = lambda output, row=row, folder=folder, name=name: _drawing(  # noqa: E731
                content, row, output, folder, name
            )
            yield Piece(write)  # type: ignore[arg-type]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``frames.csv``: ``frame`` is the drawing's lines, ``label`` its segments."""
        return close_with_table(content, output, notes)


def paintbucket(params: NoParams) -> PaintBucket:
    """Build the layout."""
    return PaintBucket()


def _folder(row: FrameRow) -> str:
    return f"{row.split}/{flat_name(row.production, row.cut or row.key)}"


def _drawing(content: Content, row: FrameRow, output: Output, folder: str, name: str) -> Note:
    classes = content.snapshot.classes(row, content.kind.name)
    lines, regions = line_mask(classes), find_regions(classes)
    line, segments = f"{folder}/line/{name}.png", f"{folder}/seg/{name}.png"
    ink = np.where(lines, np.uint8(0), np.uint8(255))
    output.write_png(line, _rgba(ink[..., None].repeat(3, 2), lines))
    output.write_png(segments, _coded(regions.labels + 1))
    fills = {number: NAMES[fill] for number, fill in enumerate(regions.fills.tolist(), 1)}
    output.write(f"{folder}/json_class/{name}.json", json.dumps(fills))
    if not content.terms.labels_only:
        _paint(content, row, output, folder, name, regions)
    return table_row(content, row, frame=line, label=segments)


def _paint(content: Content, row: FrameRow, output: Output, folder: str, name: str, regions: Regions) -> None:
    """What comes from the frame's colours."""
    paint = _painted(content, row, regions)
    colors = np.concatenate([paint, [[0, 0, 0, 255], [0, 0, 0, 0]]]).astype(np.uint8)
    lines, undecided = len(regions), len(regions) + 1
    which = np.where(regions.labels == NONE, undecided, regions.labels)
    which[line_mask(content.snapshot.classes(row, content.kind.name))] = lines
    output.write_png(f"{folder}/gt/{name}.png", colors[which])
    by_segment = json.dumps(dict(enumerate(paint.tolist(), 1)))
    for file in ("seg", "json_color"):
        output.write(f"{folder}/{file}/{name}.json", by_segment)
    labels = _labels(paint)
    pairs = zip(regions.areas.tolist(), labels.tolist(), strict=True)
    output.write(f"{folder}/json_index/{name}.json", json.dumps(dict(enumerate(map(list, pairs), 1))))
    there = np.concatenate([labels, [0]])[regions.labels]  # NONE takes the last
    output.write_png(f"{folder}/label/{name}.png", _rgba(_coded(np.maximum(there, 0)), there >= 0))


def _painted(content: Content, row: FrameRow, regions: Regions) -> NDArray[np.uint8]:
    """(N, 4) uint8 RGBA of the segments, zeros in the background."""
    colors = np.zeros((len(regions), 4), np.uint8)
    if not len(regions):
        return colors
    colors[:, :3] = majority_colors(read_rgb(content.snapshot.path(row.file)), regions.labels)
    colors[:, 3] = 255
    if "cel" in row.labels:
        inside = regions.labels[content.snapshot.classes(row, "cel") == 0]
        behind = np.bincount(inside[inside != NONE], minlength=len(regions))
        colors[2 * behind > regions.areas] = 0
    return colors


def _labels(colors: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(N,) a number a colour from 1 of (N, 4) RGBA, -1 in the background."""
    coarse = colors[:, :3].astype(np.int64) >> (8 - BITS)
    codes = (coarse[:, 0] << 2 * BITS | coarse[:, 1] << BITS | coarse[:, 2]) + 1
    return np.where(colors[:, 3] == 0, -1, codes)


def _coded(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """(H, W) numbers below 2^24 as (H, W, 3) uint8, red the highest."""
    return np.stack([numbers >> shift & 255 for shift in (16, 8, 0)], -1).astype(np.uint8)


def _rgba(rgb: NDArray[np.uint8], mask: NDArray[np.bool_]) -> RGBA:
    """(H, W, 3) opaque in an (H, W) mask, transparent elsewhere; colours stay."""
    return np.dstack([rgb, mask.astype(np.uint8) * np.uint8(255)])
