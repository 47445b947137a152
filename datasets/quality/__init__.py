"""Poor frames by the exclusion criteria of Kugler 2020, section 5.2: each a measure with a threshold of one's own.

Interlacing, blur, on-screen text, too dark, too bright. (Its others, only humans and only medium shots to close-ups,
are about content; people skip such frames.) To add one: a module with a `Measure`, its name in `MEASURES`, a new
`VERSION`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datasets.quality.base import Measure
from datasets.quality.blur import BLUR
from datasets.quality.combing import COMBING
from datasets.quality.light import BRIGHT, DARK
from datasets.quality.text import TEXT
from modeling.errors import UserError
from modeling.picture.bars import inside_bars
from modeling.registry import propose

FEATURE, VERSION = "quality", 2
"""Under which the values of all measures are stored, a column each, float32."""
MEASURES: dict[str, Measure] = {measure.name: measure for measure in (BLUR, COMBING, TEXT, DARK, BRIGHT)}
"""By name, in the order of the stored columns."""


def measured(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(M,) float32, a value a measure, of (H, W, 3) uint8 sRGB at native size; bars do not count."""
    picture = np.ascontiguousarray(inside_bars(rgb))
    return np.array([measure.compute(picture) for measure in MEASURES.values()], np.float32)


def get_measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises:
        UserError: ``unknown_measure``.
    """
    if name not in MEASURES:
        message = f"There is no measure {name!r}."
        raise UserError(message, code="unknown_measure", remedy=propose(name, MEASURES))
    return MEASURES[name]


__all__ = ["FEATURE", "MEASURES", "VERSION", "Measure", "get_measure", "measured"]
