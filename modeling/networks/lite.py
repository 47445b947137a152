"""``lite``: a light U-Net decoder on EfficientNet-Lite0 (Tan and Le 2019; Liu 2020), the default on a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from modeling.networks import LiteParams
from modeling.networks.base import AnySize, ConvNormAct, upsample_to
from modeling.networks.pretrained import encoder_of

ENCODER = "tf_efficientnet_lite0"
DECODER = (96, 64, 40, 24)
"""Channels at strides 16, 8, 4 and 2; logits are made at stride 2 and upsampled."""
FULL = 16
"""Channels at full resolution, where there is such a step."""


class Context(nn.Module):
    """The deepest features, with their mean over the picture added everywhere: close-up or landscape?"""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.local = ConvNormAct(channels_in, channels_out, 1)
        self.whole = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to (N, D, h, w)."""
        return self.local(x) + self.whole(x.mean((-2, -1), keepdim=True))


class Up(nn.Module):
    """Upsample, narrow by 1 x 1, concatenate the skip, convolve."""

    def __init__(self, channels_in: int, skip: int, channels_out: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(channels_in, channels_out, 1) if channels_in > channels_out else nn.Identity()
        self.convolve = ConvNormAct(min(channels_in, channels_out) + skip, channels_out)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """(N, A, h, w) and (N, B, H, W) to (N, C, H, W)."""
        return self.convolve(torch.cat([upsample_to(self.narrow(x), skip), skip], 1))


class Full(nn.Module):
    """A step up to full resolution beside two convolutions of the picture itself: a line is a pixel wide."""

    def __init__(self, channels_in: int, channels_out: int, picture_channels: int) -> None:
        super().__init__()
        self.near = nn.Sequential(ConvNormAct(picture_channels, FULL), ConvNormAct(FULL, FULL))
        self.join = ConvNormAct(channels_in + FULL, FULL)
        self.head = nn.Conv2d(FULL, channels_out, 1)

    def forward(self, x: Tensor, picture: Tensor) -> Tensor:
        """(N, A, H / 2, W / 2) and (N, picture_channels, H, W) to (N, C, H, W) logits."""
        return self.head(self.join(torch.cat([upsample_to(x, picture), self.near(picture)], 1)))


class LiteUNet(nn.Module):
    """Encoder features at strides 2 to 32, context at 32, four steps up to stride 2, and one more with ``full``."""

    def __init__(
        self,
        encoder: nn.Module,
        channels: list[int],
        dropout: float,
        out_channels: int,
        *,
        in_channels: int = 3,
        full: bool = False,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.context = Context(channels[-1], 128)
        self.up = nn.ModuleList(
            Up(a, skip, b) for a, skip, b in zip((128, *DECODER[:-1]), channels[-2::-1], DECODER, strict=True)
        )
        self.dropout = nn.Dropout2d(dropout)
        if full:
            self.full = Full(DECODER[-1], out_channels, in_channels)
        else:
            self.head = nn.Conv2d(DECODER[-1], out_channels, 1)
        self.is_full = full

    @property
    def bottleneck(self) -> nn.Module:
        """What gives the features at stride 32, the whole picture's mean among them."""
        return self.context

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W), H and W divisible by 32, to logits (N, C, H / 2, W / 2).

        With ``full`` they are (N, C, H, W).
        """
        picture = x
        *skips, deepest = self.encoder(x)
        x = self.dropout(self.context(deepest))
        for block in self.up:
            x = block(x, skips.pop())
        return self.full(x, picture) if self.is_full else self.head(x)


def build(params: LiteParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, its encoder pretrained where weights can be had."""
    encoder, weights = encoder_of(ENCODER, pretrained=params.pretrained, in_channels=in_channels)
    full = params.head == "full" or (params.head == "auto" and out_channels > 1)
    body = LiteUNet(
        encoder,
        encoder.feature_info.channels(),
        params.dropout,
        out_channels,
        in_channels=in_channels,
        full=full,
    )
    return AnySize(body, stride=32, weights=weights)
