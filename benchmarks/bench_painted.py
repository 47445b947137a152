"""How well are soft, compressed and half-opaque paintings read? Wrong pixels by class, beside the nearest colour.

    python benchmarks/bench_painted.py [--size 1920x1080] [--cuts 4] [--frames 6] [--sample FOLDER]

Known douga of the procedural production (and of the sample's real drawings, where that folder is) are rendered as paint
programs save them, read by their blends and, as the thesis does (Kugler 2020, 5.2), by the nearest colour. A class's
error is 1 - IoU over all frames. ``invented`` are pixels read as book in frames without any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from machine import machine  # noqa: E402

from modeling.labelio import import_label  # noqa: E402
from modeling.labels import get_kind  # noqa: E402
from modeling.painted import inks_of, read_painting  # noqa: E402
from tests.modeling.renderings import (  # noqa: E402
    antialiased,
    compressed,
    fills_beneath,
    half_opaque,
    opaque,
    smooth,
    truth_of,
)

DOUGA = get_kind("douga")
WAYS = ("blended", "thesis")
BOOKS = (5, 9)
Array = NDArray[np.uint8]


def main() -> None:
    """Render, read, count, print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--cuts", type=int, default=4)
    parser.add_argument(
        "--frames", type=int, default=6, help="of the procedural production, evenly over its cuts"
    )
    parser.add_argument("--sample", type=Path, default=ROOT.parent / "shared" / "sample")
    args = parser.parse_args()
    print(machine())
    real = sorted((args.sample / "real_douga" / "class").glob("*.png"))
    with tempfile.TemporaryDirectory() as temporary:
        drawn = _rendered(Path(temporary), args)
        for name, files in (("procedural production", drawn), ("real douga", real)):
            if files:
                _table(name, [import_label(file, DOUGA) for file in files])


def _rendered(folder: Path, args: argparse.Namespace) -> list[Path]:
    from datasets.procedural import produce

    width, height = map(int, args.size.split("x"))
    produce(folder, shows=1, cuts=args.cuts, seconds=0.5, size=(width, height), seed=3, maps=("douga",))
    files = sorted((folder / "douga").rglob("*.png"))
    return [files[i] for i in np.linspace(0, len(files) - 1, min(args.frames, len(files))).astype(int)]


def _renderings(label_map: Array) -> Iterator[tuple[str, Array, Array]]:
    """(name, painting, truth) of each way to save a douga."""
    large = smooth(label_map)
    truth, clean = truth_of(large, DOUGA), antialiased(large, DOUGA)
    yield "anti-aliased", clean, truth
    yield "soft brush", opaque(np.asarray(cv2.GaussianBlur(clean[..., :3], (0, 0), 0.7))), truth
    yield "JPEG 90", compressed(clean, 90), truth
    yield "JPEG 75", compressed(clean, 75), truth
    yield "half opaque", half_opaque(label_map, fills_beneath(label_map, DOUGA), DOUGA), label_map


def _table(name: str, label_maps: list[Array]) -> None:
    counts: dict[tuple[str, str], _Count] = {}
    for label_map in label_maps:
        for rendering, painting, truth in _renderings(label_map):
            for how in WAYS:
                counts.setdefault((rendering, how), _Count()).add(painting, truth, how)
    height, width = label_maps[0].shape
    print(f"\n{name}: {len(label_maps)} drawings of {width}x{height}; error of each class in %\n")
    names = " | ".join(cls.name for cls in DOUGA.classes)
    print(f"| rendering | read | wrong px in % | invented book px | {names} | s a drawing |")
    print("|---|---|---:|---:|" + "---:|" * (len(DOUGA.classes) + 1))
    for (rendering, how), count in counts.items():
        print(f"| {rendering} | {how} | {count.row()} |")


class _Count:
    """Pixels of each class that agree, and that either has."""

    def __init__(self) -> None:
        size = len(DOUGA.classes)
        self.both, self.either = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.wrong = self.pixels = self.invented = 0
        self.seconds: list[float] = []

    def add(self, painting: Array, truth: Array, how: str) -> None:
        """Read one painting and compare."""
        started = time.perf_counter()
        label_map = read_painting(painting, inks_of(DOUGA), how=how).label_map
        self.seconds.append(time.perf_counter() - started)
        read, true = DOUGA.to_classes(label_map), DOUGA.to_classes(truth)
        self.wrong += int((read != true).sum())
        self.pixels += read.size
        if not np.isin(true, BOOKS).any():
            self.invented += int(np.isin(read, BOOKS).sum())
        for cls in range(len(DOUGA.classes)):
            self.both[cls] += ((read == cls) & (true == cls)).sum()
            self.either[cls] += ((read == cls) | (true == cls)).sum()

    def row(self) -> str:
        """The figures as cells; a class that is nowhere has a dash."""
        pairs = zip(self.both, self.either, strict=True)
        errors = [f"{100 * (1 - both / either):.1f}" if either else "-" for both, either in pairs]
        wrong = f"{100 * self.wrong / self.pixels:.3f}"
        return " | ".join([wrong, str(self.invented), *errors, f"{np.median(self.seconds):.2f}"])


if __name__ == "__main__":
    main()
