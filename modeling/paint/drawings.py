"""Drawings and paintings as files: a douga in our colours, or line art on white paper; a painted cel as RGBA."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.douga.classes import NAMES
from modeling.errors import UserError
from modeling.images import open_header, read_rgb
from modeling.labelio import import_label
from modeling.labels import DOUGA
from modeling.paint.regions import Classes

PAPER = 96
"""How far (greatest difference of a channel, 0 to 255) from white a pixel is a line; anti-aliased rims are not."""
_COLORED = 60
"""Difference of a pixel's channels from which its pencil is coloured: a border that does not show."""
_FLAT = 5
"""Pixels that lines are thinner than, and paint is not."""
FLAT_AREA, VISIBLE, COLOR_EDGE = (NAMES.index(name) for name in ("flat_area", "visible_line", "color_edge"))

Rgba = NDArray[np.uint8]


def read_drawing(path: str | Path) -> Classes:
    """Read a drawing as (H, W) uint8 douga classes, 255 ignored.

    A label map in the douga's exact colours is taken as such; anything else is line art, see `read_line_art`.

    Raises:
        UserError: of `modeling.images.read_rgb`.
    """
    try:
        return DOUGA.to_classes(import_label(path, DOUGA))
    except UserError as error:
        if error.code not in ("label_colors", "label_transparent"):
            raise
        return read_line_art(read_rgb(path))


def read_line_art(rgb: NDArray[np.uint8]) -> Classes:
    """Tell the lines of a drawing on white paper.

    Dark pixels are visible lines, coloured ones colour edges (red and blue pencil mark borders that are not seen;
    which of shade, highlight or colour they mean, the drawing does not tell), the rest is flat area.

    Args:
        rgb: (H, W, 3) uint8 sRGB.
    """
    brightest, darkest = rgb.max(-1), rgb.min(-1)
    classes = np.zeros(rgb.shape[:2], np.uint8)
    line = darkest <= 255 - PAPER
    classes[line] = VISIBLE
    classes[line & (brightest.astype(np.int16) - darkest >= _COLORED)] = COLOR_EDGE
    return classes


def draw_painted(painted: Rgba) -> Classes:
    """Tell the lines of a painted drawing that has no douga by its side.

    Paint is where a square of `_FLAT` pixels of one colour fits in; what is thinner is taken for a visible line, and
    where two paints touch there is a colour edge. The drawing itself tells more: small highlights are lost.

    Args:
        painted: (H, W, 4) uint8 of `read_painted`, in flat colours.
    """
    red, green, blue = (painted[..., channel].astype(np.int32) for channel in range(3))
    codes = np.where(painted[..., 3] > 127, red << 16 | green << 8 | blue, -1).astype(np.float32)
    kernel = np.ones((_FLAT, _FLAT), np.uint8)
    even = cv2.erode(codes, kernel) == cv2.dilate(codes, kernel)
    paint = cv2.dilate(even.view(np.uint8), kernel) > 0
    classes = np.where(paint, FLAT_AREA, VISIBLE).astype(np.uint8)
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        touching = paint[here] & paint[there] & (codes[here] != codes[there])
        classes[here][touching] = COLOR_EDGE
    return classes


def read_painted(path: str | Path, *, paper: str | None = None) -> Rgba:
    """Read a painted cel as (H, W, 4) uint8, alpha 0 or 255.

    Args:
        path: File; what is less than half opaque is not painted.
        paper: ``RRGGBB`` of a file without transparency that means "not painted", everywhere it occurs.

    Raises:
        UserError: of `modeling.images.read_rgb`.
    """
    rgb = read_rgb(path)
    alpha = _alpha(path)
    if alpha is None:
        alpha = np.full(rgb.shape[:2], 255, np.uint8)
        if paper is not None:
            alpha[(rgb == np.array(list(bytes.fromhex(paper)), np.uint8)).all(-1)] = 0
    else:
        rgb = np.array(Image.open(path).convert("RGBA"))[
            ..., :3
        ]  # colours as stored, nothing laid over white
    return np.dstack([rgb, alpha])


def _alpha(path: str | Path) -> NDArray[np.uint8] | None:
    with open_header(path) as (image, _):
        if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
            return None
        return np.where(np.asarray(image.convert("RGBA"))[..., 3] > 127, 255, 0).astype(np.uint8)
