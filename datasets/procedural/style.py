"""How a show's animators draw: pen, amount and form of shade and highlight, palette, eyes, trimmings.

All of it lies inside the figures. It is drawn from a generator of its own, so it moves no figure and changes
no silhouette but by the width of a line. What it imitates: Kugler 2020, section 5.1 (classes) and figure 5.11.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from datasets.procedural.color import Color, hsv

SHADE_FORMS = ("offset", "wave", "tooth")
SHINE_FORMS = ("zigzag", "arc", "beads")
BLUSH_FORMS = ("oval", "strokes")
LIGHTINGS = ("plain", "rim", "back", "flat")
"""Shade and now and then a rim; base and highlight; shade and base; cast shades alone."""
PALETTES: dict[str, tuple[float, float]] = {
    "natural": (1.0, 1.0),
    "pastel": (0.72, 0.82),
    "vivid": (1.25, 1.0),
    "muted": (0.6, 1.12),
    "deep": (1.1, 1.3),
}
"""Factor on saturation and exponent of value (below 1 is lighter) of a palette."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen of varying pressure.

    ``thin`` (0..1) is the width at a line's ends and between swells as a share of its widest, ``period`` the
    length from one swell to the next in frame heights.
    """

    thin: float
    period: float


@dataclass(frozen=True, slots=True)
class Style:
    """One show's drawing style.

    ``border`` is the width of invisible lines as a share of the visible ones; lines have ``tinted``
    (0..1) of the colour ``tint``; ``shade`` is a factor on the width of
    shades; ``deep`` and ``rim`` the chance (0..1) that a part has a second shade or a rim of light;
    ``lightings`` the chances of `LIGHTINGS` in a cut; ``iris_levels`` and ``hair_levels`` are 1 to 3;
    ``trim`` the chance that a garment or tress has a coloured end.
    """

    seed: int
    pen: Pen
    border: float
    tint: Color
    tinted: float
    palette: str
    shade: float
    shade_form: str
    deep: float
    rim: float
    lightings: tuple[float, float, float, float]
    shine_form: str
    hair_levels: int
    iris_levels: int
    catch_lights: int
    eye_scale: float
    blush_form: str
    trim: float

    def chance(self, *names: int) -> float:
        """A number in 0..1 that belongs to the names: always the same in all frames of the show."""
        text = repr((self.seed, *names)).encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest()) / 2**48

    def lighting(self, camera_seed: int) -> str:
        """How a cut's figures are lit, one of `LIGHTINGS`."""
        return str(np.random.default_rng([self.seed, camera_seed]).choice(LIGHTINGS, p=self.lightings))


def design_style(rng: np.random.Generator) -> Style:
    """Draw a style from the generator."""
    flat = float(rng.choice([0.0, 0.0, 0.1, 0.8]))
    back, rim = (float(share) * (1 - flat) for share in rng.uniform(0.0, 0.35, 2))
    return Style(
        seed=int(rng.integers(2**31)),
        pen=Pen(float(rng.uniform(0.4, 0.75)), float(rng.uniform(0.12, 0.4))),
        border=float(rng.uniform(0.65, 0.95)),
        tint=hsv(float(rng.choice([12, 28, 225, 265, 345])), 0.65, float(rng.uniform(0.28, 0.45))),
        tinted=float(rng.choice([0.0, 0.0, 0.5, 0.9])),
        palette=str(rng.choice(list(PALETTES))),
        shade=float(rng.uniform(0.6, 1.5)),
        shade_form=str(rng.choice(SHADE_FORMS)),
        deep=float(rng.choice([0.0, 0.25, 0.6])),
        rim=float(rng.choice([0.0, 0.12, 0.3])),
        lightings=(1 - back - rim - flat, rim, back, flat),
        shine_form=str(rng.choice(SHINE_FORMS)),
        hair_levels=int(rng.integers(1, 4)),
        iris_levels=int(rng.integers(1, 4)),
        catch_lights=int(rng.integers(1, 4)),
        eye_scale=float(rng.uniform(0.85, 1.18)),
        blush_form=str(rng.choice(BLUSH_FORMS)),
        trim=float(rng.uniform(0.1, 0.8)),
    )
