"""``swish_unet``: a U-Net whose levels pass on what a Swish gate lets through (Wang 2022, section 3).

Six levels; a Swish-gated block on each of the upper five on the way down and again on the way up, ten in all. The
sixth is two plain convolutions: the paper counts ten blocks and draws none there. Of its text four things are open and
chosen here: the residual part T is two convolutions, what comes over from the way down is the T of that level, gates
begin open, alike everywhere: random ones disturb what a short training has to pass on, and normalization is over each
picture by itself, as in Chen and Koltun 2017 ("all layers use normalization" says no more): crops of two cels have no
statistics that hold for a whole frame. Proposals that begin as the painted frame that is shown are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modeling.networks import SwishUNetParams
from modeling.networks.base import AnySize, begin_faint, upsample_to

CHANNELS = (96, 192, 288, 384, 480, 512)
PAINTED = (6, 10)
"""Numbers of input channels of which the last three are a painted frame: behind the lines, or behind dots, too."""
SLOPE = 0.2
"""Of the leaky ReLU below zero; the paper gives none."""


OPEN = 2.0
"""The gate's convolution before training: 0.88 of everything passes, and what to hold back is learned."""


class Swish(nn.Module):
    """S(x) = x * sigmoid(G(x)), G a 3 x 3 convolution (equation 1)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gate = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.gate.weight)
        assert self.gate.bias is not None
        nn.init.constant_(self.gate.bias, OPEN)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to the same shape."""
        return x * torch.sigmoid(self.gate(x))


NORMS: Mapping[str, Callable[[int], nn.Module]] = MappingProxyType(
    {"layer": lambda channels: nn.GroupNorm(1, channels), "batch": nn.BatchNorm2d}
)


class ConvNormLeaky(nn.Sequential):
    """Convolution, normalization, leaky ReLU."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int = 3, *, norm: str) -> None:
        super().__init__(
            nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False),
            NORMS[norm](channels_out),
            nn.LeakyReLU(SLOPE, inplace=True),
        )


def twice(channels: int, norm: str) -> nn.Sequential:
    """Two convolutions of as many channels."""
    return nn.Sequential(*(ConvNormLeaky(channels, channels, norm=norm) for _ in range(2)))


class SwishGatedBlock(nn.Module):
    """T(x) beside S(x) (equation 2), and beside the gated skip on the way up.

    Args:
        channels: Of x, of T and of S.
        skip: Whether there is a skip, of as many channels.
        gated: Without, T(x) beside the skip as it comes: the block of a plain U-Net.
        norm: Of `NORMS`.
    """

    def __init__(self, channels: int, *, skip: bool = False, gated: bool = True, norm: str = "layer") -> None:
        super().__init__()
        self.residual = twice(channels, norm)
        self.swish = Swish(channels) if gated else None
        self.skip_swish = Swish(channels) if gated and skip else None
        self.channels_out = channels * (1 + gated + skip)

    def forward(self, x: Tensor, skip: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(N, C, h, w) and a skip like it to (N, ``channels_out``, h, w), and T(x) alone beside it."""
        made = self.residual(x)
        parts = [made] if self.swish is None else [made, self.swish(x)]
        if skip is not None:
            parts.append(skip if self.skip_swish is None else self.skip_swish(skip))
        return torch.cat(parts, 1), made


class SwishUNet(nn.Module):
    """Six levels with ``channels``; the input of each block is a 1 x 1 convolution of what came before."""

    def __init__(
        self, params: SwishUNetParams, channels: list[int], out_channels: int, in_channels: int
    ) -> None:
        super().__init__()
        *upper, deepest = channels
        gated, norm = params.gated, params.norm
        down = [SwishGatedBlock(c, gated=gated, norm=norm) for c in upper]
        up = [SwishGatedBlock(c, skip=True, gated=gated, norm=norm) for c in reversed(upper)]
        inward = [in_channels, *(block.channels_out for block in down)]
        outward = [deepest, *(block.channels_out for block in up)]
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        self.enter = nn.ModuleList(
            ConvNormLeaky(a, b, 1, norm=norm) for a, b in zip(inward, channels, strict=True)
        )
        self.bottom = twice(deepest, norm)
        self.dropout = nn.Dropout2d(params.dropout)
        self.back = nn.ModuleList(
            ConvNormLeaky(a, b, 1, norm=norm) for a, b in zip(outward[:-1], reversed(upper), strict=True)
        )
        self.head = nn.Conv2d(outward[-1], out_channels, 1)
        self.copied = params.copies and in_channels in PAINTED
        if self.copied:
            begin_faint(self.head)

    @property
    def bottleneck(self) -> nn.Module:
        """What gives the features at stride 32."""
        return self.bottom

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W), H and W divisible by 32, to (N, C, H, W)."""
        shown = x[:, -3:]
        skips: list[Tensor] = []
        for enter, block in zip(self.enter, self.down, strict=False):
            x, made = block(enter(x))
            skips.append(made)
            x = F.max_pool2d(x, 2)
        x = self.dropout(self.bottom(self.enter[-1](x)))
        for back, block in zip(self.back, self.up, strict=True):
            skip = skips.pop()
            # narrowed before it is enlarged: a quarter of the work
            x, _ = block(upsample_to(back(x), skip), skip)
        logits: Tensor = self.head(x)
        return logits + shown.repeat(1, logits.shape[1] // 3, 1, 1) if self.copied else logits


def build(params: SwishUNetParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, freshly initialised."""
    channels = [max(4, round(c * params.width)) for c in CHANNELS]
    return AnySize(SwishUNet(params, channels, out_channels, in_channels), stride=32)
