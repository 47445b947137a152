"""What it takes a person to label a frame, counted from the truth: the length of the borders to be drawn.

All lengths are in sides of pixels at the size the simulation works at. A frame costs its opening, looking at and
handing in, whatever is drawn; that and picking a tool are set beside lengths by what is worth as much drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from modeling.labels import IGNORE

Map = NDArray[np.uint8]
SMALLEST = 8
"""Pixels below which nobody mends a wrong region."""
FRAME_SHARE = 1 / 4
"""What a frame costs beside its drawing, as a share of its width and height together."""
ACTION_SHARE = 1 / 64
"""What one more thing to be drawn costs beside its length, likewise."""


class Work(BaseModel):
    """Of one frame: lengths of borders and numbers of things, from nothing and from the model's draft.

    Attributes:
        border: Length of the borders between classes of the truth.
        regions: Connected regions that are no background, of `SMALLEST` pixels or more.
        wrong_border: Length of the borders of the draft's wrong regions; None without a draft.
        wrong_regions: How many there are; None without a draft.
        perimeter: Width and height together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    border: int
    regions: int
    wrong_border: int | None = None
    wrong_regions: int | None = None
    perimeter: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to count effort: a name, what it says, and whether it starts from the model's draft."""

    name: str
    text: str
    from_draft: bool


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("border", "Length of the borders of the truth, and a fixed cost a frame", False),
        Measure(
            "actions",
            "A scripted annotator: each wrong region of the draft is an action and its border's length, or all is "
            "drawn anew where that is less; and a fixed cost a frame",
            True,
        ),
    )
}
"""What ``--effort`` may name."""


def border_length(classes: Map) -> int:
    """Sides of pixels between two classes of (H, W) uint8; what is ignored borders on nothing."""
    return _sides(classes[:, 1:], classes[:, :-1]) + _sides(classes[1:], classes[:-1])


def _sides(one: Map, other: Map) -> int:
    return int(((one != other) & (one != IGNORE) & (other != IGNORE)).sum())


def wrong_regions(truth: Map, draft: Map) -> tuple[int, int]:
    """Number and total border length of the connected regions that a draft has wrong, by the class wanted there.

    Args:
        truth: (H, W) classes, 255 ignored: nothing is wrong there.
        draft: (H, W) classes.
    """
    wrong = (truth != draft) & (truth != IGNORE)
    number = length = 0
    for wanted in np.unique(truth[wrong]):
        found = _large(wrong & (truth == wanted))
        number += found[0]
        length += border_length(np.pad(found[1], 1))
    return number, length


def _large(mask: NDArray[np.bool_]) -> tuple[int, Map]:
    """How many regions (8-connected) have `SMALLEST` pixels or more, and (H, W) uint8 those regions."""
    _, places, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    large = sizes[:, cv2.CC_STAT_AREA] >= SMALLEST
    large[0] = False
    return int(large.sum()), large[places].astype(np.uint8)


def work_of(truth: Map, draft: Map | None) -> Work:
    """Count what there is to do for (H, W) uint8 classes, with the model's draft of them if there is one."""
    regions, _ = wrong_regions(truth, np.zeros_like(truth))
    number, length = wrong_regions(truth, draft) if draft is not None else (None, None)
    return Work(
        border=border_length(truth),
        regions=regions,
        wrong_border=length,
        wrong_regions=number,
        perimeter=sum(truth.shape),
    )


def effort_of(work: Work, measure: Measure) -> float:
    """What a frame costs, in sides of pixels drawn."""
    fixed, action = work.perimeter * FRAME_SHARE, work.perimeter * ACTION_SHARE
    if not measure.from_draft:
        return fixed + work.border
    anew = work.border + action * work.regions
    if work.wrong_border is None or work.wrong_regions is None:
        return fixed + anew
    return fixed + min(anew, work.wrong_border + action * work.wrong_regions)
