"""Evaluations by name: what a task's held-out frames are asked beyond their confusion (torch-free)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.depth.report import DepthEvaluation
    from modeling.douga.report import DougaEvaluation
    from modeling.pictures.report import PictureEvaluation

Pixels = NDArray[np.uint8]
Truth = Any
"""(H, W) uint8 classes, 255 ignored, or float32 numbers in 0..1, 0 unknown: `modeling.labels.LabelKind.truth_of`.

Of a picture that is made, a `modeling.pictures.subjects.TruePicture`.
"""


class Evaluation(Protocol):
    """Takes held-out frames one at a time and keeps counts only."""

    def add(
        self,
        rgb: Pixels,
        truth: Truth,
        prediction: Truth,
        *,
        production: str,
        cut: str,
        processed: Truth | None = None,
    ) -> None:
        """Count a frame: (H, W, 3) uint8 sRGB, and (H, W) truth and prediction, or a true and a made picture.

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


class DepthEvaluationParams(Params):
    """Parameters of the evaluation of depth: none."""


def _build_depth(params: DepthEvaluationParams) -> DepthEvaluation:
    from modeling.depth.report import DepthEvaluation

    return DepthEvaluation()


class PictureEvaluationParams(Params):
    """Parameters of the evaluations of pictures."""

    inception: str = Field("", description="File of the weights of Inception with which FID is told")


def _build_colorization(params: PictureEvaluationParams) -> PictureEvaluation:
    from modeling.pictures.report import PAINTED, PictureEvaluation

    return PictureEvaluation({}, PAINTED, inception=params.inception)


def _build_deblur(params: PictureEvaluationParams) -> PictureEvaluation:
    from modeling.deblurring.classical import CLASSICAL
    from modeling.pictures.report import SHARPENED, PictureEvaluation

    return PictureEvaluation(CLASSICAL, SHARPENED, natural=True, inception=params.inception)


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

EVALUATIONS.add(
    Entry(
        "depth",
        "Errors and thresholds with and without alignment, and the order of layers (He and Jia 2023)",
        DepthEvaluationParams,
        _build_depth,
    )
)

EVALUATIONS.add(
    Entry(
        "colorization",
        "Segments, PSNR, SSIM, FSIM and FID of colours, as made and with one colour a segment (Wang 2022)",
        PictureEvaluationParams,
        _build_colorization,
    )
)

EVALUATIONS.add(
    Entry(
        "deblur",
        "PSNR, SSIM, entropy and NIQE beside the blurred picture, unsharp masking and Wiener (He and Jia 2023)",
        PictureEvaluationParams,
        _build_deblur,
    )
)
