"""Vectors from the network's deepest features: what a frame looks like to it, and what it would learn from it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.inference.predictor import Predictor
from modeling.registry import Params
from modeling.scorers import ProjectionParams
from modeling.scorers.base import Piece, Value


class _Averaged:
    """A (D,) vector averaged over the pixels that count."""

    deep = True

    def value(self, sums: NDArray[np.float64]) -> Value:
        """(D,) sums and the count behind them to their ratio."""
        pixels = sums[-1]
        return (sums[:-1] / pixels if pixels else np.full(len(sums) - 1, np.nan)).astype(np.float32)


class Embedding(_Averaged):
    """(D,) mean of the deepest features, each cell weighted by how much of it counts."""

    def __init__(self, params: Params, predictor: Predictor) -> None:
        predictor.require_bottleneck()

    def sums(self, piece: Piece) -> Tensor:
        """(N, D + 1): weighted sums, and the weights'."""
        weights = piece.pooled(torch.ones_like(piece.logits[:, :1]))
        total = (piece.features * weights).sum((2, 3))
        return torch.cat([total, weights.sum((2, 3))], 1)


class Gradient(_Averaged):
    """(size,) gradient of the loss in the last layer's weights were the prediction right, projected at random.

    After BADGE (Ash et al. 2020): features times probabilities less the likeliest class's one. Features are
    the deepest ones, the difference is averaged over each of their cells, and the (D, C) sum over all cells is
    multiplied by a Gaussian matrix that keeps lengths on average (Johnson and Lindenstrauss 1984).
    """

    def __init__(self, params: ProjectionParams, predictor: Predictor) -> None:
        predictor.require_bottleneck()
        self.params = params
        self._matrix: Tensor | None = None

    def sums(self, piece: Piece) -> Tensor:
        """(N, size + 1): projected sums, and the weights of the cells."""
        missing = piece.probabilities.clone()
        missing.scatter_add_(1, piece.classes[:, None], -torch.ones_like(missing[:, :1]))
        pooled = piece.pooled(torch.cat([missing, torch.ones_like(missing[:, :1])], 1))
        gradients = torch.einsum("ndhw,nchw->ndc", piece.features, pooled[:, :-1]).flatten(1)
        return torch.cat([gradients @ self._projection(gradients), pooled[:, -1].sum((1, 2))[:, None]], 1)

    def _projection(self, gradients: Tensor) -> Tensor:
        """(D C, size), drawn once."""
        if self._matrix is None:
            generator = torch.Generator().manual_seed(self.params.seed)
            drawn = torch.randn((gradients.shape[1], self.params.size), generator=generator)
            self._matrix = (drawn / self.params.size**0.5).to(gradients)
        return self._matrix
