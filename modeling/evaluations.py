"""Evaluations by name: what a task's held-out frames are asked beyond their confusion (torch-free)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.douga.report import DougaEvaluation

Pixels = NDArray[np.uint8]


class Evaluation(Protocol):
    """Takes held-out frames one at a time and keeps counts only."""

    def add(
        self,
        rgb: Pixels,
        truth: Pixels,
        prediction: Pixels,
        *,
        production: str,
        cut: str,
        processed: Pixels | None = None,
    ) -> None:
        """Count a frame: (H, W, 3) uint8 sRGB, (H, W) uint8 classes of truth and prediction, 255 ignored.

        ``processed`` is the prediction as a person would get it, where that differs.
        """

    def report(self, seed: int = 0) -> dict[str, Any]:
        """All figures, as JSON has it; ``seed`` is that of the intervals."""


class DougaEvaluationParams(Params):
    """Parameters of the evaluation of douga."""

    baselines: bool = Field(False, description="Hold XDoG and Canny against the same frames, too (table 5.5)")


def _build_douga(params: DougaEvaluationParams) -> DougaEvaluation:
    from modeling.douga.report import BASELINES, DougaEvaluation

    return DougaEvaluation(BASELINES if params.baselines else ())


EVALUATIONS: Registry[Entry[Any]] = Registry("evaluation")
"""Evaluations by name; ``build(params)`` returns an `Evaluation`, whose report ``report.json`` holds by that name."""

EVALUATIONS.add(
    Entry(
        "douga",
        "Lines and areas of Kugler 2020, section 5.8, by production",
        DougaEvaluationParams,
        _build_douga,
    )
)
