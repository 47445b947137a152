"""How long post-processing a predicted douga takes at 1080p on one core.

    python benchmarks/bench_postprocess.py [--map FILE] [--repeat 9] [--size 1920x1080]

On a class map of ../shared/sample/real_douga scaled by nearest, with random probabilities. *speckled* is the same map
with two pixels in a hundred given another class at random, as the worst of predictions have them; *blotted* the map
with a tenth of the frame one solid black disc. Prints one JSON line: milliseconds (the
least and the median of the repeats) of each step and of both together. Aim: 300 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from machine import machine  # noqa: E402

from modeling.douga.classes import NAMES  # noqa: E402
from modeling.douga.postprocess import average_fills, postprocess, thin_lines  # noqa: E402
from modeling.labelio import import_label  # noqa: E402
from modeling.labels import DOUGA  # noqa: E402

SAMPLE = ROOT.parent / "shared" / "sample" / "real_douga" / "class" / "dwanko_01.png"


def main() -> None:
    """Print the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--map", type=Path, default=SAMPLE)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    classes = scaled(options.map, options.size)
    probabilities = np.random.default_rng(0).random((len(NAMES), *classes.shape), dtype=np.float32)
    found: dict[str, object] = {"map": options.map.name, "size": options.size}
    cases = {"map_ms": classes, "speckled_ms": speckled(classes), "blotted_ms": blotted(classes)}
    for name, given in cases.items():
        found[name] = timed(given, probabilities, options.repeat)
    print(json.dumps(found | {"machine": machine()}))


def scaled(path: Path, size: str) -> NDArray[np.uint8]:
    """(H, W) uint8 classes of a stored douga, resampled by nearest."""
    width, height = map(int, size.split("x"))
    classes = DOUGA.to_classes(import_label(path, DOUGA))
    return np.asarray(cv2.resize(classes, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def speckled(classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The map with 2 % of its pixels given a random class."""
    rng = np.random.default_rng(1)
    noise = rng.integers(len(NAMES), size=classes.shape, dtype=np.uint8)
    return np.where(rng.random(classes.shape) < 0.02, noise, classes)


def blotted(classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The map with a disc of visible line over a tenth of it."""
    height, width = classes.shape
    radius = round((0.1 * classes.size / np.pi) ** 0.5)
    return np.asarray(cv2.circle(classes.copy(), (width // 2, height // 2), radius, 1, -1), np.uint8)


def timed(
    classes: NDArray[np.uint8], probabilities: NDArray[np.float32], repeat: int
) -> dict[str, list[float]]:
    """[least, median] milliseconds of each step."""
    steps: dict[str, Callable[[], object]] = {
        "thin_lines": lambda: thin_lines(classes),
        "average_fills": lambda: average_fills(classes),
        "average_fills_probabilities": lambda: average_fills(classes, probabilities),
        "both": lambda: postprocess(classes),
        "both_probabilities": lambda: postprocess(classes, probabilities),
    }
    return {name: milliseconds(step, repeat) for name, step in steps.items()}


def milliseconds(step: Callable[[], object], repeat: int) -> list[float]:
    """[least, median] of the repeats, after one that does not count."""
    step()
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        step()
        taken.append(1000 * (time.perf_counter() - start))
    return [round(min(taken), 1), round(statistics.median(taken), 1)]


if __name__ == "__main__":
    main()
