"""Pictures of a frame that two versions were compared on, drawn when they are asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from active_learning.comparisons import Comparison, judgement_of
from core.paths import data_path
from modeling.images import read_rgb
from modeling.snapshots import FrameRow, Snapshot
from modeling.training.overlays import encode_webp, painted, shares, three_way, verdicts

PICTURES = ("three_way", "truth", "old", "new")
"""Who is right where, what was drawn, and what either version predicts."""

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
        return encode_webp(three_way(rgb, *_maps(comparison, key), side))
    maps = dict(zip(PICTURES[1:], _maps(comparison, key), strict=True))
    return encode_webp(painted(maps[show], comparison.kind, side))


def verdict_shares(comparison: Comparison, key: str) -> tuple[float, float, float, float]:
    """Shares of the frame's counted pixels that both, only the old, only the new and neither version has right."""
    return shares(verdicts(*_maps(comparison, key)))


def _maps(comparison: Comparison, key: str) -> tuple[Classes, Classes, Classes]:
    """(H, W) uint8 classes: truth, old, new."""
    snapshot, row = _row(comparison, key)
    judgements = (
        judgement_of(comparison.old, comparison.old_on),
        judgement_of(comparison.new, comparison.new_on),
    )
    old, new = (judgement.classes(key, comparison.kind) for judgement in judgements)
    return snapshot.classes(row, comparison.kind.name), old, new


def _row(comparison: Comparison, key: str) -> tuple[Snapshot, FrameRow]:
    snapshot, rows = _opened(data_path("snapshots", comparison.new_on))
    return snapshot, rows[key]


@lru_cache(maxsize=2)
def _opened(folder: Path) -> tuple[Snapshot, dict[str, FrameRow]]:
    """A snapshot never changes; reading 10,000 rows for each picture of a page would take longer than the picture."""
    snapshot = Snapshot.open(folder)
    return snapshot, {row.key: row for row in snapshot.frames("test")}
