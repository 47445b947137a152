"""Layered PSDs: what is visible and painted, from the lowest layer to the topmost.

A pixel of a layer counts when it covers at least half of what lies below, and then in full: a label has no mixtures.
So anti-aliased strokes on a layer of their own are read exactly. A layer's opacity and blending are for the eye.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.elsewhere.painting import Box, Painting
from annotation.elsewhere.stamp import Stamp, stamp_in
from modeling.errors import UserError
from modeling.headers import MAX_PIXELS
from modeling.painted.reading import COVERS

TEMPLATE_NAMES = frozenset(
    "frame draft paper reference フレーム 原画 下書き 下描き 用紙 参考 参照".split()  # noqa: SIM905 - one list
)
"""Layers of these names (their first word, in any case) are looked at, not painted; so is every stamped layer."""

_MODES = {0: "bitmap", 2: "indexed", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_REMEDY_RGB = "Convert it to RGB with 8 or 16 bits and save it again."
_REMEDY_AGAIN = "Save it again, or export it as PNG."
_NORMAL = (b"norm", b"pass")


def read_layered(path: Path, name: str) -> Painting:
    """Read the painted layers of a PSD.

    Hidden layers, layers of `TEMPLATE_NAMES` and those that a template of ours brought are left out. Of a file
    without layers the merged picture is read.

    Raises:
        UserError: As `annotation.elsewhere.painting.open_painting`.
    """
    height, width = _check_header(path, name)
    with _parsing(name):
        from psd_tools import PSDImage

        document = PSDImage.open(path)
        canvas = _Canvas(height, width)
        if len(document) == 0:
            canvas.merged(document.topil(apply_icc=False))
        else:
            canvas.group(document)
    if not canvas.painted:
        message = f"{name} has no visible painted layer."
        raise UserError(
            message, code="painting_empty", remedy="Show the layers that you painted, and save it again."
        )
    return Painting(canvas.rgba, canvas.semi, canvas.stamp, canvas.box, tuple(canvas.notes))


def _check_header(path: Path, name: str) -> tuple[int, int]:
    """(height, width) of a PSD whose kind we read; PSD file format specification, file header."""
    head = path.open("rb").read(26)
    if len(head) < 26:
        raise UserError(f"{name} breaks off in its header.", code="image_truncated", remedy=_REMEDY_AGAIN)
    _, version, _, _, height, width, depth, mode = struct.unpack(">4sH6sHIIHH", head)
    if version not in (1, 2):
        raise UserError(f"{name} is no PSD that we know.", code="image_unreadable", remedy=_REMEDY_AGAIN)
    if mode not in (1, 3):
        message = f"{name} is {_MODES.get(mode, 'of an unknown colour mode')}: it has no exact colours of the palette."
        raise UserError(message, code="painting_color", remedy=_REMEDY_RGB)
    if depth not in (8, 16):
        raise UserError(f"{name} has {depth} bits a channel.", code="painting_color", remedy=_REMEDY_RGB)
    if width * height > MAX_PIXELS:
        message = f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels ({width}x{height})."
        raise UserError(message, code="image_too_large", remedy="Scale it down.")
    return height, width


@contextmanager
def _parsing(name: str) -> Iterator[None]:
    """Whatever a damaged file makes the parser raise becomes one line; it fails in many ways of its own."""
    try:
        yield
    except (UserError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(str(error).split())[:120] or type(error).__name__
        raise UserError(
            f"{name} cannot be read as PSD: {detail}.", code="image_unreadable", remedy=_REMEDY_AGAIN
        ) from None


@dataclass
class _Canvas:
    """The picture so far, and what was left out of it."""

    height: int
    width: int
    painted: int = 0
    stamp: Stamp | None = None
    box: Box | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rgba = np.zeros((self.height, self.width, 4), np.uint8)
        self.semi = np.zeros((self.height, self.width), bool)

    def merged(self, image: Any) -> None:
        """Take the picture of a file without layers."""
        self.rgba = np.array(image.convert("RGBA"))
        self.semi = (self.rgba[..., 3] > 0) & (self.rgba[..., 3] < 255)
        self.painted = 1

    def group(self, layers: Any, clip: NDArray[np.uint8] | None = None) -> None:
        """Lay the layers of a document or group on the canvas, the lowest first."""
        base: NDArray[np.uint8] | None = None
        for layer in layers:
            if self._left_out(layer):
                if not layer.clipping:
                    base = np.zeros((self.height, self.width), np.uint8)  # what clips to it shows nothing
                continue
            inside = base if layer.clipping else clip
            if layer.is_group():
                self.group(layer, inside)
                base = None
                continue
            alpha = self._layer(layer, inside)
            base = base if layer.clipping else alpha

    def _left_out(self, layer: Any) -> bool:
        stamp = stamp_in(layer.name)
        if stamp is not None:
            self.stamp = stamp
            if not layer.is_group() and layer.width and layer.height:
                self.box = Box(layer.left, layer.top, layer.width, layer.height)
            return True
        if not layer.visible:
            self.notes.append(f"hidden layer {layer.name} left out")
            return True
        words = layer.name.replace("/", " ").split()
        if words and words[0].casefold() in TEMPLATE_NAMES:
            self.notes.append(f"layer {layer.name} left out by its name")
            return True
        if not layer.is_group() and not layer.has_pixels():
            if layer.kind != "pixel":
                self.notes.append(f"layer {layer.name} ({layer.kind}) left out: it has no pixels")
            return True
        return False

    def _layer(self, layer: Any, clip: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
        """Lay one layer on the canvas; returns its (H, W) alpha there."""
        pixels = np.asarray(layer.topil(apply_icc=False).convert("RGBA"))
        alpha = self._placed(pixels[..., 3], layer.left, layer.top)
        _multiply(alpha, self._mask(layer))
        _multiply(alpha, clip)
        covers = alpha >= COVERS
        colors = self._placed(pixels[..., :3], layer.left, layer.top)
        self.rgba[covers, :3] = colors[covers]
        self.rgba[covers, 3] = 255
        self.semi |= (alpha > 0) & (alpha < 255)
        self.painted += 1
        self._remark(layer)
        return alpha

    def _placed(self, part: NDArray[np.uint8], left: int, top: int, beyond: int = 0) -> NDArray[np.uint8]:
        """A layer's pixels on a canvas of their own; what lies outside it is cut."""
        whole = np.full((self.height, self.width, *part.shape[2:]), beyond, np.uint8)
        rows = slice(max(0, top), max(0, min(self.height, top + part.shape[0])))
        columns = slice(max(0, left), max(0, min(self.width, left + part.shape[1])))
        whole[rows, columns] = part[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
        return whole

    def _mask(self, layer: Any) -> NDArray[np.uint8] | None:
        mask = layer.mask
        if mask is None or mask.disabled:
            return None
        image = mask.topil()
        if image is None:
            return np.full((self.height, self.width), mask.background_color, np.uint8)
        return self._placed(np.asarray(image.convert("L")), mask.left, mask.top, mask.background_color)

    def _remark(self, layer: Any) -> None:
        if layer.opacity < 255:
            self.notes.append(f"layer {layer.name} is at {layer.opacity / 2.55:.0f} %; read as if in full")
        mode = getattr(layer.blend_mode, "value", b"norm")
        if mode not in _NORMAL:
            name = layer.blend_mode.name.lower().replace("_", " ")
            self.notes.append(f"layer {layer.name} blends by {name}; read as if normal")


def _multiply(alpha: NDArray[np.uint8], by: NDArray[np.uint8] | None) -> None:
    if by is not None:
        alpha[:] = (alpha.astype(np.uint16) * by + 127) // 255
