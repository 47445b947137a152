"""Pools for ``manage.py simulate``, the same on every machine: DIR/redundant, DIR/diverse and of real art DIR/sample.

redundant: three shows of ten cuts, every video frame a frame of its own: drawings on twos and threes, holds, pans,
a third of the cuts several times as long as the rest. What one picks by chance is mostly of the long cuts.
diverse: twenty shows of four cuts of half a second, each drawing once. Hardly two frames are alike.

Each has ``frames/``, ``labels/`` and ``manifest.csv`` with cuts and sides: further cuts of each show are held out,
fifteen of the redundant pool's and four of the diverse one's, a few frames evenly over each. They are as many as the
others and more, as what a simulation can tell ends with the cuts it is judged on.

sample (``--sample``): the composited frames of the shared sample, each a cut of its own and a third of them held out,
and among what may be picked every frame of its clips.

    python benchmarks/make_pools.py DIR [--small] [--sample ../shared/sample]
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from datasets.procedural import produce  # noqa: E402

COLUMNS = ("frame", "mask", "cut", "production", "time_s", "split", "licence")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One pool.

    Attributes:
        lengths: Video frames that are kept of a show's cuts to pick from, in the order of their cuts, repeated.
        holds: Whether a held drawing is as many frames as it is shown for.
        held_out: Cuts of a show that are held out, the first in a shuffled order.
        judged: At most so many frames of a held-out cut.
    """

    name: str
    shows: int
    cuts: int
    seconds: float
    seed: int
    lengths: tuple[int, ...]
    holds: bool
    held_out: int
    judged: int


LONG = (96, 16, 64, 16, 24, 16, 96, 16, 32, 16)
RECIPES = (
    Recipe("redundant", 3, 25, 4.0, 41, LONG, True, 15, 4),
    Recipe("diverse", 20, 8, 0.5, 42, (12,), False, 4, 3),
)
SMALL = (
    Recipe("redundant", 2, 6, 2.0, 41, (48, 12, 24, 12), True, 2, 4),
    Recipe("diverse", 5, 4, 0.25, 42, (6,), False, 1, 3),
)
"""For a look: rendered in a minute."""


def main() -> None:
    """Render, then lay out what is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path, metavar="DIR", help="new folder")
    parser.add_argument("--small", action="store_true", help="pools of a hundred frames or two, for a look")
    parser.add_argument(
        "--sample", type=Path, metavar="DIR", help="the shared sample, for a pool of real art"
    )
    args = parser.parse_args()
    if args.sample is not None and not (args.out / "sample" / "manifest.csv").is_file():
        print(
            f"{args.out / 'sample'}: {len(make_sample(args.sample, args.out / 'sample'))} frames of real art"
        )
    for recipe in SMALL if args.small else RECIPES:
        if (args.out / recipe.name / "manifest.csv").is_file():
            print(f"{args.out / recipe.name} is there already")
            continue
        rows = make(recipe, args.out / recipe.name)
        held_out = sum(row["split"] == "test" for row in rows)
        cuts = len({row["cut"] for row in rows})
        print(f"{args.out / recipe.name}: {len(rows) - held_out} frames, {held_out} held out, {cuts} cuts")


def make(recipe: Recipe, out: Path, size: tuple[int, int] = (384, 216)) -> list[Row]:
    """Make one pool in a new folder and return its manifest's rows."""
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        production = Path(scratch) / "production"
        produce(
            production,
            shows=recipe.shows,
            cuts=recipe.cuts,
            seconds=recipe.seconds,
            size=size,
            seed=recipe.seed,
            maps=("frames", "cel"),
        )
        rows = list(_laid_out(recipe, production, out))
    _write(rows, out)
    return rows


def make_sample(sample: Path, out: Path, seed: int = 43) -> list[Row]:
    """The pool of real art, whose files lie where they were, and its manifest's rows."""
    out.mkdir(parents=True)
    for folder in ("frames", "masks", "clips"):
        (out / folder).symlink_to((sample / folder).resolve())
    frames, clips = _read(sample / "manifest.csv"), _read(sample / "clips.csv")
    held_out = set(np.random.default_rng(seed).permutation(len(frames))[: len(frames) // 3].tolist())
    rows = [
        _real(row, Path(row["frame"]).stem, "test" if number in held_out else "train")
        for number, row in enumerate(frames)
    ]
    rows += [_real(row, row["clip"], "train") for row in clips]
    _write(rows, out)
    return rows


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _real(row: Row, cut: str, split: str) -> Row:
    known = {"cut": cut, "production": "sample", "time_s": "", "split": split}
    return known | {name: row[name] for name in ("frame", "mask", "licence")}


def _write(rows: Sequence[Row], out: Path) -> None:
    with (out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _laid_out(recipe: Recipe, production: Path, out: Path) -> Iterator[Row]:
    drawings = _read(production / "manifest.csv")
    for number, show in enumerate(sorted({row["production"] for row in drawings})):
        cuts = sorted({row["cut"] for row in drawings if row["production"] == show})
        test = set(_held_out(cuts, recipe, number))
        lengths = cycle(recipe.lengths)
        for cut in cuts:
            shown = _shown([row for row in drawings if row["cut"] == cut], recipe.holds)
            kept = _evenly(shown, recipe.judged) if cut in test else shown[: next(lengths)]
            for index, drawing in kept:
                yield _placed(production, out, drawing, index, "test" if cut in test else "train")


def _held_out(cuts: Sequence[str], recipe: Recipe, number: int) -> list[str]:
    order = np.random.default_rng((recipe.seed, number)).permutation(len(cuts))
    return [cuts[place] for place in order[: recipe.held_out]]


def _shown(drawings: list[Row], holds: bool) -> list[tuple[int, Row]]:
    """(Video frame, drawing) in order: as often as it is shown, or once."""
    return [(int(row["index"]) + n, row) for row in drawings for n in range(int(row["hold"]) if holds else 1)]


def _evenly(shown: list[tuple[int, Row]], most: int) -> list[tuple[int, Row]]:
    places = np.unique(np.linspace(0, len(shown) - 1, most).round().astype(int))
    return [shown[place] for place in places]


def _placed(production: Path, out: Path, drawing: Row, index: int, split: str) -> Row:
    name = f"{drawing['cut']}/{index:06d}.png"
    for folder, column in (("frames", "frame"), ("labels", "mask")):
        goal = out / folder / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(production / drawing[column], goal)
        except OSError:  # a file system without links
            shutil.copyfile(production / drawing[column], goal)
    return {
        "frame": f"frames/{name}",
        "mask": f"labels/{name}",
        "cut": drawing["cut"],
        "production": drawing["production"],
        "time_s": drawing["time_s"],
        "split": split,
        "licence": drawing["licence"],
    }


if __name__ == "__main__":
    main()
