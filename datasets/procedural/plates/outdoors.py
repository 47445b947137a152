"""Streets, woods and fields."""

from __future__ import annotations

import numpy as np

from datasets.procedural.color import Color, gain, hsv, jitter, mix
from datasets.procedural.plates import props
from datasets.procedural.plates.scene import Scene, floor, sky, skyline
from datasets.procedural.shapes import polygon, smooth


def street(scene: Scene) -> None:
    """A road between houses, with poles, signs, trees and a parked car."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    sky(scene, camera.horizon + 0.02)
    skyline(scene, 120, 14)
    floor(scene, scene.tone(30, 0.06, 0.55), scene.tone(30, 0.08, 0.68))
    for side in (-1, 1):
        _pavement(scene, side)
    for z in np.arange(4, 40, 3.0):
        camera.face(
            stage, [(-0.08, 0, z), (0.08, 0, z), (0.08, 0, z + 1.4), (-0.08, 0, z + 1.4)], (0.92, 0.92, 0.88)
        )
    for side in (-1, 1):
        for z in np.arange(34, 3, -6.0):
            _house(scene, side, float(z))
    for side in (-1, 1):
        for z in (26.0, 14.0):
            props.pole(stage, camera, rng, side * 3.4, z, scene.outline)
    props.wires(stage, rng, scene.width, camera.horizon * 0.6, 4)
    leaf = scene.tone(110, 0.5, 0.55)
    for z in sorted(rng.uniform(6, 22, 3), reverse=True):
        side = rng.choice([-1, 1])
        draw = props.tree if rng.random() < 0.5 else props.bush
        draw(stage, camera, rng, side * 3.6, float(z), leaf, scene.outline)
    props.sign(stage, camera, rng, float(rng.choice([-2.9, 2.9])), float(rng.uniform(5, 9)), scene.outline)
    if rng.random() < 0.6:
        props.car(
            stage, camera, rng, float(rng.choice([-2.2, 2.4])), float(rng.uniform(7, 12)), scene.outline
        )


def _pavement(scene: Scene, side: int) -> None:
    color = scene.tone(40, 0.08, 0.75)
    corners = [
        (side * 2.6, 0.0, 2.0),
        (side * 4.2, 0.0, 2.0),
        (side * 4.2, 0.0, 60.0),
        (side * 2.6, 0.0, 60.0),
    ]
    scene.camera.face(scene.stage, corners, color, outline=scene.outline * 0.7)
    for z in np.arange(2, 20, 1.2):
        scene.camera.face(
            scene.stage, [(side * 2.6, 0, z), (side * 4.2, 0, z), (side * 4.2, 0, z + 0.05)], gain(color, 0.8)
        )


def _house(scene: Scene, side: int, z: float) -> None:
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    h, depth, inset = float(rng.uniform(3.5, 8)), 5.6, 4.2
    color = scene.tone(rng.choice([30, 20, 200, 50, 10]), rng.uniform(0.05, 0.35), rng.uniform(0.55, 0.92))
    x = inset if side > 0 else -inset - 6
    camera.box(stage, (x, 0, z), (6, h, depth), color, outline=scene.outline)
    lit = scene.hour == "night"
    for row in range(int(h // 2.4)):
        for col in range(3):
            zz, y = z + 0.6 + col * 1.75, 1.0 + row * 2.4
            glass = (
                hsv(45, 0.5, 0.98)
                if lit and rng.random() < 0.5
                else scene.tone(205, 0.3, rng.uniform(0.35, 0.75))
            )
            wall = side * inset
            pane = [(wall, y, zz), (wall, y, zz + 1.1), (wall, y + 1.2, zz + 1.1), (wall, y + 1.2, zz)]
            camera.face(stage, pane, glass, outline=max(scene.outline, 0.4))
            sill = [
                (wall, y - 0.1, zz - 0.1),
                (wall, y - 0.1, zz + 1.2),
                (wall, y, zz + 1.2),
                (wall, y, zz - 0.1),
            ]
            camera.face(stage, sill, gain(color, 1.15), outline=scene.outline * 0.6)
    if rng.random() < 0.5:
        hue, wall = rng.uniform(0, 360), side * (inset - 0.5)
        board = [
            (side * inset, 2.6, z + 1),
            (wall, 2.6, z + 1),
            (wall, 4.2, z + 1),
            (side * inset, 4.2, z + 1),
        ]
        camera.face(stage, board, hsv(hue, 0.7, 0.85), outline=max(scene.outline, 0.5))


def wood(scene: Scene) -> None:
    """Trunks in depth, undergrowth, light between the leaves."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    sky(scene, camera.horizon + 0.02, cloud_count=1)
    floor(scene, scene.tone(95, 0.45, 0.42), scene.tone(85, 0.4, 0.6))
    leaf = scene.tone(rng.choice([95, 115, 130, 40]), 0.5, 0.5)
    for z in sorted(rng.uniform(4.5, 30, 16), reverse=True):
        color = mix(leaf, (0.75, 0.85, 0.8), min(z / 45, 0.6))
        x = float(rng.uniform(-1, 1) * (1.2 + z * 0.75))
        if abs(x) < 0.8:
            continue
        draw = props.tree if rng.random() < 0.75 else props.bush
        draw(stage, camera, rng, x, float(z), color, scene.outline * (0.5 if z > 15 else 1))
    _grass(scene, 160, leaf, half=6.0, far=9.0)


def field(scene: Scene) -> None:
    """Hills, a great sky, a fence and a lone tree."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    sky(scene, camera.horizon + 0.02, cloud_count=int(rng.integers(5, 10)))
    for i, z in enumerate((200, 120, 70)):
        base = camera.horizon
        points = [
            (scene.width * t, base - rng.uniform(0.02, 0.12) / (i + 1)) for t in np.linspace(-0.1, 1.1, 7)
        ]
        stage.plane(0, 0, camera.scale(z))
        hill = smooth(
            [*points, (scene.width * 1.1, base + 0.1), (-0.1 * scene.width, base + 0.1)], tension=0.4
        )
        stage.fill(hill, mix(scene.tone(130, 0.35, 0.5), scene.tone(215, 0.25, 0.85), 0.6 - 0.2 * i))
    floor(scene, scene.tone(90, 0.5, 0.5), scene.tone(80, 0.4, 0.72))
    grass = scene.tone(90, 0.5, 0.5)
    for distance in (18.0, 9.0):
        if rng.random() < 0.7:
            props.fence(stage, camera, -12, 12, distance, scene.tone(30, 0.3, 0.75), scene.outline)
    for z in sorted(rng.uniform(6, 28, 4), reverse=True):
        props.tree(
            stage, camera, rng, float(rng.uniform(-9, 9)), float(z), scene.tone(110, 0.5, 0.5), scene.outline
        )
    _grass(scene, 260, grass, half=8.0, far=12.0)


def _grass(scene: Scene, count: int, color: Color, *, half: float, far: float) -> None:
    """Single blades on the floor, up to ``half`` metres aside and ``far`` metres away."""
    rng, camera, stage = scene.rng, scene.camera, scene.stage
    for _ in range(count):
        z = float(rng.uniform(1.6, far))
        (px, py), s = camera.project((float(rng.uniform(-half, half)), 0, z)), camera.scale(z)
        stage.plane(0, 0, s)
        tip = (px + float(rng.uniform(-0.09, 0.09)) * s, py - 0.22 * s)
        blade = polygon([(px - 0.025 * s, py), tip, (px + 0.025 * s, py)])
        stage.fill(blade, jitter(gain(color, rng.choice([0.8, 1.18])), rng, 0.04))
