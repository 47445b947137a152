"""Paint one plate: scene, texture, hour of the day, focus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from datasets.procedural.body import Build
from datasets.procedural.design import Paints, Show, design_character
from datasets.procedural.figure import Drawing, draw_figure
from datasets.procedural.motion import walk
from datasets.procedural.plates.camera import Camera
from datasets.procedural.plates.scene import Scene
from datasets.procedural.plates.scenes import SCENES
from datasets.procedural.plates.texture import blur, paint_over, wobble
from datasets.procedural.stage import Stage

AMBIENT = {
    "day": (1.0, 1.0, 1.0),
    "evening": (1.0, 0.84, 0.72),
    "overcast": (0.9, 0.93, 0.97),
    "night": (0.42, 0.48, 0.72),
}
"""Gain of plate colours by hour; skies are painted in their hour's colours and pass through it too."""


CROWDED = ("street", "classroom", "field")
"""Scenes in which extras may be painted."""


@dataclass(frozen=True, slots=True)
class Plate:
    """``picture`` (H, W', 4) uint8 opaque and ``depth`` (H, W') float32 inverse depth; W' may exceed
    the frame's width.
    """

    picture: NDArray[np.uint8]
    depth: NDArray[np.float32]


def paint_plate(
    show: Show,
    scene: str,
    hour: str,
    size: tuple[int, int],
    camera: Camera,
    rng: np.random.Generator,
    *,
    widen: float = 1.0,
    focus: float = 0.0,
) -> Plate:
    """Paint a plate of ``widen`` times the frame's width.

    Args:
        size: (width, height) of the frame in pixels.
        focus: Blur as a share of the frame's height (0 is sharp).
    """
    width, height = round(size[0] * widen), size[1]
    aspect = width / height
    stage = Stage(width, height, line_px=show.line_px * 0.8)
    stage.ink = show.line_color
    SCENES[scene](Scene(stage, rng, show, camera, hour, aspect))
    if scene in CROWDED and rng.random() < 0.25:
        _extras(stage, camera, show, aspect, rng)
    if not show.plate_flat:
        paint_over(stage.picture, rng, show.plate_texture)
    picture, truth = wobble(stage.picture, stage.truth, rng, show.plate_wobble * height / 400)
    stage.truth[:] = truth
    picture = blur(_lit(picture, hour), focus * height)
    picture[..., 3] = 255
    return Plate(picture, stage.inverse_depth())


def _extras(stage: Stage, camera: Camera, show: Show, aspect: float, rng: np.random.Generator) -> None:
    """Passers-by painted onto the plate without lines: they look like figures and are background."""
    pen, stage.line_px = stage.line_px, 0.25 * stage.line_px
    mute = float(rng.uniform(0.3, 0.6))
    grey = (0.9 - mute) / 4
    matrix = [v for i in range(3) for v in [mute + grey if i == j else grey for j in range(3)] + [0, 0.1]]
    soft = skia.ImageFilters.Blur(1.6e-3, 1.6e-3)
    faded = skia.Paint(ColorFilter=skia.ColorFilters.Matrix([*matrix, 0, 0, 0, 1, 0]), ImageFilter=soft)
    with stage.filtered(faded):
        for z in sorted(rng.uniform(7, 18, int(rng.integers(2, 6))), reverse=True):
            sheet, scale = design_character(rng), camera.scale(float(z))
            foot_y = Build.of(sheet).foot_y
            head = 1.62 * scale / (foot_y + 1.05)
            _, feet = camera.project((0, 0, float(z)))
            x = aspect * float(rng.uniform(0.05, 0.95))
            flip = bool(rng.random() < 0.5)
            at = Drawing(0, x, feet - foot_y * head, head, scale, flip=flip, pose=walk(int(z)))
            draw_figure(stage, sheet, Paints(show, (-0.05, -0.02)), at)
    stage.line_px = pen


def _lit(picture: NDArray[np.uint8], hour: str) -> NDArray[np.uint8]:
    gains = np.array([*AMBIENT[hour], 1.0], np.float32)
    return np.asarray((picture * gains).clip(0, 255), np.uint8)
