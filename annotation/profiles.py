"""What a production's profile says, and what holds where it says nothing. Pure: no row, no request.

Settings are plain JSON, as the editor reads them:

- ``classes``: indices of the classes in use;
- ``names``: name by stored value (as text), for example ``{"6": "shade 1"}``;
- ``entries``: added palette entries ``{value, color, class_index, name, retired}``; colours are ``#RRGGBB``;
- ``pencil``: ``{color, meaning}``, the meaning being a class name or ``ask``;
- ``line_width``: ``{min, max}``, shares of the frame's height;
- ``gap``: px that a fill bridges; ``speck``, ``hole``: px below which an area is hardly meant;
- ``solid_black``: whether solid black areas are ``line`` or ``fill``, or ``ask``;
- ``checks``: on or off by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from modeling.labels import Entry, LabelKind

Settings: TypeAlias = dict[str, Any]

CHECKS = (
    "leaks",
    "fills-meet",
    "border-without-line",
    "line-outside-cel",
    "solid-black",
    "line-width",
    "holes",
    "specks",
)
"""Checks before submitting, by their names in ``static/editor/checks``."""
OF_LINES = ("leaks", "fills-meet", "solid-black", "line-width")
"""Those of them that a kind without lines has no use for."""
LAYER_CHECKS = ("cel-behind", "layer-covered", "no-depth")
"""Checks of what is drawn by layers (``static/editor/depth/checks.js``); no profile switches them off."""
GAPS = (0, 2, 4, 8, 16)
SOLID_BLACK = ("line", "fill", "ask")
ASK = "ask"
NAME_LENGTH = 40


def defaults(kind: LabelKind) -> Settings:
    """What holds where a production says nothing else.

    Line widths are wide on purpose: in real douga a third to a half of the line pixels are wider than 3 px.
    Black pencil is visible line everywhere; what red and blue mean differs by show.
    """
    return {
        "classes": list(range(len(kind.classes))),
        "names": {},
        "entries": [],
        "pencil": _pencils(kind),
        "line_width": {"min": 0.0009, "max": 0.006},
        "gap": 4,
        "solid_black": "line",
        "speck": 8,
        "hole": 8,
        "checks": dict.fromkeys(CHECKS, True),
    }


def _pencils(kind: LabelKind) -> list[dict[str, str]]:
    if "visible_line" not in [cls.name for cls in kind.classes]:
        return []
    meanings = {"#000000": "visible_line", "#FF0000": ASK, "#0000FF": ASK}
    return [{"color": color, "meaning": meaning} for color, meaning in meanings.items()]


def complete(settings: Mapping[str, Any], kind: LabelKind) -> Settings:
    """Settings with the defaults where they say nothing: of checks that came later, too."""
    whole = defaults(kind)
    return {**whole, **settings, "checks": {**whole["checks"], **settings.get("checks", {})}}


def with_added(kind: LabelKind, settings: Mapping[str, Any]) -> LabelKind:
    """The kind as a production draws it: with its added entries, retired ones too, since files have them."""
    return kind.extended(_entry(entry) for entry in settings.get("entries", ()))


def _entry(entry: Mapping[str, Any]) -> Entry:
    color = str(entry["color"]).removeprefix("#").upper()
    return Entry(entry["value"], color, entry["class_index"], entry["name"])


def tidied(settings: Mapping[str, Any]) -> Settings:
    """The same with colours in capitals, names trimmed, empty names left out and lists in order."""
    tidy = dict(settings)
    tidy["classes"] = sorted(set(settings["classes"]))
    tidy["names"] = {value: name.strip() for value, name in settings["names"].items() if name.strip()}
    entries = [
        {**entry, "name": entry["name"].strip(), "color": entry["color"].upper()}
        for entry in settings["entries"]
    ]
    tidy["entries"] = sorted(entries, key=lambda entry: entry["value"])
    tidy["pencil"] = [{**pencil, "color": pencil["color"].upper()} for pencil in settings["pencil"]]
    return tidy
