"""Hair in the head's frame of reference: the back mass, the fringe, the highlight band."""

from __future__ import annotations

import math

import skia

from datasets.procedural.color import Color, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, polygon, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage
from datasets.procedural.tresses import dye, highlight_band, lock_shades


def fringe_path(sheet: Character, turn: float, sway: float) -> skia.Path:
    """Front hair: the skull's curve outside, side locks, and a zigzag of locks over the brow."""
    v, shift = 0.52 * sheet.hair_volume, turn * 0.09
    side_tip = {"locks": 0.3, "parted": 0.42, "blunt": 0.36, "swept": 0.22}[sheet.fringe]
    path = skia.Path()
    path.moveTo(-0.4 + sway, side_tip)
    if sheet.hair_back == "spiky":
        _spikes(path, v)
    else:
        path.cubicTo(-v * 1.05, 0.15, -v * 1.08, -0.3, -v * 0.75, -0.52)
        path.cubicTo(-0.2, -0.74 * sheet.hair_volume, 0.2, -0.74 * sheet.hair_volume, v * 0.75, -0.52)
        path.cubicTo(v * 1.08, -0.3, v * 1.05, 0.15, 0.4 + sway, side_tip)
    path.quadTo(0.36, 0.12, 0.33 + shift * 0.5, -0.04)
    _zigzag(path, sheet, shift, sway)
    path.quadTo(-0.36, 0.12, -0.4 + sway, side_tip)
    path.close()
    return path


def _spikes(path: skia.Path, v: float) -> None:
    n = 8
    for i in range(n):
        tip, base = (math.radians(205 - 230 * (i + d) / n) for d in (0.35, 1.0))
        reach = v * (1.42 if i % 2 else 1.22)
        tip_at = (reach * math.cos(tip), -0.1 - reach * math.sin(tip))
        end = (v * math.cos(base), -0.1 - v * math.sin(base)) if i < n - 1 else (0.4, 0.3)
        path.lineTo(*tip_at)
        path.quadTo((tip_at[0] + end[0]) * 0.42, (tip_at[1] + end[1]) * 0.42, *end)


def _zigzag(path: skia.Path, sheet: Character, shift: float, sway: float) -> None:
    n, last = sheet.locks, (0.33 + shift * 0.5, -0.04)
    for i in range(n):
        x0, x1 = 0.33 - 0.66 * i / n, 0.33 - 0.66 * (i + 1) / n
        tip, valley = _lock(sheet, (x0 + x1) / 2, i)
        path.quadTo(last[0] - 0.02, (last[1] + tip[1]) / 2, tip[0] + shift + sway, tip[1])
        end = x1 + shift * (1 if i < n - 1 else 0.5)
        path.quadTo(end + 0.02, (valley + tip[1]) / 2, end, valley)
        last = (end, valley)


def _lock(sheet: Character, x: float, i: int) -> tuple[Point, float]:
    if sheet.fringe == "blunt":
        return (x, 0.0), -0.03
    if sheet.fringe == "parted":
        return (x * 1.25, 0.08 if abs(x) > 0.12 else -0.16), -0.3 if abs(x) < 0.15 else -0.14
    if sheet.fringe == "swept":
        return (x - 0.1, 0.06 - 0.25 * (x + 0.3)), -0.2 - 0.1 * x
    return (x + (0.03 if i % 2 else -0.02), 0.1 if i % 2 == 0 else 0.02), -0.17


def draw_head_from_behind(stage: Stage, sheet: Character, paints: Paints, sway: float) -> None:
    """A head seen from behind: skull cap or mane with strands falling from the crown and a highlight band."""
    base, shade = sheet.hair, paints.shade(sheet.hair)
    stage.ink = paints.ink(base)
    v = 0.54 * sheet.hair_volume
    reach = {"long": sheet.hair_length, "bob": 0.55}.get(sheet.hair_back, 0.42)
    back = _mane(v, max(reach, 0.42), sway)
    stage.solid(
        back, base, shade, (paints.light[0] * 1.6, -0.04), broad=True, casts=lock_shades(paints, reach, 0.0)
    )
    with stage.within(back):
        highlight_band(stage, sheet, paints, 0.0)
        for i in range(6):
            x = (i - 2.4) / 3.1
            strand = [(x * v * 0.7, -0.2), (x * v * 0.92, 0.05), (x * v + sway, reach * 0.75)]
            stage.line(smooth(strand, closed=False), 0.8)
    stage.line(back)


def draw_back_hair(stage: Stage, sheet: Character, paints: Paints, turn: float, sway: float) -> None:
    """Hair behind head and shoulders."""
    shade, base = paints.shade(sheet.hair), sheet.hair
    stage.ink = paints.ink(base)
    dark = gain(shade, 0.92)
    v, length = 0.5 * sheet.hair_volume, sheet.hair_length
    if sheet.hair_back == "ponytail":
        side = -1 if turn > 0 else 1
        tail = [
            (side * 0.3, -0.3),
            (side * 0.75 + sway, -0.05),
            (side * 0.8 + sway * 2, length * 0.5),
            (side * 0.6 + sway * 3, length),
        ]
        _tress(stage, sheet, paints, ribbon(tail, [0.1, 0.2, 0.2, 0.03]), base, length * 0.65)
    if sheet.hair_back == "twintails":
        for side in (-1, 1):
            tail = [
                (side * 0.42, -0.25),
                (side * 0.78 + sway, 0.0),
                (side * 0.85 + sway * 2, length * 0.5),
                (side * 0.7 + sway * 3, length),
            ]
            _tress(stage, sheet, paints, ribbon(tail, [0.08, 0.18, 0.17, 0.02]), base, length * 0.65)
            stage.part(
                ellipse(side * 0.46, -0.24, 0.08, 0.08),
                sheet.accent,
                paints.shade(sheet.accent),
                paints.light,
            )
    if sheet.hair_back == "bun":
        for side in (-1, 1):
            stage.part(ellipse(side * 0.34, -0.55, 0.2, 0.19), base, shade, paints.light)
    if sheet.hair_back == "long":
        _tress(stage, sheet, paints, _mane(v, length, sway), dark, length * 0.75)
    elif sheet.hair_back == "bob":
        stage.part(_mane(v, 0.55, sway * 0.5), dark, gain(dark, 0.85), paints.light)
    else:
        stage.part(ellipse(0, -0.02, v * 0.95, 0.48), dark, gain(dark, 0.85), paints.light)


def _tress(stage: Stage, sheet: Character, paints: Paints, path: skia.Path, base: Color, ends: float) -> None:
    """Hanging hair, with dyed ends below the height ``ends`` where the sheet has them."""
    stage.solid(path, base, gain(paints.shade(base), 0.95), paints.light)
    dye(stage, sheet, paints, path, ends)
    stage.line(path)


def _mane(v: float, length: float, sway: float) -> skia.Path:
    points: list[Point] = [(-v, -0.2), (-v * 1.12, 0.2), (-v * 1.15 + sway, length * 0.8)]
    n = 5
    for i in range(n):
        x = -v + 2 * v * (i + 0.5) / n
        points += [(x - v / n * 0.6 + sway * 1.5, length), (x + v / n * 0.6 + sway * 1.5, length - 0.13)]
    points += [(v * 1.15 + sway, length * 0.8), (v * 1.12, 0.2), (v, -0.2), (0, -0.55)]
    return smooth(points, tension=0.4)


def draw_front_hair(
    stage: Stage, sheet: Character, paints: Paints, fringe: skia.Path, turn: float, sway: float
) -> None:
    """Fringe with shade, strands, highlight band and accessory."""
    base, shade = sheet.hair, paints.shade(sheet.hair)
    stage.ink = paints.ink(base)
    stage.solid(
        fringe, base, shade, (paints.light[0] * 1.4, -0.05), broad=True, casts=lock_shades(paints, 0.12, turn)
    )
    with stage.within(fringe):
        highlight_band(stage, sheet, paints, turn)
        if sheet.accessory == "band":
            stage.area(
                ribbon([(-0.6, -0.2), (0, -0.56), (0.6, -0.2)], [0.05, 0.05, 0.05]), sheet.accent, COLOR
            )
        for i in range(1, min(sheet.locks, 5) - 1):
            x = 0.33 - 0.66 * (i + 0.8) / min(sheet.locks, 5)
            strand = [(x * 0.5 + turn * 0.1, -0.42), (x * 0.9 + turn * 0.1, -0.28), (x + turn * 0.09, -0.16)]
            stage.line(smooth(strand, closed=False), 0.8)
    stage.line(fringe)
    _accessory(stage, sheet, paints, turn)


def _accessory(stage: Stage, sheet: Character, paints: Paints, turn: float) -> None:
    accent = sheet.accent
    if sheet.accessory == "ribbon":
        stage.ink = paints.ink(accent)
        for side in (-1, 1):
            bow = smooth([(0, -0.6), (side * 0.3, -0.8), (side * 0.34, -0.5)], tension=0.3)
            stage.part(bow, accent, paints.shade(accent), paints.light)
        stage.part(ellipse(0, -0.61, 0.06, 0.06), accent, paints.shade(accent), paints.light)
    if sheet.accessory == "hat":
        _hat(stage, sheet, paints, turn)
    if sheet.accessory == "hairpin":
        pin = polygon(
            [
                (0.25 + turn * 0.1, -0.22),
                (0.42 + turn * 0.05, -0.14),
                (0.4 + turn * 0.05, -0.08),
                (0.24 + turn * 0.1, -0.16),
            ]
        )
        stage.area(pin, accent, COLOR)
        stage.line(pin, 0.7)


def _hat(stage: Stage, sheet: Character, paints: Paints, turn: float) -> None:
    accent, shade = sheet.accent, paints.shade(sheet.accent)
    stage.ink = paints.ink(accent)
    dome = [(-0.5, -0.34), (-0.46, -0.7), (0.0, -0.86), (0.46, -0.7), (0.5, -0.34), (0.0, -0.44)]
    stage.part(smooth(dome, tension=0.4), accent, shade, paints.light)
    brim = [(-0.72 + turn * 0.1, -0.3), (turn * 0.1, -0.42), (0.72 + turn * 0.1, -0.3)]
    stage.part(ribbon(brim, [0.04, 0.07, 0.04]), accent, shade, paints.light)


def draw_glasses(stage: Stage, sheet: Character, paints: Paints, turn: float) -> None:
    """Glasses over the eyes, with a highlight on a lens."""
    if sheet.accessory != "glasses":
        return
    frame, apart = gain(sheet.accent, 0.4), 0.19 * sheet.proportions.eye_space
    low, bridge = sheet.proportions.eye_line, apart - 0.15
    for side in (-1, 1):
        x = side * apart + turn * 0.11
        stage.area(
            polygon(
                [
                    (x - 0.06, 0.02 + low),
                    (x - 0.01, 0.02 + low),
                    (x - 0.08, 0.18 + low),
                    (x - 0.12, 0.18 + low),
                ]
            ),
            (0.95, 0.97, 1.0),
            HIGHLIGHT,
        )
        stage.line(ellipse(x, 0.11 + low, 0.15, 0.13), 1.2, frame)
    ends = [(turn * 0.11 - bridge, 0.1 + low), (turn * 0.11 + bridge, 0.1 + low)]
    stage.line(smooth(ends, closed=False), 1.2, frame)
