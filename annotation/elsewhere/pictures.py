"""Pictures of what was read, for the page on which a painting is taken or not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from annotation.elsewhere.reading import Read
from modeling.images import RGB
from modeling.labelio import LabelMap, color_table
from modeling.labels import LabelKind

OFF_PALETTE, SEMI, UNREAD, OUTSIDE = (255, 184, 77), (108, 182, 255), (255, 92, 138), (90, 94, 105)
"""Colours of marks: apart in lightness too, so that they are told apart without seeing hue."""
GAINED, LOST = (255, 159, 67), (96, 165, 250)
_SHOWN_LONG = 640
"""About as large a picture is on the page: marks are thickened to be seen at that size."""


def where_picture(read: Read, kind: LabelKind) -> RGB:
    """The label in dim grey, and in colour where pixels were off the palette, half transparent or not read."""
    picture = _dim(color_table(kind)[read.label_map])
    marks = ((read.outside, OUTSIDE), (read.off_palette, OFF_PALETTE), (read.semi, SEMI))
    for mask, color in (*marks, (read.unread | read.asked, UNREAD)):
        picture[_thick(mask)] = color
    return picture


def difference_picture(after: LabelMap, before: LabelMap, kind: LabelKind) -> RGB:
    """The new label in dim grey, and in colour where its class differs: orange on lines and cel that came, blue gone.

    A pixel that changed from one to the other of two drawn classes is orange.
    """
    new, old = kind.to_classes(after), kind.to_classes(before)
    picture = _dim(color_table(kind)[after])
    changed = new != old
    picture[_thick(changed & (new != 0))] = GAINED
    picture[_thick(changed & (new == 0))] = LOST
    return picture


def registration_picture(painting: RGB, read: Read, frame: RGB) -> RGB:
    """The painting laid over the frame as it will be taken: its strokes in orange on the frame in light grey."""
    laid = read.registration.inverse(painting, (frame.shape[0], frame.shape[1]))
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32) * 0.6 + 90
    strength = (1 - cv2.cvtColor(laid, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255)[..., None]
    shown = (1 - strength) * grey[..., None] + strength * np.array(GAINED, np.float32)
    return np.asarray(shown.round().clip(0, 255), np.uint8)


def _dim(rgb: RGB) -> RGB:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.repeat((20 + grey // 4)[..., None], 3, 2)


def _thick(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    size = max(1, round(max(mask.shape) / _SHOWN_LONG))
    if size == 1 or not mask.any():
        return mask
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)), bool)
