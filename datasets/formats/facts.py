"""What every format that can carry it says of a row and its label: flat, under one name everywhere."""

from __future__ import annotations

from typing import Any

from datasets.formats.content import Content
from modeling.snapshots import FrameRow

_SAID = ("key", "production", "cut", "split", "source", "licence", "rights")
FACTS = {
    **dict.fromkeys(_SAID, "string"),
    "time_s": "float64",
    "hold_first": "int32",
    "hold_last": "int32",
    "hold_fps": "float64",
    "width": "int32",
    "height": "int32",
    "sha256": "string",
    "kind": "string",
    "label_sha256": "string",
    "origin": "string",
    "seconds": "float64",
    "strategy": "string",
    "round": "int32",
    "inclusion_probability": "float64",
    "control_arm": "bool",
    "weight": "float64",
}
"""Names in order, and their types as Arrow and Hugging Face call them; what they mean is what they mean in
``frames.jsonl``, ``kind`` to ``weight`` in its ``labels``."""


def facts_of(content: Content, row: FrameRow) -> dict[str, Any]:
    """The `FACTS` of a row that has a label of the content's kind; None where nobody knows."""
    label = row.labels[content.kind.name]
    known = row.model_dump(include={*_SAID, "time_s", "width", "height", "sha256"})
    known["rights"] = row.rights  # the dump leaves it out where it is empty
    if row.hold is not None:
        known |= {"hold_first": row.hold.first, "hold_last": row.hold.last, "hold_fps": row.hold.fps}
    known |= {"kind": content.kind.name, "label_sha256": label.sha256}
    known |= {"origin": label.origin, "seconds": label.seconds}
    if label.selection is not None:
        known |= label.selection.model_dump()
    return {name: known.get(name) for name in FACTS}
