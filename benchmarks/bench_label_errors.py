"""How many planted label errors stand in the first tenth of the list of suspected ones?

    python benchmarks/bench_label_errors.py [--seeds 0,1,2] [--frames 240] [--folds 5] [--steps 40] [--work DIR]

A procedural production with exact masks; of its frames as many as are asked for are labelled, drawn at random. In 5 %
of the labels an error is planted, a third each: shifted by 3 to 8 % of the frame's width in a random direction,
swapped with the mask of another labelled frame, emptied. Only masks that hold a cel are changed, and to an IoU below
0.95 with what they were. Then `modeling.crossfit` trains a model a fold, blind to the fold's cuts, and ranks all
labels. Beside its list: the same labels by single measures of the same models, among them the plain highest loss, the
softmin of Lad and Mueller 2023 and the share of pixels that confident learning (Northcutt et al. 2021) calls
mislabelled, and what a random order would find. With ``--work`` it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from machine import machine  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from datasets.procedural import produce  # noqa: E402
from modeling.crossfit.run import Crossfit  # noqa: E402
from modeling.labelio import import_label, write_label  # noqa: E402
from modeling.labels import KINDS  # noqa: E402
from modeling.metrics import confusion, iou  # noqa: E402
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot_to  # noqa: E402
from modeling.training.config import make_config, parse_settings  # noqa: E402

CEL = KINDS["cel"]
ERRORS = ("shifted", "swapped", "emptied")
SHARE, LISTED = 0.05, 0.1
"""Of the labels, planted errors and the part of the list that is looked at."""
SHIFT = (0.03, 0.08)
"""Of the frame's width."""
SAME = 0.95
"""IoU from which a swapped or shifted mask is as good as the right one: held drawings repeat."""
SINGLE = ("loss", "wrong", "iou", "softmin", "confident")
Mask = NDArray[np.uint8]
Row = dict[str, Any]


def main() -> None:
    """Render, plant, rank and print a Markdown table."""
    options = _options()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        frames = production(work / "production", options)
        print(
            "| seed | list | planted | found | shifted | swapped | emptied |\n|---:|---|---:|---:|---:|---:|---:|"
        )
        for seed in options.seeds:
            started = time.monotonic()
            planted = plant(frames, work / f"seed-{seed}", options.frames, seed)
            rows = ranked(planted.snapshot, work / f"seed-{seed}" / "crossfit", options, seed)
            report(seed, rows, planted.errors)
            print(f"<!-- seed {seed}: {time.monotonic() - started:.0f} s -->", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=lambda text: [int(n) for n in text.split(",")], default=[0, 1, 2])
    parser.add_argument("--frames", type=int, default=240, help="labelled frames")
    parser.add_argument("--shows", type=int, default=3)
    parser.add_argument("--cuts", type=int, default=8, help="of each show")
    parser.add_argument("--production-seed", type=int, default=31)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=40, help="of each fold's training")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--work", type=Path, help="keep everything in this folder, and go on with what is there"
    )
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Frame:
    """A rendered frame with its exact mask."""

    key: str
    image: Path
    mask: Path
    production: str
    cut: str
    time_s: float


@dataclass(frozen=True, slots=True)
class Planted:
    """A snapshot, and by key which error is in its label."""

    snapshot: Snapshot
    errors: dict[str, str]


def production(out: Path, options: argparse.Namespace) -> list[Frame]:
    """All frames of a production, rendered unless they are there."""
    if not (out / "manifest.csv").is_file():
        produce(
            out, shows=options.shows, cuts=options.cuts, seconds=2, size=(640, 360),
            seed=options.production_seed, maps=("frames", "cel"), processes=1,
        )  # fmt: skip
    with (out / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        return [
            Frame(
                Path(row["frame"].removeprefix("frames/")).with_suffix("").as_posix(),
                out / row["frame"],
                out / row["mask"],
                row["production"],
                row["cut"],
                float(row["time_s"]),
            )
            for row in csv.DictReader(stream)
        ]


def plant(frames: list[Frame], out: Path, count: int, seed: int) -> Planted:
    """A snapshot of ``count`` labelled frames with errors in some labels."""
    rng = np.random.default_rng(seed)
    chosen = [frames[i] for i in sorted(rng.permutation(len(frames))[:count])]
    masks = [import_label(frame.mask, CEL) for frame in chosen]
    errors = {}
    for index, error, mask in planted_masks(masks, rng):
        errors[chosen[index].key], masks[index] = error, mask
    sources = []
    for frame, mask in zip(chosen, masks, strict=True):
        path = out / "labels" / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_label(path, mask, CEL)
        labels = {CEL.name: LabelSource(path, "import")}
        sources.append(
            SnapshotSource(
                frame.key, frame.image, "train", frame.production, frame.cut, frame.time_s, labels=labels
            )
        )
    return Planted(write_snapshot_to(out / "snapshot", sources), errors)


def planted_masks(masks: list[Mask], rng: np.random.Generator) -> list[tuple[int, str, Mask]]:
    """Index, error and wrong mask of `SHARE` of the masks, a third of each error."""
    each = round(SHARE * len(masks) / len(ERRORS))
    drawn = [int(i) for i in rng.permutation([i for i, mask in enumerate(masks) if mask.any()])]
    wrong = []
    for error in ERRORS:
        for _ in range(each):
            index = drawn.pop()
            wrong.append((index, error, _spoilt(masks, index, error, rng)))
    return wrong


def _spoilt(masks: list[Mask], index: int, error: str, rng: np.random.Generator) -> Mask:
    if error == "emptied":
        return np.zeros_like(masks[index])
    while True:
        if error == "swapped":
            mask = masks[int(rng.integers(len(masks)))]
        else:
            angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(*SHIFT) * masks[index].shape[1]
            mask = moved(masks[index], round(reach * np.cos(angle)), round(reach * np.sin(angle)))
        if iou(confusion(masks[index], mask, 2)) < SAME:
            return mask


def moved(mask: Mask, x: int, y: int) -> Mask:
    """A mask moved by so many pixels to the right and down; what comes in is background."""
    height, width = mask.shape
    found = np.zeros_like(mask)
    found[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)] = mask[
        max(0, -y) : height + min(0, -y), max(0, -x) : width + min(0, -x)
    ]
    return found


def ranked(snapshot: Snapshot, out: Path, options: argparse.Namespace, seed: int) -> list[Row]:
    """The list of suspected labels."""
    config = make_config(
        task="cel",
        snapshot=snapshot.id,
        steps=options.steps,
        seed=seed,
        settings=parse_settings(options.settings),
    )
    fit = Crossfit(snapshot, out, config, options.folds)
    return fit.run(device=torch.device("cpu"), threads=options.threads)


def report(seed: int, rows: list[Row], errors: dict[str, str]) -> None:
    """A line a list: what stands in its first tenth."""
    _line(seed, "**ours**", [row["key"] for row in rows], errors)
    _line(seed, "edges alone", _by(rows, lambda row: row["signs"]["slipped"]), errors)
    for name in SINGLE:
        _line(seed, f"highest {name}", _by(rows, lambda row, name=name: row["measures"][name]), errors)
    expected = LISTED * len(errors)
    print(f"| {seed} | random | {len(errors)} | {expected:.1f} ({LISTED:.0%}) | | | |", flush=True)
    last = max(row["rank"] for row in rows if row["key"] in errors)
    print(f"<!-- ours finds the last one at place {last} of {len(rows)}: {json.dumps(errors)} -->")


def _by(rows: list[Row], value: Any) -> list[str]:
    return [row["key"] for row in sorted(rows, key=lambda row: (-value(row), row["key"]))]


def _line(seed: int, name: str, keys: list[str], errors: dict[str, str]) -> None:
    found = Counter(errors[key] for key in keys[: round(LISTED * len(keys))] if key in errors)
    kinds = Counter(errors.values())
    each = " | ".join(f"{found[error]} of {kinds[error]}" for error in ERRORS)
    print(
        f"| {seed} | {name} | {len(errors)} | {found.total()} ({found.total() / len(errors):.0%}) | {each} |"
    )


if __name__ == "__main__":
    main()
