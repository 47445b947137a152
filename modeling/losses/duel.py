"""The adversarial loss of Kugler 2020, section 5.5.2, in training: a network against its discriminator, in turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from modeling.losses.adversarial import Encoding, discriminator_loss, generator_loss

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
}
"""The two that the thesis tries, by name."""


class Duel(nn.Module):
    """Non-saturating adversarial loss plus ``weight`` times a pixel loss (`modeling.losses.learning.LearningLoss`).

    What is ignored in the truth is replaced by the same zeros in drawn and generated douga (`Encoding`), so it tells
    neither side anything. Both are shown in one batch: batch normalisation of each alone would take away what they
    differ in as a whole, such as how much of a class there is.

    Args:
        encoding: What the discriminator is shown of both.
        discriminator: From (N, channels, H, W), and the frame if its ``condition`` is true, to (N,) logits.
        base: The pixel loss, ``base(logits, classes) -> scalar``.
        weight: Factor of the pixel loss, 0 for the adversarial alone.
        learning_rate: Of the discriminator.
        optimizer: Of the discriminator, a name in `OPTIMIZERS`.
    """

    def __init__(
        self,
        encoding: Encoding,
        discriminator: nn.Module,
        base: Callable[[Tensor, Tensor], Tensor],
        *,
        weight: float,
        learning_rate: float,
        optimizer: str = "adam",
    ) -> None:
        super().__init__()
        self.encoding, self.discriminator = encoding, discriminator
        self.base, self.weight = base, weight
        self.optimizer = OPTIMIZERS[optimizer](discriminator.parameters(), lr=learning_rate)

    def forward(self, logits: Tensor, classes: Tensor) -> Tensor:
        """The pixel loss alone, unweighted: what the discriminator says of two epochs cannot be compared."""
        return self.base(logits, classes)

    def contend(self, frames: Tensor, logits: Tensor, classes: Tensor) -> tuple[Tensor, dict[str, float]]:
        """One step of the discriminator, then the network's loss.

        Args:
            frames: (N, 3 or more, H, W) float, RGB in 0..1 first.
            logits: (N, C, H, W) float.
            classes: (N, H, W) uint8, 255 ignored.

        Returns:
            The sum to lower, and its parts ``generator`` and ``pixels`` (unweighted) beside ``discriminator``, in nats.

        Raises:
            ValueError: C is not the number of classes of the encoding's kind.
        """
        told_apart = self.learn(frames, logits.detach(), classes)
        fooled = self.against(frames, logits, classes)
        pixels = self.base(logits, classes)  # of interest for the log even where it weighs nothing
        parts = {"generator": float(fooled.detach()), "pixels": float(pixels.detach())}
        return fooled + self.weight * pixels, {**parts, "discriminator": told_apart}

    def learn(self, frames: Tensor, logits: Tensor, classes: Tensor) -> float:
        """One step of the discriminator on drawn and generated douga; its loss before the step, in nats."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = discriminator_loss(*self._said(frames, logits, classes))
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def against(self, frames: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
        """How clearly the discriminator sees what is generated, in nats; trains nothing but the network."""
        self.discriminator.requires_grad_(False)
        _, generated = self._said(frames, logits, classes)
        self.discriminator.requires_grad_(True)
        return generator_loss(generated)

    def _said(self, frames: Tensor, logits: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """The discriminator's (N,) logits of what is drawn and of what is generated."""
        shown = torch.cat([self.encoding.truth(classes), self.encoding.generated(logits, classes)])
        # After the frame the network may see a cel mask (section 5.6), which is no part of it.
        seen = torch.cat([frames[:, :3]] * 2) if self.discriminator.condition else None
        drawn, generated = self.discriminator(shown, seen).chunk(2)
        return drawn, generated

    def state(self) -> dict[str, Any]:
        """The discriminator's weights and statistics, and its optimizer's state."""
        return {"discriminator": self.discriminator.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["optimizer"])
