"""The adversarial loss of Kugler 2020, section 5.5.2: encodings, discriminator and non-saturating losses.

The generator is any network of the registry. The thesis got nothing usable from this loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modeling.labels import IGNORE, LabelKind
from modeling.losses.regions import one_hot


@dataclass(frozen=True, slots=True)
class Encoding:
    """How class maps and logits are shown to a discriminator, both as (N, ``channels``, H, W) float.

    Ignored pixels are 0 in every channel of both, so that they neither tell them apart nor train.

    ``of_truth`` encodes (N, C, H, W) one-hot float, ``of_logits`` (N, C, H, W) logits; use `truth` and `generated`.
    """

    channels: int
    classes: int
    of_truth: Callable[[Tensor], Tensor]
    of_logits: Callable[[Tensor], Tensor]

    def truth(self, classes: Tensor) -> Tensor:
        """Encode (N, H, W) uint8 classes, 255 ignored."""
        return self.of_truth(one_hot(classes, self.classes)) * _counted(classes)

    def generated(self, logits: Tensor, classes: Tensor) -> Tensor:
        """Encode (N, C, H, W) logits, differentiably; ``classes`` (N, H, W) say which pixels are ignored.

        Raises:
            ValueError: C is not the kind's number of classes.
        """
        if logits.shape[1] != self.classes:
            raise ValueError(f"the encoding is of {self.classes} classes, not {logits.shape[1]}")
        return self.of_logits(logits) * _counted(classes)


def _counted(classes: Tensor) -> Tensor:
    """(N, 1, H, W) bool."""
    return (classes != IGNORE)[:, None]


def _probabilities(logits: Tensor) -> Tensor:
    return torch.softmax(logits, 1)


def _same(x: Tensor) -> Tensor:
    return x


def straight_through(logits: Tensor) -> Tensor:
    """One-hot of the largest of (N, C, H, W) logits, with the gradient of their softmax (section 5.5.2, "Argmax")."""
    soft = _probabilities(logits)
    hard = one_hot(logits.argmax(1), logits.shape[1]).to(soft.dtype)
    return hard + (soft - soft.detach())


def class_colors(kind: LabelKind) -> Tensor:
    """(3, C) float32 sRGB in 0..1: the default colours of a kind's classes as columns."""
    colors = kind.palette[: len(kind.classes)]
    return torch.from_numpy(colors.T.copy()).float() / 255


def image(kind: LabelKind) -> Encoding:
    """Three channels in 0..1: class colours; of logits their mean under the softmax."""
    colors = class_colors(kind)

    def painted(shares: Tensor) -> Tensor:
        return torch.einsum("rc,nchw->nrhw", colors.to(shares), shares)

    count = len(kind.classes)
    return Encoding(3, count, painted, lambda logits: painted(_probabilities(logits)))


def channels(kind: LabelKind) -> Encoding:
    """One-hot against the network's output as it comes, of any range ("Ten-Channel Image")."""
    count = len(kind.classes)
    return Encoding(count, count, _same, _same)


def softmax(kind: LabelKind) -> Encoding:
    """One-hot against probabilities ("Logits of a Categorical Distribution")."""
    count = len(kind.classes)
    return Encoding(count, count, _same, _probabilities)


def argmax(kind: LabelKind) -> Encoding:
    """One-hot against one-hot, see `straight_through`."""
    count = len(kind.classes)
    return Encoding(count, count, _same, straight_through)


class Discriminator(nn.Module):
    """A ResNet (timm, from scratch) that tells drawn douga from generated.

    Args:
        channels: Of the encoding.
        condition: Whether it also sees the frame, concatenated.
        body: timm's name of the ResNet; the thesis's has 34 layers.
    """

    def __init__(self, channels: int, *, condition: bool = False, body: str = "resnet34") -> None:
        super().__init__()
        import timm

        self.condition = condition
        self.body = timm.create_model(
            body, pretrained=False, num_classes=1, in_chans=channels + 3 * condition
        )

    def forward(self, encoded: Tensor, frame: Tensor | None = None) -> Tensor:
        """(N,) logits that a person drew it.

        Args:
            encoded: (N, channels, H, W) float.
            frame: (N, 3, H, W) float RGB in 0..1, with ``condition`` only.

        Raises:
            ValueError: a frame is missing, or given without ``condition``.
        """
        if (frame is not None) != self.condition:
            raise ValueError("a conditional discriminator needs the frame, another takes none")
        seen = encoded if frame is None else torch.cat([encoded, frame], 1)
        return self.body(seen)[:, 0]


def generator_loss(fake: Tensor) -> Tensor:
    """Non-saturating: mean of -log D over (N,) logits of generated douga (Goodfellow et al. 2014)."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Cross-entropy in nats of telling (N,) logits of drawn from (N,) logits of generated douga, both halves alike."""
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2
