"""Shade and light inside a part, as a key animator marks them: fills, each with its invisible border.

A part has one base tone. Its class is relative (Kugler 2020, figure 5.11): the same pair of a darker and a
lighter tone is shade beside base or base beside highlight, and which one it is the cut's lighting decides.
Fills of one class and tone that overlap are one fill with one border around them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import skia

from datasets.procedural.color import Color, luma
from datasets.procedural.design import VISIBLE, Paints
from datasets.procedural.shapes import Point, moved, polygon, smooth
from datasets.procedural.stage import FLAT, HIGHLIGHT, SHADING, Stage

Light = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One part to be modelled.

    ``tag`` names it (its chances belong to the name and stay from frame to frame), ``broad`` parts take the
    show's form of shade, narrow ones their own outline's.
    """

    path: skia.Path
    base: Color
    shade: Color
    light: Light
    tag: tuple[int, int]
    broad: bool = False


class Modeller:
    """Models the parts of one drawn figure in the order in which they come; hang it on `Stage.modeller`.

    Args:
        paints: The cut's paints.
        cast: The figure's number; with a part's place in the order it makes the part's tag.
    """

    def __init__(self, paints: Paints, cast: int) -> None:
        self._paints, self._cast, self._count = paints, cast, 0

    def __call__(
        self,
        stage: Stage,
        path: skia.Path,
        tones: tuple[Color, Color],
        light: Light,
        *,
        broad: bool,
        casts: Sequence[skia.Path],
    ) -> None:
        """Fill a path; ``tones`` are base and shade."""
        self._count += 1
        part = Part(path, *tones, light, (self._cast, self._count), broad)
        with stage.within(path):
            stage.fill(path, part.base, FLAT)
            _model(stage, self._paints, part, casts)


def _model(stage: Stage, paints: Paints, part: Part, casts: Sequence[skia.Path]) -> None:
    style = paints.show.style
    if luma(part.base) - luma(part.shade) < VISIBLE * 0.6:
        return  # solid black: no shade would be seen on it
    if paints.lighting == "rim" and paints.shines(part.base):
        _rim(stage, paints, part)
        _shades(stage, part.shade, None, casts)
        return
    lit = _lit(stage, paints, part)
    _shades(stage, part.shade, lit, casts)
    if lit is not None and style.chance(*part.tag, 1) < style.deep:
        _deep(stage, paints, part)
    if lit is not None and style.chance(*part.tag, 2) < style.rim and paints.shines(part.base):
        _rim(stage, paints, part)


def _lit(stage: Stage, paints: Paints, part: Part) -> skia.Path | None:
    """The lit area, or None in flat light and where its shade would be thinner than its border."""
    style = paints.show.style
    if paints.lighting == "flat":
        return None
    factor = style.shade * (2.4 if paints.lighting == "back" else 1.0)
    light = (part.light[0] * factor, part.light[1] * factor)
    if math.hypot(*light) * stage.pixels < 1.5 * stage.border_px:
        return None
    if part.broad and style.shade_form != "offset":
        return _terminator(part, light, style.shade_form == "tooth", paints.lighting == "back")
    return moved(part.path, *light)


def _shades(stage: Stage, shade: Color, lit: skia.Path | None, casts: Sequence[skia.Path]) -> None:
    """All shades of one tone: what lies inside another one has no border."""
    if lit is not None:
        with stage.beside(lit):
            stage.fill(_everywhere(lit), shade, SHADING)
    for cast in casts:
        stage.fill(cast, shade, SHADING)
    for i, cast in enumerate(casts):
        _edge(stage, cast, [other for j, other in enumerate(casts) if j != i], lit)
    if lit is not None:
        _edge(stage, lit, casts, None)


def _edge(stage: Stage, path: skia.Path, outside: Sequence[skia.Path], inside: skia.Path | None) -> None:
    """The border of ``path`` where it lies outside some areas and inside another."""
    stage.save()
    for other in outside:
        stage.clip(other, keep=False)
    if inside is not None:
        stage.clip(inside, keep=True)
    stage.border(path, SHADING)
    stage.restore()


def _deep(stage: Stage, paints: Paints, part: Part) -> None:
    """A second, darker shade at the far edge of the first."""
    light = (part.light[0] * 0.5, part.light[1] * 0.5)
    deeper = paints.shade(part.shade)
    if (
        luma(part.shade) - luma(deeper) < VISIBLE * 0.6
        or math.hypot(*light) * stage.pixels < 2 * stage.border_px
    ):
        return
    lit = moved(part.path, *light)
    with stage.beside(lit):
        stage.fill(_everywhere(lit), deeper, SHADING)
    stage.border(lit, SHADING)


def _rim(stage: Stage, paints: Paints, part: Part) -> None:
    """Light along the edge that is turned to it."""
    wide = 0.35 + 0.4 * paints.show.style.chance(*part.tag, 3)
    light = (-part.light[0] * wide, -part.light[1] * wide)
    if math.hypot(*light) * stage.pixels < 1.5 * stage.border_px:
        return
    dark = moved(part.path, *light)
    with stage.beside(dark):
        stage.fill(_everywhere(dark), paints.bright(part.base), HIGHLIGHT)
    stage.border(dark, HIGHLIGHT)


def _everywhere(path: skia.Path) -> skia.Path:
    box = path.getBounds().makeOutset(2.0, 2.0)
    return polygon([(box.left(), box.top()), (box.right(), box.top()), (box.right(), box.bottom()),
                    (box.left(), box.bottom())])  # fmt: skip


def _terminator(part: Part, light: Light, sharp: bool, back: bool) -> skia.Path:
    """The lit side of a broad part, cut off by a wavy or toothed line across it."""
    box, length = part.path.getBounds(), math.hypot(*light)
    u = (light[0] / length, light[1] / length)
    center = (box.centerX(), box.centerY())
    half = (abs(u[0]) * box.width() + abs(u[1]) * box.height()) / 2
    across = (abs(u[1]) * box.width() + abs(u[0]) * box.height()) / 2
    share = 0.55 if back else min(0.34, 0.16 + 0.5 * length / max(half, 1e-6) * 0.5)
    waves = 4 + part.tag[1] % 4
    depth = half * (0.16 if sharp else 0.1)

    def at(along: float, side: float) -> Point:
        return (center[0] + u[0] * along - u[1] * side, center[1] + u[1] * along + u[0] * side)

    edge = [
        at(-half + 2 * half * share + (depth if i % 2 else -depth), across * 1.3 * (i - waves) / waves)
        for i in range(2 * waves + 1)
    ]
    outer = [at(4 * half, across * 1.3), at(4 * half, -across * 1.3)]
    return polygon(edge + outer) if sharp else _wavy(edge, outer)


def _wavy(edge: list[Point], outer: list[Point]) -> skia.Path:
    path = smooth(edge, closed=False, tension=0.6)
    for point in outer:
        path.lineTo(*point)
    path.close()
    return path
