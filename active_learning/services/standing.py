"""The model version that a round stands on: the one whose predictions its task sees."""

from __future__ import annotations

from typing import Any

from active_learning.models import ModelVersion, Round
from active_learning.services.config import RoundConfig, task_params
from active_learning.services.versions import version_in_use
from datasets.models import Pool
from modeling.errors import UserError
from modeling.tasks import TASKS, Task


def task_beneath(task: Task, params: dict[str, Any] | None = None) -> Task | None:
    """The task whose model a round of ``task`` may stand on; None where there is none.

    It predicts the label kind that the inputs name under these raw parameters; where they name none, the one by
    which cels are cut out in training.

    Raises:
        UserError: ``bad_parameter``.
    """
    kind = task.way_of(params).kind or task.cut_by
    if task.picture:
        return None
    fitting = (other for other in TASKS if other.kind == kind and other is not task and not other.picture)
    return next(fitting, None)


def version_to_stand_on(pool: Pool, task: Task, config: RoundConfig) -> ModelVersion | None:
    """Resolve what a round that starts now stands on: the version it names, else the one in use if it sees one.

    Raises:
        UserError: ``no_model_beneath`` where it must see predictions and no version makes them,
            ``unknown_version``, or ``not_for_task`` of a version that is named in vain.
    """
    params = task_params(config)
    way, beneath = task.way_of(params), task_beneath(task, params)
    if config.stands_on is not None:
        return _named(pool, task, beneath, config.stands_on)
    used = version_in_use(pool, beneath.name) if beneath and way.kind else None
    if used is None and way.predicted:
        raise _nothing_beneath(pool, task, way.kind or "")
    return used


def _named(pool: Pool, task: Task, beneath: Task | None, number: int) -> ModelVersion:
    if beneath is None:
        message = f"{task.name} sees no other model's predictions."
        raise UserError(message, code="not_for_task", remedy="Leave stands_on out.")
    return version_numbered(pool, beneath.name, number)


def _nothing_beneath(pool: Pool, task: Task, kind: str) -> UserError:
    return UserError(
        f"{task.name} with a predicted {kind} label stands on a {kind} model, and {pool.name} has none yet.",
        code="no_model_beneath",
        remedy=f"Finish a {kind} round first, or choose parameters that need no predicted {kind} label.",
    )


def version_numbered(pool: Pool, task: str, number: int) -> ModelVersion:
    """The pool's model version of that number.

    Raises:
        UserError: ``unknown_version``, naming those there are.
    """
    versions = ModelVersion.objects.of(pool, task)
    found = versions.filter(number=number).first()
    if found is None:
        known = ", ".join(str(n) for n in versions.values_list("number", flat=True))
        raise UserError(
            f"{pool.name} has no {task} model version {number}.",
            code="unknown_version",
            remedy=f"Known: {known}." if known else f"Finish a {task} round first.",
        )
    return found


def stood_on(round_: Round) -> tuple[str, int] | None:
    """Task and number of the version that a started round stands on."""
    number = round_.config.get("stands_on")
    if number is None:
        return None
    beneath = task_beneath(TASKS.get(round_.task), task_params(RoundConfig.model_validate(round_.config)))
    return (beneath.name, number) if beneath else None


def version_stood_on(round_: Round) -> ModelVersion | None:
    """The version that a started round stands on, None where it stands on none."""
    found = stood_on(round_)
    return ModelVersion.objects.of(round_.pool, found[0]).filter(number=found[1]).first() if found else None
