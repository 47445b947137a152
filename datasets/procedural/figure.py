"""A whole figure: body and head put together in the order in which a cel is painted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datasets.procedural.body import Build, Pose, draw_arm, draw_legs
from datasets.procedural.clothes import draw_torso
from datasets.procedural.creature import draw_creature
from datasets.procedural.design import Character, Paints
from datasets.procedural.hair import (
    draw_back_hair,
    draw_front_hair,
    draw_glasses,
    draw_head_from_behind,
    fringe_path,
)
from datasets.procedural.head import Expression, draw_brows, draw_face
from datasets.procedural.modelling import Modeller
from datasets.procedural.stage import Stage


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing of one figure: everything that decides its picture, so equal drawings are held drawings.

    ``x, y`` is the neck base (or a creature's feet) in frame heights, ``head`` the height of a head there,
    ``depth`` the inverse depth, ``squash`` a stretch along y as in smears.
    """

    cast: int
    x: float
    y: float
    head: float
    depth: float
    flip: bool = False
    degrees: float = 0.0
    squash: float = 1.0
    sway: float = 0.0
    pose: Pose = field(default_factory=Pose)
    face: Expression = field(default_factory=Expression)
    back: bool = False


def draw_figure(stage: Stage, sheet: Character, paints: Paints, d: Drawing) -> None:
    """Paint a drawing of the sheet's character onto the stage."""
    stage.plane(0, 0, d.depth)
    light = (-paints.light[0], paints.light[1]) if d.flip else paints.light
    paints = replace(paints, light=light)
    stage.modeller = Modeller(paints, d.cast)
    with stage.at(d.x, d.y, d.head, degrees=d.degrees, flip=d.flip, squash=d.squash):
        if sheet.creature:
            draw_creature(stage, sheet, paints, d.face.mouth, d.face.eyes, d.pose.bob)
        else:
            _draw_person(stage, sheet, paints, d)
    stage.modeller = None


def _draw_person(stage: Stage, sheet: Character, paints: Paints, d: Drawing) -> None:
    build, pose, turn = Build.of(sheet), d.pose, d.face.turn
    with stage.at(0, pose.bob, degrees=pose.lean):
        head_at = (turn * 0.06, -0.52)
        with stage.at(*head_at, degrees=pose.tilt):
            draw_back_hair(stage, sheet, paints, turn, d.sway)
        draw_legs(stage, sheet, paints, build, pose)
        if not pose.arms_in_front:
            _arms(stage, sheet, paints, build, pose)
        draw_torso(stage, sheet, paints, build)
        with stage.at(*head_at, degrees=pose.tilt):
            _head(stage, sheet, paints, d)
        if pose.arms_in_front:
            _arms(stage, sheet, paints, build, pose)


def _arms(stage: Stage, sheet: Character, paints: Paints, build: Build, pose: Pose) -> None:
    for side in (-1, 1):
        draw_arm(stage, sheet, paints, build, pose, side)


def _head(stage: Stage, sheet: Character, paints: Paints, d: Drawing) -> None:
    if d.back:
        draw_head_from_behind(stage, sheet, paints, d.sway)
        return
    fringe = fringe_path(sheet, d.face.turn, d.sway * 0.5)
    draw_face(stage, sheet, paints, d.face, fringe)
    draw_front_hair(stage, sheet, paints, fringe, d.face.turn, d.sway)
    draw_glasses(stage, sheet, paints, d.face.turn)
    draw_brows(stage, sheet, paints, d.face)
