"""A drawn head: face, eyes, mouth, blush. Frame of reference: skull top (0, -0.5), chin (0, 0.5)."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from datasets.procedural.color import Color, gain, mix
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, moved, polygon, polyline, ribbon, smooth, taper
from datasets.procedural.stage import COLOR, FLAT, HIGHLIGHT, LINE, SHADING, Stage

WHITE: Color = (0.98, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Expression:
    """State of a face in one drawing. ``eyes`` and ``mouth`` are openings 0..1, ``turn`` -1 left .. 1
    right.
    """

    eyes: float = 1.0
    mouth: float = 0.0
    smile: float = 0.5
    turn: float = 0.3
    brow: float = 0.0
    gaze: float = 0.0


def face_path(sheet: Character, turn: float) -> skia.Path:
    """Outline of the face; the far cheek comes nearer as the head turns."""
    w, jaw, chin = 0.41, 0.33 * sheet.jaw, 0.5 * sheet.chin
    far, near = 1 - 0.16 * abs(turn), 1 + 0.02 * abs(turn)
    left, right = (near, far) if turn > 0 else (far, near)
    shift = turn * 0.07
    return smooth(
        [
            (-w * left, -0.12),
            (-w * left * 1.0, 0.12),
            (-jaw * left + shift * 0.4, 0.3),
            (-0.13 + shift, chin - 0.06),
            (shift, chin),
            (0.13 + shift, chin - 0.06),
            (jaw * right + shift * 0.4, 0.3),
            (w * right, 0.12),
            (w * right, -0.12),
            (0.3, -0.42),
            (0, -0.5),
            (-0.3, -0.42),
        ],
        tension=0.45,
    )


def draw_face(stage: Stage, sheet: Character, paints: Paints, face: Expression, fringe: skia.Path) -> None:
    """Ears, skin with the fringe's cast shade, blush, nose, mouth and eyes."""
    skin, shade = sheet.skin, paints.shade(sheet.skin)
    stage.ink = paints.ink(skin)
    for side in (-1, 1):
        ear = ellipse(side * (0.42 - 0.05 * side * face.turn), 0.1, 0.065, 0.12)
        stage.part(ear, skin, shade, paints.light)
    outline = face_path(sheet, face.turn)
    stage.solid(outline, skin, shade, paints.light)
    with stage.within(outline):
        stage.area(moved(fringe, -paints.light[0] * 0.5, 0.055), shade, SHADING)
    _blush(stage, sheet, face)
    _nose(stage, shade, face)
    _mouth(stage, face, paints)
    stage.line(outline)
    for side in (-1, 1):
        _eye(stage, sheet, paints, face, side)


def draw_brows(stage: Stage, sheet: Character, paints: Paints, face: Expression) -> None:
    """Brows are drawn over the fringe, as is the custom."""
    color = gain(paints.shade(sheet.hair), 0.7)
    for side in (-1, 1):
        x, y = _eye_center(sheet, face, side)
        lift = -0.19 * sheet.eye_size - 0.03 * (1 - face.brow)
        tilt = 0.05 * face.brow
        inner, outer = (x - side * 0.1, y + lift + tilt), (x + side * 0.12, y + lift - tilt * 0.3 + 0.01)
        middle = ((inner[0] + outer[0]) / 2, y + lift - 0.025)
        stage.fill(taper([inner, middle, outer], 0.024), color, LINE)


def _blush(stage: Stage, sheet: Character, face: Expression) -> None:
    if not sheet.blush:
        return
    tone = mix(sheet.skin, (0.98, 0.45, 0.42), 0.33)
    for side in (-1, 1):
        x, y = _eye_center(sheet, face, side)
        stage.area(ellipse(x + side * 0.05, y + 0.17, 0.075, 0.04), tone, COLOR)


def _nose(stage: Stage, shade: Color, face: Expression) -> None:
    x = face.turn * 0.17
    side = 1 if face.turn >= 0 else -1
    stage.area(polygon([(x, 0.17), (x - side * 0.035, 0.235), (x + side * 0.01, 0.235)]), shade, SHADING)
    stage.line(polyline([(x + side * 0.012, 0.215), (x - side * 0.008, 0.236)]), 0.8)


def _mouth(stage: Stage, face: Expression, paints: Paints) -> None:
    x, y, w = face.turn * 0.13, 0.335, 0.075 + 0.03 * face.smile
    curve = 0.035 * (face.smile - 0.3)
    if face.mouth < 0.08:
        stage.line(smooth([(x - w, y - curve), (x, y + curve * 0.6), (x + w, y - curve)], closed=False))
        return
    depth = 0.14 * face.mouth
    narrow = w * (1.05 - 0.35 * face.mouth)
    path = smooth(
        [
            (x - narrow, y - curve),
            (x, y - curve * 0.4),
            (x + narrow, y - curve),
            (x + narrow * 0.6, y + depth * 0.8),
            (x, y + depth),
            (x - narrow * 0.6, y + depth * 0.8),
        ],
        tension=0.45,
    )
    stage.fill(path, (0.55, 0.16, 0.18))
    with stage.within(path):
        stage.area(ellipse(x, y + depth * 1.05, narrow * 0.8, depth * 0.5), (0.93, 0.5, 0.48), COLOR)
        if face.smile > 0.5:
            stage.area(ellipse(x, y - curve - 0.005, narrow * 0.75, 0.03), WHITE, HIGHLIGHT)
    stage.line(path)


def _eye_center(sheet: Character, face: Expression, side: int) -> Point:
    spread = 0.185 * (1 - 0.12 * abs(face.turn))
    return (side * spread + face.turn * 0.11, 0.1)


def _eye(stage: Stage, sheet: Character, paints: Paints, face: Expression, side: int) -> None:
    x, y = _eye_center(sheet, face, side)
    tall = {"round": 1.0, "narrow": 0.72, "tall": 1.2, "droopy": 0.92, "sharp": 0.85}[sheet.eye_shape]
    slant = {"droopy": 0.03, "sharp": -0.04}.get(sheet.eye_shape, -0.008)
    far = 0.82 if side * face.turn > 0 else 1.0
    far = 1.0 - abs(face.turn) * (1.0 - far) * 2
    w, h = 0.115 * sheet.eye_size * far, 0.125 * sheet.eye_size * tall
    inner, outer = (x - side * w, y + 0.03), (x + side * w * 1.1, y + slant)
    dark = mix(gain(paints.shade(sheet.hair), 0.35), stage.ink, 0.5)
    if face.eyes < 0.15:
        lid = [inner, (x, y + h * 0.45), (x + side * w * 1.1, y + 0.03 + slant)]
        stage.fill(taper(lid, 0.035), dark, LINE)
        return
    top, bottom = y - h * face.eyes, y + h * 0.75
    lid = [inner, (x - side * w * 0.45, top + h * 0.16), (x + side * w * 0.25, top), outer]
    white = smooth(
        [*lid, (x + side * w * 0.75, bottom - h * 0.12), (x, bottom), (x - side * w * 0.7, bottom - h * 0.2)],
        tension=0.5,
    )
    stage.area(white, WHITE, COLOR)
    with stage.within(white):
        _iris(stage, sheet, paints, (x + face.gaze * w * 0.35 + face.turn * 0.012, y), w, h, lid)
    stage.fill(ribbon(lid, [0.006, 0.016, 0.022, 0.008], caps=True), dark, FLAT)
    stage.line(ribbon(lid, [0.006, 0.016, 0.022, 0.008], caps=True), 0.6, dark)
    stage.fill(
        taper([(x - side * w * 0.4, bottom), (x + side * w * 0.5, bottom - h * 0.06)], 0.016), dark, LINE
    )
    stage.line(smooth([(inner[0], top - 0.015), (x, top - 0.045), (outer[0], top + 0.01)], closed=False), 0.5)


def _iris(
    stage: Stage, sheet: Character, paints: Paints, at: Point, w: float, h: float, lid: list[Point]
) -> None:
    x, y = at
    rx, ry = w * 0.62, h * 0.88
    iris = ellipse(x, y, rx, ry)
    stage.area(moved(smooth(lid, closed=False), 0, 0.035), paints.shade(WHITE), SHADING)
    stage.fill(iris, sheet.eye)
    with stage.within(iris):
        stage.area(
            ellipse(x, y - ry * 0.75, rx * 1.3, ry * 0.85), gain(paints.shade(sheet.eye), 0.6), SHADING
        )
        stage.fill(ellipse(x, y, rx * 0.45, ry * 0.5), gain(sheet.eye, 0.25))
        stage.area(ellipse(x, y + ry * 0.62, rx * 0.6, ry * 0.22), paints.bright(sheet.eye), HIGHLIGHT)
    stage.line(iris, 0.7, gain(sheet.eye, 0.3))
    side = -1 if paints.light[0] < 0 else 1
    stage.area(ellipse(x + side * rx * 0.4, y - ry * 0.42, rx * 0.3, ry * 0.26), (1.0, 1.0, 1.0), HIGHLIGHT)
