"""Look through a pool's accepted labels for errors: freeze, train a model a fold, compare, list."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from active_learning.services.freezing import kinds_beside, labels_freeze
from active_learning.services.space import TRAIN_BYTES, require_space
from annotation.models import AcceptedLabel, LabelSearch
from annotation.permissions import require_in_pool
from annotation.services.suspects import suspects_store
from annotation.suspects import search_folder
from core import audit
from core.errors import ConflictError
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, Role, User
from core.paths import data_path
from core.processes import run_modeling
from datasets.models import Pool, Snapshot
from modeling.crossfit.folds import FEWEST, MOST
from modeling.errors import UserError
from modeling.registry import validated
from modeling.tasks import TASKS, require_classes
from modeling.training.config import make_config, parse_settings

DEFAULT_STEPS = 60


class SearchConfig(BaseModel):
    """How a search trains its models. None means the task's or the recipe's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folds: int = Field(5, ge=FEWEST, le=MOST, description="Models, each blind to a part of the cuts")
    network: str | None = None
    loss: str | None = None
    recipe: str | None = None
    settings: tuple[str, ...] = Field((), description="NAME=VALUE, such as recipe.working_side=256")
    steps: int | None = Field(None, ge=1, description="Optimizer steps of each model")
    seconds: float | None = Field(None, gt=0, description="Training time of each model, instead of steps")
    seed: int = 0
    device: str = "auto"

    def options(self) -> list[str]:
        """Options of ``python -m modeling crossfit``."""
        options: list[str] = []
        for name in ("folds", "network", "loss", "recipe", "seconds", "steps", "seed"):
            value = getattr(self, name)
            if value is not None:
                options += [f"--{name}", str(value)]
        for setting in self.settings:
            options += ["--set", setting]
        return [*options, "--device", self.device]


def search_config(task: str, values: dict[str, Any]) -> SearchConfig:
    """Validate raw settings of a search for a task.

    Raises:
        UserError: ``bad_parameter`` or what `modeling.training.config.make_config` raises.
    """
    config = validated(SearchConfig, values)
    if config.steps is None and config.seconds is None:
        config = config.model_copy(update={"steps": DEFAULT_STEPS})
    checked = make_config(
        task=task,
        snapshot="",
        network=config.network,
        loss=config.loss,
        recipe=config.recipe,
        settings=parse_settings(list(config.settings)),
        steps=config.steps,
        seconds=config.seconds,
        seed=config.seed,
    )
    return config.model_copy(
        update={"network": checked.network, "loss": checked.loss, "recipe": checked.recipe}
    )


def search_start(
    *, pool: Pool, task: str, config: dict[str, Any], user: User | None, snapshot: Snapshot | None = None
) -> LabelSearch:
    """Queue a search for errors in a pool's labels.

    Args:
        pool: Whose labels.
        task: Name of the model task whose target is looked through.
        config: Raw settings, see `SearchConfig`.
        user: Lead of the pool, or None for the command line.
        snapshot: Which labels; those accepted when the job begins by default.

    Raises:
        UserError: ``no_labels``, ``no_space`` or a setting that does not fit.
        ConflictError: ``search_busy`` while another one of this pool and task waits or runs.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    from active_learning.jobs import label_search_run

    with transaction.atomic():
        search = search_prepare(pool=pool, task=task, config=config, user=user, snapshot=snapshot)
        search.job_id = enqueue(label_search_run, **job_options(search, user)).pk
        search.save(update_fields=["job_id"])
    return search


@transaction.atomic
def search_prepare(
    *, pool: Pool, task: str, config: dict[str, Any], user: User | None, snapshot: Snapshot | None = None
) -> LabelSearch:
    """Guard a search and store what it was asked, without queueing its job (``--wait`` runs it right here)."""
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    require_classes(TASKS.get(task), "A search for label errors")
    kind, checked = TASKS.get(task).kind, search_config(task, config)
    if (
        snapshot is None
        and not AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool).exists()
    ):
        message = f"No {kind} label of {pool.name} is accepted yet."
        raise UserError(message, code="no_labels", remedy="Draw and accept some frames, or import labels.")
    if snapshot is not None and kind not in snapshot.kinds:
        raise UserError(f"Snapshot {snapshot.pk[:12]} has no {kind} labels.", code="no_labels")
    require_space(TRAIN_BYTES, "Training")
    Pool.objects.select_for_update(of=("self",)).only("pk").get(pk=pool.pk)
    if (other := busy_search(pool, task)) is not None:
        message = f"A search for errors in {kind} labels of {pool.name} is on its way."
        raise ConflictError(message, code="search_busy", remedy=f"See job {other}, or cancel it.")
    search = LabelSearch.objects.create(
        pool=pool, snapshot=snapshot, task=task, kind=kind, config=checked.model_dump(mode="json"), user=user
    )
    audit.record("label_search.start", subject=search, actor=user, pool=pool.name, **search.config)
    return search


def busy_search(pool: Pool, task: str) -> str | None:
    """Id of the job of a search that waits or runs, None where there is none."""
    ids = LabelSearch.objects.filter(pool=pool, task=task, finished_at=None).values_list("job_id", flat=True)
    going = Job.objects.filter(pk__in=[pk for pk in ids if pk], state__in=[JobState.QUEUED, JobState.RUNNING])
    found = going.values_list("pk", flat=True).first()
    return str(found) if found else None


def job_options(search: LabelSearch, user: User | None) -> dict[str, Any]:
    """Arguments of `core.jobs.enqueue` for the job of a search."""
    return {
        "title": f"Look for errors in {search.kind} labels of {search.pool.name}",
        "actor": user,
        "production": search.pool.productions.first(),
        "subject": search,
        "search_id": search.pk,
    }


def search_run(*, search: LabelSearch, context: JobContext) -> dict[str, int]:
    """Do what is left of a search; begun again, it goes on behind the folds that are done.

    Raises:
        UserError: What a person can mend: too few cuts, no space.
    """
    with context.fenced():
        LabelSearch.objects.filter(pk=search.pk).update(job_id=context.job.pk)
    if search.snapshot is None:
        _freeze(search, context)
    folder = search_folder(search)
    try:
        run_modeling(_args(search, folder), context=context, on_event=_progress_to(context))
    except UserError as error:
        if error.code not in ("crossfit_differs", "run_differs"):
            raise
        context.log("The defaults have changed since this search began: it begins anew.")
        shutil.rmtree(folder)
        run_modeling(_args(search, folder), context=context, on_event=_progress_to(context))
    listed = suspects_store(search=search, rows=_ranking(folder), context=context)
    context.log(f"{search.looked_at} labels compared, {search.known_right} of them confirmed before.")
    return {"labels compared": search.looked_at, "listed": listed, "confirmed before": search.known_right}


def _freeze(search: LabelSearch, context: JobContext) -> None:
    context.progress(0, 0, "Freezing accepted labels")
    task = TASKS.get(search.task)
    search.snapshot = labels_freeze(
        pool=search.pool, kind=task.kind, user=search.user, beside=kinds_beside(task)
    )
    with context.fenced():
        search.save(update_fields=["snapshot"])


def _args(search: LabelSearch, folder: Path) -> list[str]:
    config = SearchConfig.model_validate(search.config)
    assert search.snapshot is not None
    snapshot = data_path("snapshots", search.snapshot.pk)
    return ["crossfit", str(snapshot), str(folder), "--task", search.task, *config.options()]


def _progress_to(context: JobContext) -> Any:
    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            context.progress(event["spent"], 1.0, event["text"])
        elif event["event"] == "phase":
            context.log(event["phase"].capitalize() + ".")

    return on_event


def _ranking(folder: Path) -> Iterator[dict[str, Any]]:
    with (folder / "ranking.jsonl").open("rb") as stream:
        for line in stream:
            yield json.loads(line)
