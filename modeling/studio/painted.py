"""Steps that make pictures of drawings and frames: colours, and sharpness."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.coloring.drawings import INK, VISIBLE, ink_of
from modeling.errors import UserError
from modeling.images import encode_png, within_long_side
from modeling.labels import DOUGA
from modeling.studio.hints import dots_shown, reference_shown, with_dots
from modeling.studio.places import dots_of, parse_dots, refuse_strangers
from modeling.studio.sheet import Series, Sheet
from modeling.studio.steps import ColoursParams

if TYPE_CHECKING:
    from modeling.inference.pictures import PicturePredictor

Pixels = NDArray[np.uint8]

COLUMNS = 3
GAP, GROUND = 6, 24
"""Between the proposals of a sheet, in px, and its grey."""


class Colours:
    """From a picture to its colours, with the hints that there are for it.

    Args:
        series: All pictures that were handed over, one of which may be the reference.
        params: Lines, hints, and what is shown.

    Raises:
        UserError: ``unknown_key`` where a hint names a picture that is not there.
    """

    def __init__(self, series: Series, params: ColoursParams) -> None:
        self._params, self._dots = params, parse_dots(params.dots)
        refuse_strangers(self._dots, series.files)
        self._reference = _reference_in(series, params.reference) if params.reference else None

    def __call__(self, sheet: Sheet) -> bytes:
        """A PNG: the picture with one colour a segment, or a sheet of nine proposals with it at the end.

        The reference is painted already: it comes out as it is.

        Raises:
            UserError: What models and hints raise.
        """
        if self._reference is not None and sheet.key == self._reference.key:
            return encode_png(sheet.rgb)
        model = cast("PicturePredictor", sheet.model("colorization"))
        dots, lines = dots_of(self._dots, sheet.key), drawing_of(sheet, self._params.lines)
        drawn = {**lines, **dots_shown(model, sheet.rgb, dots), **self._referred(model, sheet, lines)}
        made, flat = model.label_and_draft(sheet.rgb, drawn)
        finished = with_dots(made if flat is None else flat, sheet.rgb, lines, dots)
        if self._params.show == "painted":
            return encode_png(finished)
        return encode_png(proposal_sheet(model.proposals(sheet.rgb, drawn), finished))

    def _referred(
        self, model: PicturePredictor, sheet: Sheet, lines: Mapping[str, NDArray[Any]]
    ) -> dict[str, Pixels]:
        if self._reference is None:
            return {}
        mode = self._params.lines
        # what is dark in a painted picture is not what is drawn on paper: such lines do not lead to each other
        inks = None if mode == "drawing" else (ink_of(sheet.rgb, lines), self._its_ink)
        return reference_shown(model, sheet.rgb, self._reference, mode == "cel", inks)

    @cached_property
    def _its_ink(self) -> Pixels:
        """(H, W) of the reference: found once for all pictures."""
        assert self._reference is not None
        return ink_of(self._reference.rgb, drawing_of(self._reference, self._params.lines))


def _reference_in(series: Series, key: str) -> Sheet:
    if key not in series.files:
        raise UserError(
            f"There is no picture {key} to be the reference.",
            code="unknown_key",
            remedy="A key is a picture's path without its suffix.",
        )
    return series.sheet(key)


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
    return {INK: np.where(classes == VISIBLE, np.uint8(255), np.uint8(0)), "douga": classes}


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
