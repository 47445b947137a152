"""``densedepth``: a dense encoder, spatial pyramid pooling, four upsampling modules (He and Jia 2023, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modeling.networks import DenseDepthParams
from modeling.networks.base import AnySize, ConvNormAct, upsample_to
from modeling.networks.pretrained import encoder_of, normalisation_of

GRIDS = (1, 2, 3, 6)
"""Cells along each side of the pyramid's levels (He et al. 2015; Zhao et al. 2017)."""
SHAPES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "densenet_small": ("densenet121", {"growth_rate": 16, "block_config": (3, 6, 12, 8)})
}
"""Encoders of our own: timm's model and how it differs; there are no weights for them."""


class PyramidPooling(nn.Module):
    """The features beside their means over a 1 x 1, 2 x 2, 3 x 3 and 6 x 6 grid, mixed by a 1 x 1 convolution."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        part = channels_in // len(GRIDS)
        # without batch norm: a single cell has no statistics
        self.levels = nn.ModuleList(nn.Conv2d(channels_in, part, 1) for _ in GRIDS)
        self.mix = ConvNormAct(channels_in + part * len(GRIDS), channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, A, h, w) of any size to (N, B, h, w)."""
        pooled = (
            F.relu(level(F.adaptive_avg_pool2d(x, n))) for n, level in zip(GRIDS, self.levels, strict=True)
        )
        return self.mix(torch.cat([x, *(upsample_to(one, x) for one in pooled)], 1))


class UpsamplingModule(nn.Module):
    """Bilinear to twice the size, then a 5 x 5 convolution over that and the encoder's features there."""

    def __init__(self, channels_in: int, skip: int, channels_out: int) -> None:
        super().__init__()
        self.decode = ConvNormAct(channels_in + skip, channels_out, 5)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """(N, A, h, w) and (N, B, 2 h, 2 w) to (N, C, 2 h, 2 w)."""
        return self.decode(torch.cat([upsample_to(x, skip), skip], 1))


class PlainUpsampling(nn.Module):
    """Bilinear to twice the size and a 3 x 3 convolution: what the module is held against."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.decode = ConvNormAct(channels_in, channels_out)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """(N, A, h, w) to (N, C, 2 h, 2 w); of ``skip`` only the size is used."""
        return self.decode(upsample_to(x, skip))


class DenseDepth(nn.Module):
    """Encoder features at strides 2 to 32, the pyramid at 32, four modules up to stride 2."""

    def __init__(
        self, encoder: nn.Module, channels: list[int], params: DenseDepthParams, out_channels: int
    ) -> None:
        super().__init__()
        self.encoder = encoder
        widths = [params.width * times for times in (4, 4, 3, 2, 1)]
        self.context = (
            PyramidPooling(channels[-1], widths[0])
            if params.pyramid
            else ConvNormAct(channels[-1], widths[0], 1)
        )
        self.dropout = nn.Dropout2d(params.dropout)
        steps = zip(widths, channels[-2::-1], widths[1:], strict=False)
        self.up = nn.ModuleList(
            UpsamplingModule(a, skip, b) if params.upsampling else PlainUpsampling(a, b)
            for a, skip, b in steps
        )
        self.head = nn.Conv2d(widths[-1], out_channels, 3, padding=1)

    @property
    def bottleneck(self) -> nn.Module:
        """What gives the features at stride 32."""
        return self.context

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W), H and W divisible by 32, to logits (N, C, H / 2, W / 2)."""
        *skips, deepest = self.encoder(x)
        x = self.dropout(self.context(deepest))
        for module in self.up:
            x = module(x, skips.pop())
        return self.head(x)


def build(params: DenseDepthParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, its encoder pretrained where weights can be had."""
    name, shape = SHAPES.get(params.encoder, (params.encoder, {}))
    pretrained = params.pretrained and not shape
    encoder, weights = encoder_of(name, pretrained=pretrained, in_channels=in_channels, shape=shape)
    mean, std = normalisation_of(name)
    body = DenseDepth(encoder, encoder.feature_info.channels(), params, out_channels)
    return AnySize(body, stride=32, mean=mean, std=std, weights=weights)
