"""The colours of a label kind by name, and as a GIMP palette, which Krita, Inkscape and Aseprite read too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from modeling.labels import IGNORE_HEX, LabelKind

COLUMNS = 10


class Swatch(NamedTuple):
    """One colour (RRGGBB) by name."""

    color: str
    name: str


def swatches(kind: LabelKind, names: Mapping[str, str] | None = None) -> list[Swatch]:
    """Every colour of a kind, ``ignore`` last, called as the production calls them.

    Args:
        kind: With the entries that the production added.
        names: The production's names by stored value (as text).
    """
    called = names or {}
    own = [
        Swatch(
            entry.color, called.get(str(entry.value)) or entry.name or kind.classes[entry.class_index].name
        )
        for entry in kind.entries
    ]
    return [*own, Swatch(IGNORE_HEX, "ignore")]


def gimp_palette(title: str, colors: list[Swatch]) -> bytes:
    """A GIMP palette, as GIMP's own files have it."""
    rows = ["GIMP Palette", f"Name: {title}", f"Columns: {COLUMNS}", "#"]
    for swatch in colors:
        red, green, blue = bytes.fromhex(swatch.color)
        rows.append(f"{red:3d} {green:3d} {blue:3d}\t{swatch.name}")
    return ("\n".join(rows) + "\n").encode()
