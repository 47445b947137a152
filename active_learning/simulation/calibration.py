"""How many optimizer steps a number of seconds is here, measured once and alone, then used by every strategy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from modeling.devices import pick
from modeling.errors import UserError
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.training.config import TrainConfig
from modeling.training.run import train

MEASURED_SECONDS = 20.0
"""At most so long a training is timed."""
WARM_UP = 0.2
"""Share of its steps that are not counted: files are read and memory is claimed in them."""


def calibrated_steps(
    config: TrainConfig, snapshot: Snapshot, scratch: Path, *, seconds: float, threads: int, device: str
) -> int:
    """Steps that fit into ``seconds`` of training on these frames, at least one.

    Args:
        config: Of any budget.
        snapshot: As many frames as a round may have.
        scratch: Folder for the run, removed after.
        seconds: Of training alone; judging and scoring come on top.
        threads: CPU threads.
        device: Where to compute.

    Raises:
        UserError: ``bad_budget``, or what training raises.
    """
    if not seconds > 0:
        raise UserError("--seconds-per-round must be above zero.", code="bad_budget")
    timed = config.model_copy(
        update={"steps": None, "seconds": min(seconds, MEASURED_SECONDS), "snapshot": snapshot.id}
    )
    shutil.rmtree(scratch, ignore_errors=True)
    run = RunFolder(scratch)
    train(timed, snapshot, run, device=pick(device), threads=threads)
    rows = run.metrics()
    shutil.rmtree(scratch, ignore_errors=True)
    return max(1, round(seconds / seconds_a_step(rows)))


def seconds_a_step(rows: list[dict[str, Any]]) -> float:
    """Pace of a log's rows (``step``, ``seconds``), without its warm-up."""
    first, last = rows[int(len(rows) * WARM_UP)], rows[-1]
    if last["step"] > first["step"]:
        return float((last["seconds"] - first["seconds"]) / (last["step"] - first["step"]))
    return float(last["seconds"] / last["step"])
