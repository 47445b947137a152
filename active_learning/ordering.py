"""What somebody may order of the Studio: steps as validated, the models they ask and the versions that may serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from active_learning.models import ModelVersion
from core.models import Role, User
from core.permissions import productions_of
from modeling.errors import UserError
from modeling.studio.steps import Chosen, chosen_steps, tasks_of

VERSIONS_OFFERED = 100
"""Versions of a task in a form: those in use, then the newest."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A step, and raw settings of it."""

    step: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A task whose model is asked: versions that may serve, the one that does if none is named, or why none can."""

    task: str
    versions: list[ModelVersion]
    default: ModelVersion | None
    problem: str = ""


def may_order(user: User) -> bool:
    """Whether the user may have things made: an annotator of any production, or a superuser."""
    return user.is_superuser or productions_of(user, Role.ANNOTATOR).exists()


def chosen_of(wishes: Iterable[Wish]) -> Chosen:
    """The steps with validated parameters.

    Raises:
        UserError: As `modeling.studio.steps.chosen_steps`; ``bad_parameter`` of one that names a file.
    """
    wishes = list(wishes)
    for one in wishes:
        _refuse_files(one)
    return chosen_steps([one.step for one in wishes], {one.step: one.settings for one in wishes})


def _refuse_files(wish: Wish) -> None:
    """A value ``@FILE`` is for the command line: over the site it would read the server's own files."""
    for name, value in wish.settings.items():
        if isinstance(value, str) and value.startswith("@"):
            message = f"{wish.step}.{name} begins with @, which names a file."
            raise UserError(message, code="bad_parameter", remedy="Send what the file holds.")


def asked_by(chosen: Chosen, user: User) -> list[Asked]:
    """The tasks that steps ask, each with the versions that the user may let serve."""
    return [_asked(task, user) for task in tasks_of(chosen)]


def _asked(task: str, user: User) -> Asked:
    rows = ModelVersion.objects.visible_to(user).filter(task=task).select_related("pool")
    used = list(rows.filter(promoted_at__isnull=False).order_by("-promoted_at")[:VERSIONS_OFFERED])
    newest = rows.filter(promoted_at__isnull=True).order_by("-created_at", "-pk")
    versions = [*used, *newest[: VERSIONS_OFFERED - len(used)]]
    problem = "" if versions else f"No pool of yours has a model of {task} yet."
    return Asked(task, versions, versions[0] if versions else None, problem)


def versions_chosen(chosen: Chosen, user: User, named: Mapping[str, int]) -> list[ModelVersion]:
    """The version that serves each task asked: the one named, else the one promoted last, else the newest.

    Args:
        chosen: Steps.
        user: Who must be allowed to see it.
        named: Id of the version by task.

    Raises:
        UserError: ``no_model``, ``unknown_version`` or ``unused_version``.
    """
    asked = {one.task: one for one in asked_by(chosen, user)}
    if unused := [task for task in named if task not in asked]:
        message = f"No step asks a model of {unused[0]}."
        raise UserError(message, code="unused_version", remedy=f"Asked: {', '.join(asked) or 'none'}.")
    return [_serving(one, user, named.get(one.task)) for one in asked.values()]


def _serving(asked: Asked, user: User, pk: int | None) -> ModelVersion:
    if pk is not None:
        found = ModelVersion.objects.visible_to(user).filter(task=asked.task, pk=pk).first()
        if found is None:
            message = f"There is no model version {pk} of {asked.task}, or not for you."
            raise UserError(message, code="unknown_version", remedy="Choose one that is offered.")
        return found
    if asked.default is None:
        remedy = f"Finish a {asked.task} round, or choose steps that do without."
        raise UserError(asked.problem, code="no_model", remedy=remedy)
    return asked.default
