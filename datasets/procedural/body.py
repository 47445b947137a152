"""Hips, limbs and hands. Frame of reference: neck base (0, 0), one head is 1, feet downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from datasets.procedural.color import apart
from datasets.procedural.design import Character, Paints
from datasets.procedural.held import draw_held
from datasets.procedural.proportions import LEGS, TORSO
from datasets.procedural.shapes import Point, polar, polygon, polyline, ribbon, smooth
from datasets.procedural.stage import COLOR, Stage


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
    leg_thick: float
    arm_thick: float
    neck: float

    @classmethod
    def of(cls, sheet: Character) -> Build:
        """The sheet's number of heads in its show's proportions; short people are stocky."""
        p, k = sheet.proportions, (sheet.heads - 1.0) / 5.4
        w = (0.35 + 0.65 * k) * sheet.build
        thick = (0.5 + 0.5 * k) * sheet.build * p.limb
        return cls(
            k=k,
            shoulder=0.62 * w * p.shoulder,
            hip=0.43 * w * p.hip,
            waist=0.4 * w * (p.shoulder + p.hip) / 2,
            hip_y=TORSO * k * p.torso,
            leg=LEGS / 2 * k * p.leg,
            arm=1.12 * k * p.arm,
            leg_thick=0.26 * thick,
            arm_thick=0.19 * thick,
            neck=0.15 * (0.6 + 0.4 * k) * (0.6 + 0.4 * p.limb),
        )

    @property
    def torso(self) -> float:
        """Scale of heights on the torso: 1 in a standard body of 6.4 heads."""
        return self.hip_y / TORSO

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
    thick = build.leg_thick
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
    top = build.hip_y - 0.55 * build.torso
    path = smooth(
        [
            (-build.waist, top),
            (-build.hip * 1.1, build.hip_y - 0.1),
            (-flare + swing, hem),
            (swing, hem + 0.06),
            (flare + swing, hem),
            (build.hip * 1.1, build.hip_y - 0.1),
            (build.waist, top),
        ],
        tension=0.25,
    )
    stage.ink = paints.ink(cloth)
    seams = [
        ((x * build.hip * 0.95, build.hip_y + 0.12), (x * flare + swing, hem + 0.05))
        for x in (-0.6, -0.2, 0.2, 0.6)
    ]
    wide = math.copysign(0.09, paints.light[0])
    pleats = [polygon([a, b, (b[0] + wide, b[1])]) for a, b in seams]
    stage.solid(path, cloth, paints.shade(cloth), (paints.light[0] * 1.8, 0), casts=pleats)
    with stage.within(path):
        for seam in seams:
            stage.line(polyline(seam), 0.7)
        if sheet.pattern == "stripes" or sheet.trimmed:
            band = ribbon(
                [(-flare * 1.2 + swing, hem - 0.12), (swing, hem - 0.06), (flare * 1.2 + swing, hem - 0.12)],
                [0.035] * 3,
            )
            stage.area(band, apart(sheet.accent, cloth), COLOR)
    stage.line(path)


def draw_arm(stage: Stage, sheet: Character, paints: Paints, build: Build, pose: Pose, side: int) -> None:
    """One arm: sleeve, forearm, hand. ``side`` -1 is at the left of the picture."""
    upper_deg, elbow_deg = pose.arms[:2] if side < 0 else pose.arms[2:]
    shoulder: Point = (side * build.shoulder * 0.88, 0.32 * build.torso)
    elbow = polar(shoulder, upper_deg, build.arm)
    wrist = polar(elbow, upper_deg + elbow_deg, build.arm * 0.92)
    thick = build.arm_thick
    if side > 0 and sheet.held != "none":
        draw_held(stage, sheet, paints, wrist, upper_deg + elbow_deg, build.foot_y)
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
    stage.solid(sleeve, sheet.cloth, paints.shade(sheet.cloth), light)
    if sheet.trimmed:
        _cuff(stage, sheet, sleeve, (shoulder, end) if short else (elbow, wrist), thick)
    stage.line(sleeve)
    if not short:
        crease = [
            (elbow[0] - thick, elbow[1] - 0.03),
            elbow,
            (elbow[0] + thick * 0.5, elbow[1] + 0.05),
        ]
        stage.line(smooth(crease, closed=False))


def _cuff(stage: Stage, sheet: Character, sleeve: skia.Path, along: tuple[Point, Point], wide: float) -> None:
    """A band in another colour around the end of a sleeve."""
    (x0, y0), (x1, y1) = along
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    u = ((x1 - x0) / length, (y1 - y0) / length)
    ends = [
        (x1 - u[0] * 0.14 + side * u[1] * wide * 1.5, y1 - u[1] * 0.14 - side * u[0] * wide * 1.5)
        for side in (-1, 1)
    ]
    with stage.within(sleeve):
        stage.area(ribbon(ends, [0.055, 0.055], caps=False), apart(sheet.accent, sheet.cloth), COLOR)


def _hand(
    stage: Stage, sheet: Character, paints: Paints, wrist: Point, degrees: float, side: int, spread: float
) -> None:
    skin, large = sheet.skin, sheet.proportions.hand
    size = 0.4 * large
    shade = paints.shade(skin)
    stage.ink = paints.ink(skin)
    palm_end = polar(wrist, degrees, size * 0.5)
    fingers = []
    for i in range(4):
        angle = degrees + (i - 1.5) * 24 * spread
        root = polar(palm_end, degrees + 90, (i - 1.5) * 0.055 * large)
        tip = polar(root, angle, size * (0.42 - 0.05 * abs(i - 1.3)))
        fingers.append(ribbon([root, tip], [0.036 * large, 0.028 * large]))
    thumb_root = polar(wrist, degrees - side * 30, size * 0.25)
    thumb_tip = polar(thumb_root, degrees - side * (25 + 40 * spread), size * 0.4)
    fingers.append(ribbon([thumb_root, thumb_tip], [0.045 * large, 0.03 * large]))
    palm = ribbon([wrist, palm_end], [0.085 * large, 0.115 * large])
    for finger in fingers:
        stage.part(finger, skin, shade, (paints.light[0] * 0.4, paints.light[1] * 0.4), 0.9)
    stage.line(palm)
    stage.solid(palm, skin, shade, paints.light)
