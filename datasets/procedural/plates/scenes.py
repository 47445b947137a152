"""The places: streets, rooms, classrooms, woods, fields, skies. Each is painted once a cut, on a plate that may be wider
than the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import skia

from datasets.procedural.color import Color, argb, gain, hsv, jitter, mix
from datasets.procedural.design import Show
from datasets.procedural.plates import props
from datasets.procedural.plates.camera import Camera
from datasets.procedural.shapes import polygon, rect, smooth
from datasets.procedural.stage import Stage

HOURS = ("day", "day", "day", "evening", "overcast", "night")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a scene painter gets."""

    stage: Stage
    rng: np.random.Generator
    show: Show
    camera: Camera
    hour: str
    width: float

    @property
    def outline(self) -> float:
        """Line width of inked props, 0 where this show paints without lines."""
        return self.show.plate_outline

    def tone(self, hue: float, saturation: float, value: float) -> Color:
        """A colour in the show's plate palette."""
        show = self.show
        return jitter(hsv(hue + show.plate_hue, saturation * show.plate_saturation, value), self.rng, 0.015)


def gradient(scene: Scene, top: float, bottom: float, colors: list[Color]) -> None:
    """A vertical wash over the whole width, in the picture only (depth is what was set before)."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(0, top), skia.Point(0, bottom)], [argb(c) for c in colors]
    )
    scene.stage.fill(rect(-0.1, top, scene.width + 0.1, bottom), colors[0])
    scene.stage.canvas.drawRect(
        skia.Rect.MakeLTRB(-0.1, top, scene.width + 0.1, bottom), skia.Paint(Shader=shader)
    )


def sky(scene: Scene, bottom: float, *, cloud_count: int | None = None) -> None:
    """Sky of the hour with clouds, at no finite depth."""
    rng = scene.rng
    top, low, cloud = {
        "day": (scene.tone(212, 0.65, 0.88), scene.tone(200, 0.25, 0.98), (0.98, 0.98, 0.99)),
        "evening": (scene.tone(262, 0.4, 0.6), scene.tone(24, 0.65, 0.98), (0.98, 0.72, 0.58)),
        "overcast": (scene.tone(215, 0.12, 0.7), scene.tone(215, 0.06, 0.86), (0.84, 0.85, 0.87)),
        "night": (scene.tone(230, 0.7, 0.16), scene.tone(225, 0.55, 0.34), (0.2, 0.23, 0.36)),
    }[scene.hour]
    scene.stage.plane(0, 0, 0.002)
    gradient(scene, -0.1, bottom, [top, low])
    count = int(rng.integers(2, 7)) if cloud_count is None else cloud_count
    props.clouds(scene.stage, rng, scene.width, bottom, cloud, count)
    if scene.hour == "night":
        for _ in range(60):
            star = skia.Paint(Color=argb((1, 1, 0.9), rng.uniform(0.3, 0.9)), AntiAlias=True)
            scene.stage.canvas.drawCircle(
                rng.uniform(0, scene.width), rng.uniform(0, bottom), rng.uniform(0.0008, 0.002), star
            )


def floor(scene: Scene, near: Color, far: Color) -> None:
    """The ground, with the exact inverse depth of a floor."""
    camera, stage = scene.camera, scene.stage
    stage.plane(0, 1 / (camera.height * stage.unit), -camera.horizon / camera.height)
    gradient(scene, camera.horizon, 1.1, [far, near])


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
        rng.choice([props.tree, props.bush])(stage, camera, rng, side * 3.6, float(z), leaf, scene.outline)
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


def skyline(scene: Scene, z: float, count: int) -> None:
    """Far blocks in haze."""
    rng, camera = scene.rng, scene.camera
    haze = {
        "day": (0.75, 0.83, 0.92),
        "evening": (0.8, 0.6, 0.6),
        "overcast": (0.78, 0.8, 0.83),
        "night": (0.14, 0.16, 0.28),
    }[scene.hour]
    for _ in range(count):
        w, h, x = rng.uniform(6, 16), rng.uniform(8, 34), rng.uniform(-90, 90)
        color = mix(scene.tone(220, 0.2, 0.6), haze, rng.uniform(0.5, 0.85))
        camera.wall(scene.stage, (x, 0, z + rng.uniform(0, 40)), (w, h), color)
        for row in range(int(h // 5)):
            camera.wall(
                scene.stage,
                (x + 1, 2 + row * 5, z),
                (w - 2, 0.9),
                gain(color, 1.1 if scene.hour != "night" else 1.7),
            )


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
    for _ in range(160):
        x, z = rng.uniform(-6, 6), rng.uniform(1.6, 9)
        px, py = camera.project((x, 0, z))
        s = camera.scale(z)
        stage.plane(0, 0, s)
        stage.fill(polygon([(px - 0.03 * s, py), (px + rng.uniform(-0.1, 0.1) * s, py - 0.25 * s), (px + 0.03 * s, py)]),
                   jitter(gain(leaf, rng.choice([0.8, 1.15])), rng, 0.04))  # fmt: skip


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
    for z in (18.0, 9.0):
        if rng.random() < 0.7:
            props.fence(stage, camera, -12, 12, z, scene.tone(30, 0.3, 0.75), scene.outline)
    for z in sorted(rng.uniform(6, 28, 4), reverse=True):
        props.tree(
            stage, camera, rng, float(rng.uniform(-9, 9)), float(z), scene.tone(110, 0.5, 0.5), scene.outline
        )
    for _ in range(260):
        z = rng.uniform(1.6, 12)
        (px, py), s = camera.project((rng.uniform(-8, 8), 0, z)), camera.scale(z)
        stage.plane(0, 0, s)
        blade = polygon(
            [(px - 0.02 * s, py), (px + rng.uniform(-0.08, 0.08) * s, py - 0.2 * s), (px + 0.02 * s, py)]
        )
        stage.fill(blade, jitter(gain(grass, rng.choice([0.8, 1.2])), rng, 0.04))


def abstract(scene: Scene) -> None:
    """The inner-feelings backdrop: a wash with soft discs or rays."""
    rng, stage = scene.rng, scene.stage
    hue = float(rng.uniform(0, 360))
    stage.plane(0, 0, 0.05)
    gradient(scene, -0.1, 1.1, [scene.tone(hue, 0.4, 0.9), scene.tone(hue + 40, 0.55, 0.6)])
    if rng.random() < 0.5:
        for _ in range(26):
            x, y, r = rng.uniform(0, scene.width), rng.uniform(0, 1), rng.uniform(0.03, 0.2)
            props.glow_spot(stage, x, y, r, hsv(hue + rng.uniform(-40, 40), 0.25, 1.0), rng.uniform(0.2, 0.6))
        return
    cx, cy = scene.width * rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6)
    for a in rng.uniform(0, 2 * np.pi, 70):
        b = a + rng.uniform(0.01, 0.05)
        ray = polygon(
            [
                (cx + 0.25 * np.cos(a), cy + 0.25 * np.sin(a)),
                (cx + 3 * np.cos(a), cy + 3 * np.sin(a)),
                (cx + 3 * np.cos(b), cy + 3 * np.sin(b)),
            ]
        )
        stage.fill(ray, scene.tone(hue + 20, 0.3, rng.choice([0.45, 0.95])))


SCENES: dict[str, Callable[[Scene], None]] = {
    "street": street,
    "room": room,
    "classroom": classroom,
    "wood": wood,
    "field": field,
    "abstract": abstract,
}
"""Scene painters by name."""
