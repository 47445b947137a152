"""The mascot: a figure that is no person. It stands on y = 0 and is about 1.6 heads tall."""

from __future__ import annotations

import skia

from datasets.procedural.color import apart, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, polyline, rect, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage


def draw_creature(
    stage: Stage, sheet: Character, paints: Paints, mouth: float, eyes: float, bounce: float
) -> None:
    """A blob with ears, a slime, or a robot; ``bounce`` -1..1 stretches it."""
    base, shade = sheet.cloth, paints.shade(sheet.cloth)
    stage.ink = paints.ink(base)
    height = 1.3 * (1 + 0.06 * bounce)
    _behind(stage, sheet, paints, bounce)
    path = _body(sheet.body, height)
    stage.solid(path, base, shade, (paints.light[0] * 2, paints.light[1] * 2), broad=True)
    with stage.within(path):
        stage.area(
            ellipse(0, -0.25, 0.38, 0.2 if sheet.body == "slime" else 0.36), apart(sheet.cloth2, base), COLOR
        )
        if paints.shines(base):
            stage.area(ellipse(-0.25, -height * 0.86, 0.12, 0.06), paints.bright(base), HIGHLIGHT)
    stage.line(path)
    for side in (-1, 1):
        _eye(stage, sheet, side, eyes)
    if mouth > 0.1:
        stage.part(ellipse(0, -0.64, 0.07, 0.03 + 0.07 * mouth), (0.6, 0.2, 0.22), (0.5, 0.15, 0.2), (0, 0))
    else:
        stage.line(smooth([(-0.07, -0.68), (0, -0.65), (0.07, -0.68)], closed=False))


def _body(kind: str, h: float) -> skia.Path:
    if kind == "robot":
        return rect(-0.55, -h, 0.55, -0.08, 0.12)
    half: list[Point] = [(0.4, -0.05), (0.6, -0.4), (0.52, -h * 0.75)]
    if kind == "slime":
        half = [(0.85, -0.02), (0.72, -0.35), (0.45, -h * 0.75)]
    return smooth([(-x, y) for x, y in half] + [(0.0, -h)] + half[::-1])


def _behind(stage: Stage, sheet: Character, paints: Paints, bounce: float) -> None:
    """Ears or aerial, arms and feet, which the body overlaps."""
    base, shade = sheet.cloth, paints.shade(sheet.cloth)
    if sheet.body == "slime":
        return
    ears = 0.55 if sheet.hair_length > 1.2 else 0.25
    if sheet.body == "robot":
        top = -1.5 - ears / 2
        stage.line(polyline([(0, -1.2), (0, top)]), 1.6)
        stage.part(ellipse(0, top, 0.09, 0.09), sheet.accent, paints.shade(sheet.accent), paints.light)
    for side in (-1, 1):
        if sheet.body == "blob":
            ear = ribbon([(side * 0.3, -1.0), (side * 0.45, -1.25 - ears)], [0.16, 0.08])
            stage.part(ear, base, shade, paints.light)
        stage.part(ellipse(side * 0.3, -0.06, 0.2, 0.1), base, shade, paints.light)
        arm = ribbon([(side * 0.5, -0.55), (side * 0.78, -0.5 - 0.25 * bounce)], [0.1, 0.08])
        stage.part(arm, base, shade, paints.light)


def _eye(stage: Stage, sheet: Character, side: int, opening: float) -> None:
    x, y = side * 0.2, -0.82
    if opening > 0.3:
        stage.black(ellipse(x, y, 0.075, 0.1), gain(sheet.eye, 0.2))
        stage.area(ellipse(x - 0.02, y - 0.04, 0.028, 0.035), (1.0, 1.0, 1.0), HIGHLIGHT)
    else:
        stage.line(smooth([(x - 0.07, y), (x, y + 0.04), (x + 0.07, y)], closed=False))
    stage.area(ellipse(side * 0.36, -0.68, 0.07, 0.045), apart(sheet.accent, sheet.cloth), COLOR)
