"""Regions with their entries become pictures: flat, exact, and again in another model."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import NAMES
from modeling.errors import UserError
from modeling.paint.graph import Graph
from modeling.paint.models import ColorModels
from modeling.paint.regions import Classes
from modeling.paint.sampling import BACKGROUND, FIRST, UNPAINTED, Values

VISIBLE, BOOK_LINE = NAMES.index("visible_line"), NAMES.index("book_line")


def value_map(values: Values, classes: Classes, graph: Graph, line: int = UNPAINTED) -> Values:
    """Stored values of all pixels.

    Visible lines take ``line``; lines that do not show go to the nearest region, so that fills meet without a seam;
    book lines and ignored pixels hold no cel.

    Args:
        values: (N,) uint16 stored value of each region.
        classes: (H, W) uint8 douga classes.
        graph: Its regions.
        line: Stored value of the ink.

    Returns:
        (H, W) uint16.
    """
    if not len(graph):
        return np.where(classes == VISIBLE, line, BACKGROUND).astype(np.uint16)
    found = values[graph.territory]
    found[classes == VISIBLE] = line
    found[(classes == BOOK_LINE) | (classes == 255)] = BACKGROUND
    return found


def ink_value(models: ColorModels) -> int:
    """Stored value of the first entry for lines, `UNPAINTED` without one."""
    lines = [n for n, entry in enumerate(models.entries) if entry.tone == "line"]
    return FIRST + lines[0] if lines else UNPAINTED


def render(stored: Values, models: ColorModels, model: str | None = None) -> NDArray[np.uint8]:
    """Paint stored values in a model: (H, W, 4) uint8 sRGB; no cel and what was left open is transparent.

    Raises:
        UserError: ``paint_values`` when values name entries that the models lack, ``unknown_model``.
    """
    colors = models.colors(model)
    table = np.zeros((UNPAINTED + 1, 4), np.uint8)
    table[FIRST : FIRST + len(colors), :3] = colors
    table[FIRST : FIRST + len(colors), 3] = 255
    held = stored[stored != UNPAINTED]
    if held.size and held.max() >= FIRST + len(colors):
        message = f"The painting uses {int(held.max())} entries, the colour models have {len(colors)}."
        raise UserError(message, code="paint_values", remedy="Give the models it was painted with.")
    return table[stored]


def preview(
    stored: Values, classes: Classes, models: ColorModels, model: str | None = None
) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 over white for looking at: what was left open is hatched magenta, its lines drawn black."""
    rgba = render(stored, models, model)
    rgb = np.where(rgba[..., 3:] > 0, rgba[..., :3], np.uint8(255))
    y, x = np.ogrid[: stored.shape[0], : stored.shape[1]]
    is_open = stored == UNPAINTED
    rgb[is_open & ((x + y) // 4 % 2 == 0)] = (255, 0, 255)
    rgb[(classes == VISIBLE) & is_open] = 0
    return np.asarray(rgb, np.uint8)


def encode_values(stored: Values) -> bytes:
    """(H, W) uint16 stored values as a 16-bit grey PNG."""
    done, buffer = cv2.imencode(".png", stored)
    if not done:
        raise ValueError(f"cannot encode an array of shape {stored.shape}")
    return buffer.tobytes()


def decode_values(data: bytes, name: str = "The painting") -> Values:
    """Read a file of `encode_values`.

    Raises:
        UserError: ``paint_values`` when it is none.
    """
    stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.dtype != np.uint16 or stored.ndim != 2:
        raise UserError(f"{name} holds no stored values.", code="paint_values", remedy="Paint the cut again.")
    return np.asarray(stored)
