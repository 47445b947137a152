"""What is worn above the hips, in the body's frame of reference."""

from __future__ import annotations

from datasets.procedural.body import Build
from datasets.procedural.color import apart, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import ellipse, polygon, polyline, ribbon, smooth
from datasets.procedural.stage import COLOR, HIGHLIGHT, Stage


def draw_torso(stage: Stage, sheet: Character, paints: Paints, build: Build) -> None:
    """Neck and upper garment with collar, pattern, folds and a fastening."""
    _neck(stage, sheet, paints, build)
    cloth, shade = sheet.cloth, paints.shade(sheet.cloth)
    stage.ink = paints.ink(cloth)
    s, k = build.shoulder, build.torso
    bottom = build.hip_y + (0.25 if sheet.clothes in ("hoodie", "jacket") else 0.0) * k
    path = smooth(
        [
            (-0.17, 0.02),
            (-s * 0.8, 0.16 * k),
            (-s * 1.03, 0.38 * k),
            (-build.waist * 1.12, 1.0 * k),
            (-build.waist, 1.4 * k),
            (-build.hip * 1.02, bottom),
            (0, bottom + 0.05),
            (build.hip * 1.02, bottom),
            (build.waist, 1.4 * k),
            (build.waist * 1.12, 1.0 * k),
            (s * 1.03, 0.38 * k),
            (s * 0.8, 0.16 * k),
            (0.17, 0.02),
        ],
        tension=0.42,
    )
    creases = [(side * build.waist, y) for side, y in ((-1, 1.25), (1, 1.45), (-1, 1.7))]
    folds = [
        polygon([(x * 1.1, y * k), (x * 0.35, (y + 0.1) * k), (x * 1.1, (y + 0.2) * k)]) for x, y in creases
    ]
    stage.solid(path, cloth, shade, (paints.light[0] * 2, paints.light[1]), broad=True, casts=folds)
    with stage.within(path):
        _pattern(stage, sheet, build, bottom)
        for x, y in creases:
            crease = [(x * 1.05, y * k), (x * 0.7, (y + 0.03) * k), (x * 0.35, (y + 0.1) * k)]
            stage.line(smooth(crease, closed=False))
        shine = ribbon(
            [(-s * 0.55, 0.3 * k), (-s * 0.62, 0.5 * k), (-s * 0.58, 0.75 * k)], [0.02, 0.05, 0.01]
        )
        if paints.shines(cloth):
            stage.area(shine, paints.bright(cloth), HIGHLIGHT)
        _garment(stage, sheet, paints, build, bottom)
    stage.line(path)


def _neck(stage: Stage, sheet: Character, paints: Paints, build: Build) -> None:
    skin, w, base = sheet.skin, build.neck, min(build.neck * 2.4, build.shoulder * 0.85)
    stage.ink = paints.ink(skin)
    path = smooth(
        [(-w, -0.3), (-w, -0.05), (-base, 0.12), (0, 0.3), (base, 0.12), (w, -0.05), (w, -0.3)],
        tension=0.3,
    )
    throat = ellipse(-paints.light[0] * 0.4, -0.17, 0.32, 0.2)
    stage.solid(path, skin, paints.shade(skin), (0.0, 0.0), casts=[throat])
    stage.line(path)


def _pattern(stage: Stage, sheet: Character, build: Build, bottom: float) -> None:
    w, accent = build.shoulder * 1.2, apart(sheet.accent, sheet.cloth)
    if sheet.pattern == "stripes":
        for i in range(4):
            y = (0.62 + 0.34 * i) * build.torso
            stage.area(ribbon([(-w, y - 0.02), (0, y + 0.04), (w, y - 0.02)], [0.06] * 3), accent, COLOR)
    elif sheet.pattern == "dots":
        for i in range(5):
            for j in range(5):
                x = (j - 2 + 0.5 * (i % 2)) * 0.28
                stage.area(
                    ellipse(x, 0.4 * build.torso + i * (bottom - 0.4) / 4.5, 0.05, 0.05), accent, COLOR
                )
    elif sheet.pattern == "badge":
        stage.area(ellipse(0.0, 0.95 * build.torso, 0.2, 0.2), accent, COLOR)
        stage.area(
            polygon(
                [
                    (0, 0.95 * build.torso - 0.15),
                    (0.13, 0.95 * build.torso + 0.1),
                    (-0.13, 0.95 * build.torso + 0.1),
                ]
            ),
            apart(sheet.cloth2, accent),
            COLOR,
        )


def _garment(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    _GARMENTS.get(sheet.clothes, _collar)(stage, sheet, paints, build, bottom)


def _sailor(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    k, s, c2 = build.torso, build.shoulder, sheet.cloth2
    collar = polygon(
        [
            (-0.2, -0.05),
            (-s * 0.85, 0.2 * k),
            (-s * 0.5, 0.55 * k),
            (0, 0.95 * k),
            (s * 0.5, 0.55 * k),
            (s * 0.85, 0.2 * k),
            (0.2, -0.05),
            (0, 0.55 * k),
        ]
    )
    stage.part(collar, c2, paints.shade(c2), paints.light)
    for side in (-1, 1):
        stage.part(
            smooth([(0, 0.85 * k), (side * 0.28, 1.25 * k), (side * 0.08, 1.35 * k)], tension=0.2),
            sheet.accent,
            paints.shade(sheet.accent),
            paints.light,
        )


def _lapels(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    k, c2 = build.torso, sheet.cloth2
    inner = polygon([(-0.18, -0.05), (0.18, -0.05), (0.05, 1.3 * k), (-0.05, 1.3 * k)])
    stage.part(inner, c2, paints.shade(c2), paints.light)
    stage.part(
        polygon([(-0.05, 0.25 * k), (0.05, 0.25 * k), (0.09, 0.95 * k), (0, 1.1 * k), (-0.09, 0.95 * k)]),
        sheet.accent,
        paints.shade(sheet.accent),
        paints.light,
    )
    for side in (-1, 1):
        lapel = polygon([(side * 0.16, -0.05), (side * 0.34, 0.35 * k), (side * 0.06, 1.3 * k)])
        stage.part(lapel, gain(sheet.cloth, 1.12), paints.shade(sheet.cloth), paints.light)
    stage.line(polyline([(0, 1.3 * k), (0, bottom + 0.1)]))


def _hood(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    k = build.torso
    hood = smooth([(-0.35, 0.05), (-0.3, 0.3), (0, 0.42), (0.3, 0.3), (0.35, 0.05), (0, 0.2)], tension=0.4)
    stage.part(hood, gain(sheet.cloth, 0.92), paints.shade(sheet.cloth), paints.light)
    stage.line(polyline([(-0.1, 0.35), (-0.11, 0.7 * k)]), 1.0)
    stage.line(polyline([(0.1, 0.35), (0.11, 0.7 * k)]), 1.0)
    stage.line(
        smooth([(-0.3, 1.7 * k), (-0.22, 1.35 * k), (0.22, 1.35 * k), (0.3, 1.7 * k)], closed=False), 0.9
    )


def _collar(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    k, c2 = build.torso, sheet.cloth2
    collar = polygon(
        [
            (-0.22, -0.04),
            (0, 0.2),
            (0.22, -0.04),
            (0.26, 0.14),
            (0.06, 0.34),
            (0, 0.2),
            (-0.06, 0.34),
            (-0.26, 0.14),
        ]
    )
    stage.part(collar, c2, paints.shade(c2), paints.light)
    for i in range(3):
        stage.part(
            ellipse(0, (0.6 + 0.35 * i) * k, 0.03, 0.03), sheet.accent, paints.shade(sheet.accent), (0, 0)
        )


_GARMENTS = {"sailor": _sailor, "jacket": _lapels, "robe": _lapels, "hoodie": _hood}
