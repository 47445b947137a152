"""Photograph one cut: plate, cels, book and light into frames with their truth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from datasets.procedural.body import Build
from datasets.procedural.books import Book, paint_book
from datasets.procedural.color import argb
from datasets.procedural.design import Paints, Show
from datasets.procedural.desk import plate_camera
from datasets.procedural.figure import Drawing, draw_figure
from datasets.procedural.finish import Photography
from datasets.procedural.plan import CutPlan, Moment
from datasets.procedural.plates.plate import AMBIENT, Plate, paint_plate
from datasets.procedural.stage import BOOK, BOOK_LINE, Stage


@dataclass(frozen=True, slots=True)
class Shot:
    """A developed drawing without grain: ``rgb`` (H, W, 3), ``cel`` (H, W) 0 or 1, ``douga`` (H, W) classes,
    ``depth`` (H, W) uint16 inverse depth normalized over the cut, larger nearer, 0 never used."""

    rgb: NDArray[np.uint8]
    cel: NDArray[np.uint8]
    douga: NDArray[np.uint8]
    depth: NDArray[np.uint16]


class CutRenderer:
    """Paints a cut's plate and book once, then any of its moments."""

    def __init__(self, show: Show, plan: CutPlan, size: tuple[int, int], rng: np.random.Generator) -> None:
        self._show, self._plan, self._size = show, plan, size
        camera = plate_camera(plan, size[0] / size[1])
        self._plate = paint_plate(
            show, plan.scene, plan.hour, size, camera, rng, widen=plan.widen, focus=plan.focus
        )
        self._book: Book | None = paint_book(show, plan.book, plan.hour, size, rng) if plan.book else None
        self._paints = Paints(show, plan.light, show.style.lighting(plan.camera_seed))
        self._photography = Photography(show, size, rng, haze=plan.haze)
        self._cel_paint = _ambient_paint(plan.hour, float(rng.uniform(0.4, 0.95)))
        self._lift = _lift(plan, self._plate, show, size)
        depths = [d.depth for drawings, _ in plan.moments for d in drawings]
        self._book_depth = 1.2 * self._lift * max(depths, default=1.0)
        nearest = self._book_depth if self._book else self._lift * max(depths, default=0.0)
        self._nearest = max(float(self._plate.depth.max()), nearest)

    def shoot(self, moment: Moment) -> Shot:
        """Picture and truth of one moment."""
        drawings, offset = moment
        width = self._size[0]
        offset = min(offset, self._plate.picture.shape[1] - width)
        window = slice(offset, offset + width)
        stage = self._compose(drawings, np.ascontiguousarray(self._plate.picture[:, window]))
        cel, douga = stage.covered, stage.douga
        depth = np.where(cel, stage.inverse_depth() * self._lift, self._plate.depth[:, window])
        rgb = np.ascontiguousarray(stage.picture[..., :3])
        if self._book:
            rgb = _lay_over(rgb, self._book)
            douga[self._book.covers] = np.where(cel, np.where(self._book.outline, BOOK_LINE, BOOK), 0)[
                self._book.covers
            ]
            depth[self._book.covers] = self._book_depth
            cel = cel & ~self._book.covers
        levels = 1 + depth / self._nearest * 65534
        return Shot(
            self._photography.develop(rgb),
            cel.astype(np.uint8),
            douga,
            levels.clip(1, 65535).astype(np.uint16),
        )

    def expose(self, shot: Shot, frame: int) -> NDArray[np.uint8]:
        """A shot's picture with the grain of that video frame."""
        return self._photography.expose(shot.rgb, frame)

    def painted(self, moment: Moment) -> NDArray[np.uint8]:
        """The cels of one moment as the painter leaves them: (H, W, 4) uint8 RGBA.

        Flat colours with hard borders, those of the douga; no plate, book, shadow or light; alpha is 0 or 255.
        """
        stage = self._stage(None, smooth=False)
        self._draw(stage, moment[0])
        return stage.picture

    def _compose(self, drawings: tuple[Drawing, ...], backdrop: NDArray[np.uint8]) -> Stage:
        stage = self._stage(backdrop)
        if self._plan.shadows:
            for drawing in drawings:
                _cast_shadow(stage, self._show, drawing)
        with stage.filtered(self._cel_paint):
            self._draw(stage, drawings)
        return stage

    def _stage(self, backdrop: NDArray[np.uint8] | None, *, smooth: bool = True) -> Stage:
        style = self._show.style
        line = {"line_px": self._show.line_px, "pen": style.pen, "border": style.border}
        return Stage(*self._size, backdrop=backdrop, smooth=smooth, **line)  # type: ignore[arg-type]

    def _draw(self, stage: Stage, drawings: tuple[Drawing, ...]) -> None:
        for drawing in sorted(drawings, key=lambda drawing: drawing.depth):
            draw_figure(stage, self._show.characters[drawing.cast], self._paints, drawing)


def _ambient_paint(hour: str, share: float) -> skia.Paint:
    """Cels take part of the hour's light."""
    r, g, b = (1 + (gain - 1) * share for gain in AMBIENT[hour])
    matrix = [r, 0, 0, 0, 0, 0, g, 0, 0, 0, 0, 0, b, 0, 0, 0, 0, 0, 1, 0]
    return skia.Paint(ColorFilter=skia.ColorFilters.Matrix(matrix))


def _cast_shadow(stage: Stage, show: Show, d: Drawing) -> None:
    """A soft, translucent shadow on the floor: it belongs to the background."""
    sheet = show.characters[d.cast]
    feet = d.y if sheet.creature else d.y + Build.of(sheet).foot_y * d.head
    oval = skia.Rect.MakeLTRB(
        d.x - 0.8 * d.head, feet - 0.14 * d.head, d.x + 0.8 * d.head, feet + 0.1 * d.head
    )
    soft = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.06 * d.head)
    stage.canvas.drawOval(
        oval, skia.Paint(Color=argb((0.05, 0.05, 0.12), 0.4), AntiAlias=True, MaskFilter=soft)
    )


def _lay_over(rgb: NDArray[np.uint8], book: Book) -> NDArray[np.uint8]:
    keep = cv2.bitwise_not(cv2.merge([book.picture[..., 3]] * 3))
    under = cv2.multiply(rgb, keep, scale=1 / 255)
    return np.asarray(cv2.add(under, np.ascontiguousarray(book.picture[..., :3])), np.uint8)


def _lift(plan: CutPlan, plate: Plate, show: Show, size: tuple[int, int]) -> float:
    """Factor on the cels' inverse depth that puts them in front of everything they hide.

    A stager does not know where the plate's props stand; who hides a thing is nearer than it. Looked
    at a coarse scale.
    """
    height = 72
    small = (max(1, round(height * size[0] / size[1])), height)
    wide = (round(small[0] * plan.widen), height)
    depth = cv2.resize(plate.depth, wide, interpolation=cv2.INTER_AREA)
    factor = 1.0
    for drawings, offset in dict.fromkeys(plan.moments[::2]):
        stage = Stage(*small)
        for d in drawings:
            draw_figure(stage, show.characters[d.cast], Paints(show, plan.light), d)
        if stage.covered.any():
            x = min(round(offset * height / size[1]), wide[0] - small[0])
            ratio = depth[:, x : x + small[0]][stage.covered] / stage.inverse_depth()[stage.covered]
            factor = max(factor, 1.02 * float(ratio.max()))
    return factor
