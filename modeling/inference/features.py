"""What a network's last features respond to: pictures grown from noise (Kugler 2020, figure 4.11).

Gradient ascent on the input until one feature channel of the second-to-last layer is as active as it gets, after
Mordvintsev, Olah and Tyka 2015: from coarse to fine over octaves, jittered, with smoothed gradients. Where a rectifier
blocks the gradient it is let through on the coarsest octave (Olah et al. 2017), or channels that noise leaves silent
would stay so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

OCTAVES, OCTAVE_SCALE = 3, 1.4
"""How many sizes a picture grows through, and by how much each time, as Mordvintsev et al. publish it."""
RATE = 0.03
"""How far a step moves a pixel whose gradient is one standard deviation; values are 0..1."""
JITTER = 8
"""Up to how many px the picture is shifted before each step."""
SMOOTH_FROM, SMOOTH_TO = 2.0, 0.5
"""Blur of the gradient in px at the first and at the last step of an octave: large forms first."""
PULL = 0.01
"""Share of the way back to grey that each step takes, so that nothing stays that is not asked for."""
BATCH = 8
"""Channels grown at once."""


class Feature(NamedTuple):
    """One channel: its mean activation on noise and on the grown picture, and that picture, (S, S, 3) uint8."""

    channel: int
    start: float
    end: float
    tile: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Growth:
    """How pictures grow: ``steps`` an octave, ``size`` of the finished picture in px, ``seed`` of noise and jitter."""

    steps: int = 40
    size: int = 128
    seed: int = 0


def last_convolution(network: nn.Module, side: int = 64) -> tuple[str, nn.Conv2d]:
    """Name and module of the convolution that makes the logits: the last one to run.

    Args:
        network: From (N, C, H, W) to logits.
        side: Of the picture it is tried on, in px.

    Raises:
        ValueError: for a network without convolutions.
    """
    ran: list[tuple[str, nn.Conv2d]] = []
    convolutions = [(name, part) for name, part in network.named_modules() if isinstance(part, nn.Conv2d)]
    if not convolutions:
        raise ValueError("a network without convolutions has no last one")
    hooks = [part.register_forward_hook(_noting(ran, name)) for name, part in convolutions]
    try:
        with torch.inference_mode():
            network(torch.full((1, channels_in(network), side, side), 0.5, device=_device(network)))
    finally:
        for hook in hooks:
            hook.remove()
    return ran[-1]


def channels_in(network: nn.Module) -> int:
    """Channels of the pictures that a network takes: those of its first convolution."""
    return next(part.in_channels for part in network.modules() if isinstance(part, nn.Conv2d))


def _noting(ran: list[tuple[str, nn.Conv2d]], name: str) -> Callable[..., None]:
    def note(module: nn.Module, *_: Any) -> None:
        assert isinstance(module, nn.Conv2d)
        ran.append((name, module))

    return note


def _device(network: nn.Module) -> torch.device:
    return next(network.parameters()).device


def features(network: nn.Module, growth: Growth = Growth()) -> Iterator[Feature]:
    """Grow a picture for each feature channel that enters the last convolution.

    A fourth input channel, the cel mask, stays 1: all is cel.

    Args:
        network: From (N, C, H, W) float in 0..1 to logits, C at least 3; set to evaluate, its weights are left alone.
        growth: Steps, size, seed. The same give the same pictures on the same machine.

    Yields:
        One `Feature` a channel, ascending.
    """
    network.eval().requires_grad_(False)
    _, layer = last_convolution(network)
    for first in range(0, layer.in_channels, BATCH):
        channels = list(range(first, min(first + BATCH, layer.in_channels)))
        yield from _grown(network, layer, channels, growth)


def _grown(network: nn.Module, layer: nn.Conv2d, channels: list[int], growth: Growth) -> list[Feature]:
    generator = torch.Generator().manual_seed(growth.seed)
    picture = _noise(channels, growth).to(_device(network))
    start = activations(network, layer, picture, channels)
    for octave in range(OCTAVES):
        side = max(round(growth.size / OCTAVE_SCALE ** (OCTAVES - 1 - octave)), 1)
        picture = F.interpolate(picture, (side, side), mode="bilinear", align_corners=False)
        with _gradients_let_through(network, octave == 0):
            picture = _climbed(network, layer, picture, channels, growth.steps, generator)
    end = activations(network, layer, picture, channels)
    tiles = (picture * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    return [Feature(*row) for row in zip(channels, start.tolist(), end.tolist(), tiles, strict=True)]


def _noise(channels: Sequence[int], growth: Growth) -> Tensor:
    """(N, 3, S, S) grey noise, each channel's its own whatever it is grown beside."""
    seeds = [torch.Generator().manual_seed(growth.seed * 10_007 + channel) for channel in channels]
    noise = [torch.randn((3, growth.size, growth.size), generator=seed) for seed in seeds]
    return (0.5 + 0.1 * torch.stack(noise)).clamp(0, 1)


def activations(network: nn.Module, layer: nn.Conv2d, picture: Tensor, channels: Sequence[int]) -> Tensor:
    """(N,) mean activation of the n-th of ``channels``, which enter ``layer``, on the n-th picture (N, 3, H, W)."""
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    try:
        network(_with_mask(picture, channels_in(network)))
    finally:
        hook.remove()
    return seen[-1][range(len(channels)), list(channels)].mean((-2, -1))


def _with_mask(picture: Tensor, channels: int) -> Tensor:
    more = channels - picture.shape[1]
    return F.pad(picture, (0, 0, 0, 0, 0, more), value=1.0) if more else picture


def _climbed(
    network: nn.Module,
    layer: nn.Conv2d,
    picture: Tensor,
    channels: Sequence[int],
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """The picture after ``steps`` of ascent at one size."""
    for step in range(steps):
        by = torch.randint(-JITTER, JITTER + 1, (2,), generator=generator).tolist()
        picture = picture.roll(by, (-2, -1)).requires_grad_()
        total = activations(network, layer, picture, channels).sum()
        (gradient,) = torch.autograd.grad(total, picture)
        sigma = SMOOTH_FROM + (SMOOTH_TO - SMOOTH_FROM) * step / max(steps - 1, 1)
        picture = _stepped(picture.detach(), _blurred(gradient, sigma)).roll([-by[0], -by[1]], (-2, -1))
    return picture


def _stepped(picture: Tensor, gradient: Tensor) -> Tensor:
    deviation = gradient.std((1, 2, 3), keepdim=True)
    moved = picture + RATE * gradient / (deviation + 1e-12)
    return (moved + PULL * (0.5 - moved)).clamp(0, 1)


def _blurred(x: Tensor, sigma: float) -> Tensor:
    """(N, C, H, W) under a Gaussian of ``sigma`` px, edges as if grey lay beyond."""
    reach = max(int(3 * sigma), 1)
    offsets = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum()).expand(x.shape[1], 1, -1)
    x = F.conv2d(x, kernel[..., None], padding=(reach, 0), groups=x.shape[1])
    return F.conv2d(x, kernel[..., None, :], padding=(0, reach), groups=x.shape[1])


class _LetThrough(torch.autograd.Function):
    """Values of a rectifier, gradients as if there were none."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, rectifier: nn.Module) -> Tensor:
        return type(rectifier).forward(rectifier, x.clone())  # type: ignore[no-any-return]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0], None


@contextmanager
def _gradients_let_through(network: nn.Module, really: bool) -> Iterator[None]:
    """While inside, the network's rectifiers block no gradient, if ``really``."""
    rectifiers = [part for part in network.modules() if really and isinstance(part, nn.ReLU | nn.ReLU6)]
    for part in rectifiers:
        part.forward = lambda x, part=part: _LetThrough.apply(x, part)  # type: ignore[method-assign,misc]
    try:
        yield
    finally:
        for part in rectifiers:
            del part.forward


def sheet(tiles: Sequence[Feature], columns: int = 0, gap: int = 6) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: the pictures in rows on dark ground, each with its channel's number beneath.

    Args:
        tiles: At least one, all of one size.
        columns: In a row; 0 for about as many as there are rows.
        gap: Between pictures in px.
    """
    side, strip = tiles[0].tile.shape[0], 16
    columns = columns or int(np.ceil(np.sqrt(len(tiles))))
    rows = -(-len(tiles) // columns)
    out = np.full((gap + rows * (side + strip + gap), gap + columns * (side + gap), 3), 19, np.uint8)
    for place, feature in enumerate(tiles):
        y = gap + place // columns * (side + strip + gap)
        x = gap + place % columns * (side + gap)
        out[y : y + side, x : x + side] = feature.tile
        text = str(feature.channel)
        cv2.putText(
            out, text, (x, y + side + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (163, 168, 180), 1, cv2.LINE_AA
        )
    return out
