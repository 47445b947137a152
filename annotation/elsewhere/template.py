"""The PSD that people draw in: the frame and the draft below, empty layers for paint and ink above.

Layer names are in English and Japanese. Frame and draft carry our stamp, so that they are left out when the file
comes back, and tell where the frame lies if the canvas was changed meanwhile.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.elsewhere.stamp import Stamp
from modeling.images import RGB
from modeling.labelio import LabelMap, color_table
from modeling.labels import LabelKind


def write_template(rgb: RGB, kind: LabelKind, stamp: Stamp, draft: LabelMap | None = None) -> bytes:
    """Write a layered PSD.

    Args:
        rgb: (H, W, 3) uint8, the frame.
        kind: What is to be drawn; kinds with lines get a layer for them.
        stamp: Names the frame.
        draft: (H, W) uint8 stored values to look at, lines and fills in layers of their own.
    """
    from psd_tools import PSDImage
    from psd_tools.constants import ProtectedFlags, Tag

    class Document(PSDImage):
        """Keeps the frame as its preview: laying all layers over each other takes 2 GB at 4096 x 4096."""

        def is_updated(self) -> bool:
            return False

    document = Document.frompil(Image.fromarray(_opaque(rgb)))
    frame = _layer(document, _opaque(rgb), "frame", "Frame フレーム", stamp)
    frame.tagged_blocks.set_data(
        Tag.PROTECTED_SETTING, int(ProtectedFlags.COMPLETE)
    )  # lock() forgets the first
    if draft is not None:
        for name, japanese, mask in _draft_layers(draft, kind):
            pixels = np.dstack([color_table(kind)[draft], mask.astype(np.uint8) * 255])
            _layer(document, pixels, name, japanese, stamp)
    empty = np.zeros((1, 1, 4), np.uint8)
    _layer(document, empty, "paint", "Paint 彩色")
    if _is_line(kind).any():
        _layer(document, empty, "ink", "Ink 線")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _draft_layers(draft: LabelMap, kind: LabelKind) -> list[tuple[str, str, NDArray[np.bool_]]]:
    lines = _is_line(kind)[draft]
    fills = ~lines & (draft != 0)
    layers = [
        ("draft fills", "Draft fills 下書き 塗り", fills),
        ("draft lines", "Draft lines 下書き 線", lines),
    ]
    return [layer for layer in layers if layer[2].any()]


def _is_line(kind: LabelKind) -> NDArray[np.bool_]:
    """(256,) whether a stored value is a line."""
    table = np.zeros(256, bool)
    for entry in kind.entries:
        table[entry.value] = kind.classes[entry.class_index].group == "line"
    return table


def _opaque(rgb: RGB) -> NDArray[np.uint8]:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _layer(
    document: Any, rgba: NDArray[np.uint8], name: str, japanese: str, stamp: Stamp | None = None
) -> Any:
    """Add a layer; programs that know no Unicode names see the plain one."""
    from psd_tools.constants import Tag

    plain = f"{name} {stamp.ascii()}" if stamp else name
    layer = document.create_pixel_layer(Image.fromarray(rgba), name=plain)
    full = f"{japanese} {stamp.text()}" if stamp else japanese
    layer.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, full[:255])
    return layer
