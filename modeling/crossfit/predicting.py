"""Predict frames that a fold's model has not seen, and compare them with their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.crossfit.edges import best_move, edge_strength, outline
from modeling.crossfit.measures import Compared, compared, finished
from modeling.images import within_long_side
from modeling.inference.predictor import Predictor
from modeling.inference.reading import read_ahead
from modeling.labelio import write_label
from modeling.labels import IGNORE, KINDS
from modeling.snapshots import FrameRow, Snapshot
from modeling.training.masks import Masks

SIDE = 480
"""Long side at which labels, frames and predictions are compared, px."""
GRID = 24
"""Cells a row and a column in which a label's place is kept, to compare it with others of its cut."""

Row = dict[str, Any]


def judged_rows(
    snapshot: Snapshot,
    rows: list[FrameRow],
    predictor: Predictor,
    folder: Path,
    tick: Callable[[], None] = lambda: None,
) -> list[Row]:
    """Measures of each frame by a model that has not seen it; its label map is written to ``folder/KEY.png``.

    Args:
        snapshot: Where frames and labels lie.
        rows: Which frames; each has a label of what the model predicts. An unreadable one is left out.
        predictor: The model.
        folder: Where label maps go.
        tick: Called before each frame; may raise to end it.
    """
    found = list(_judged(snapshot, rows, predictor, folder, tick))
    measures = finished(frame for _, frame in found)
    return [{**row, "measures": values} for (row, _), values in zip(found, measures, strict=True)]


def _judged(
    snapshot: Snapshot, rows: list[FrameRow], predictor: Predictor, folder: Path, tick: Callable[[], None]
) -> Iterator[tuple[Row, Compared]]:
    task, by_file = predictor.task, {snapshot.path(row.file): row for row in rows}
    masks = Masks(snapshot, task.cut_by, predictor.way)
    for item in read_ahead((path, path) for path in by_file):
        tick()
        if item.rgb is None:
            continue
        row = by_file[item.key]
        drawn = masks.drawn(row) if predictor.way.drawn else {}
        label = predictor.label(item.rgb, drawn)
        path = folder / f"{row.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_label(path, label, KINDS[task.kind])
        rgb = within_long_side(item.rgb, SIDE)
        classes = _nearest(snapshot.classes(row, task.kind), rgb.shape[:2])
        chances = _probabilities(predictor.logits(item.rgb, drawn), rgb.shape[:2])
        yield _row(row, task.kind, rgb, classes, chances), compared(chances, classes)


def _row(
    row: FrameRow, kind: str, rgb: NDArray[np.uint8], classes: NDArray[np.uint8], chances: NDArray[np.float32]
) -> Row:
    line = outline(classes)
    predicted = chances.argmax(0).astype(np.uint8)
    return {
        "key": row.key,
        "label": row.labels[kind].sha256,
        "production": row.production,
        "cut": row.cut,
        "time_s": row.time_s,
        "split": row.split,
        "shares": shares(classes, len(chances)),
        "predicted": shares(predicted, len(chances)),
        "expected": [round(float(share), 5) for share in chances.mean((1, 2))],
        "edges": _fit(edge_strength(rgb), line),
        "place": place(classes),
        "predicted_place": place(predicted),
    }


def _fit(strength: NDArray[np.float32], line: NDArray[np.float32]) -> dict[str, float]:
    fit = best_move(strength, line)
    return {name: round(getattr(fit, name), 4) for name in ("here", "best", "x", "y", "gain")}


def shares(classes: NDArray[np.uint8], count: int) -> list[float]:
    """Share of the counted pixels that each of ``count`` classes has, zeros where none counts."""
    pixels = np.bincount(classes[classes != IGNORE], minlength=count)
    return [round(float(share), 5) for share in pixels / max(1, pixels.sum())]


def place(classes: NDArray[np.uint8]) -> str:
    """Where anything but class 0 lies: the share of each cell of a `GRID` in 0..9, a digit a cell, row by row."""
    drawn = ((classes != 0) & (classes != IGNORE)).astype(np.float32)
    cells = cv2.resize(drawn, (GRID, GRID), interpolation=cv2.INTER_AREA)
    return "".join(str(round(9 * float(cell))) for cell in cells.ravel())


def _probabilities(logits: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    """(C, H, W) logits to (max(2, C), h, w) probabilities at ``size``."""
    small = np.stack([_area(channel, size) for channel in logits])
    if len(small) == 1:
        small = np.concatenate([np.zeros_like(small), small])
    exponent = np.exp(small - small.max(0))
    return np.asarray(exponent / exponent.sum(0), np.float32)


def _area(values: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(values, size[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _nearest(classes: NDArray[np.uint8], size: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(classes, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
