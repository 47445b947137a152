"""Pictures of the labelling guide: for each rule a piece of a rendered frame and its label.

Everything but the blur and the light of three examples is drawn by the renderer that draws the production.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.procedural.body import Pose
from datasets.procedural.color import luma
from datasets.procedural.design import Paints, Show, design_show
from datasets.procedural.figure import Drawing
from datasets.procedural.head import Expression
from datasets.procedural.plan import CutPlan
from datasets.procedural.proportions import STANDARD
from datasets.procedural.render import CutRenderer, Shot
from modeling.labels import CEL, DEPTH, DOUGA, IGNORE, UNKNOWN, get_kind

SIZE = (336, 240)
"""(width, height) of a picture in the guide."""
FRAME = (1512, 1080)
THIN = 0.35
"""Share of a pixel that a line covers from which on it is drawn there in a smaller label."""

Rgb = NDArray[np.uint8]
LabelMap = NDArray[Any]
"""(H, W) stored values of a kind: uint8, of depth uint16."""


class Example(NamedTuple):
    """``rgb`` (240, 336, 3) uint8 and ``label`` (240, 336) stored values of the kind."""

    rgb: Rgb
    label: LabelMap


FACE = Drawing(0, 0.7, 0.9, 0.96, 1.0, face=Expression(turn=0.2, smile=0.8))
"""A head that fills the frame."""


def show_of(seed: int, style: Mapping[str, Any] = MappingProxyType({}), **sheet: Any) -> Show:
    """A show without grain, grade or glow, its people of standard proportions, with details of its style and
    of its first character as given."""
    show = design_show("guide", np.random.default_rng([7, seed]), STANDARD)
    plain: dict[str, Any] = {
        "grain": 0.0,
        "glow": 0.0,
        "grade": ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0)),
        "line_px": 3.0,
    }
    first = replace(show.characters[0], creature=False, **sheet)
    looks = replace(show.style, **{"lightings": (1.0, 0.0, 0.0, 0.0), **style})
    return replace(show, characters=(first, *show.characters[1:]), style=looks, **plain)


def shoot(show: Show, *drawings: Drawing, **plan: Any) -> Shot:
    """Photograph drawings at 1080 lines; ``plan`` are fields of `CutPlan`."""
    given = {"scene": "abstract", "hour": "day", "light": (-0.06, -0.03), **plan}
    moment = (drawings, 0)
    cut = CutPlan("guide", "guide", moments=(moment,), **given)
    return CutRenderer(show, cut, FRAME, np.random.default_rng(5)).shoot(moment)


def _cut(
    shot: Shot, kind: str, at: tuple[float, float], size: tuple[int, int] = SIZE, zoom: float = 1.0
) -> Example:
    """The piece of a shot around a place in frame heights, of the shot's own pixels or of ``zoom`` of them to one."""
    height, width = shot.rgb.shape[:2]
    w, h = round(size[0] * zoom), round(size[1] * zoom)
    left = min(max(round(at[0] * height) - w // 2, 0), width - w)
    top = min(max(round(at[1] * height) - h // 2, 0), height - h)
    window = np.s_[top : top + h, left : left + w]
    rgb = cv2.resize(shot.rgb[window], size, interpolation=cv2.INTER_AREA)
    labels: dict[str, LabelMap] = {CEL.name: shot.cel, DOUGA.name: shot.douga, DEPTH.name: shot.depth}
    return Example(np.asarray(rgb, np.uint8), _small(labels[kind][window], size, kind))


def _small(label: LabelMap, size: tuple[int, int], kind: str) -> LabelMap:
    """A label made smaller, whose lines do not break."""
    small = np.asarray(cv2.resize(label, size, interpolation=cv2.INTER_NEAREST_EXACT), label.dtype)
    for value, cls in enumerate(get_kind(kind).classes):
        if cls.group == "line":
            share = cv2.resize((label == value).astype(np.float32), size, interpolation=cv2.INTER_AREA)
            small[np.asarray(share) > THIN] = value
    return small


def _beside(a: Example, b: Example) -> Example:
    """Two halves of a picture, with a gap."""
    gap = 8

    def joined(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.uint8]:
        between = np.zeros((SIZE[1], gap, *left.shape[2:]), np.uint8)
        return np.concatenate([left, between, right], 1)

    return Example(joined(a.rgb, b.rgb), joined(a.label, b.label))


HALF = ((SIZE[0] - 8) // 2, SIZE[1])


SPREAD = Pose(arms=(-64.0, 20.0, 64.0, -20.0))
TORSO = replace(FACE, y=0.12, head=0.46, pose=SPREAD)
"""A garment that fills the frame."""
PLAIN = {
    "clothes": "shirt",
    "pattern": "none",
    "held": "none",
    "hair_back": "short",
    "heads": 6.4,
    "accessory": "none",
}
OFFSET = {"shade": 1.6, "shade_form": "offset", "deep": 0.0, "rim": 0.0}


def _relative() -> Example:
    """One pair of greys twice: shade and base in plain light, base and highlight in a light from the rim."""
    plain, rim = (1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0)
    light = (0.78, 0.78, 0.82)
    show = show_of(1, {**OFFSET, "lightings": plain}, cloth=light, **PLAIN)
    dark = Paints(show, (0.0, 0.0)).shade(light)
    other = show_of(1, {**OFFSET, "lightings": rim}, cloth=dark, **PLAIN)
    other = replace(other, highlight=(luma(light) - luma(dark)) / (1 - luma(dark)))
    shots = [shoot(each, TORSO, light=(across, 0.0)) for each, across in ((show, -0.07), (other, 0.12))]
    return _beside(*(_cut(shot, DOUGA.name, (0.895, 0.5), HALF, zoom=1.3) for shot in shots))


def _levels() -> Example:
    show = show_of(1, {**OFFSET, "deep": 1.0}, cloth=(0.45, 0.6, 0.85), **PLAIN)
    return _cut(shoot(show, TORSO, light=(-0.07, 0.0)), DOUGA.name, (0.84, 0.5), zoom=1.3)


def _lines() -> Example:
    sheet = {**PLAIN, "pattern": "stripes", "cloth": (0.98, 0.86, 0.5), "accent": (0.9, 0.35, 0.3)}
    show = replace(show_of(4, OFFSET, **sheet), colored_lines=True, line_color=(0.6, 0.25, 0.15))
    return _cut(shoot(show, TORSO), DOUGA.name, (0.53, 0.46), zoom=1.2)


def _eyes() -> Example:
    show = show_of(
        5, {"iris_levels": 3, "catch_lights": 3}, accessory="none", eye_size=1.2, eye_shape="round"
    )
    return _cut(shoot(show, FACE), DOUGA.name, (0.87, 0.49))


def _brows() -> Example:
    show = show_of(6, accessory="none", fringe="locks", hair=(0.75, 0.5, 0.3))
    return _cut(shoot(show, FACE), DOUGA.name, (0.93, 0.3))


def _black() -> Example:
    show = show_of(8, accessory="none", eye_shape="narrow")
    return _cut(shoot(show, replace(FACE, face=replace(FACE.face, eyes=0.0))), DOUGA.name, (0.93, 0.49))


def _blush() -> Example:
    halves = []
    for form in ("oval", "strokes"):
        show = show_of(9, {"blush_form": form}, blush=True, accessory="none")
        halves.append(_cut(shoot(show, FACE), DOUGA.name, (0.95, 0.66), HALF))
    return _beside(*halves)


STANDING = Drawing(0, 0.7, 0.42, 0.13, 1.0, face=Expression(turn=0.3))


def _cast(kind: str) -> Example:
    shot = shoot(show_of(10, heads=5.0), replace(STANDING, y=0.3), scene="room", shadows=True, camera_seed=3)
    return _cut(shot, kind, (0.68, 0.8), zoom=1.0 if kind == DOUGA.name else 2.2)


def _books(kind: str) -> Example:
    shot = shoot(show_of(11), replace(STANDING, y=0.45, head=0.34), scene="street", book="railing")
    return _cut(shot, kind, (0.7, 0.75), zoom=1.0 if kind == DOUGA.name else 2.4)


def _smeared(kind: str) -> Example:
    """Two dashes: of the left figure only a blur is left, the right one is stretched and keeps its lines."""
    left = replace(STANDING, x=0.5, y=0.46, head=0.17)
    right = replace(left, cast=1, x=0.98, degrees=16.0, squash=0.66)
    show, reach = show_of(12), 101
    place = {"scene": "field", "camera_seed": 3}
    figure, rest = shoot(show, left, **place), shoot(show, right, **place)
    solid = figure.cel.astype(np.float32)
    way = np.full((1, reach), 1 / reach, np.float32)
    share = cv2.filter2D(solid, -1, way)[..., None]
    paint = cv2.filter2D(figure.rgb * solid[..., None], -1, way) / np.maximum(share, 1e-3)
    rgb = (rest.rgb * (1 - share) + paint * share).clip(0, 255).astype(np.uint8)
    blur, whole = share[..., 0] > 0.04, share[..., 0] > 0.96
    cel = np.where(whole, 1, np.where(blur, IGNORE, rest.cel)).astype(np.uint8)
    douga = np.where(blur, IGNORE, rest.douga).astype(np.uint8)
    depth = np.where(blur, UNKNOWN, rest.depth).astype(np.uint16)
    blurred = replace(rest, rgb=rgb, cel=cel, douga=douga, depth=depth)
    return _cut(blurred, kind, (0.74, 0.5), zoom=2.4)


def _moves() -> Example:
    shot = shoot(
        show_of(13, held="bag", heads=5.0, accessory="hat"),
        replace(STANDING, y=0.36, head=0.15),
        scene="field",
    )
    return _cut(shot, CEL.name, (0.7, 0.52), zoom=3.3)


def _plate() -> Example:
    show = replace(show_of(14), plate_outline=1.0)
    shot = shoot(show, replace(STANDING, x=1.1, y=0.55, head=0.16), scene="street", camera_seed=3)
    return _cut(shot, CEL.name, (0.7, 0.5), zoom=4.4)


def _gaps() -> Example:
    pose = Pose(arms=(-52.0, 60.0, 52.0, -60.0), legs=(-14.0, 0.0, 14.0, 0.0))
    shot = shoot(
        show_of(15, hair_back="twintails", held="none", legs="trousers"),
        replace(STANDING, y=0.35, head=0.17, pose=pose),
        scene="wood",
    )
    return _cut(shot, CEL.name, (0.7, 0.46), zoom=3.2)


def _full() -> Example:
    drawing = replace(FACE, x=0.4, y=2.4, head=3.8, face=replace(FACE.face, turn=0.0))
    return _cut(shoot(show_of(5, accessory="none"), drawing), CEL.name, (0.7, 0.5), zoom=4.4)


def _transparent() -> Example:
    """A beam of light over figure and plate: the mask is what it is without it."""
    shot = shoot(show_of(16), replace(STANDING, x=0.85, y=0.45, head=0.24), scene="room", hour="evening")
    beam = np.zeros(FRAME[::-1], np.float32)
    cv2.fillPoly(beam, [np.array([(380, 0), (560, 0), (1050, 1080), (480, 1080)], np.int32)], 0.45)
    beam = cv2.GaussianBlur(beam, (0, 0), 6)[..., None]
    rgb = (shot.rgb * (1 - beam) + np.array([255, 244, 190]) * beam).astype(np.uint8)
    return _cut(replace(shot, rgb=rgb), CEL.name, (0.7, 0.5), zoom=4.0)


AWAY = replace(STANDING, y=0.36, head=0.15, depth=0.1)
"""A figure that stands on the floor, somewhat away."""


def _depth(shot: Shot) -> Example:
    """Nearly all of a frame."""
    return _cut(shot, DEPTH.name, (0.7, 0.5), zoom=4.4)


def _near() -> Example:
    return _depth(shoot(show_of(13, heads=5.0), AWAY, scene="field", camera_seed=3))


def _flat() -> Example:
    pair = replace(AWAY, x=0.56), replace(AWAY, cast=1, x=0.84, y=0.46, head=0.19, depth=0.16)
    show = show_of(13, held="bag", heads=5.0)
    return _depth(shoot(show, *pair, scene="room", camera_seed=3))


def _hides() -> Example:
    return _depth(shoot(show_of(15, heads=5.0), AWAY, scene="wood", camera_seed=3))


def _floor() -> Example:
    return _depth(shoot(show_of(13), scene="street", camera_seed=3))


PAINTERS: Mapping[str, Mapping[str, Callable[[], Example]]] = MappingProxyType(
    {
        DOUGA.name: {
            "relative": _relative,
            "levels": _levels,
            "lines": _lines,
            "eyes": _eyes,
            "brows": _brows,
            "black": _black,
            "blush": _blush,
            "cast": lambda: _cast(DOUGA.name),
            "effects": lambda: _smeared(DOUGA.name),
            "books": lambda: _books(DOUGA.name),
        },
        CEL.name: {
            "moves": _moves,
            "plate": _plate,
            "gaps": _gaps,
            "full": _full,
            "books": lambda: _books(CEL.name),
            "cast": lambda: _cast(CEL.name),
            "transparent": _transparent,
            "effects": lambda: _smeared(CEL.name),
        },
        DEPTH.name: {
            "near": _near,
            "flat": _flat,
            "hides": _hides,
            "floor": _floor,
            "books": lambda: _books(DEPTH.name),
            "cast": lambda: _cast(DEPTH.name),
            "effects": lambda: _smeared(DEPTH.name),
        },
    }
)
"""Painters of each rule's example by kind and name (`modeling.guide.GUIDES`)."""
