"""What the job of a round does: freeze, train, evaluate, score, close.

Each step may be killed at any moment and begun again: its files are found, its rows are written once, and
every write stands behind the job's fence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from active_learning.kept_scores import score_rows
from active_learning.models import ModelVersion, Round, RoundState
from active_learning.services.agreement import agreement_with_last
from active_learning.services.config import RoundConfig
from active_learning.services.freezing import kinds_beside, labels_freeze, require_training_label, ticker
from active_learning.services.outcomes import outcomes_store
from active_learning.services.rounds import round_take_up
from active_learning.services.scoring import round_score
from active_learning.services.space import TRAIN_BYTES, require_space
from active_learning.services.standing import version_stood_on
from core import audit
from core.jobs import JobContext
from core.paths import data_path
from core.processes import run_modeling
from modeling.errors import UserError
from modeling.runs import RunFolder
from modeling.tasks import TASKS

Step = Callable[[Round, JobContext], None]


def round_advance(*, round_id: int, context: JobContext) -> Round:
    """Do what is left of a round, from whatever state it is in.

    Raises:
        UserError: What a person can mend; the round is then FAILED and says so.
    """
    round_ = Round.objects.select_related("pool").get(pk=round_id)
    with context.fenced():
        round_take_up(round_)
        Round.objects.filter(pk=round_id).update(job_id=context.job.pk)
    while (step := _STEPS.get(RoundState(round_.state))) is not None:
        step(round_, context)
        round_.refresh_from_db()
    return round_


def run_folder(round_: Round) -> RunFolder:
    """The round's run folder, which need not exist yet."""
    return RunFolder(Path(settings.SAKKAN_DATA) / round_.run_folder)


def _move(round_: Round, state: RoundState, context: JobContext, **fields: Any) -> None:
    """Write a step's result and the next state, if this attempt still holds the job."""
    with context.fenced():
        Round.objects.filter(pk=round_.pk).update(state=state, **fields)
    context.log(f"Round {round_.number}: {state.label.lower()}.")


def _freeze(round_: Round, context: JobContext) -> None:
    context.progress(0, 0, "Freezing accepted labels")
    task = TASKS.get(round_.task)
    require_training_label(round_.pool, task.kind)
    snapshot = labels_freeze(
        pool=round_.pool, kind=task.kind, user=round_.user, beside=kinds_beside(task), tick=ticker(context)
    )
    outcomes_store(pool=round_.pool, task=task, context=context)
    name = f"{slugify(round_.pool.name) or 'pool'}-{round_.task}-{round_.number:03d}-{round_.pk}"
    _move(round_, RoundState.FROZEN, context, snapshot=snapshot, run_folder=f"runs/{name}")


def _begin(round_: Round, context: JobContext) -> None:
    require_space(TRAIN_BYTES, "Training")
    _move(round_, RoundState.TRAINING, context)


def _train(round_: Round, context: JobContext) -> None:
    """Train in a process of its own, which resumes from its checkpoint; evaluation is its last part."""
    if not run_folder(round_).done:
        context.progress(0, 0, "Starting the training process")
        _run_trainer(round_, context)
    report = run_folder(round_).report() or {}
    # Rows a frame and the evaluation stay in the run's own file: lists of rounds must not carry them.
    left = {"frames", TASKS.get(round_.task).evaluation}
    headline = {name: value for name, value in report.items() if name not in left}
    _move(round_, RoundState.EVALUATED, context, report=headline)


def _run_trainer(round_: Round, context: JobContext) -> None:
    """Train; where this version's defaults differ from those a stopped training began with, begin anew."""
    try:
        run_modeling(_train_args(round_), context=context, on_event=_progress_to(context))
    except UserError as error:
        if error.code != "run_differs":
            raise
        round_.run_folder = f"{round_.run_folder}-{context.job.attempt}"
        with context.fenced():
            Round.objects.filter(pk=round_.pk).update(run_folder=round_.run_folder)
        context.log("The defaults have changed since this training began: it begins anew.")
        run_modeling(_train_args(round_), context=context, on_event=_progress_to(context))


def _train_args(round_: Round) -> list[str]:
    config = RoundConfig.model_validate(round_.config)
    assert round_.snapshot is not None
    folder = data_path("snapshots", round_.snapshot.pk)
    args = [
        "train",
        str(folder),
        str(run_folder(round_).path),
        "--task",
        round_.task,
        *config.train_options(),
    ]
    for option, number in (("--from-run", config.from_version), ("--hard-by", config.hard_by)):
        if number is not None:
            version = ModelVersion.objects.of(round_.pool, round_.task).get(number=number)
            args += [option, str(Path(settings.SAKKAN_DATA) / version.run_folder)]
    beneath = version_stood_on(round_)
    if beneath is not None:
        args += ["--stands-on", str(Path(settings.SAKKAN_DATA) / beneath.run_folder)]
    return args


def _progress_to(context: JobContext) -> Callable[[dict[str, Any]], None]:
    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            text = f"Training: step {event['step']}, loss {event['loss']:.3f}"
            context.progress(event.get("spent", 0.0), 1.0, text)
        elif event["event"] == "phase":
            context.progress(0, 0, event["phase"].capitalize())
            context.log(event["phase"].capitalize() + ".")

    return on_event


def _score(round_: Round, context: JobContext) -> None:
    stored = round_score(round_=round_, run=run_folder(round_), context=context)
    report = {**round_.report, "reordered": asdict(stored.reordered) if stored.reordered else None}
    counts = {"scored_count": stored.scored, "unscored_count": stored.unscored}
    _move(round_, RoundState.SCORED, context, report=report, **counts)
    round_.refresh_from_db(fields=["state"])
    score_rows(round_)  # so that nobody waits for them who colours the map


def _close(round_: Round, context: JobContext) -> None:
    """Keep the run as a model version. It is used for drafts at once unless an earlier one is promoted."""
    agreement = agreement_with_last(round_=round_, run=run_folder(round_), context=context)
    report = {**round_.report, "agreement": agreement}
    with context.fenced():
        version, created = ModelVersion.objects.get_or_create(
            round=round_,
            defaults={
                "pool": round_.pool,
                "task": round_.task,
                "number": round_.number,
                "network": round_.config["network"],
                "run_folder": round_.run_folder,
                "metrics": report,
            },
        )
        if created:
            audit.record("model_version.create", subject=version, actor=round_.user, number=version.number)
    _move(round_, RoundState.CLOSED, context, report=report, finished_at=timezone.now())


_STEPS: dict[RoundState, Step] = {
    RoundState.OPEN: _freeze,
    RoundState.LABELING: _freeze,
    RoundState.FROZEN: _begin,
    RoundState.TRAINING: _train,
    RoundState.EVALUATED: _score,
    RoundState.SCORED: _close,
}
