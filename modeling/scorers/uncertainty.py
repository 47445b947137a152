"""Scorers that average how unsure each pixel is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from modeling.inference.decisions import pixel_entropy
from modeling.inference.predictor import Predictor
from modeling.registry import Params
from modeling.scorers import BandParams
from modeling.scorers.base import Piece, Value, share

PixelMap = Callable[[Piece], Tensor]
"""From a piece to a number a pixel, (N, h, w)."""


@dataclass(frozen=True, slots=True)
class PixelMean:
    """Mean of a number a pixel over those that count, or over those of them that ``where`` says.

    ``empty`` is the value of a frame without any.
    """

    map: PixelMap
    where: PixelMap | None = None
    empty: float = float("nan")
    deep: bool = False

    def sums(self, piece: Piece) -> Tensor:
        """(N, 2): sum and count."""
        return piece.total(self.map(piece), None if self.where is None else self.where(piece))

    def value(self, sums: NDArray[np.float64]) -> Value:
        """Their ratio."""
        return share(sums, self.empty)


def entropy(params: Params, predictor: Predictor) -> PixelMean:
    """Mean entropy in nats, 0..ln C (Kugler 2020, 4.1)."""
    return PixelMean(lambda piece: piece.entropy)


def calibrated_entropy(params: Params, predictor: Predictor) -> PixelMean:
    """Mean entropy in nats of logits divided by the run's temperature (Guo et al. 2017)."""
    heat = predictor.temperature
    return PixelMean(lambda piece: piece.entropy if heat == 1 else pixel_entropy(piece.logits / heat))


def margin(params: Params, predictor: Predictor) -> PixelMean:
    """Mean of 1 - (p1 - p2), 0..1, over the two likeliest classes (Scheffer et al. 2001)."""
    return PixelMean(_margin)


def _margin(piece: Piece) -> Tensor:
    if piece.logits.shape[1] == 1:
        return 2 * (1 - piece.surest)
    rest = piece.probabilities.scatter(1, piece.classes[:, None], -1.0)
    return 1 - (piece.surest - rest.amax(1))


def least_confidence(params: Params, predictor: Predictor) -> PixelMean:
    """Mean of 1 - p1, 0..1 - 1/C (Culotta and McCallum 2005)."""
    return PixelMean(lambda piece: 1 - piece.surest)


def boundary_entropy(params: BandParams, predictor: Predictor) -> PixelMean:
    """Mean entropy in nats within ``radius`` of a pixel of another predicted class; 0 without any."""
    return PixelMean(
        lambda piece: piece.entropy,
        lambda piece: boundary_band(piece.classes_around, params.radius)[..., *piece.inside],
        empty=0.0,
    )


def boundary_band(classes: Tensor, radius: int) -> Tensor:
    """(N, H, W) bool: whether the square of ``2 radius + 1`` pixels around a pixel holds more than its class.

    Args:
        classes: (N, H, W) int64.
        radius: In pixels.
    """
    plane = classes[:, None].float()
    return (_largest(plane, radius) != -_largest(-plane, radius))[:, 0]


def _largest(plane: Tensor, radius: int) -> Tensor:
    side = 2 * radius + 1
    rows = F.max_pool2d(plane, (side, 1), 1, (radius, 0))
    return F.max_pool2d(rows, (1, side), 1, (0, radius))
