"""Line drawings as the network is shown them: black ink on white paper, and hints behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import NAMES, line_mask

Pixels = NDArray[np.uint8]

PAPER = 255
VISIBLE = NAMES.index("visible_line")
INK, DOTS, REFERENCE = "ink", "dots", "reference"
"""What beside label kinds may be drawn of a picture: (H, W) uint8 ink (0 paper), (H, W, 4) uint8 colours where the
fourth is 255 (a person's dots), and the (H, W, 3) uint8 painted cel of another drawing on white."""


def ink_of(rgb: Pixels, drawn: Mapping[str, NDArray[Any]]) -> Pixels:
    """(H, W) uint8, 255 on a line: the ink that is given, else a douga's visible lines, else lines found by XDoG.

    XDoG takes dark areas for lines, on paper as in a frame: where a douga is drawn it is the better drawing.

    Args:
        rgb: (H, W, 3) uint8 frame, or a drawing on white paper.
        drawn: May hold `INK` and classes of a ``douga``; where a ``cel`` is drawn there is no line outside of it.
    """
    if INK in drawn:
        return np.asarray(drawn[INK], np.uint8)
    if "douga" in drawn:
        return np.where(drawn["douga"] == VISIBLE, np.uint8(255), np.uint8(0))
    return _within(_extracted(rgb), drawn)


def _extracted(rgb: Pixels) -> Pixels:
    from modeling.douga.baselines import EXTRACTORS

    entry = EXTRACTORS.get("xdog")
    return np.asarray(entry.build(entry.parse()).strength(rgb), np.uint8)


def _within(ink: Pixels, drawn: Mapping[str, NDArray[Any]]) -> Pixels:
    return np.where(drawn["cel"] == 0, np.uint8(0), ink) if "cel" in drawn else ink


def bounds_of(ink: Pixels, drawn: Mapping[str, NDArray[Any]]) -> Pixels:
    """(H, W) uint8, 255 where no colour lies: on the (H, W) ink, on every line of a douga, and outside of a cel.

    What a character has before it cuts its outline open; the paper outside would flow in.
    """
    found = ink.copy()
    if "douga" in drawn:
        found[line_mask(drawn["douga"])] = 255
    if "cel" in drawn:
        found[drawn["cel"] == 0] = 255
    return found


def on_paper(ink: Pixels) -> Pixels:
    """(H, W, 3) uint8 black on white of (H, W) ink."""
    return np.repeat((PAPER - ink)[..., None], 3, 2)


def painted(rgb: Pixels, cel: NDArray[Any]) -> Pixels:
    """(H, W, 3) uint8: the cel's own colours on white paper; ``cel`` is 0 where the background is."""
    return np.where((cel == 0)[..., None], np.uint8(PAPER), rgb)


def dotted(rgb: Pixels, places: NDArray[np.int64], radius: int) -> Pixels:
    """(H, W, 4) uint8: discs of ``radius`` px in the colour that (H, W, 3) has at (N, 2) places (y, x); else zeros."""
    colored = [(y, x, tuple(rgb[y, x].tolist())) for y, x in places.tolist()]
    return dots_at((rgb.shape[0], rgb.shape[1]), colored, radius)


def dots_at(size: tuple[int, int], places: Iterable[tuple[int, int, tuple[int, ...]]], radius: int) -> Pixels:
    """(H, W, 4) uint8: discs of ``radius`` px of (y, x, (R, G, B)), the fourth channel 255 on them; else zeros."""
    import cv2

    dots = np.zeros((*size, 4), np.uint8)
    for y, x, color in places:
        cv2.circle(dots, (x, y), radius, (*color, 255), cv2.FILLED)
    return dots


def random_dots(rgb: Pixels, cel: Pixels, most: int, radius: int, rng: np.random.Generator) -> Pixels:
    """As `dotted`, at up to ``most`` places of the cel, each number of them as likely; none where no cel is."""
    inside = np.flatnonzero(cel == 1)
    count = min(int(rng.integers(most + 1)), len(inside))
    places = np.stack(np.unravel_index(rng.choice(inside, count, replace=False), cel.shape), 1)
    return dotted(rgb, places, radius)
