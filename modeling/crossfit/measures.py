"""How far a label and a prediction that has not seen it disagree: one number a measure, larger the more suspicious.

Northcutt et al. 2021 (confident learning), Lad and Mueller 2023 (softmin of the self-confidence, correctly classified
pixels, IoU as scores of a segmentation's label). Plain disagreement also finds the frames that are merely hard; what a
model expects to get wrong is therefore subtracted in ``surprise``, and `ranking` compares frames of one cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.labels import IGNORE
from modeling.metrics import confusion, iou

TEMPERATURE = 0.1
"""Of the softmin, as Lad and Mueller 2023 set it."""
_BINS = 100
_TINY = 1e-6

Probabilities = NDArray[np.float32]
"""(C, h, w), adding up to 1."""
Classes = NDArray[np.uint8]
"""(h, w), 255 ignored."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of one frame once label and prediction are compared; `finished` makes its measures of it.

    ``counts`` (C,) labelled pixels, ``confidence`` (C,) sum of the probability of their own class, ``doubts`` (C, BINS)
    pixels that are predicted as another class c, by how probable that is.
    """

    values: dict[str, float]
    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    doubts: NDArray[np.int64]


def compared(probabilities: Probabilities, classes: Classes) -> Compared:
    """Compare a prediction with a label at the same size; every measure is 0 where nothing counts."""
    channels, counted = len(probabilities), classes != IGNORE
    p, y = probabilities[:, counted].astype(np.float64), classes[counted]
    own = np.take_along_axis(p, y[None].astype(np.intp), 0)[0]
    predicted = p.argmax(0)
    wrong = predicted != y
    bins = np.minimum((p.max(0)[wrong] * _BINS).astype(np.intp), _BINS - 1)
    doubts = np.bincount(predicted[wrong] * _BINS + bins, minlength=channels * _BINS)
    return Compared(
        _values(p, y, own, predicted.astype(np.uint8)),
        np.bincount(y, minlength=channels),
        np.bincount(y, own, minlength=channels).astype(np.float64),
        doubts.reshape(channels, _BINS),
    )


def _values(
    p: NDArray[np.float64], y: Classes, own: NDArray[np.float64], predicted: Classes
) -> dict[str, float]:
    if not len(y):
        return dict.fromkeys(("loss", "entropy", "surprise", "wrong", "iou", "softmin"), 0.0)
    loss = float(-np.log(np.maximum(own, _TINY)).mean())
    entropy = float(-(p * np.log(np.maximum(p, _TINY))).sum(0).mean())
    return {
        "loss": loss,
        "entropy": entropy,
        "surprise": loss - entropy,
        "wrong": float((predicted != y).mean()),
        "iou": 1 - mean_iou_of(y, predicted, len(p)),
        "softmin": 1 - softmin(own),
    }


def mean_iou_of(label: Classes, predicted: Classes, classes: int) -> float:
    """IoU of class 1 of two classes, of more the mean over those in label or prediction; 1 for two empty ones."""
    counts = confusion(label[None], predicted[None], classes)
    if classes == 2:
        return iou(counts)
    return float(np.mean([iou(counts, int(cls)) for cls in np.flatnonzero(counts.sum(0) + counts.sum(1))]))


def softmin(own: NDArray[np.float64]) -> float:
    """Mean of the (N,) probabilities of the labelled class, the small ones weighing most (Lad and Mueller 2023)."""
    weights = np.exp((own.min() - own) / TEMPERATURE)
    return float((own * weights).sum() / weights.sum())


def finished(frames: Iterable[Compared]) -> list[dict[str, float]]:
    """Measures a frame, with ``confident``: the share of pixels that confident learning calls mislabelled.

    A pixel is, where the class predicted instead is at least as probable as that class is on average where it is
    labelled (Northcutt et al. 2021); the average is over these frames.
    """
    frames = list(frames)
    if not frames:
        return []
    counts = np.sum([frame.counts for frame in frames], axis=0)
    confidence = np.sum([frame.confidence for frame in frames], axis=0)
    thresholds = np.where(counts > 0, confidence / np.maximum(counts, 1), 1.0)
    beyond = np.arange(_BINS)[None] >= np.floor(thresholds * _BINS)[:, None]
    return [
        {**frame.values, "confident": float(frame.doubts[beyond].sum() / max(1, frame.counts.sum()))}
        for frame in frames
    ]
