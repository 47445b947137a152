"""Label Studio: task files with a brush mask a frame and class, and the labelling interface that names the classes.

Class 0 is what no mask covers. Ignored pixels are a mask of their own, ``ignore``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from pydantic import Field

from datasets.formats.base import Note, Piece, require_classes
from datasets.formats.brush_rle import encode
from datasets.formats.content import Content
from datasets.formats.facts import facts_of
from datasets.formats.frames import place_frame
from datasets.formats.output import Output
from datasets.formats.shards import Shard, by_split
from modeling.labels import IGNORE, IGNORE_HEX, LabelKind
from modeling.registry import Params
from modeling.snapshots import FrameRow

CONFIG = "label_config.xml"
TAG, IMAGE, IGNORED = "tag", "image", "ignore"
LOADER = """\
import json
from label_studio_sdk.converter.brush import decode_rle

task = json.load(open("tasks/train-00000.json", encoding="utf-8"))[0]
done = (task.get("annotations") or task["predictions"])[0]["result"]
for one in done:
    size = one["original_height"], one["original_width"]
    mask = decode_rle(one["value"]["rle"]).reshape(*size, 4)[..., 3] > 127  # (height, width)
    print(task["data"]["key"], one["value"]["brushlabels"], mask.sum())
"""


class LabelStudioParams(Params):
    """Where Label Studio finds the pictures, and what the labels are there."""

    image_root: str = Field(
        "/data/local-files/?d=",
        description="Stands before a frame's file in the address of its picture; an address that ends with /, or"
        " Label Studio's local files",
    )
    labels_as: Literal["annotations", "predictions"] = Field(
        "annotations", description="Finished annotations, or predictions that people go on from"
    )
    tasks_per_file: int = Field(
        100, ge=1, le=10_000, description="Tasks in a file; Label Studio takes files of up to 250 MB"
    )


class LabelStudio:
    """The layout."""

    def __init__(self, params: LabelStudioParams) -> None:
        self._params = params

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a task file and its frames; unlabelled frames are left out.

        Raises:
            UserError: ``format_of_classes`` of a kind without classes.
        """
        require_classes(content.kind, "Label Studio's brush draws classes")
        for shard in by_split(content, lambda row: 1, self._params.tasks_per_file):
            yield Piece(partial(self._file, content, shard), len(shard.rows))

    def close(self, content: Content, output: Output, notes: Callable[[], Iterable[Note]]) -> dict[str, Any]:
        """Write the labelling interface."""
        output.write(CONFIG, label_config(content.kind))
        counts: dict[str, Counter[str]] = {"frames_by_split": Counter(), "masks": Counter()}
        for note in notes():
            assert note is not None
            counts["frames_by_split"][note["split"]] += note["frames"]
            counts["masks"].update(note["masks"])
        return {
            "frames": counts["frames_by_split"].total(),
            **{name: dict(count) for name, count in counts.items()},
            "left_out_unlabelled": len(content.rows) - len(content.labelled),
        }

    def _file(self, content: Content, shard: Shard, output: Output) -> Note:
        masks: Counter[str] = Counter()
        with output.stream(f"tasks/{shard.split}-{shard.number:05d}.json") as stream:
            for number, row in enumerate(shard.rows):
                file = place_frame(content, row, output, str(PurePosixPath(row.file).with_suffix("")))
                result = list(_result(content, row))
                masks.update(one["value"]["brushlabels"][0] for one in result)
                task = json.dumps(self._task(content, row, file, result), ensure_ascii=False)
                stream.write((",\n" if number else "[").encode() + task.encode())
            stream.write(b"]\n")
        return {"split": shard.split, "frames": len(shard.rows), "masks": dict(masks)}

    def _task(
        self, content: Content, row: FrameRow, file: str, result: list[dict[str, Any]]
    ) -> dict[str, Any]:
        facts = facts_of(content, row)
        data = {IMAGE: self._params.image_root + quote(file), **facts}
        if self._params.labels_as == "predictions":
            done: dict[str, Any] = {"model_version": facts["origin"], "result": result}
        else:
            done = {"was_cancelled": False, "result": result}
            if facts["seconds"]:
                done["lead_time"] = facts["seconds"]
        return {"data": data, self._params.labels_as: [done]}


def labelstudio(params: LabelStudioParams) -> LabelStudio:
    """Build the layout."""
    return LabelStudio(params)


def label_config(kind: LabelKind) -> str:
    """Label Studio's labelling interface: a brush a class, in the class's colour."""
    colors = {cls.name: cls.colors[0] for cls in kind.classes[1:]} | {IGNORED: IGNORE_HEX}
    labels = "".join(
        f'    <Label value={quoteattr(name)} background="#{color}"/>\n' for name, color in colors.items()
    )
    return (
        "<View>\n"
        f'  <Image name="{IMAGE}" value="${IMAGE}" zoom="true"/>\n'
        f'  <BrushLabels name="{TAG}" toName="{IMAGE}">\n{labels}  </BrushLabels>\n'
        "</View>\n"
    )


def _result(content: Content, row: FrameRow) -> Iterator[dict[str, Any]]:
    """A region for each class that the frame has, and for what is ignored."""
    classes = content.snapshot.classes(row, content.kind.name)
    names = {number: cls.name for number, cls in enumerate(content.kind.classes) if number}
    for number, name in (names | {IGNORE: IGNORED}).items():
        mask = classes == number
        if mask.any():
            yield {
                "id": hashlib.sha256(f"{row.key}\n{name}".encode()).hexdigest()[:10],
                "type": "brushlabels",
                "from_name": TAG,
                "to_name": IMAGE,
                "original_width": row.width,
                "original_height": row.height,
                "image_rotation": 0,
                "value": {"format": "rle", "rle": encode(mask), "brushlabels": [name]},
            }
