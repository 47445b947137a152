"""Calibrate a run: fit its temperature on the validation frames, look at its reliability on the held-out ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.calibration import (
    Reliability,
    fit_temperature,
    negative_log_likelihood,
    probabilities_at,
)
from modeling.images import read_rgb
from modeling.inference.predictor import Drawn, Predictor
from modeling.inference.scoring import without_ignored
from modeling.picture.mask import picture_mask
from modeling.runs import CALIBRATION, RunFolder
from modeling.snapshots import FrameRow, Snapshot

FRAMES, PIXELS = 24, 240_000
"""Most frames looked at, evenly over what there is, and most pixels of them together."""
NO_VALIDATION = (
    "No frames were set aside for validation: that takes 40 training labels and a recipe that spares some "
    "(recipe.validation, or in 20 cuts recipe.calibration)."
)

NO_CLASSES = "The run predicts numbers or pictures, and no probabilities that could be set right."

Sample = tuple[NDArray[np.float32], NDArray[np.uint8]]
"""(P, C) logits and (P,) true classes of some pixels of a frame, none ignored."""


def calibrate(
    predictor: Predictor,
    snapshot: Snapshot,
    validation: Sequence[FrameRow],
    held_out: Sequence[FrameRow],
    run: RunFolder,
    drawn: Callable[[FrameRow], Drawn],
    seed: int = 0,
) -> dict[str, Any]:
    """Write ``calibration.json`` into the run folder and return its figures without the bins.

    A run of numbers or pictures has no such file: nothing can be calibrated.

    The file holds ``temperature``, ``calibrated``, ``reason`` (why it is not, empty otherwise), ``validation``
    (``frames``, ``pixels``, ``nll`` before and after) and ``held_out`` (``frames``, ``pixels``, and reliability
    ``before`` and ``after`` as `modeling.calibration.Reliability` reports it); None where there are no frames.

    Args:
        predictor: The run.
        snapshot: Where frames and labels lie.
        validation: What the temperature is fitted on.
        held_out: What reliability is taken of.
        run: The folder.
        drawn: What people drew of a frame that the network is shown.
        seed: Of the sampled pixels.
    """
    if not predictor.task.classes:
        return _summary({"temperature": 1.0, "calibrated": False, "reason": NO_CLASSES, "held_out": None})
    figures = _fitted(list(_samples(predictor, snapshot, validation, drawn, seed)))
    samples = _samples(predictor, snapshot, held_out, drawn, seed)
    figures["held_out"] = _reliability(samples, predictor, figures["temperature"])
    run.publish_json(CALIBRATION, figures)
    return _summary(figures)


def _fitted(samples: Sequence[Sample]) -> dict[str, Any]:
    """Temperature and what it was fitted on; 1 without any pixels."""
    if not any(len(classes) for _, classes in samples):
        return {"temperature": 1.0, "calibrated": False, "reason": NO_VALIDATION, "validation": None}
    logits, classes = (np.concatenate(part) for part in zip(*samples, strict=True))
    temperature = fit_temperature(logits, classes)
    nll = [negative_log_likelihood(logits, classes, heat) for heat in (1.0, temperature)]
    looked_at = {"frames": len(samples), "pixels": len(classes), "nll": nll}
    return {"temperature": temperature, "calibrated": True, "reason": "", "validation": looked_at}


def _reliability(
    samples: Iterator[Sample], predictor: Predictor, temperature: float
) -> dict[str, Any] | None:
    names = predictor.task.classes
    before, after = Reliability(len(names)), Reliability(len(names))
    frames = 0
    for logits, classes in samples:
        before.add(probabilities_at(logits), classes)
        after.add(probabilities_at(logits, temperature), classes)
        frames += 1
    if not before.pixels:
        return None
    reports = {"before": before.report(names), "after": after.report(names)}
    return {"frames": frames, "pixels": before.pixels, **reports}


def _samples(
    predictor: Predictor,
    snapshot: Snapshot,
    rows: Sequence[FrameRow],
    drawn: Callable[[FrameRow], Drawn],
    seed: int,
) -> Iterator[Sample]:
    """Pixels of frames evenly over ``rows``, drawn at random at frame size, not of bars, captions or ignored ones."""
    chosen = [
        rows[i] for i in np.unique(np.linspace(0, len(rows) - 1, min(FRAMES, len(rows))).round().astype(int))
    ]
    for number, row in enumerate(chosen):
        rgb, truth = read_rgb(snapshot.path(row.file)), snapshot.classes(row, predictor.task.kind)
        counted = without_ignored(picture_mask(rgb), truth, (rgb.shape[0], rgb.shape[1]))
        pixels = np.flatnonzero(np.ones(truth.shape, bool) if counted is None else counted)
        rng, most = np.random.default_rng((seed, number)), PIXELS // len(chosen)
        picked = np.sort(rng.choice(pixels, min(most, len(pixels)), replace=False))
        logits = predictor.logits(rgb, drawn(row))
        yield logits.reshape(len(logits), -1)[:, picked].T.copy(), truth.ravel()[picked]


def _summary(figures: dict[str, Any]) -> dict[str, Any]:
    """Temperature and calibration errors, for a report."""
    kept = {name: figures[name] for name in ("temperature", "calibrated", "reason")}
    held_out = figures["held_out"]
    if held_out is None:
        return {**kept, "error": None, "classes": []}
    before, after = held_out["before"], held_out["after"]
    pairs = zip(before["classes"], after["classes"], strict=True)
    classes = [{"name": one["name"], "error": [one["error"], other["error"]]} for one, other in pairs]
    return {**kept, "error": [before["error"], after["error"]], "classes": classes}
