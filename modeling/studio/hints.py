"""What people show a colorization model beside the lines: dots of colour, and a painted picture of the character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeling.coloring.drawings import DOTS, REFERENCE, bounds_of, dots_at, ink_of, painted
from modeling.coloring.registering import registered
from modeling.coloring.segments import NONE, segments_of
from modeling.coloring.subject import DOT, Colors
from modeling.errors import UserError
from modeling.studio.places import Dot
from modeling.studio.sheet import Sheet

if TYPE_CHECKING:
    from modeling.inference.pictures import PicturePredictor

Pixels = NDArray[np.uint8]
Drawn = Mapping[str, NDArray[Any]]


def dots_shown(model: PicturePredictor, rgb: Pixels, dots: Sequence[Dot]) -> dict[str, Pixels]:
    """The layer of dots as the model learned them, of the size that it learned them in; nothing without dots.

    Raises:
        UserError: ``no_hints`` of a model that was trained without dots.
    """
    if not dots:
        return {}
    if not _subject(model).dots:
        raise _untrained(model, "dots")
    height, width = rgb.shape[:2]
    scale = max(1.0, max(height, width) / model.side) if model.side else 1.0
    places = [(*dot.place.pixel(height, width), dot.color) for dot in dots]
    return {DOTS: dots_at((height, width), places, max(1, round(DOT * scale)))}


def reference_shown(
    model: PicturePredictor,
    rgb: Pixels,
    reference: Sheet,
    cut_out: bool,
    inks: tuple[Pixels, Pixels] | None = None,
) -> dict[str, Pixels]:
    """The painted picture as the model learned it: on white, and moved to where this one's lines are.

    Args:
        model: Whose hint it is.
        rgb: (H, W, 3) picture that is coloured.
        reference: The painted picture.
        cut_out: Whether it is a frame whose predicted cel is taken; otherwise it is on white already.
        inks: (H, W) of the picture and of the reference, found in the same way; None where they cannot be, and the
            reference stays where it is.

    Raises:
        UserError: ``no_hints`` of a model that was trained without, ``reference_size``.
    """
    if not _subject(model).reference:
        raise _untrained(model, "reference")
    if reference.rgb.shape != rgb.shape:
        height, width = reference.rgb.shape[:2]
        message = (
            f"The reference {reference.key} has {width}x{height} pixels, and not as many as this picture."
        )
        raise UserError(message, code="reference_size", remedy="Take a painted picture of the same cut.")
    shown = painted(reference.rgb, reference.label("cel")) if cut_out else reference.rgb
    if inks is not None and _subject(model).registered:
        ink, its_ink = inks
        shown = registered(shown, its_ink, ink)
    return {REFERENCE: shown}


def with_dots(finished: Pixels, rgb: Pixels, drawn: Drawn, dots: Sequence[Dot]) -> Pixels:
    """The (H, W, 3) finished picture with each segment that has a dot in the dot's colour, exactly; the last dot wins.

    A dot is what somebody wants there, not a guess. One on a line changes nothing.
    """
    if not dots:
        return finished
    segments, result = segments_of(bounds_of(ink_of(rgb, drawn), drawn)), finished.copy()
    for dot in dots:
        number = segments[dot.place.pixel(*segments.shape)]
        if number != NONE:
            result[segments == number] = dot.color
    return result


def _subject(model: PicturePredictor) -> Colors:
    assert isinstance(model.subject, Colors)
    return model.subject


def _untrained(model: PicturePredictor, hint: str) -> UserError:
    message = f"The model of {model.task.name} was trained without the hint {hint}."
    remedy = f"Train one with task.hints={hint} (or both), or leave the hint out."
    return UserError(message, code="no_hints", remedy=remedy)
