"""Limited animation: functions from a drawing's number to pose and expression. Nothing here moves
between drawings.
"""

from __future__ import annotations

import math

import numpy as np

from datasets.procedural.body import Pose
from datasets.procedural.head import Expression

MOUTHS = (0.0, 0.55, 1.0, 0.35)
GESTURES = {
    "stand": (-10.0, 6.0, 10.0, -6.0),
    "hips": (-48.0, 95.0, 48.0, -95.0),
    "wave": (-10.0, 8.0, 138.0, 30.0),
    "point": (-10.0, 8.0, 82.0, 8.0),
    "chest": (-22.0, 128.0, 22.0, -128.0),
    "think": (-16.0, 100.0, 26.0, -150.0),
    "open": (-55.0, -30.0, 55.0, 30.0),
}
"""Arm angles of a few attitudes."""


def mouth_flap(frames: int, hold: int, rng: np.random.Generator) -> list[float]:
    """A mouth opening for each video frame: talking in spells, one of a few mouths held ``hold`` frames."""
    flaps: list[float] = []
    talking = True
    while len(flaps) < frames:
        if rng.random() < 0.2:
            talking = not talking
        flaps += [float(rng.choice(MOUTHS)) if talking else 0.0] * hold
    return flaps[:frames]


def blinks(frames: int, hold: int, rng: np.random.Generator) -> list[float]:
    """An eye opening for each video frame: open, now and then half, shut, half, each held ``hold`` frames."""
    drawings = [1.0] * (frames // hold + 1)
    at = int(rng.integers(2, 14))
    while at < len(drawings):
        for i, opening in enumerate((0.5, 0.0, 0.5)):
            if at + i < len(drawings):
                drawings[at + i] = opening
        at += int(rng.integers(12, 32))
    return [drawings[i // hold] for i in range(frames)]


def walk(step: int, *, run: bool = False, face: int = 1) -> Pose:
    """Pose number ``step`` of a cycle of eight (walk) or six (run); ``face`` is the direction of travel."""
    phase = 2 * math.pi * step / (6 if run else 8)
    swing, lift = (38.0, 70.0) if run else (24.0, 26.0)
    s = math.sin(phase)
    legs = (
        swing * s,
        -face * lift * max(0.0, -math.cos(phase)),
        -swing * s,
        -face * lift * max(0.0, math.cos(phase)),
    )
    bend = face * (75.0 if run else 12.0)
    arms = (-swing * s - 4, bend, swing * s + 4, bend)
    return Pose(
        arms=arms,
        legs=legs,
        lean=face * (9.0 if run else 2.0),
        bob=-abs(math.cos(phase)) * (0.12 if run else 0.05),
    )


def gesture(name: str, step: int, *, lively: float = 1.0) -> Pose:
    """An attitude with a small, drawn variation by step."""
    wave = math.sin(step * 1.3) * lively
    a = GESTURES[name]
    arms = (a[0], a[1] + 3 * wave, a[2] + 2 * wave, a[3] + (14 if name == "wave" else 4) * wave)
    return Pose(
        arms=arms,
        tilt=1.5 * wave,
        spread=(0.3, 1.0 if name in ("wave", "open") else 0.3),
        arms_in_front=name in ("chest", "think", "wave", "point"),
    )


def look(rng: np.random.Generator) -> Expression:
    """A character's mood in a cut: direction of head and gaze, smile, brows."""
    return Expression(
        turn=float(rng.choice([-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9])),
        smile=float(rng.choice([0.0, 0.3, 0.6, 1.0])),
        brow=float(rng.choice([-0.6, 0.0, 0.0, 0.8])),
        gaze=float(rng.uniform(-0.6, 0.6)),
    )
