"""A painted picture moved to where another drawing of its cut has its lines.

From one drawing to the next a character moves by more than a network of a few hundred steps learns to follow. How the
lines moved is found as the palette transfer finds it (`modeling.paint.motion`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.coloring.drawings import PAPER
from modeling.coloring.segments import LINE
from modeling.paint.motion import find_flow, glow_of

Pixels = NDArray[np.uint8]


def registered(shown: Pixels, its_ink: Pixels, ink: Pixels) -> Pixels:
    """(H, W, 3) the painted picture as it lies after the move, its colours exact, white beyond its edge.

    It stays where it is if either has no line, or if its lines then agree with the drawing's no better than before.

    Args:
        shown: (H, W, 3) uint8 paint on white paper.
        its_ink: (H, W) uint8 its lines, found in the same way as the drawing's.
        ink: (H, W) uint8 the drawing's lines.
    """
    source, target = (glow_of(lines >= LINE) for lines in (its_ink, ink))
    if not (source.any() and target.any()):
        return shown
    flow = find_flow(target, source, (ink.shape[0], ink.shape[1]))
    moved = glow_of(_moved(255 - its_ink, flow) <= 255 - LINE)
    return _moved(shown, flow) if _apart(moved, target) < _apart(source, target) else shown


def _moved(picture: Pixels, flow: NDArray[np.float32]) -> Pixels:
    height, width = flow.shape[:2]
    x = flow[..., 0] + np.arange(width, dtype=np.float32)
    y = flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    paper = (PAPER,) * 3
    return np.asarray(
        cv2.remap(picture, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=paper),
        np.uint8,
    )


def _apart(one: Pixels, other: Pixels) -> float:
    return float(cv2.absdiff(one, other).mean())
