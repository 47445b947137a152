"""Toys of depth: discs before a floor that comes nearer downwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import get_kind, levels_of
from modeling.runs import RunFolder
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from modeling.training.config import make_config, parse_settings
from tests.modeling.toys import HEIGHT, QUICK, WIDTH, disc

UNKNOWN_COLUMNS = 5

DEPTH_QUICK = [*QUICK, "recipe.learning_rate=0.02", "recipe.average=0", "recipe.augment.scale_min=0.9"]


def depth_disc(index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """(H, W, 3) uint8 picture and (H, W) uint16 depth: a disc at 0.9 before a floor of 0.1 to 0.5.

    The leftmost columns are unknown.
    """
    rgb, mask = disc(index)
    floor = np.linspace(0.1, 0.5, HEIGHT)[:, None].repeat(WIDTH, 1)
    rgb[mask == 0] = (60 + 300 * floor[mask == 0])[:, None].astype(np.uint8)
    levels = levels_of(np.where(mask == 1, 0.9, floor))
    levels[:, :UNKNOWN_COLUMNS] = 0
    return rgb, levels


def _source(root: Path, index: int) -> SnapshotSource:
    rgb, levels = depth_disc(index)
    image, label = root / f"{index}.png", root / f"{index}.depth.png"
    image.write_bytes(encode_png(rgb))
    write_label(label, levels, get_kind("depth"))
    split = "train" if index < 6 else "test"
    labels = {"depth": LabelSource(label, "import")}
    return SnapshotSource(key=f"f{index}", image=image, split=split, cut=f"c{index}", labels=labels)


@pytest.fixture(scope="session")
def depth_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six frames to train on, three held out."""
    root = tmp_path_factory.mktemp("depth")
    return write_snapshot(
        root / "snapshots", [_source(root, i) for i in range(9)], created=datetime(2026, 1, 1, tzinfo=UTC)
    )


TrainDepth = Callable[..., RunFolder]


@pytest.fixture(scope="session")
def train_depth(tmp_path_factory: pytest.TempPathFactory, depth_snapshot: Snapshot) -> TrainDepth:
    """Train ``tiny`` for depth on one thread; ``folder`` to resume."""
    import torch

    from modeling.training.run import train

    def run(
        *, steps: int = 3, settings: Sequence[str] = (), folder: Path | None = None, stop=None, seed: int = 0
    ) -> RunFolder:
        run = RunFolder(folder or tmp_path_factory.mktemp("run") / "run")
        config = make_config(
            task="depth",
            snapshot=depth_snapshot.id,
            network="tiny",
            settings=parse_settings([*DEPTH_QUICK, *settings]),
            steps=steps,
            seed=seed,
        )
        train(config, depth_snapshot, run, device=torch.device("cpu"), threads=1, stop=stop)
        return run

    return run


@pytest.fixture(scope="session")
def depth_run(train_depth: TrainDepth) -> RunFolder:
    """A finished run that has learned to see the discs."""
    return train_depth(steps=80)
