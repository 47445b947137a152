"""What the parameters of every task say (torch-free)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeling.registry import Params
from modeling.tasks.ways import FRAME, Way

if TYPE_CHECKING:
    from modeling.pictures.subjects import Subject

Refine = Callable[[NDArray[np.uint8], NDArray[np.floating[Any]]], NDArray[np.uint8]]
"""From (H, W) classes and (C, H, W) probabilities to the (H, W) classes of a draft."""


class TaskParams(Params):
    """Parameters of a task; most have none."""

    @property
    def way(self) -> Way:
        """What its networks see of a frame."""
        return FRAME

    @property
    def refine(self) -> Refine | None:
        """What is done to a prediction before a person sees it, None for nothing."""
        return None

    @property
    def subject(self) -> Subject | None:
        """How pictures are shown and judged, where it makes pictures; None where it learns labels."""
        return None

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of files that judging it reads: a training does not begin without them."""
        return ()
