"""The storyboard: from a seed to the cuts of a show, in the shares in which shots occur."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from datasets.procedural import motion
from datasets.procedural.design import Show
from datasets.procedural.desk import Desk, attitude, framed, plate_camera, standing, talker, together, walker
from datasets.procedural.figure import Drawing
from datasets.procedural.plan import CutPlan
from datasets.procedural.plates.scene import HOURS

PLACES = ("street", "room", "classroom", "wood", "field")


BOOKS = ("leaves", "pillar", "railing", "counter", "bushes", "doorway")


def storyboard(number: int, cuts: int) -> list[str]:
    """Kinds of a show's cuts: a talk and a book in every show, full and empty frames early, then the rest."""
    first = [
        "talk",
        ("pan", "group", "long")[number % 3],
        "book",
        ("eyes", "enter", "action", "back")[number % 4],
    ]
    rest = ["two", "bust", "empty", "eyes", "pan", "group", "enter", "action"]
    rest += ["creature", "long", "back", "book"]
    deck = first + [kind for kind in rest if kind not in first]
    return [deck[i % len(deck)] for i in range(cuts)]


def plan_cut(
    show: Show, name: str, kind: str, frames: int, size: tuple[int, int], rng: np.random.Generator
) -> CutPlan:
    """Stage one cut of the kind."""
    low = bool(rng.random() < 0.2)
    plan = CutPlan(
        name,
        kind,
        str(rng.choice(PLACES)),
        str(rng.choice(HOURS)),
        (),
        low=low,
        haze=float(rng.choice([0, 0, 0, 0, 0.18, 0.38])),
        camera_seed=int(rng.integers(2**31)),
        light=(float(rng.choice([-1, 1]) * rng.uniform(0.03, 0.07)), float(rng.uniform(-0.05, 0.0))),
    )
    camera = plate_camera(plan, size[0] / size[1])
    desk = Desk(show, rng, frames, size[0] / size[1], size[1], camera)
    return STAGERS[kind](desk, plan)


def talk(desk: Desk, plan: CutPlan) -> CutPlan:
    """A close-up: only mouth and eyes move, the plate out of focus."""
    rng, (cast,) = desk.rng, desk.people(1)
    head = float(rng.uniform(0.48, 0.95))
    at = framed(
        desk,
        cast,
        desk.aspect * float(rng.uniform(0.34, 0.66)),
        0.42 + head * 0.5,
        head,
        flip=bool(rng.random() < 0.5),
    )
    scene = str(rng.choice([*PLACES, "abstract"]))
    pose = "think" if rng.random() < 0.2 else "stand"
    return replace(
        plan,
        scene=scene,
        focus=float(rng.choice([0.0, 0.004, 0.01])),
        moments=desk.each(together([talker(desk, at, pose, True)])),
    )


def bust(desk: Desk, plan: CutPlan) -> CutPlan:
    """From the waist up, with gestures."""
    rng, (cast,) = desk.rng, desk.people(1)
    head = float(rng.uniform(0.26, 0.4))
    at = framed(
        desk,
        cast,
        desk.aspect * float(rng.uniform(0.3, 0.7)),
        0.2 + head * 0.8,
        head,
        flip=bool(rng.random() < 0.5),
    )
    draw = talker(desk, at, attitude(rng), bool(rng.random() < 0.7))
    return replace(plan, focus=float(rng.choice([0.0, 0.003])), moments=desk.each(together([draw])))


def two(desk: Desk, plan: CutPlan) -> CutPlan:
    """Two people, one nearer; one talks."""
    rng, cast = desk.rng, desk.people(2)
    heads = sorted(float(h) for h in rng.uniform(0.24, 0.5, 2))
    draws = [
        talker(
            desk,
            framed(
                desk,
                c,
                desk.aspect * (x + float(rng.uniform(-0.05, 0.05))),
                0.34 + h * 0.6,
                h,
                flip=bool(flip),
            ),
            "stand" if h > 0.35 else attitude(rng),
            speaks,
        )
        for c, h, x, flip, speaks in zip(cast, heads, (0.3, 0.7), (False, True), (True, False), strict=True)
    ]
    return replace(plan, moments=desk.each(together(draws)))


def group(desk: Desk, plan: CutPlan) -> CutPlan:
    """Three to five figures on the floor, mostly held."""
    rng = desk.rng
    cast = desk.people(int(rng.integers(3, 5))) + ([4] if rng.random() < 0.5 else [])
    feet = sorted(float(y) for y in rng.uniform(0.74, 1.05, len(cast)))
    places = rng.permutation(len(cast))
    draws = []
    for c, y, place in zip(cast, feet, places, strict=True):
        x = desk.aspect * (0.12 + 0.76 * (place + 0.5) / len(cast))
        at = standing(desk, c, float(x), y, flip=bool(rng.random() < 0.5))
        draws.append(talker(desk, at, attitude(rng), bool(rng.random() < 0.4)))
    return replace(plan, shadows=True, moments=desk.each(together(draws)))


def long(desk: Desk, plan: CutPlan) -> CutPlan:
    """A small figure or two walking in a wide place."""
    rng, cast = desk.rng, desk.people(2)
    farthest = desk.camera.horizon + 0.16
    feet = float(rng.uniform(farthest, max(farthest, 0.8)))
    draws = [walker(desk, cast[0], feet, desk.aspect * 0.25, desk.aspect * 0.45)]
    if rng.random() < 0.5:
        draws.append(walker(desk, cast[1], feet + 0.01, desk.aspect * 0.31, desk.aspect * 0.52))
    return replace(
        plan,
        scene=str(rng.choice(["street", "wood", "field"])),
        shadows=True,
        moments=desk.each(together(draws)),
    )


def pan(desk: Desk, plan: CutPlan) -> CutPlan:
    """Someone walks in place on twos while the plate pans on ones."""
    rng, (cast,) = desk.rng, desk.people(1)
    x, speed = desk.aspect * float(rng.uniform(0.35, 0.65)), float(rng.uniform(0.08, 0.2))
    left = bool(rng.random() < 0.5)
    steps = walker(
        desk,
        cast,
        float(rng.uniform(0.85, 1.15)),
        x,
        x + (-1e-4 if left else 1e-4),
        run=bool(rng.random() < 0.35),
    )
    moments = desk.each(together([steps]), pan=-speed if left else speed)
    widen = 1 + (speed * desk.frames / 24 + 0.02) / desk.aspect
    return replace(plan, scene=str(rng.choice(["street", "wood", "field"])), widen=widen, moments=moments)


def book(desk: Desk, plan: CutPlan) -> CutPlan:
    """A figure partly behind a book."""
    staged = (bust if desk.rng.random() < 0.5 else group)(desk, plan)
    return replace(staged, kind="book", book=str(desk.rng.choice(BOOKS)))


def eyes(desk: Desk, plan: CutPlan) -> CutPlan:
    """An eye fills the frame: everything is cel, only lids and gaze move."""
    rng, (cast,) = desk.rng, desk.people(1)
    side, head = int(rng.choice([-1, 1])), float(rng.uniform(3.6, 4.6))
    mood, lids = (
        replace(motion.look(rng), turn=0.0, brow=float(rng.uniform(-0.5, 0.9))),
        motion.blinks(desk.frames, 3, rng),
    )
    gaze = [round(float(g), 3) for g in rng.uniform(-0.7, 0.7, desk.frames // 9 + 1)]
    at = framed(desk, cast, desk.aspect / 2 - side * 0.15 * head, 0.5 + 0.43 * head, head)

    def draw(i: int) -> tuple[Drawing, ...]:
        return (replace(at, face=replace(mood, eyes=lids[i], gaze=gaze[i // 9])),)

    return replace(plan, scene="abstract", moments=desk.each(draw))


def enter(desk: Desk, plan: CutPlan) -> CutPlan:
    """An empty plate that somebody enters."""
    rng, (cast,) = desk.rng, desk.people(1)
    reach = desk.aspect * float(rng.uniform(0.45, 0.7))
    steps = walker(desk, cast, float(rng.uniform(0.9, 1.1)), -0.45, reach)
    wait = desk.frames // 3 // 2 * 2

    def draw(i: int) -> tuple[Drawing, ...]:
        return () if i < wait else (steps(i - wait),)

    return replace(plan, shadows=True, moments=desk.each(draw))


def empty(desk: Desk, plan: CutPlan) -> CutPlan:
    """A plate alone, still or in a slow pan."""
    if desk.rng.random() < 0.5:
        return replace(plan, moments=desk.each(lambda i: ()))
    speed = 0.05
    widen = 1 + (speed * desk.frames / 24 + 0.02) / desk.aspect
    return replace(plan, widen=widen, moments=desk.each(lambda i: (), pan=speed))


def action(desk: Desk, plan: CutPlan) -> CutPlan:
    """A dash across the frame on twos, with smears, over speed lines or a place."""
    rng, (cast,) = desk.rng, desk.people(1)
    head = float(rng.uniform(0.2, 0.36))
    base = framed(desk, cast, 0.0, 0.32 + head * 0.5, head, flip=bool(rng.random() < 0.5))
    poses = [attitude(rng) for _ in range(4)]
    mood, start, end = motion.look(rng), float(rng.uniform(0.1, 0.35)), float(rng.uniform(0.6, 0.95))

    def draw(i: int) -> tuple[Drawing, ...]:
        step = i // 2
        t = (step % 12) / 11
        smear = step % 12 in (4, 5)
        x = desk.aspect * (start + (end - start) * t)
        lean, squash = (16.0, 0.66) if smear else (6.0 * math.sin(step), 1.0)
        pose = replace(
            motion.gesture(poses[step // 4 % 4], step, lively=2.0), legs=motion.walk(step, run=True).legs
        )
        return (
            replace(
                base,
                x=round(x, 4),
                degrees=round(lean, 3),
                squash=squash,
                pose=pose,
                face=replace(mood, mouth=0.9),
                sway=0.08,
            ),
        )

    return replace(
        plan, scene=str(rng.choice(["abstract", "street", "field"])), focus=0.002, moments=desk.each(draw)
    )


def creature(desk: Desk, plan: CutPlan) -> CutPlan:
    """The mascot bounces beside a held person."""
    rng, (cast,) = desk.rng, desk.people(1)
    feet = float(rng.uniform(0.85, 0.98))
    person = talker(
        desk, standing(desk, cast, desk.aspect * 0.32, feet), attitude(rng), bool(rng.random() < 0.5)
    )
    small = replace(standing(desk, 4, desk.aspect * 0.66, feet), head=float(rng.uniform(0.16, 0.5)))
    mouths = motion.mouth_flap(desk.frames, 3, rng)

    def mascot(i: int) -> Drawing:
        bounce = round(math.sin(i // 3 * 1.1), 3)
        return replace(small, pose=replace(small.pose, bob=bounce), face=replace(small.face, mouth=mouths[i]))

    return replace(plan, shadows=True, moments=desk.each(together([person, mascot])))


def back(desk: Desk, plan: CutPlan) -> CutPlan:
    """Over somebody's shoulder towards the one who talks."""
    rng, cast = desk.rng, desk.people(2)
    far_head, near_head = float(rng.uniform(0.22, 0.34)), float(rng.uniform(0.6, 0.9))
    far = talker(
        desk, framed(desk, cast[0], desk.aspect * 0.4, 0.42 + far_head * 0.5, far_head), attitude(rng), True
    )
    near = framed(desk, cast[1], desk.aspect * 0.8, 0.62 + near_head * 0.4, near_head, back=True)
    return replace(plan, moments=desk.each(together([far, lambda i: near])))


STAGERS: dict[str, Callable[[Desk, CutPlan], CutPlan]] = {
    "talk": talk,
    "bust": bust,
    "two": two,
    "group": group,
    "long": long,
    "pan": pan,
    "book": book,
    "eyes": eyes,
    "enter": enter,
    "empty": empty,
    "action": action,
    "creature": creature,
    "back": back,
}
"""Stagers by kind of cut."""
