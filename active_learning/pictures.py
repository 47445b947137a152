"""Pictures of frames, drawn when they are asked for: two versions compared, and where a model was unsure."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from active_learning.comparisons import Comparison, judgement_of
from core.blobs import blob_path
from core.paths import data_path
from modeling.depth.metrics import is_within
from modeling.images import read_rgb, within_long_side
from modeling.labelio import label_colors
from modeling.labels import IGNORE, UNKNOWN, levels_of
from modeling.pictures.subjects import TruePicture
from modeling.snapshots import FrameRow, Snapshot
from modeling.targets import target_of
from modeling.training.overlays import encode_webp, painted, shares, three_way, verdicts

PICTURES = ("three_way", "truth", "old", "new")
"""Who is right where, what was drawn, and what either version predicts."""

WARM, GREY = (255, 166, 77), 0.55
"""Colour of what is unsure, and brightness of the frame below."""

SEEN = 16
"""Difference of a channel, of 255, beyond which a pixel of a picture is wrong."""

Classes = NDArray[np.uint8]


def comparison_picture(comparison: Comparison, key: str, show: str, side: int) -> bytes:
    """A WebP of one of `PICTURES`.

    Args:
        comparison: Of two versions.
        key: One of its frames.
        show: Which picture.
        side: Its longest side, px.
    """
    if show == "three_way":
        snapshot, row = _row(comparison, key)
        rgb = read_rgb(snapshot.path(row.file))
        return encode_webp(three_way(rgb, *_judged(comparison, key), side))
    shown = dict(zip(PICTURES[1:], _maps(comparison, key), strict=True))[show]
    if comparison.task.picture:
        return encode_webp(within_long_side(shown, side))
    if comparison.kind.scalar:
        levels = np.where(shown > 0, levels_of(shown), UNKNOWN).astype(comparison.kind.dtype)
        return encode_webp(within_long_side(label_colors(levels, comparison.kind), side))
    return encode_webp(painted(shown, comparison.kind, side))


def verdict_shares(comparison: Comparison, key: str) -> tuple[float, float, float, float]:
    """Shares of the frame's counted pixels that both, only the old, only the new and neither version has right."""
    return shares(verdicts(*_judged(comparison, key)))


def _judged(comparison: Comparison, key: str) -> tuple[Classes, Classes, Classes]:
    """(H, W) uint8 classes: truth, old, new; of numbers 0 where they are within 1.25 of the truth, else 1.

    Of pictures 0 where no channel is off by more than `SEEN`.
    """
    truth, *both = _maps(comparison, key)
    if comparison.task.picture:
        counted = np.where(_true_picture(comparison, key).counted, 0, IGNORE).astype(np.uint8)
        old, new = (_off(truth, made) for made in both)
        return counted, old, new
    if not comparison.kind.scalar:
        return truth, both[0], both[1]
    right = np.where(truth > 0, 0, IGNORE).astype(np.uint8)
    old, new = ((~is_within(truth, guess)).astype(np.uint8) for guess in both)
    return right, old, new


def _maps(comparison: Comparison, key: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(H, W) classes or numbers, or (H, W, 3) pictures: truth, old, new."""
    snapshot, row = _row(comparison, key)
    judgements = (
        judgement_of(comparison.old, comparison.old_on),
        judgement_of(comparison.new, comparison.new_on),
    )
    if comparison.task.picture:
        old, new = (read_rgb(judgement.label_file(key)) for judgement in judgements)
        return _true_picture(comparison, key).rgb, old, new
    old, new = (judgement.prediction(key, comparison.kind) for judgement in judgements)
    return snapshot.truth(row, comparison.kind.name), old, new


def _true_picture(comparison: Comparison, key: str) -> TruePicture:
    snapshot, row = _row(comparison, key)
    found: TruePicture = target_of(comparison.task).truth(snapshot, row, read_rgb(snapshot.path(row.file)))
    return found


def _off(truth: NDArray[np.uint8], made: NDArray[np.uint8]) -> Classes:
    """(H, W) uint8: 1 where a channel of two (H, W, 3) pictures differs by more than `SEEN`."""
    return (np.abs(made.astype(np.int16) - truth).max(2) > SEEN).astype(np.uint8)


def _row(comparison: Comparison, key: str) -> tuple[Snapshot, FrameRow]:
    snapshot, rows = _opened(data_path("snapshots", comparison.new_on))
    return snapshot, rows[key]


@lru_cache(maxsize=2)
def _opened(folder: Path) -> tuple[Snapshot, dict[str, FrameRow]]:
    """A snapshot never changes; reading 10,000 rows for each picture of a page would take longer than the picture."""
    snapshot = Snapshot.open(folder)
    return snapshot, {row.key: row for row in snapshot.frames("test")}


@lru_cache(maxsize=64)
def unsure_picture(frame_blob: str, entropy_blob: str, side: int) -> bytes:
    """A WebP of a frame in grey, warmer where a model was unsure, at most ``side`` px long.

    Args:
        frame_blob: SHA-256 of the frame's picture.
        entropy_blob: SHA-256 of a grey picture of its size: entropy / ln 2 * 255.
        side: Longest side, px.
    """
    rgb = read_rgb(blob_path(frame_blob))
    scale = min(1.0, side / max(rgb.shape[:2]))
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    with Image.open(blob_path(entropy_blob)) as image:
        entropy = cv2.resize(np.asarray(image.convert("L")), size, interpolation=cv2.INTER_AREA)
    # The root: unsure lines are thin, and reducing dims them.
    warmth = np.sqrt(entropy / np.float32(255))[..., None]
    picture = (1 - warmth) * GREY * grey[..., None].astype(np.float32) + warmth * np.array(WARM, np.float32)
    return encode_webp(picture.round().astype(np.uint8))
