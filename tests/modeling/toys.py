"""A snapshot small enough to train on in a second: bright discs (cel) over dark plates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import KINDS
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from modeling.training.config import TrainConfig, make_config, parse_settings

HEIGHT, WIDTH = 48, 80

QUICK = [
    "network.width=4",
    "recipe.crop_width=64",
    "recipe.crop_height=32",
    "recipe.batch=2",
    "recipe.train_side=80",
]
"""Settings under which ``tiny`` takes milliseconds a step."""


def disc(index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(H, W, 3) uint8 picture and (H, W) uint8 cel mask; every fourth is a plate without cel."""
    rng = np.random.default_rng(index)
    rgb = rng.integers(20, 70, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    mask = ((y - rng.integers(12, 36)) ** 2 + (x - rng.integers(15, 65)) ** 2 < 120).astype(np.uint8)
    mask *= index % 4 != 3
    rgb[mask == 1] = (230, 190, 160)
    return rgb, mask


def toy_snapshot(root: Path, train: int = 6, held_out: int = 3) -> Snapshot:
    """Freeze ``train`` and ``held_out`` labelled frames, each its own cut."""
    root.mkdir(parents=True, exist_ok=True)
    sources = []
    for index in range(train + held_out):
        rgb, mask = disc(index)
        image, label = root / f"{index}.png", root / f"{index}.label.png"
        image.write_bytes(encode_png(rgb))
        write_label(label, mask, KINDS["cel"])
        sources.append(
            SnapshotSource(
                key=f"f{index:03d}",
                image=image,
                split="train" if index < train else "test",
                cut=f"c{index}",
                labels={"cel": LabelSource(label, "import")},
            )
        )
    return write_snapshot(root / "snapshots", sources, created=datetime(2026, 1, 1, tzinfo=UTC))


def tiny_config(
    snapshot: Snapshot,
    steps: int = 3,
    settings: Sequence[str] = (),
    seed: int = 0,
    hard_by: str | None = None,
) -> TrainConfig:
    """The config of a training of milliseconds a step."""
    values = parse_settings([*QUICK, *settings])
    return make_config(
        task="cel",
        snapshot=snapshot.id,
        network="tiny",
        settings=values,
        steps=steps,
        seed=seed,
        hard_by=hard_by,
    )
