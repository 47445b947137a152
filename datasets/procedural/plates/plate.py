"""Paint one plate: scene, texture, hour of the day, focus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.procedural.design import Show
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
    if not show.plate_flat:
        paint_over(stage.picture, rng, show.plate_texture)
    picture, truth = wobble(stage.picture, stage.truth, rng, show.plate_wobble * height / 400)
    stage.truth[:] = truth
    picture = blur(_lit(picture, hour), focus * height)
    picture[..., 3] = 255
    return Plate(picture, stage.inverse_depth())


def _lit(picture: NDArray[np.uint8], hour: str) -> NDArray[np.uint8]:
    gains = np.array([*AMBIENT[hour], 1.0], np.float32)
    return np.asarray((picture * gains).clip(0, 255), np.uint8)
