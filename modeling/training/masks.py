"""The masks that training frames are brought together with: drawn by people, or predicted once by the run stood on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from modeling.images import read_rgb
from modeling.inference.predictor import Predictor
from modeling.labels import KINDS
from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks.ways import Way

Classes = NDArray[np.uint8]


class Masks:
    """Masks of a snapshot's frames.

    Args:
        snapshot: Where frames and labels lie.
        kind: Label kind of the masks.
        way: How they enter what a network sees.
        predictor: Predicts them; None where no run is stood on.
    """

    def __init__(self, snapshot: Snapshot, kind: str, way: Way, predictor: Predictor | None = None) -> None:
        self.snapshot, self.kind, self.way, self.predictor = snapshot, kind, way, predictor
        self._predicted: dict[str, tuple[NDArray[np.uint8], tuple[int, ...]]] = {}

    def prepare(self, rows: Sequence[FrameRow], on_done: Callable[[], None] = lambda: None) -> None:
        """Predict what will be asked for, an eighth of a byte a pixel; ``on_done`` is called after each frame."""
        for row in rows:
            if self.predictor is not None and (self.way.predicted or self.kind not in row.labels):
                label = self.predictor.label(read_rgb(self.snapshot.path(row.file)))
                mask = KINDS[self.kind].to_classes(label)
                self._predicted[row.key] = np.packbits(mask == 1), mask.shape
            on_done()

    def drawn(self, row: FrameRow) -> dict[str, Classes]:
        """(H, W) uint8 classes that a person drew, by kind; empty where there are none."""
        return {self.kind: self.snapshot.classes(row, self.kind)} if self.kind in row.labels else {}

    def predicted(self, row: FrameRow) -> Classes | None:
        """(H, W) uint8, 0 or 1, as `prepare` found it."""
        if row.key not in self._predicted:
            return None
        bits, shape = self._predicted[row.key]
        return np.unpackbits(bits, count=shape[0] * shape[1]).reshape(shape)

    def seen(self, row: FrameRow, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W, 3 or 4) uint8: the frame as the network is shown it."""
        drawn = self.drawn(row).get(self.kind) if self.way.drawn else None
        return self.way.compose(rgb, self.predicted(row) if drawn is None else drawn)

    def cut(self, row: FrameRow) -> Classes | None:
        """(H, W) uint8: 1 may be cut out, 0 lies behind it, 255 undecided; drawn, else predicted, else None."""
        drawn = self.drawn(row).get(self.kind)
        return self.predicted(row) if drawn is None else drawn
