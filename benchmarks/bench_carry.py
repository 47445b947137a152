"""Labels carried from the drawing before, against copying them as they are: IoU with the truth, pixels locked, time.

    python benchmarks/bench_carry.py [--production FOLDER] [--pairs 24] [--at 1920x1080]

Over the sample's clips (../shared/sample) and one show of the procedural production (rendered here unless a folder that
``produce`` wrote is named), drawing by drawing within each cut. *copied* is the neighbour's mask as it is, *carried*
ours, both pooled over all pixels of the clip or shot; *locked* is the share of pixels called unchanged, *wrong* how
many of those are, a drawing. The last line times whole calls, reading both pictures included, at the size asked for.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from machine import machine  # noqa: E402

from datasets.video.carry import carry  # noqa: E402
from modeling.images import encode_png, read_rgb  # noqa: E402

SAMPLE = ROOT.parent / "shared" / "sample"


@dataclass(frozen=True)
class Drawing:
    """A frame and its mask on disk."""

    frame: Path
    mask: Path

    def picture(self) -> np.ndarray:
        """(H, W, 3) uint8."""
        return read_rgb(self.frame)

    def label(self) -> np.ndarray:
        """(H, W) uint8 of 0 and 1."""
        grey = cv2.imread(str(self.mask), cv2.IMREAD_GRAYSCALE)
        assert grey is not None
        return (grey > 0).astype(np.uint8)


@dataclass
class Sums:
    """Pixels of pairs, summed."""

    pairs: int = 0
    both: int = 0
    either: int = 0
    copied_both: int = 0
    copied_either: int = 0
    locked: float = 0
    wrong: int = 0

    def add(self, before: np.ndarray, truth: np.ndarray, carried) -> None:  # type: ignore[no-untyped-def]
        """Compare one pair with the truth."""
        ours, real, plain = carried.label == 1, truth == 1, before == 1
        self.pairs += 1
        self.both += int((ours & real).sum())
        self.either += int((ours | real).sum())
        self.copied_both += int((plain & real).sum())
        self.copied_either += int((plain | real).sum())
        self.locked += float(carried.known.mean())
        self.wrong += int((carried.known & (ours != real)).sum())

    def line(self, name: str) -> str:
        """One row of the table."""
        copied, ours = self.copied_both / max(1, self.copied_either), self.both / max(1, self.either)
        shown = f"{name:26}{self.pairs:6}{copied:10.4f}{ours:10.4f}"
        return f"{shown}{100 * self.locked / self.pairs:9.1f} %{self.wrong / self.pairs:9.1f}"


def main() -> None:
    """Print the tables, then one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--production", type=Path, help="a folder that produce wrote")
    parser.add_argument("--pairs", type=int, default=24, help="at most so many pairs of a cut")
    parser.add_argument("--at", default="1920x1080", help="size of the timed pair")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        production = options.production or render(Path(folder))
        print(f"{'':26}{'pairs':>6}{'copied':>10}{'carried':>10}{'locked':>11}{'wrong':>9}")
        sets = {**dict(sample_clips()), **dict(shots(production))}
        sums = {name: measured(name, drawings, options.pairs) for name, drawings in sets.items()}
        times = timed(next(iter(shots(production)))[1][:2], options.at, Path(folder))
    print(json.dumps(summary(sums) | times | {"at": options.at}))


def render(folder: Path) -> Path:
    """Render one show of 6 cuts of 3 s at 1280x720."""
    out = folder / "production"
    size = ["--shows", "1", "--cuts", "6", "--seconds", "3", "--size", "1280x720", "--seed", "77"]
    command = [sys.executable, str(ROOT / "manage.py"), "produce", str(out), *size]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out


def sample_clips() -> Iterator[tuple[str, list[Drawing]]]:
    """Clips of the sample with the drawings that ingest would keep."""
    if not SAMPLE.is_dir():
        return
    with (SAMPLE / "clips.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["repeat_of_previous"] == "0"]
    for clip, group in groupby(rows, lambda row: row["clip"]):
        yield clip, [Drawing(SAMPLE / row["frame"], SAMPLE / row["mask"]) for row in group]


def shots(production: Path) -> Iterator[tuple[str, list[Drawing]]]:
    """Cuts of a production, named by what they show."""
    with (production / "manifest.csv").open() as file:
        rows = list(csv.DictReader(file))
    for cut, group in groupby(rows, lambda row: row["cut"]):
        cels = list(group)
        drawings = [Drawing(production / row["frame"], production / row["mask"]) for row in cels]
        yield f"{cut} {cels[0]['shot']}", drawings


def measured(name: str, drawings: list[Drawing], most: int) -> Sums:
    """Carry labels to the next drawing, at ``most`` so many pairs evenly over the cut."""
    sums, pairs = Sums(), list(pairwise(drawings))
    for before, after in pairs[:: max(1, -(-len(pairs) // most))]:
        label = before.label()
        carried = carry(before.picture(), after.picture(), label, two_fills=True)
        sums.add(label, after.label(), carried)
    if sums.pairs:
        print(sums.line(name), flush=True)
    return sums


def timed(pair: list[Drawing], at: str, folder: Path, repeat: int = 5) -> dict[str, int]:
    """Median milliseconds, waited and computed, of a whole call at a size, both pictures read from PNG."""
    width, height = (int(side) for side in at.split("x"))
    paths = []
    for number, drawing in enumerate(pair):
        large = cv2.resize(drawing.picture(), (width, height), interpolation=cv2.INTER_CUBIC)
        paths.append(folder / f"{number}.png")
        paths[-1].write_bytes(encode_png(np.ascontiguousarray(large)))
    label = cv2.resize(pair[0].label(), (width, height), interpolation=cv2.INTER_NEAREST)
    times = []
    for _ in range(repeat):
        start = time.perf_counter(), time.process_time()
        carry(read_rgb(paths[0]), read_rgb(paths[1]), label, two_fills=True)
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    waited, computed = 1000 * np.median(times, axis=0)
    return {"carry_ms": round(waited), "carry_cpu_ms": round(computed)}


def summary(sums: dict[str, Sums]) -> dict[str, float]:
    """IoU pooled over everything."""
    whole = list(sums.values())
    copied = sum(s.copied_both for s in whole) / sum(s.copied_either for s in whole)
    carried = sum(s.both for s in whole) / sum(s.either for s in whole)
    return {"iou_copied": round(copied, 4), "iou_carried": round(carried, 4)}


if __name__ == "__main__":
    main()
