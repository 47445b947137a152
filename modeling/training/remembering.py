"""A fixed encoder that remembers: what it gave for a picture is kept, and a picture seen again costs nothing.

Where an encoder stays as it is and pictures are changed little, most of a training is the same features over again, and
so is the scoring of one pool by model after model. Off unless `keep_features` is called: pools of rounds are larger
than memory and their pictures are seen once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from modeling.networks.base import AnySize
from modeling.training.checkpoints import hash_of
from modeling.training.memory import Memory

Features = list[Tensor]
"""(1, C, h, w) a level."""


class _Kept:
    """What this process keeps, None for nothing."""

    features: Memory[Features] | None = None


@contextmanager
def keep_features(limit: int) -> Iterator[None]:
    """Have fixed encoders that `remember` was called for keep what they give, those used longest ago forgotten first.

    Args:
        limit: Most bytes to keep in this process.
    """
    _Kept.features = Memory(limit, _bytes)
    try:
        yield
    finally:
        _Kept.features = None


def remember(network: AnySize) -> None:
    """Have the encoder of a network, in place, look up what it is asked for, if this process keeps features.

    Weights, names and results stay as they are, but that pictures are encoded one by one. An encoder that learns, or
    whose batch statistics do, is asked as before.
    """
    if _Kept.features is not None and network.encoder is not None:
        network.encoder.forward = _Remembered(network.encoder, _Kept.features)


class _Remembered:
    """The forward pass of an encoder, (N, C, H, W) to its levels."""

    def __init__(self, encoder: nn.Module, kept: Memory[Features]) -> None:
        self._encoder, self._kept = encoder, kept
        self._plain: Callable[[Tensor], Features] = encoder.forward
        self._weights = ""

    def __call__(self, x: Tensor) -> Features:
        if not self._is_fixed():
            return self._plain(x)
        self._weights = self._weights or hash_of(self._encoder.state_dict())
        pictures = [self._of(picture) for picture in x.split(1)]
        return [torch.cat(level) for level in zip(*pictures, strict=True)]

    def _is_fixed(self) -> bool:
        learns = torch.is_grad_enabled() and any(p.requires_grad for p in self._encoder.parameters())
        norms = (part for part in self._encoder.modules() if isinstance(part, nn.BatchNorm2d))
        return not learns and not any(norm.training for norm in norms)

    def _of(self, picture: Tensor) -> Features:
        pixels = picture.detach().cpu().contiguous().numpy()
        seen = hashlib.blake2b(pixels.data, digest_size=16).digest()
        key = self._weights, str(picture.device), tuple(picture.shape), seen
        return self._kept.get(key, lambda: self._made(picture))

    def _made(self, picture: Tensor) -> Features:
        # what is made in inference mode could never be trained on
        with torch.inference_mode(False), torch.no_grad():
            return self._plain(picture.clone())


def _bytes(features: Features) -> int:
    return sum(level.numel() * level.element_size() for level in features)
