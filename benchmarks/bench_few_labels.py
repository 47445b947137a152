"""What does the default training make of 24 labels on art it never saw? Pooled IoU in both directions.

    python benchmarks/bench_few_labels.py [--seconds 240 | --steps N] [--seeds 0] [--splits 4] [--sample FOLDER]

Trained, by the plain ``python -m modeling train SNAPSHOT RUN --seconds 240``, on 24 frames of one procedural show or of
the sample; tested on three other procedural shows (24 frames each) and on the sample. Trained on procedural art, all 61
frames of the sample count. Trained on the sample, those that share neither figure nor plate with the 24: each split
draws plates at random, and of many draws the one with most frames to test on is kept. Frames come evenly from a show's
cuts. IoU, precision and recall are of all the test pixels together; training and drawing are seeded.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from machine import machine  # noqa: E402

from datasets.procedural import produce  # noqa: E402
from modeling.inference.predictor import Predictor  # noqa: E402
from modeling.labelio import import_label, write_label  # noqa: E402
from modeling.labels import KINDS  # noqa: E402
from modeling.metrics import Counts, iou, sum_counts  # noqa: E402
from modeling.runs import RunFolder  # noqa: E402
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot_to  # noqa: E402
from modeling.tasks import TASKS  # noqa: E402
from modeling.training.evaluation import Labels, judge  # noqa: E402

CEL = KINDS["cel"]
LABELS, TESTED, DRAWS, MOST_EMPTY = 24, 24, 20_000, 2
"""Training frames; test frames a show; draws of plates a split; training frames that may be empty."""


@dataclass(frozen=True, slots=True)
class Art:
    """A frame with its mask: what is seen in it, and where it comes from."""

    key: str
    image: Path
    mask: Path
    show: str
    cut: str
    plate: str = ""
    figures: frozenset[str] = frozenset()


def main() -> None:
    """Render, split, train, test and print a Markdown table."""
    options = _options()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        shows, sample = procedural(work / "procedural"), sample_art(options.sample, work / "masks")
        tests = [art for name in list(shows)[1:] for art in evenly(shows[name], TESTED)]
        jobs = [("procedural", 0, evenly(next(iter(shows.values())), LABELS), sample)]
        jobs += [("sample", n, *split(sample, n)) for n in range(options.splits)]
        print("| 24 labels of | seed | steps | tested on | frames | IoU | precision | recall |")
        print("|---|---:|---:|---|---:|---:|---:|---:|")
        for seed in options.seeds:
            for name, number, train, unseen in jobs:
                run, steps = trained(work / f"{name}-{number}-{seed}", train, options, seed)
                for tested, frames in (("sample", unseen), ("procedural", tests)):
                    counts = result(run, frames, work / f"{name}-{number}-{seed}-{tested}")
                    print(
                        f"| {name} {number} | {seed} | {steps} | {tested} | {len(frames)} | {row(counts)} |"
                    )
                    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=float, default=240.0)
    budget.add_argument(
        "--steps", type=int, help="a budget that does not depend on who else uses the machine"
    )
    parser.add_argument("--seeds", type=lambda text: [int(n) for n in text.split(",")], default=[0])
    parser.add_argument("--splits", type=int, default=4, help="of the sample")
    parser.add_argument("--sample", type=Path, default=ROOT.parent / "shared" / "sample")
    parser.add_argument("--work", type=Path, help="keep snapshots and runs in this new folder")
    return parser.parse_args()


def procedural(out: Path) -> dict[str, list[Art]]:
    """Four shows, each its own cast, palette and plates."""
    produce(out, shows=4, cuts=8, seconds=2, size=(960, 540), seed=21, maps=("frames", "cel"))
    shows: dict[str, list[Art]] = {}
    for item in _rows(out / "manifest.csv"):
        key, show = item["frame"].removeprefix("frames/"), item["production"]
        art = Art(key, out / item["frame"], out / item["mask"], show, item["cut"])
        shows.setdefault(show, []).append(art)
    return dict(sorted(shows.items()))


def sample_art(folder: Path, masks: Path) -> list[Art]:
    """The sample's composites, their masks written as label maps."""
    masks.mkdir(parents=True)
    found = []
    for item in _rows(folder / "manifest.csv"):
        key = Path(item["frame"]).stem
        write_label(masks / f"{key}.png", import_label(folder / item["mask"], CEL), CEL)
        figures = frozenset(filter(None, item["characters"].split(";")))
        image, mask = folder / item["frame"], masks / f"{key}.png"
        found.append(Art(key, image, mask, "sample", key, item["background"], figures))
    return found


def _rows(manifest: Path) -> Iterator[dict[str, str]]:
    with manifest.open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def evenly(frames: list[Art], count: int) -> list[Art]:
    """``count`` frames, one of each cut in turn, at random within a cut."""
    rng, cuts = np.random.default_rng(0), sorted({art.cut for art in frames})
    shuffled = [[of for of in frames if of.cut == cut] for cut in cuts]
    for of_cut in shuffled:
        rng.shuffle(of_cut)  # type: ignore[arg-type]
    return [art for turn in zip_longest(*shuffled) for art in turn if art is not None][:count]


def split(frames: list[Art], number: int) -> tuple[list[Art], list[Art]]:
    """Frames to train on, and those with neither a plate nor a figure of theirs."""
    rng = np.random.default_rng(100 + number)
    best: tuple[list[Art], list[Art]] = [], []
    plates = sorted({art.plate for art in frames})
    for _ in range(DRAWS):
        drawn = set(rng.permutation(plates)[: rng.integers(6, 14)])
        inside = [art for art in frames if art.plate in drawn]
        if len(inside) < LABELS:
            continue
        train = [inside[n] for n in rng.permutation(len(inside))[:LABELS]]
        figures = frozenset().union(*(art.figures for art in train))
        test = [art for art in frames if art.plate not in drawn and not art.figures & figures]
        if sum(not art.figures for art in train) <= MOST_EMPTY and len(test) > len(best[1]):
            best = train, test
    return best


def frozen(frames: list[Art], part: str, out: Path) -> Snapshot:
    """A snapshot with all of ``frames`` in one part, ``train`` or ``test``."""
    sources = (
        SnapshotSource(
            key=art.key,
            image=art.image,
            split="train" if part == "train" else "test",
            production=art.show,
            cut=art.cut,
            labels={CEL.name: LabelSource(art.mask, "import")},
        )
        for art in frames
    )
    return write_snapshot_to(out, sources)


def trained(work: Path, frames: list[Art], options: argparse.Namespace, seed: int) -> tuple[RunFolder, int]:
    """The run that the plain command makes of these frames, and its number of steps."""
    frozen(frames, "train", work / "snapshot")
    budget = ["--steps", str(options.steps)] if options.steps else ["--seconds", str(options.seconds)]
    command = [sys.executable, "-m", "modeling", "train", str(work / "snapshot"), str(work / "run"), *budget]
    done = subprocess.run([*command, "--seed", str(seed)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    run = RunFolder(work / "run")
    return run, (run.report() or {})["steps"]


def result(run: RunFolder, frames: list[Art], out: Path) -> Counts:
    """The confusion over all the pixels of ``frames``."""
    tested = frozen(frames, "test", out)
    predictor = Predictor.open(run, torch.device("cpu"))
    rows, task = tested.frames("test", CEL.name), TASKS.get("cel")
    judged = judge(tested, rows, task, lambda row, rgb: Labels(predictor.label(rgb)))
    return sum_counts([item.counts for item in judged])


def row(counts: Counts) -> str:
    """IoU, precision and recall of class 1 as cells."""
    precision, recall = (counts[1, 1] / max(1, counts.sum(axis)[1]) for axis in (0, 1))
    return f"{iou(counts):.3f} | {precision:.2f} | {recall:.2f}"


if __name__ == "__main__":
    main()
