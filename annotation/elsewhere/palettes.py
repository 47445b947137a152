"""The palette of a label kind for other programs: Krita, or a picture to pick colours from (GIMP: `modeling.swatches`).

``.kpl`` is as Krita's manual describes it: a zip whose first member is ``mimetype``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from modeling.swatches import COLUMNS, Swatch

_KRITA = "application/x-krita-palette"
_CELL = 96, 64
_BAND = 22


def krita_palette(title: str, colors: list[Swatch]) -> bytes:
    """A Krita palette."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mimetype", _KRITA, zipfile.ZIP_STORED)
        file.writestr("colorset.xml", _colorset(title, colors), zipfile.ZIP_DEFLATED)
        file.writestr("profiles.xml", "<Profiles/>", zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _colorset(title: str, colors: list[Swatch]) -> bytes:
    rows = -(-len(colors) // COLUMNS)
    root = ElementTree.Element(
        "ColorSet",
        {
            "version": "1.0",
            "name": title,
            "comment": "",
            "columns": str(COLUMNS),
            "rows": str(rows),
            "readonly": "false",
        },
    )
    for number, swatch in enumerate(colors):
        _entry(root, number, swatch)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _entry(root: ElementTree.Element, number: int, swatch: Swatch) -> None:
    entry = ElementTree.SubElement(
        root, "ColorSetEntry", {"name": swatch.name, "id": str(number), "spot": "false", "bitdepth": "U8"}
    )
    share = {
        channel: f"{value / 255:.8f}"
        for channel, value in zip("rgb", bytes.fromhex(swatch.color), strict=True)
    }
    ElementTree.SubElement(entry, "sRGB", share)
    place = {"row": str(number // COLUMNS), "column": str(number % COLUMNS)}
    ElementTree.SubElement(entry, "Position", place)


def palette_picture(colors: list[Swatch]) -> bytes:
    """A PNG of named cells to pick colours from; the upper part of each cell is exactly its colour."""
    width, height = _CELL
    rows = -(-len(colors) // COLUMNS)
    image = Image.new("RGB", (width * min(COLUMNS, len(colors)), height * rows), (40, 42, 48))
    for number, swatch in enumerate(colors):
        _cell(image, number % COLUMNS * width, number // COLUMNS * height, swatch)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _cell(image: Image.Image, left: int, top: int, swatch: Swatch) -> None:
    width, height = _CELL
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, top, left + width - 1, top + height - _BAND - 1), fill=f"#{swatch.color}")
    text = "".join(_fitting(swatch.name, draw, width - 8))
    draw.text(
        (left + 4, top + height - _BAND + 4), text, fill=(230, 230, 230), font=ImageFont.load_default(12)
    )


def _fitting(name: str, draw: ImageDraw.ImageDraw, width: int) -> Iterator[str]:
    """As much of a name as is so wide; the default font has no kana, whose boxes would say nothing."""
    shown = ""
    for letter in name.encode("ascii", "replace").decode():
        shown += letter
        if draw.textlength(shown, font=ImageFont.load_default(12)) > width:
            return
        yield letter
