"""A neighbour drawing's label, carried over: what did not change is taken, what moved is followed.

Limited animation repeats: between two drawings of a cut most pixels are the same, or the same moved by a pan. Their
values are right and may be locked. The rest is guessed from four motions at each pixel, the one under which the two
pictures look most alike: at rest with the plate, with the screen (a figure that is followed while its plate pans), and
two optical flows (DIS, Kroeger et al. 2016, from either). Label values are taken whole, nearest, never mixed.
Where no motion explains the picture, a map of two fills is decided by colour (GrabCut, Rother et al. 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.video.holds import halved_rgb, same_drawing
from datasets.video.motion import Motion, motion_between

FLOW_LONG = 960
"""Flows are computed in pictures this large; labels are taken at full size."""
CUT_LONG = 640
"""Colour decides in a picture this large."""
MARGIN = 2
"""Pixels around a change that are guessed, too: its border is soft."""
UNEXPLAINED = 14.0
"""Levels of mean difference from which on a motion explains nothing."""
_CLIP = 60
_BOX = 7
_GROW = 9
_PAD = 48
_ROUNDS = 2

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels, the ends not included."""
Field = NDArray[np.float32]
"""(h, w, 2): where each pixel comes from, in pixels right and down of itself."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A label for the other drawing.

    Attributes:
        label: (H, W) uint8 stored values.
        known: (H, W) bool, true where nothing changed and the value is not guessed.
        moved: What moved on its own, or None when nothing did.
        how: ``same`` when it is the same drawing, else ``flow``.
    """

    label: NDArray[np.uint8]
    known: NDArray[np.bool_]
    moved: Box | None
    how: Literal["same", "flow"]


def carry(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    label: NDArray[np.uint8],
    *,
    two_fills: bool,
    motion: Motion | None = None,
) -> Carried:
    """Carry the label of one drawing over to another of its cut.

    Args:
        before: (H, W, 3) uint8 sRGB, the drawing that has the label.
        after: The other drawing, of the same size.
        label: (H, W) uint8 stored values of ``before``.
        two_fills: Whether the label has just the values 0 and 1 (and 255), both fills: colour may then decide.
        motion: What ingest found between them; without it both are compared here by the same measure.
    """
    if motion is None:
        if same_drawing(halved_rgb(before), halved_rgb(after)):
            return Carried(label.copy(), np.ones(label.shape, bool), None, "same")
        motion = motion_between(before, after)
    x, y = round(motion.pan_x), round(motion.pan_y)
    known = _unchanged(motion.changed, x, y)
    carried = _shifted(label, x, y)
    if box := _around(~known):
        _guess(_Part(before, after, carried, known, (x, y), box), two_fills)
    return Carried(carried, known, _moved(motion.changed), "flow")


def reverse(motion: Motion) -> Motion:
    """The way back: from the later of two drawings to the earlier one."""
    x, y = -motion.pan_x, -motion.pan_y
    changed = _shifted(motion.changed.astype(np.uint8), round(x), round(y)) > 0
    return Motion(x, y, changed)


class _Part:
    """The box of a pair of drawings in which something is to be guessed; ``label`` is written in place."""

    def __init__(
        self,
        before: NDArray[np.uint8],
        after: NDArray[np.uint8],
        label: NDArray[np.uint8],
        known: NDArray[np.bool_],
        pan: tuple[int, int],
        box: Box,
    ) -> None:
        x0, y0, x1, y1 = box
        self.pan = pan
        self.inside = slice(y0, y1), slice(x0, x1)
        self.before = _shifted(before, *pan)[self.inside]
        self.after = after[self.inside]
        self.label = label[self.inside]
        self.open = ~known[self.inside]
        self.scale = min(1.0, FLOW_LONG / max(self.open.shape))

    def small(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture at the size of the flow."""
        size = [max(16, round(side * self.scale)) for side in picture.shape[1::-1]]
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

    def large(self, values: NDArray) -> NDArray:  # type: ignore[type-arg]
        """Values at the size of the flow, at the part's own size."""
        return cv2.resize(values, self.label.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _guess(part: _Part, two_fills: bool) -> None:
    field, error = _best_motion(part)
    field = (part.large(field) / part.scale).astype(np.float32)
    values = _taken(part.label, field, cv2.INTER_NEAREST)
    part.label[part.open] = values[part.open]
    if two_fills:
        unexplained = (part.large(error) > UNEXPLAINED).astype(np.uint8)
        grown = cv2.dilate(unexplained, np.ones((_GROW, _GROW), np.uint8)) > 0
        _decide_by_color(part, part.open & grown)


def _best_motion(part: _Part) -> tuple[Field, NDArray[np.float32]]:
    """The motion at each pixel under which the drawings look most alike, and by how many levels they differ then."""
    before, after = part.small(part.before), part.small(part.after)
    best: Field | None = None
    for field in _motions(part, before, after):
        error = _difference(_taken(before, field, cv2.INTER_LINEAR), after)
        if best is None:
            best, least = field.copy(), error
            continue
        better = error < least
        best[better], least[better] = field[better], error[better]
    assert best is not None
    return best, least


def _motions(part: _Part, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> list[Field]:
    at_rest = np.zeros((*after.shape[:2], 2), np.float32)
    with_screen = at_rest + np.array(part.pan, np.float32) * np.float32(part.scale)
    if part.pan == (0, 0):
        return [at_rest, _flow(before, after, at_rest)]
    return [at_rest, with_screen, _flow(before, after, at_rest), _flow(before, after, with_screen)]


def _flow(before: NDArray[np.uint8], after: NDArray[np.uint8], start: Field) -> Field:
    """Dense inverse search from a start: DIS finds small motions, and the pan of a whole plate is a large one."""
    one, other = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) for rgb in (before, after))
    shifted = _taken(one, start, cv2.INTER_LINEAR)
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)  # type: ignore[attr-defined]
    return search.calc(other, shifted, None) + start


def _difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean over a small box of the largest channel's difference; one spot of noise counts for no more than a line."""
    red, green, blue = cv2.split(cv2.absdiff(one, other))
    worst = np.minimum(cv2.max(cv2.max(red, green), blue), _CLIP)
    return cv2.blur(worst.astype(np.float32), (_BOX, _BOX))  # type: ignore[return-value]


def _taken(values: NDArray, field: Field, interpolation: int) -> NDArray:  # type: ignore[type-arg]
    """Look up each pixel where it comes from; beyond the border lies the border."""
    height, width = values.shape[:2]
    columns = field[..., 0] + np.arange(width, dtype=np.float32)
    rows = field[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(values, columns, rows, interpolation, borderMode=cv2.BORDER_REPLICATE)


def _decide_by_color(part: _Part, asked: NDArray[np.bool_]) -> None:
    """Let the colours of what is known decide about pixels that no motion explains."""
    box = _around(asked)
    if box is None:
        return
    x0, y0, x1, y1 = box
    inside = slice(y0, y1), slice(x0, x1)
    label, picture, asked = part.label[inside], part.after[inside], asked[inside]
    cel = _cut(picture, label, asked)
    if cel is not None:
        label[asked & (label <= 1)] = cel[asked & (label <= 1)]


def _cut(
    picture: NDArray[np.uint8], label: NDArray[np.uint8], asked: NDArray[np.bool_]
) -> NDArray[np.bool_] | None:
    """GrabCut on a small picture, (h, w) bool at the full one's size; None where only one side is there."""
    scale = min(1.0, CUT_LONG / max(label.shape))
    size = [max(2, round(side * scale)) for side in label.shape[::-1]]
    values = cv2.resize(label, size, interpolation=cv2.INTER_NEAREST) == 1
    open_ = cv2.resize(asked.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if values.all() or not values.any():
        return None
    sides = np.where(values, cv2.GC_FGD, cv2.GC_BGD) + np.where(open_, cv2.GC_PR_BGD, 0)
    sides = sides.astype(np.uint8)
    bgr = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # it clusters colours from a random start, and a label must not depend on it
    cv2.grabCut(bgr, sides, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    cel = (sides & 1).astype(np.float32)
    return cv2.resize(cel, label.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5


def _unchanged(changed: NDArray[np.bool_], x: int, y: int) -> NDArray[np.bool_]:
    """Pixels whose value is sure: neither near a change nor brought in by the pan."""
    side = 2 * MARGIN + 1
    near = cv2.dilate(changed.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    there = np.zeros(changed.shape, bool)
    height, width = changed.shape
    there[max(0, y) : max(0, height + min(0, y)), max(0, x) : max(0, width + min(0, x))] = True
    return there & ~near


def _shifted(values: NDArray[np.uint8], x: int, y: int) -> NDArray[np.uint8]:
    """Move by whole pixels, the border repeated."""
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = values.shape[1], values.shape[0]
    return cv2.warpAffine(  # type: ignore[return-value]
        values, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )


def _around(mask: NDArray[np.bool_]) -> Box | None:
    """The box of what is set, with room for a figure to come from."""
    box = _bounds(mask.astype(np.uint8))
    if box is None:
        return None
    x0, y0, x1, y1 = box
    height, width = mask.shape
    return max(0, x0 - _PAD), max(0, y0 - _PAD), min(width, x1 + _PAD), min(height, y1 + _PAD)


def _moved(changed: NDArray[np.bool_]) -> Box | None:
    """The box of what moved; specks of noise count only when there is nothing else."""
    whole = changed.astype(np.uint8)
    return _bounds(cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))) or _bounds(whole)


def _bounds(mask: NDArray) -> Box | None:  # type: ignore[type-arg]
    x, y, width, height = cv2.boundingRect(mask)
    return (x, y, x + width, y + height) if width else None
