"""Label kinds as the editor reads them."""

from __future__ import annotations

from typing import Any

from annotation.profiles import with_added
from annotation.selectors.profiles import profile_of
from modeling.labelio import IGNORE_COLOR
from modeling.labels import IGNORE, KINDS, LabelKind


def kinds(production_id: int | None = None) -> list[dict[str, Any]]:
    """Describe every label kind: classes, and stored values with colour, class and name.

    Args:
        production_id: Whose added entries and names are shown; by default the palette that all share.
    """
    if production_id is None:
        return [_described(kind, {}) for kind in KINDS.values()]
    profiles = [profile_of(production_id, name).settings for name in KINDS]
    return [
        _described(with_added(kind, settings), settings["names"])
        for kind, settings in zip(KINDS.values(), profiles, strict=True)
    ]


def _described(kind: LabelKind, names: dict[str, str]) -> dict[str, Any]:
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
                "name": names.get(str(value)) or name or kind.classes[index].name,
            }
            for value, color, index, name in kind.entries
        ],
    }
