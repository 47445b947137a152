"""Pascal VOC 2012's layout for semantic segmentation, in ``VOCdevkit/VOC2012/``, where VOC's readers look.

``SegmentationClass/<name>.png`` is an indexed picture in VOC's colour map: class indices, 255 is void (what nobody
could decide). ``ImageSets/Segmentation/`` lists the frames: ``train`` is the snapshot's train split, ``val`` its test
split. ``labelmap.txt`` is as CVAT and Datumaro write it; its first line is class 0. A name is the frame's key in one
piece (`names.flat_name`).

Frames keep their own bytes, nothing is made a JPEG. VOC's readers add ``.jpg`` to a name whatever the file is, and
decoders look at the content: so all frames are called that, unless one asks for their own suffix.
There is no ``SegmentationObject`` and no ``Annotations``: label maps hold no instances.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from datasets.formats.base import Note, Piece, require_classes
from datasets.formats.content import Content
from datasets.formats.frames import Notes, close_with_table, place_frame, table_row
from datasets.formats.indexed import encode_indexed
from datasets.formats.names import flat_name
from datasets.formats.output import Output
from modeling.labels import IGNORE
from modeling.registry import Params
from modeling.snapshots import FrameRow

ROOT = "VOCdevkit/VOC2012"
SETS = {"train": ("train",), "val": ("test",), "trainval": ("train", "test")}
"""Splits of the snapshot in each list."""
LOADER = """\
import numpy as np
from torchvision.datasets import VOCSegmentation

pairs = VOCSegmentation(".", year="2012", image_set="trainval")  # this folder
frame, label = pairs[0]
names = [line.split(":")[0] for line in open("VOCdevkit/VOC2012/labelmap.txt", encoding="utf-8") if line[0] != "#"]
classes = np.asarray(label)  # (height, width) class indices; 255 is void
print(pairs.images[0], frame.size, {names[at]: int((classes == at).sum()) for at in set(classes.flat) - {255}})
"""


class VocParams(Params):
    """What frames are called."""

    suffix: Literal["jpg", "own"] = Field(
        "jpg",
        description="What frames, whose bytes stay as they are, are called: .jpg as VOC's readers ask, or as they were",
    )


class Voc:
    """The layout."""

    def __init__(self, params: VocParams) -> None:
        self._suffix = ".jpg" if params.suffix == "jpg" else ""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a labelled frame; unlabelled ones are left out.

        Raises:
            UserError: ``format_of_classes`` of a kind without classes, ``format_name``.
        """
        require_classes(content.kind, "VOC holds classes")
        for row in content.labelled:
            yield Piece(lambda output, row=row: self._frame(content, row, output))  # type: ignore[misc]

    def close(self, content: Content, output: Output, notes: Notes) -> dict[str, Any]:
        """Write ``labelmap.txt``, the lists and ``frames.csv``."""
        colors = color_map()
        lines = ["# label:color_rgb:parts:actions"]
        for index, cls in enumerate(content.kind.classes):
            red, green, blue = bytes.fromhex(colors[index])
            lines.append(f"{cls.name}:{red},{green},{blue}::")
        output.write(f"{ROOT}/labelmap.txt", "\n".join(lines) + "\n")
        for name, splits in SETS.items():
            listed = (flat_name(row.key) for row in content.labelled if row.split in splits)
            output.write(f"{ROOT}/ImageSets/Segmentation/{name}.txt", "".join(f"{one}\n" for one in listed))
        return close_with_table(content, output, notes)

    def _frame(self, content: Content, row: FrameRow, output: Output) -> Note:
        name, colors = flat_name(row.key), color_map()
        frame = place_frame(content, row, output, f"{ROOT}/JPEGImages/{name}", self._suffix)
        classes = content.snapshot.classes(row, content.kind.name)
        label = f"{ROOT}/SegmentationClass/{name}.png"
        output.write(label, encode_indexed(classes, colors[: len(content.kind.classes)], colors[IGNORE]))
        return table_row(content, row, frame=frame, label=label)


def voc(params: VocParams) -> Voc:
    """Build the layout."""
    return Voc(params)


def color_map() -> list[str]:
    """VOC's 256 colours, RRGGBB: the bits of an index, dealt to red, green and blue in turn, are the highest bits."""
    return [_color(index) for index in range(256)]


def _color(index: int) -> str:
    channels = [0, 0, 0]
    for bit in range(8):
        channels[bit % 3] |= (index >> bit & 1) << (7 - bit // 3)
    return bytes(channels).hex().upper()
