"""Toys of douga: discs with an outline and a shade, labelled both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import KINDS
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.modeling.toys import disc

UNMASKED = (1, 7)
"""Toys without a cel label: one to train on, one held out."""


def douga_disc(index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """(H, W, 3) uint8 picture, (H, W) uint8 cel mask and (H, W) uint8 douga: an outline, its lower part shaded."""
    rgb, mask = disc(index)
    ring = mask - cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0)
    rows = np.arange(len(mask))[:, None]
    middle = rows[mask.any(1)].mean() if mask.any() else 0
    douga = np.where((mask == 1) & (rows > middle), 6, 0).astype(np.uint8)
    douga[ring == 1] = 1
    rgb[douga == 6], rgb[douga == 1] = (120, 90, 90), (0, 0, 0)
    return rgb, mask, douga


@pytest.fixture(scope="session")
def douga_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six frames to train on, three held out, two of the nine without a cel label."""
    root = tmp_path_factory.mktemp("douga")
    return write_snapshot(
        root / "snapshots", [_source(root, i) for i in range(9)], created=datetime(2026, 1, 1, tzinfo=UTC)
    )


def _source(root: Path, index: int) -> SnapshotSource:
    rgb, mask, douga = douga_disc(index)
    image = root / f"{index}.png"
    image.write_bytes(encode_png(rgb))
    labels = {}
    for kind, label in (("cel", mask), ("douga", douga)):
        if kind == "douga" or index not in UNMASKED:
            file = root / f"{index}.{kind}.png"
            write_label(file, label, KINDS[kind])
            labels[kind] = LabelSource(file, "person")
    split = "train" if index < 6 else "test"
    return SnapshotSource(key=f"f{index}", image=image, split=split, cut=f"c{index}", labels=labels)
