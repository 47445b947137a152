"""What it takes to make a restored view of the editor, through the service that its job calls.

    python benchmarks/bench_restored.py RUN [--width 1920] [--height 1080] [--times 3]

RUN is the folder of a finished run of the task ``deblur``. A frame of that size (a soft pattern with a line; what is in
it changes nothing) is restored by `frame_restore_run` in a data folder made for this. Told are seconds on the clock and
of the processor, the start of Python and PyTorch included, and the most memory that its process held: each of the
times is a process of its own. There is nothing here that a user would pick instead to be compared with.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]


def main() -> None:
    """Restore a frame some times, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(_once(options.run.resolve(), options.width, options.height))
        return
    from machine import machine

    rows = [_apart(sys.argv[1:]) for _ in range(options.times)]
    print(f"{machine()}\n\n| seconds | of the processor | MB |\n|---|---|---|")
    print("\n".join(rows))


def _apart(args: list[str]) -> str:
    """One row, by a process with a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="restored-") as data:
        told = {"SAKKAN_DATA": data, "DJANGO_SETTINGS_MODULE": "sakkan.settings", "SECRET_KEY": "bench"}
        command = [sys.executable, __file__, *args, "--once"]
        done = subprocess.run(command, env=os.environ | told, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()[-1]


def _once(run: Path, width: int, height: int) -> str:
    """Seconds, processor seconds and peak memory of one restored frame, as a row."""
    import django

    django.setup()
    from django.core.management import call_command
    from django_tasks_db.models import DBTaskResult

    call_command("migrate", verbosity=0)
    from active_learning.jobs import frame_restore_job
    from active_learning.services.restoring import frame_restore_run
    from core import blobs
    from core.jobs import JobContext, enqueue, lease
    from modeling.images import encode_png
    from modeling.runs import RunFolder
    from tests.active_learning.ordered import version_of
    from tests.annotation.house import make_house

    house = make_house()
    frame, version = house.frames[0], version_of(house.pool, 1, RunFolder(run), task="deblur")
    frame.blob, frame.width, frame.height = (
        blobs.put_bytes(encode_png(_pattern(width, height))),
        width,
        height,
    )
    frame.save()
    job = enqueue(frame_restore_job, title="Restoring", frame_id=frame.pk, version_id=version.pk)
    claimed = lease.claim(DBTaskResult.objects.get(pk=job.pk), "bench")
    assert claimed is not None
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    counts = frame_restore_run(frame=frame, version=version, context=JobContext(claimed, device="cpu"))
    seconds, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    assert counts == {"restored": 1, "unrestored": 0}
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"| {seconds:.1f} | {processor:.1f} | {after.ru_maxrss // 1024} |"


def _pattern(width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8."""
    import cv2

    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 5)
    return np.asarray(cv2.line(soft, (0, 0), (width - 1, height - 1), (0, 0, 0), 3))


if __name__ == "__main__":
    main()
