"""Frames that stand in for a pool's own where nothing is frozen yet.

Time and memory of a step follow from sizes and from how frames are stored, not from what they show. So frames are
made up, in the pool's size: an estimate needs no label, and takes as long for the first round as for the tenth.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.images import RGB, encode_png
from modeling.labelio import LabelMap, write_label
from modeling.labels import KINDS, LabelKind, levels_of
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot_to
from modeling.tasks import Task
from modeling.tasks.ways import Way

GRAIN = 12
"""Plates are noise of so many cells across, made smooth."""


def stand_ins(
    folder: Path, task: Task, way: Way, size: tuple[int, int], train: int, held_out: int
) -> Snapshot:
    """Freeze made-up frames with labels of every kind that the task reads.

    Args:
        folder: New folder; sources go to ``sources`` in it, the snapshot to ``snapshot``.
        task: Whose target, and what it cuts by, they have.
        way: Whose mask they have.
        size: (height, width) of each in pixels.
        train: How many to train on, each a cut of its own.
        held_out: How many to judge.
    """
    kinds = {task.kind, task.cut_by, way.kind, *task.beside} - {None, ""}
    sources = folder / "sources"
    sources.mkdir(parents=True)
    frames = [
        _source(sources, index, sorted(map(str, kinds)), size, index < train)
        for index in range(train + held_out)
    ]
    return write_snapshot_to(folder / "snapshot", frames, link=True)


def _source(folder: Path, index: int, kinds: list[str], size: tuple[int, int], train: bool) -> SnapshotSource:
    rng = np.random.default_rng(index)
    figure = _figure(rng, *size)
    image = folder / f"{index:03d}.png"
    image.write_bytes(encode_png(_picture(rng, figure)))
    labels = {}
    for kind in kinds:
        file = folder / f"{index:03d}.{kind}.png"
        write_label(file, _label(figure, KINDS[kind]), KINDS[kind])
        labels[kind] = LabelSource(file, "import")
    split = "train" if train else "test"
    return SnapshotSource(key=image.stem, image=image, split=split, cut=image.stem, labels=labels)  # type: ignore[arg-type]


def _label(figure: NDArray[np.uint8], kind: LabelKind) -> LabelMap:
    """(H, W) stored values of that kind: the figure's bands in its classes, or at as many depths before a plate."""
    if kind.scalar:
        return levels_of((figure + 1) / 16)
    return figure % np.uint8(len(kind.classes))


def _figure(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """(H, W) uint8: 0 around an ellipse, in it bands counted from 1."""
    centre = (int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.4, 0.6)))
    axes = (max(1, int(width * rng.uniform(0.1, 0.25))), max(1, int(height * rng.uniform(0.2, 0.4))))
    inside = cv2.ellipse(np.zeros((height, width), np.uint8), centre, axes, 0, 0, 360, 1, cv2.FILLED)
    bands = 1 + 9 * np.arange(height, dtype=np.uint32) // height
    return (inside * bands[:, None]).astype(np.uint8)


def _picture(rng: np.random.Generator, figure: NDArray[np.uint8]) -> RGB:
    """(H, W, 3) uint8: flat colours by band before a smooth plate."""
    grain = rng.integers(20, 160, (GRAIN, GRAIN, 3), dtype=np.uint8)
    plate = cv2.resize(grain, figure.shape[::-1], interpolation=cv2.INTER_CUBIC)
    colors = rng.integers(120, 255, (int(figure.max()) + 1, 3), dtype=np.uint8)
    return np.where(figure[..., None] == 0, plate, colors[figure]).astype(np.uint8)
