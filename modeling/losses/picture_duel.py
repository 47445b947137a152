"""A network that makes pictures against a discriminator (Wang 2022, equations 3 and 4; He and Jia 2023, 13 to 16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from modeling.losses.adversarial import discriminator_loss, generator_loss
from modeling.losses.pictures import feature_distance, nearest, parts_of

Said = tuple[list[Tensor], Tensor]
"""Layers (N, D, h, w), and (N,) logits that a picture is a real one."""


class ResNetCritic(nn.Module):
    """A ResNet (timm, from scratch): its five layers are the perceptual features, their last one's mean the verdict."""

    def __init__(self, body: str) -> None:
        super().__init__()
        import timm

        features: Any = timm.create_model(body, pretrained=False, features_only=True)
        self.body = features
        self.head = nn.Linear(features.feature_info.channels()[-1], 1)

    def forward(self, rgb: Tensor) -> Said:
        """Of (N, 3, H, W) in 0..1."""
        layers = self.body(rgb * 2 - 1)
        return layers, self.head(layers[-1].mean((-2, -1)))[:, 0]


class ConvCritic(nn.Module):
    """Convolutions, each with batch norm and ReLU and at half the size, and a fully connected end (figure 4)."""

    GRID = 4
    """Cells along each side of what the end sees, so that crops may be of any size."""

    def __init__(self, width: int = 24, levels: int = 4) -> None:
        super().__init__()
        channels = [3, *(width * 2**level for level in range(levels))]
        self.body = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(a, b, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()
                )
                for a, b in pairwise(channels)
            )
        )
        self.pool = nn.AdaptiveAvgPool2d(self.GRID)
        self.head = nn.Linear(channels[-1] * self.GRID**2, 1)

    def forward(self, rgb: Tensor) -> Said:
        """Of (N, 3, H, W) in 0..1; no layers."""
        return [], self.head(self.pool(self.body(rgb * 2 - 1)).flatten(1))[:, 0]


class PictureDuel(nn.Module):
    """A loss of pictures, what the discriminator's features say, and how clearly it sees what is made.

    Real and made pictures go through the discriminator in one batch, as in `modeling.losses.duel.Duel`. What does not
    count in the truth is the truth in both.

    Args:
        critic: From (N, 3, H, W) in 0..1 to `Said`.
        base: ``base(logits, truth) -> scalar``; alone it is what validation goes by.
        weight: Factor of ``base``.
        lambdas: Weights of the critic's layers; empty to leave them out.
        adversarial: Factor of -log D(made).
        learning_rate: Of the critic, by Adam.
    """

    def __init__(
        self,
        critic: nn.Module,
        base: Callable[[Tensor, Tensor], Tensor],
        *,
        weight: float = 1.0,
        lambdas: Sequence[float] = (),
        adversarial: float,
        learning_rate: float,
    ) -> None:
        super().__init__()
        self.critic, self.base = critic, base
        self.weight, self.lambdas, self.adversarial = weight, tuple(lambdas), adversarial
        self.optimizer = torch.optim.Adam(critic.parameters(), lr=learning_rate)

    def forward(self, logits: Tensor, truth: Tensor) -> Tensor:
        """The loss of pictures alone."""
        return self.base(logits, truth)

    def contend(self, frames: Tensor, logits: Tensor, truth: Tensor) -> tuple[Tensor, dict[str, float]]:
        """One step of the critic, then the network's loss (`modeling.losses.learning.LearningLoss`).

        Args:
            frames: (N, C, H, W) what the network sees; the critic does not.
            logits: (N, 3 P, H, W) float.
            truth: (N, 4, H, W) uint8.

        Returns:
            The sum to lower, and its unweighted parts ``pixels``, ``features`` and ``generator`` beside
            ``discriminator``.
        """
        made, (real, _) = nearest(logits, truth), parts_of(truth)
        told_apart = self.learn(made.detach(), real)
        features, fooled = self.against(made, real)
        pixels = self.base(logits, truth)
        parts = {"pixels": pixels, "features": features, "generator": fooled}
        total = self.weight * pixels + features + self.adversarial * fooled
        return total, {**{k: float(v.detach()) for k, v in parts.items()}, "discriminator": told_apart}

    def learn(self, made: Tensor, real: Tensor) -> float:
        """One step of the critic on (N, 3, H, W) made and real pictures; its loss before the step, in nats."""
        self.optimizer.zero_grad(set_to_none=True)
        _, said = self.critic(torch.cat([real, made]))
        loss = discriminator_loss(*said.chunk(2))
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def against(self, made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """Distance of the critic's features, and -log D(made) in nats; trains nothing but the network."""
        self.critic.requires_grad_(False)
        layers, said = self.critic(torch.cat([real, made]))
        self.critic.requires_grad_(True)
        fooled = generator_loss(said.chunk(2)[1])
        if not self.lambdas:
            return made.new_zeros(()), fooled
        true, false = zip(*(layer.chunk(2) for layer in layers), strict=True)
        return feature_distance(false, [one.detach() for one in true], self.lambdas), fooled

    def state(self) -> dict[str, Any]:
        """The critic's weights and statistics, and its optimizer's state."""
        return {"critic": self.critic.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.critic.load_state_dict(state["critic"])
        self.optimizer.load_state_dict(state["optimizer"])
