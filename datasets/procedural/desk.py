"""A stager's desk: placing figures before the camera and giving them something to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from datasets.procedural import motion
from datasets.procedural.body import Build
from datasets.procedural.design import Character, Show
from datasets.procedural.figure import Drawing
from datasets.procedural.plan import CutPlan, Moment
from datasets.procedural.plates.camera import Camera
from datasets.procedural.proportions import SHORTEST


@dataclass(frozen=True, slots=True)
class Desk:
    """What a stager has at hand. ``aspect`` is the frame's width in heights, ``height`` its height in
    pixels.
    """

    show: Show
    rng: np.random.Generator
    frames: int
    aspect: float
    height: int
    camera: Camera

    def sheet(self, cast: int) -> Character:
        """A character's model sheet."""
        return self.show.characters[cast]

    def people(self, count: int) -> list[int]:
        """Cast numbers of different people, at most four."""
        return [int(i) for i in self.rng.permutation(4)[:count]]

    def each(self, draw: Callable[[int], tuple[Drawing, ...]], pan: float = 0.0) -> tuple[Moment, ...]:
        """A moment for each video frame; ``pan`` is the plate's travel in frame heights a second."""
        step = abs(pan) * self.height / 24
        span = math.ceil(step * self.frames)
        offsets = [round(step * i) if pan >= 0 else span - round(step * i) for i in range(self.frames)]
        return tuple((draw(i), offset) for i, offset in enumerate(offsets))


def plate_camera(plan: CutPlan, aspect: float) -> Camera:
    """The cut's camera; the same for stager and plate painter."""
    rng = np.random.default_rng(plan.camera_seed)
    return Camera(
        cx=aspect * float(rng.uniform(0.35, 0.65)),
        horizon=float(rng.uniform(0.55, 0.66) if plan.low else rng.uniform(0.36, 0.5)),
        height=float(rng.uniform(0.8, 1.1) if plan.low else rng.uniform(1.2, 1.6)),
        focal=float(rng.uniform(0.9, 1.3)),
    )


def framed(desk: Desk, cast: int, x: float, neck: float, head: float, **more: object) -> Drawing:
    """A figure cut by the frame's edge, its distance from the size of its head."""
    metres = 1.6 / (Build.of(desk.sheet(cast)).foot_y + 1)
    return Drawing(cast, x, neck, head, head / metres, **more)  # type: ignore[arg-type]


def standing(desk: Desk, cast: int, x: float, feet: float, **more: object) -> Drawing:
    """A figure with its feet on the floor at picture height ``feet``."""
    sheet, s = desk.sheet(cast), desk.camera.floor_scale(feet)
    if sheet.creature:
        return Drawing(cast, x, feet, 0.42 * s, s, **more)  # type: ignore[arg-type]
    foot_y = Build.of(sheet).foot_y
    head = s * _metres(sheet) / (foot_y + 1.05)
    return Drawing(cast, x, feet - foot_y * head, head, s, **more)  # type: ignore[arg-type]


def _metres(sheet: Character) -> float:
    """Height of a person: children and chibi are small."""
    return float(np.interp(sheet.heads, (SHORTEST, 5.0), (1.1, 1.62)))


def talker(desk: Desk, at: Drawing, pose_name: str, speaks: bool) -> Callable[[int], Drawing]:
    """A held body with mouth and eyes of its own; hair and arms stir slowly when the show can afford it."""
    rng, hold = desk.rng, desk.show.held_for
    mouths = motion.mouth_flap(desk.frames, hold, rng) if speaks else [0.0] * desk.frames
    eyes, mood = motion.blinks(desk.frames, hold, rng), motion.look(rng)
    stirs = rng.random() < 0.35

    def draw(i: int) -> Drawing:
        step = i // (hold * 2) if stirs else 0
        face = replace(mood, mouth=mouths[i], eyes=eyes[i])
        return replace(
            at,
            pose=motion.gesture(pose_name, step),
            face=face,
            sway=round(0.03 * math.sin(step), 4) if stirs else 0.0,
        )

    return draw


def together(draws: list[Callable[[int], Drawing]]) -> Callable[[int], tuple[Drawing, ...]]:
    return lambda i: tuple(draw(i) for draw in draws)


def attitude(rng: np.random.Generator) -> str:
    return str(rng.choice(list(motion.GESTURES)))


def walker(
    desk: Desk, cast: int, feet: float, x0: float, x1: float, *, run: bool = False
) -> Callable[[int], Drawing]:
    """Walks from x0 to x1 on twos."""
    face, way = (1 if x1 >= x0 else -1), x1 - x0
    mood = replace(motion.look(desk.rng), turn=0.8)

    def draw(i: int) -> Drawing:
        step = i // 2
        x = x0 + way * (step * 2) / max(desk.frames, 1)
        pose = motion.walk(step, run=run)
        return standing(
            desk,
            cast,
            round(x, 5),
            feet,
            pose=pose,
            face=mood,
            flip=face < 0,
            sway=round(-0.05 - 0.03 * math.sin(step * 0.8), 4),
        )

    return draw
