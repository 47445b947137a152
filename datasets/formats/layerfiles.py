"""Layers as OpenRaster and as PSD, the same bytes each time.

OpenRaster after its baseline specification: a zip whose first, stored member is ``mimetype``; ``stack.xml`` lists the
layers from the top. Members are dated 1980, the zip's zero, and stored: PNGs are compressed already.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from datasets.formats.layers import RGBA, Layer, flattened
from modeling.images import encode_rgba, resize_long_side

THUMBNAIL = 256
"""Longer side of an OpenRaster's thumbnail at most, in pixels."""
_UNIX, _READABLE = 3, 0o644 << 16


def encode_ora(layers: list[Layer]) -> bytes:
    """An OpenRaster file of layers, bottom to top."""
    files = {f"data/layer{number}.png": layer for number, layer in enumerate(layers)}
    merged = flattened(layers)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        _store(target, "mimetype", b"image/openraster")
        _store(target, "stack.xml", _stack(files))
        for name, layer in files.items():
            _store(target, name, encode_rgba(layer.pixels))
        _store(target, "mergedimage.png", encode_rgba(merged))
        _store(target, "Thumbnails/thumbnail.png", encode_rgba(_thumbnail(merged)))
    return buffer.getvalue()


def _store(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = _UNIX, _READABLE
    target.writestr(info, data)


def _stack(files: dict[str, Layer]) -> bytes:
    height, width = next(iter(files.values())).pixels.shape[:2]
    image = ElementTree.Element("image", {"version": "0.0.5", "w": str(width), "h": str(height)})
    stack = ElementTree.SubElement(image, "stack")
    for name, layer in reversed(files.items()):
        place = {"x": "0", "y": "0", "opacity": "1.0", "visibility": "visible"}
        ElementTree.SubElement(
            stack, "layer", {"name": layer.title, "src": name, "composite-op": "svg:src-over"} | place
        )
    return ElementTree.tostring(image, "utf-8", xml_declaration=True)


def _thumbnail(merged: RGBA) -> RGBA:
    return resize_long_side(merged, min(THUMBNAIL, max(merged.shape[:2])))


def encode_psd(layers: list[Layer]) -> bytes:
    """A PSD file of layers, bottom to top; programs that know no Unicode names see the English ones."""
    from psd_tools import PSDImage
    from psd_tools.constants import Tag

    class Document(PSDImage):
        """Keeps its preview: laying all layers over each other takes 2 GB at 4096 x 4096."""

        def is_updated(self) -> bool:
            return False

    # With alpha even where all is opaque: layers of a document without it lose theirs.
    document: Any = Document.frompil(Image.fromarray(flattened(layers)))
    for layer in layers:
        plain = f"{layer.name} [{layer.origin}]" if layer.origin else layer.name
        made = document.create_pixel_layer(Image.fromarray(layer.pixels), name=plain)
        made.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, layer.title[:255])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
