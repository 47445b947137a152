"""From a seed to files: shows, cuts, frames and the manifest (docs/guides/procedural.md describes the
folder).
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datasets.procedural.clips import join_segments
from datasets.procedural.cut import CutJob, CutResult, render_cut
from datasets.procedural.design import design_show
from datasets.procedural.plan import FPS, Run
from datasets.procedural.staging import storyboard
from modeling.errors import UserError

MAPS = ("frames", "cel", "douga", "depth")
FURTHER = ("paint",)
"""Maps that are written only when asked for."""
MARKER = "production.json"
LICENCE = "CC0-1.0"
RIGHTS = "a program (sakkan produce), no person"
"""In each line of the manifest, so that truth made by a program is never taken for people's work."""
COLUMNS = (
    "frame",
    "mask",
    "cut",
    "production",
    "time_s",
    "split",
    "group",
    "licence",
    "rights",
    "douga",
    "depth",
    "index",
    "shot",
    "drawing",
    "hold",
)
Progress = Callable[[int, int], None]
"""Called with video frames done and in all."""


@dataclass(frozen=True, slots=True)
class ShowFolder:
    """Where one show lies: its clip and its part of each folder (keys ``clip/<index>`` within)."""

    name: str
    clip: Path
    frames: Path
    cel: Path
    douga: Path
    depth: Path


@dataclass(frozen=True, slots=True)
class Production:
    """What `produce` wrote: ``drawings`` frames with truth out of ``video_frames``."""

    out: Path
    manifest: Path
    shows: tuple[ShowFolder, ...]
    video_frames: int
    drawings: int


def produce(
    out: Path,
    *,
    shows: int = 3,
    cuts: int = 4,
    seconds: float = 5.0,
    size: tuple[int, int] = (1920, 1080),
    seed: int = 0,
    progress: Progress | None = None,
    processes: int | None = None,
    maps: Collection[str] = MAPS,
) -> Production:
    """Render a production.

    Args:
        out: Folder that is new, empty, or written by an earlier call (which is then replaced).
        shows, cuts: Number of shows, and of cuts in each.
        seconds: Length of a cut.
        size: (width, height), both even, at least 64.
        seed: The same seed gives the same drawings and byte for byte the same labels.
        processes: Workers; None takes the machine's cores, 1 stays in this process.
        maps: Which of ``frames``, ``cel``, ``douga``, ``depth`` to write beside the clips; who ingests the
            clip needs no frames, and their PNGs take a third of the time. ``paint`` comes only when named: the cels
            as painted (`CutRenderer.painted`), RGBA.

    Raises:
        UserError: ``produce_size``, ``produce_number`` or ``produce_folder``.
    """
    out = Path(out)
    frames = _check(shows, cuts, seconds, size, seed)
    _prepare(out)
    names = [f"show-{seed * 100 + n}" for n in range(shows)]
    jobs = [
        job
        for n, name in enumerate(names)
        for job in _show_jobs(out, name, n, cuts, frames, size, seed, maps)
    ]
    results = list(_tracked(jobs, _render(jobs, processes), progress))
    folders = tuple(_finish_show(out, name, [r for r in results if r.show == name]) for name in names)
    manifest = _write_manifests(out, results, maps)
    _seal(out, {"shows": names, "cuts": cuts, "seconds": seconds, "size": list(size), "seed": seed})
    return Production(out, manifest, folders, len(jobs) * frames, sum(len(r.runs) for r in results))


def _check(shows: int, cuts: int, seconds: float, size: tuple[int, int], seed: int) -> int:
    width, height = size
    if not (64 <= width <= 8192 and 64 <= height <= 8192) or width % 2 or height % 2:
        raise UserError(
            f"The size {width}x{height} cannot be encoded.",
            code="produce_size",
            remedy="Give even numbers from 64 to 8192, such as --size 1920x1080.",
        )
    frames = round(seconds * FPS) if 0 < seconds < 3600 else 0
    for name, value in (("shows", shows), ("cuts", cuts), ("seconds", frames), ("seed", seed + 1)):
        if value < 1:
            raise UserError(
                f"--{name} is too small or too large.",
                code="produce_number",
                remedy="Give a positive number.",
            )
    return frames


def _prepare(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file.", code="produce_folder", remedy="Name a new folder.")
    if out.is_dir() and any(out.iterdir()):
        _clear(out)
    for name in MAPS:
        (out / name).mkdir(parents=True, exist_ok=True)
    _seal(out, {"unfinished": True})


def _clear(out: Path) -> None:
    """Remove an earlier production, and nothing else."""
    if not (out / MARKER).is_file():
        raise UserError(
            f"{out} is not empty and was not written by produce.",
            code="produce_folder",
            remedy="Name a new folder, or empty this one.",
        )
    shows = [path.parent for path in out.glob("show-*/.show")]
    for folder in [*(out / name for name in (*MAPS, *FURTHER, ".segments")), *shows]:
        shutil.rmtree(folder, ignore_errors=True)
    (out / "manifest.csv").unlink(missing_ok=True)


def _seal(out: Path, content: dict[str, object]) -> None:
    part = out / f".{MARKER}.part"
    part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    part.replace(out / MARKER)


def _show_jobs(
    out: Path,
    name: str,
    number: int,
    cuts: int,
    frames: int,
    size: tuple[int, int],
    seed: int,
    maps: Collection[str],
) -> Iterator[CutJob]:
    show = design_show(name, np.random.default_rng([seed, number]))
    for cut, kind in enumerate(storyboard(number, cuts)):
        yield CutJob(
            show=show,
            number=cut,
            kind=kind,
            frames=frames,
            size=size,
            seed=(seed, number, cut + 1),
            out=out,
            maps=tuple(kind for kind in (*MAPS, *FURTHER) if kind in maps),
        )


def _render(jobs: list[CutJob], processes: int | None) -> Iterator[CutResult]:
    workers = min(processes or os.cpu_count() or 1, len(jobs))
    if workers <= 1:
        yield from map(render_cut, jobs)
        return
    spawn = multiprocessing.get_context("spawn")
    # Ctrl-C is the parent's to handle; workers that also heard it would each print a traceback.
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_ignore_interrupts) as pool:
        yield from pool.map(render_cut, jobs)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _tracked(
    jobs: list[CutJob], results: Iterator[CutResult], progress: Progress | None
) -> Iterator[CutResult]:
    done, total = 0, sum(job.frames for job in jobs)
    for job, result in zip(jobs, results, strict=True):
        done += job.frames
        if progress:
            progress(done, total)
        yield result


def _finish_show(out: Path, name: str, results: list[CutResult]) -> ShowFolder:
    folder = out / name
    folder.mkdir(exist_ok=True)
    (folder / ".show").touch()
    join_segments([(r.segment, r.frames) for r in results], folder / "clip.mp4")
    for result in results:
        result.segment.unlink()
    for kind in MAPS:
        (folder / kind).unlink(missing_ok=True)
        (folder / kind).symlink_to(Path("..") / kind / name, target_is_directory=True)
    return ShowFolder(name, folder / "clip.mp4", *(folder / kind for kind in MAPS))


def _write_manifests(out: Path, results: list[CutResult], maps: Collection[str]) -> Path:
    """The manifest of all, and in each show's folder its own with paths from there."""
    shutil.rmtree(out / ".segments", ignore_errors=True)
    for name in dict.fromkeys(result.show for result in results):
        of_show = [result for result in results if result.show == name]
        _write_manifest(out / name / "manifest.csv", of_show, "clip", maps)
    return _write_manifest(out / "manifest.csv", results, "{show}/clip", maps)


def _write_manifest(path: Path, results: list[CutResult], folder: str, maps: Collection[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for result in results:
            place = folder.format(show=result.show)
            writer.writerows(_row(result, run, place, maps) for run in result.runs)
    return path


def _row(result: CutResult, run: Run, folder: str, maps: Collection[str]) -> dict[str, object]:
    index = result.start + run.first
    file = f"{folder}/{index:06d}.png"
    cut = f"{result.show}/cut-{result.number:02d}"
    return {
        "frame": f"frames/{file}",
        "mask": f"cel/{file}" if "cel" in maps else "",
        "cut": cut,
        "production": result.show,
        "time_s": f"{index / FPS:.6f}",
        "group": cut,
        "licence": LICENCE,
        "rights": RIGHTS,
        "douga": f"douga/{file}" if "douga" in maps else "",
        "depth": f"depth/{file}" if "depth" in maps else "",
        "index": index,
        "shot": result.kind,
        "drawing": run.drawing,
        "hold": run.hold,
    }
