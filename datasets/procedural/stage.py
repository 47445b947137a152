"""The one drawing surface: a picture and its truth, painted by the same calls.

Every call paints the same vector path twice: anti-aliased into the picture, and without anti-aliasing
(a pixel belongs to the path that holds its centre) into a truth surface whose red channel is the douga class,
whose green
and blue channels name the depth plane and whose alpha says "cel". What is drawn later hides what was
drawn before in both, so occlusion is right by construction.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import skia
from numpy.typing import NDArray

from datasets.procedural.color import Color, argb
from datasets.procedural.pen import swells
from datasets.procedural.shapes import moved
from datasets.procedural.style import Pen

FLAT, LINE, SHADING_LINE, COLOR_EDGE, HIGHLIGHT_LINE, BOOK_LINE = range(6)
SHADING, COLOR, HIGHLIGHT, BOOK = 6, 7, 8, 9
WIDEST = 3.0
"""Widest line of a pen in pixels of a 1080-line frame."""
STEP = 0.6
"""Step in pixels between a line's widths: a third of a pixel on either side, which nobody sees."""
BORDER_OF = {SHADING: SHADING_LINE, COLOR: COLOR_EDGE, HIGHLIGHT: HIGHLIGHT_LINE}

Plane = tuple[float, float, float]
"""Inverse depth ``a * x + b * y + c`` at device pixel (x, y): exact for every flat thing under
perspective.
"""


class Modelling(Protocol):
    """Fills a part with base, shade and light (see `modelling.Modeller`)."""

    def __call__(
        self,
        stage: Stage,
        path: skia.Path,
        tones: tuple[Color, Color],
        light: tuple[float, float],
        *,
        broad: bool,
        casts: Sequence[skia.Path],
    ) -> None: ...


class Stage:
    """Picture and truth of one layer or frame.

    Coordinates are frame heights: y runs 0..1, x 0..width/height. ``picture`` is (H, W, 4) uint8
    premultiplied RGBA.

    Args:
        width, height: Pixels.
        line_px: Width of a drawn line in pixels of a 1080-line frame.
        pen: Varies a line's width between 1 and 3 pixels of a 1080-line frame; None draws it even.
        border: Width of invisible lines as a share of ``line_px``.
        backdrop: (H, W, 4) picture to paint on; it is copied.
        smooth: Whether the picture is anti-aliased; without, its borders are those of the truth.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        line_px: float = 3.0,
        pen: Pen | None = None,
        border: float = 1.0,
        backdrop: NDArray[np.uint8] | None = None,
        unit: float | None = None,
        smooth: bool = True,
    ) -> None:
        self.picture = np.zeros((height, width, 4), np.uint8) if backdrop is None else backdrop.copy()
        self.truth = np.zeros((height, width, 4), np.uint8)
        self.planes: list[Plane] = [(0.0, 0.0, 0.0)]
        self.unit = unit or float(height)
        self.line_px = line_px * self.unit / 1080
        self.pen, self._border, self._smooth = pen, border, smooth
        self.modeller: Modelling | None = None
        self.ink: Color = (0.1, 0.08, 0.1)
        self._scale = self.unit
        self._canvases = tuple(
            skia.Surface(buffer, colorType=skia.kRGBA_8888_ColorType).getCanvas()
            for buffer in (self.picture, self.truth)
        )
        for canvas in self._canvases:
            canvas.scale(self.unit, self.unit)

    @property
    def pixels(self) -> float:
        """Pixels to a unit of the present frame of reference."""
        return self._scale

    @property
    def border_px(self) -> float:
        """Width of an invisible line in pixels of this frame."""
        px = self.line_px if self.pen is None else min(self.line_px, WIDEST * self.unit / 1080)
        return max(px * self._border, 1.0)

    @property
    def canvas(self) -> skia.Canvas:
        """The picture's canvas, for paint that has no truth (texture, cast shadows, light)."""
        return self._canvases[0]

    def plane(self, a: float, b: float, c: float) -> None:
        """What is drawn from now on lies on this plane of inverse depth."""
        self.planes.append((a, b, c))

    @contextmanager
    def at(
        self,
        x: float,
        y: float,
        scale: float = 1.0,
        *,
        degrees: float = 0.0,
        flip: bool = False,
        squash: float = 1.0,
    ) -> Iterator[None]:
        """Draw inside a moved, turned, scaled frame of reference; ``squash`` stretches y and narrows x."""
        before = self._scale
        self._scale *= scale
        for canvas in self._canvases:
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(degrees)
            canvas.scale(scale / squash * (-1 if flip else 1), scale * squash)
        yield
        for canvas in self._canvases:
            canvas.restore()
        self._scale = before

    @contextmanager
    def filtered(self, paint: skia.Paint) -> Iterator[None]:
        """Picture drawn inside passes as one layer through the paint's filters; truth does not."""
        self.canvas.saveLayer(None, paint)
        yield
        self.canvas.restore()

    def save(self) -> None:
        """Remember the clip; `restore` comes back to it."""
        for canvas in self._canvases:
            canvas.save()

    def restore(self) -> None:
        """Back to the clip before `save`."""
        for canvas in self._canvases:
            canvas.restore()

    def clip(self, path: skia.Path, *, keep: bool) -> None:
        """From now on draw only inside the path, or with ``keep`` False only outside."""
        op = skia.ClipOp.kIntersect if keep else skia.ClipOp.kDifference
        for canvas, smooth in zip(self._canvases, (self._smooth, False), strict=True):
            canvas.clipPath(path, op, smooth)

    @contextmanager
    def within(self, path: skia.Path) -> Iterator[None]:
        """Clip to a path."""
        self.save()
        self.clip(path, keep=True)
        yield
        self.restore()

    @contextmanager
    def beside(self, path: skia.Path) -> Iterator[None]:
        """Clip to what lies outside a path."""
        self.save()
        self.clip(path, keep=False)
        yield
        self.restore()

    def fill(self, path: skia.Path, color: Color, role: int = FLAT) -> None:
        """A flat area."""
        self._canvases[0].drawPath(path, skia.Paint(Color=argb(color), AntiAlias=self._smooth))
        self._canvases[1].drawPath(path, self._truth_paint(role))

    def line(self, path: skia.Path, width: float = 1.0, color: Color | None = None, role: int = LINE) -> None:
        """A drawn line, ``width`` times the show's line; a pen makes it swell and taper."""
        px = self.line_px * width
        if self.pen is None:
            self._stroke(path, px, color or self.ink, role)
            return
        per_line = self.unit / 1080
        px = min(max(px, per_line), WIDEST * per_line)
        thin = max(px * self.pen.thin, min(per_line, px))
        period = self.pen.period * self.unit / self._scale
        for share, effect in swells(path, period, steps=math.ceil((px - thin) / STEP)):
            self._stroke(path, thin + (px - thin) * share, color or self.ink, role, effect)

    def _stroke(
        self, path: skia.Path, px: float, color: Color, role: int, effect: skia.PathEffect | None = None
    ) -> None:
        shown = skia.Paint(Color=argb(color), AntiAlias=self._smooth)
        for canvas, paint, width in (
            (self._canvases[0], shown, px),
            (self._canvases[1], self._truth_paint(role), max(px, 1.0)),
        ):
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(width / self._scale)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            if effect is not None:
                paint.setPathEffect(effect)
            canvas.drawPath(path, paint)

    def area(self, path: skia.Path, color: Color, role: int) -> None:
        """A shade, colour or highlight: a fill, and its border that exists in the douga only."""
        self.fill(path, color, role)
        self.border(path, role)

    def black(self, path: skia.Path, color: Color) -> None:
        """Solid dark shapes such as brows and lashes: an outline of one line, flat within."""
        self.fill(path, color, FLAT)
        self.line(path, 0.6, color)

    def border(self, path: skia.Path, role: int) -> None:
        """The invisible border of a fill: in the douga only."""
        self._truth_line(path, BORDER_OF[role], self.border_px)

    def solid(
        self,
        path: skia.Path,
        base: Color,
        shade: Color,
        light: tuple[float, float],
        *,
        broad: bool = False,
        casts: Sequence[skia.Path] = (),
    ) -> None:
        """A shaded part: by the figure's modeller, else in two tones, where what the part, shifted towards
        the light, does not cover lies in shade.

        Args:
            broad: Whether the part is wide enough for the show's own form of shade.
            casts: Further shades on the part: folds, what hair throws on a face.
        """
        if self.modeller is not None:
            self.modeller(self, path, (base, shade), light, broad=broad, casts=casts)
            return
        with self.within(path):
            self.fill(path, shade, SHADING)
            lit = moved(path, *light)
            self.fill(lit, base, FLAT)
            self.border(lit, SHADING)
            for cast in casts:
                self.area(cast, shade, SHADING)

    def part(
        self, path: skia.Path, base: Color, shade: Color, light: tuple[float, float], width: float = 1.0
    ) -> None:
        """A shaded part with its outline."""
        self.solid(path, base, shade, light)
        self.line(path, width)

    def _truth_line(self, path: skia.Path, role: int, px: float) -> None:
        paint = self._truth_paint(role)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(px / self._scale)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        self._canvases[1].drawPath(path, paint)

    def _truth_paint(self, role: int) -> skia.Paint:
        n = len(self.planes) - 1
        return skia.Paint(Color=int(skia.ColorSetARGB(255, role, n >> 8, n & 255)), AntiAlias=False)

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(H, W): where anything was drawn."""
        covered: NDArray[np.bool_] = self.truth[..., 3] > 0
        return covered

    @property
    def douga(self) -> NDArray[np.uint8]:
        """(H, W) douga classes."""
        return self.truth[..., 0].copy()

    def inverse_depth(self) -> NDArray[np.float32]:
        """(H, W) inverse depth of what was drawn last; 0 where nothing was."""
        index = self.truth[..., 1].astype(np.int32) << 8 | self.truth[..., 2]
        table = np.array(self.planes, np.float32)
        if not table[:, :2].any():
            return np.where(self.covered, np.maximum(table[:, 2], 0)[index], np.float32(0))
        height, width = index.shape
        x = np.arange(width, dtype=np.float32)[None] + 0.5
        y = np.arange(height, dtype=np.float32)[:, None] + 0.5
        a, b, c = (table[:, i][index] for i in range(3))
        return np.where(self.covered, np.maximum(a * x + b * y + c, 0), 0).astype(np.float32)
