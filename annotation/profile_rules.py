"""What may stand in a production's profile (see `annotation.profiles`): a sentence for each field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from annotation.profiles import ASK, CHECKS, GAPS, SOLID_BLACK, Settings
from modeling.errors import UserError
from modeling.labels import FIRST_ADDED, IGNORE_HEX, LAST_ADDED, LabelKind

WIDEST_LINE = 0.1
"""Share of the frame's height."""
LARGEST_AREA = 10_000
"""px of a speck or hole."""

Wrong: TypeAlias = tuple[str, str]
"""A field, for example ``entries.2.color``, and what is wrong with it."""

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


class ProfileError(UserError):
    """A profile that cannot be; ``fields`` has a sentence by field."""

    def __init__(self, fields: dict[str, str]) -> None:
        first = next(iter(fields.values()))
        super().__init__(_("Some fields are not right."), code="profile_invalid", remedy=first)
        self.fields = fields


def check(settings: Settings, kind: LabelKind, before: Mapping[str, Any]) -> None:
    """Check settings against the kind and against what was stored before; rows count as they were sent.

    Raises:
        ProfileError: With a sentence for each field that is wrong.
    """
    if wrong := dict(_wrong(settings, kind, before)):
        raise ProfileError(wrong)


def _wrong(settings: Settings, kind: LabelKind, before: Mapping[str, Any]) -> Iterator[Wrong]:
    entries = settings["entries"]
    yield from _wrong_classes(settings["classes"], kind)
    for row, entry in enumerate(entries):
        yield from _wrong_entry(f"entries.{row}", entry, kind)
    yield from _wrong_doubles(entries, kind)
    yield from _wrong_changes(entries, before.get("entries", []), kind)
    yield from _wrong_names(settings["names"], entries, kind)
    yield from _wrong_pencils(settings["pencil"], kind)
    yield from _wrong_lines(settings)
    yield from _wrong_areas(settings)


def _wrong_classes(classes: list[int], kind: LabelKind) -> Iterator[Wrong]:
    if strange := [index for index in classes if not 0 <= index < len(kind.classes)]:
        yield "classes", _no_class(kind, strange[0])
    elif 0 not in classes:
        message = _("%(name)s is what remains where nothing is drawn: it stays in use.")
        yield "classes", message % {"name": kind.classes[0].name}
    elif len(set(classes)) < 2:
        yield "classes", _("With one class there is nothing to draw: leave a second in use.")


def _no_class(kind: LabelKind, name: object) -> str:
    return _("%(kind)s has no class %(name)s.") % {"kind": kind.name, "name": name}


def _wrong_entry(field: str, entry: dict[str, Any], kind: LabelKind) -> Iterator[Wrong]:
    if not FIRST_ADDED <= entry["value"] <= LAST_ADDED:
        message = _("Added entries have values from %(first)s to %(last)s.")
        yield f"{field}.value", message % {"first": FIRST_ADDED, "last": LAST_ADDED}
    if not _COLOR.match(entry["color"]):
        yield f"{field}.color", _no_color()
    if not 0 <= entry["class_index"] < len(kind.classes):
        yield f"{field}.class_index", _no_class(kind, entry["class_index"])
    if not entry["name"].strip():
        yield f"{field}.name", _("Name it: an annotator chooses it by its name.")


def _no_color() -> str:
    return _("A colour is written #RRGGBB.")


def _wrong_doubles(entries: list[dict[str, Any]], kind: LabelKind) -> Iterator[Wrong]:
    """Values, colours and names are nobody else's: label files and people know entries by them."""
    values: set[int] = set()
    names: set[str] = set()
    colors = {f"#{color}": _entry(value) for value, color, *_rest in kind.entries if value < FIRST_ADDED}
    colors[f"#{IGNORE_HEX}"] = _("ignore")
    for row, entry in enumerate(entries):
        value, color, name = entry["value"], entry["color"].upper(), _folded(entry["name"])
        if value in values:
            message = _("Two entries have the value %(value)s: give one another.")
            yield f"entries.{row}.value", message % {"value": value}
        if color in colors:
            message = _("%(color)s is the colour of %(what)s: choose another.")
            yield f"entries.{row}.color", message % {"color": color, "what": colors[color]}
        if name in names:
            yield f"entries.{row}.name", _alike(entry["name"])
        values.add(value)
        names |= {name} - {""}
        colors.setdefault(color, _entry(value))


def _entry(value: int) -> str:
    return _("entry %(value)s") % {"value": value}


def _folded(name: str) -> str:
    return name.strip().casefold()


def _alike(name: str) -> str:
    return _("Two entries are called %(name)s: nobody could tell them apart.") % {"name": name.strip()}


def _wrong_changes(
    entries: list[dict[str, Any]], before: Iterable[dict[str, Any]], kind: LabelKind
) -> Iterator[Wrong]:
    """Stored values keep their meaning: no entry goes away or changes its class."""
    rows = {entry["value"]: row for row, entry in enumerate(entries)}
    for old in before:
        row = rows.get(old["value"])
        if row is None:
            message = _("Entry %(value)s (%(name)s) may be in labels already: retire it instead.")
            yield "entries", message % old
        elif entries[row]["class_index"] != old["class_index"]:
            message = _("Labels mean %(name)s by it. Retire it and add another.")
            yield f"entries.{row}.class_index", message % {"name": kind.classes[old["class_index"]].name}


def _wrong_names(names: dict[str, str], entries: list[dict[str, Any]], kind: LabelKind) -> Iterator[Wrong]:
    own = {str(entry.value) for entry in kind.entries if entry.value < FIRST_ADDED}
    taken = {_folded(entry["name"]) for entry in entries}
    for value, name in names.items():
        if value not in own:
            message = _("%(kind)s has no stored value %(value)s.")
            yield f"names.{value}", message % {"kind": kind.name, "value": value}
        if name.strip() and _folded(name) in taken:
            yield f"names.{value}", _alike(name)
        taken.add(_folded(name))


def _wrong_pencils(pencils: list[dict[str, str]], kind: LabelKind) -> Iterator[Wrong]:
    meanings = {cls.name for cls in kind.classes} | {ASK}
    colors: set[str] = set()
    for row, pencil in enumerate(pencils):
        color = pencil["color"].upper()
        if not _COLOR.match(color):
            yield f"pencil.{row}.color", _no_color()
        if color in colors:
            message = _("%(color)s is there already: where it means two things, let it ask.")
            yield f"pencil.{row}.color", message % {"color": color}
        if pencil["meaning"] not in meanings:
            yield f"pencil.{row}.meaning", _no_class(kind, pencil["meaning"])
        colors.add(color)


def _wrong_lines(settings: Settings) -> Iterator[Wrong]:
    least, most = settings["line_width"]["min"], settings["line_width"]["max"]
    if not 0 <= least < 1:
        yield "line_width.min", _("A line is at least 0 wide.")
    if not least < most <= WIDEST_LINE:
        message = _("The widest line is wider than the narrowest, and at most %(share)s of the height.")
        yield "line_width.max", message % {"share": f"{WIDEST_LINE:.0%}"}
    if settings["gap"] not in GAPS:
        yield "gap", _("Fills bridge gaps of %(gaps)s px.") % {"gaps": ", ".join(map(str, GAPS))}
    if settings["solid_black"] not in SOLID_BLACK:
        yield "solid_black", _("Solid black is line or fill, or is asked for.")


def _wrong_areas(settings: Settings) -> Iterator[Wrong]:
    for field in ("speck", "hole"):
        if not 0 <= settings[field] <= LARGEST_AREA:
            yield field, _("From 0 to %(most)s px.") % {"most": f"{LARGEST_AREA:,}"}
    if strange := sorted(set(settings["checks"]) - set(CHECKS)):
        yield "checks", _("There is no check %(name)s.") % {"name": strange[0]}
