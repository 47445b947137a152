"""Losses of pictures: pixels, proposals and perceptual features (Wang 2022, equation 3; He and Jia 2023).

``logits`` are (N, 3 P, H, W) float, P proposals of a picture each, -1 black and 1 white. ``truth`` is (N, 4, H, W)
uint8: RGB, and 255 where it counts. Errors are taken of values in 0..1, and are means.

Several proposals: a drawing has many right colourings and the data one of them. The paper has 27 kernels at the end,
which is nine colour pictures, and writes its loss for one picture. Here the nearest proposal of each drawing bears the
loss, as in Chen and Koltun 2017, from whom nine pictures, six layers and their weights come: the mean over all would
pull each to the grey between the colourings. A share ``spare`` goes to all alike, so that none is left behind by chance
(Rupprecht et al. 2017). Which is nearest is told by the pixels; asking the features, too, would take nine passes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from modeling.losses.of_pictures import LAMBDAS
from modeling.losses.scalars import absolute, dissimilarity, gradient

FAINTEST = 1e-3
"""Least mean of a layer that differences are taken relative to."""


def pictures_of(logits: Tensor) -> Tensor:
    """(N, 3 P, H, W) to (N, P, 3, H, W) values, 0 black and 1 white; not cut off."""
    count, channels, height, width = logits.shape
    return ((logits + 1) / 2).view(count, channels // 3, 3, height, width)


def parts_of(truth: Tensor) -> tuple[Tensor, Tensor]:
    """(N, 4, H, W) uint8 to (N, 3, H, W) float in 0..1 and (N, 1, H, W) bool, whether a pixel counts.

    Raises:
        ValueError: ``truth`` is no picture.
    """
    if truth.ndim != 4 or truth.shape[1] != 4:
        raise ValueError("a loss of pictures takes pictures, not classes or numbers")
    return truth[:, :3].float() / 255, truth[:, 3:] > 0


def proposal_errors(logits: Tensor, truth: Tensor) -> Tensor:
    """(N, P) mean absolute error of each proposal over the pixels that count; 0 where none does."""
    rgb, known = parts_of(truth)
    off = (pictures_of(logits) - rgb[:, None]).abs().mean(2) * known
    return off.sum((-2, -1)) / known.sum((-2, -1)).clamp(min=1)


def nearest(logits: Tensor, truth: Tensor) -> Tensor:
    """(N, 3, H, W) the proposal with the least error; where a pixel does not count it is the true one."""
    rgb, known = parts_of(truth)
    best = proposal_errors(logits.detach(), truth).argmin(1)
    made = pictures_of(logits)[torch.arange(len(best), device=best.device), best]
    return torch.where(known, made, rgb)


def picture_l1(logits: Tensor, truth: Tensor, spare: float = 0.1) -> Tensor:
    """Mean absolute error of the nearest proposal, ``spare`` of it that of all."""
    errors = proposal_errors(logits, truth)
    return ((1 - spare) * errors.amin(1) + spare * errors.mean(1)).mean()


def mse(logits: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error over the pixels that count (He and Jia 2023, equation 13)."""
    rgb, known = parts_of(truth)
    off = (pictures_of(logits) - rgb[:, None]).square().mean((1, 2)) * known[:, 0]
    return off.sum() / known.sum().clamp(min=1)


def l1_gradient_ssim_rgb(
    logits: Tensor, truth: Tensor, eta1: float = 1.0, eta2: float = 1.0, eta3: float = 1.0, window: int = 7
) -> Tensor:
    """The loss of depth (`modeling.losses.scalars`) of each colour channel, for the first proposal."""
    rgb, known = parts_of(truth)
    guess, real = (values.flatten(0, 1) for values in (pictures_of(logits)[:, 0], rgb))
    counts = known.expand(-1, 3, -1, -1).flatten(0, 1)
    return (
        eta1 * absolute(guess, real, counts)
        + eta2 * gradient(guess, real, counts)
        + eta3 * dissimilarity(guess, real, counts, window)
    )


def feature_distance(made: Sequence[Tensor], true: Sequence[Tensor], lambdas: Sequence[float]) -> Tensor:
    """Sum over layers of lambda times the mean absolute difference of their features, relative to the true ones' mean.

    The paper's norms are sums, which would weigh layers by their size; means still differ tenfold between layers.
    """
    pairs = zip(made, true, lambdas, strict=True)
    parts = [w * (a - b).abs().mean() / b.abs().mean().clamp(min=FAINTEST) for a, b, w in pairs]
    return torch.stack(parts).sum()


class Perceptual:
    """The perceptual loss on a network that stays as it is.

    The paper's second term, 0.009 times the sum of the squared lambdas, is constant as it is printed; its text speaks
    of L2 regularization, which is the weight decay of the recipe ``colors``.

    Args:
        features: From (N, 3, H, W) in 0..1 to five (N, D, h, w) layers.
        lambdas: Weights of the picture and of the layers.
        spare: See `picture_l1`.
    """

    def __init__(self, features: nn.Module, lambdas: Sequence[float] = LAMBDAS, spare: float = 0.1) -> None:
        self.features = features.eval().requires_grad_(False)
        self.lambdas, self.spare = tuple(lambdas), spare

    def __call__(self, logits: Tensor, truth: Tensor) -> Tensor:
        """The weighted sum, of the nearest proposal of each drawing."""
        rgb, _ = parts_of(truth)
        first, *rest = self.lambdas
        pixels = first * picture_l1(logits, truth, self.spare)
        if not any(rest):
            return pixels
        network = self.features.to(logits.device)
        with torch.no_grad():
            true = network(rgb)
        return pixels + feature_distance(network(nearest(logits, truth)), true, rest)


class ImageNetFeatures(nn.Module):
    """EfficientNet-Lite0's features at strides 2 to 32, from ImageNet where its weights can be had."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        from modeling.networks.lite import ENCODER
        from modeling.networks.pretrained import encoder_of, normalisation_of

        self.body, self.weights = encoder_of(ENCODER, pretrained=True)
        mean, std = normalisation_of(ENCODER)
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, rgb: Tensor) -> list[Tensor]:
        """(N, 3, H, W) in 0..1 to five (N, D, h, w)."""
        found: list[Tensor] = self.body((rgb - self.mean) / self.std)
        return found
