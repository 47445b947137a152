"""What scorers see of frames, and what they make of it: sums that add up over the pieces of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from modeling.inference.decisions import pixel_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.tiles import Window

Value = float | NDArray[np.float32]
"""Of one frame: a number, or (D,) float32."""

WHOLE: Window = (slice(None), slice(None))


class Measure(Protocol):
    """One scorer under its parameters, for one run."""

    deep: bool
    """Whether it asks for `Piece.features`."""

    def sums(self, piece: Piece) -> Tensor:
        """(N, K) float: what adds up over all pieces of a frame."""

    def value(self, sums: NDArray[np.float64]) -> Value:
        """A frame's value, of its (K,) sums over all its pieces; NaN where nothing counts."""


@dataclass(eq=False)
class Piece:
    """N frames of one size, or a tile of one frame, and what the network says about them.

    Attributes:
        predictor: Whose network it is.
        pixels: (N, H, W, 3 or 4) uint8, as the network is shown them.
        inside: Rows and columns (h x w of them) that count here; what is around them belongs to other pieces.
        counted: (N, h, w) bool on the device: which of them count; None for all.
        deep: Whether the deepest features are kept.
    """

    predictor: Predictor
    pixels: NDArray[np.uint8]
    inside: Window = WHOLE
    counted: Tensor | None = None
    deep: bool = False

    @cached_property
    def _seen(self) -> tuple[Tensor, Tensor | None]:
        if self.deep:
            return self.predictor.batch_features(self.pixels)
        return self.predictor.batch_logits(self.pixels), None

    @property
    def features(self) -> Tensor:
        """(N, D, fh, fw) float32 deepest features of the whole piece, padded as the network pads."""
        features = self._seen[1]
        assert features is not None, "a measure that asks for features says deep"
        return features

    @cached_property
    def logits(self) -> Tensor:
        """(N, C, h, w) float32."""
        return self._seen[0][..., *self.inside]

    def logits_of(self, other: Predictor, *, mirrored: bool = False) -> Tensor:
        """(N, C, h, w) float32 of another network, or of the mirrored picture, mirrored back."""
        if not mirrored:
            return other.batch_logits(self.pixels)[..., *self.inside]
        flipped = other.batch_logits(np.ascontiguousarray(self.pixels[:, :, ::-1]))
        return flipped.flip(-1)[..., *self.inside]

    @cached_property
    def entropy(self) -> Tensor:
        """(N, h, w) nats."""
        return pixel_entropy(self.logits)

    @cached_property
    def probabilities(self) -> Tensor:
        """(N, C, h, w) that add up to 1 over two or more classes."""
        return probabilities(self.logits)

    @cached_property
    def surest(self) -> Tensor:
        """(N, h, w) probability of the likeliest class."""
        if self.logits.shape[1] == 1:
            return torch.sigmoid(self.logits[:, 0].abs())
        return self.probabilities.amax(1)

    @cached_property
    def classes(self) -> Tensor:
        """(N, h, w) int64 likeliest class."""
        return classes_of(self.logits)

    @cached_property
    def classes_around(self) -> Tensor:
        """(N, H, W) int64 likeliest class of the whole piece, with what is around the part that counts."""
        return classes_of(self._seen[0])

    def total(self, values: Tensor, where: Tensor | None = None) -> Tensor:
        """(N, 2): sum of (N, h, w) values over the pixels that count, and how many there are.

        Args:
            values: A number a pixel.
            where: (N, h, w) bool: count only these of them.
        """
        mask = _both(self.counted, where)
        if mask is None:
            pixels = torch.full((len(values),), float(values[0].numel()), device=values.device)
            return torch.stack([values.sum((1, 2)), pixels], 1)
        return torch.stack([(values * mask).sum((1, 2)), mask.sum((1, 2)).to(values.dtype)], 1)

    def pooled(self, values: Tensor) -> Tensor:
        """(N, K, fh, fw): (N, K, h, w) values averaged over each cell of the deepest features, 0 where none count."""
        if self.counted is not None:
            values = values * self.counted[:, None]
        height, width = self.pixels.shape[1:3]
        rows, columns = (s.indices(n) for s, n in zip(self.inside, (height, width), strict=True))
        stride = self.predictor.stride
        right, bottom = -width % stride + width - columns[1], -height % stride + height - rows[1]
        padded = F.pad(values, (columns[0], right, rows[0], bottom))
        return F.adaptive_avg_pool2d(padded, (self.features.shape[-2], self.features.shape[-1]))


def _both(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def probabilities(logits: Tensor) -> Tensor:
    """(N, C, h, w) logits to (N, max(C, 2), h, w) probabilities that add up to 1."""
    if logits.shape[1] > 1:
        return logits.softmax(1)
    chance = torch.sigmoid(logits)
    return torch.cat([1 - chance, chance], 1)


def classes_of(logits: Tensor) -> Tensor:
    """(N, C, h, w) logits to (N, h, w) int64 classes: above zero is 1 with one channel, else the largest."""
    return (logits[:, 0] > 0).long() if logits.shape[1] == 1 else logits.argmax(1)


def share(sums: NDArray[np.float64], empty: float = float("nan")) -> float:
    """A mean of its sum and count, ``empty`` where there is nothing to count."""
    return float(sums[0] / sums[1]) if sums[1] else empty
