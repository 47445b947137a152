"""Scorers that tell the predicted classes apart."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.inference.predictor import Predictor
from modeling.registry import Params
from modeling.scorers.base import Piece, Value


class ClassEntropy:
    """(C,) mean entropy in nats of the pixels predicted as each class, NaN where none is."""

    deep = False

    def __init__(self, params: Params, predictor: Predictor) -> None:
        self.classes = len(predictor.task.classes)

    def sums(self, piece: Piece) -> Tensor:
        """(N, 2 C): sum and count of each class."""
        totals = [piece.total(piece.entropy, piece.classes == cls) for cls in range(self.classes)]
        return torch.cat(totals, 1)

    def value(self, sums: NDArray[np.float64]) -> Value:
        """Their ratios."""
        total, pixels = sums.reshape(-1, 2).T
        return np.divide(total, pixels, out=np.full(len(total), np.nan), where=pixels > 0).astype(np.float32)


class ClassShare:
    """(C,) share of the pixels predicted as each class, NaN where no pixel counts."""

    deep = False

    def __init__(self, params: Params, predictor: Predictor) -> None:
        self.classes = len(predictor.task.classes)

    def sums(self, piece: Piece) -> Tensor:
        """(N, C): count of each class."""
        chosen = [piece.classes == cls for cls in range(self.classes)]
        if piece.counted is not None:
            chosen = [of_class & piece.counted for of_class in chosen]
        return torch.stack([of_class.sum((1, 2)) for of_class in chosen], 1).float()

    def value(self, sums: NDArray[np.float64]) -> Value:
        """Their shares."""
        total = sums.sum()
        return (sums / total if total else np.full(len(sums), np.nan)).astype(np.float32)
