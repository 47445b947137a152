"""Where one shot ends and the next begins: PySceneDetect, fed picture by picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scenedetect import AdaptiveDetector

LONG_SIDE = 256
"""Cuts are told from pictures this large."""
DELAY = 2
"""Pictures after its first one until a cut is known."""
_MIN_FRAMES = 6


class CutFinder:
    """Feed it pictures in order; it names the first picture of each further cut, at most `DELAY` pictures late.

    PySceneDetect's adaptive detector: the change against its neighbours', so that fast pans are no cuts.
    """

    def __init__(self) -> None:
        self._detector = AdaptiveDetector(window_width=DELAY, min_scene_len=_MIN_FRAMES)

    def feed(self, index: int, bgr: NDArray[np.uint8]) -> list[int]:
        """Take picture ``index`` ((h, w, 3) uint8 BGR, long side about `LONG_SIDE`) and return the cuts that became certain."""
        return self._detector.process_frame(index, bgr)
