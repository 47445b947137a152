"""Things in a hand: drawn per frame with the figure, so they are cel. Frame of reference: the body's."""

from __future__ import annotations

from datasets.procedural.color import apart, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, polar, polygon, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage


def draw_held(
    stage: Stage, sheet: Character, paints: Paints, wrist: Point, degrees: float, floor: float
) -> None:
    """The thing that the sheet gives its character, at the wrist of an arm that points to ``degrees``; it hangs
    no lower than ``floor``."""
    accent, palm = sheet.accent, polar(wrist, degrees, 0.22 * sheet.proportions.hand)
    stage.ink = paints.ink(accent)
    if sheet.held in ("book", "phone"):
        _tablet(stage, sheet, paints, palm, degrees, 0.32 if sheet.held == "book" else 0.16)
    elif sheet.held == "bag":
        left, right = polar(palm, -38, 0.5), polar(palm, 38, 0.5)
        low = min(0.75, max(0.4, floor - left[1]))
        stage.line(smooth([left, palm, right], closed=False, tension=0.2), 1.5)
        bag = polygon([left, right, (right[0] + 0.05, left[1] + low), (left[0] - 0.05, left[1] + low)])
        stage.part(bag, accent, paints.shade(accent), (paints.light[0] * 2, paints.light[1]))
    elif sheet.held == "sword":
        tip, hilt = polar(palm, degrees + 75, 2.4), polar(palm, degrees - 105, 0.3)
        blade = ribbon([palm, tip], [0.07, 0.02])
        stage.part(blade, (0.86, 0.89, 0.93), (0.6, 0.64, 0.74), (0.02, 0.02))
        stage.part(ribbon([hilt, palm], [0.05, 0.05]), accent, paints.shade(accent), (0.0, 0.0))
    elif sheet.held == "umbrella":
        top = polar(palm, 180, 1.9)
        stage.part(ribbon([palm, top], [0.03, 0.03]), (0.5, 0.5, 0.52), (0.35, 0.35, 0.4), (0.0, 0.0))
        _canopy(stage, sheet, paints, top)


def _tablet(stage: Stage, sheet: Character, paints: Paints, palm: Point, degrees: float, half: float) -> None:
    low, high = -0.1, 2.6 * half - 0.1
    ends = ((-half, low), (half, low), (half, high), (-half, high))
    corners = [polar(polar(palm, degrees, along), degrees + 90, across) for across, along in ends]
    cover = polygon(corners)
    stage.part(cover, sheet.accent, paints.shade(sheet.accent), (paints.light[0] * 2, 0.0))
    inner = polygon([(palm[0] + (x - palm[0]) * 0.5, palm[1] + (y - palm[1]) * 0.6) for x, y in corners])
    stage.area(inner, apart(sheet.cloth2, sheet.accent), COLOR)


def _canopy(stage: Stage, sheet: Character, paints: Paints, top: Point) -> None:
    x, y = top
    across = (1.3, 0.85, 0.42, 0.0, -0.42, -0.85, -1.3)
    rim = [(x + dx, y + 0.62 - 0.1 * (i % 2)) for i, dx in enumerate(across)]
    dome = [(x - 1.3, y + 0.62), (x - 0.85, y + 0.12), (x, y - 0.12), (x + 0.85, y + 0.12)]
    path = smooth([*dome, *rim], tension=0.35)
    stage.solid(path, sheet.accent, paints.shade(sheet.accent), (paints.light[0] * 4, -0.05), broad=True)
    with stage.within(path):
        shine = ribbon([(x - 0.7, y + 0.3), (x - 0.4, y + 0.1), (x, y + 0.02)], [0.02, 0.05, 0.01])
        if paints.shines(sheet.accent):
            stage.area(shine, paints.bright(sheet.accent), HIGHLIGHT)
    stage.line(path)
    for dx in (-0.42, 0.42):
        rib = smooth([(x, y - 0.12), (x + dx * 0.8, y + 0.2), (x + dx, y + 0.52)], closed=False)
        stage.line(rib, 0.7, gain(sheet.accent, 0.4))
