"""What a finished round's model said of each frame, as one array: its rows, kept in a file where they are many."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from active_learning.models import FrameScore, Round, RoundState
from core.paths import data_path
from modeling.runs import publish

KEPT_FROM = 20_000
"""Rows from which on they are kept."""
ROW = np.dtype([("frame", np.int64), ("entropy", np.float64)])
_CHUNK = 10_000
_FINAL = (RoundState.SCORED, RoundState.CLOSED)


def score_rows(scored: Round) -> NDArray[np.void]:
    """(M,) of `ROW`, frames rising: rows of a round that is scored never change, so that they are read once.

    A frame deleted since may still be among them.
    """
    path = _path(scored.pk)
    if path.is_file():
        return np.load(path, mmap_mode="r")
    rows = FrameScore.objects.filter(round=scored).order_by("frame_id").values_list("frame_id", "entropy")
    found = np.fromiter(rows.iterator(_CHUNK), ROW)
    if len(found) >= KEPT_FROM and scored.state in _FINAL:
        buffer = BytesIO()
        np.save(buffer, found)
        publish(path, buffer.getvalue())
    return found


def score_files() -> Iterator[tuple[int, Path]]:
    """Id of the round and path of every kept file."""
    for path in sorted(data_path("tables").glob("round-*.npy")):
        yield int(path.stem.removeprefix("round-")), path


def _path(round_id: int) -> Path:
    return data_path("tables", f"round-{round_id}.npy")
