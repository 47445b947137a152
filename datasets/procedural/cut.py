"""One cut as a unit of work for a process: render, encode its segment, write its frames and truth."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.procedural.clips import SegmentWriter
from datasets.procedural.design import Show
from datasets.procedural.plan import CutPlan, Moment, Run, runs_of
from datasets.procedural.render import CutRenderer, Shot
from datasets.procedural.staging import plan_cut
from modeling.labelio import write_label
from modeling.labels import get_kind

KEPT_SHOTS = 8
"""Developed drawings kept in memory, for drawings that come back (a talking mouth has four)."""


@dataclass(frozen=True, slots=True)
class CutJob:
    """Everything a worker needs. ``frames`` counts video frames."""

    show: Show
    number: int
    kind: str
    frames: int
    size: tuple[int, int]
    seed: tuple[int, int, int]
    out: Path
    maps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CutResult:
    """What it wrote; ``start`` is the cut's first frame in the show's clip."""

    show: str
    number: int
    kind: str
    start: int
    frames: int
    segment: Path
    runs: tuple[Run, ...]


def render_cut(job: CutJob) -> CutResult:
    """Render and write one cut."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(job.seed)
    plan = plan_cut(job.show, f"cut-{job.number:02d}", job.kind, job.frames, job.size, rng)
    segment = job.out / ".segments" / f"{job.show.name}-{job.number:03d}.mp4"
    segment.parent.mkdir(exist_ok=True)
    runs = tuple(runs_of(plan))
    start = job.number * job.frames
    _photograph(job, plan, runs, start, segment, CutRenderer(job.show, plan, job.size, rng))
    return CutResult(job.show.name, job.number, job.kind, start, job.frames, segment, runs)


def _photograph(
    job: CutJob, plan: CutPlan, runs: tuple[Run, ...], start: int, segment: Path, renderer: CutRenderer
) -> None:
    writer = SegmentWriter(segment, job.size, job.show.crf)
    shots: OrderedDict[Moment, Shot] = OrderedDict()
    for run in runs:
        shot = _shot(shots, plan.moments[run.first], renderer)
        for i in range(run.first, run.first + run.hold):
            rgb = renderer.expose(shot, i)
            writer.write(rgb)
            if i == run.first:
                file = f"{job.show.name}/clip/{start + i:06d}.png"
                _write_maps(job, file, rgb, shot)
                if "paint" in job.maps:
                    _write_paint(job.out / "paint" / file, renderer.painted(plan.moments[i]))
    writer.close()


def _shot(shots: OrderedDict[Moment, Shot], moment: Moment, renderer: CutRenderer) -> Shot:
    if moment not in shots:
        shots[moment] = renderer.shoot(moment)
    shots.move_to_end(moment)
    if len(shots) > KEPT_SHOTS:
        shots.popitem(last=False)
    return shots[moment]


def _write_maps(job: CutJob, file: str, rgb: NDArray[np.uint8], shot: Shot) -> None:
    # The filter `sub` is a third faster than libpng's choice of filters and hardly larger.
    fast = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB]
    for kind in [kind for kind in job.maps if kind != "paint"]:
        path = job.out / kind / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "frames":
            cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), fast)
        elif kind == "depth":
            cv2.imwrite(str(path), shot.depth, fast)
        else:
            write_label(path, shot.cel if kind == "cel" else shot.douga, get_kind(kind))


def _write_paint(path: Path, rgba: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
