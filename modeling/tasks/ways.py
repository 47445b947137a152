"""What a network sees of a frame: its pixels alone, or brought together with its cel mask (Kugler 2020, 5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

PAPER = np.uint8(255)
"""What a removed background becomes: a cel lies on white, as a douga does."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of bringing a mask in.

    ``inputs`` are ``frame``, ``label:KIND`` (drawn by a person) or ``prediction:KIND`` (of the model stood on). With
    ``removes`` the mask takes the background out of the picture; with ``appends`` it is a fourth channel.
    """

    inputs: tuple[str, ...] = ("frame",)
    removes: bool = False
    appends: bool = False

    @property
    def channels(self) -> int:
        """Channels that a network sees."""
        return 4 if self.appends else 3

    @property
    def kind(self) -> str | None:
        """Label kind of the mask, None where there is none."""
        return next((name.partition(":")[2] for name in self.inputs if ":" in name), None)

    @property
    def drawn(self) -> bool:
        """Whether a person's mask is asked for; the prediction of a model serves where it lacks."""
        return any(name.startswith("label:") for name in self.inputs)

    @property
    def predicted(self) -> bool:
        """Whether the mask is a model's, always."""
        return any(name.startswith("prediction:") for name in self.inputs)

    def compose(self, rgb: Pixels, mask: Pixels | None) -> Pixels:
        """(H, W, 3) RGB and (H, W) mask classes (0 background, 1 cel, 255 undecided) to (H, W, channels) uint8.

        What is undecided stays in the picture.
        """
        if mask is None or not (self.removes or self.appends):
            return rgb
        if self.removes:
            return np.where((mask == 0)[..., None], PAPER, rgb)
        return np.dstack([rgb, np.where(mask == 0, np.uint8(0), np.uint8(255))])


FRAME = Way()
"""The frame as it is."""

CEL_WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "color": FRAME,
        "synthetic_cel": Way(("frame", "prediction:cel"), removes=True),
        "concatenated": Way(("frame", "prediction:cel"), appends=True),
        "manual_cel": Way(("frame", "label:cel"), removes=True),
    }
)
"""The thesis's four models of section 5.6, by name."""
