"""A cut of two cels, hood and coat, for the step ``palette``: three dougas, of which the first is painted."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.labelio import encode_label
from modeling.labels import DOUGA
from tests.modeling.paint.drawn import boxes

SIZE = (72, 96)
HOOD, COAT = (200, 60, 50), (40, 90, 160)
NIGHT = "GIMP Palette\nName: night\n 50 10 30\thood\n 10 20 60\tcoat\n"
DAY = "part,tone,day\nhood,base,C83C32\ncoat,base,285AA0\nink,line,000000\n"
"""Colours of the painted drawing by name."""


def douga(x: int, *, merged: bool = False) -> NDArray[np.uint8]:
    """Hood above coat, their outlines from column ``x`` to ``x + 30``; merged, without the line between."""
    classes = boxes(SIZE, (10, x, 30, x + 30), (30, x, 60, x + 30))
    if merged:
        classes[30, x + 1 : x + 30] = 0
    return classes


def cel(x: int) -> NDArray[np.uint8]:
    """(H, W, 4): such a drawing, painted, transparent around it."""
    rgba = np.zeros((*SIZE, 4), np.uint8)
    rgba[10:61, x : x + 31] = (0, 0, 0, 255)
    rgba[11:30, x + 1 : x + 30, :3], rgba[31:60, x + 1 : x + 30, :3] = HOOD, COAT
    return rgba


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An RGBA file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def three(folder: str = "") -> dict[str, bytes]:
    """Three drawings that move to the right, the first painted, and in the third the line between is gone."""
    files = {
        "0": encode_label(douga(10), DOUGA),
        "0_painted": png(cel(10)),
        "1": encode_label(douga(14), DOUGA),
        "2": encode_label(douga(18, merged=True), DOUGA),
    }
    return {f"{folder}{name}.png": data for name, data in files.items()}


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
