"""From a painting to a label of a frame: where the frame lies in it, what its pixels mean, what it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.elsewhere.painting import Painting
from modeling.images import RGB
from modeling.labelio import LabelMap
from modeling.labels import IGNORE, LabelKind
from modeling.painted import inks_of, pencil_inks, read_painting
from modeling.painted.registration import Registration, find_frame, from_box, same_size

PENCIL = "pencil"
HOW = ("blended", "thesis", PENCIL)
"""How an upload may be read: `modeling.painted.WAYS`, or as a studio's pencil on white paper."""

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a painting; all masks are (H, W) bool of the frame's size.

    Attributes:
        label_map: (H, W) uint8 stored values.
        registration: Where the frame lies in the painting.
        off_palette, semi, unread: As `modeling.painted.Reading`.
        outside: What the painting does not cover; it is ignore.
        asked: Pencil whose meaning only a person knows; it is ignore.
        lossy: The painting looks compressed.
    """

    label_map: LabelMap
    registration: Registration
    off_palette: NDArray[np.bool_]
    semi: NDArray[np.bool_]
    unread: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    lossy: bool


@dataclass(frozen=True, slots=True)
class ClassChange:
    """Pixels of one class before and after, and how many came and went."""

    name: str
    before: int
    after: int
    gained: int
    lost: int


def read_for(
    painting: Painting,
    kind: LabelKind,
    size: Size,
    frame: Callable[[], RGB],
    *,
    name: str,
    how: str = "blended",
    pencil: Sequence[Mapping[str, str]] = (),
) -> Read:
    """Read a painting as a label of a frame.

    Args:
        painting: What came back.
        kind: What it shows, with the production's own entries.
        size: (height, width) of the frame.
        frame: Gives the frame's pixels, asked for only when it must be searched.
        name: What the painting is called, for messages.
        how: One of `HOW`.
        pencil: The production's pencils, for ``pencil``.

    Raises:
        UserError: As `registration_of` and `modeling.painted.read_painting`; ``pencil_meaning``.
    """
    registration = registration_of(painting, size, frame, name)
    inks = pencil_inks(kind, pencil) if how == PENCIL else inks_of(kind)
    reading = read_painting(painting.rgba, inks, how="blended" if how == PENCIL else how)

    def placed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return registration.apply(mask.astype(np.uint8), size) == 1

    outside = registration.apply(np.zeros(painting.size, np.uint8), size) == IGNORE
    asked = (
        (reading.label_map == IGNORE) & ~reading.unread if how == PENCIL else np.zeros(painting.size, bool)
    )
    return Read(
        registration.apply(reading.label_map, size),
        registration,
        placed(reading.off_palette),
        placed(reading.semi | painting.semi),
        placed(reading.unread),
        outside,
        placed(asked),
        reading.lossy,
    )


def registration_of(painting: Painting, size: Size, frame: Callable[[], RGB], name: str) -> Registration:
    """Where the frame lies in a painting: as the file tells, at its own size, or where the edges agree.

    Raises:
        UserError: ``painting_stretched`` or ``painting_size``.
    """
    height, width = painting.size
    box = painting.box
    if box is not None and (box.left, box.top, box.width, box.height) != (0, 0, size[1], size[0]):
        return from_box(box.left, box.top, box.width, box.height, size)
    if painting.size == size:
        return same_size()
    if painting.stamp is not None and abs(width * size[0] / (height * size[1]) - 1) < 0.005:
        return from_box(0, 0, width, height, size)
    return find_frame(over_paper(painting), frame(), name)


def over_paper(painting: Painting) -> RGB:
    """(H, W, 3) uint8: the painting laid over white, for looking at."""
    alpha = painting.rgba[..., 3:].astype(np.uint16)
    return ((painting.rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def class_changes(after: LabelMap, before: LabelMap | None, kind: LabelKind) -> list[ClassChange]:
    """How a label differs from the one that stands, class by class, ignore last; classes in neither are left out."""
    new = kind.to_classes(after)
    old = kind.to_classes(before) if before is not None else None
    names = {index: cls.name for index, cls in enumerate(kind.classes)} | {IGNORE: "ignore"}
    return [row for index, name in names.items() if (row := _change(name, new == index, old, index))]


def _change(
    name: str, new: NDArray[np.bool_], old: NDArray[np.uint8] | None, index: int
) -> ClassChange | None:
    was = old == index if old is not None else np.zeros_like(new)
    counts = [int(np.count_nonzero(mask)) for mask in (was, new, new & ~was, was & ~new)]
    return ClassChange(name, *counts) if counts[0] or counts[1] else None
