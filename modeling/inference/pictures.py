"""A finished run that makes pictures, ready to predict."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.errors import UserError
from modeling.images import within_long_side
from modeling.inference.decisions import FAR_APART, spread
from modeling.inference.predictor import NOTHING, Drawn, Predictor
from modeling.losses.pictures import pictures_of
from modeling.networks.base import AnySize
from modeling.pictures.subjects import Pixels, Subject


class PicturePredictor(Predictor):
    """As `Predictor`; label maps are (H, W, 3) uint8 pictures, their entropy is how far proposals differ.

    ``drawn`` may hold, beside classes by label kind, what `modeling.coloring.drawings` names.

    Args:
        subject: Composes what the network sees, and finishes what it makes.
        given: As `Predictor` takes them.
    """

    def __init__(self, *given: Any, subject: Subject, **named: Any) -> None:
        super().__init__(*given, **named)
        self.subject = subject

    def seen(self, rgb: Pixels, drawn: Drawn = NOTHING) -> Pixels:
        """(H, W, C) uint8: a frame or drawing as the network is shown it."""
        return self.subject.seen(rgb, drawn)

    def label(self, rgb: Pixels, drawn: Drawn = NOTHING) -> Pixels:
        """(H, W, 3) uint8 picture: of several proposals the one most like the hints, else nearest to their mean."""
        return self.label_and_entropy(rgb, drawn)[0]

    def label_and_entropy(self, rgb: Pixels, drawn: Drawn = NOTHING) -> tuple[Pixels, NDArray[np.float32]]:
        """(H, W, 3) uint8 picture and (H, W) float32 standard deviation of the proposals, values in 0..1."""
        frame = self.seen(rgb, drawn)
        if not self.side:
            made, apart = self._native(frame, lambda logits: stored(pictures_of(logits[None])[0, 0]), _apart)
            return np.ascontiguousarray(made.transpose(1, 2, 0)), apart
        pictures = self._working(frame)
        chosen = pictures[self._best(pictures, drawn)][None]
        return self._enlarged(chosen, frame), self._map(spread(pictures).mean(0)[None, None], frame)

    def label_and_draft(self, rgb: Pixels, drawn: Drawn = NOTHING) -> tuple[Pixels, Pixels | None]:
        """(H, W, 3) picture as made, and as people get it: None where nothing is done to it."""
        made = self.label(rgb, drawn)
        return made, self.subject.finished(made, rgb, drawn)

    def draft_and_entropy(self, rgb: Pixels, drawn: Drawn = NOTHING) -> tuple[Pixels, NDArray[np.float32]]:
        """As `label_and_entropy`, the picture as people get it."""
        made, apart = self.label_and_entropy(rgb, drawn)
        finished = self.subject.finished(made, rgb, drawn)
        return made if finished is None else finished, apart

    def entropy(self, rgb: Pixels, drawn: Drawn = NOTHING) -> NDArray[np.float32]:
        """(H, W) float32 standard deviation of the proposals, values in 0..1."""
        return self.label_and_entropy(rgb, drawn)[1]

    def proposals(self, rgb: Pixels, drawn: Drawn = NOTHING) -> Pixels:
        """(P, h, w, 3) uint8: every proposal, at working size; the one that `label` takes comes first.

        Raises:
            UserError: ``no_proposals`` of a run that works at native pixels and makes one picture.
        """
        if not self.side:
            raise UserError(f"{self.task.name} makes one picture.", code="no_proposals")
        pictures = self._working(self.seen(rgb, drawn))
        first = self._best(pictures, drawn)
        order = [first, *(i for i in range(len(pictures)) if i != first)]
        return _images(pictures[order])

    @property
    def most_unsure(self) -> float:
        """What is drawn as wholly unsure: a difference that is seen at once."""
        return FAR_APART

    def _best(self, pictures: Tensor, drawn: Drawn) -> int:
        """Which of (P, 3, h, w) proposals is taken."""
        hinted = self.subject.best(_images(pictures), drawn) if len(pictures) > 1 else 0
        return middle_one(pictures) if hinted is None else hinted

    def _working(self, frame: Pixels) -> Tensor:
        """(P, 3, h, w) values of a frame as `seen`, at working size."""
        return pictures_of(self._logits_at(frame))[0]

    def _enlarged(self, picture: Tensor, frame: Pixels) -> Pixels:
        """(1, 3, h, w) values to (H, W, 3) uint8 at the frame's size.

        Of a painted frame that the network copies only what it changed is enlarged: the copy stays as sharp as it was.
        """
        if not (isinstance(self.network, AnySize) and self.network.copies):
            return _images(self._at_frame_size(picture, frame)[None])[0]
        painted = np.ascontiguousarray(frame[..., -3:])
        changed = picture - self._values(within_long_side(painted, self.side))
        return _images(self._at_frame_size(changed, frame) + self._values(painted))[0]

    def _values(self, rgb: Pixels) -> Tensor:
        """(H, W, 3) uint8 to (1, 3, H, W) in 0..1."""
        return torch.from_numpy(rgb).to(self.device).permute(2, 0, 1)[None] / 255

    def _map(self, values: Tensor, frame: Pixels) -> NDArray[np.float32]:
        """(1, 1, h, w) to (H, W)."""
        return self._at_frame_size(values, frame)[0].cpu().numpy()


def stored(values: Tensor) -> Tensor:
    """Values in 0..1, cut off there, to uint8 of the same shape."""
    return values.clamp(0, 1).mul(255).round().to(torch.uint8)


def _images(values: Tensor) -> Pixels:
    """(P, 3, h, w) values to (P, h, w, 3) uint8."""
    return np.ascontiguousarray(stored(values).permute(0, 2, 3, 1).cpu().numpy())


def middle_one(pictures: Tensor) -> int:
    """Which of (P, 3, h, w) proposals is nearest to the mean of all: one that exists, unlike the mean."""
    return int((pictures - pictures.mean(0)).abs().mean((1, 2, 3)).argmin())


def _apart(logits: Tensor) -> Tensor:
    """(3 P, h, w) logits to (h, w) standard deviation of their proposals."""
    return spread(pictures_of(logits[None])[0]).mean(0)
