"""``tiny``: a plain U-Net (Ronneberger et al. 2015) of about half a million parameters."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from modeling.networks import TinyParams
from modeling.networks.base import AnySize, ConvNormAct, upsample_to

LEVELS = 4


def _double(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(ConvNormAct(channels_in, channels_out), ConvNormAct(channels_out, channels_out))


class TinyUNet(nn.Module):
    """Four levels of two convolutions; pooling down, bilinear up, skips concatenated."""

    def __init__(self, width: int, dropout: float, out_channels: int, in_channels: int = 3) -> None:
        super().__init__()
        channels = [width * 2**level for level in range(LEVELS)]
        self.down = nn.ModuleList(
            _double(a, b) for a, b in zip([in_channels, *channels], channels, strict=False)
        )
        self.up = nn.ModuleList(
            _double(a + b, b) for a, b in zip(channels[:0:-1], channels[-2::-1], strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout2d(dropout)
        self.head = nn.Conv2d(width, out_channels, 1)

    @property
    def bottleneck(self) -> nn.Module:
        """What gives the features at stride 8."""
        return self.down[-1]

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W), H and W divisible by 8, to (N, C, H, W) logits."""
        skips: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(self.pool(x) if level else x)
            skips.append(x)
        x = self.dropout(skips.pop())
        for block in self.up:
            skip = skips.pop()
            x = block(torch.cat([upsample_to(x, skip), skip], 1))
        return self.head(x)


def build(params: TinyParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, freshly initialised."""
    return AnySize(
        TinyUNet(params.width, params.dropout, out_channels, in_channels), stride=2 ** (LEVELS - 1)
    )
