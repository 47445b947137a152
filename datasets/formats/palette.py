"""``palette.json``: what a number in a label file means, for formats that hand such files on."""

from __future__ import annotations

import json
from typing import Any

from datasets.formats.content import Content
from modeling.labels import FULL, IGNORE, IGNORE_HEX, UNKNOWN, LabelKind

PALETTE = "palette.json"
"""The file's name in an export."""


def palette_text(content: Content, pixels: str = "entries") -> str:
    """What a pixel means, as JSON.

    Args:
        content: What is written.
        pixels: ``entries``, the stored values of a class map, or ``classes``; numbers of a scalar map either way.
    """
    kind = content.kind
    meaning = _numbers(kind) if kind.scalar else _classes(content, pixels)
    return json.dumps(meaning, indent=2, ensure_ascii=False) + "\n"


def _numbers(kind: LabelKind) -> dict[str, Any]:
    return {"kind": kind.name, "text": kind.text, "pixels": "numbers", "ignore": UNKNOWN, "full": FULL}


def _classes(content: Content, pixels: str) -> dict[str, Any]:
    """Classes by index; with ``entries``, the entries by stored value too, those of each production by its name."""
    kind = content.kind
    classes = [
        {"index": index, "name": cls.name, "group": cls.group, "text": cls.text, "color": cls.colors[0]}
        for index, cls in enumerate(kind.classes)
    ]
    found: dict[str, Any] = {"kind": kind.name, "text": kind.text, "pixels": pixels}
    found |= {"ignore": IGNORE, "ignore_color": IGNORE_HEX, "classes": classes}
    if pixels == "entries":
        added = content.snapshot.header.entries.get(kind.name, {})
        found["entries"] = [entry._asdict() for entry in kind.entries]
        found["added"] = {name: [entry.model_dump() for entry in added[name]] for name in sorted(added)}
    return found
