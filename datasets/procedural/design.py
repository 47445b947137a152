"""What a show's designers decide: its characters, line, palette and light. Every show draws its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from datasets.procedural.color import Color, gain, hsv, jitter, luma, mix, multiply, toned
from datasets.procedural.proportions import STANDARD, Proportions, design_proportions
from datasets.procedural.style import PALETTES, Style, design_style

HAIR_BACKS = ("short", "bob", "long", "ponytail", "twintails", "spiky", "bun")
FRINGES = ("locks", "parted", "blunt", "swept")
CLOTHES = ("sailor", "hoodie", "jacket", "dress", "shirt", "robe")
LEGS = ("skirt", "trousers", "shorts", "robe")
EYES = ("round", "narrow", "tall", "droopy", "sharp")


@dataclass(frozen=True, slots=True)
class Character:
    """A model sheet. Lengths are heads (one head from skull to chin)."""

    heads: float
    skin: Color
    hair: Color
    hair_back: str
    hair_length: float
    fringe: str
    locks: int
    hair_volume: float
    eye: Color
    eye_shape: str
    eye_size: float
    jaw: float
    chin: float
    clothes: str
    legs: str
    cloth: Color
    cloth2: Color
    accent: Color
    shoes: Color
    pattern: str
    accessory: str
    blush: bool
    build: float
    creature: bool
    held: str
    body: str
    trimmed: bool
    dyed: bool
    proportions: Proportions = STANDARD


@dataclass(frozen=True, slots=True)
class Show:
    """The look that all cuts of one show share."""

    name: str
    characters: tuple[Character, ...]
    line_px: float
    line_color: Color
    colored_lines: bool
    shade_tint: Color
    shade_depth: float
    highlight: float
    plate_hue: float
    plate_saturation: float
    plate_texture: float
    plate_wobble: float
    plate_outline: float
    plate_flat: bool
    grain: float
    glow: float
    grade: tuple[Color, Color]
    crf: int
    held_for: int
    style: Style
    proportions: Proportions


def design_show(name: str, rng: np.random.Generator, proportions: Proportions | None = None) -> Show:
    """Draw a show's look and its cast of five from the generator; ``proportions`` None are drawn, too."""
    # Children, so that the draws below stay what they were without them.
    style_rng, body_rng = rng.spawn(2)
    style, body = design_style(style_rng), proportions or design_proportions(body_rng)
    cast = (styled(design_character(rng, creature=i == 4), style, i) for i in range(5))
    return Show(
        name=name,
        characters=tuple(built(sheet, body) for sheet in cast),
        line_px=float(rng.uniform(1.6, 3.8)),
        line_color=mix(
            jitter(hsv(rng.uniform(0, 360), 0.4, rng.uniform(0.06, 0.22)), rng, 0.02),
            style.tint,
            style.tinted,
        ),
        colored_lines=bool(rng.random() < 0.4),
        shade_tint=hsv(rng.choice([255, 280, 330, 20, 210]), rng.uniform(0.08, 0.28), 0.95),
        shade_depth=float(rng.uniform(0.66, 0.84)),
        highlight=float(rng.uniform(0.3, 0.8)),
        plate_hue=float(rng.uniform(-25, 25)),
        plate_saturation=float(rng.uniform(0.6, 1.15)),
        plate_texture=float(rng.uniform(0.3, 1.0)),
        plate_wobble=float(rng.uniform(0.2, 1.0)),
        plate_outline=float(rng.choice([0.0, 0.5, 0.8, 1.0])),
        plate_flat=bool(rng.random() < 0.25),
        grain=float(rng.choice([0.0, 1.5, 3.0, 5.0])),
        glow=float(rng.choice([0.0, 0.15, 0.3])),
        grade=(jitter((1.0, 1.0, 1.0), rng, 0.05), jitter((0.03, 0.03, 0.03), rng, 0.03)),
        crf=int(rng.integers(18, 28)),
        held_for=int(rng.choice([2, 3])),
        style=style,
        proportions=body,
    )


def styled(sheet: Character, style: Style, cast: int) -> Character:
    """A model sheet in the show's palette, with its eyes and coloured ends; skin keeps its colour."""
    factors = PALETTES[style.palette]
    return replace(
        sheet,
        hair=toned(sheet.hair, *factors),
        cloth=toned(sheet.cloth, *factors),
        cloth2=toned(sheet.cloth2, *factors),
        accent=toned(sheet.accent, *factors),
        shoes=toned(sheet.shoes, *factors),
        eye=toned(sheet.eye, *factors),
        eye_size=sheet.eye_size * style.eye_scale,
        trimmed=style.chance(cast, 101) < style.trim,
        dyed=style.chance(cast, 102) < style.trim * 0.5,
    )


def built(sheet: Character, body: Proportions) -> Character:
    """A model sheet in the show's proportions."""
    return replace(
        sheet,
        heads=body.heads_of(sheet.heads),
        jaw=sheet.jaw * body.jaw,
        eye_size=body.eyes_of(sheet.eye_size),
        proportions=body,
    )


def design_character(rng: np.random.Generator, *, creature: bool = False) -> Character:
    """Draw one model sheet."""
    natural = rng.random() < 0.45
    hair_hue = rng.choice([22, 28, 35, 15]) if natural else rng.uniform(0, 360)
    hair = hsv(hair_hue, rng.uniform(0.15, 0.7), rng.choice([0.2, 0.3, 0.45, 0.65, 0.85, 0.95]))
    hue = rng.uniform(0, 360)
    cloth = hsv(hue, rng.uniform(0.05, 0.75), rng.uniform(0.2, 0.98))
    return Character(
        heads=float(rng.choice([3.2, 5.0, 5.8, 6.4, 7.0])),
        skin=mix(
            hsv(rng.uniform(18, 32), rng.uniform(0.1, 0.28), 0.99),
            hsv(22, 0.5, 0.5),
            rng.choice([0, 0, 0, 0, 0.4]),
        ),
        hair=hair,
        hair_back=str(rng.choice(HAIR_BACKS)),
        hair_length=float(rng.uniform(0.5, 2.4)),
        fringe=str(rng.choice(FRINGES)),
        locks=int(rng.integers(3, 8)),
        hair_volume=float(rng.uniform(0.98, 1.16)),
        eye=hsv(rng.uniform(0, 360), rng.uniform(0.35, 0.85), rng.uniform(0.5, 0.9)),
        eye_shape=str(rng.choice(EYES)),
        eye_size=float(rng.uniform(0.8, 1.2)),
        jaw=float(rng.uniform(0.88, 1.08)),
        chin=float(rng.uniform(0.92, 1.06)),
        clothes=str(rng.choice(CLOTHES)),
        legs=str(rng.choice(LEGS)),
        cloth=cloth,
        cloth2=hsv(hue + rng.choice([20, 150, 180, 210]), rng.uniform(0.1, 0.7), rng.uniform(0.2, 0.95)),
        accent=hsv(rng.uniform(0, 360), rng.uniform(0.5, 0.9), rng.uniform(0.6, 0.95)),
        shoes=hsv(rng.uniform(0, 360), rng.uniform(0, 0.6), rng.uniform(0.15, 0.6)),
        pattern=str(rng.choice(["none", "stripes", "dots", "badge"])),
        accessory=str(rng.choice(["none", "none", "ribbon", "glasses", "hairpin", "band", "hat"])),
        blush=bool(rng.random() < 0.55),
        build=float(rng.uniform(0.85, 1.2)),
        creature=creature,
        held=str(rng.choice(["none", "none", "book", "phone", "bag", "sword", "umbrella"])),
        body=str(rng.choice(["blob", "robot", "slime"])),
        trimmed=False,
        dyed=False,
    )


VISIBLE = 0.06
"""Difference in brightness below which nobody would draw a border."""


@dataclass(frozen=True, slots=True)
class Paints:
    """How one cut turns a model sheet's colours into base, shade and highlight.

    ``light`` is the shift in heads by which the lit area leaves the shade, ``lighting`` one of
    `style.LIGHTINGS`.
    """

    show: Show
    light: tuple[float, float]
    lighting: str = "plain"

    def shines(self, color: Color) -> bool:
        """Whether a highlight on that colour would be seen: white has none."""
        return luma(self.bright(color)) - luma(color) > VISIBLE

    def shade(self, color: Color) -> Color:
        """The shade tone of a base colour."""
        return gain(multiply(color, self.show.shade_tint), self.show.shade_depth)

    def bright(self, color: Color) -> Color:
        """The highlight tone of a base colour."""
        return mix(color, (1.0, 1.0, 1.0), self.show.highlight)

    def ink(self, color: Color) -> Color:
        """Line colour on a part: the show's, or a dark tone of the part where the show traces in colour."""
        return mix(
            gain(self.shade(color), 0.45), self.show.line_color, 0.3 if self.show.colored_lines else 1.0
        )
