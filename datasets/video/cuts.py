"""Where one shot ends and the next begins: PySceneDetect, fed drawing by drawing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scenedetect import AdaptiveDetector

LONG_SIDE = 256
"""Cuts are told from pictures this large."""
_WINDOW = 2
_MIN_PICTURES = 6
_QUIET = (6, 12)
"""After so many pictures a hold counts as a quiet moment, as stills have no neighbours to be compared with."""


class CutFinder:
    """Feed it every picture in order, saying which are held; it knows the first picture of each further cut.

    PySceneDetect's adaptive detector compares a change with those around it, so that a fast pan is no cut. On twos and
    threes those around are held pictures without any change, and every drawing would stand out: it gets the drawings
    only, long holds a few times, the first and the last one padded.
    """

    def __init__(self) -> None:
        self._detector = AdaptiveDetector(window_width=_WINDOW, min_scene_len=_MIN_PICTURES)
        self._fed: list[int] = []
        self._last: NDArray[np.uint8] | None = None
        self._hold = 0
        self.starts: list[int] = []

    @property
    def certain(self) -> int:
        """Whether a cut begins is known of every picture up to this index; below 0 of none."""
        return self._fed[-1 - _WINDOW] if len(self._fed) > _WINDOW else -1

    def wants(self, is_held: bool) -> bool:
        """Whether the next picture has to be fed; call it once a picture."""
        self._hold = self._hold + 1 if is_held else 0
        return not is_held or self._hold in _QUIET

    def feed(self, index: int, bgr: NDArray[np.uint8]) -> None:
        """Take picture ``index`` ((h, w, 3) uint8 BGR, long side about `LONG_SIDE`)."""
        if self._last is None:
            for before in range(index - _WINDOW, index):
                self._give(before, bgr)
        self._give(index, bgr)
        self._last = bgr

    def finish(self) -> None:
        """Say that the last picture was fed; afterwards every cut is known."""
        if self._last is not None:
            end = self._fed[-1] + 1
            for after in range(end, end + _WINDOW):
                self._give(after, self._last)

    def _give(self, index: int, bgr: NDArray[np.uint8]) -> None:
        self._fed = [*self._fed[-_WINDOW:], index]
        self.starts += self._detector.process_frame(index, bgr)
