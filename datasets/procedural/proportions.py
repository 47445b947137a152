"""How a show's figures are built: heads to a body, share of the legs, thickness of limbs, place of the eyes.

A model sheet says what sets a character apart from the others of its show, the proportions what the show's
people have in common. They are drawn from a generator of their own: no other draw of a show moves with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

SHORTEST, TALLEST = 3.2, 7.0
"""Heads of the shortest and the tallest people as model sheets are drawn, before a show's proportions."""
TORSO, LEGS = 2.0, 3.24
"""Lengths of torso and of both parts of a leg in a standard body of 6.4 heads."""
RANGES = MappingProxyType(
    {
        "leg": (0.86, 1.12),
        "arm": (0.9, 1.12),
        "limb": (0.76, 1.16),
        "shoulder": (0.84, 1.2),
        "hip": (0.86, 1.18),
        "hand": (0.86, 1.14),
        "eye_size": (0.86, 1.12),
        "eye_space": (0.92, 1.12),
        "jaw": (0.9, 1.08),
    }
)
"""From and to between which a show's factors lie (`Proportions`)."""
CHIBI, LANKY = 2.9, 7.4
"""Heads of the tallest people of the stockiest and of the lankiest show."""
EYE_LINE = (-0.025, 0.045)
"""Highest and lowest place of the eyes against the standard, in heads."""


@dataclass(frozen=True, slots=True)
class Proportions:
    """What a show's people have in common.

    ``heads`` is (shortest, tallest) in heads; ``eye_line`` lowers the eyes by a share of a head; all else is a
    factor on the standard: lengths of ``leg`` (what the torso then lacks or gains) and ``arm``, thickness of
    arms, legs and neck (``limb``), width of ``shoulder``, ``hip`` and ``jaw``, size of ``hand`` and of eyes
    (``eye_size``), distance between the eyes (``eye_space``). As it stands it is the standard body.
    """

    heads: tuple[float, float] = (SHORTEST, TALLEST)
    leg: float = 1.0
    arm: float = 1.0
    limb: float = 1.0
    shoulder: float = 1.0
    hip: float = 1.0
    hand: float = 1.0
    eye_size: float = 1.0
    eye_space: float = 1.0
    eye_line: float = 0.0
    jaw: float = 1.0

    @property
    def torso(self) -> float:
        """Factor on the torso that keeps the body's height, whatever the legs take."""
        return (TORSO + LEGS - LEGS * self.leg) / TORSO

    def heads_of(self, drawn: float) -> float:
        """Heads of a character whose sheet was drawn with so many: its place between shortest and tallest."""
        low, high = self.heads
        return low + (drawn - SHORTEST) * (high - low) / (TALLEST - SHORTEST)

    def eyes_of(self, drawn: float) -> float:
        """Size of a character's eyes (1 is 0.23 heads wide), such that they neither meet nor leave the face."""
        apart = 0.185 * self.eye_space
        return min(drawn * self.eye_size, (apart - 0.02) / 0.115, (0.395 - apart) / 0.127)


STANDARD = Proportions()


def design_proportions(rng: np.random.Generator) -> Proportions:
    """Draw a show's proportions, from chibi of three heads to seven; stocky people have larger, lower eyes."""
    tallest = float(rng.uniform(CHIBI, LANKY))
    stocky = (LANKY - tallest) / (LANKY - CHIBI)
    shortest = max(2.7, tallest * float(rng.uniform(0.62, 0.85)))
    factors = {name: float(rng.uniform(*ends)) for name, ends in RANGES.items()}
    low, high = EYE_LINE
    factors["hand"] *= factors["limb"] ** 0.7  # a thick sleeve hides a small hand
    eyes = factors.pop("eye_size") * (1 + 0.14 * stocky)
    line = low + (high - low) * (0.6 * stocky + 0.4 * float(rng.random()))
    return Proportions((shortest, tallest), eye_size=eyes, eye_line=line, **factors)
