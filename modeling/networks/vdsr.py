"""``vdsr``: residual blocks that predict what the picture lacks (Kim et al. 2016; He and Jia 2023, section 3).

Each block is two convolutions with a ReLU between and its input added (figure 3); what the last convolution gives is
added to the picture itself, and begins as next to nothing: an untrained network changes no stored value.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from modeling.networks import VdsrParams
from modeling.networks.base import AnySize, ResidualBlock, begin_faint


class Vdsr(nn.Module):
    """Blocks at full resolution, and the picture added at the end."""

    def __init__(self, params: VdsrParams, out_channels: int, in_channels: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(in_channels, params.width, 3, padding=1)
        self.bottleneck = nn.Sequential(*(ResidualBlock(params.width) for _ in range(params.blocks)))
        self.dropout = nn.Dropout2d(params.dropout)
        self.head = nn.Conv2d(params.width, out_channels, 3, padding=1)
        begin_faint(self.head)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) to (N, C, H, W): added to RGB, or to its mean where C is not three."""
        lacking: Tensor = self.head(self.dropout(self.bottleneck(F.relu(self.enter(x)))))
        rgb = x[:, :3]
        return lacking + (rgb if lacking.shape[1] == 3 else rgb.mean(1, keepdim=True))


def build(params: VdsrParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, freshly initialised."""
    return AnySize(Vdsr(params, out_channels, in_channels), stride=1)
