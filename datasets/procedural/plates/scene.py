"""What every place is made of: a wash, a sky of the hour, a floor, a far skyline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from datasets.procedural.color import Color, argb, gain, hsv, jitter, mix
from datasets.procedural.design import Show
from datasets.procedural.plates import props
from datasets.procedural.plates.camera import Camera
from datasets.procedural.shapes import rect
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
