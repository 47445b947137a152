"""Outlined things that are not cels: trees, signs, furniture, cars, lamps. They stand on the plate and
never move.
"""

from __future__ import annotations

import math

import numpy as np
import skia

from datasets.procedural.color import Color, argb, gain, hsv, jitter, mix
from datasets.procedural.plates.camera import Camera
from datasets.procedural.shapes import ellipse, polygon, polyline, rect, ribbon, smooth
from datasets.procedural.stage import COLOR, SHADING, Stage


def shaded(stage: Stage, path: skia.Path, color: Color, outline: float, *, side: float = -0.03) -> None:
    """A prop in two tones, as flat as a cel, with an outline where the show inks its plates."""
    stage.solid(path, color, gain(color, 0.76), (side, -0.02))
    if outline > 0:
        stage.line(path, outline, gain(color, 0.3))


def foliage(
    stage: Stage, rng: np.random.Generator, at: tuple[float, float], size: float, color: Color, outline: float
) -> None:
    """A crown: dark clumps behind light ones, then leaves by dabs."""
    x, y = at
    for layer, tone in enumerate((0.62, 0.82, 1.05)):
        for _ in range(7 - layer):
            a, r = rng.uniform(0, 2 * math.pi), rng.uniform(0.15, 0.62) * size
            cx, cy = x + math.cos(a) * r, y + math.sin(a) * r * 0.75 - 0.12 * size * layer
            clump = _cloud(rng, cx, cy, size * rng.uniform(0.3, 0.46), 9)
            stage.fill(clump, jitter(gain(color, tone), rng, 0.03))
            if outline > 0 and layer != 1:
                stage.line(clump, outline * 0.7, gain(color, 0.32))
    for _ in range(60):
        a, r = rng.uniform(0, 2 * math.pi), size * math.sqrt(rng.uniform(0, 1)) * 0.85
        dab = ellipse(x + math.cos(a) * r, y + math.sin(a) * r * 0.8, size * 0.035, size * 0.022)
        stage.fill(dab, jitter(gain(color, rng.choice([0.6, 1.2])), rng, 0.05))


def _cloud(rng: np.random.Generator, x: float, y: float, r: float, n: int) -> skia.Path:
    reach = r * rng.uniform(0.82, 1.15, n)
    return smooth(
        [
            (
                x + math.cos(2 * math.pi * i / n) * reach[i],
                y + math.sin(2 * math.pi * i / n) * reach[i] * 0.85,
            )
            for i in range(n)
        ],
        tension=0.6,
    )


def tree(
    stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, leaf: Color, outline: float
) -> None:
    """A tree of 4 to 7 m."""
    s, (fx, fy) = camera.scale(z), camera.project((x, 0, z))
    height, bark = rng.uniform(4, 7) * s, jitter(hsv(25, 0.4, 0.4), rng, 0.05)
    stage.plane(0, 0, s)
    trunk = ribbon(
        [(fx, fy), (fx + 0.06 * height, fy - height * 0.3), (fx, fy - height * 0.7)],
        [0.22 * s, 0.15 * s, 0.08 * s],
    )
    shaded(stage, trunk, bark, outline)
    foliage(stage, rng, (fx, fy - height * 0.78), height * 0.36, leaf, outline)


def bush(
    stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, leaf: Color, outline: float
) -> None:
    """A bush of a metre."""
    s, (fx, fy) = camera.scale(z), camera.project((x, 0, z))
    stage.plane(0, 0, s)
    foliage(stage, rng, (fx, fy - 0.4 * s), 0.75 * s, leaf, outline)


def clouds(
    stage: Stage, rng: np.random.Generator, width: float, horizon: float, tone: Color, count: int
) -> None:
    """Cumulus: heaps of blobs with a lit top and a flat shaded foot."""
    for _ in range(count):
        x, y, size = (
            rng.uniform(0, width),
            rng.uniform(0.03, max(horizon - 0.1, 0.1)),
            rng.uniform(0.05, 0.16),
        )
        for tone_gain, dy in ((0.84, 0.02), (1.0, 0.0)):
            color = gain(tone, tone_gain)
            for i in range(7):
                cx = x + (i - 3) * size * 0.5
                r = size * (0.75 - 0.14 * abs(i - 3)) * rng.uniform(0.8, 1.2)
                stage.fill(_cloud(rng, cx, y + dy - r * 0.35, r, 10), color)


def sign(stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, outline: float) -> None:
    """A road sign or shop sign on a pole."""
    s, (fx, fy) = camera.scale(z), camera.project((x, 0, z))
    stage.plane(0, 0, s)
    shaded(
        stage,
        ribbon([(fx, fy), (fx, fy - 2.4 * s)], [0.04 * s, 0.04 * s], caps=False),
        (0.6, 0.6, 0.62),
        outline,
    )
    color, y = hsv(rng.choice([0, 215, 130, 45]), 0.75, 0.85), fy - 2.5 * s
    kind = rng.integers(3)
    if kind == 0:
        board = ellipse(fx, y, 0.4 * s, 0.4 * s)
    elif kind == 1:
        board = polygon([(fx - 0.45 * s, y - 0.35 * s), (fx + 0.45 * s, y - 0.35 * s), (fx, y + 0.4 * s)])
    else:
        board = rect(fx - 0.5 * s, y - 0.35 * s, fx + 0.5 * s, y + 0.35 * s, 0.06 * s)
    shaded(stage, board, color, outline)
    stage.area(ellipse(fx, y - 0.05 * s, 0.2 * s, 0.16 * s), (0.96, 0.96, 0.94), COLOR)


def pole(stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, outline: float) -> None:
    """A utility pole with arms and a transformer."""
    s, (fx, fy) = camera.scale(z), camera.project((x, 0, z))
    stage.plane(0, 0, s)
    color = (0.5, 0.49, 0.48)
    shaded(
        stage,
        ribbon([(fx, fy), (fx, fy - 8 * s)], [0.14 * s, 0.1 * s], caps=False),
        color,
        outline,
        side=-0.06 * s,
    )
    for h in (7.4, 6.8):
        shaded(
            stage,
            rect(fx - 0.9 * s, fy - h * s, fx + 0.9 * s, fy - (h - 0.12) * s),
            gain(color, 0.85),
            outline,
        )
    shaded(
        stage,
        rect(fx + 0.15 * s, fy - 6.4 * s, fx + 0.6 * s, fy - 5.5 * s, 0.1 * s),
        gain(color, 1.1),
        outline,
    )


def car(stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, outline: float) -> None:
    """A parked car in profile, flat and outlined as a cel would be."""
    s, (fx, fy) = camera.scale(z), camera.project((x, 0, z))
    stage.plane(0, 0, s)
    color = hsv(rng.uniform(0, 360), rng.uniform(0.1, 0.8), rng.uniform(0.4, 0.95))

    def at(px: float, py: float) -> tuple[float, float]:
        return (fx + px * s, fy - py * s)

    body = smooth(
        [
            at(-2, 0.35),
            at(-2, 0.85),
            at(-1.3, 0.95),
            at(-0.8, 1.45),
            at(0.7, 1.45),
            at(1.2, 0.95),
            at(2, 0.85),
            at(2.05, 0.35),
        ],
        tension=0.25,
    )
    shaded(stage, body, color, max(outline, 0.6), side=0)
    for left, right in ((-0.75, -0.08), (0.02, 0.68)):
        pane = polygon(
            [
                at(left - 0.25 * (left < -0.5), 0.98),
                at(left + 0.05, 1.36),
                at(right, 1.36),
                at(right + 0.3 * (right > 0.5), 0.98),
            ]
        )
        stage.area(pane, (0.55, 0.7, 0.78), COLOR)
    for wheel in (-1.2, 1.25):
        shaded(stage, ellipse(*at(wheel, 0.33), 0.34 * s, 0.34 * s), (0.15, 0.15, 0.16), max(outline, 0.6))
        stage.fill(ellipse(*at(wheel, 0.33), 0.17 * s, 0.17 * s), (0.7, 0.7, 0.72))


def shelf(
    stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, wood: Color, outline: float
) -> None:
    """A book shelf against the wall."""
    camera.box(stage, (x, 0, z), (1.3, 2.0, 0.35), wood, outline=outline)
    for row in range(4):
        y, bx = 0.12 + row * 0.47, x + 0.08
        camera.wall(stage, (x + 0.05, y, z), (1.2, 0.4), gain(wood, 0.5))
        while bx < x + 1.12:
            w = rng.uniform(0.04, 0.11)
            color = hsv(rng.uniform(0, 360), rng.uniform(0.2, 0.7), rng.uniform(0.35, 0.9))
            camera.wall(stage, (bx, y, z), (w, rng.uniform(0.24, 0.37)), color, outline=outline * 0.5)
            bx += w + 0.006


def desk(stage: Stage, camera: Camera, x: float, z: float, wood: Color, outline: float) -> None:
    """A school desk with its chair."""
    for lx in (0.04, 0.58):
        for lz in (0.4, 0.02):
            camera.box(
                stage, (x + lx, 0, z + lz), (0.04, 0.68, 0.04), (0.55, 0.56, 0.58), outline=outline * 0.6
            )
    camera.box(stage, (x, 0.68, z), (0.66, 0.06, 0.45), wood, outline=outline)
    camera.box(stage, (x + 0.1, 0.42, z - 0.4), (0.42, 0.04, 0.36), gain(wood, 0.9), outline=outline)


def bed(stage: Stage, camera: Camera, rng: np.random.Generator, x: float, z: float, outline: float) -> None:
    """A bed with blanket, pillow and a plush animal that looks like a character but is painted."""
    cloth = hsv(rng.uniform(0, 360), 0.35, 0.85)
    camera.box(stage, (x, 0, z), (1.9, 0.3, 1.0), hsv(28, 0.5, 0.5), outline=outline)
    camera.box(stage, (x, 0.3, z), (1.9, 0.2, 1.0), cloth, outline=outline)
    camera.box(stage, (x + 0.05, 0.5, z + 0.25), (0.5, 0.12, 0.5), (0.93, 0.92, 0.9), outline=outline)
    plush(stage, camera, rng, x + 1.2, 0.5, z + 0.5, outline)


def plush(
    stage: Stage, camera: Camera, rng: np.random.Generator, x: float, y: float, z: float, outline: float
) -> None:
    """A stuffed toy with ears and a face."""
    s, (px, py) = camera.scale(z), camera.project((x, y, z))
    color = hsv(rng.uniform(0, 360), 0.4, 0.8)
    stage.plane(0, 0, s)
    for ex in (-0.13, 0.13):
        shaded(stage, ellipse(px + ex * s, py - 0.42 * s, 0.07 * s, 0.09 * s), color, max(outline, 0.5))
    shaded(stage, ellipse(px, py - 0.12 * s, 0.17 * s, 0.15 * s), color, max(outline, 0.5))
    shaded(stage, ellipse(px, py - 0.32 * s, 0.18 * s, 0.16 * s), color, max(outline, 0.5))
    for ex in (-0.07, 0.07):
        stage.fill(ellipse(px + ex * s, py - 0.34 * s, 0.022 * s, 0.03 * s), (0.1, 0.1, 0.1))
    stage.area(ellipse(px, py - 0.27 * s, 0.07 * s, 0.05 * s), mix(color, (1, 1, 1), 0.6), COLOR)


def poster(
    stage: Stage, camera: Camera, rng: np.random.Generator, x: float, y: float, z: float, outline: float
) -> None:
    """A poster with a painted face on it."""
    camera.wall(
        stage, (x, y, z), (0.6, 0.85), hsv(rng.uniform(0, 360), 0.45, 0.85), outline=max(outline, 0.4)
    )
    s, (px, py) = camera.scale(z), camera.project((x + 0.3, y + 0.42, z))
    hair = hsv(rng.uniform(0, 360), 0.5, 0.5)
    shaded(stage, ellipse(px, py - 0.03 * s, 0.19 * s, 0.2 * s), hair, 0.5)
    shaded(stage, ellipse(px, py + 0.03 * s, 0.13 * s, 0.15 * s), (0.97, 0.85, 0.76), 0.4)
    stage.area(
        polygon([(px - 0.15 * s, py - 0.02 * s), (px, py - 0.17 * s), (px + 0.15 * s, py - 0.02 * s)]),
        hair,
        SHADING,
    )
    for ex in (-0.05, 0.05):
        stage.fill(ellipse(px + ex * s, py + 0.04 * s, 0.02 * s, 0.03 * s), (0.2, 0.15, 0.3))


def fence(stage: Stage, camera: Camera, x0: float, x1: float, z: float, color: Color, outline: float) -> None:
    """Boards on two rails."""
    for h in (0.35, 0.85):
        camera.wall(stage, (x0, h, z), (x1 - x0, 0.09), gain(color, 0.8), outline=outline * 0.6)
    x = x0
    while x < x1:
        camera.wall(stage, (x, 0, z), (0.12, 1.1), color, outline=outline)
        x += 0.42


def wires(stage: Stage, rng: np.random.Generator, width: float, top: float, count: int) -> None:
    """Sagging cables across the sky."""
    for _ in range(count):
        y0, y1, sag = rng.uniform(0, top), rng.uniform(0, top), rng.uniform(0.02, 0.08)
        points = [
            (width * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)) for t in np.linspace(-0.05, 1.05, 12)
        ]
        stage.line(polyline(points), 0.7, (0.15, 0.15, 0.18))


def glow_spot(stage: Stage, x: float, y: float, radius: float, color: Color, alpha: float) -> None:
    """Light that is painted on, soft at its edge."""
    shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [argb(color, alpha), argb(color, 0.0)])
    stage.canvas.drawCircle(x, y, radius, skia.Paint(Shader=shader, AntiAlias=True))
