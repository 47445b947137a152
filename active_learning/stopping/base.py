"""What a stopping rule sees, says and declares. It proposes; nothing is ever stopped by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.registry import Params

Floats = NDArray[np.float64]


def _none() -> Floats:
    return np.empty((0, 3))


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What a pool's evaluated rounds gave, oldest first, as plain arrays.

    Args:
        rounds: (R,) int, their numbers.
        labels: (R,) labels that each was trained on.
        hours: (R,) hours that people had worked on the pool's labels when it started, from 0.
        values: (R,) headline metric on held-out frames, 0 to 1.
        to_last: (R, 3) headline of the newest round less that of each, on the held-out frames that both judged, with
            the ends of its 95 % interval over cuts; NaN where unknown.
        agreements: (R, 3) kappa of each round's predictions with those of the round before it, with the ends of its
            interval; NaN where unknown, as for the first.
        labels_now: Labels accepted by now.
        hours_now: Hours worked by now.
        metric: The headline's name for people.
    """

    rounds: NDArray[np.int64]
    labels: Floats
    hours: Floats
    values: Floats
    to_last: Floats = field(default_factory=_none)
    agreements: Floats = field(default_factory=_none)
    labels_now: int = 0
    hours_now: float = 0.0
    metric: str = "IoU"

    def __len__(self) -> int:
        return len(self.rounds)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says: ``stop`` is a proposal to, ``known`` whether there was enough to judge by, ``text`` why."""

    stop: bool
    text: str
    known: bool = True


def unknown(text: str) -> Verdict:
    """There is not enough to judge by; the text says what is missing."""
    return Verdict(stop=False, text=text, known=False)


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """A frozen spec that also fills the form, and the function that judges. ``on`` where nobody decided."""

    name: str
    text: str
    judge: Callable[[History, Any], Verdict]
    params: type[Params]
    on: bool = True


def signed(value: float) -> str:
    """``+0.012``, or ``−0.012`` with a true minus."""
    return f"{value:+.3f}".replace("-", "\u2212")
