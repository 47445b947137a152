"""A drawn head: face, eyes, mouth, blush. Frame of reference: skull top (0, -0.5), chin (0, 0.5)."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from datasets.procedural.color import gain, mix
from datasets.procedural.design import Character, Paints
from datasets.procedural.eyes import WHITE, draw_eye
from datasets.procedural.shapes import Point, ellipse, moved, polygon, polyline, ribbon, smooth, taper
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage


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
    casts = [moved(fringe, -paints.light[0] * 0.5, 0.055), _nose_shade(face)]
    stage.solid(outline, skin, shade, paints.light, casts=casts)
    with stage.within(outline):
        _blush(stage, sheet, paints, face)
    _nose(stage, face)
    _mouth(stage, face, paints)
    stage.line(outline)
    for side in (-1, 1):
        at, turn = _eye_center(sheet, face, side), face.turn
        draw_eye(stage, sheet, paints, at, side=side, opening=face.eyes, gaze=face.gaze, turn=turn)


def draw_brows(stage: Stage, sheet: Character, paints: Paints, face: Expression) -> None:
    """Brows are drawn over the fringe, as is the custom."""
    color = gain(paints.shade(sheet.hair), 0.7)
    for side in (-1, 1):
        x, y = _eye_center(sheet, face, side)
        lift = -0.19 * sheet.eye_size - 0.03 * (1 - face.brow)
        tilt = 0.05 * face.brow
        inner, outer = (x - side * 0.1, y + lift + tilt), (x + side * 0.12, y + lift - tilt * 0.3 + 0.01)
        middle = ((inner[0] + outer[0]) / 2, y + lift - 0.025)
        stage.black(taper([inner, middle, outer], 0.024), color)


def _blush(stage: Stage, sheet: Character, paints: Paints, face: Expression) -> None:
    if not sheet.blush:
        return
    tone = mix(sheet.skin, (0.98, 0.45, 0.42), 0.33)
    for side in (-1, 1):
        x, y = _eye_center(sheet, face, side)
        x, y = x + side * 0.05, y + 0.17
        if paints.show.style.blush_form == "oval":
            stage.area(ellipse(x, y, 0.075, 0.04), tone, COLOR)
            continue
        for dx in (-0.05, 0.0, 0.05):
            stroke = [(x + dx + 0.02, y - 0.03), (x + dx - 0.02, y + 0.03)]
            stage.area(ribbon(stroke, [0.011, 0.011]), tone, COLOR)


def _nose_shade(face: Expression) -> skia.Path:
    x = face.turn * 0.17
    side = 1 if face.turn >= 0 else -1
    return polygon([(x, 0.17), (x - side * 0.035, 0.235), (x + side * 0.01, 0.235)])


def _nose(stage: Stage, face: Expression) -> None:
    x = face.turn * 0.17
    side = 1 if face.turn >= 0 else -1
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
    spread = 0.185 * sheet.proportions.eye_space * (1 - 0.12 * abs(face.turn))
    return (side * spread + face.turn * 0.11, 0.1 + sheet.proportions.eye_line)
