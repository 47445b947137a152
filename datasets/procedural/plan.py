"""What a cut is before it is drawn: who stands where in each video frame, over which plate, behind
which book.
"""

from __future__ import annotations

from dataclasses import dataclass

from datasets.procedural.figure import Drawing

FPS = 24
"""Video frames a second, as in film and television animation."""

Moment = tuple[tuple[Drawing, ...], int]
"""The drawings on stage, back to front, and the plate's offset in pixels; equal moments are one
drawing held.
"""


@dataclass(frozen=True, slots=True)
class CutPlan:
    """One cut.

    ``moments`` has an entry a video frame; equal neighbours are holds. ``light`` is the shift in heads
    by which the lit area leaves the shade. ``haze`` 0..1 lays a translucent veil over all.
    """

    name: str
    kind: str
    scene: str
    hour: str
    moments: tuple[Moment, ...]
    widen: float = 1.0
    focus: float = 0.0
    low: bool = False
    book: str = ""
    haze: float = 0.0
    light: tuple[float, float] = (-0.05, -0.03)
    shadows: bool = False
    camera_seed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A drawing as shown: ``first`` video frame of the cut, frames it is held for, its number among
    the cut's drawings.
    """

    first: int
    hold: int
    drawing: int


def runs_of(plan: CutPlan) -> list[Run]:
    """Held drawings of a cut in order; a drawing that comes back keeps its number."""
    numbers: dict[Moment, int] = {}
    runs: list[Run] = []
    for i, moment in enumerate(plan.moments):
        if i and moment == plan.moments[i - 1]:
            last = runs[-1]
            runs[-1] = Run(last.first, last.hold + 1, last.drawing)
        else:
            runs.append(Run(i, 1, numbers.setdefault(moment, len(numbers))))
    return runs
