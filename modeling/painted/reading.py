"""A painting becomes a label map: exact palette colours first, then the blends between them.

The thesis (Kugler 2020, section 5.2) gives every pixel the nearest colour of the palette. Blending black into white
passes through the greys of books, so that a soft brush would leave a halo of books; hence the second way here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labels import IGNORE
from modeling.painted.blends import settle_blends
from modeling.painted.colors import Counted, count_colors
from modeling.painted.faint import drop_faint
from modeling.painted.inks import Inks
from modeling.painted.ramps import NONE, drop_ramps

WAYS = ("blended", "thesis")
"""``blended`` as described above; ``thesis`` plain nearest colour."""

COVERS = 127
"""Alpha (0 to 255) from which a pixel counts as painted: half, as programs round it."""

_CLOSE = 14.0
"""Off-palette colours within this of a palette colour (Euclidean in RGB) look like one that was compressed."""
_LOSSY = 0.4
"""Share of such among off-palette pixels from which the whole picture counts as compressed."""
_TOLERANCE = 26.0
_LINE_TOLERANCE = 60.0
"""How far from a palette colour compression may carry a fill, and a line, whose colour its surroundings dilute."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        label_map: (H, W) uint8 stored values, 255 = ignore.
        off_palette: (H, W) bool, colours that the palette does not have.
        semi: (H, W) bool, neither opaque nor wholly transparent.
        unread: (H, W) bool, off palette and no blend either; they are ignore.
        lossy: Whether the picture looks compressed (JPEG), so that colours near the palette's were taken for it.
    """

    label_map: NDArray[np.uint8]
    off_palette: NDArray[np.bool_]
    semi: NDArray[np.bool_]
    unread: NDArray[np.bool_]
    lossy: bool


def read_painting(rgba: NDArray[np.uint8], inks: Inks, *, how: str = "blended") -> Reading:
    """Read a painting.

    Pixels painted less than half (alpha under `COVERS`) show the paper; others count in full.

    Args:
        rgba: (H, W, 4) uint8, straight alpha.
        inks: Its palette.
        how: One of `WAYS`.

    Raises:
        UserError: ``read_how`` for another way.
    """
    if how not in WAYS:
        raise UserError(f"Paintings are read {' or '.join(WAYS)}, not {how!r}.", code="read_how")
    alpha = rgba[..., 3]
    rgb = np.where((alpha >= COVERS)[..., None], rgba[..., :3], inks.colors[inks.paper])
    counted = count_colors(rgb, inks)
    off = (counted.distance > 0)[counted.index]
    lossy = how == "blended" and _is_lossy(counted)
    ink = counted.nearest[counted.index] if how == "thesis" else _blended(counted, rgb, inks, lossy)
    unread = ink == NONE
    values = np.append(inks.values, np.zeros(256 - len(inks.values), np.uint8))
    values[NONE] = IGNORE
    return Reading(values[ink], off, (alpha > 0) & (alpha < 255), unread, lossy)


def _is_lossy(counted: Counted) -> bool:
    off = counted.distance > 0
    total = counted.counts[off].sum()
    close = counted.counts[off & (counted.distance <= _CLOSE)].sum()
    return bool(total > 0 and close >= _LOSSY * total)


def _blended(counted: Counted, rgb: NDArray[np.uint8], inks: Inks, lossy: bool) -> NDArray[np.uint8]:
    tolerance = np.where(inks.lines & ~inks.shy, _LINE_TOLERANCE, _TOLERANCE) * lossy
    certain = counted.distance <= tolerance[counted.nearest]
    solid = np.where(certain, counted.nearest, np.uint8(NONE))[counted.index]
    drop_faint(solid, counted, inks)
    drop_ramps(solid, rgb, inks, lossy=lossy)
    return settle_blends(solid, rgb, inks)
