"""Toys of pictures: an outlined box over a plate, a line through it, red to the left and blue to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import KINDS
from modeling.runs import RunFolder
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from modeling.training.config import TrainConfig, make_config, parse_settings

SIDE = 48
RED, BLUE, PLATE, INK = (200, 60, 40), (60, 80, 200), (40, 90, 60), (0, 0, 0)

SMALL = {
    "colorization": [
        *("network.width=0.05", "recipe.crop_width=32", "recipe.crop_height=32", "recipe.batch=2"),
        *("recipe.train_side=48", "recipe.working_side=48"),
    ],
    "deblur": [
        *("network.width=8", "network.blocks=2", "loss.adversarial=0.001"),
        *("recipe.crop_width=32", "recipe.crop_height=32", "recipe.batch=2"),
    ],
}
LOSS = {"colorization": "picture_l1", "deblur": "mse_gan"}


def box(index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """(H, W, 3) frame, (H, W) cel mask and (H, W) douga classes."""
    top, left, bottom, right, middle = 8 + index, 6, 36 + index, 42, 18 + 2 * index
    cel = np.zeros((SIDE, SIDE), np.uint8)
    cel[top : bottom + 1, left : right + 1] = 1
    lines = np.zeros_like(cel)
    lines[top : bottom + 1, [left, middle, right]] = 1
    lines[[top, bottom], left : right + 1] = 1
    rgb = np.full((SIDE, SIDE, 3), PLATE, np.uint8)
    rgb[cel == 1] = RED
    rgb[top : bottom + 1, middle : right + 1] = BLUE
    rgb[lines == 1] = INK
    return rgb, cel, lines


def source(root: Path, index: int, kinds: Sequence[str] = ("cel", "douga"), **more: str) -> SnapshotSource:
    rgb, cel, lines = box(index)
    image, labels = root / f"{index}.png", {}
    image.write_bytes(encode_png(rgb))
    for kind, classes in (("cel", cel), ("douga", lines)):
        if kind in kinds:
            file = root / f"{index}.{kind}.png"
            write_label(file, classes, KINDS[kind])
            labels[kind] = LabelSource(file, "import")
    told = {"split": "train" if index < 4 else "test", "cut": f"c{index // 2}", **more}
    return SnapshotSource(key=f"f{index}", image=image, labels=labels, **told)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Four frames to learn from and two held out, two to a cut; the last has no douga."""
    root = tmp_path_factory.mktemp("boxes")
    sources = [source(root, i, ("cel",) if i == 5 else ("cel", "douga")) for i in range(6)]
    return write_snapshot(root / "snapshots", sources)


TrainPictures = Callable[..., RunFolder]


def config_of(snapshot: Snapshot, task: str, *settings: str, steps: int = 3, **more: str) -> TrainConfig:
    return make_config(
        task=task,
        snapshot=snapshot.id,
        settings=parse_settings([*SMALL[task], *settings]),
        steps=steps,
        **{"loss": LOSS[task], **more},
    )


@pytest.fixture(scope="session")
def train_pictures(tmp_path_factory: pytest.TempPathFactory, boxes: Snapshot) -> TrainPictures:
    """Train a small network for a task on one thread; ``folder`` to resume."""
    import torch

    from modeling.training.run import train

    def run(
        task: str, *settings: str, steps: int = 3, folder: Path | None = None, stop=None, **more: str
    ) -> RunFolder:
        run = RunFolder(folder or tmp_path_factory.mktemp("run") / "run")
        config = config_of(boxes, task, *settings, steps=steps, **more)
        train(config, boxes, run, device=torch.device("cpu"), threads=1, stop=stop)
        return run

    return run


@pytest.fixture(scope="session")
def color_run(train_pictures: TrainPictures) -> RunFolder:
    """A finished run that has learned that boxes are red and blue."""
    return train_pictures("colorization", "recipe.learning_rate=0.01", "recipe.average=0", steps=60)


@pytest.fixture(scope="session")
def sharp_run(train_pictures: TrainPictures) -> RunFolder:
    """A finished run that has taken some steps."""
    return train_pictures("deblur", "recipe.learning_rate=0.003", "recipe.average=0", steps=60)
