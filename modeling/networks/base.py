"""What the networks share: any input size, normalisation inside, and which weights are pretrained."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FAINT = 1e-4
"""Standard deviation of the weights of a convolution that begins faint."""


class AnySize(nn.Module):
    """A segmentation network that takes any input size.

    Pads right and bottom to a multiple of ``stride`` by repeating the border, normalises, runs ``body``
    (whose logits may be smaller than its input), upsamples bilinearly and crops.

    Args:
        body: Module from normalised (N, C, H, W) to (N, C, h, w) logits. Its attribute ``encoder``, if any,
            holds the pretrained weights; ``bottleneck`` is the part that gives its deepest features;
            ``copied`` says whether logits begin as the last three channels.
        stride: What H and W must be divisible by.
        weights: Where the encoder's came from, ``scratch`` for nowhere.
        mean: Per channel, of RGB in 0..1.
        std: Per channel, of RGB in 0..1.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        body: nn.Module,
        *,
        stride: int,
        mean: Sequence[float] = (0.5, 0.5, 0.5),
        std: Sequence[float] = (0.5, 0.5, 0.5),
        weights: str = "scratch",
    ) -> None:
        super().__init__()
        self.body = body
        self.stride = stride
        self.weights = weights
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) float RGB in 0..1, or further channels in 0..1 behind it, to (N, C, H, W) float logits."""
        height, width = x.shape[-2:]
        bottom, right = -height % self.stride, -width % self.stride
        x = self._normalised(x)
        padded = F.pad(x, (0, right, 0, bottom), mode="replicate") if bottom or right else x
        logits = self.body(padded)
        if logits.shape[-2:] != padded.shape[-2:]:
            logits = F.interpolate(logits, padded.shape[-2:], mode="bilinear", align_corners=False)
        return logits[..., :height, :width]

    def _normalised(self, x: Tensor) -> Tensor:
        rgb = (x[:, :3] - self.mean) / self.std
        # a mask has no statistics: from -1 to 1
        return rgb if x.shape[1] == 3 else torch.cat([rgb, x[:, 3:] * 2 - 1], 1)

    @property
    def pretrained(self) -> bool:
        """Whether the encoder began with trained weights."""
        return self.weights != "scratch"

    @property
    def copies(self) -> bool:
        """Whether what it gives is the last three of its channels, and what it changes of them."""
        return bool(getattr(self.body, "copied", False))

    @property
    def encoder(self) -> nn.Module | None:
        """The part that may be pretrained, or None."""
        found = getattr(self.body, "encoder", None)
        return found if isinstance(found, nn.Module) else None

    @property
    def bottleneck(self) -> nn.Module | None:
        """The part whose output, or the last of several, are the deepest features (N, D, h, w), or None."""
        found = getattr(self.body, "bottleneck", None)
        return found if isinstance(found, nn.Module) else None


class ConvNormAct(nn.Sequential):
    """3 x 3 (or other odd) convolution, batch norm, ReLU."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int = 3) -> None:
        super().__init__(
            nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
        )


class ResidualBlock(nn.Module):
    """x + D(x), D being convolution, ReLU, convolution.

    The boundary refinement of Peng et al. 2017, and the block of He and Jia 2023 (equation 9).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to the same shape."""
        return x + self.second(F.relu(self.first(x)))


def begin_faint(head: nn.Conv2d) -> None:
    """Have a last convolution, in place, begin by giving next to nothing: what it is added to stays as it is."""
    nn.init.normal_(head.weight, std=FAINT)
    if head.bias is not None:
        nn.init.zeros_(head.bias)


def upsample_to(x: Tensor, like: Tensor) -> Tensor:
    """Bilinear to the height and width of ``like``."""
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)
