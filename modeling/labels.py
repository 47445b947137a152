"""Label kinds: what a person draws, its palette, its check and its file.

Stored values of a class map are *palette entries* (uint8); 255 is ``IGNORE`` everywhere. Models and metrics see the
class of an entry by look-up (design.md, section 2). The palette follows the douga classes of Kugler 2020, section 5.1.
A scalar map stores a number a pixel (uint16), 0 being unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError

IGNORE = 255
"""Stored value of pixels that count nowhere."""

UNKNOWN, FULL = 0, 65535
"""Stored values of a scalar map: what counts nowhere, and the largest there is (design.md, section 2)."""

IGNORE_HEX = "FF00FF"
"""Colour of ignored pixels in files and on screen; no entry has it."""


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class of a class map: its index is its position in ``LabelKind.classes``."""

    name: str
    group: str
    colors: tuple[str, ...]
    text: str


FIRST_ADDED, LAST_ADDED = 20, 254
"""Stored values that a production may give to entries of its own."""


class Entry(NamedTuple):
    """A stored value: its colour (RRGGBB), the index of its class, and its name where it has one of its own."""

    value: int
    color: str
    class_index: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class LabelKind:
    """What a person draws.

    ``storage`` is ``class_map`` (H x W uint8 palette entries) or ``scalar_map`` (H x W uint16, 0 unknown); ``added``
    are the entries of one production (see `extended`). A class map is drawn pixel by pixel, a scalar map by layers; a
    kind that is not ``drawable`` comes by import alone: the editor has no tools for it.
    """

    name: str
    storage: str
    text: str
    classes: tuple[LabelClass, ...] = field(default=())
    added: tuple[Entry, ...] = field(default=())
    drawable: bool = True

    @property
    def scalar(self) -> bool:
        """Whether a pixel holds a number instead of a class."""
        return self.storage == "scalar_map"

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a stored value."""
        return np.dtype(np.uint16 if self.scalar else np.uint8)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Palette entries by stored value: the classes' defaults, the further colours, then the added ones."""
        colors = [(c.colors[0], i) for i, c in enumerate(self.classes)]
        colors += [(color, i) for i, c in enumerate(self.classes) for color in c.colors[1:]]
        return (*(Entry(value, *color) for value, color in enumerate(colors)), *self.added)

    def extended(self, added: Iterable[Entry]) -> LabelKind:
        """The kind as a production draws it, with ``added`` instead of what it had of added entries.

        Raises:
            UserError: ``entry_value``, ``entry_class`` or ``entry_color``.
        """
        kind = replace(self, added=tuple(sorted(Entry(*entry) for entry in added)))
        check_entries(kind)
        return kind

    @property
    def values(self) -> NDArray[np.uint8]:
        """(entries,) uint8 stored values, ascending."""
        return np.array([entry.value for entry in self.entries], np.uint8)

    @property
    def palette(self) -> NDArray[np.uint8]:
        """(entries, 3) uint8 sRGB, in the order of ``values``."""
        colors = [list(bytes.fromhex(entry.color)) for entry in self.entries]
        return np.array(colors, np.uint8).reshape(-1, 3)

    @property
    def class_of_entry(self) -> NDArray[np.uint8]:
        """(256,) uint8 look-up from stored value to class; unknown values and 255 give ``IGNORE``."""
        table = np.full(256, IGNORE, np.uint8)
        table[self.values] = [entry.class_index for entry in self.entries]
        return table

    def to_classes(self, label_map: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Map (H, W) stored entries to (H, W) classes, 255 staying 255."""
        return self.class_of_entry[label_map]

    def truth_of(self, label_map: NDArray[Any]) -> NDArray[Any]:
        """What a model learns of (H, W) stored values, and is judged by.

        Classes, uint8 with 255 where nothing counts; of a scalar map float32 in 0..1, with 0 where nothing counts.
        """
        return shares_of(label_map) if self.scalar else self.to_classes(label_map)

    def validate(self, label_map: NDArray[np.generic], size: tuple[int, int] | None = None) -> None:
        """Check dtype, shape and values of a label map.

        Args:
            label_map: (H, W) array.
            size: (height, width) of the frame, when known.

        Raises:
            UserError: ``label_shape``, ``label_size``, ``label_dtype`` or ``label_value``.
        """
        if label_map.ndim != 2:
            raise UserError(
                f"A {self.name} label map has two axes, this one {label_map.ndim}.", code="label_shape"
            )
        if label_map.dtype != self.dtype:
            raise UserError(
                f"A {self.name} label map is {self.dtype.name}, not {label_map.dtype}.", code="label_dtype"
            )
        if size is not None and label_map.shape != tuple(size):
            have, want = label_map.shape, size
            raise UserError(
                f"The label is {have[1]}x{have[0]}, its frame {want[1]}x{want[0]}.",
                code="label_size",
                remedy="Export it at the frame's size.",
            )
        if not self.scalar:
            self._validate_values(label_map)

    def _validate_values(self, label_map: NDArray[np.generic]) -> None:
        present = np.flatnonzero(np.bincount(label_map.ravel(), minlength=256))
        foreign = np.setdiff1d(present, [*self.values, IGNORE]).tolist()
        if foreign:
            raise UserError(f"{self.name} has no palette entries {foreign[:5]}.", code="label_value")


def counted_in(truth: NDArray[Any]) -> NDArray[np.bool_]:
    """(H, W) bool: which pixels of a truth (`LabelKind.truth_of`) count."""
    return truth > 0 if np.issubdtype(truth.dtype, np.floating) else truth != IGNORE


def shares_of(levels: NDArray[np.uint16]) -> NDArray[np.float32]:
    """(H, W) stored values of a scalar map to float32 in 0..1; unknown stays 0."""
    return np.asarray(levels / np.float32(FULL), np.float32)


def levels_of(shares: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    """(H, W) numbers to the nearest stored values: those outside 0..1 are clipped, and none becomes unknown."""
    return np.rint(np.clip(shares, 0, 1) * FULL).clip(UNKNOWN + 1, FULL).astype(np.uint16)


def check_entries(kind: LabelKind) -> None:
    """Refuse added entries that cannot be told apart, or that mean no class.

    Raises:
        UserError: ``entry_value``, ``entry_class`` or ``entry_color``.
    """
    seen: dict[str, int] = {IGNORE_HEX: IGNORE}
    for entry in kind.entries:
        if not 0 <= entry.class_index < len(kind.classes):
            message = f"Entry {entry.value} of {kind.name} has no class {entry.class_index}."
            raise UserError(message, code="entry_class", remedy=f"Classes are 0 to {len(kind.classes) - 1}.")
        if entry.color in seen:
            message = f"Entries {seen[entry.color]} and {entry.value} of {kind.name} are both {entry.color}."
            raise UserError(message, code="entry_color", remedy="Give one of them another colour.")
        seen[entry.color] = entry.value
    values = [entry.value for entry in kind.added]
    if len(set(values)) < len(values) or not all(FIRST_ADDED <= value <= LAST_ADDED for value in values):
        message = f"Added entries of {kind.name} have values of their own from {FIRST_ADDED} to {LAST_ADDED}."
        raise UserError(message, code="entry_value", remedy="Give each another value.")


CEL = LabelKind(
    "cel",
    "class_map",
    "Mask of the moving cel over its painted background",
    (
        LabelClass("background", "fill", ("000000",), "background or book"),
        LabelClass("cel", "fill", ("FFFFFF",), "what moves and is drawn per frame"),
    ),
)

DOUGA = LabelKind(
    "douga",
    "class_map",
    "Colour-coded line art in ten classes",
    (
        LabelClass("flat_area", "fill", ("FFFFFF",), "not on the cel, or flat colour"),
        LabelClass("visible_line", "line", ("000000", "6B3410"), "lines seen in the finished frame"),
        LabelClass("shading_line", "line", ("3A1078", "7A1FA2"), "border of a shade, itself invisible"),
        LabelClass(
            "color_edge", "line", ("00A03C", "00A0C8"), "border between two colours, itself invisible"
        ),
        LabelClass("highlight_line", "line", ("FF0000", "FF6A00"), "border of a highlight"),
        LabelClass("book_line", "line", ("808080", "5A5A5A"), "outline of a book that covers the cel"),
        LabelClass("shading_fill", "fill", ("C9A7EB", "9C6FD6", "E3D0F7"), "darker than its surroundings"),
        LabelClass("color_fill", "fill", ("B8F2B8", "B0EEF4"), "coloured differently from its surroundings"),
        LabelClass("highlight_fill", "fill", ("FFF7A8", "FFE45C"), "brighter than its surroundings"),
        LabelClass("book_fill", "fill", ("D0D0D0", "B0B0B0"), "cel area that a book covers"),
    ),
)

DEPTH = LabelKind(
    "depth",
    "scalar_map",
    "Inverse depth, larger is nearer, normalized over a cut",
)

KINDS: Mapping[str, LabelKind] = MappingProxyType({kind.name: kind for kind in (CEL, DOUGA, DEPTH)})
"""Registry of label kinds by name."""


def get_kind(name: str) -> LabelKind:
    """Return the label kind of that name.

    Raises:
        UserError: ``unknown_kind``, proposing the nearest spelling.
    """
    from modeling.registry import propose

    try:
        return KINDS[name]
    except KeyError:
        raise UserError(
            f"There is no label kind {name!r}.", code="unknown_kind", remedy=propose(name, KINDS)
        ) from None


def drawable_kinds() -> tuple[LabelKind, ...]:
    """Kinds that the editor draws, in the order of the registry."""
    return tuple(kind for kind in KINDS.values() if kind.drawable)


def require_drawable(name: str) -> LabelKind:
    """Return the label kind of that name.

    Raises:
        UserError: ``unknown_kind``, or ``kind_not_drawn`` of one that comes by import alone.
    """
    kind = get_kind(name)
    if not kind.drawable:
        message = f"{kind.name.capitalize()} is imported; drawing it in the editor comes later."
        raise UserError(message, code="kind_not_drawn", remedy=f"Import labels of kind {kind.name} instead.")
    return kind
