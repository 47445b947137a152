"""What makes hair more than one tone: bands of light, shades between locks, dyed ends."""

from __future__ import annotations

import skia

from datasets.procedural.color import apart, mix
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, polygon, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage


def lock_shades(paints: Paints, reach: float, turn: float) -> list[skia.Path]:
    """Pointed shades between the locks, in shows whose hair has levels; ``reach`` is their lower end."""
    if paints.show.style.hair_levels < 2:
        return []
    side = -1 if paints.light[0] > 0 else 1
    shades = []
    for i in range(4):
        x = (-0.36 + 0.24 * i) * (1 + 0.2 * (i % 2)) + turn * 0.08
        tip: Point = (x * 0.72, -0.2 - 0.05 * (i % 2))
        shades.append(polygon([tip, (x - 0.02, reach), (x + side * 0.085, reach)]))
    return shades


def highlight_band(stage: Stage, sheet: Character, paints: Paints, turn: float) -> None:
    """The band of light around the head in the show's form, a second thin one where hair has three levels."""
    if not paints.shines(sheet.hair):
        return
    style, tone = paints.show.style, paints.bright(sheet.hair)
    forms = {"zigzag": _zigzag, "arc": _arc, "beads": _beads}
    for shine in forms[style.shine_form](turn):
        stage.area(shine, tone, HIGHLIGHT)
    if style.hair_levels > 2:
        low = [(x + turn * 0.08, _height(x, turn) + 0.12) for x in (-0.4, -0.26, -0.12)]
        stage.area(ribbon(low, [0.004, 0.012, 0.004], caps=False), tone, HIGHLIGHT)


def dye(stage: Stage, sheet: Character, paints: Paints, path: skia.Path, below: float) -> None:
    """Ends of another colour, beyond a wavy border at height ``below``; call it before the outline."""
    if not sheet.dyed:
        return
    edge = [(-1.6 + 0.2 * i, below + (0.05 if i % 2 else -0.05)) for i in range(17)]
    ends = smooth(edge, closed=False)
    for point in ((1.6, below + 3), (-1.6, below + 3)):
        ends.lineTo(*point)
    ends.close()
    with stage.within(path):
        stage.area(ends, apart(mix(sheet.hair, sheet.accent, 0.6), sheet.hair), COLOR)


def _height(x: float, turn: float) -> float:
    return -0.36 + 0.5 * x * x + 0.12 * abs(turn) * x


def _zigzag(turn: float) -> list[skia.Path]:
    n, upper, lower = 9, [], []
    for i in range(n + 1):
        x = -0.52 + 1.04 * i / n
        y = _height(x, turn)
        upper.append((x + turn * 0.08, y - (0.035 if i % 2 else 0.01)))
        lower.append((x + turn * 0.08, y + (0.055 if i % 2 else 0.015)))
    cut = 3 if turn > 0.2 else 6 if turn < -0.2 else None
    parts = (slice(None, cut), slice(cut, None)) if cut else (slice(None),)
    return [polygon(upper[part] + lower[part][::-1]) for part in parts if len(upper[part]) > 1]


def _arc(turn: float) -> list[skia.Path]:
    bands = []
    for xs in ((-0.44, -0.28, -0.1), (-0.02, 0.16, 0.32, 0.46)):
        points = [(x + turn * 0.08, _height(x, turn)) for x in xs]
        widths = [0.008, *[0.036] * (len(xs) - 2), 0.008]
        bands.append(ribbon(points, widths, caps=False))
    return bands


def _beads(turn: float) -> list[skia.Path]:
    xs = (-0.4, -0.27, -0.12, 0.06, 0.22, 0.38)
    return [
        ellipse(x + turn * 0.08, _height(x, turn), 0.03, 0.07 if i % 2 else 0.045) for i, x in enumerate(xs)
    ]
