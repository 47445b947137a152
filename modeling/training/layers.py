"""What frames lend each other: backgrounds, cels to paste, plates with the cel painted out (Kugler 2020, 4.2)."""

from __future__ import annotations

import numpy as np

from modeling.training.augmentation import Example
from modeling.training.frames import Frames
from modeling.training.pictures import PictureFolder

PASTED_SHARE = 0.6
"""What covers more than this share is never pasted: it would hide everything."""


class Layers:
    """The frames of a training by what they can lend, as indices into them.

    ``figures`` have a cel to cut out; ``plates`` none, and nothing drawn. Only these two can be told from their
    backgrounds, and are ``cut``: a frame whose cel is unknown, or that has drawings but no cel, is no layer of another.
    ``pasted`` are figures that leave something to be seen of another frame, ``painted`` frames with background enough
    to paint the cel out from it. Where the network is never shown a background, none is lent.

    Args:
        frames: The training frames.
        backgrounds_from: Folder of further pictures without cel, empty for none.

    Raises:
        UserError: ``no_pictures``.
    """

    def __init__(self, frames: Frames, backgrounds_from: str = "") -> None:
        self.frames = frames
        found = ((index, frames.shares(index)) for index in range(len(frames)))
        self.cut = {index: shares for index, shares in found if shares is not None and shares.whole}
        self.figures = {index for index, shares in self.cut.items() if shares.cel}
        self.pasted = [index for index in sorted(self.figures) if self.cut[index].kept <= PASTED_SHARE]
        shown = self.cut if frames.shows_backgrounds else {}
        self.plates = [index for index, shares in shown.items() if not shares.kept]
        self.painted = [index for index, shares in shown.items() if shares.kept <= PASTED_SHARE]
        borrows = backgrounds_from and frames.shows_backgrounds
        self._folder = PictureFolder(backgrounds_from, frames.side) if borrows else None

    @property
    def backgrounds(self) -> int:
        """How many cel-free backgrounds there are to replace others with: plates, and the folder's pictures."""
        return len(self.plates) + (len(self._folder) if self._folder else 0)

    @property
    def background_share(self) -> float:
        """How often a figure is put before another background.

        Such that each replacement background has the same probability as each training example (thesis 4.2): of F
        figures and B backgrounds, each own background is seen behind a cel with (1 - p) / F and each other one with
        p / B; these are alike for p = B / (B + F). The thesis replaces in every frame; a frame without cel has
        nothing that could be put before another background, so that here only figures count.
        """
        return self.backgrounds / (self.backgrounds + len(self.figures)) if self.figures else 0.0

    def background(self, rng: np.random.Generator) -> Example:
        """Any cel-free background, each as likely."""
        index = int(rng.integers(self.backgrounds))
        if index < len(self.plates):
            return self.frames[self.plates[index]]
        assert self._folder is not None
        return self.frames.background(self._folder[index - len(self.plates)])

    def plate(self, rng: np.random.Generator) -> Example:
        """Any frame with its cel painted out."""
        return self.frames.plate(int(rng.choice(self.painted)))

    def cel(self, rng: np.random.Generator) -> Example:
        """Any frame whose cel can be pasted."""
        return self.frames[int(rng.choice(self.pasted))]
