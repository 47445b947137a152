"""Drafts: a run's label map of a frame at frame size, and its entropy map beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.inference.decisions import most_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.reading import read_ahead
from modeling.inference.scoring import Listed
from modeling.labelio import write_label
from modeling.labels import KINDS


def entropy_bytes(entropy: NDArray[np.float32], channels: int = 1) -> NDArray[np.uint8]:
    """(H, W) nats, from 0 to the most that so many channels can have, to uint8 0..255."""
    return np.clip(np.rint(entropy * (255 / most_entropy(channels))), 0, 255).astype(np.uint8)


def write_drafts(
    predictor: Predictor, files: Iterable[Listed], folder: Path
) -> Iterator[tuple[str | int, str]]:
    """Write ``<id>.png`` (indexed label map) and ``<id>.entropy.png`` (grey) a frame.

    Yields:
        The id and, where the frame could not be read, why; empty otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = KINDS[predictor.task.kind]
    for item in read_ahead((file.id, file.file) for file in files):
        if item.rgb is not None:
            label_map, entropy = predictor.label_and_entropy(item.rgb)
            _write_grey(folder / f"{item.key}.entropy.png", entropy_bytes(entropy, predictor.task.channels))
            write_label(folder / f"{item.key}.png", label_map, kind)
        yield item.key, item.error


def _write_grey(path: Path, values: NDArray[np.uint8]) -> None:
    part = path.with_name(f".{path.name}.part")
    Image.fromarray(values).save(part, "PNG", compress_level=3)
    part.replace(path)
