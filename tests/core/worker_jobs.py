"""Jobs that the worker's tests run in real worker processes."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from core.jobs import JobContext, job
from core.processes import run_modeling
from modeling.errors import UserError

QUICK = (
    "network.width=4",
    "recipe.crop_width=64",
    "recipe.crop_height=32",
    "recipe.batch=2",
    "recipe.train_side=80",
)


@job()
def numbered_files(context: JobContext, folder: str, count: int) -> dict[str, int]:
    """Write ``count`` numbered files, one a step, going on where the last attempt stopped."""
    place = Path(folder)
    for number in range(count):
        if (place / f"{number}").exists():
            continue
        context.progress(number, count)
        _wait_for(place / "go", number)
        staged = place / f".{number}"
        staged.write_text(f"{context.attempt}")
        staged.rename(place / f"{number}")
    return {"files": count}


@job()
def forever(context: JobContext, folder: str) -> None:
    """Tick until stopped; leaves a mark a tick."""
    while True:
        (Path(folder) / "ticking").write_text(str(os.getpid()))
        context.check()
        context.tick()
        threading.Event().wait(0.05)


@job("training")
def occupies(context: JobContext, folder: str) -> None:
    """Hold the training lane until stopped."""
    (Path(folder) / "occupied").write_text("")
    while True:
        context.tick()
        threading.Event().wait(0.05)


@job()
def hang(context: JobContext, folder: str) -> None:
    """Hang without a tick, the first time; end well the second."""
    mark = Path(folder) / "hung"
    if not mark.exists():
        mark.write_text(str(os.getpid()))
        threading.Event().wait()


@job()
def deadly(context: JobContext) -> None:
    """Kill the worker it runs in."""
    os.kill(os.getpid(), signal.SIGKILL)


@job()
def quick(context: JobContext, folder: str) -> None:
    """Leave a file."""
    (Path(folder) / "quick").write_text("done")


@job()
def refused(context: JobContext) -> None:
    """Refuse its input."""
    raise UserError("clip.mp4 has no video.", code="no_video", remedy="Give a video.")


@job()
def broken(context: JobContext) -> None:
    """Fail by a bug."""
    raise KeyError("a bug with a secret path /srv/secret")


@job("training")
def trains(context: JobContext, snapshot: str, run: str, steps: int) -> None:
    """Train the tiny network in its own process."""
    args = ["train", snapshot, run, "--task", "cel", "--network", "tiny", "--steps", str(steps)]
    for setting in QUICK:
        args += ["--set", setting]
    run_modeling(args, context=context, on_event=lambda event: _report(context, event))


def _report(context: JobContext, event: dict[str, Any]) -> None:
    if event["event"] == "progress":
        context.progress(event["step"], event["steps"], "training")


def _wait_for(gate: Path, number: int) -> None:
    """Wait until the test lets the job write file ``number``; the end of the test's patience ends the job."""
    for _ in range(2400):
        if gate.exists() and int(gate.read_text() or 0) >= number:
            return
        threading.Event().wait(0.05)
    raise TimeoutError(f"nobody opened the gate for {number}")
