"""Steps on the cel mask and on depth."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.depth.blur import Lens, background_blur
from modeling.images import encode_png, encode_rgba
from modeling.labelio import encode_label
from modeling.labels import CEL, DEPTH, shares_of
from modeling.studio.places import Place, parse_place
from modeling.studio.sheet import Sheet
from modeling.studio.steps import BlurParams

Mask = NDArray[np.bool_]
LINES = 1080
"""Height in px of the frames for which widths are meant."""


def cel_mask(sheet: Sheet) -> bytes:
    """An indexed PNG, 1 where the cel is."""
    return encode_label(sheet.label("cel"), CEL)


def depth(sheet: Sheet) -> bytes:
    """A grey PNG of 16 bits, larger is nearer."""
    return encode_label(sheet.label("depth"), DEPTH)


def blur(sheet: Sheet, params: BlurParams) -> bytes:
    """A PNG: the frame with what is out of focus blurred (`modeling.depth.blur`)."""
    near = shares_of(sheet.label("depth"))
    focus = params.focus if not params.focus_at else focus_at(near, parse_place(params.focus_at))
    lens = Lens(focus, params.aperture, params.shape)
    return encode_png(background_blur(sheet.rgb, near, lens, sheet.label("cel")))


def focus_at(near: NDArray[np.float32], place: Place) -> float:
    """The depth in (H, W) depths of 0..1 at a place; 0, unknown, counts as farthest there as in the blur."""
    return float(near[place.pixel(*near.shape)])


def cutout(sheet: Sheet, feather: float) -> bytes:
    """An RGBA PNG: the frame where the cel is, transparent elsewhere.

    Args:
        sheet: The picture.
        feather: Width in px of the soft edge at `LINES` lines, in proportion elsewhere.
    """
    return encode_rgba(cut_out(sheet.rgb, sheet.label("cel") == 1, feather))


def cut_out(rgb: NDArray[np.uint8], mask: Mask, feather: float = 0.0) -> NDArray[np.uint8]:
    """(H, W, 4) uint8: the cel before nothing, its edge soft, without a rim of the background's colour.

    What is partly transparent shows the nearest colour of the cel's inside: at its edge a frame's own pixels have the
    background mixed in.

    Args:
        rgb: (H, W, 3) uint8.
        mask: (H, W) bool.
        feather: Width in px of the soft edge at `LINES` lines; 0 keeps it hard, and the frame's pixels as they are.
    """
    width = feather * min(mask.shape) / LINES
    alpha = np.where(mask, np.uint8(255), np.uint8(0))
    if width <= 0 or not mask.any():
        return np.dstack([np.where(mask[..., None], rgb, 0).astype(np.uint8), alpha])
    soft = cv2.GaussianBlur(alpha, (0, 0), max(width / 2, 0.3))
    inside = _inside(mask, math.ceil(width))
    colors = np.where(inside[..., None], rgb, _nearest(rgb, inside))
    colors[soft == 0] = 0
    return np.dstack([colors.astype(np.uint8), soft])


def _inside(mask: Mask, pixels: int) -> Mask:
    """The mask less so many pixels at its edge, all of it where nothing would be left.

    A border of the picture is no edge.
    """
    reach = 2 * pixels + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    eroded = cv2.erode(mask.astype(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE) > 0
    return eroded if eroded.any() else mask


def _nearest(rgb: NDArray[np.uint8], inside: Mask) -> NDArray[np.uint8]:
    """(H, W, 3) colours of the nearest pixel inside."""
    outside = np.where(inside, np.uint8(0), np.uint8(1))
    _, labels = cv2.distanceTransformWithLabels(
        outside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    table[labels[inside]] = rgb[inside]
    return np.asarray(table[labels], np.uint8)
