"""Rooms and classrooms."""

from __future__ import annotations

import numpy as np

from datasets.procedural.color import Color, gain, jitter
from datasets.procedural.plates import props
from datasets.procedural.plates.scene import Scene, floor, sky, skyline
from datasets.procedural.shapes import rect, smooth


def room(scene: Scene) -> None:
    """A private room: window, shelf, bed, poster, lamp."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    depth, half, high = 4.6, 3.4, 2.6
    _shell(scene, depth, half, high, scene.tone(40, rng.uniform(0.05, 0.3), 0.86), scene.tone(28, 0.45, 0.6))
    _window(scene, float(rng.uniform(-1.2, 0.4)), 1.0, depth, 1.5, 1.2)
    for x in (-2.3, 1.9):
        if rng.random() < 0.7:
            props.poster(stage, camera, rng, x, 1.3, depth - 0.01, scene.outline)
    wood = scene.tone(28, 0.5, rng.uniform(0.4, 0.65))
    props.shelf(stage, camera, rng, float(rng.choice([-3.2, 1.8])), depth - 0.4, wood, scene.outline)
    props.bed(stage, camera, rng, float(rng.choice([-3.0, 1.0])), depth - 1.5, scene.outline)
    camera.box(
        stage,
        (float(rng.choice([-2.6, 1.7])), 0, 2.0),
        (0.9, 0.7, 0.5),
        gain(wood, 1.1),
        outline=scene.outline,
    )


def classroom(scene: Scene) -> None:
    """Blackboard, windows along a side, rows of desks."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    depth, half, high = 8.0, 3.8, 3.1
    _shell(scene, depth, half, high, scene.tone(48, 0.12, 0.88), scene.tone(32, 0.42, 0.62))
    board = scene.tone(150, 0.5, 0.32)
    camera.wall(stage, (-2.4, 0.9, depth - 0.02), (4.8, 1.4), scene.tone(28, 0.5, 0.5), outline=scene.outline)
    camera.wall(stage, (-2.3, 1.0, depth - 0.03), (4.6, 1.2), board, outline=scene.outline * 0.5)
    side = int(rng.choice([-1, 1]))
    for z in (6.2, 4.2, 2.2):
        pane = [
            (side * half, 0.95, z),
            (side * half, 0.95, z + 1.6),
            (side * half, 2.5, z + 1.6),
            (side * half, 2.5, z),
        ]
        glass = {
            "day": (0.78, 0.9, 0.98),
            "evening": (0.99, 0.75, 0.5),
            "overcast": (0.85, 0.87, 0.9),
            "night": (0.1, 0.12, 0.25),
        }
        camera.face(stage, pane, glass[scene.hour], outline=max(scene.outline, 0.6))
    wood = scene.tone(30, 0.5, 0.7)
    for z in (6.0, 4.6, 3.2):
        for x in (-2.7, -1.2, 0.4, 1.9):
            props.desk(stage, camera, x, z, wood, scene.outline)


def _shell(scene: Scene, depth: float, half: float, high: float, wall: Color, boards: Color) -> None:
    camera, stage = scene.camera, scene.stage
    near = 0.35
    floor(scene, gain(boards, 0.95), gain(boards, 1.08))
    for i, x in enumerate(np.arange(-half, half, 0.28)):
        plank = [(x, 0, near), (x + 0.28, 0, near), (x + 0.28, 0, depth), (x, 0, depth)]
        camera.face(
            stage,
            plank,
            jitter(gain(boards, 1.0 if i % 2 else 0.94), scene.rng, 0.02),
            outline=scene.outline * 0.4,
        )
    for side in (-1, 1):
        x = side * half
        camera.face(
            stage,
            [(x, 0, near), (x, 0, depth), (x, high, depth), (x, high, near)],
            gain(wall, 0.86),
            outline=scene.outline,
        )
    camera.face(
        stage,
        [(-half, high, near), (half, high, near), (half, high, depth), (-half, high, depth)],
        gain(wall, 1.08),
    )
    camera.wall(stage, (-half, 0, depth), (2 * half, high), wall, outline=scene.outline)
    camera.wall(
        stage, (-half, 0, depth - 0.005), (2 * half, 0.14), gain(boards, 0.8), outline=scene.outline * 0.6
    )


def _window(scene: Scene, x: float, y: float, z: float, w: float, h: float) -> None:
    camera, stage = scene.camera, scene.stage
    (left, bottom), (right, top) = camera.project((x, y, z)), camera.project((x + w, y + h, z))
    with stage.within(rect(left, top, right, bottom)):
        sky(scene, bottom, cloud_count=4)
        skyline(scene, 60, 8)
    stage.plane(0, 0, camera.scale(z))
    frame = scene.tone(35, 0.1, 0.9)
    for fx, fw in ((x - 0.06, 0.08), (x + w / 2 - 0.03, 0.06), (x + w - 0.02, 0.08)):
        camera.wall(stage, (fx, y, z - 0.01), (fw, h), frame, outline=scene.outline * 0.7)
    for fy in (y - 0.06, y + h):
        camera.wall(stage, (x - 0.08, fy, z - 0.02), (w + 0.16, 0.08), frame, outline=scene.outline * 0.7)
    cloth = scene.tone(float(scene.rng.uniform(0, 360)), 0.3, 0.85)
    for cx, sign in ((x - 0.1, 1), (x + w + 0.1, -1)):
        s = camera.scale(z)
        px, py = camera.project((cx, y + h + 0.15, z))
        curtain = smooth(
            [
                (px, py),
                (px + sign * 0.4 * s, py),
                (px + sign * 0.3 * s, py + 0.8 * s),
                (px + sign * 0.38 * s, py + 1.7 * s),
                (px, py + 1.7 * s),
            ],
            tension=0.25,
        )
        props.shaded(stage, curtain, cloth, scene.outline)
