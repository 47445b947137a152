"""The layers of a labelled frame, bottom to top: the frame, its cel cut out, and the douga's paint and ink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.formats.content import Content
from modeling.images import read_rgb
from modeling.labelio import color_table, read_label
from modeling.labels import IGNORE, IGNORE_HEX
from modeling.snapshots import FrameRow

RGBA = NDArray[np.uint8]
"""(H, W, 4) uint8 sRGB with alpha 0 or 255; black where transparent."""
Mask = NDArray[np.bool_]


class Layer(NamedTuple):
    """A picture of the frame's size, its name in English, the name in Japanese, and where its label came from.

    ``origin`` is "cel: person", say; empty for the frame itself.
    """

    name: str
    japanese: str
    origin: str
    pixels: RGBA

    @property
    def title(self) -> str:
        """As programs show it."""
        return f"{self.name} {self.japanese}" + (f" [{self.origin}]" if self.origin else "")


def cut_out(rgb: NDArray[np.uint8], mask: Mask) -> RGBA:
    """(H, W, 3) uint8 where an (H, W) mask is, transparent black elsewhere."""
    alpha = mask.astype(np.uint8)[..., None] * np.uint8(255)
    return np.concatenate([np.where(mask[..., None], rgb, np.uint8(0)), alpha], -1)


def layers_of(content: Content, row: FrameRow) -> Iterator[Layer]:
    """The layers that there are, bottom to top. Without frames a cel is white instead of its colours.

    - *Frame*, opaque.
    - *Cel*: its pixels, where the row has a cel label.
    - *Paint*, *Ink*: fills and lines of the douga in the exact colours of its palette, where the row has one.
      Transparent in both is entry 0.
    - *Ignored*: ``FF00FF`` where people decided nothing, a layer for each label that has such pixels.
    """
    shape = row.height, row.width, 3
    rgb = np.full(shape, 255, np.uint8)
    if not content.terms.labels_only:
        rgb = read_rgb(content.snapshot.path(row.file))
        yield Layer("Frame", "フレーム", "", cut_out(rgb, np.ones(shape[:2], bool)))
    if "cel" in row.labels:
        yield from _cel(content, row, rgb)
    if "douga" in row.labels:
        yield from _douga(content, row)


def flattened(layers: list[Layer]) -> RGBA:
    """(H, W, 4) uint8: all layers over each other, as a program shows them."""
    found = layers[0].pixels.copy()
    for layer in layers[1:]:
        there = layer.pixels[..., 3] > 0
        found[there] = layer.pixels[there]
    return found


def _cel(content: Content, row: FrameRow, rgb: NDArray[np.uint8]) -> Iterator[Layer]:
    classes = content.snapshot.classes(row, "cel")
    origin = f"cel: {row.labels['cel'].origin}"
    yield Layer("Cel", "セル", origin, cut_out(rgb, classes == 1))
    yield from _ignored(classes == IGNORE, origin)


def _douga(content: Content, row: FrameRow) -> Iterator[Layer]:
    kind = content.snapshot.label_kind(row, "douga")
    stored = read_label(content.snapshot.path(row.labels["douga"].file), kind)
    origin = f"douga: {row.labels['douga'].origin}"
    lines = np.isin(
        stored, [one.value for one in kind.entries if kind.classes[one.class_index].group == "line"]
    )
    colors = color_table(kind)[stored]
    yield Layer("Paint", "彩色", origin, cut_out(colors, ~lines & (stored != 0) & (stored != IGNORE)))
    yield Layer("Ink", "線", origin, cut_out(colors, lines))
    yield from _ignored(stored == IGNORE, origin)


def _ignored(mask: Mask, origin: str) -> Iterator[Layer]:
    if mask.any():
        magenta = np.full((*mask.shape, 3), list(bytes.fromhex(IGNORE_HEX)), np.uint8)
        yield Layer("Ignored", "対象外", origin, cut_out(magenta, mask))
