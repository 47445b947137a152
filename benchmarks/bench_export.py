"""What it takes to export a large snapshot, beside ``cp -r`` of the same bytes.

    python benchmarks/bench_export.py [--frames 20000] [--kilobytes 250] [--format snapshot] [--keep DIR]

A snapshot of that many frames (random bytes: nothing is decoded for a folder) with real cel masks at 1080p is written
to a data folder made for this; the labels are counted, as they are when people accept them. Then, in turn: ``cp -r`` of
its folder, ``manage.py export --snapshot ID``, and the same export killed (kill -9) half way and called again. Told are
seconds, the ratio to ``cp``, the most memory that a process held, and what ``sha256sum -c`` says of both exports.
Caches are not dropped: ``cp`` goes first and reads from the disk what the export may find in memory, so ``cp`` is done
twice and the second time counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
HEIGHT, WIDTH, MASKS = 1080, 1920, 50


def main() -> None:
    """Make a snapshot, copy and export it, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--kilobytes", type=int, default=250, help="of each frame's file")
    parser.add_argument("--format", default="snapshot")
    parser.add_argument("--keep", type=Path, help="where the data lies, and stays")
    options = parser.parse_args()
    data = options.keep or Path(tempfile.mkdtemp(prefix="sakkan-bench-"))
    os.environ["SAKKAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sakkan.settings")
    try:
        import django

        django.setup()
        run(options, data)
    finally:
        if options.keep is None:
            shutil.rmtree(data, ignore_errors=True)


def run(options: argparse.Namespace, data: Path) -> None:
    """Do it all and tell."""
    from machine import machine

    identity = filled(options, data)
    command = [sys.executable, "manage.py", "export", "--snapshot", identity, "--format", options.format]
    folder = data / "snapshots" / identity
    for _ in range(2):
        copied, _ = timed(["cp", "-r", str(folder), str(data / "copy")])
        shutil.rmtree(data / "copy")
    whole, memory = timed([*command, "--out", str(data / "whole")])
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    broken, resumed, most = killed(
        [*command, "--out", str(data / "resumed")], data / ".resumed.part", options.frames
    )
    print(f"{options.frames:,} frames, {total / 1e9:.2f} GB, format {options.format}; {machine()}\n")
    print("| | seconds | of cp | most memory, MB | sha256sum -c |\n|---|---:|---:|---:|---|")
    print(f"| cp -r | {copied:.1f} | 1.00 | | |")
    print(f"| export | {whole:.1f} | {whole / copied:.2f} | {memory:.0f} | {checked(data / 'whole')} |")
    both = broken + resumed
    name = f"killed after {broken:.1f} s, then"
    print(
        f"| {name} | {resumed:.1f} | {both / copied:.2f} for both | {most:.0f} | {checked(data / 'resumed')} |"
    )
    same = subprocess.run(["diff", "-rq", data / "whole", data / "resumed"], capture_output=True, check=False)
    print(f"\nBoth exports the same bytes: {'yes' if same.returncode == 0 else 'no'}")


def filled(options: argparse.Namespace, data: Path) -> str:
    """A snapshot and its row; its id."""
    from django.core.management import call_command

    from datasets.models import Pool, Snapshot
    from modeling.snapshots import Snapshot as Folder
    from modeling.snapshots import write_snapshot

    call_command("migrate", verbosity=0)
    (data / "made").mkdir(parents=True, exist_ok=True)
    there = sorted((data / "snapshots").glob("*/snapshot.json"))
    made = (
        Folder.open(there[0].parent)
        if there
        else write_snapshot(data / "snapshots", sources(options, data / "made"))
    )
    counted(made)
    pool, _ = Pool.objects.get_or_create(name="bench")
    counts = made.counts.model_dump(mode="json")
    Snapshot.objects.get_or_create(pk=made.id, defaults={"pool": pool, "kinds": ["cel"], "counts": counts})
    return made.id


def counted(made: Any) -> None:
    """Keep the counts of every label, as the site does when one is accepted."""
    from datasets.models import Production
    from datasets.services.tallies import tally_of, tally_store
    from modeling.labels import get_kind

    kind = get_kind("cel")
    production, _ = Production.objects.get_or_create(name="bench")
    files = {row.labels["cel"].sha256: row for row in made.frames(kind="cel")}
    for sha256, row in files.items():
        tally = tally_of(made.classes(row, "cel"), kind)
        tally_store(production_id=production.pk, kind="cel", label=sha256, tally=tally)


def sources(options: argparse.Namespace, folder: Path) -> Iterator[Any]:
    """Frames of random bytes, twenty a cut, each tenth cut held out; masks are shared among them."""
    from modeling.snapshots import LabelSource, SnapshotSource

    masks = [mask(folder, number) for number in range(MASKS)]
    rng = np.random.default_rng(0)
    for number in range(options.frames):
        path = folder / f"{number}.png"
        path.write_bytes(rng.bytes(options.kilobytes * 1000))
        cut = number // 20
        yield SnapshotSource(
            key=f"clip/{number:06d}",
            image=path,
            split="test" if cut % 10 == 0 else "train",
            production="bench",
            cut=f"c{cut}",
            licence="CC0-1.0",
            labels={"cel": LabelSource(masks[number % MASKS], "oracle")},
            size=(HEIGHT, WIDTH),
            suffix=".png",
        )


def mask(folder: Path, number: int) -> Path:
    """A cel with a wavy outline, another for each number."""
    from modeling.labelio import write_label
    from modeling.labels import get_kind

    y, x = np.mgrid[:HEIGHT, :WIDTH]
    radius = 300 + 60 * np.sin(np.arctan2(y - 540, x - 960) * (3 + number))
    path = folder / f"{number}.label.png"
    write_label(path, (np.hypot(y - 540, x - 960) < radius).astype(np.uint8), get_kind("cel"))
    return path


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and the most memory in MB of a command that succeeds."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def killed(command: list[str], stage: Path, frames: int) -> tuple[float, float, float]:
    """Kill a command when half the frames are written, then let it end: both times in s, the most memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    journal = stage / ".journal.jsonl"
    while process.poll() is None and lines(journal) < frames // 2:
        time.sleep(0.05)
    process.kill()
    _, _, usage = os.wait4(process.pid, 0)
    broken = time.perf_counter() - began
    resumed, memory = timed(command)
    return broken, resumed, max(memory, usage.ru_maxrss / 1024)


def lines(path: Path) -> int:
    """Lines of a file, 0 where there is none."""
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def checked(folder: Path) -> str:
    """What ``sha256sum -c`` says."""
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "ok" if found.returncode == 0 else "wrong"


if __name__ == "__main__":
    main()
