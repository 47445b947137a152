"""Drafts: a run's label map of a frame at frame size, and its entropy map beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.errors import UserError
from modeling.inference.listed import Listed
from modeling.inference.predictor import Predictor
from modeling.inference.reading import read_ahead
from modeling.targets import target_of, write_made


def entropy_bytes(entropy: NDArray[np.float32], most: float = math.log(2)) -> NDArray[np.uint8]:
    """(H, W) nats (or another measure) from 0 to the most there is, by default of two classes, to uint8 0..255."""
    return np.clip(np.rint(entropy * (255 / most)), 0, 255).astype(np.uint8)


def write_drafts(
    predictor: Predictor, files: Iterable[Listed], folder: Path
) -> Iterator[tuple[str | int, str]]:
    """Write ``<id>.png`` (indexed label map, or a picture) and ``<id>.entropy.png`` (grey) a frame.

    Yields:
        The id and, where the frame could not be drafted, why; empty otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for item in read_ahead((file, file.file) for file in files):
        yield item.key.id, item.error or _write_draft(predictor, item.key, item.rgb, folder)


def _write_draft(predictor: Predictor, file: Listed, rgb: NDArray[np.uint8] | None, folder: Path) -> str:
    """Write one frame's two files; why they cannot be, empty otherwise."""
    assert rgb is not None
    try:
        label_map, entropy = predictor.draft_and_entropy(rgb, file.drawn())
    except UserError as error:
        return str(error)
    _write_grey(folder / f"{file.id}.entropy.png", entropy_bytes(entropy, predictor.most_unsure))
    write_made(folder / f"{file.id}.png", label_map, target_of(predictor.task))
    return ""


def _write_grey(path: Path, values: NDArray[np.uint8]) -> None:
    part = path.with_name(f".{path.name}.part")
    Image.fromarray(values).save(part, "PNG", compress_level=3)
    part.replace(path)
