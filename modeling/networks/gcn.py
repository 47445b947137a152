"""``gcn``: the Global Convolution Network of Peng et al. 2017 on a ResNet (Kugler 2020, section 4.3)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from modeling.networks import GcnParams
from modeling.networks.base import AnySize, ResidualBlock, upsample_to
from modeling.networks.pretrained import encoder_of, normalisation_of


def _same(channels_in: int, channels_out: int, kernel: tuple[int, int]) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel, padding=(kernel[0] // 2, kernel[1] // 2))


class GlobalConvolution(nn.Module):
    """A k x k kernel factorized two ways, k x 1 then 1 x k plus 1 x k then k x 1, without a non-linearity."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__()
        tall, wide = (kernel, 1), (1, kernel)
        self.left = nn.Sequential(
            _same(channels_in, channels_out, tall), _same(channels_out, channels_out, wide)
        )
        self.right = nn.Sequential(
            _same(channels_in, channels_out, wide), _same(channels_out, channels_out, tall)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, A, h, w) to (N, B, h, w)."""
        return self.left(x) + self.right(x)


class GlobalConvolutionNetwork(nn.Module):
    """Global convolutions on the features at strides 4 to 32, refined and summed on the way up."""

    def __init__(self, encoder: nn.Module, channels: list[int], params: GcnParams, out_channels: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout2d(params.dropout)
        self.scores = nn.ModuleList(
            nn.Sequential(GlobalConvolution(c, params.width, params.kernel), ResidualBlock(params.width))
            for c in channels
        )
        self.refine = nn.ModuleList(ResidualBlock(params.width) for _ in range(len(channels) + 1))
        self.head = nn.Conv2d(params.width, out_channels, 1)

    @property
    def bottleneck(self) -> nn.Module:
        """What gives the features at stride 32, last of four."""
        return self.encoder

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3 or 4, H, W), H and W divisible by 32, to (N, C, H, W) logits."""
        scores = [block(self.dropout(f)) for block, f in zip(self.scores, self.encoder(x), strict=True)]
        total = scores.pop()
        for refine in self.refine[:-2]:
            lower = scores.pop()
            total = refine(upsample_to(total, lower) + lower)
        for refine in self.refine[-2:]:
            total = refine(F.interpolate(total, scale_factor=2.0, mode="bilinear", align_corners=False))
        return self.head(total)


def build(params: GcnParams, out_channels: int, in_channels: int = 3) -> AnySize:
    """The network of these parameters, its encoder pretrained where weights can be had."""
    encoder, weights = encoder_of(
        params.encoder, pretrained=params.pretrained, out_indices=(1, 2, 3, 4), in_channels=in_channels
    )
    body = GlobalConvolutionNetwork(encoder, encoder.feature_info.channels(), params, out_channels)
    mean, std = normalisation_of(params.encoder)
    return AnySize(body, stride=32, mean=mean, std=std, weights=weights)
