"""The mascot: a figure that is no person."""

from __future__ import annotations

from datasets.procedural.color import Color, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import ellipse, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, LINE, Stage


def draw_creature(
    stage: Stage, sheet: Character, paints: Paints, mouth: float, eyes: float, bounce: float
) -> None:
    """A mascot about 1.6 heads tall, standing on y = 0: round body, ears, belly, big eyes."""
    base, shade = sheet.cloth, paints.shade(sheet.cloth)
    stage.ink = paints.ink(base)
    ears = 0.55 if sheet.hair_length > 1.2 else 0.25
    for side in (-1, 1):
        stage.part(
            ribbon([(side * 0.3, -1.0), (side * 0.45, -1.25 - ears)], [0.16, 0.08]), base, shade, paints.light
        )
        stage.part(ellipse(side * 0.3, -0.06, 0.2, 0.1), base, shade, paints.light)
    body: Color = base
    h = 1.3 * (1 + 0.06 * bounce)
    path = smooth(
        [
            (-0.4, -0.05),
            (-0.6, -0.4),
            (-0.52, -h * 0.75),
            (0, -h),
            (0.52, -h * 0.75),
            (0.6, -0.4),
            (0.4, -0.05),
        ]
    )
    stage.solid(path, body, shade, (paints.light[0] * 2, paints.light[1] * 2))
    with stage.within(path):
        stage.area(ellipse(0, -0.25, 0.38, 0.36), sheet.cloth2, COLOR)
        stage.area(ellipse(-0.25, -h * 0.86, 0.12, 0.06), paints.bright(base), HIGHLIGHT)
    stage.line(path)
    for side in (-1, 1):
        stage.part(
            ribbon([(side * 0.55, -0.55), (side * 0.78, -0.5 - 0.25 * bounce)], [0.1, 0.08]),
            base,
            shade,
            paints.light,
        )
        if eyes > 0.3:
            stage.fill(ellipse(side * 0.2, -0.82, 0.075, 0.1), gain(sheet.eye, 0.2), LINE)
            stage.area(ellipse(side * 0.2 - 0.02, -0.86, 0.028, 0.035), (1.0, 1.0, 1.0), HIGHLIGHT)
        else:
            stage.line(
                smooth(
                    [(side * 0.2 - 0.07, -0.82), (side * 0.2, -0.78), (side * 0.2 + 0.07, -0.82)],
                    closed=False,
                )
            )
        stage.area(ellipse(side * 0.36, -0.68, 0.07, 0.045), sheet.accent, COLOR)
    if mouth > 0.1:
        stage.part(ellipse(0, -0.64, 0.07, 0.03 + 0.07 * mouth), (0.6, 0.2, 0.22), (0.5, 0.15, 0.2), (0, 0))
    else:
        stage.line(smooth([(-0.07, -0.68), (0, -0.65), (0.07, -0.68)], closed=False))
