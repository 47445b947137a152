"""Which douga classes are lines and which are fills (design.md, section 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeling.labels import DOUGA, IGNORE

NAMES: tuple[str, ...] = tuple(cls.name for cls in DOUGA.classes)
"""Names of the ten classes by index."""

LINES: tuple[int, ...] = tuple(i for i, cls in enumerate(DOUGA.classes) if cls.group == "line")
"""Indices of the line classes, ascending."""

FILLS: tuple[int, ...] = tuple(i for i, cls in enumerate(DOUGA.classes) if cls.group == "fill")
"""Indices of the fill classes, ascending."""

_IS_LINE = np.isin(np.arange(256), LINES)
_IS_FILL = np.isin(np.arange(256), FILLS)


def line_mask(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) bool, where an (H, W) uint8 class map holds a line; nowhere where it holds 255."""
    return _IS_LINE[classes]


def fill_mask(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) bool, where an (H, W) uint8 class map holds a fill; nowhere where it holds 255."""
    return _IS_FILL[classes]


def ignore_mask(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) bool, where an (H, W) uint8 class map holds 255."""
    return classes == IGNORE
