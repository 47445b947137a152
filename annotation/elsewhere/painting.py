"""A painting as it comes back from another program: PNG, TGA, TIFF or layered PSD, as pixels.

Values stay as they are stored: a label's colours are codes, so no profile is applied and nothing is resampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotation.elsewhere.stamp import Stamp

PSD_MARK = b"8BPS"
PAINTING_SUFFIXES = frozenset(
    {".png", ".tga", ".tif", ".tiff", ".psd", ".psb", ".bmp", ".gif", ".webp", ".jpg", ".jpeg"}
)
"""Lower-case suffixes that a painting may have."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where the frame lies in a painting, in its pixels; it may reach beyond the edges."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Painting:
    """What was painted.

    Attributes:
        rgba: (H, W, 4) uint8, straight alpha. Of layers, each pixel is the topmost that covers at least half of it.
        semi: (H, W) bool, pixels of any layer that are neither opaque nor wholly transparent.
        stamp: What the file says of the frame it was made for.
        box: Where that frame lies, when the file tells.
        notes: Remarks: what was left out, and why.
    """

    rgba: NDArray[np.uint8]
    semi: NDArray[np.bool_]
    stamp: Stamp | None
    box: Box | None
    notes: tuple[str, ...]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.rgba.shape[0], self.rgba.shape[1]


def open_painting(path: str | Path, name: str = "") -> Painting:
    """Read a painting.

    Args:
        path: The file; what it is, its content says.
        name: What people call it, for messages.

    Raises:
        UserError: One line that names the file: ``painting_color`` for CMYK and the like, ``painting_empty``
            without a visible painted layer, ``image_truncated``, ``image_unreadable``, ``image_too_large``,
            ``not_an_image`` or ``image_missing``.
    """
    from annotation.elsewhere.flat import read_flat
    from annotation.elsewhere.layered import read_layered

    path = Path(path)
    try:
        with path.open("rb") as file:
            layered = file.read(4) == PSD_MARK
    except OSError:
        layered = False  # the flat reader says what is wrong
    return (read_layered if layered else read_flat)(path, name or path.name)
