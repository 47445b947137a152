"""Label kinds as the editor reads them."""

from __future__ import annotations

from typing import Any

from modeling.labelio import IGNORE_COLOR
from modeling.labels import IGNORE, KINDS, LabelKind


def kinds() -> list[dict[str, Any]]:
    """Describe every label kind: classes, and stored values with colour and class."""
    return [_described(kind) for kind in KINDS.values()]


def _described(kind: LabelKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "text": kind.text,
        "storage": kind.storage,
        "ignore": IGNORE,
        "ignore_color": "#" + bytes(IGNORE_COLOR).hex().upper(),
        "classes": [
            {"index": index, "name": cls.name, "group": cls.group, "text": cls.text}
            for index, cls in enumerate(kind.classes)
        ],
        "entries": [
            {
                "value": value,
                "color": f"#{color}",
                "class_index": index,
                "name": name or kind.classes[index].name,
            }
            for value, color, index, name in kind.entries
        ],
    }
