"""What a production's profile may say: its defaults and its rules. Pure: no row, no request.

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

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from modeling.errors import UserError
from modeling.labels import FIRST_ADDED, IGNORE_HEX, LAST_ADDED, Entry, LabelKind

Settings: TypeAlias = dict[str, Any]
Wrong: TypeAlias = dict[str, str]
"""Sentence by field, for example ``entries.2.color``."""

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
GAPS = (0, 2, 4, 8, 16)
SOLID_BLACK = ("line", "fill", "ask")
ASK = "ask"
WIDEST_LINE = 0.1
"""Share of the frame's height."""
LARGEST_AREA = 10_000
NAME_LENGTH = 40

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


class ProfileError(UserError):
    """A profile that cannot be; ``fields`` has a sentence by field."""

    def __init__(self, fields: Wrong) -> None:
        super().__init__(
            "Some fields are not right.", code="profile_invalid", remedy=next(iter(fields.values()))
        )
        self.fields = fields


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


def check(settings: Settings, kind: LabelKind, before: Mapping[str, Any]) -> None:
    """Check settings against the kind and against what was stored before; fields count as sent.

    Raises:
        ProfileError: With a sentence for each field that is wrong.
    """
    wrong: Wrong = {}
    wrong |= _wrong_classes(settings, kind)
    wrong |= _wrong_entries(settings["entries"], kind)
    wrong |= _wrong_changes(settings["entries"], before.get("entries", []), kind)
    wrong |= _wrong_names(settings, kind)
    wrong |= _wrong_pencils(settings["pencil"], kind)
    wrong |= _wrong_numbers(settings)
    if wrong:
        raise ProfileError(wrong)


def _wrong_classes(settings: Settings, kind: LabelKind) -> Wrong:
    if strange := [index for index in settings["classes"] if not 0 <= index < len(kind.classes)]:
        return {"classes": f"{kind.name} has no class {strange[0]}."}
    if 0 not in settings["classes"]:
        return {"classes": f"{kind.classes[0].name} is what remains where nothing is drawn: it stays in use."}
    if len(set(settings["classes"])) < 2:
        return {"classes": "With one class there is nothing to draw: leave a second in use."}
    return {}


def _wrong_entries(entries: list[dict[str, Any]], kind: LabelKind) -> Wrong:
    wrong: Wrong = {}
    values: set[int] = set()
    colors = {f"#{entry.color}": f"entry {entry.value}" for entry in kind.entries if entry not in kind.added}
    colors[f"#{IGNORE_HEX}"] = "ignore"
    for row, entry in enumerate(entries):
        value, color = entry["value"], entry["color"].upper()
        wrong |= _wrong_entry(f"entries.{row}", entry, kind)
        if value in values:
            wrong[f"entries.{row}.value"] = f"Two entries have the value {value}: give one another."
        if color in colors:
            wrong[f"entries.{row}.color"] = f"{color} is the colour of {colors[color]}: choose another."
        values.add(value)
        colors.setdefault(color, f"entry {value}")
    return wrong


def _wrong_entry(field: str, entry: dict[str, Any], kind: LabelKind) -> Wrong:
    wrong: Wrong = {}
    if not FIRST_ADDED <= entry["value"] <= LAST_ADDED:
        wrong[f"{field}.value"] = f"Added entries have values from {FIRST_ADDED} to {LAST_ADDED}."
    if not _COLOR.match(entry["color"]):
        wrong[f"{field}.color"] = "A colour is written #RRGGBB."
    if not 0 <= entry["class_index"] < len(kind.classes):
        wrong[f"{field}.class_index"] = f"{kind.name} has no class {entry['class_index']}."
    if not entry["name"].strip():
        wrong[f"{field}.name"] = "Name it: an annotator chooses it by its name."
    return wrong


def _wrong_changes(entries: list[dict[str, Any]], before: Iterable[dict[str, Any]], kind: LabelKind) -> Wrong:
    """Stored values keep their meaning: no entry goes away or changes its class."""
    wrong: Wrong = {}
    rows = {entry["value"]: row for row, entry in enumerate(entries)}
    for old in before:
        row = rows.get(old["value"])
        if row is None:
            message = f"Entry {old['value']} ({old['name']}) may be in labels already: retire it instead."
            wrong["entries"] = message
        elif entries[row]["class_index"] != old["class_index"]:
            name = kind.classes[old["class_index"]].name
            wrong[f"entries.{row}.class_index"] = f"Labels mean {name} by it. Retire it and add another."
    return wrong


def _wrong_names(settings: Settings, kind: LabelKind) -> Wrong:
    wrong: Wrong = {}
    own = {str(entry.value) for entry in kind.entries if entry not in kind.added}
    taken = {e["name"].strip().casefold(): f"entries.{row}.name" for row, e in enumerate(settings["entries"])}
    if len(taken) < len(settings["entries"]):
        wrong |= _doubled(settings["entries"])
    for value, name in settings["names"].items():
        if value not in own:
            wrong[f"names.{value}"] = f"{kind.name} has no stored value {value}."
        if name.strip() and taken.setdefault(name.strip().casefold(), value) != value:
            wrong[f"names.{value}"] = f"Two entries are called {name.strip()}: nobody could tell them apart."
    return wrong


def _doubled(entries: list[dict[str, Any]]) -> Wrong:
    first: dict[str, int] = {}
    for row, entry in enumerate(entries):
        first.setdefault(entry["name"].strip().casefold(), row)
    return {
        f"entries.{row}.name": f"Two entries are called {entry['name'].strip()}: nobody could tell them apart."
        for row, entry in enumerate(entries)
        if entry["name"].strip() and first[entry["name"].strip().casefold()] != row
    }


def _wrong_pencils(pencils: list[dict[str, str]], kind: LabelKind) -> Wrong:
    wrong: Wrong = {}
    meanings = {cls.name for cls in kind.classes} | {ASK}
    colors: set[str] = set()
    for row, pencil in enumerate(pencils):
        color = pencil["color"].upper()
        if not _COLOR.match(color):
            wrong[f"pencil.{row}.color"] = "A colour is written #RRGGBB."
        if color in colors:
            wrong[f"pencil.{row}.color"] = f"{color} is there already: where it means two things, let it ask."
        if pencil["meaning"] not in meanings:
            wrong[f"pencil.{row}.meaning"] = f"{kind.name} has no class {pencil['meaning']!r}."
        colors.add(color)
    return wrong


def _wrong_numbers(settings: Settings) -> Wrong:
    wrong: Wrong = {}
    least, most = settings["line_width"]["min"], settings["line_width"]["max"]
    if not 0 <= least < 1:
        wrong["line_width.min"] = "A line is at least 0 wide."
    if not least < most <= WIDEST_LINE:
        message = f"The widest line is wider than the narrowest, and at most {WIDEST_LINE:.0%} of the height."
        wrong["line_width.max"] = message
    if settings["gap"] not in GAPS:
        wrong["gap"] = f"Fills bridge gaps of {', '.join(map(str, GAPS))} px."
    if settings["solid_black"] not in SOLID_BLACK:
        wrong["solid_black"] = "Solid black is line or fill, or is asked for."
    for field in ("speck", "hole"):
        if not 0 <= settings[field] <= LARGEST_AREA:
            wrong[field] = f"From 0 to {LARGEST_AREA:,} px."
    if strange := sorted(set(settings["checks"]) - set(CHECKS)):
        wrong["checks"] = f"There is no check {strange[0]!r}."
    return wrong
