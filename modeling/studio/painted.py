"""Steps that make pictures of drawings and frames: colours, and sharpness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.coloring.drawings import INK, VISIBLE
from modeling.images import encode_png, within_long_side
from modeling.labels import DOUGA
from modeling.studio.sheet import Sheet
from modeling.studio.steps import ColoursParams

if TYPE_CHECKING:
    from modeling.inference.pictures import PicturePredictor

Pixels = NDArray[np.uint8]

COLUMNS = 3
GAP, GROUND = 6, 24
"""Between the proposals of a sheet, in px, and its grey."""


def colours(sheet: Sheet, params: ColoursParams) -> bytes:
    """A PNG: the picture with one colour a segment, or a sheet of nine proposals with it at the end."""
    model = cast("PicturePredictor", sheet.model("colorization"))
    drawn = drawing_of(sheet, params.lines)
    made, flat = model.label_and_draft(sheet.rgb, drawn)
    finished = made if flat is None else flat
    if params.show == "painted":
        return encode_png(finished)
    return encode_png(proposal_sheet(model.proposals(sheet.rgb, drawn), finished))


def drawing_of(sheet: Sheet, lines: str) -> Mapping[str, NDArray[Any]]:
    """What is drawn of a picture: its ink where it is a drawing, a model's douga, or the cel of which lines are taken.

    Args:
        sheet: The picture.
        lines: ``drawing``, ``douga`` or ``cel``.
    """
    if lines == "drawing":
        return {INK: ink_on_paper(sheet.rgb)}
    if lines == "cel":
        return {"cel": sheet.label("cel")}
    classes = DOUGA.to_classes(sheet.label("douga"))
    return {INK: np.where(classes == VISIBLE, np.uint8(255), np.uint8(0))}


def ink_on_paper(rgb: Pixels) -> Pixels:
    """(H, W) uint8: how much darker than white (H, W, 3) is, black ink being 255."""
    return np.asarray(255 - cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def proposal_sheet(proposals: Pixels, finished: Pixels) -> Pixels:
    """(P, h, w, 3) proposals in rows of three, and below them the finished picture, reduced to as wide as they are.

    Returns:
        (H, W, 3) uint8.
    """
    count, height, width = proposals.shape[:3]
    rows = -(-count // COLUMNS)
    across = COLUMNS * width + (COLUMNS - 1) * GAP
    below = within_long_side(
        finished, max(1, round(max(finished.shape) * min(1.0, across / finished.shape[1])))
    )
    top = rows * (height + GAP)
    sheet = np.full((top + below.shape[0], max(across, below.shape[1]), 3), GROUND, np.uint8)
    for number, picture in enumerate(proposals):
        y, x = number // COLUMNS * (height + GAP), number % COLUMNS * (width + GAP)
        sheet[y : y + height, x : x + width] = picture
    sheet[top:, : below.shape[1]] = below
    return sheet


def deblur(sheet: Sheet) -> bytes:
    """A PNG of the sharpened frame, at its own size."""
    made, _ = sheet.model("deblur").label_and_draft(sheet.rgb)
    return encode_png(made)
