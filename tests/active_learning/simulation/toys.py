"""A pool that is simulated in seconds: bright discs over dark plates, four frames a cut."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 48, 64
QUICK = (
    "network.width=4",
    "recipe.crop_width=32",
    "recipe.crop_height=32",
    "recipe.batch=2",
    "recipe.train_side=64",
    "recipe.pyramid=1",
    "recipe.edge_radius=0",
    "recipe.learning_rate=0.02",
    "recipe.average=0",
)
"""Settings under which ``tiny`` takes milliseconds a step."""


def toy_pool(folder: Path, cuts: int = 6, held_out: int = 2, each: int = 4) -> Path:
    """Write ``frames/``, ``masks/`` and ``manifest.csv``; the last ``held_out`` cuts have the split ``test``."""
    rows = []
    for number in range(cuts * each):
        cut, name = number // each, f"{number:03d}.png"
        rgb, mask = _disc(number)
        for kind, pixels in (("frames", rgb), ("masks", mask * 255)):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(folder / kind / name)
        split = "test" if cut >= cuts - held_out else "train"
        rows.append(
            {
                "frame": f"frames/{name}",
                "mask": f"masks/{name}",
                "cut": f"c{cut}",
                "split": split,
                "more": "x",
            }
        )
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def _disc(index: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(index)
    rgb = rng.integers(20, 70, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    mask = ((y - rng.integers(12, 36)) ** 2 + (x - rng.integers(15, 50)) ** 2 < 120).astype(np.uint8)
    rgb[mask == 1] = (230, 190, 160)
    return rgb, mask
