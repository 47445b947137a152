"""Keeping what a label cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from annotation.models import Assignment, Effort
from annotation.permissions import require_annotator
from annotation.services.leases import checked_seconds
from core.models import User
from modeling.errors import UserError

TOOLS_MAX = 64
"""Tools in one report; an editor has fewer."""
COUNT_MAX = 10_000_000


class ToolEffort(NamedTuple):
    """Totals of one tool in one visit."""

    strokes: int = 0
    clicks: int = 0
    seconds: float = 0.0


@transaction.atomic
def effort_record(
    *,
    assignment: Assignment,
    user: User,
    session: str,
    tools: Mapping[str, ToolEffort],
    active_seconds: float = 0.0,
) -> None:
    """Keep the totals of one visit; a repeated or late report never lowers them.

    Whoever drew on the frame may report, also after it was handed in or went to somebody else.

    Args:
        assignment: What was drawn.
        user: Who drew.
        session: The visit's random id, of at most 64 characters.
        tools: Totals by tool.
        active_seconds: Active time of the whole visit.

    Raises:
        UserError: ``effort_totals`` for figures that no visit has; ``active_seconds``.
    """
    require_annotator(user, assignment.frame)
    if len(tools) > TOOLS_MAX:
        raise UserError(f"A visit has at most {TOOLS_MAX} tools.", code="effort_totals")
    rows = {"": ToolEffort(seconds=active_seconds)} | {name: tool for name, tool in tools.items() if name}
    for name, tool in rows.items():
        _check(tool)
        _raise_to(assignment, user, session, name, tool)


def _check(tool: ToolEffort) -> None:
    checked_seconds(tool.seconds)
    if not (0 <= tool.strokes <= COUNT_MAX and 0 <= tool.clicks <= COUNT_MAX):
        raise UserError(f"{tool.strokes} strokes and {tool.clicks} clicks cannot be.", code="effort_totals")


def _raise_to(assignment: Assignment, user: User, session: str, name: str, tool: ToolEffort) -> None:
    row, created = Effort.objects.get_or_create(
        assignment=assignment, person=user, session=session, tool=name, defaults=tool._asdict()
    )
    if not created:
        higher = {field: Greatest(F(field), value) for field, value in tool._asdict().items()}
        Effort.objects.filter(pk=row.pk).update(**higher)
