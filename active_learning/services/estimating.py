"""What a round would take, before it is started: ten real steps are timed by a job, and multiplied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from active_learning.models import ModelVersion
from active_learning.services.config import RoundConfig, round_config, task_params
from active_learning.services.freezing import labels_to_train, training_labels
from active_learning.services.scoring import CPU_SECONDS, require_voters, voters
from active_learning.services.standing import task_beneath, version_numbered, version_to_stand_on
from annotation.models import AcceptedLabel
from annotation.permissions import require_in_pool
from core.jobs import JobContext, enqueue
from core.models import Job, Role, User
from core.processes import ModelingCrashed, run_modeling
from datasets.models import Frame, Pool
from datasets.pictures import PROXY_LONG
from modeling.estimating.figures import Pace, Work, estimate
from modeling.tasks import TASKS
from modeling.training.config import TrainConfig, make_config, parse_settings

KILLED = (-9, 137)
"""How a process ends whose memory the system takes back."""
_HARD = "recipe.hard="


@transaction.atomic
def estimate_start(*, pool: Pool, task: str, config: dict[str, Any], user: User | None) -> Job:
    """Queue a job that times a training; one under way with the same settings is returned.

    Args:
        pool: Whose frames, in size and number.
        task: Name of the model task.
        config: Raw settings, as a round is started with.
        user: Lead of the pool, or None for the command line.

    Raises:
        UserError: ``no_model_beneath``, ``unknown_version``, ``no_voters`` or a setting that does not fit.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    from active_learning.jobs import round_estimate

    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    checked = estimate_config(pool, task, config)
    asked = {"pool_id": pool.pk, "task": task, "config": checked}
    for job in estimates_of(pool).filter(finished_at=None):
        if asked_of(job) == asked:
            return job
    return enqueue(round_estimate, **job_options(pool, task, checked, user))


def estimate_config(pool: Pool, task: str, config: dict[str, Any]) -> dict[str, Any]:
    """Check settings as the start of a round does, as JSON."""
    checked = round_config(task, config)
    require_voters(pool, task, checked)
    beneath = version_to_stand_on(pool, TASKS.get(task), checked)
    return checked.model_copy(update={"stands_on": beneath and beneath.number}).model_dump(mode="json")


def job_options(pool: Pool, task: str, config: dict[str, Any], user: User | None) -> dict[str, Any]:
    """Arguments of `core.jobs.enqueue`."""
    return {
        "title": f"Estimate of a {task} round of {pool.name}",
        "actor": user,
        "production": pool.productions.first(),
        "subject": pool,
        "pool_id": pool.pk,
        "task": task,
        "config": config,
    }


def estimates_of(pool: Pool) -> Any:
    """Jobs that estimate a round of the pool, newest first."""
    from active_learning.jobs import round_estimate

    return Job.objects.about(pool).filter(name=round_estimate.module_path)


def asked_of(job: Job) -> dict[str, Any]:
    """What an estimate was asked for: ``pool_id``, ``task`` and ``config``."""
    kwargs: dict[str, Any] = DBTaskResult.objects.get(pk=job.pk).args_kwargs["kwargs"]
    return kwargs


# --- what the job does ---


def estimate_run(*, pool: Pool, task: str, config: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Time a training and multiply.

    Returns:
        ``measured`` (`modeling.estimating.warmup.Measured`), ``estimate`` (`modeling.estimating.figures.Estimate` with
        its ``seconds``) and ``work``; the first two are None where memory did not suffice, ``killed`` where the system
        ended the process for it.
    """
    checked = RoundConfig.model_validate(config)
    found: dict[str, Any] = {}

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "phase":
            context.progress(0, 0, f"Timing: {event['phase']}")
        elif event["event"] == "progress":
            context.progress(event["step"], event["steps"], f"Timing: step {event['step']}")
        elif event["event"] == "done":
            found.update(event["measured"])

    try:
        run_modeling(_args(pool, task, checked), context=context, on_event=on_event)
    except ModelingCrashed as crash:
        if crash.status not in KILLED:
            raise
        return {"measured": None, "estimate": None, "work": None, "killed": True}
    work = _work(pool, task, checked, found["device"])
    expected = estimate(_plain(task, checked), Pace(**found["pace"]), work) if found["pace"] else None
    return {
        "measured": found,
        "estimate": {**asdict(expected), "seconds": expected.seconds} if expected else None,
        "work": asdict(work),
        "killed": False,
    }


def _args(pool: Pool, task: str, config: RoundConfig) -> list[str]:
    spec = TASKS.get(task)
    height, width = _size(pool, spec.kind)
    sees = spec.way_of(task_params(config)).kind
    args = ["warmup", "--task", task, *_without_hard(config).train_options()]
    args += ["--size", f"{width}x{height}", "--train-frames", str(max(1, _training(pool, spec.kind, config)))]
    args += ["--train-cuts", str(_cuts(pool, spec.kind))]
    args += ["--shown-side", str(PROXY_LONG if spec.long_side and not sees else 0)]
    args += ["--scorers", ",".join(config.scorers), *_voting(pool, task, config.scorers)]
    beneath = task_beneath(spec, task_params(config)) if config.stands_on is not None else None
    if beneath is not None and config.stands_on is not None:
        version = version_numbered(pool, beneath.name, config.stands_on)
        args += ["--stands-on", _folder(version)]
    return args


def _folder(version: ModelVersion) -> str:
    return str(Path(settings.SAKKAN_DATA) / version.run_folder)


def _voting(pool: Pool, task: str, scorers: tuple[str, ...]) -> list[str]:
    """Runs for the scorers that ask several."""
    from modeling.scorers import SCORERS

    folders = json.dumps([_folder(version) for version in voters(pool, task)])
    asking = [name for name in scorers if SCORERS.get(name).needs_runs]
    return [part for name in asking for part in ("--scorer-set", f"{name}.runs={folders}")]


def _without_hard(config: RoundConfig) -> RoundConfig:
    """Ranking hard examples is not timed: it takes an earlier version and all labels."""
    kept = tuple(setting for setting in config.settings if not setting.startswith(_HARD))
    return config.model_copy(update={"settings": kept, "hard_by": None})


def _plain(task: str, config: RoundConfig) -> TrainConfig:
    return make_config(
        task=task,
        snapshot="",
        network=config.network,
        loss=config.loss,
        recipe=config.recipe,
        settings=parse_settings(_without_hard(config).all_settings),
        steps=config.steps,
        seconds=config.seconds,
    )


def _work(pool: Pool, task: str, config: RoundConfig, device: str) -> Work:
    kind = TASKS.get(task).kind
    budget = CPU_SECONDS if config.score_seconds is None and device == "cpu" else config.score_seconds
    held_out = AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool)
    to_score = Frame.objects.in_pool(pool).trainable().count() - training_labels(pool, kind)
    return Work(
        train=max(1, _training(pool, kind, config)),
        held_out=held_out.filter(frame__cut__split="test").count(),
        to_score=max(0, to_score),
        score_seconds=budget,
        cuts=_cuts(pool, kind),
    )


def _training(pool: Pool, kind: str, config: RoundConfig) -> int:
    """Labels that train: the hardest of them where only those are kept."""
    shares = [s.removeprefix(_HARD) for s in config.settings if s.startswith(_HARD)]
    share = float(shares[-1]) if shares else 0.0
    return round(training_labels(pool, kind) * (share or 1.0))


def _cuts(pool: Pool, kind: str) -> int:
    """Cuts that the training labels are of."""
    return labels_to_train(pool, kind).values("frame__cut").distinct().count()


def _size(pool: Pool, kind: str) -> tuple[int, int]:
    """(height, width) that most labelled frames have, else the first frame of the pool."""
    labelled = AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool).order_by()
    sizes = labelled.values_list("frame__height", "frame__width").annotate(count=Count("pk"))
    found = sizes.order_by("-count").first()
    if found is None:
        found = Frame.objects.in_pool(pool).values_list("height", "width").order_by("pk").first()
    return (found[0], found[1]) if found else (1080, 1920)


def form_values(task: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a round as the start form names its fields."""
    values = {name: config.get(name) for name in ("network", "loss", "recipe", "seed", "from_version")}
    values |= {name: config.get(name) for name in ("hard_by", "stands_on", "processes")}
    unit = next((unit for unit in ("seconds", "steps") if config.get(unit) is not None), "")
    values |= {"budget_in": unit, "scorers": list(config.get("scorers") or ())}
    values |= {"budget": config[unit]} if unit else {}
    for setting in config.get("settings") or ():
        path, _, value = setting.partition("=")
        noun, _, rest = path.partition(".")
        values[f"{noun}.{task if noun == 'task' else config.get(noun)}.{rest}"] = value
    return values
