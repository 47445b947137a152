"""Numbers about frames: one memory-mapped ``.npy`` a (name, version), a row a frame id (design.md, section 4)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np
from filelock import FileLock
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from core.paths import data_path
from modeling.embeddings.colors import SIZE as COLORS_SIZE
from modeling.embeddings.colors import VERSION as COLORS_VERSION
from modeling.embeddings.colors import color_histogram
from modeling.errors import UserError
from modeling.registry import propose
from modeling.runs import publish

EDGE_GRID = 16
_EDGE_LONG = 480
_CANNY = 60, 160
_FIRST_ROWS = 1024
_NAMED = re.compile(r"([^.].*)-v(\d+)\.npy")
_local = threading.Lock()


@dataclass(frozen=True, slots=True)
class Feature:
    """A registered feature: ``compute`` takes (H, W, 3) uint8 sRGB and returns (size,) of ``dtype``.

    ``at_ingest``: every frame has it; the others are computed for a pool by a job, when a lead asks.
    """

    name: str
    version: int
    size: int
    dtype: str
    text: str
    compute: Callable[[NDArray[np.uint8]], NDArray] | None = None
    at_ingest: bool = True


def edge_grid(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Share of Canny edge pixels in each cell of a 16 x 16 grid, (256,) uint8: 255 x the root of the share.

    The thesis picks its first frames by k-means on edge images (section 4.1); the root keeps faint cells apart.
    """
    scale = min(1.0, _EDGE_LONG / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    edges = cv2.Canny(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), *_CANNY)
    share = cv2.resize(edges.astype(np.float32) / 255, (EDGE_GRID, EDGE_GRID), interpolation=cv2.INTER_AREA)
    return np.round(255 * np.sqrt(share.clip(0, 1))).astype(np.uint8).ravel()


EDGES = Feature("edges", 1, EDGE_GRID**2, "uint8", "Where a frame's edges lie: 16 x 16 cells", edge_grid)
COLORS = Feature(
    "colors",
    COLORS_VERSION,
    COLORS_SIZE,
    "float16",
    "How much of a frame is of each of 6 x 6 x 6 colours",
    color_histogram,
    at_ingest=False,
)
FEATURES: dict[str, Feature] = {EDGES.name: EDGES, COLORS.name: COLORS}
"""Features that need nothing but the frame, by name."""


def feature_register(feature: Feature) -> None:
    """Keep a feature that stands on files of the user's, such as weights, in the list of `known_features`."""
    kept = {name: getattr(feature, name) for name in ("name", "version", "size", "dtype", "text")}
    publish(data_path("features", f"{feature.name}.json"), json.dumps(kept).encode() + b"\n")


def known_features() -> dict[str, Feature]:
    """Every feature that does not depend on a round, by name: `FEATURES` and those registered here."""
    paths = sorted(data_path("features").glob("*.json"))
    rows = (Feature(**json.loads(path.read_bytes()), at_ingest=False) for path in paths)
    return {**FEATURES, **{row.name: row for row in rows}}


def get_feature(name: str) -> Feature:
    """Return the feature of that name.

    Raises:
        UserError: ``unknown_feature``.
    """
    if name not in FEATURES:
        message = f"There is no feature {name!r}."
        raise UserError(message, code="unknown_feature", remedy=propose(name, FEATURES))
    return FEATURES[name]


def feature_write(name: str, version: int, frame_ids: Sequence[int], values: NDArray) -> None:
    """Store (N, D) values of N frames; rows are told apart by frame id and may be written again."""
    ids = np.asarray(frame_ids, np.int64)
    values = np.asarray(values)
    if values.ndim != 2 or len(values) != len(ids):
        raise ValueError(f"{len(ids)} frames but values of shape {values.shape}")
    if not len(ids):
        return
    path = _path(name, version)
    with _local, FileLock(data_path("locks", f"feature-{name}-{version}.lock")):
        _reserve(path, int(ids.max()) + 1, values.shape[1], values.dtype)
        _reserve(_marks(path), int(ids.max()) + 1, 1, np.dtype(np.uint8))
        rows, marks = open_memmap(path, "r+"), open_memmap(_marks(path), "r+")
        rows[ids] = values
        rows.flush()
        marks[ids] = 1
        marks.flush()


def feature_present(
    name: str, version: int, frame_ids: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(N,) bool: of which frames there are values."""
    ids = np.asarray(frame_ids, np.int64)
    path = _path(name, version)
    if not _marks(path).is_file():
        return np.zeros(len(ids), bool)
    marks = open_memmap(_marks(path), "r")
    known = ids < len(marks)
    present = np.zeros(len(ids), bool)
    present[known] = marks[ids[known], 0] != 0
    return present


def feature_read(name: str, version: int, frame_ids: Sequence[int] | NDArray[np.int64]) -> NDArray:
    """(N, D) values in the order of the ids.

    Raises:
        UserError: ``feature_missing`` when one of the frames has none.
    """
    present = feature_present(name, version, frame_ids)
    if not present.all() or not len(present):
        message = f"{int((~present).sum())} of {len(present)} frames have no values of the feature {name!r}."
        raise UserError(message, code="feature_missing", remedy="Ingest them again.")
    return np.array(open_memmap(_path(name, version), "r")[np.asarray(frame_ids, np.int64)])


def feature_filled(
    name: str, version: int, frame_ids: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.floating]:
    """(N, D) values of a floating feature, rows of NaN where a frame has none; (N, 1) where none has any."""
    ids = np.asarray(frame_ids, np.int64)
    present = feature_present(name, version, ids)
    if present.all() and len(ids):
        return feature_read(name, version, ids)
    found = feature_read(name, version, ids[present]) if present.any() else np.empty((0, 1), np.float16)
    values = np.full((len(ids), found.shape[1]), np.nan, found.dtype)
    values[present] = found
    return values


def feature_size(name: str, version: int) -> int:
    """Columns of a stored feature, 0 where there is none."""
    path = _path(name, version)
    return int(open_memmap(path, "r").shape[1]) if path.is_file() else 0


def feature_files() -> Iterator[tuple[str, int, tuple[Path, Path]]]:
    """Name, version and the two files of everything that is stored."""
    for path in sorted(data_path("features").glob("*.npy")):
        if found := _NAMED.fullmatch(path.name):
            yield found[1], int(found[2]), (path, _marks(path))


def _path(name: str, version: int) -> Path:
    return data_path("features", f"{name}-v{version}.npy")


def _marks(path: Path) -> Path:
    return path.with_name(f"{path.stem}.present.npy")


def _reserve(path: Path, rows: int, columns: int, dtype: np.dtype) -> None:
    """Make the file at least that long; a reader sees the old one or the new one."""
    old = open_memmap(path, "r") if path.is_file() else None
    if old is not None and len(old) >= rows:
        return
    length = max(_FIRST_ROWS, rows, 0 if old is None else 2 * len(old))
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    new = open_memmap(part, "w+", dtype, (length, columns))
    if old is not None:
        new[: len(old)] = old
    new.flush()
    part.replace(path)
