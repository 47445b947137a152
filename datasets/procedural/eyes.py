"""Drawn eyes in several levels: white with the lid's shade, iris in tones, pupil, catch lights."""

from __future__ import annotations

from datasets.procedural.color import Color, apart, gain, mix
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, moved, ribbon, smooth, taper
from datasets.procedural.stage import COLOR, HIGHLIGHT, SHADING, Stage

WHITE: Color = (0.98, 0.98, 0.99)
PLAIN_BELOW = 7.0
"""Height of half an iris in pixels below which an eye is drawn without its levels."""
CATCH_LIGHTS = ((0.4, -0.42, 0.3, 0.26), (-0.42, 0.36, 0.17, 0.15), (-0.1, -0.62, 0.12, 0.1))
"""Place and radii of the lights in an eye as shares of the iris; x is towards the light."""


def draw_eye(
    stage: Stage,
    sheet: Character,
    paints: Paints,
    at: Point,
    *,
    side: int,
    opening: float,
    gaze: float,
    turn: float,
) -> None:
    """One eye around ``at``: ``side`` -1 left or 1 right in the picture, ``opening`` 0..1."""
    x, y = at
    tall = {"round": 1.0, "narrow": 0.72, "tall": 1.2, "droopy": 0.92, "sharp": 0.85}[sheet.eye_shape]
    slant = {"droopy": 0.03, "sharp": -0.04}.get(sheet.eye_shape, -0.008)
    far = 0.82 if side * turn > 0 else 1.0
    far = 1.0 - abs(turn) * (1.0 - far) * 2
    w, h = 0.115 * sheet.eye_size * far, 0.125 * sheet.eye_size * tall
    inner, outer = (x - side * w, y + 0.03), (x + side * w * 1.1, y + slant)
    dark = mix(gain(paints.shade(sheet.hair), 0.35), stage.ink, 0.5)
    if opening < 0.15:
        lid = [inner, (x, y + h * 0.45), (x + side * w * 1.1, y + 0.03 + slant)]
        stage.black(taper(lid, 0.035), dark)
        return
    top, bottom = y - h * opening, y + h * 0.75
    lid = [inner, (x - side * w * 0.45, top + h * 0.16), (x + side * w * 0.25, top), outer]
    below = [(x + side * w * 0.75, bottom - h * 0.12), (x, bottom), (x - side * w * 0.7, bottom - h * 0.2)]
    white = smooth([*lid, *below], tension=0.5)
    stage.area(white, WHITE, COLOR)
    shade = moved(smooth(lid, closed=False), 0, 0.035)
    shade.close()
    with stage.within(white):
        stage.area(shade, paints.shade(WHITE), SHADING)
        _iris(stage, sheet, paints, (x + gaze * w * 0.35 + turn * 0.012, y), w * 0.62, h * 0.88)
    stage.black(ribbon(lid, [0.006, 0.016, 0.022, 0.008], caps=True), dark)
    lower = [(x - side * w * 0.4, bottom), (x + side * w * 0.5, bottom - h * 0.06)]
    stage.black(taper(lower, 0.016), dark)
    crease = [(inner[0], top - 0.015), (x, top - 0.045), (outer[0], top + 0.01)]
    stage.line(smooth(crease, closed=False), 0.5)


def _iris(stage: Stage, sheet: Character, paints: Paints, at: Point, rx: float, ry: float) -> None:
    (x, y), eye, style = at, sheet.eye, paints.show.style
    iris = ellipse(x, y, rx, ry)
    stage.fill(iris, eye)
    rich = ry * stage.pixels > PLAIN_BELOW
    with stage.within(iris):
        if rich and style.iris_levels > 2:
            stage.area(
                ellipse(x, y + ry * 0.25, rx * 0.8, ry * 0.7), apart(mix(eye, sheet.accent, 0.45), eye), COLOR
            )
        if rich:
            shade = gain(paints.shade(eye), 0.6)
            stage.area(ellipse(x, y - ry * 0.75, rx * 1.3, ry * 0.85), shade, SHADING)
        stage.area(ellipse(x, y, rx * 0.45, ry * 0.5), gain(eye, 0.25), COLOR)
        if rich and style.iris_levels > 1:
            stage.area(ellipse(x, y + ry * 0.62, rx * 0.6, ry * 0.22), paints.bright(eye), HIGHLIGHT)
    stage.line(iris, 0.7, gain(eye, 0.3))
    side = -1 if paints.light[0] < 0 else 1
    for dx, dy, w, h in CATCH_LIGHTS[: style.catch_lights if rich else 1]:
        light = ellipse(x + side * rx * dx, y + ry * dy, rx * w, ry * h)
        stage.area(light, (1.0, 1.0, 1.0), HIGHLIGHT)
