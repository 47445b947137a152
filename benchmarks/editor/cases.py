"""Frames with truth: of the procedural production, and of the sample beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from editor.site import ROOT, Case

SAMPLE = ROOT.parent / "shared" / "sample"
# Below and above, a mask is no task: next to nothing to draw, or everything.
SHARE = (0.02, 0.9)


def produce(out: Path, *, seconds: float = 1.0) -> None:
    """Draw two shows of four cuts at 1920 x 1080 (some 70 drawings) unless they are there."""
    if (out / "production.json").is_file():
        return
    from datasets.procedural.production import produce as draw

    draw(out, shows=2, cuts=4, seconds=seconds, maps=("frames", "cel"))


def procedural(out: Path) -> list[Case]:
    """All drawings of a production, in its order."""
    rows = _rows(out / "manifest.csv")
    return [_case(out, row) for row in rows]


def sample() -> list[Case]:
    """The composited frames of the sample, or none where it is not there."""
    manifest = SAMPLE / "manifest.csv"
    return [_case(SAMPLE, row) for row in _rows(manifest)] if manifest.is_file() else []


def spread(cases: Sequence[Case], count: int) -> list[Case]:
    """``count`` of them evenly from first to last, of those whose mask is a task; no choice by looking."""
    worth = [case for case in cases if SHARE[0] <= case.truth.mean() <= SHARE[1]]
    at = np.linspace(0, len(worth) - 1, min(count, len(worth))).round().astype(int)
    return [worth[i] for i in at]


def _rows(manifest: Path) -> Iterator[dict[str, str]]:
    with manifest.open(newline="") as file:
        yield from csv.DictReader(file)


def _case(folder: Path, row: dict[str, str]) -> Case:
    name = Path(row["frame"]).with_suffix("").as_posix()
    return Case(name, folder / row["frame"], folder / row["mask"])
