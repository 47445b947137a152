"""Steps on the douga: the label itself, and its lines alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeling.douga.baselines import EXTRACTORS
from modeling.douga.classes import NAMES, line_mask
from modeling.images import encode_png, encode_rgba
from modeling.labelio import color_table, encode_label
from modeling.labels import DOUGA
from modeling.studio.sheet import Sheet
from modeling.studio.steps import LinesParams

VISIBLE = NAMES.index("visible_line")


def douga(sheet: Sheet) -> bytes:
    """An indexed PNG of ten classes, cleaned as drafts are."""
    return encode_label(sheet.label("douga"), DOUGA)


def lines(sheet: Sheet, params: LinesParams) -> bytes:
    """A PNG of lines on white paper or on none."""
    if params.source != "douga":
        extract = EXTRACTORS.get(params.source)
        found = extract.build(extract.parse())(sheet.rgb)
        return _on_paper(found, np.zeros((*found.shape, 3), np.uint8), params.paper)
    classes = DOUGA.to_classes(sheet.label("douga"))
    shown = line_mask(classes) if params.invisible else classes == VISIBLE
    return _on_paper(shown, color_table(DOUGA)[classes], params.paper)


def _on_paper(shown: NDArray[np.bool_], colors: NDArray[np.uint8], paper: str) -> bytes:
    """A PNG of the (H, W) pixels shown in their (H, W, 3) colours."""
    if paper == "white":
        return encode_png(np.where(shown[..., None], colors, np.uint8(255)))
    alpha = np.where(shown, np.uint8(255), np.uint8(0))
    return encode_rgba(np.dstack([np.where(shown[..., None], colors, np.uint8(0)), alpha]))
