"""The registry of places, each painted once a cut on a plate that may be wider than the frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from datasets.procedural.color import hsv
from datasets.procedural.plates import props
from datasets.procedural.plates.indoors import classroom, room
from datasets.procedural.plates.outdoors import field, street, wood
from datasets.procedural.plates.scene import Scene, gradient
from datasets.procedural.shapes import polygon


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
