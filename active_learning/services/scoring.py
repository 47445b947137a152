"""Score the pool with a round's model: mean entropy of the per-pixel Bernoulli in nats (thesis, 4.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from active_learning.models import FrameScore, Round
from active_learning.services.listing import Shown, labels_seen, listing
from active_learning.spread import spread
from core.jobs import JobContext
from core.processes import run_modeling
from datasets.models import Frame
from modeling.runs import RunFolder, publish
from modeling.tasks import TASKS

CPU_SECONDS = 300.0
"""Default budget of scoring without a GPU."""
_BATCH = 2000


def round_score(*, round_: Round, run: RunFolder, context: JobContext) -> tuple[int, int]:
    """Score unlabelled training frames, within the budget, and store the scores.

    Cut leaders come first, then the rest evenly, so that what the budget leaves out is spread thin. Begun
    again, it goes on behind what is scored.

    Returns:
        How many frames are scored and how many are not.
    """
    frames = frames_to_score(round_)
    out = run.path / "scores.jsonl"
    if frames:
        lines = listing(frames, labels_seen(round_))
        files = publish(run.path / "score_files.jsonl", lines.encode())
        args = ["score", str(run.path), str(files), str(out), *_budget(round_, run)]
        context.progress(0, len(frames), "Scoring the pool")
        run_modeling(args, context=context, on_event=_progress_to(context))
    stored = _store(round_, out, context)
    return stored, len(frames) - stored


def frames_to_score(round_: Round) -> list[Shown]:
    """Training frames without an accepted label, in the order to score them.

    A task that works at native pixels, or sees labels of the frame's size, is shown the frame itself; any other its
    proxy.
    """
    task = TASKS.get(round_.task)
    whole = not task.long_side or bool(labels_seen(round_))
    rows = list(
        Frame.objects.in_pool(round_.pool)
        .trainable()
        .exclude(accepted_labels__kind=task.kind)
        .order_by("cut_id", "index", "pk")
        .values_list("pk", "cut_id", "production_id", "proxy", "blob")
    )
    order = spread(np.array([row[1] for row in rows], np.int64))
    return [Shown(rows[i][0], rows[i][2], rows[i][4] if whole else rows[i][3] or rows[i][4]) for i in order]


def _budget(round_: Round, run: RunFolder) -> list[str]:
    """``--seconds`` as the round says, else the default where the run was trained on a CPU."""
    seconds = round_.config.get("score_seconds")
    device = (run.config() or {}).get("environment", {}).get("device", "cpu")
    if seconds is None and device.startswith("cpu"):
        seconds = CPU_SECONDS
    device_option = ["--device", round_.config.get("device", "auto")]
    return device_option if seconds is None else [*device_option, "--seconds", str(seconds)]


def _progress_to(context: JobContext) -> Any:
    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            done, total = event["done"], event["total"]
            context.progress(done, total, f"Scoring: {done:,} of {total:,} frames")

    return on_event


def _store(round_: Round, out: Path, context: JobContext) -> int:
    """Write the scores in short fenced transactions; a frame deleted meanwhile is left out."""
    rows = _read(out)
    while batch := list(islice(rows, _BATCH)):
        known = set(Frame.objects.filter(pk__in=[row["id"] for row in batch]).values_list("pk", flat=True))
        scores = [
            FrameScore(round=round_, frame_id=row["id"], entropy=row["entropy"])
            for row in batch
            if row["id"] in known
        ]
        with context.fenced():
            FrameScore.objects.bulk_create(scores, ignore_conflicts=True, batch_size=500)
        context.tick()
    return FrameScore.objects.filter(round=round_).count()


def _read(out: Path) -> Iterator[dict[str, Any]]:
    """Rows of the scores file with a number in them; a torn last line is ignored."""
    if not out.is_file():
        return
    with out.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n") and (row := json.loads(line)).get("entropy") is not None:
                yield row
