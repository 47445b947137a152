"""Torso, clothes, limbs and hands. Frame of reference: neck base (0, 0), one head is 1, feet downwards."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from datasets.procedural.color import Color, gain
from datasets.procedural.design import Character, Paints
from datasets.procedural.shapes import Point, ellipse, polar, polygon, polyline, ribbon, smooth, taper
from datasets.procedural.stage import COLOR, HIGHLIGHT, LINE, SHADING, Stage


@dataclass(frozen=True, slots=True)
class Pose:
    """Joint angles in degrees, 0 hangs down, positive to the right of the picture."""

    arms: tuple[float, float, float, float] = (-12.0, 4.0, 12.0, -4.0)
    legs: tuple[float, float, float, float] = (-4.0, 0.0, 4.0, 0.0)
    lean: float = 0.0
    bob: float = 0.0
    tilt: float = 0.0
    spread: tuple[float, float] = (0.3, 0.3)
    arms_in_front: bool = False


@dataclass(frozen=True, slots=True)
class Build:
    """Lengths of a body in heads, from its sheet."""

    k: float
    shoulder: float
    hip: float
    waist: float
    hip_y: float
    leg: float
    arm: float

    @classmethod
    def of(cls, sheet: Character) -> Build:
        """Proportions for the sheet's number of heads."""
        k = (sheet.heads - 1.0) / 5.4
        w = (0.35 + 0.65 * k) * sheet.build
        return cls(
            k=k, shoulder=0.62 * w, hip=0.43 * w, waist=0.4 * w, hip_y=2.0 * k, leg=1.62 * k, arm=1.12 * k
        )

    @property
    def foot_y(self) -> float:
        """Height of the soles below the neck base."""
        return self.hip_y + 2 * self.leg + 0.16


def draw_legs(stage: Stage, sheet: Character, paints: Paints, build: Build, pose: Pose) -> None:
    """Both legs with shoes, then what is worn on the hips."""
    for side, hip_deg, knee_deg in ((-1, *pose.legs[:2]), (1, *pose.legs[2:])):
        _leg(stage, sheet, paints, build, side, hip_deg, knee_deg)
    if sheet.legs in ("skirt", "robe") or sheet.clothes in ("dress", "robe"):
        _skirt(stage, sheet, paints, build, pose)


def _leg(
    stage: Stage, sheet: Character, paints: Paints, build: Build, side: int, hip_deg: float, knee_deg: float
) -> None:
    hip = (side * build.hip * 0.52, build.hip_y - 0.1)
    knee = polar(hip, hip_deg, build.leg)
    ankle = polar(knee, hip_deg + knee_deg, build.leg)
    thick = 0.26 * (0.5 + 0.5 * build.k) * sheet.build
    bare = sheet.legs in ("skirt", "shorts", "robe")
    cloth = sheet.skin if bare else sheet.cloth2
    stage.ink = paints.ink(cloth)
    widths = [thick, thick * 0.72, thick * 0.46] if bare else [thick * 1.1, thick * 0.9, thick * 0.75]
    stage.part(ribbon([hip, knee, ankle], widths), cloth, paints.shade(cloth), (paints.light[0] * 1.6, 0))
    if sheet.legs == "shorts":
        mid = polar(hip, hip_deg, build.leg * 0.55)
        stage.part(
            ribbon([hip, mid], [thick * 1.12, thick * 1.08]),
            sheet.cloth2,
            paints.shade(sheet.cloth2),
            paints.light,
        )
    elif not bare:
        fold = [
            (knee[0] - thick * 0.6, knee[1] - 0.05),
            (knee[0], knee[1] + 0.02),
            (knee[0] + thick * 0.5, knee[1] + 0.01),
        ]
        stage.line(smooth(fold, closed=False), 0.7)
    stage.ink = paints.ink(sheet.shoes)
    toe = side * 0.12 + (0.16 if knee_deg < -10 or hip_deg > 15 else 0)
    shoe = ribbon(
        [(ankle[0], ankle[1] - 0.08), (ankle[0] + toe, ankle[1] + 0.1)], [thick * 0.62, thick * 0.55]
    )
    stage.part(shoe, sheet.shoes, paints.shade(sheet.shoes), paints.light)


def _skirt(stage: Stage, sheet: Character, paints: Paints, build: Build, pose: Pose) -> None:
    long = sheet.legs == "robe" or sheet.clothes == "robe"
    hem = build.hip_y + build.leg * (1.75 if long else 0.75)
    flare = build.hip * (1.25 if long else 1.75)
    swing = (pose.legs[0] + pose.legs[2]) / 90 * 0.3
    cloth = sheet.cloth if sheet.clothes in ("dress", "robe") else sheet.cloth2
    top = build.hip_y - 0.55 * build.k
    path = smooth([(-build.waist, top), (-build.hip * 1.1, build.hip_y - 0.1), (-flare + swing, hem), (swing, hem + 0.06),
                   (flare + swing, hem), (build.hip * 1.1, build.hip_y - 0.1), (build.waist, top)], tension=0.25)  # fmt: skip
    stage.ink = paints.ink(cloth)
    stage.solid(path, cloth, paints.shade(cloth), (paints.light[0] * 1.8, 0))
    with stage.within(path):
        for i in range(1, 5):
            x = (i / 5 - 0.5) * 2
            a, b = (x * build.hip * 0.95, build.hip_y + 0.12), (x * flare + swing, hem + 0.05)
            pleat = polygon([a, b, (b[0] + 0.09 * paints.light[0] / abs(paints.light[0]), b[1])])
            stage.area(pleat, paints.shade(cloth), SHADING)
            stage.line(polyline([a, b]), 0.7)
        if sheet.pattern == "stripes":
            band = ribbon(
                [(-flare * 1.2 + swing, hem - 0.12), (swing, hem - 0.06), (flare * 1.2 + swing, hem - 0.12)],
                [0.035] * 3,
            )
            stage.area(band, sheet.accent, COLOR)
    stage.line(path)


def draw_torso(stage: Stage, sheet: Character, paints: Paints, build: Build) -> None:
    """Neck and upper garment with collar, pattern, folds and a fastening."""
    _neck(stage, sheet, paints, build)
    cloth, shade = sheet.cloth, paints.shade(sheet.cloth)
    stage.ink = paints.ink(cloth)
    s, k = build.shoulder, build.k
    bottom = build.hip_y + (0.25 if sheet.clothes in ("hoodie", "jacket") else 0.0) * k
    path = smooth([(-0.17, 0.02), (-s * 0.8, 0.16 * k), (-s * 1.03, 0.38 * k), (-build.waist * 1.12, 1.0 * k),
                   (-build.waist, 1.4 * k), (-build.hip * 1.02, bottom), (0, bottom + 0.05), (build.hip * 1.02, bottom),
                   (build.waist, 1.4 * k), (build.waist * 1.12, 1.0 * k), (s * 1.03, 0.38 * k), (s * 0.8, 0.16 * k), (0.17, 0.02)],
                  tension=0.42)  # fmt: skip
    stage.solid(path, cloth, shade, (paints.light[0] * 2, paints.light[1]))
    with stage.within(path):
        _pattern(stage, sheet, build, bottom)
        for side, y in ((-1, 1.25), (1, 1.45), (-1, 1.7)):
            x = side * build.waist
            fold = polygon([(x * 1.1, y * k), (x * 0.35, (y + 0.1) * k), (x * 1.1, (y + 0.2) * k)])
            stage.area(fold, shade, SHADING)
            stage.fill(
                taper([(x * 1.05, y * k), (x * 0.7, (y + 0.03) * k), (x * 0.35, (y + 0.1) * k)], 0.025),
                stage.ink,
                LINE,
            )
        shine = ribbon(
            [(-s * 0.55, 0.3 * k), (-s * 0.62, 0.5 * k), (-s * 0.58, 0.75 * k)], [0.02, 0.05, 0.01]
        )
        stage.area(shine, paints.bright(cloth), HIGHLIGHT)
        _garment(stage, sheet, paints, build, bottom)
    stage.line(path)


def _neck(stage: Stage, sheet: Character, paints: Paints, build: Build) -> None:
    skin, w = sheet.skin, 0.15 * (0.6 + 0.4 * build.k)
    stage.ink = paints.ink(skin)
    path = smooth(
        [(-w, -0.3), (-w, -0.05), (-w * 2.4, 0.12), (0, 0.3), (w * 2.4, 0.12), (w, -0.05), (w, -0.3)],
        tension=0.3,
    )
    stage.fill(path, skin)
    with stage.within(path):
        stage.area(ellipse(-paints.light[0] * 0.4, -0.17, 0.32, 0.2), paints.shade(skin), SHADING)
    stage.line(path)


def _pattern(stage: Stage, sheet: Character, build: Build, bottom: float) -> None:
    w = build.shoulder * 1.2
    if sheet.pattern == "stripes":
        for i in range(4):
            y = (0.62 + 0.34 * i) * build.k
            stage.area(
                ribbon([(-w, y - 0.02), (0, y + 0.04), (w, y - 0.02)], [0.06] * 3), sheet.accent, COLOR
            )
    elif sheet.pattern == "dots":
        for i in range(5):
            for j in range(5):
                x = (j - 2 + 0.5 * (i % 2)) * 0.28
                stage.area(
                    ellipse(x, 0.4 * build.k + i * (bottom - 0.4) / 4.5, 0.05, 0.05), sheet.accent, COLOR
                )
    elif sheet.pattern == "badge":
        stage.area(ellipse(0.0, 0.95 * build.k, 0.2, 0.2), sheet.accent, COLOR)
        stage.area(
            polygon(
                [(0, 0.95 * build.k - 0.15), (0.13, 0.95 * build.k + 0.1), (-0.13, 0.95 * build.k + 0.1)]
            ),
            sheet.cloth2,
            COLOR,
        )


def _garment(stage: Stage, sheet: Character, paints: Paints, build: Build, bottom: float) -> None:
    k, s, c2 = build.k, build.shoulder, sheet.cloth2
    if sheet.clothes == "sailor":
        collar = polygon([(-0.2, -0.05), (-s * 0.85, 0.2 * k), (-s * 0.5, 0.55 * k), (0, 0.95 * k), (s * 0.5, 0.55 * k),
                          (s * 0.85, 0.2 * k), (0.2, -0.05), (0, 0.55 * k)])  # fmt: skip
        stage.part(collar, c2, paints.shade(c2), paints.light)
        for side in (-1, 1):
            stage.part(smooth([(0, 0.85 * k), (side * 0.28, 1.25 * k), (side * 0.08, 1.35 * k)], tension=0.2),
                       sheet.accent, paints.shade(sheet.accent), paints.light)  # fmt: skip
    elif sheet.clothes in ("jacket", "robe"):
        inner = polygon([(-0.18, -0.05), (0.18, -0.05), (0.05, 1.3 * k), (-0.05, 1.3 * k)])
        stage.part(inner, c2, paints.shade(c2), paints.light)
        stage.part(polygon([(-0.05, 0.25 * k), (0.05, 0.25 * k), (0.09, 0.95 * k), (0, 1.1 * k), (-0.09, 0.95 * k)]),
                   sheet.accent, paints.shade(sheet.accent), paints.light)  # fmt: skip
        for side in (-1, 1):
            lapel = polygon([(side * 0.16, -0.05), (side * 0.34, 0.35 * k), (side * 0.06, 1.3 * k)])
            stage.part(lapel, gain(sheet.cloth, 1.12), paints.shade(sheet.cloth), paints.light)
        stage.line(polyline([(0, 1.3 * k), (0, bottom + 0.1)]))
    elif sheet.clothes == "hoodie":
        hood = smooth(
            [(-0.35, 0.05), (-0.3, 0.3), (0, 0.42), (0.3, 0.3), (0.35, 0.05), (0, 0.2)], tension=0.4
        )
        stage.part(hood, gain(sheet.cloth, 0.92), paints.shade(sheet.cloth), paints.light)
        stage.line(polyline([(-0.1, 0.35), (-0.11, 0.7 * k)]), 1.0)
        stage.line(polyline([(0.1, 0.35), (0.11, 0.7 * k)]), 1.0)
        stage.line(
            smooth([(-0.3, 1.7 * k), (-0.22, 1.35 * k), (0.22, 1.35 * k), (0.3, 1.7 * k)], closed=False), 0.9
        )
    else:
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


def draw_arm(stage: Stage, sheet: Character, paints: Paints, build: Build, pose: Pose, side: int) -> None:
    """One arm: sleeve, forearm, hand. ``side`` -1 is at the left of the picture."""
    upper_deg, elbow_deg = pose.arms[:2] if side < 0 else pose.arms[2:]
    shoulder: Point = (side * build.shoulder * 0.88, 0.32 * build.k)
    elbow = polar(shoulder, upper_deg, build.arm)
    wrist = polar(elbow, upper_deg + elbow_deg, build.arm * 0.92)
    thick = 0.19 * (0.5 + 0.5 * build.k) * sheet.build
    _hand(stage, sheet, paints, wrist, upper_deg + elbow_deg, side, pose.spread[side > 0])
    short = sheet.clothes in ("shirt", "sailor", "dress")
    light = (paints.light[0] * 1.5, paints.light[1])
    if short:
        stage.ink = paints.ink(sheet.skin)
        stage.part(
            ribbon([shoulder, elbow, wrist], [thick, thick * 0.75, thick * 0.5]),
            sheet.skin,
            paints.shade(sheet.skin),
            light,
        )
        end, widths = polar(shoulder, upper_deg, build.arm * 0.55), [thick * 1.25, thick * 1.3]
        sleeve = ribbon([shoulder, end], widths)
    else:
        flare = 1.9 if sheet.clothes == "robe" else 1.0
        sleeve = ribbon([shoulder, elbow, wrist], [thick * 1.25, thick * 1.05, thick * 0.85 * flare])
    stage.ink = paints.ink(sheet.cloth)
    stage.part(sleeve, sheet.cloth, paints.shade(sheet.cloth), light)
    if not short:
        stage.fill(
            taper(
                [(elbow[0] - thick, elbow[1] - 0.03), elbow, (elbow[0] + thick * 0.5, elbow[1] + 0.05)], 0.025
            ),
            stage.ink,
            LINE,
        )


def _hand(
    stage: Stage, sheet: Character, paints: Paints, wrist: Point, degrees: float, side: int, spread: float
) -> None:
    skin, size = sheet.skin, 0.4
    shade = paints.shade(skin)
    stage.ink = paints.ink(skin)
    palm_end = polar(wrist, degrees, size * 0.5)
    fingers = []
    for i in range(4):
        angle = degrees + (i - 1.5) * 24 * spread
        root = polar(palm_end, degrees + 90, (i - 1.5) * 0.055)
        tip = polar(root, angle, size * (0.42 - 0.05 * abs(i - 1.3)))
        fingers.append(ribbon([root, tip], [0.036, 0.028]))
    thumb_root = polar(wrist, degrees - side * 30, size * 0.25)
    fingers.append(
        ribbon(
            [thumb_root, polar(thumb_root, degrees - side * (25 + 40 * spread), size * 0.4)], [0.045, 0.03]
        )
    )
    palm = ribbon([wrist, palm_end], [0.085, 0.115])
    for finger in fingers:
        stage.part(finger, skin, shade, (paints.light[0] * 0.4, paints.light[1] * 0.4), 0.9)
    stage.line(palm)
    stage.solid(palm, skin, shade, paints.light)


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
