"""Ingest of a video against decoding it and writing the same frames as PNG, in one run.

    python benchmarks/bench_ingest.py [CLIP] [--repeat 3]

Ours decodes, finds cuts and holds, writes lossless frames, proxies, edge features, pans, change masks and rows. The
bare loops decode every picture by PyAV and write only the frames that ours kept: with Pillow's defaults, which is what
``frame.to_image().save()`` gives, and with OpenCV at zlib level 1, the fastest there is.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "clip", nargs="?", type=Path, help="a video; by default one show of the procedural production"
    )
    parser.add_argument("--repeat", type=int, default=3, help="the best of so many runs counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAKKAN_DATA"] = str(Path(folder) / "data")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sakkan.settings")
        run(options.clip or render(Path(folder)), Path(folder), options.repeat)


def render(folder: Path) -> Path:
    """Render a show of 8 cuts of 2 s at 960x540."""
    import subprocess

    out = folder / "show"
    command = [sys.executable, str(ROOT / "manage.py"), "produce", str(out)]
    options = ["--shows", "1", "--cuts", "8", "--seconds", "2", "--size", "960x540"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return next(out.rglob("clip.mp4"))


def run(clip: Path, folder: Path, repeat: int) -> None:
    """Time ours and the bare loops alternately."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    kept = sorted(ingest(clip, "warm-up"))
    print(f"{clip.name}: {len(kept)} frames kept; {os.cpu_count()} cores; best of {repeat}")
    times: dict[str, float] = {}
    for number in range(repeat):
        rivals: dict[str, Callable[[], object]] = {
            "ours": lambda number=number: ingest(clip, f"run {number}"),  # type: ignore[misc]
            "PyAV + Pillow PNG (its default)": lambda: bare(clip, set(kept), folder / "png", pillow),
            "PyAV + OpenCV PNG (zlib level 1)": lambda: bare(clip, set(kept), folder / "png", opencv),
        }
        for name, work in rivals.items():
            start = time.perf_counter()
            work()
            times[name] = min(times.get(name, 1e9), time.perf_counter() - start)
    for name, seconds in times.items():
        print(f"{name:36} {seconds:7.2f} s   ours takes {times['ours'] / seconds:5.2f} times as long")


def ingest(clip: Path, pool: str) -> list[int]:
    """Ingest into a production of its own, so that nothing is known, and return the indexes kept."""
    from core.jobs import run_inline
    from datasets.jobs import ingest_run_job
    from datasets.models import Frame
    from datasets.services.ingest import ingest_create, job_options

    clear_blobs()
    made = ingest_create(pool_name=pool, user=None, paths=[clip])
    run_inline(ingest_run_job, **job_options(made))
    return list(Frame.objects.in_pool(made.pool).values_list("index", flat=True))


def clear_blobs() -> None:
    """Forget stored files: a blob that is there is not written again, and that would flatter us."""
    import shutil

    shutil.rmtree(Path(os.environ["SAKKAN_DATA"]) / "blobs", ignore_errors=True)


def bare(clip: Path, kept: set[int], out: Path, write: Callable[[object, Path], None]) -> None:
    """Decode every picture, write the kept ones."""
    import av

    out.mkdir(exist_ok=True)
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for index, frame in enumerate(container.decode(video=0)):
            if index in kept:
                write(frame, out / f"{index:06d}.png")


def pillow(frame: object, path: Path) -> None:
    """As ``frame.to_image().save(path)``."""
    frame.to_image().save(path)  # type: ignore[attr-defined]


def opencv(frame: object, path: Path) -> None:
    """As ``cv2.imwrite`` at zlib level 1."""
    import cv2

    cv2.imwrite(str(path), frame.to_ndarray(format="bgr24"), [cv2.IMWRITE_PNG_COMPRESSION, 1])  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
