"""Score the pool with a round's model: by the mean entropy in nats (thesis, 4.1) and whatever else it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet
from numpy.typing import NDArray

from active_learning.models import ModelVersion, Round, RoundState
from active_learning.services.config import RoundConfig
from active_learning.services.listing import Shown, labels_seen, listing
from active_learning.services.score_ranges import (
    Range,
    Score,
    ranges_cut,
    ranges_finish,
    ranges_of,
    ranges_work,
    total_of,
)
from active_learning.services.score_rows import Stored, scores_store
from active_learning.spread import spread
from core.jobs import JobContext
from core.processes import run_modeling
from datasets.models import Frame, Pool
from modeling.errors import UserError
from modeling.runs import RunFolder, publish_parts
from modeling.scorers import SCORERS
from modeling.tasks import TASKS

CPU_SECONDS = 300.0
"""Default budget of scoring without a GPU."""
VOTERS = 3
"""How many model versions before it, the latest, vote beside a round's own where a scorer asks several runs."""
_CHUNK = 5000


def round_score(*, round_: Round, run: RunFolder, context: JobContext) -> Stored:
    """Score training frames, within the budget, and store the scores; labelled ones get features alone.

    Cut leaders come first, then the rest evenly, so that what the budget leaves out is spread thin. Begun
    again, it goes on behind what is scored. A scorer that the run cannot be asked is left out, and the log says so.

    A pool of twice ``SAKKAN_SCORE_RANGE`` frames or more is cut into ranges of at least so many that other workers may
    help with (`active_learning.services.score_ranges`); of the budget, which is of computing, each has an equal part.
    """
    ranges = ranges_of(run) or _cut(round_, run)
    if ranges:
        ranges_finish(round_=round_, ranges=ranges, score=_scorer(round_, run, len(ranges)), context=context)
        outs = [one.out for one in ranges]
        return scores_store(round_=round_, outs=outs, total=total_of(run), context=context)
    total, ids = _unlabelled(round_).count(), frames_to_score(round_)
    out = run.path / "scores.jsonl"
    if len(ids):
        files = publish_parts(run.path / "score_files.jsonl", _lines(round_, ids))
        args = ["score", str(run.path), str(files), str(out), *_scorers(round_), *_budget(round_, run)]
        context.progress(0, len(ids), "Scoring the pool")
        run_modeling(args, context=context, on_event=_told_to(context))
    return scores_store(round_=round_, outs=[out], total=total, context=context)


def round_score_help(*, round_id: int, context: JobContext) -> int:
    """Score ranges of a round that another job scores, as long as there are any; how many."""
    round_ = Round.objects.select_related("pool").get(pk=round_id)
    run = RunFolder(Path(settings.SAKKAN_DATA) / round_.run_folder)
    ranges = ranges_of(run)
    if round_.state != RoundState.EVALUATED or not ranges:
        return 0
    return ranges_work(round_=round_, ranges=ranges, score=_scorer(round_, run, len(ranges)), context=context)


def _cut(round_: Round, run: RunFolder) -> list[Range]:
    """Cut a large pool into ranges of neighbouring frames; nothing for a small one."""
    rows = _rows_to_score(round_)
    count = len(rows) // max(1, settings.SAKKAN_SCORE_RANGE)
    if count < 2 or settings.SAKKAN_SCORE_RANGE == 0:
        return []
    parts = (part[spread(part[:, 1]), 0] for part in np.array_split(rows, count))
    return ranges_cut(run, (_lines(round_, part) for part in parts), _unlabelled(round_).count())


def _scorer(round_: Round, run: RunFolder, parts: int) -> Score:
    """What scores one range, within its part of the budget."""

    def score(one: Range, context: JobContext) -> None:
        files, budget = [str(run.path), str(one.files), str(one.out)], _budget(round_, run, parts)
        context.progress(one.number, parts, f"Scoring: range {one.number + 1} of {parts}")
        told = _told_to(context, one.number, parts)
        run_modeling(["score", *files, *_scorers(round_), *budget], context=context, on_event=told)

    return score


def frames_to_score(round_: Round) -> NDArray[np.int64]:
    """Ids of the training frames in the order to score them, labelled ones in their turn."""
    rows = _rows_to_score(round_)
    return rows[spread(rows[:, 1]), 0]


def _rows_to_score(round_: Round) -> NDArray[np.int64]:
    """(N, 2) frame and cut ids, cut by cut."""
    frames = Frame.objects.in_pool(round_.pool).trainable().order_by("cut_id", "index", "pk")
    pairs = frames.values_list("pk", "cut_id").iterator(_CHUNK)
    return np.fromiter(chain.from_iterable(pairs), np.int64).reshape(-1, 2)


def _unlabelled(round_: Round) -> QuerySet[Frame]:
    """Training frames without an accepted label: what there is to choose from."""
    frames = Frame.objects.in_pool(round_.pool).trainable()
    return frames.exclude(accepted_labels__kind=TASKS.get(round_.task).kind)


def _lines(round_: Round, ids: NDArray[np.int64]) -> Iterator[bytes]:
    """The list of these frames for the modeling process."""
    return (line.encode() for line in listing(_shown(round_, ids), labels_seen(round_)))


def _shown(round_: Round, ids: NDArray[np.int64]) -> Iterator[Shown]:
    """What the model is shown of these frames, in order.

    A task that works at native pixels, or sees labels of the frame's size, is shown the frame itself; any other its
    proxy.
    """
    whole = not TASKS.get(round_.task).long_side or bool(labels_seen(round_))
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK].tolist()
        found = {
            pk: Shown(pk, production, blob if whole else proxy or blob)
            for pk, production, proxy, blob in Frame.objects.filter(pk__in=chunk).values_list(
                "pk", "production_id", "proxy", "blob"
            )
        }
        yield from (found[pk] for pk in chunk if pk in found)


# --- what is asked ---


def voters(pool: Pool, task: str, before: int | None = None) -> QuerySet[ModelVersion]:
    """The latest model versions of a pool and task, before a number where one is given."""
    versions = ModelVersion.objects.of(pool, task).order_by("-number")
    return (versions if before is None else versions.filter(number__lt=before))[:VOTERS]


def require_voters(pool: Pool, task: str, config: RoundConfig) -> None:
    """Refuse a scorer that asks several runs where there is none yet.

    Raises:
        UserError: ``no_voters``.
    """
    asked = [name for name in config.scorers if SCORERS.get(name).needs_runs]
    if asked and not voters(pool, task).exists():
        raise UserError(
            f"{asked[0]} asks earlier model versions, and {pool.name} has no {task} version yet.",
            code="no_voters",
            remedy="Leave it out of this round's scorers.",
        )


def _scorers(round_: Round) -> list[str]:
    names = RoundConfig.model_validate(round_.config).scorers
    options = ["--lenient", "--scorers", ",".join(names)]
    for name in names:
        if SCORERS.get(name).needs_runs:
            versions = voters(round_.pool, round_.task, round_.number)
            folders = [str(Path(settings.SAKKAN_DATA) / version.run_folder) for version in versions]
            options += ["--set", f"{name}.runs={json.dumps(folders)}"]
    return options


def _budget(round_: Round, run: RunFolder, parts: int = 1) -> list[str]:
    """``--seconds`` as the round says, else the default where the run was trained on a CPU, of one of equal parts."""
    seconds = round_.config.get("score_seconds")
    device = (run.config() or {}).get("environment", {}).get("device", "cpu")
    if seconds is None and device.startswith("cpu"):
        seconds = CPU_SECONDS
    device_option = ["--device", round_.config.get("device", "auto")]
    return device_option if seconds is None else [*device_option, "--seconds", str(seconds / parts)]


def _told_to(context: JobContext, part: int = 0, parts: int = 1) -> Any:
    where = f"range {part + 1} of {parts}, " if parts > 1 else ""

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            done, total = event["done"], event["total"]
            context.progress(
                part * total + done, parts * total, f"Scoring: {where}{done:,} of {total:,} frames"
            )
        elif event["event"] == "left_out":
            context.log(f"Not scored by {event['scorer']}. {event['message']}")

    return on_event
