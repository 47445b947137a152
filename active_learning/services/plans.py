"""What leads decide about a pool's loop: the share of control picks, and which rules may propose to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from active_learning.control.drawing import MOST
from active_learning.models import Plan
from active_learning.stopping import RULES, StoppingRule
from annotation.permissions import require_in_pool
from core import audit
from core.models import Role, User
from datasets.models import Pool
from modeling.errors import UserError
from modeling.registry import Params, propose, validated
from modeling.tasks import TASKS


@dataclass(frozen=True, slots=True)
class Planned:
    """What holds for a pool and task: the share of control picks, and the rules that are on with their parameters."""

    control_share: float
    stopping: Mapping[str, Params]

    @property
    def rules(self) -> list[tuple[StoppingRule, Params]]:
        """In the order of the registry."""
        return [(RULES[name], self.stopping[name]) for name in RULES if name in self.stopping]


def plan_of(pool: Pool, task: str) -> Planned:
    """What was saved, else the site's share and the rules that are on by default."""
    row = Plan.objects.of(pool, task).first()
    share = row.control_share if row else None
    stopping = row.stopping if row else None
    if stopping is None:
        rules = {name: rule.params() for name, rule in RULES.items() if rule.on}
    else:
        # A rule that is no longer registered, or a parameter that it no longer takes, must not break the page.
        rules = {name: _read(RULES[name], values) for name, values in stopping.items() if name in RULES}
    return Planned(settings.SAKKAN_CONTROL_SHARE if share is None else share, rules)


def _read(rule: StoppingRule, values: Mapping[str, Any]) -> Params:
    known = {name: value for name, value in values.items() if name in rule.params.model_fields}
    return validated(rule.params, known, rule.name)


def checked_share(share: float) -> float:
    """The share, if it is one.

    Raises:
        UserError: ``bad_control_share``.
    """
    if not 0 <= share <= MOST:
        message = f"The share of control picks lies between 0 and {MOST:g}, not at {share:g}."
        raise UserError(message, code="bad_control_share", remedy="Write 0.1 for a tenth of each batch.")
    return share


@transaction.atomic
def plan_save(
    *,
    pool: Pool,
    task: str,
    control_share: float,
    stopping: Mapping[str, Mapping[str, Any]],
    user: User | None,
) -> Planned:
    """Keep what the leads decided.

    Args:
        pool: Of which pool.
        task: Name of the model task.
        control_share: Share of each batch, 0 to 0.5.
        stopping: Raw parameters of each rule that is on.
        user: Lead of the pool, or None for the command line.

    Raises:
        UserError: ``bad_control_share``, ``unknown_rule`` or ``bad_parameter``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    TASKS.get(task)
    checked = {name: _checked(name, values) for name, values in stopping.items()}
    row, _ = Plan.objects.update_or_create(
        pool=pool, task=task, defaults={"control_share": checked_share(control_share), "stopping": checked}
    )
    audit.record("plan.save", subject=row, actor=user, control_share=control_share, stopping=checked)
    return plan_of(pool, task)


def _checked(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    if name not in RULES:
        message = f"There is no stopping rule {name!r}."
        raise UserError(message, code="unknown_rule", remedy=propose(name, RULES))
    return validated(RULES[name].params, dict(values), name).model_dump(mode="json")
